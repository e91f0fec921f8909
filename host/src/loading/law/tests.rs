//! Law tables: their size is known before, the kernel takes them, and they show what they should.

use super::*;
use crate::description::{Component, Integration, Speed};
use spinedrift_core::synapse::law::Law;

fn rules() -> Vec<SynapticSampling> {
    let bimodal = Prior::Mixture(vec![
        Component {
            weight: 1.0,
            mean: -1.0,
            sd: 0.4,
        },
        Component {
            weight: 1.0,
            mean: 1.5,
            sd: 0.4,
        },
    ]);
    let priors = [
        bimodal,
        Prior::Laplace {
            mean: 0.3,
            scale: 0.7,
        },
        Prior::StudentT {
            mean: 0.5,
            scale: 0.5,
            freedom: 1.0,
        },
        Prior::Bounded {
            low: -1.0,
            high: 2.0,
        },
        Prior::Gaussian { mean: 0.5, sd: 1.0 },
    ];
    let mut rules = Vec::new();
    for prior in priors {
        for scheme in [Scheme::Euler, Scheme::Splitting, Scheme::Metropolis] {
            for speed in [
                Speed::Constant,
                Speed::Linear {
                    at: 0.0,
                    slope: 0.1,
                },
            ] {
                if scheme == Scheme::Splitting && speed != Speed::Constant {
                    continue;
                }
                rules.push(SynapticSampling {
                    prior: prior.clone(),
                    scheme,
                    speed,
                    annealing: vec![(500, 0.5), (900, 0.25)],
                    ..SynapticSampling::default()
                });
            }
        }
    }
    rules
}

#[test]
fn the_kernel_takes_every_table_and_its_size_is_known_before() {
    for rule in rules() {
        let words = words(&rule, 1e-3);
        assert_eq!(words.len(), size(&rule), "{rule:?}");
        assert!(Law::new(&words).is_some(), "{rule:?}");
        assert!(words[3] <= law::PIECES_MAX && words[3] > 2);
    }
    assert_eq!(size(&SynapticSampling::default()), 0);
}

#[test]
fn a_kink_lies_on_a_border_of_pieces() {
    for rule in rules().iter().filter(|rule| rule.prior.kink().is_some()) {
        let words = words(rule, 1e-3);
        let from_low = libm::round(0.3 * scale(28)) as i64 - i64::from(words[1] as i32);
        assert_eq!(from_low % (1 << words[2]), 0);
    }
}

#[test]
fn a_rate_keeps_its_nineteen_bits() {
    for value in [0.03, 1.0, 77.7, 400_000.0] {
        let (mantissa, shift) = rate(value);
        assert!((f64::from(mantissa) / scale(shift) / value - 1.0).abs() < 4e-6);
    }
    assert_eq!(rate(0.0), (0, 0));
}

#[test]
fn a_prior_too_narrow_for_the_table_is_refused() {
    let rule = SynapticSampling {
        prior: Prior::Laplace {
            mean: 0.0,
            scale: 0.05,
        },
        integration: Integration::EveryTick,
        ..SynapticSampling::default()
    };
    assert!(Grid::new(&rule).is_none());
    let narrower = SynapticSampling {
        theta_min: -0.5,
        theta_max: 0.5,
        ..rule
    };
    assert!(Grid::new(&narrower).is_some());
}
