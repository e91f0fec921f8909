//! Networks in Rust, statement by statement.
//!
//! Every statement takes names and the user's units; whatever has a default may be left out, and the first flaw is
//! reported by [`NetworkBuilder::build`]. A winner-take-all circuit that learns from 100 Poisson sources:
//!
//! ```
//! use spinedrift::description::{NetworkBuilder, PoissonSource, Synapses, SynapticSampling, Wta};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let network = NetworkBuilder::new("ten neurons compete")
//!     .tick_ms(1.0)
//!     .population("input", 100, PoissonSource::at_hz(20.0))
//!     .population("circuit", 10, Wta::of(10))
//!     .project("input", "circuit", Synapses::all_to_all().plastic(SynapticSampling::default()))
//!     .record_spikes("circuit")
//!     .snapshot_s(10.0)
//!     .build()?;
//! assert_eq!(network.projections[0].name, "input to circuit");
//! # Ok(())
//! # }
//! ```

use thiserror::Error;

use super::suggest::closest;
use super::{
    Connector, Distribution, ListedSynapse, Model, Network, NetworkError, Population, Projection,
    Receptor, Record, SynapticSampling, whole_ticks,
};

/// Collects a network's parts.
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until `build`"]
pub struct NetworkBuilder {
    name: String,
    tick_ms: f64,
    snapshot_s: Option<f64>,
    populations: Vec<Population>,
    potentials: Vec<(String, Vec<u32>, f64)>,
    spikes: Vec<String>,
    projections: Vec<(String, String, Synapses)>,
}

/// Why a network could not be built.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum BuildError {
    /// A name that no population has.
    #[error("there is no population `{name}`{}", hint(suggestion.as_deref()))]
    UnknownPopulation {
        /// The name.
        name: String,
        /// The nearest name that exists.
        suggestion: Option<String>,
    },
    /// A tick that is not a whole number of microseconds, or too long.
    #[error(
        "a tick of {tick_ms} ms is not a whole number of microseconds from 1 to 2^32 − 1; choose one, such as 1 ms"
    )]
    BadTick {
        /// The tick in ms.
        tick_ms: f64,
    },
    /// An interval that is not a whole number of ticks.
    #[error(
        "{what}: {time_ms} ms is not a whole number of ticks of {tick_ms} ms; choose one that is"
    )]
    NotWholeTicks {
        /// What the interval is for.
        what: &'static str,
        /// The interval in ms.
        time_ms: f64,
        /// The tick in ms.
        tick_ms: f64,
    },
    /// A flaw of the whole.
    #[error(transparent)]
    Network(#[from] NetworkError),
}

fn hint(suggestion: Option<&str>) -> String {
    suggestion.map_or_else(String::new, |name| format!("; did you mean `{name}`?"))
}

impl NetworkBuilder {
    /// An empty network with ticks of 1 ms.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            tick_ms: 1.0,
            snapshot_s: None,
            populations: Vec::new(),
            potentials: Vec::new(),
            spikes: Vec::new(),
            projections: Vec::new(),
        }
    }

    /// Length of a tick in ms, a whole number of microseconds. Default: 1 ms.
    pub fn tick_ms(mut self, tick_ms: f64) -> Self {
        self.tick_ms = tick_ms;
        self
    }

    /// Reads every θ each so many seconds, and at the end. Default: at the end only.
    pub fn snapshot_s(mut self, interval_s: f64) -> Self {
        self.snapshot_s = Some(interval_s);
        self
    }

    /// Adds `size` neurons of one model.
    pub fn population(
        mut self,
        name: impl Into<String>,
        size: u32,
        model: impl Into<Model>,
    ) -> Self {
        let (name, model, record) = (name.into(), model.into(), Record::default());
        self.populations.push(Population {
            name,
            size,
            model,
            record,
        });
        self
    }

    /// Records every spike of a population.
    pub fn record_spikes(mut self, population: impl Into<String>) -> Self {
        self.spikes.push(population.into());
        self
    }

    /// Records membrane potentials of some neurons (ascending) each so many ms.
    pub fn record_potentials(
        mut self,
        population: impl Into<String>,
        neurons: &[u32],
        interval_ms: f64,
    ) -> Self {
        self.potentials
            .push((population.into(), neurons.to_vec(), interval_ms));
        self
    }

    /// Adds synapses between two populations, which may be added later than this.
    pub fn project(
        mut self,
        pre: impl Into<String>,
        post: impl Into<String>,
        synapses: Synapses,
    ) -> Self {
        self.projections.push((pre.into(), post.into(), synapses));
        self
    }

    /// Puts the parts together and checks the whole.
    ///
    /// # Errors
    /// The first unknown name, time that is not a whole number of ticks, or flaw that [`Network::check`] finds.
    pub fn build(mut self) -> Result<Network, BuildError> {
        let tick_us =
            whole_ticks(self.tick_ms, 1)
                .filter(|&us| us > 0)
                .ok_or(BuildError::BadTick {
                    tick_ms: self.tick_ms,
                })?;
        for name in std::mem::take(&mut self.spikes) {
            self.named(&name)?.record.spikes = true;
        }
        for (name, neurons, interval_ms) in std::mem::take(&mut self.potentials) {
            let ticks = self.ticks("interval of recorded potentials", interval_ms, tick_us)?;
            let record = &mut self.named(&name)?.record;
            (record.potentials, record.potential_ticks) = (neurons, ticks);
        }
        let snapshot = self
            .snapshot_s
            .map(|s| self.ticks("interval of snapshots", s * 1e3, tick_us));
        let mut network = Network {
            name: self.name,
            tick_us,
            populations: self.populations,
            projections: Vec::new(),
            snapshot_ticks: snapshot.transpose()?,
        };
        for (pre, post, synapses) in self.projections {
            let ends = (
                index(&network.populations, &pre)?,
                index(&network.populations, &post)?,
            );
            let name = synapses
                .name
                .clone()
                .unwrap_or_else(|| network.free_projection_name(&pre, &post));
            network
                .projections
                .push(synapses.between(name, ends, tick_us));
        }
        network.check()?;
        Ok(network)
    }

    fn named(&mut self, name: &str) -> Result<&mut Population, BuildError> {
        let index = index(&self.populations, name)?;
        self.populations
            .get_mut(index)
            .ok_or_else(|| unknown(&[], name))
    }

    fn ticks(&self, what: &'static str, time_ms: f64, tick_us: u32) -> Result<u32, BuildError> {
        whole_ticks(time_ms, tick_us).ok_or(BuildError::NotWholeTicks {
            what,
            time_ms,
            tick_ms: self.tick_ms,
        })
    }
}

fn index(populations: &[Population], name: &str) -> Result<usize, BuildError> {
    populations
        .iter()
        .position(|p| p.name == name)
        .ok_or_else(|| unknown(populations, name))
}

fn unknown(populations: &[Population], name: &str) -> BuildError {
    let suggestion = closest(name, populations.iter().map(|p| p.name.as_str())).map(str::to_owned);
    BuildError::UnknownPopulation {
        name: name.to_owned(),
        suggestion,
    }
}

impl Network {
    /// `pre to post`, with the first number from 2 that makes it unique if it is taken.
    pub(super) fn free_projection_name(&self, pre: &str, post: &str) -> String {
        let plain = format!("{pre} to {post}");
        let numbered = (2..).map(|n| format!("{plain} {n}"));
        let mut names = std::iter::once(plain.clone()).chain(numbered);
        names
            .find(|name| self.projection(name).is_none())
            .unwrap_or(plain)
    }
}

/// Synapses between two populations: who connects to whom, how strongly, after what delay.
///
/// Unless said otherwise: static, excitatory, weight 1, delay one tick, self-connections allowed.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct Synapses {
    name: Option<String>,
    connector: Connector,
    weight: Distribution,
    delay_ms: Option<Distribution>,
    receptor: Receptor,
    plasticity: Option<SynapticSampling>,
}

impl Synapses {
    fn with(connector: Connector) -> Self {
        Self {
            name: None,
            connector,
            weight: Distribution::Constant(1.0),
            delay_ms: None,
            receptor: Receptor::Excitatory,
            plasticity: None,
        }
    }

    /// Every pair.
    pub fn all_to_all() -> Self {
        Self::with(Connector::AllToAll {
            self_connections: true,
        })
    }

    /// Neuron i to neuron i.
    pub fn one_to_one() -> Self {
        Self::with(Connector::OneToOne)
    }

    /// Each pair independently with this probability.
    pub fn with_probability(probability: f64) -> Self {
        Self::with(Connector::FixedProbability {
            probability,
            self_connections: true,
        })
    }

    /// So many distinct presynaptic neurons for each postsynaptic one.
    pub fn fan_in(number: u32) -> Self {
        Self::with(Connector::FixedNumberPre {
            number,
            self_connections: true,
        })
    }

    /// The given pairs (pre, post), with the projection's weight and delay.
    pub fn pairs(pairs: impl IntoIterator<Item = (u32, u32)>) -> Self {
        let synapse = |(pre, post)| ListedSynapse {
            pre,
            post,
            weight: None,
            delay_ms: None,
        };
        Self::list(pairs.into_iter().map(synapse).collect())
    }

    /// The given synapses.
    pub fn list(synapses: Vec<ListedSynapse>) -> Self {
        Self::with(Connector::List(synapses))
    }

    /// Name of the projection. Default: `pre to post`.
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Weight, a magnitude: a number or a distribution.
    pub fn weight(mut self, weight: impl Into<Distribution>) -> Self {
        self.weight = weight.into();
        self
    }

    /// Delay in ms, 1–16 whole ticks: a number or a distribution.
    pub fn delay_ms(mut self, delay_ms: impl Into<Distribution>) -> Self {
        self.delay_ms = Some(delay_ms.into());
        self
    }

    /// Takes from the potential instead of adding to it.
    pub fn inhibitory(mut self) -> Self {
        self.receptor = Receptor::Inhibitory;
        self
    }

    /// Learns by synaptic sampling; the weight is then e^(θ − θ0).
    pub fn plastic(mut self, rule: SynapticSampling) -> Self {
        self.plasticity = Some(rule);
        self
    }

    /// Within one population, no neuron connects to itself.
    pub fn without_self(mut self) -> Self {
        match &mut self.connector {
            Connector::AllToAll { self_connections }
            | Connector::FixedProbability {
                self_connections, ..
            }
            | Connector::FixedNumberPre {
                self_connections, ..
            } => *self_connections = false,
            Connector::OneToOne | Connector::List(_) => {}
        }
        self
    }

    fn between(self, name: String, (pre, post): (usize, usize), tick_us: u32) -> Projection {
        let one_tick = Distribution::Constant(f64::from(tick_us) / 1e3);
        Projection {
            name,
            pre,
            post,
            connector: self.connector,
            weight: self.weight,
            delay_ms: self.delay_ms.unwrap_or(one_tick),
            receptor: self.receptor,
            plasticity: self.plasticity,
        }
    }
}
