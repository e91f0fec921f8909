//! Checks of single values, each for a field of an object.

use super::{NetworkError, Object, Problem};
use crate::description::{Distribution, Network, whole_ticks};

/// Names the object that is being checked.
pub(super) struct Checker<'a> {
    pub(super) network: &'a Network,
    pub(super) object: Object,
}

type Checked = Result<(), NetworkError>;

impl<'a> Checker<'a> {
    pub(super) fn network(network: &'a Network) -> Self {
        Self {
            network,
            object: Object::Network,
        }
    }

    /// An error in `field`.
    pub(super) fn refuse(&self, field: &str, problem: Problem) -> NetworkError {
        NetworkError {
            object: self.object.clone(),
            field: field.to_owned(),
            problem,
        }
    }

    /// Refuses if `flawed`.
    pub(super) fn refuse_if(
        &self,
        flawed: bool,
        field: &str,
        problem: impl FnOnce() -> Problem,
    ) -> Checked {
        if flawed {
            Err(self.refuse(field, problem()))
        } else {
            Ok(())
        }
    }

    /// Length of a tick in ms.
    pub(super) fn tick_ms(&self) -> f64 {
        f64::from(self.network.tick_us) / 1e3
    }

    pub(super) fn finite(&self, field: &str, value: f64) -> Checked {
        self.refuse_if(!value.is_finite(), field, || Problem::NotFinite { value })
    }

    /// A finite value in [low, high].
    pub(super) fn within(
        &self,
        field: &str,
        value: f64,
        low: f64,
        high: f64,
        remedy: &'static str,
    ) -> Checked {
        self.finite(field, value)?;
        let outside = !(low..=high).contains(&value);
        self.refuse_if(outside, field, || Problem::OutOfRange {
            value,
            low,
            high,
            remedy,
        })
    }

    /// A finite value ≥ 0.
    pub(super) fn not_negative(&self, field: &str, value: f64) -> Checked {
        self.within(
            field,
            value,
            0.0,
            f64::INFINITY,
            "give 0 or a positive number",
        )
    }

    /// A finite value > 0.
    pub(super) fn positive(&self, field: &str, value: f64) -> Checked {
        self.finite(field, value)?;
        self.refuse_if(value <= 0.0, field, || Problem::NotPositive { value })
    }

    pub(super) fn below(&self, field: &str, smaller: f64, larger: f64) -> Checked {
        self.refuse_if(
            !matches!(smaller.partial_cmp(&larger), Some(std::cmp::Ordering::Less)),
            field,
            || Problem::NotBelow { smaller, larger },
        )
    }

    /// One value for all, or one a neuron, all finite.
    pub(super) fn one_or_each(&self, field: &str, values: &[f64], size: u32) -> Checked {
        let found = values.len();
        self.refuse_if(found != 1 && found != size as usize, field, || {
            Problem::WrongLength {
                found,
                needed: size,
            }
        })?;
        values
            .iter()
            .try_for_each(|&value| self.finite(field, value))
    }

    /// A rate in Hz whose expected number of spikes in a tick is at most 1.
    pub(super) fn rate(&self, field: &str, rate_hz: f64) -> Checked {
        let limit_hz = 1e6 / f64::from(self.network.tick_us);
        let remedy = "a neuron fires at most once in a tick: lower the rate or shorten the tick";
        // A rate of exactly 1 a tick may exceed the quotient by its rounding.
        let value = if rate_hz <= limit_hz * (1.0 + 1e-12) {
            rate_hz.min(limit_hz)
        } else {
            rate_hz
        };
        self.within(field, value, 0.0, limit_hz, remedy)
    }

    /// A time of whole ticks.
    pub(super) fn whole_ticks(&self, field: &str, time_ms: f64) -> Checked {
        self.not_negative(field, time_ms)?;
        let refused = whole_ticks(time_ms, self.network.tick_us).is_none();
        self.refuse_if(refused, field, || Problem::NotWholeTicks {
            time_ms,
            tick_ms: self.tick_ms(),
        })
    }

    /// A distribution that can be drawn from.
    pub(super) fn distribution(&self, field: &str, distribution: &Distribution) -> Checked {
        match *distribution {
            Distribution::Constant(value) => self.finite(field, value),
            Distribution::Uniform { low, high } => {
                self.finite(field, low)?;
                self.finite(field, high)?;
                self.below(field, low, high)
            }
            Distribution::Normal {
                mean,
                sd,
                low,
                high,
            } => {
                for value in [mean, low, high] {
                    self.finite(field, value)?;
                }
                self.not_negative(field, sd)?;
                self.below(field, low, high)?;
                let missed = mass_within(mean, sd, low, high) < 0.01;
                self.refuse_if(missed, field, || Problem::WindowMissed {
                    mean,
                    sd,
                    low,
                    high,
                })
            }
        }
    }
}

/// Probability that N(mean, sd²) lies in [low, high].
fn mass_within(mean: f64, sd: f64, low: f64, high: f64) -> f64 {
    if sd > 0.0 {
        let tail = |x: f64| 0.5 * libm::erfc((x - mean) / (sd * std::f64::consts::SQRT_2));
        tail(low) - tail(high)
    } else {
        f64::from(u8::from((low..=high).contains(&mean)))
    }
}
