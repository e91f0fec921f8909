//! Projections: who connects to whom, how strongly, after what delay.

use super::SynapticSampling;

/// Synapses from one population to another.
#[derive(Clone, Debug, PartialEq)]
pub struct Projection {
    /// Unique name.
    pub name: String,
    /// Index of the presynaptic population.
    pub pre: usize,
    /// Index of the postsynaptic population.
    pub post: usize,
    /// Which pairs.
    pub connector: Connector,
    /// Weight magnitude ≥ 0 (dimensionless for WTA and intensity neurons, mV for LIF). Unused if plastic.
    pub weight: Distribution,
    /// Delay in ms; after conversion a whole number of ticks, 1–16. A plastic projection has one constant delay.
    pub delay_ms: Distribution,
    /// Sign, and for LIF the receptor.
    pub receptor: Receptor,
    /// `None`: static.
    pub plasticity: Option<SynapticSampling>,
}

/// Sign of a projection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Receptor {
    /// Adds to the potential.
    Excitatory,
    /// Takes from the potential.
    Inhibitory,
}

/// Which pairs of neurons are connected.
#[derive(Clone, Debug, PartialEq)]
pub enum Connector {
    /// Every pair; within one population with or without i → i.
    AllToAll {
        /// Whether a neuron connects to itself.
        self_connections: bool,
    },
    /// i → i; the sizes are equal.
    OneToOne,
    /// Each pair independently with this probability.
    FixedProbability {
        /// In [0, 1].
        probability: f64,
        /// Whether a neuron may connect to itself.
        self_connections: bool,
    },
    /// Each postsynaptic neuron receives from exactly so many distinct presynaptic neurons.
    FixedNumberPre {
        /// Fan-in.
        number: u32,
        /// Whether a neuron may connect to itself.
        self_connections: bool,
    },
    /// Given pairs, each with its own weight (magnitude) and delay in ms where stated.
    List(Vec<ListedSynapse>),
}

/// One synapse of an explicit list.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ListedSynapse {
    /// Presynaptic neuron.
    pub pre: u32,
    /// Postsynaptic neuron.
    pub post: u32,
    /// Weight; `None`: drawn from the projection's distribution.
    pub weight: Option<f64>,
    /// Delay in ms; `None`: drawn from the projection's distribution.
    pub delay_ms: Option<f64>,
}

/// A distribution of a parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Distribution {
    /// Always this value.
    Constant(f64),
    /// Uniform in [low, high).
    Uniform {
        /// Lower end.
        low: f64,
        /// Upper end.
        high: f64,
    },
    /// Normal, redrawn until within [low, high].
    Normal {
        /// Mean.
        mean: f64,
        /// Standard deviation.
        sd: f64,
        /// Lower bound.
        low: f64,
        /// Upper bound.
        high: f64,
    },
}
