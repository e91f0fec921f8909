//! Where θ starts, and the largest weight it may reach; the equations of its motion are the kernel's.

use super::random::{Purpose, Stream};
use super::{Network, SynapticSampling, ThetaStart};

impl SynapticSampling {
    /// Weight at θ: e^(θ − θ0), less e^−θ0 and at least 0 if spines grow from nothing; else 0 for θ ≤ 0.
    #[must_use]
    pub fn weight(&self, theta: f64) -> f64 {
        if theta <= 0.0 {
            0.0
        } else if self.grows_from_nothing {
            libm::exp(theta - self.offset) - libm::exp(-self.offset)
        } else {
            libm::exp(theta - self.offset)
        }
    }

    /// Largest weight that a synapse may reach, at `theta_max`.
    #[must_use]
    pub fn weight_max(&self) -> f64 {
        self.weight(self.theta_max)
    }

    /// Initial θ of one synapse, held within [`theta_min`, `theta_max`].
    ///
    /// Keyed by (seed, projection, pre, post): no order of calls, thread or partition changes it.
    #[must_use]
    pub fn initial_theta(&self, seed: u64, projection: usize, pre: u32, post: u32) -> f64 {
        let pair = u64::from(pre) << 32 | u64::from(post);
        let mut stream = Stream::new(seed, Purpose::Theta, projection as u64, pair);
        let (low, high) = self.bounds();
        let theta = match &self.start {
            ThetaStart::From(start) => start.draw(&mut stream),
            // With no prior `Network::check` asks for a start of its own; within its bounds, no prior is a flat one.
            ThetaStart::Prior => self.prior.draw_within(&mut stream, low, high),
            ThetaStart::Given(table) => table
                .get(pre, post)
                .unwrap_or_else(|| self.prior.draw_within(&mut stream, low, high)),
        };
        theta.max(low).min(high)
    }
}

/// Initial θ of the synapse `pre` → `post` of a plastic projection; 0 for a static or missing one, which has no θ.
#[must_use]
pub fn initial_theta(network: &Network, projection: usize, pre: u32, post: u32, seed: u64) -> f64 {
    network
        .projections
        .get(projection)
        .and_then(|p| p.plasticity.as_ref())
        .map_or(0.0, |rule| rule.initial_theta(seed, projection, pre, post))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::description::Distribution;

    fn thetas(rule: &SynapticSampling) -> Vec<f64> {
        (0..10_000)
            .map(|i| rule.initial_theta(1, 0, i / 100, i % 100))
            .collect()
    }

    #[test]
    fn theta_starts_as_its_prior_says() {
        let thetas = thetas(&SynapticSampling::default());
        let mean = thetas.iter().sum::<f64>() / 1e4;
        let variance = thetas.iter().map(|t| (t - mean).powi(2)).sum::<f64>() / 1e4;
        // 5 standard errors of 10,000 draws of N(0.5, 1).
        assert!((mean - 0.5).abs() < 0.05, "{mean}");
        assert!((variance - 1.0).abs() < 0.071, "{variance}");
    }

    #[test]
    fn theta_starts_within_its_bounds() {
        let rule = SynapticSampling {
            theta_min: 0.0,
            theta_max: 1.0,
            ..Default::default()
        };
        assert!(thetas(&rule).iter().all(|t| (0.0..=1.0).contains(t)));
    }

    #[test]
    fn a_start_of_its_own_replaces_the_prior() {
        let start = ThetaStart::From(Distribution::Constant(2.5));
        let rule = SynapticSampling {
            start,
            ..Default::default()
        };
        assert!(thetas(&rule).iter().all(|t| (t - 2.5).abs() < f64::EPSILON));
    }

    #[test]
    fn a_retracted_synapse_weighs_nothing() {
        let grown = SynapticSampling::default();
        let stepped = SynapticSampling {
            grows_from_nothing: false,
            ..grown.clone()
        };
        assert_eq!((grown.weight(0.0), stepped.weight(-1.0)), (0.0, 0.0));
        assert!((stepped.weight(3.0) - 1.0).abs() < 1e-12);
        assert!((grown.weight(3.0) - (1.0 - (-3.0_f64).exp())).abs() < 1e-12);
    }
}
