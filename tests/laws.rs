//! Stationary laws of θ, in fixed point, on the real kernel, for every kind of prior, speed and scheme.
//!
//! Each is a Kolmogorov–Smirnov test at a significance of 1e−4, on as many independent samples as the chains are worth.
//! Seeds are fixed: a test that passes once passes always. Each has a control that must fail: the noise scaled by 0.9.

use spinedrift::description::{
    Component, Integration, Prior, Scheme, Speed, SynapticSampling, ThetaStart,
};
use spinedrift_tests::stationary::{Span, Verdict, sample, tempered};

fn bimodal() -> Prior {
    let component = |weight, mean| Component {
        weight,
        mean,
        sd: 0.5,
    };
    Prior::Mixture(vec![component(1.0, -0.5), component(2.0, 1.3)])
}

fn rule(prior: Prior, scheme: Scheme, integration: Integration) -> SynapticSampling {
    SynapticSampling {
        prior,
        scheme,
        integration,
        speed_per_s: 1.0,
        start: ThetaStart::Prior,
        ..SynapticSampling::default()
    }
}

const SPAN: Span = Span {
    snapshot_s: 2.0,
    snapshots: 12,
    input_hz: 15.0,
    seed: 7,
};

/// The rule samples its law, and with 0.9 times the noise it doesn't.
fn check(rule: &SynapticSampling) {
    let law = tempered(rule);
    let verdict = Verdict::new(&sample(rule, SPAN), &law);
    println!(
        "{:?} {:?} {}: {verdict:?}",
        rule.scheme, rule.integration, rule.prior
    );
    assert!(verdict.passes(), "{verdict:?}");
    let quiet = SynapticSampling {
        temperature: 0.81 * rule.temperature,
        ..rule.clone()
    };
    let control = Verdict::new(&sample(&quiet, SPAN), &law);
    assert!(!control.passes(), "0.9 of the noise passes: {control:?}");
}

#[test]
fn a_bimodal_prior_is_sampled_by_every_scheme() {
    check(&rule(bimodal(), Scheme::Euler, Integration::EveryTick));
    check(&rule(bimodal(), Scheme::Splitting, Integration::Lazy));
    check(&rule(bimodal(), Scheme::Metropolis, Integration::Lazy));
}

#[test]
fn a_laplace_prior_is_sampled_by_every_scheme() {
    let prior = || Prior::Laplace {
        mean: 0.5,
        scale: 0.7,
    };
    check(&rule(prior(), Scheme::Euler, Integration::EveryTick));
    check(&rule(prior(), Scheme::Splitting, Integration::Lazy));
    check(&rule(prior(), Scheme::Metropolis, Integration::Lazy));
}

#[test]
fn heavy_tails_are_sampled_by_every_scheme() {
    let prior = |freedom| Prior::StudentT {
        mean: 0.5,
        scale: 0.6,
        freedom,
    };
    check(&rule(prior(3.0), Scheme::Euler, Integration::EveryTick));
    check(&rule(prior(3.0), Scheme::Splitting, Integration::Lazy));
    check(&rule(prior(1.0), Scheme::Splitting, Integration::Lazy));
    check(&rule(prior(1.0), Scheme::Metropolis, Integration::Lazy));
}

#[test]
fn a_speed_that_varies_leaves_the_law_as_it_is() {
    let prior = || Prior::Gaussian { mean: 0.5, sd: 1.0 };
    let linear = Speed::Linear {
        at: 0.5,
        slope: 0.15,
    };
    let table = Speed::Table(vec![(-1.0, 0.3), (0.0, 1.0), (1.0, 1.0), (2.0, 0.4)]);
    for speed in [linear, table] {
        for (scheme, integration) in [
            (Scheme::Euler, Integration::EveryTick),
            (Scheme::Metropolis, Integration::Lazy),
        ] {
            let rule = SynapticSampling {
                speed: speed.clone(),
                speed_per_s: 2.0,
                ..rule(prior(), scheme, integration)
            };
            check(&rule);
        }
    }
}
