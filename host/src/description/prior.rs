//! Priors of θ: log density and its derivative, the score, from which the loader tabulates how θ drifts.

use super::random::Stream;

/// Prior of θ. A new one is a variant here, an arm in each function below, and a line in the tests.
#[derive(Clone, Debug, PartialEq)]
pub enum Prior {
    /// N(μ, σ²).
    Gaussian {
        /// μ.
        mean: f64,
        /// σ.
        sd: f64,
    },
    /// A mixture of Gaussians, two for a bimodal prior.
    Mixture(Vec<Component>),
    /// e^(−|θ − μ|/s) / 2s.
    Laplace {
        /// μ.
        mean: f64,
        /// s.
        scale: f64,
    },
    /// Student's t: (1 + z²/ν)^(−(ν + 1)/2) with z = (θ − μ)/s; ν = 1 is Cauchy's law.
    StudentT {
        /// μ.
        mean: f64,
        /// s.
        scale: f64,
        /// ν.
        freedom: f64,
    },
    /// Flat between two bounds, at which θ is reflected.
    Bounded {
        /// Lower bound.
        low: f64,
        /// Upper bound.
        high: f64,
    },
    /// No prior: maximum-likelihood learning.
    Uniform,
}

/// One Gaussian of a mixture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Component {
    /// Weight; the mixture divides by their sum.
    pub weight: f64,
    /// Mean.
    pub mean: f64,
    /// Standard deviation.
    pub sd: f64,
}

impl Component {
    /// ln of weight · density, up to a constant common to all components.
    fn log_share(&self, theta: f64) -> f64 {
        let z = (theta - self.mean) / self.sd;
        libm::log(self.weight / self.sd) - 0.5 * z * z
    }
}

/// Draws of a prior that miss the bounds of θ so often take the nearer bound.
const REDRAWS_MAX: u32 = 1000;

impl Prior {
    /// ln p(θ) up to a constant; flat priors give 0, within their bounds and outside.
    #[must_use]
    pub fn log_density(&self, theta: f64) -> f64 {
        match self {
            Self::Gaussian { mean, sd } => -0.5 * ((theta - mean) / sd).powi(2),
            Self::Mixture(components) => {
                let shares = components.iter().map(|c| c.log_share(theta));
                let largest = shares.clone().fold(f64::NEG_INFINITY, f64::max);
                largest + libm::log(shares.map(|share| libm::exp(share - largest)).sum())
            }
            Self::Laplace { mean, scale } => -(theta - mean).abs() / scale,
            Self::StudentT {
                mean,
                scale,
                freedom,
            } => {
                let z = (theta - mean) / scale;
                -0.5 * (freedom + 1.0) * libm::log1p(z * z / freedom)
            }
            Self::Bounded { .. } | Self::Uniform => 0.0,
        }
    }

    /// ∂ ln p/∂θ.
    #[must_use]
    pub fn score(&self, theta: f64) -> f64 {
        match self {
            Self::Gaussian { mean, sd } => (mean - theta) / (sd * sd),
            Self::Mixture(components) => {
                let whole = self.log_density(theta);
                let part = |c: &Component| {
                    let share = libm::exp(c.log_share(theta) - whole);
                    share * (c.mean - theta) / (c.sd * c.sd)
                };
                components.iter().map(part).sum()
            }
            Self::Laplace { mean, scale } if theta > *mean => -1.0 / scale,
            Self::Laplace { mean, scale } if theta < *mean => 1.0 / scale,
            Self::StudentT {
                mean,
                scale,
                freedom,
            } => {
                let z = (theta - mean) / scale;
                -(freedom + 1.0) * z / (freedom + z * z) / scale
            }
            // At its kink a Laplace law pulls neither way.
            Self::Laplace { .. } | Self::Bounded { .. } | Self::Uniform => 0.0,
        }
    }

    /// The shortest distance over which the score changes by as much as itself; infinite for a flat prior.
    #[must_use]
    pub fn length(&self) -> f64 {
        match self {
            Self::Gaussian { sd, .. } => *sd,
            Self::Mixture(components) => {
                let sds = components.iter().map(|component| component.sd);
                sds.fold(f64::INFINITY, f64::min)
            }
            Self::Laplace { scale, .. } => *scale,
            Self::StudentT { scale, freedom, .. } => scale * libm::sqrt(freedom.min(1.0)),
            Self::Bounded { .. } | Self::Uniform => f64::INFINITY,
        }
    }

    /// A Gaussian near the prior, (μ, σ), for a splitting scheme; a prior without one moves by plain diffusion.
    #[must_use]
    pub fn near_gaussian(&self) -> Option<(f64, f64)> {
        match self {
            Self::Gaussian { mean, sd } => Some((*mean, *sd)),
            Self::Mixture(components) => {
                let whole: f64 = components.iter().map(|c| c.weight).sum();
                let mean = components.iter().map(|c| c.weight * c.mean).sum::<f64>() / whole;
                let square = |c: &Component| c.weight * (c.sd * c.sd + (c.mean - mean).powi(2));
                let variance = components.iter().map(square).sum::<f64>() / whole;
                Some((mean, libm::sqrt(variance)))
            }
            _ => None,
        }
    }

    /// A θ that the prior's kink lies at, if it has one: tables put a border there.
    #[must_use]
    pub fn kink(&self) -> Option<f64> {
        match self {
            Self::Laplace { mean, .. } => Some(*mean),
            _ => None,
        }
    }

    /// Bounds of its own, within which θ is held.
    #[must_use]
    pub fn support(&self) -> (f64, f64) {
        match self {
            Self::Bounded { low, high } => (*low, *high),
            _ => (f64::NEG_INFINITY, f64::INFINITY),
        }
    }

    /// A draw from the prior within [`low`, `high`].
    pub fn draw_within(&self, stream: &mut Stream, low: f64, high: f64) -> f64 {
        if matches!(self, Self::Bounded { .. } | Self::Uniform) {
            return low + (high - low) * stream.unit();
        }
        let mut theta = self.draw(stream);
        // A Gaussian is held, not redrawn: what networks with one start from stays as it was.
        if !matches!(self, Self::Gaussian { .. }) {
            for _ in 0..REDRAWS_MAX {
                if (low..=high).contains(&theta) {
                    break;
                }
                theta = self.draw(stream);
            }
        }
        theta.max(low).min(high)
    }

    fn draw(&self, stream: &mut Stream) -> f64 {
        match self {
            Self::Gaussian { mean, sd } => mean + sd * stream.normal(),
            Self::Mixture(components) => {
                let whole: f64 = components.iter().map(|c| c.weight).sum();
                let mut left = stream.unit() * whole;
                let chosen = components.iter().find(|c| {
                    left -= c.weight;
                    left < 0.0
                });
                let chosen = chosen.or_else(|| components.last());
                chosen.map_or(0.0, |c| c.mean + c.sd * stream.normal())
            }
            Self::Laplace { mean, scale } => {
                let u = stream.unit() - 0.5;
                let size = -scale * libm::log1p(-2.0 * u.abs());
                if u < 0.0 { mean - size } else { mean + size }
            }
            Self::StudentT {
                mean,
                scale,
                freedom,
            } => {
                // Bailey 1994: the polar form with a power in place of the logarithm.
                let u = 1.0 - stream.unit();
                let radius = libm::sqrt(freedom * (libm::pow(u, -2.0 / freedom) - 1.0));
                mean + scale * radius * libm::cos(std::f64::consts::TAU * stream.unit())
            }
            Self::Bounded { low, high } => low + (high - low) * stream.unit(),
            Self::Uniform => 0.0,
        }
    }
}

impl std::fmt::Display for Prior {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Gaussian { mean, sd } => write!(f, "N({mean}, {sd}²)"),
            Self::Mixture(components) => {
                let part = |c: &Component| format!("{} N({}, {}²)", c.weight, c.mean, c.sd);
                let parts: Vec<String> = components.iter().map(part).collect();
                f.write_str(&parts.join(" + "))
            }
            Self::Laplace { mean, scale } => write!(f, "Laplace({mean}, {scale})"),
            Self::StudentT {
                mean,
                scale,
                freedom,
            } => write!(f, "Student t({mean}, {scale}, ν = {freedom})"),
            Self::Bounded { low, high } => write!(f, "uniform on [{low}, {high}]"),
            Self::Uniform => f.write_str("uniform"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::description::random::Purpose;

    fn all() -> Vec<Prior> {
        let component = |weight, mean, sd| Component { weight, mean, sd };
        vec![
            Prior::Gaussian { mean: 0.5, sd: 1.5 },
            Prior::Mixture(vec![component(1.0, -1.0, 0.5), component(3.0, 1.5, 0.3)]),
            Prior::Laplace {
                mean: 0.3,
                scale: 0.7,
            },
            Prior::StudentT {
                mean: -0.2,
                scale: 0.5,
                freedom: 3.0,
            },
            Prior::Bounded {
                low: -1.0,
                high: 2.0,
            },
        ]
    }

    #[test]
    fn the_score_is_the_derivative_of_the_log_density() {
        for prior in all() {
            for i in -40..40 {
                let theta = f64::from(i) * 0.101 + 0.013;
                let step = 1e-6;
                let slope = prior.log_density(theta + step) - prior.log_density(theta - step);
                let difference = slope / (2.0 * step) - prior.score(theta);
                assert!(difference.abs() < 1e-6, "{prior} at {theta}: {difference}");
            }
        }
    }

    /// 100,000 draws in [−3, 3] against the integrated density: KS beyond 2.2/√n happens by chance once in 10,000.
    #[test]
    fn draws_follow_the_density() {
        for prior in all() {
            let (low, high) = (prior.support().0.max(-3.0), prior.support().1.min(3.0));
            let mut stream = Stream::new(5, Purpose::Theta, 0, 0);
            let count = 100_000;
            // A Gaussian is held at the bounds, where it makes atoms: drawn here without.
            let mut draws: Vec<f64> = (0..count)
                .map(|_| match prior {
                    Prior::Gaussian { .. } => prior.draw(&mut stream),
                    _ => prior.draw_within(&mut stream, low, high),
                })
                .filter(|theta| (low..=high).contains(theta))
                .collect();
            draws.sort_by(f64::total_cmp);
            let cells = 6000;
            let at = |i: usize| low + (high - low) * i as f64 / f64::from(cells);
            let mut below = vec![0.0];
            for i in 0..cells as usize {
                let density = libm::exp(prior.log_density(f64::midpoint(at(i), at(i + 1))));
                below.push(below.last().unwrap() + density);
            }
            let whole = *below.last().unwrap();
            let far = draws.iter().enumerate().map(|(n, theta)| {
                let place = (theta - low) / (high - low) * f64::from(cells);
                let exact = below[place.round() as usize] / whole;
                (exact - n as f64 / draws.len() as f64).abs()
            });
            let far = far.fold(0.0, f64::max) * (draws.len() as f64).sqrt();
            assert!(far < 2.2, "{prior}: {far}");
        }
    }
}
