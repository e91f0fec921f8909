//! A drift below the last bit, which rounding to nearest would lose: with it θ would wander off.
//!
//! T = 1e−8, so that the law is 1e−4 wide, and b Δt = 1e−5: the drift of a tick is a quarter of a step of 2^−28 at one σ.
//! The real kernel rounds it stochastically and samples the law; the same jump with a dither that always stands at the
//! middle, which is rounding to nearest, only diffuses.

use super::Finding;
use crate::exact::{Exact, by_chance};
use crate::stationary::{Chains, Span, Verdict, rule, sample};
use spinedrift::description::{
    Distribution, Integration, Prior, Scheme, SynapticSampling, ThetaStart,
};
use spinedrift_core::random::{Stream, gaussian};
use spinedrift_core::synapse::jump::jump;

const TEMPERATURE: f64 = 1e-8;
const MEAN: f64 = 0.5;

fn law() -> Exact {
    let width = 8.0 * TEMPERATURE.sqrt();
    Exact::new(MEAN - width, MEAN + width, |theta| {
        -0.5 * (theta - MEAN).powi(2) / TEMPERATURE
    })
}

/// The jump of every-tick integration, lane by lane, rounded to nearest.
fn to_nearest(ticks: u32) -> Vec<f64> {
    let floating = |value: f64, scale: i32| {
        let shift = 30 - (value * 2.0_f64.powi(scale)).log2().floor() as i32;
        ((value * 2.0_f64.powi(scale + shift)) as u32 & !31) | shift as u32
    };
    let entry = [
        floating(1e-5, 33),
        floating((2e-5 * TEMPERATURE).sqrt(), 32),
    ];
    let mean = (MEAN * 268_435_456.0) as i32;
    let lane = |lane: u32| {
        let mut stream = Stream::new(1, 2, 3, 4, lane);
        let mut theta = mean;
        for _ in 0..ticks {
            theta = jump(theta, mean, entry, gaussian(stream.next_u32()), 1 << 31);
        }
        f64::from(theta) / 268_435_456.0
    };
    (0..512).map(lane).collect()
}

pub(super) fn run(scale: u32) -> Vec<Finding> {
    let mut findings = Vec::new();
    let span = Span {
        snapshot_s: 300.0,
        snapshots: scale.clamp(1, 4),
        input_hz: 1.0,
        seed: 4,
    };
    for (scheme, integration) in [
        (Scheme::Auto, Integration::EveryTick),
        (Scheme::Auto, Integration::Lazy),
        (Scheme::Euler, Integration::EveryTick),
    ] {
        let rule = SynapticSampling {
            temperature: TEMPERATURE,
            speed_per_s: 1e-2,
            start: ThetaStart::From(Distribution::Constant(MEAN)),
            ..rule(
                Prior::Gaussian {
                    mean: MEAN,
                    sd: 1.0,
                },
                scheme,
                integration,
            )
        };
        let Chains { theta, updates } = sample(&rule, span);
        let verdict = Verdict::new(&Chains { theta, updates }, &law());
        findings.push(Finding {
            what: format!("drift below the last bit, {scheme:?} {integration:?}"),
            statistic: format!("KS {:.5} on {:.0}", verdict.distance, verdict.count),
            chance: verdict.chance,
            control: false,
        });
    }
    let values = to_nearest(300_000);
    let distance = law().distance(&values);
    findings.push(Finding {
        what: "drift below the last bit, rounded to nearest".to_owned(),
        statistic: format!("KS {distance:.5} on {}", values.len()),
        chance: by_chance(distance, values.len() as f64),
        control: true,
    });
    findings
}
