//! (e) How many synapses are functional: the prior's mass above zero.

use super::priors::span;
use super::{Finding, normal_chance};
use crate::exact::effective_count;
use crate::stationary::{rule, sample, tempered};
use spinedrift::description::{Component, Integration, Prior, Scheme};

pub(super) fn run(scale: u32) -> Vec<Finding> {
    let component = |weight, mean| Component {
        weight,
        mean,
        sd: 0.5,
    };
    let priors = [
        Prior::Gaussian { mean: 0.5, sd: 1.0 },
        Prior::Mixture(vec![component(1.0, -0.7), component(2.0, 1.3)]),
        Prior::Laplace {
            mean: -0.5,
            scale: 0.7,
        },
        Prior::StudentT {
            mean: 0.5,
            scale: 0.6,
            freedom: 1.0,
        },
        Prior::Bounded {
            low: -1.0,
            high: 1.5,
        },
    ];
    let mut findings = Vec::new();
    for prior in priors {
        let rule = rule(prior, Scheme::Auto, Integration::Lazy);
        let chains = sample(&rule, span(scale));
        let on = |chain: &Vec<f64>| {
            chain
                .iter()
                .map(|theta| f64::from(u8::from(*theta > 0.0)))
                .collect()
        };
        let on: Vec<Vec<f64>> = chains.theta.iter().map(on).collect();
        let (count, size) = (effective_count(&on), on.iter().map(Vec::len).sum::<usize>());
        let share = on.iter().flatten().sum::<f64>() / size as f64;
        let mass = 1.0 - tempered(&rule).below(0.0);
        // The control: the mass above 0.3 instead of 0.
        for (mass, above, control) in [
            (mass, 0.0, false),
            (1.0 - tempered(&rule).below(0.3), 0.3, true),
        ] {
            let z = (share - mass) / (mass * (1.0 - mass) / count).sqrt();
            findings.push(Finding {
                what: format!(
                    "share of θ > 0 under {}, against its mass above {above}",
                    rule.prior
                ),
                statistic: format!("{share:.4} against {mass:.4}, z {z:.2} on {count:.0}"),
                chance: normal_chance(z),
                control,
            });
        }
    }
    findings
}
