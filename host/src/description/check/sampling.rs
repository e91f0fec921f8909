//! Checks of a sampling rule: prior, speed, temperature, scheme.

use super::values::Checker;
use super::{NetworkError, Problem, THETA_LIMIT};
use crate::description::{Prior, Scheme, Speed, SynapticSampling, ThetaStart};

type Checked = Result<(), NetworkError>;

/// Most changes of temperature.
pub const ANNEALING_MAX: usize = 63;
/// Smallest b as a share of the largest.
pub const SPEED_RATIO_MIN: f64 = 1e-3;
/// Lowest temperature of the Metropolis scheme, which divides by it.
const TEMPERATURE_MIN: f64 = 1e-3;

pub(super) fn check(checker: &Checker<'_>, rule: &SynapticSampling) -> Checked {
    prior(checker, &rule.prior)?;
    checker.not_negative("plasticity.temperature", rule.temperature)?;
    checker.not_negative("plasticity.speed_per_s", rule.speed_per_s)?;
    checker.not_negative("plasticity.experience", rule.experience)?;
    checker.not_negative("plasticity.alpha", rule.alpha)?;
    checker.finite("plasticity.offset", rule.offset)?;
    let remedy = "θ is stored with 28 fraction bits, within −8 and 8: choose a bound inside";
    let limit = THETA_LIMIT.next_down();
    for (field, bound) in [
        ("plasticity.theta_min", rule.theta_min),
        ("plasticity.theta_max", rule.theta_max),
    ] {
        checker.within(field, bound, -THETA_LIMIT, limit, remedy)?;
    }
    checker.below("plasticity.theta_min", rule.theta_min, rule.theta_max)?;
    let (low, high) = rule.bounds();
    checker.below("plasticity.prior", low, high)?;
    checker.positive("plasticity.kick_max", rule.kick_max)?;
    speed(checker, rule)?;
    annealing(checker, rule)?;
    scheme(checker, rule)?;
    match &rule.start {
        ThetaStart::From(start) => checker.distribution("plasticity.start", start),
        ThetaStart::Given(table) => {
            let finite = table.thetas().iter().all(|theta| theta.is_finite());
            let least = if finite { 0.0 } else { f64::NAN };
            checker.finite("plasticity.start", least)
        }
        ThetaStart::Prior => {
            let flat = rule.prior == Prior::Uniform;
            checker.refuse_if(flat, "plasticity.start", || Problem::NoPriorToStartFrom)
        }
    }
}

fn mean(checker: &Checker<'_>, field: &str, mean: f64) -> Checked {
    let remedy = "choose a mean of θ within its range";
    checker.within(field, mean, -THETA_LIMIT, THETA_LIMIT, remedy)
}

fn prior(checker: &Checker<'_>, prior: &Prior) -> Checked {
    const COMPONENTS: &str = "plasticity.prior.components";
    match prior {
        Prior::Gaussian { mean: m, sd } => {
            mean(checker, "plasticity.prior.mean", *m)?;
            checker.positive("plasticity.prior.sd", *sd)
        }
        Prior::Mixture(components) => {
            let none = components.is_empty();
            checker.refuse_if(none, COMPONENTS, || Problem::Empty { what: "component" })?;
            components.iter().try_for_each(|component| {
                checker.positive(COMPONENTS, component.weight)?;
                mean(checker, COMPONENTS, component.mean)?;
                checker.positive(COMPONENTS, component.sd)
            })
        }
        Prior::Laplace { mean: m, scale } => {
            mean(checker, "plasticity.prior.mean", *m)?;
            checker.positive("plasticity.prior.scale", *scale)
        }
        Prior::StudentT {
            mean: m,
            scale,
            freedom,
        } => {
            mean(checker, "plasticity.prior.mean", *m)?;
            checker.positive("plasticity.prior.scale", *scale)?;
            let remedy = "1 is Cauchy's law; use a Gaussian beyond 1,000";
            checker.within("plasticity.prior.freedom", *freedom, 0.5, 1000.0, remedy)
        }
        Prior::Bounded { low, high } => {
            mean(checker, "plasticity.prior.low", *low)?;
            mean(checker, "plasticity.prior.high", *high)?;
            checker.below("plasticity.prior.low", *low, *high)
        }
        Prior::Uniform => Ok(()),
    }
}

fn speed(checker: &Checker<'_>, rule: &SynapticSampling) -> Checked {
    const FIELD: &str = "plasticity.speed";
    match &rule.speed {
        Speed::Constant => return Ok(()),
        Speed::Linear { at, slope } => {
            checker.finite("plasticity.speed.at", *at)?;
            checker.finite("plasticity.speed.slope", *slope)?;
        }
        Speed::Table(points) => {
            checker.refuse_if(points.len() < 2, FIELD, || Problem::Empty {
                what: "second point",
            })?;
            for (theta, factor) in points {
                checker.finite(FIELD, *theta)?;
                checker.finite(FIELD, *factor)?;
            }
            points.windows(2).try_for_each(|pair| match pair {
                [(a, _), (b, _)] => checker.below(FIELD, *a, *b),
                _ => Ok(()),
            })?;
        }
    }
    let (low, high) = rule.bounds();
    let (least, most) = rule.speed.range(low, high);
    checker.positive(FIELD, most)?;
    let remedy = "b must stay above 0 between the bounds of θ, and within a factor of 1,000: change the factors or the bounds";
    checker.within(FIELD, least, SPEED_RATIO_MIN * most, most, remedy)
}

fn annealing(checker: &Checker<'_>, rule: &SynapticSampling) -> Checked {
    const FIELD: &str = "plasticity.annealing";
    let found = rule.annealing.len();
    checker.refuse_if(found > ANNEALING_MAX, FIELD, || Problem::TooManyChanges {
        found,
        limit: ANNEALING_MAX,
    })?;
    for (_, temperature) in &rule.annealing {
        checker.not_negative(FIELD, *temperature)?;
    }
    rule.annealing.windows(2).try_for_each(|pair| match pair {
        [(before, _), (tick, _)] => {
            let (before, tick) = (*before, *tick);
            checker.refuse_if(tick <= before, FIELD, || Problem::NotAscending {
                before,
                tick,
            })
        }
        _ => Ok(()),
    })
}

fn scheme(checker: &Checker<'_>, rule: &SynapticSampling) -> Checked {
    const FIELD: &str = "plasticity.scheme";
    let varies = rule.speed != Speed::Constant;
    match rule.own_scheme() {
        Some(Scheme::Splitting) => checker.refuse_if(varies, FIELD, || Problem::Unfit {
            what: "splitting needs a speed that is the same everywhere",
            remedy: "choose \"metropolis\" or \"euler\"",
        }),
        Some(Scheme::Metropolis) => {
            let cold = rule.temperatures().0 < TEMPERATURE_MIN && rule.speed_per_s > 0.0;
            checker.refuse_if(cold, FIELD, || Problem::Unfit {
                what: "the Metropolis scheme stands still at a temperature below 0.001",
                remedy: "raise the temperature, or choose \"euler\"",
            })?;
            checker.refuse_if(!rule.speed_drift, "plasticity.speed_drift", || {
                Problem::Unfit {
                    what: "the Metropolis scheme can't leave out the drift T b′",
                    remedy: "choose \"euler\", or leave `speed_drift` out",
                }
            })
        }
        _ => Ok(()),
    }
}
