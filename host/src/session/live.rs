//! A network under the experimenter's hands: run a while, look, run on.
//!
//! Nothing is written; spikes and rewiring are kept in memory until they are taken. To change the network on the way
//! (a lesion), [`Session::intervene`]; for other stimuli read θ, and start another session from it:
//! [`crate::description::ThetaStart::Given`].

use super::intervention::{self, Change, Effect};
use super::run::step;
use super::{Decoder, Outcome, Prepared, RunError, RunOptions, Setup, Sink};
use crate::board::Machine;
use crate::description::{Network, ThetaTable};
use crate::progress::{Display, Progress};
use crate::results::Interrupt;
use crate::target::{self, Target};

/// One in Q3.28.
const THETA_ONE: f64 = 268_435_456.0;

/// A spike that was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SpikeAt {
    /// Tick.
    pub tick: u32,
    /// Index of the population.
    pub population: u32,
    /// Neuron.
    pub neuron: u32,
}

/// A spine that appeared or went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rewired {
    /// Tick at which the row was visited that showed it.
    pub tick: u32,
    /// Index of the projection.
    pub projection: u32,
    /// Presynaptic neuron.
    pub pre: u32,
    /// Postsynaptic neuron.
    pub post: u32,
    /// True if it appeared.
    pub gained: bool,
}

/// A running network.
///
/// ```
/// use spinedrift::description::{NetworkBuilder, PoissonSource, Synapses, SynapticSampling, Wta};
/// use spinedrift::session::Session;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let network = NetworkBuilder::new("look twice")
///     .population("input", 20, PoissonSource::at_hz(20.0))
///     .population("circuit", 4, Wta::of(4))
///     .project("input", "circuit", Synapses::all_to_all().plastic(SynapticSampling::default()))
///     .record_spikes("circuit")
///     .build()?;
/// let mut session = Session::start(network, 1)?;
/// let before = session.theta("input to circuit")?;
/// session.run_s(2.0)?;
/// let after = session.theta("input to circuit")?;
/// assert_eq!((before.len(), after.len()), (80, 80));
/// assert_ne!(before.thetas(), after.thetas());
/// assert!(!session.take_spikes().is_empty());
/// # Ok(())
/// # }
/// ```
pub struct Session {
    prepared: Prepared,
    target: Box<dyn Target>,
    target_name: String,
    decoder: Decoder,
    kept: Kept,
    interrupt: Interrupt,
    progress: Progress,
}

/// What the cores recorded since it was last taken.
#[derive(Debug, Default)]
struct Kept {
    spikes: Vec<SpikeAt>,
    rewired: Vec<Rewired>,
    /// Projection wanted, and its θ (pre, post, raw) of the present read-out.
    wanted: Option<u32>,
    theta: Vec<(u32, u32, i32)>,
}

impl Sink for Kept {
    fn spike(&mut self, tick: u32, population: u32, neuron: u32) {
        self.spikes.push(SpikeAt {
            tick,
            population,
            neuron,
        });
    }

    fn theta(&mut self, _: u32, projection: u32, pre: u32, post: u32, raw: i32) {
        if self.wanted == Some(projection) {
            self.theta.push((pre, post, raw));
        }
    }

    fn rewiring(&mut self, tick: u32, projection: u32, pre: u32, post: u32, gained: bool) {
        self.rewired.push(Rewired {
            tick,
            projection,
            pre,
            post,
            gained,
        });
    }

    fn potential(&mut self, _: u32, _: u32, _: u32, _: f64) {}
}

impl Session {
    /// Starts a network on the functional emulator, one thread, mapped onto a 48-chip board (which changes no bit).
    ///
    /// # Errors
    /// [`RunError`] if it can't be prepared or loaded.
    pub fn start(network: Network, seed: u64) -> Result<Self, RunError> {
        let machine =
            Machine::load("spinn5").map_err(|error| RunError::Machine(Box::new(error)))?;
        let prepared = Prepared::new(network, Setup::new(machine, seed))?;
        Self::on(prepared, "functional", 1)
    }

    /// Starts a prepared network on a target. `threads` = 0: one for each processor.
    ///
    /// # Errors
    /// [`RunError`] if there is no such target or it can't load the network.
    pub fn on(prepared: Prepared, target: &str, threads: usize) -> Result<Self, RunError> {
        let loaded = target::load(target, &prepared.loadable()?, threads)?;
        let progress = Progress::start(Display::Silent, "", prepared.network.tick_us, 0, u32::MAX);
        Ok(Self {
            decoder: Decoder::new(&prepared),
            prepared,
            target: loaded,
            target_name: target.to_owned(),
            kept: Kept::default(),
            interrupt: Interrupt::default(),
            progress,
        })
    }

    /// Ends runs early, with [`RunError::Interrupted`], once this is requested.
    #[must_use]
    pub fn interrupted_by(mut self, interrupt: &Interrupt) -> Self {
        self.interrupt = interrupt.clone();
        self
    }

    /// The network.
    #[must_use]
    pub const fn network(&self) -> &Network {
        &self.prepared.network
    }

    /// The network with its mapping.
    #[must_use]
    pub const fn prepared(&self) -> &Prepared {
        &self.prepared
    }

    /// The tick that is computed next.
    #[must_use]
    pub fn tick(&self) -> u32 {
        self.target.tick()
    }

    /// Biological time so far, in s.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        f64::from(self.tick()) * f64::from(self.prepared.network.tick_us) * 1e-6
    }

    /// Runs so many seconds of biological time, rounded to ticks.
    ///
    /// # Errors
    /// [`RunError::Interrupted`], or if the target fails.
    pub fn run_s(&mut self, seconds: f64) -> Result<(), RunError> {
        self.run_ticks(self.prepared.network.ticks(seconds))
    }

    /// Runs so many ticks.
    ///
    /// # Errors
    /// [`RunError::Interrupted`], or if the target fails.
    pub fn run_ticks(&mut self, ticks: u32) -> Result<(), RunError> {
        self.drive(ticks, None)
    }

    /// Runs so many ticks and hands the records to a sink instead of keeping them.
    ///
    /// # Errors
    /// [`RunError::Interrupted`], or if the target fails.
    pub fn run_into(&mut self, ticks: u32, sink: &mut dyn Sink) -> Result<(), RunError> {
        self.drive(ticks, Some(sink))
    }

    fn drive(&mut self, ticks: u32, mut sink: Option<&mut dyn Sink>) -> Result<(), RunError> {
        let end = self.target.tick().saturating_add(ticks);
        while self.target.tick() < end {
            if self.interrupt.requested() {
                return Err(RunError::Interrupted {
                    tick: self.target.tick(),
                });
            }
            let sink: &mut dyn Sink = match &mut sink {
                Some(sink) => &mut **sink,
                None => &mut self.kept,
            };
            let (target, decoder) = (self.target.as_mut(), &self.decoder);
            intervention::make_due((&self.prepared, decoder), target, sink)?;
            target.run(step(&self.prepared, target.tick(), end))?;
            target.collect(&mut |core, words| decoder.decode(core, words, sink))?;
        }
        Ok(())
    }

    /// θ of a projection now. Reading visits every row, so that it is part of what is computed: the same calls at the
    /// same ticks give the same bits, and any give the same law.
    ///
    /// # Errors
    /// [`RunError::NoProjection`] names those that are plastic; otherwise if the target fails.
    pub fn theta(&mut self, projection: &str) -> Result<ThetaTable, RunError> {
        let index = self.plastic(projection)?;
        self.kept.wanted = Some(index);
        self.target.read_out()?;
        let (decoder, kept) = (&self.decoder, &mut self.kept);
        self.target
            .collect(&mut |core, words| decoder.decode(core, words, kept))?;
        kept.wanted = None;
        let read = std::mem::take(&mut kept.theta);
        Ok(ThetaTable::new(read.into_iter().map(|(pre, post, raw)| {
            (pre, post, f64::from(raw) / THETA_ONE)
        })))
    }

    /// Changes the network before the tick that is computed next. Spines that this takes or makes are kept as rewiring.
    ///
    /// # Errors
    /// [`RunError::Intervention`] if the network can't be changed so, [`RunError::Target`] if the target can't change one
    /// while it runs; nothing has changed then.
    pub fn intervene(&mut self, change: &Change) -> Result<Effect, RunError> {
        intervention::make(
            (&self.prepared, &self.decoder),
            self.target.as_mut(),
            change,
            &mut self.kept,
        )
    }

    fn plastic(&self, name: &str) -> Result<u32, RunError> {
        let projections = &self.prepared.network.projections;
        let found = projections
            .iter()
            .position(|p| p.name == name && p.plasticity.is_some());
        found.map(|index| index as u32).ok_or_else(|| {
            let names = projections.iter().filter(|p| p.plasticity.is_some());
            RunError::NoProjection {
                name: name.to_owned(),
                plastic: names.map(|p| p.name.clone()).collect(),
            }
        })
    }

    /// Spikes since the last call, of populations that record them, by tick.
    pub fn take_spikes(&mut self) -> Vec<SpikeAt> {
        let mut spikes = std::mem::take(&mut self.kept.spikes);
        spikes.sort_unstable();
        spikes
    }

    /// Spines gained and lost since the last call, by tick.
    pub fn take_rewiring(&mut self) -> Vec<Rewired> {
        let mut rewired = std::mem::take(&mut self.kept.rewired);
        rewired.sort_unstable();
        rewired
    }

    /// Counters, losses, health and timing so far.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        let options = RunOptions {
            target: self.target_name.clone(),
            ticks: self.target.tick(),
            threads: 1,
            checkpoint_ticks: 0,
            display: Display::Silent,
            label: String::new(),
            trace: None,
        };
        let timing = self.progress.timing(self.target.tick());
        super::run::outcome(
            &self.prepared,
            &options,
            self.target.as_ref(),
            timing,
            String::new(),
        )
    }
}

impl std::fmt::Debug for Session {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Session")
            .field("network", &self.prepared.network.name)
            .field("tick", &self.target.tick())
            .finish_non_exhaustive()
    }
}
