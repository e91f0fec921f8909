//! θ without a likelihood has the law of its tempered prior, whatever the prior, the scheme and the temperature.

use super::Finding;
use crate::stationary::{Span, Verdict, rule, sample, tempered};
use spinedrift::description::{
    Component, Distribution, Integration, Prior, Scheme, SynapticSampling, ThetaStart,
};

/// 1,024 synapses, whose prior relaxes within a second.
pub(super) fn span(scale: u32) -> Span {
    Span {
        snapshot_s: 2.0,
        snapshots: 10 * scale,
        input_hz: 15.0,
        seed: 7,
    }
}

/// A rule against its law, and the same with 0.9 times the noise.
pub(super) fn with_control(rule: &SynapticSampling, span: Span) -> [Finding; 2] {
    let law = tempered(rule);
    let what = format!(
        "{}, T {}, {:?} {:?}",
        rule.prior, rule.temperature, rule.scheme, rule.integration
    );
    let finding = |rule: &SynapticSampling, what: String, control| {
        let chains = sample(rule, span);
        let all = Verdict::new(&chains, &law);
        // A mixture is asked twice, for θ and for its distance from the middle; the rarer answer counts, twice.
        let inner = centre(rule).map(|centre| Verdict::from(centre, &chains, &law));
        let rarer = inner
            .filter(|inner| inner.chance < all.chance)
            .unwrap_or(all);
        let asked = if inner.is_some() { 2.0 } else { 1.0 };
        Finding {
            what,
            statistic: format!("KS {:.5} on {:.0}", rarer.distance, rarer.count),
            chance: (asked * rarer.chance).min(1.0),
            control,
        }
    };
    let quiet = SynapticSampling {
        temperature: 0.81 * rule.temperature,
        annealing: rule
            .annealing
            .iter()
            .map(|(tick, t)| (*tick, 0.81 * t))
            .collect(),
        ..rule.clone()
    };
    [
        finding(rule, what.clone(), false),
        finding(&quiet, format!("{what}, noise × 0.9"), true),
    ]
}

/// The middle between the first two components of a mixture.
fn centre(rule: &SynapticSampling) -> Option<f64> {
    match &rule.prior {
        Prior::Mixture(components) => Some(f64::midpoint(
            components.first()?.mean,
            components.get(1)?.mean,
        )),
        _ => None,
    }
}

/// Everything that samples a prior, each with its control.
fn all(rules: &[SynapticSampling], scale: u32) -> Vec<Finding> {
    let each = |rule: &SynapticSampling| with_control(rule, span(scale));
    rules.iter().flat_map(each).collect()
}

const LAZY: Integration = Integration::Lazy;
const EVERY_TICK: Integration = Integration::EveryTick;

/// (a) A Gaussian prior alone at T = 0, 0.1, 0.5, 1 and 2.
pub(super) fn gaussian(scale: u32) -> Vec<Finding> {
    let mut findings = Vec::new();
    let prior = || Prior::Gaussian { mean: 0.5, sd: 1.0 };
    for integration in [LAZY, EVERY_TICK] {
        for temperature in [0.1, 0.5, 1.0, 2.0] {
            let rule = SynapticSampling {
                temperature,
                theta_min: -6.25,
                theta_max: 6.25,
                ..rule(prior(), Scheme::Auto, integration)
            };
            // Twice as long as others: for a control whose noise is 0.9 times a Gaussian's to fail is then no matter of luck.
            findings.extend(with_control(&rule, span(2 * scale)));
        }
        findings.extend(cold(integration));
    }
    findings
}

/// T = 0: every θ falls to the mean and stays there, within the rounding of a drift that is rounded stochastically.
fn cold(integration: Integration) -> [Finding; 2] {
    let rule = SynapticSampling {
        temperature: 0.0,
        speed_per_s: 4.0,
        start: ThetaStart::From(Distribution::uniform(-4.0, 5.0)),
        ..rule(
            Prior::Gaussian { mean: 0.5, sd: 1.0 },
            Scheme::Auto,
            integration,
        )
    };
    let finding = |temperature: f64, control| {
        let rule = SynapticSampling {
            temperature,
            ..rule.clone()
        };
        let chains = sample(
            &rule,
            Span {
                snapshot_s: 8.0,
                snapshots: 1,
                ..span(1)
            },
        );
        let far = chains
            .theta
            .iter()
            .flatten()
            .map(|theta| (theta - 0.5).abs())
            .fold(0.0, f64::max);
        Finding {
            what: format!("Gaussian, T {temperature}, {integration:?}"),
            statistic: format!("farthest from the mean {far:.1e}"),
            // No statistics: 64 steps of 2^−28 or not.
            chance: f64::from(u8::from(far < 64.0 / 268_435_456.0)),
            control,
        }
    };
    [finding(0.0, false), finding(1e-8, true)]
}

fn component(weight: f64, mean: f64, sd: f64) -> Component {
    Component { weight, mean, sd }
}

/// (c) Two wells, alike and unlike.
pub(super) fn double_well(scale: u32) -> Vec<Finding> {
    let alike = Prior::Mixture(vec![component(1.0, -0.7, 0.5), component(1.0, 1.3, 0.5)]);
    let unlike = Prior::Mixture(vec![component(1.0, -0.5, 0.35), component(2.0, 1.2, 0.6)]);
    let mut rules = Vec::new();
    for prior in [alike, unlike] {
        rules.push(rule(prior.clone(), Scheme::Euler, EVERY_TICK));
        rules.push(rule(prior.clone(), Scheme::Splitting, LAZY));
        rules.push(rule(prior, Scheme::Metropolis, LAZY));
    }
    all(&rules, scale)
}

/// Laplace, Student, Cauchy, flat between bounds.
pub(super) fn others(scale: u32) -> Vec<Finding> {
    let priors = [
        Prior::Laplace {
            mean: 0.5,
            scale: 0.7,
        },
        Prior::StudentT {
            mean: 0.5,
            scale: 0.6,
            freedom: 3.0,
        },
        Prior::StudentT {
            mean: 0.5,
            scale: 0.6,
            freedom: 1.0,
        },
    ];
    let mut findings = Vec::new();
    for prior in priors {
        let mut rules = Vec::new();
        for (scheme, integration) in [
            (Scheme::Euler, EVERY_TICK),
            (Scheme::Splitting, LAZY),
            (Scheme::Metropolis, LAZY),
        ] {
            rules.push(rule(prior.clone(), scheme, integration));
        }
        findings.extend(all(&rules, scale));
    }
    // A flat law has no temperature: its control is a law with other bounds.
    for scheme in [Scheme::Splitting, Scheme::Metropolis] {
        let rule = rule(
            Prior::Bounded {
                low: -1.0,
                high: 1.5,
            },
            scheme,
            LAZY,
        );
        let chains = sample(&rule, span(scale));
        let wider = Prior::Bounded {
            low: -1.1,
            high: 1.5,
        };
        for (prior, control) in [(rule.prior.clone(), false), (wider, true)] {
            let law = tempered(&SynapticSampling {
                prior,
                ..rule.clone()
            });
            let verdict = Verdict::new(&chains, &law);
            findings.push(Finding {
                what: format!(
                    "{} against {:.2} up, {scheme:?}",
                    rule.prior,
                    if control { -1.1 } else { -1.0 }
                ),
                statistic: format!("KS {:.5} on {:.0}", verdict.distance, verdict.count),
                chance: verdict.chance,
                control,
            });
        }
    }
    findings
}

/// A temperature that falls from 4 to 0.5 while θ follows it: the law is that of the last one.
pub(super) fn annealing(scale: u32) -> Vec<Finding> {
    let ramp = spinedrift::description::ramp((4.0, 0.5), (0, 1500), 24);
    let gaussian = Prior::Gaussian { mean: 0.5, sd: 1.0 };
    let wells = Prior::Mixture(vec![component(1.0, -0.2, 0.6), component(1.0, 1.3, 0.6)]);
    let mut findings = Vec::new();
    for (prior, scheme) in [
        (gaussian.clone(), Scheme::Splitting),
        (gaussian, Scheme::Euler),
        (wells.clone(), Scheme::Splitting),
        (wells, Scheme::Metropolis),
    ] {
        let rule = SynapticSampling {
            annealing: ramp.clone(),
            temperature: 0.5,
            ..rule(prior, scheme, LAZY)
        };
        // The first snapshot comes 2.5 relaxations after the ramp's end: enough for a start that was warm.
        let span = Span {
            snapshot_s: 6.0,
            snapshots: 8 * scale,
            ..span(1)
        };
        let [mut good, mut control] = with_control(&rule, span);
        good.what = format!("annealed from 4: {}", good.what);
        control.what = format!("annealed from 4: {}", control.what);
        findings.extend([good, control]);
    }
    findings
}
