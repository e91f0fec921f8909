//! The rows of each table: their fields and their order. Their columns on disk are in `codec`.

use super::RunInfo;
use super::codec::Codec;

/// The tables of a results directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Table {
    /// Every recorded spike.
    Spikes,
    /// θ of every plastic synapse, at each snapshot.
    Theta,
    /// Every spine gained or lost.
    Rewiring,
    /// Chosen membrane potentials.
    Potentials,
    /// Counters of cores, chips and links.
    Provenance,
}

impl Table {
    /// The tables that grow while a run goes on, in the order of the checkpoint's row counts.
    pub const GROWING: [Self; 4] = [Self::Spikes, Self::Theta, Self::Rewiring, Self::Potentials];

    /// File name without `.parquet`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Spikes => "spikes",
            Self::Theta => "theta",
            Self::Rewiring => "rewiring",
            Self::Potentials => "potentials",
            Self::Provenance => "provenance",
        }
    }
}

/// Names behind the indices of populations and projections.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// Populations, by index.
    pub populations: Vec<String>,
    /// Projections, by index.
    pub projections: Vec<String>,
}

impl Names {
    /// The names that `run.toml` lists.
    #[must_use]
    pub fn of(info: &RunInfo) -> Self {
        Self {
            populations: info.populations.iter().map(|p| p.name.clone()).collect(),
            projections: info.projections.iter().map(|p| p.name.clone()).collect(),
        }
    }
}

/// A row of one table. (Sealed: the tables are the ones listed in [`Table`].)
pub trait Row: Clone + Codec {
    /// The table it belongs to.
    const TABLE: Table;
}

/// (tick, owner), (pre, post) or (neuron), and what tells two synapses of one pair apart.
pub type Key = (u64, u64, u32);

/// Two words as one, the first the more significant.
const fn join(high: u32, low: u32) -> u64 {
    (high as u64) << 32 | low as u64
}

/// A row that happened in a tick and has its place among the others of that tick.
pub trait Timed: Row {
    /// "population" or "projection": what [`Timed::owner`] counts.
    const OWNER: &'static str;
    /// Whether a row of a sealed tick is an error: the digest has passed that tick. Otherwise it is only out of order.
    const STRICT: bool;
    /// Tick in which it happened.
    fn tick(&self) -> u32;
    /// Index of the population or projection.
    fn owner(&self) -> u32;
    /// Place in the file: rows stand sorted by this, whatever order they came in.
    fn key(&self) -> Key;
}

/// A spike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spike {
    /// Tick.
    pub tick: u32,
    /// Index of the population.
    pub population: u32,
    /// Neuron within the population.
    pub neuron: u32,
}

/// θ of one synapse in one snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Theta {
    /// Tick after which it was read out.
    pub tick: u32,
    /// Index of the projection.
    pub projection: u32,
    /// Presynaptic neuron.
    pub pre: u32,
    /// Postsynaptic neuron.
    pub post: u32,
    /// θ in Q3.28, as the kernel holds it: θ = raw · 2^−28.
    pub raw: i32,
}

impl Theta {
    /// Steps of θ in one unit.
    const ONE: f64 = (1_u32 << 28) as f64;

    /// θ. Exact: 32 bits fit an f64.
    #[must_use]
    pub fn theta(&self) -> f64 {
        f64::from(self.raw) / Self::ONE
    }

    /// The Q3.28 word of a θ that came from one. Saturates outside ±8.
    #[must_use]
    pub fn raw_of(theta: f64) -> i32 {
        (theta * Self::ONE).round() as i32
    }
}

/// Whether a spine came or went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// θ rose above 0.
    Gained,
    /// θ fell to 0 or below.
    Lost,
}

impl Direction {
    pub(crate) const TEXTS: [&str; 2] = ["gained", "lost"];
}

/// A synapse became, or ceased to be, functional.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rewiring {
    /// Tick in which θ crossed 0.
    pub tick: u32,
    /// Index of the projection.
    pub projection: u32,
    /// Presynaptic neuron.
    pub pre: u32,
    /// Postsynaptic neuron.
    pub post: u32,
    /// Which way.
    pub direction: Direction,
}

/// A membrane potential.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Potential {
    /// Tick.
    pub tick: u32,
    /// Index of the population.
    pub population: u32,
    /// Neuron within the population.
    pub neuron: u32,
    /// Dimensionless for WTA and intensity neurons, mV for LIF.
    pub u: f64,
}

/// One counter of one part of the machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provenance {
    /// "run", "chip", "core", "router" or "link".
    pub scope: String,
    /// Chip; absent for the whole run.
    pub chip_x: Option<u32>,
    /// Chip; absent for the whole run.
    pub chip_y: Option<u32>,
    /// Core, or number of the link; absent for the whole chip or run.
    pub core: Option<u32>,
    /// What is counted.
    pub counter: String,
    /// How often.
    pub value: u64,
}

impl Row for Spike {
    const TABLE: Table = Table::Spikes;
}
impl Row for Theta {
    const TABLE: Table = Table::Theta;
}
impl Row for Rewiring {
    const TABLE: Table = Table::Rewiring;
}
impl Row for Potential {
    const TABLE: Table = Table::Potentials;
}
impl Row for Provenance {
    const TABLE: Table = Table::Provenance;
}

impl Timed for Spike {
    const OWNER: &'static str = "population";
    const STRICT: bool = true;
    fn tick(&self) -> u32 {
        self.tick
    }
    fn owner(&self) -> u32 {
        self.population
    }
    fn key(&self) -> Key {
        (join(self.tick, self.population), u64::from(self.neuron), 0)
    }
}

impl Timed for Theta {
    const OWNER: &'static str = "projection";
    const STRICT: bool = true;
    fn tick(&self) -> u32 {
        self.tick
    }
    fn owner(&self) -> u32 {
        self.projection
    }
    fn key(&self) -> Key {
        (
            join(self.tick, self.projection),
            join(self.pre, self.post),
            self.raw.cast_unsigned() ^ (1 << 31),
        )
    }
}

impl Timed for Rewiring {
    const OWNER: &'static str = "projection";
    const STRICT: bool = false;
    fn tick(&self) -> u32 {
        self.tick
    }
    fn owner(&self) -> u32 {
        self.projection
    }
    fn key(&self) -> Key {
        (
            join(self.tick, self.projection),
            join(self.pre, self.post),
            self.direction as u32,
        )
    }
}

impl Timed for Potential {
    const OWNER: &'static str = "population";
    const STRICT: bool = false;
    fn tick(&self) -> u32 {
        self.tick
    }
    fn owner(&self) -> u32 {
        self.population
    }
    fn key(&self) -> Key {
        (join(self.tick, self.population), u64::from(self.neuron), 0)
    }
}
