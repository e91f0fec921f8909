//! A sampling speed b(θ) that varies leaves the law as it is; left out, the drift T b′ would change it.

use super::Finding;
use super::priors::{span, with_control};
use crate::exact::Exact;
use crate::stationary::{Verdict, rule, sample};
use spinedrift::description::{Integration, Prior, Scheme, Speed, SynapticSampling};

pub(super) fn run(scale: u32) -> Vec<Finding> {
    let linear = Speed::Linear {
        at: 0.5,
        slope: 0.15,
    };
    let table = Speed::Table(vec![(-1.0, 0.3), (0.0, 1.0), (1.0, 1.0), (2.0, 0.4)]);
    let mut findings = Vec::new();
    for speed in [linear, table] {
        for (scheme, integration) in [
            (Scheme::Euler, Integration::EveryTick),
            (Scheme::Metropolis, Integration::Lazy),
        ] {
            for temperature in [0.5, 1.0] {
                let rule = SynapticSampling {
                    speed: speed.clone(),
                    speed_per_s: 2.0,
                    temperature,
                    ..rule(Prior::Gaussian { mean: 0.5, sd: 1.0 }, scheme, integration)
                };
                let [good, control] = with_control(&rule, span(scale));
                let named = |finding: Finding| Finding {
                    what: format!("b(θ) varies: {}", finding.what),
                    ..finding
                };
                findings.extend([named(good), named(control)]);
            }
        }
        findings.extend(naive(&speed, scale));
    }
    findings
}

/// Euler without T b′ samples p^(1/T)/b: it must fail against the prior and pass against that.
fn naive(speed: &Speed, scale: u32) -> [Finding; 2] {
    let rule = SynapticSampling {
        speed: speed.clone(),
        speed_per_s: 2.0,
        speed_drift: false,
        ..rule(
            Prior::Gaussian { mean: 0.5, sd: 1.0 },
            Scheme::Euler,
            Integration::EveryTick,
        )
    };
    let chains = sample(&rule, span(scale));
    let (low, high) = rule.bounds();
    let law = |share: f64| {
        Exact::new(low, high, |theta| {
            rule.prior.log_density(theta) - share * rule.speed.factor(theta).ln()
        })
    };
    [(1.0, "p/b", false), (0.0, "p", true)].map(|(share, name, control)| {
        let verdict = Verdict::new(&chains, &law(share));
        Finding {
            what: format!("naive Euler, without T b′, against {name}"),
            statistic: format!("KS {:.5} on {:.0}", verdict.distance, verdict.count),
            chance: verdict.chance,
            control,
        }
    })
}
