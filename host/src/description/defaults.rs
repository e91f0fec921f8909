//! What a model is when nothing else is said, and short ways to say the rest.

use super::{
    Adaptation, Distribution, Escape, Intensity, Lif, Model, PoissonSource, Psp, RateSchedule, Wta,
};

impl Default for Psp {
    /// Rise 2 ms, fall 20 ms: the authors' kernel.
    fn default() -> Self {
        Self {
            tau_m_ms: 20.0,
            tau_s_ms: 2.0,
        }
    }
}

impl Default for Adaptation {
    /// Amplitude 8, rise 10 s, fall 30 s: the authors' homeostasis.
    fn default() -> Self {
        Self {
            amplitude: 8.0,
            tau_rise_s: 10.0,
            tau_fall_s: 30.0,
        }
    }
}

impl Wta {
    /// Circuits of so many neurons with the authors' values: 100 Hz for the circuit, bias 0, homeostasis.
    #[must_use]
    pub fn of(circuit_size: u32) -> Self {
        Self {
            circuit_size,
            rate_hz: 100.0,
            psp: Psp::default(),
            bias: vec![0.0],
            adaptation: Some(Adaptation::default()),
        }
    }
}

impl Default for Intensity {
    /// 10 Hz at u = 0, exponential, no refractory time, the authors' kernel.
    fn default() -> Self {
        Self {
            rate_hz: 10.0,
            escape: Escape::Exponential,
            refractory_ms: 0.0,
            psp: Psp::default(),
            bias: vec![0.0],
        }
    }
}

impl Default for Lif {
    /// The neuron of the CUBA benchmark (Vogels & Abbott 2005; Brette et al. 2007).
    fn default() -> Self {
        Self {
            tau_m_ms: 20.0,
            tau_e_ms: 5.0,
            tau_i_ms: 10.0,
            v_rest_mv: -49.0,
            v_threshold_mv: -50.0,
            v_reset_mv: -60.0,
            refractory_ms: 5.0,
            offset_mv: vec![0.0],
            v_start_mv: Distribution::Uniform {
                low: -60.0,
                high: -50.0,
            },
        }
    }
}

impl PoissonSource {
    /// Every neuron at this rate.
    #[must_use]
    pub fn at_hz(rate_hz: f64) -> Self {
        Self::Constant(vec![rate_hz])
    }
}

impl Distribution {
    /// Uniform in [low, high).
    #[must_use]
    pub fn uniform(low: f64, high: f64) -> Self {
        Self::Uniform { low, high }
    }

    /// Normal, within five standard deviations of the mean.
    #[must_use]
    pub fn normal(mean: f64, sd: f64) -> Self {
        Self::Normal {
            mean,
            sd,
            low: mean - 5.0 * sd,
            high: mean + 5.0 * sd,
        }
    }
}

impl From<f64> for Distribution {
    fn from(value: f64) -> Self {
        Self::Constant(value)
    }
}

impl From<Wta> for Model {
    fn from(model: Wta) -> Self {
        Self::Wta(model)
    }
}

impl From<Intensity> for Model {
    fn from(model: Intensity) -> Self {
        Self::Intensity(model)
    }
}

impl From<Lif> for Model {
    fn from(model: Lif) -> Self {
        Self::Lif(model)
    }
}

impl From<PoissonSource> for Model {
    fn from(source: PoissonSource) -> Self {
        Self::Poisson(source)
    }
}

impl From<RateSchedule> for Model {
    fn from(schedule: RateSchedule) -> Self {
        Self::Poisson(PoissonSource::Schedule(schedule))
    }
}
