//! Synaptic sampling (Kappel et al. 2015) on a projection.

use super::{Distribution, Prior, Scheme, Speed, ThetaTable};

/// dθ = (b(∂ log prior + N · likelihood term) + T b′) dt + sqrt(2 T b) dW; weight w = e^(θ − θ0).
#[derive(Clone, Debug, PartialEq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own in the network file"
)]
pub struct SynapticSampling {
    /// Prior of θ.
    pub prior: Prior,
    /// T; 0: no noise.
    pub temperature: f64,
    /// T from given ticks on: `(tick, T)`, ascending; empty: `temperature` always.
    pub annealing: Vec<(u32, f64)>,
    /// b in 1/s.
    pub speed_per_s: f64,
    /// How b depends on θ.
    pub speed: Speed,
    /// The drift T b′(θ), without which the wrong law is sampled; false only to show that.
    pub speed_drift: bool,
    /// Which scheme moves θ between events.
    pub scheme: Scheme,
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
    /// Every spine gained and lost is recorded; they are counted in any case.
    pub record_rewiring: bool,
}

/// Initial θ.
#[derive(Clone, Debug, PartialEq)]
pub enum ThetaStart {
    /// Drawn from the prior.
    Prior,
    /// Drawn from this distribution.
    From(Distribution),
    /// Where another session left it; a synapse that the table hasn't got is drawn from the prior.
    Given(ThetaTable),
}

/// How θ moves between events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Integration {
    /// One step a tick, Euler–Maruyama unless another scheme is named: the reference.
    EveryTick,
    /// One transition over the whole wait when a row is visited.
    Lazy,
}

impl Default for SynapticSampling {
    /// The authors' values (facts of the released program of the 2015 paper), with T = 1.
    fn default() -> Self {
        Self {
            prior: Prior::Gaussian { mean: 0.5, sd: 1.0 },
            temperature: 1.0,
            annealing: Vec::new(),
            speed_per_s: 1e-4,
            speed: Speed::Constant,
            speed_drift: true,
            scheme: Scheme::Auto,
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
            record_rewiring: true,
        }
    }
}

impl SynapticSampling {
    /// Bounds of θ: those given, and those of the prior.
    #[must_use]
    pub fn bounds(&self) -> (f64, f64) {
        let (low, high) = self.prior.support();
        (self.theta_min.max(low), self.theta_max.min(high))
    }

    /// The scheme that moves θ; `None` for the plain transition of a Gaussian prior or none.
    #[must_use]
    pub fn own_scheme(&self) -> Option<Scheme> {
        let plain = matches!(self.prior, Prior::Gaussian { .. } | Prior::Uniform)
            && self.speed == Speed::Constant
            && self.annealing.is_empty();
        match (self.scheme, self.integration) {
            (Scheme::Auto, _) if plain => None,
            (Scheme::Auto, Integration::EveryTick) => Some(Scheme::Euler),
            (Scheme::Auto, Integration::Lazy) if self.speed == Speed::Constant => {
                Some(Scheme::Splitting)
            }
            (Scheme::Auto, Integration::Lazy) => Some(Scheme::Metropolis),
            (scheme, _) => Some(scheme),
        }
    }

    /// Smallest and largest temperature of a run.
    #[must_use]
    pub fn temperatures(&self) -> (f64, f64) {
        let first = self.annealing.first().is_none_or(|change| change.0 > 0);
        let start = first.then_some(self.temperature);
        let all = self.annealing.iter().map(|change| change.1).chain(start);
        all.fold((f64::INFINITY, 0.0), |(least, most), temperature| {
            (least.min(temperature), most.max(temperature))
        })
    }
}
