//! The jump table of a projection (see `spinedrift_core::synapse::jump`): how far θ drifts and diffuses in Δ ticks.

use super::fixed::floating;
use super::{LoadingError, law};
use crate::description::{Integration, Prior, Projection, SynapticSampling};
use spinedrift_core::synapse::{jump, trace};

/// Largest share of its distance to μ that θ may drift, and largest σ, in one jump: with them |θ| stays in Q3.28.
const DRIFT_MAX: f64 = 0.125;
const SIGMA_MAX: f64 = 0.25;

/// Longest time between two visits of a row that the host asks for.
pub(super) const SWEEP_TICKS: u32 = 1024;

/// Drift share and noise σ over so many ticks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Transition {
    pub(super) drift: f64,
    pub(super) sigma: f64,
}

/// The transition of θ over `ticks`, in closed form.
pub(super) fn transition(rule: &SynapticSampling, tick_s: f64, ticks: u32) -> Transition {
    let time = f64::from(ticks) * tick_s;
    let b = rule.speed_per_s;
    if rule.own_scheme().is_some() {
        // What its scheme needs of a jump: that of the reference Gaussian, or the noise alone.
        let (b, temperature) = law::largest(rule);
        return match law::reference(rule) {
            Some((_, sd)) => ornstein_uhlenbeck((b, sd, temperature), time),
            None => Transition {
                drift: 0.0,
                sigma: libm::sqrt(2.0 * temperature * b * time),
            },
        };
    }
    match (&rule.prior, rule.integration) {
        (Prior::Gaussian { sd, .. }, Integration::Lazy) => {
            ornstein_uhlenbeck((b, *sd, rule.temperature), time)
        }
        // One Euler–Maruyama step: the reference of the paper.
        (Prior::Gaussian { sd, .. }, Integration::EveryTick) => Transition {
            drift: b / (sd * sd) * time,
            sigma: libm::sqrt(2.0 * rule.temperature * b * time),
        },
        _ => Transition {
            drift: 0.0,
            sigma: libm::sqrt(2.0 * rule.temperature * b * time),
        },
    }
}

fn ornstein_uhlenbeck((b, sd, temperature): (f64, f64, f64), time: f64) -> Transition {
    let rate = b / (sd * sd);
    let drift = -libm::expm1(-rate * time);
    let variance = -libm::expm1(-2.0 * rate * time) * temperature * sd * sd;
    Transition {
        drift,
        sigma: libm::sqrt(variance),
    }
}

/// Ticks between two visits of a row: 1 for every-tick integration; else as long as the table's limits allow.
pub(super) fn sweep_ticks(
    projection: &Projection,
    rule: &SynapticSampling,
    tick_s: f64,
) -> Result<u32, LoadingError> {
    let one = transition(rule, tick_s, 1);
    for (what, value, limit) in [
        ("drift (as a share of its distance)", one.drift, DRIFT_MAX),
        ("diffuse", one.sigma, SIGMA_MAX),
    ] {
        if value >= limit {
            let (projection, speed_per_s) = (projection.name.clone(), rule.speed_per_s);
            return Err(LoadingError::TooFast {
                projection,
                what,
                value,
                limit,
                speed_per_s,
            });
        }
    }
    law::check(projection, rule)?;
    if !law::fits(rule, tick_s, 1) {
        return Err(LoadingError::TooFastForPrior {
            projection: projection.name.clone(),
            speed_per_s: rule.speed_per_s,
        });
    }
    if rule.integration == Integration::EveryTick {
        return Ok(1);
    }
    let fits = |ticks: u32| {
        let far = transition(rule, tick_s, ticks);
        far.drift < DRIFT_MAX && far.sigma < SIGMA_MAX && law::fits(rule, tick_s, ticks)
    };
    let mut ticks = SWEEP_TICKS;
    while ticks > 1 && !fits(ticks) {
        ticks /= 2;
    }
    // One tick more, and every visit of the sweep would take two jumps.
    if ticks == jump::SHORT_TICKS {
        ticks -= 1;
    }
    Ok(ticks)
}

/// The words of a jump table. Waits beyond the sweep period don't occur; their entries repeat the longest one.
pub(super) fn jump_words(rule: &SynapticSampling, tick_s: f64, sweep_ticks: u32) -> Vec<u32> {
    let entry = |ticks: u32| {
        let jump = transition(rule, tick_s, ticks.min(sweep_ticks));
        [floating(jump.drift, 33), floating(jump.sigma, 32)]
    };
    let long = jump::LONG_TICKS / jump::SHORT_TICKS;
    let short = (0..jump::SHORT_TICKS).flat_map(entry);
    short
        .chain((0..long).flat_map(|j| entry(j * jump::SHORT_TICKS)))
        .collect()
}

/// The words of a trace decay table for a PSP with these time constants.
pub(super) fn trace_words(tick_ms: f64, tau_m_ms: f64, tau_s_ms: f64) -> Vec<u32> {
    let factor = |ticks: u32, tau_ms: f64| {
        let factor = if tau_ms <= 0.0 {
            f64::from(u8::from(ticks == 0))
        } else {
            libm::exp(-f64::from(ticks) * tick_ms / tau_ms)
        };
        libm::round(factor * 2_147_483_647.0) as u32
    };
    let row = |step: u32, tau_ms: f64| (0..16).map(move |j| factor(j * step, tau_ms));
    let table = |tau_ms: f64| {
        [1, 16, 256]
            .into_iter()
            .flat_map(move |step| row(step, tau_ms))
    };
    let words: Vec<u32> = table(tau_m_ms).chain(table(tau_s_ms)).collect();
    debug_assert_eq!(words.len(), trace::TABLE_WORDS);
    words
}
