//! Stationary laws and dynamics of θ, tested in fixed point on the real kernel: the tests of `tests/laws.rs`, and at
//! greater length `cargo xtask law`.
//!
//! Every finding is the probability that a correct program shows a deviation as large by chance. A sampler passes at 1e−4
//! or more; a control, which is wrong on purpose, must fall below it. Seeds are fixed.

mod bias;
mod boltzmann;
mod conjugate;
mod dynamics;
mod functional;
mod likelihood;
mod priors;
mod rounding;
mod speed;

use crate::stationary::SIGNIFICANCE;

/// One line of a verdict.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What was tested.
    pub what: String,
    /// The statistic, in words with its figures.
    pub statistic: String,
    /// Probability of such a deviation by chance.
    pub chance: f64,
    /// Whether it is wrong on purpose, and must be found out.
    pub control: bool,
}

impl Finding {
    /// Whether it is as it should be.
    #[must_use]
    pub fn passes(&self) -> bool {
        (self.chance >= SIGNIFICANCE) != self.control
    }
}

/// A named set of tests; its argument says how many times longer than in CI it is to sample.
pub type Experiment = (&'static str, fn(u32) -> Vec<Finding>);

/// Every experiment.
pub const EXPERIMENTS: [Experiment; 13] = [
    ("gaussian", priors::gaussian),
    ("conjugate", conjugate::run),
    ("double-well", priors::double_well),
    ("other-priors", priors::others),
    ("speed", speed::run),
    ("annealing", priors::annealing),
    ("logistic", likelihood::run),
    ("functional", functional::run),
    ("boltzmann", boltzmann::run),
    ("autocorrelation", dynamics::autocorrelation),
    ("detailed-balance", dynamics::detailed_balance),
    ("bias", bias::run),
    ("rounding", rounding::run),
];

/// Probability that χ² with so many degrees of freedom is at least `x`: the regularised upper incomplete gamma function by
/// its series, or by Lentz's continued fraction.
#[must_use]
pub fn chi_square_chance(x: f64, degrees: f64) -> f64 {
    let (a, x) = (degrees / 2.0, x / 2.0);
    if x <= 0.0 {
        return 1.0;
    }
    let front = (a * x.ln() - x - libm::lgamma(a)).exp();
    if x < a + 1.0 {
        let (mut term, mut sum) = (1.0 / a, 1.0 / a);
        for k in 1..1000 {
            term *= x / (a + f64::from(k));
            sum += term;
        }
        return (1.0 - front * sum).clamp(0.0, 1.0);
    }
    let mut b = x + 1.0 - a;
    let (mut c, mut d) = (1e300, 1.0 / b);
    let mut fraction = d;
    for k in 1..1000 {
        let an = -f64::from(k) * (f64::from(k) - a);
        b += 2.0;
        d = 1.0 / (an * d + b);
        c = b + an / c;
        fraction *= d * c;
    }
    (front * fraction).clamp(0.0, 1.0)
}

/// Probability that a standard normal is at least as far from 0 as `z`.
#[must_use]
pub fn normal_chance(z: f64) -> f64 {
    libm::erfc(z.abs() / std::f64::consts::SQRT_2)
}

#[cfg(test)]
mod tests {
    use super::chi_square_chance;

    #[test]
    fn chance_of_chi_square_is_that_of_the_tables() {
        for (x, degrees, chance) in [
            (3.841, 1.0, 0.05),
            (18.307, 10.0, 0.05),
            (61.098, 31.0, 0.001),
            (20.0, 31.0, 0.935_7),
        ] {
            let here = chi_square_chance(x, degrees);
            assert!((here / chance - 1.0).abs() < 2e-3, "{x}: {here}");
        }
    }
}
