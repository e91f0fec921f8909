//! Populations of neurons and sources.

use super::{Distribution, PoissonSource};

/// Neurons of one model.
#[derive(Clone, Debug, PartialEq)]
pub struct Population {
    /// Unique name.
    pub name: String,
    /// Number of neurons, ≥ 1.
    pub size: u32,
    /// Model and parameters.
    pub model: Model,
    /// What is recorded.
    pub record: Record,
}

/// What a population records.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record {
    /// Every spike.
    pub spikes: bool,
    /// Neurons whose membrane potential is recorded, ascending.
    pub potentials: Vec<u32>,
    /// Ticks between two recorded potentials (1 = every tick).
    pub potential_ticks: u32,
}

/// The model of a population.
#[derive(Clone, Debug, PartialEq)]
pub enum Model {
    /// Stochastic winner-take-all circuits.
    Wta(Wta),
    /// Stochastic neurons with an escape rate and refractoriness.
    Intensity(Intensity),
    /// Leaky integrate-and-fire neurons.
    Lif(Lif),
    /// Poisson sources.
    Poisson(PoissonSource),
    /// Sources that spike at given ticks: one ascending list for each neuron.
    SpikeArray(Vec<Vec<u32>>),
}

/// Shape of a postsynaptic potential: `ε(s) = e^(−s/τ_m) − e^(−s/τ_s)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Psp {
    /// `τ_m` in ms; infinite: a step that never decays.
    pub tau_m_ms: f64,
    /// `τ_s` in ms; 0: the rise is immediate.
    pub tau_s_ms: f64,
}

/// Slow self-depressing current: each own spike adds −a (e^(−s/fall) − e^(−s/rise)) to the potential.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adaptation {
    /// a, dimensionless.
    pub amplitude: f64,
    /// Rise time constant in s.
    pub tau_rise_s: f64,
    /// Fall time constant in s.
    pub tau_fall_s: f64,
}

/// Winner-take-all circuits: each fires at most once a tick, with probability `1 − exp(−ρ_net Δt)`; the winner is
/// drawn from the softmax of the potentials.
#[derive(Clone, Debug, PartialEq)]
pub struct Wta {
    /// Neurons of one circuit; the population's size is a multiple of it.
    pub circuit_size: u32,
    /// `ρ_net` in Hz.
    pub rate_hz: f64,
    /// PSP.
    pub psp: Psp,
    /// Bias: one value for all, or one a neuron.
    pub bias: Vec<f64>,
    /// Homeostasis.
    pub adaptation: Option<Adaptation>,
}

/// How the potential of a stochastic neuron becomes a firing probability in a tick; h = `rate_hz` · Δt · e^u.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Escape {
    /// p = 1 − exp(−h): a point process of intensity ρ(u) = rate · e^u.
    Exponential,
    /// p = h / (1 + h): exact neural sampling in discrete time (Buesing et al. 2011).
    Logistic,
}

/// Stochastic neurons.
#[derive(Clone, Debug, PartialEq)]
pub struct Intensity {
    /// Intensity in Hz at u = 0.
    pub rate_hz: f64,
    /// Link.
    pub escape: Escape,
    /// Absolute refractory time in ms, whole ticks: silent for so many after a spike, 0 for none.
    pub refractory_ms: f64,
    /// PSP.
    pub psp: Psp,
    /// Bias: one value for all, or one a neuron.
    pub bias: Vec<f64>,
}

/// Leaky integrate-and-fire: `τ_m dv/dt = v_rest − v + g_e − g_i + offset`, `τ_e dg_e/dt = −g_e`, `τ_i dg_i/dt = −g_i`.
/// A synapse adds its weight (mV) to `g_e` or `g_i`. Integrated exactly over a tick (Rotter & Diesmann 1999).
#[derive(Clone, Debug, PartialEq)]
pub struct Lif {
    /// Membrane time constant in ms.
    pub tau_m_ms: f64,
    /// Excitatory synaptic time constant in ms.
    pub tau_e_ms: f64,
    /// Inhibitory synaptic time constant in ms.
    pub tau_i_ms: f64,
    /// Resting potential in mV.
    pub v_rest_mv: f64,
    /// Threshold in mV.
    pub v_threshold_mv: f64,
    /// Reset potential in mV.
    pub v_reset_mv: f64,
    /// Absolute refractory time in ms, whole ticks: held at reset for so many after a spike.
    pub refractory_ms: f64,
    /// Constant input in mV: one value for all, or one a neuron.
    pub offset_mv: Vec<f64>,
    /// Initial potential in mV.
    pub v_start_mv: Distribution,
}

impl Model {
    /// The model's name, as network files spell it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Wta(_) => "wta",
            Self::Intensity(_) => "intensity",
            Self::Lif(_) => "lif",
            Self::Poisson(_) => "poisson",
            Self::SpikeArray(_) => "spike_array",
        }
    }

    /// Whether the model has no input: Poisson and spike-array sources.
    #[must_use]
    pub fn is_source(&self) -> bool {
        matches!(self, Self::Poisson(_) | Self::SpikeArray(_))
    }

    /// Neurons that must stay together on a core: a WTA circuit; 1 for all other models.
    #[must_use]
    pub fn group_size(&self) -> u32 {
        match self {
            Self::Wta(wta) => wta.circuit_size,
            _ => 1,
        }
    }
}

impl Population {
    /// Mean rate of a neuron in Hz as far as the description tells: exact for constant sources and WTA circuits, a guess
    /// of 10 Hz for neurons whose rate the network decides.
    #[must_use]
    pub fn mean_rate_hz(&self) -> f64 {
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len().max(1) as f64;
        match &self.model {
            Model::Wta(wta) => wta.rate_hz / f64::from(wta.circuit_size.max(1)),
            Model::Poisson(PoissonSource::Constant(rates)) => mean(rates),
            Model::Poisson(PoissonSource::Schedule(schedule)) => {
                let rate = |level: &u8| {
                    schedule
                        .levels_hz
                        .get(usize::from(*level))
                        .copied()
                        .unwrap_or(0.0)
                };
                let patterns: Vec<f64> = schedule.patterns.iter().flatten().map(rate).collect();
                mean(&patterns)
            }
            Model::Intensity(_) | Model::Lif(_) | Model::SpikeArray(_) => 10.0,
        }
    }
}
