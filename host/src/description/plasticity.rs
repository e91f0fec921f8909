//! Synaptic sampling (Kappel et al. 2015) on a projection.

use super::Distribution;

/// dθ = b(∂ log prior + N · likelihood term) dt + sqrt(2 T b) dW; weight w = e^(θ − θ0).
#[derive(Clone, Debug, PartialEq)]
pub struct SynapticSampling {
    /// Prior of θ.
    pub prior: Prior,
    /// T; 0: no noise.
    pub temperature: f64,
    /// b in 1/s.
    pub speed_per_s: f64,
    /// N; 0: the likelihood is ignored.
    pub experience: f64,
    /// α of the depression term min(5, α e^w); e^−2 in the paper.
    pub alpha: f64,
    /// θ0.
    pub offset: f64,
    /// θ is held at or above this.
    pub theta_min: f64,
    /// θ is held at or below this.
    pub theta_max: f64,
    /// Where θ starts.
    pub start: ThetaStart,
    /// Every tick or lazy.
    pub integration: Integration,
    /// The membrane sees max(0, w − e^−θ0), so that a spine grows from nothing; otherwise w for θ > 0.
    pub grows_from_nothing: bool,
    /// A retracted synapse (θ ≤ 0) still feels the likelihood through its small w, as in the authors' program.
    pub retracted_learns: bool,
    /// One likelihood kick moves θ by at most this; hits are counted.
    pub kick_max: f64,
    /// From this tick on θ stands still; `None`: never.
    pub frozen_from_tick: Option<u32>,
}

/// Prior of θ.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Prior {
    /// N(μ, σ²).
    Gaussian {
        /// μ.
        mean: f64,
        /// σ.
        sd: f64,
    },
    /// No prior: maximum-likelihood learning.
    Uniform,
}

/// Initial θ.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ThetaStart {
    /// Drawn from the (Gaussian) prior.
    Prior,
    /// Drawn from this distribution.
    From(Distribution),
}

/// How θ moves between events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Integration {
    /// One Euler–Maruyama step a tick: the reference.
    EveryTick,
    /// Exact Ornstein–Uhlenbeck transitions when a row is visited.
    Lazy,
}

impl Default for SynapticSampling {
    /// The authors' values (facts of the released program of the 2015 paper), with T = 1.
    fn default() -> Self {
        Self {
            prior: Prior::Gaussian { mean: 0.5, sd: 1.0 },
            temperature: 1.0,
            speed_per_s: 1e-4,
            experience: 100.0,
            alpha: (-2.0_f64).exp(),
            offset: 3.0,
            theta_min: -5.0,
            theta_max: 6.0,
            start: ThetaStart::Prior,
            integration: Integration::Lazy,
            grows_from_nothing: true,
            retracted_learns: true,
            kick_max: 0.5,
            frozen_from_tick: None,
        }
    }
}
