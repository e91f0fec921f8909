//! The law of θ: lazy and every-tick integration sample the same one, and without a likelihood it is the prior.
//!
//! All seeds are fixed, so that a test that passes once passes always; the stated false-alarm rates say how likely a
//! correct program was to fail when the seeds were chosen.
#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests fail by panicking, as tests do"
)]

use spinedrift::demo::{self, DemoKind, Timeline, Variant};
use spinedrift::description::{
    Adaptation, Distribution, Integration, Network, NetworkBuilder, PoissonSource, Prior,
    RateSchedule, Synapses, SynapticSampling, ThetaStart, Wta, images,
};
use spinedrift::session::{Outcome, Prepared, Setup};
use spinedrift_core::kernel::Counter;
use spinedrift_tests::law::{apart, kolmogorov_smirnov, moments};
use spinedrift_tests::layout::{machine, run_in_memory};
use spinedrift_tests::sink::Collected;

const ONE: f64 = 268_435_456.0;

fn run(network: Network, seed: u64, ticks: u32) -> (Collected, Outcome) {
    let prepared = Prepared::new(network, Setup::new(machine("spinn5"), seed)).unwrap();
    run_in_memory(&prepared, ticks, 1).unwrap()
}

fn thetas(collected: &Collected) -> Vec<f64> {
    collected
        .last_theta()
        .map(|theta| f64::from(theta.4) / ONE)
        .collect()
}

/// 64 sources on 16 neurons: 1,024 synapses that feel nothing but their prior.
fn prior_only(rule: &SynapticSampling, snapshot_s: f64) -> Network {
    let rule = SynapticSampling {
        experience: 0.0,
        theta_min: -6.25,
        theta_max: 6.25,
        ..rule.clone()
    };
    NetworkBuilder::new("prior")
        .population("input", 64, PoissonSource::at_hz(15.0))
        .population("circuit", 16, Wta::of(16))
        .project("input", "circuit", Synapses::all_to_all().plastic(rule))
        .snapshot_s(snapshot_s)
        .build()
        .unwrap()
}

/// μ = 0.5, σ = 1, b = 2/s: relaxation 0.5 s. Eight snapshots 3 s apart (correlation e^−6), the first after 3 s.
fn stationary(integration: Integration, temperature: f64) {
    let rule = SynapticSampling {
        temperature,
        speed_per_s: 2.0,
        start: ThetaStart::From(Distribution::Constant(2.0)),
        integration,
        ..SynapticSampling::default()
    };
    let (collected, _) = run(prior_only(&rule, 3.0), 11, 24_000);
    let values: Vec<f64> = collected
        .theta
        .iter()
        .map(|theta| f64::from(theta.4) / ONE)
        .collect();
    let count = values.len() as f64;
    assert_eq!(values.len(), 8 * 1024);
    let (mean, variance) = moments(&values);
    // Five standard errors each: 6e−7. KS: 1.95/√n is passed by chance once in 1,000.
    assert!(
        (mean - 0.5).abs() < 5.0 * (temperature / count).sqrt(),
        "T {temperature}: mean {mean}"
    );
    assert!(
        (variance / temperature - 1.0).abs() < 5.0 * (2.0 / count).sqrt(),
        "T {temperature}: variance {variance}"
    );
    let distance = kolmogorov_smirnov(&values, 0.5, temperature);
    assert!(
        distance < 1.95 / count.sqrt(),
        "T {temperature}: KS {distance}"
    );
    let other = kolmogorov_smirnov(&values, 0.5, 0.8 * temperature);
    assert!(
        other > 1.95 / count.sqrt(),
        "the test can't tell T from 0.8 T: {other}"
    );
}

#[test]
fn lazy_theta_without_likelihood_has_the_law_of_its_tempered_prior() {
    for temperature in [0.5, 1.0, 2.0] {
        stationary(Integration::Lazy, temperature);
    }
}

#[test]
fn every_tick_theta_without_likelihood_has_the_law_of_its_tempered_prior() {
    for temperature in [0.5, 1.0, 2.0] {
        stationary(Integration::EveryTick, temperature);
    }
}

/// T = 0, b = 1e−4/s, 0.01 away from μ: a drift of 0.27 steps of 2^−28 a tick, which round-to-nearest would lose.
#[test]
fn a_drift_below_the_last_bit_survives_without_noise() {
    for integration in [Integration::Lazy, Integration::EveryTick] {
        let rule = SynapticSampling {
            temperature: 0.0,
            speed_per_s: 1e-4,
            start: ThetaStart::From(Distribution::Constant(0.51)),
            integration,
            ..SynapticSampling::default()
        };
        let (collected, _) = run(prior_only(&rule, 100.0), 3, 20_000);
        let (mean, variance) = moments(&thetas(&collected));
        let moved = 0.51 - mean;
        let expected = 0.01 * -libm::expm1(-1e-4 * 20.0);
        // Rounding: at most half a step of sd a tick, √20,000 of them, over 1,024 synapses: 8e−9; five of them.
        assert!(
            (moved - expected).abs() < 4e-8,
            "{integration:?}: {moved:e} against {expected:e}"
        );
        assert!(variance.sqrt() < 4e-7, "{integration:?}: {variance:e}");
    }
}

#[test]
fn without_noise_theta_decays_to_the_mean_and_stays() {
    for integration in [Integration::Lazy, Integration::EveryTick] {
        let rule = SynapticSampling {
            temperature: 0.0,
            speed_per_s: 4.0,
            start: ThetaStart::From(Distribution::uniform(-4.0, 5.0)),
            integration,
            ..SynapticSampling::default()
        };
        let (collected, _) = run(prior_only(&rule, 100.0), 4, 8_000);
        let far = thetas(&collected)
            .iter()
            .map(|theta| (theta - 0.5).abs())
            .fold(0.0, f64::max);
        // The distance is e^−32 by then; what is left is the rounding of the last steps: λΔt = 1/250, a walk of some steps.
        assert!(far < 64.0 / ONE, "{integration:?}: {far:e}");
    }
}

/// Two patterns by turns on 24 sources, learned by a circuit of eight; θ relaxes within 10 s.
fn learner(integration: Integration, noise: f64) -> Network {
    let patterns = vec![
        (0..24).map(|i| u8::from(i < 12)).collect(),
        (0..24).map(|i| u8::from(i >= 12)).collect(),
    ];
    let schedule = RateSchedule {
        levels_hz: vec![4.0, 50.0],
        patterns,
        changes: (0..200).map(|i| (200 * i, i % 2)).collect(),
    };
    let rule = SynapticSampling {
        prior: Prior::Gaussian { mean: 0.5, sd: 1.0 },
        temperature: noise * noise,
        speed_per_s: 0.1,
        experience: 3.0,
        start: ThetaStart::From(Distribution::normal(1.5, 0.3)),
        integration,
        ..SynapticSampling::default()
    };
    let adaptation = Some(Adaptation {
        amplitude: 0.12,
        tau_rise_s: 1.0,
        tau_fall_s: 20.0,
    });
    NetworkBuilder::new("learner")
        .population("input", 24, schedule)
        .population(
            "circuit",
            8,
            Wta {
                adaptation,
                ..Wta::of(8)
            },
        )
        .project("input", "circuit", Synapses::all_to_all().plastic(rule))
        .record_spikes("circuit")
        .build()
        .unwrap()
}

/// Of each of so many runs: mean of θ, its variance over the synapses, spread of the neurons' spike counts, spines.
fn statistics(integration: Integration, noise: f64, seeds: std::ops::Range<u64>) -> [Vec<f64>; 4] {
    let mut all = [const { Vec::new() }; 4];
    for seed in seeds {
        let (collected, outcome) = run(learner(integration, noise), seed, 30_000);
        let theta = thetas(&collected);
        let (mean, variance) = moments(&theta);
        let counts: Vec<f64> = (0..8)
            .map(|neuron| {
                collected
                    .spikes
                    .iter()
                    .filter(|spike| spike.2 == neuron)
                    .count() as f64
            })
            .collect();
        let spines = theta.iter().filter(|theta| **theta > 0.0).count() as f64;
        assert!(outcome.counter(Counter::Kicks) > 1000);
        for (list, value) in all
            .iter_mut()
            .zip([mean, variance, moments(&counts).1.sqrt(), spines])
        {
            list.push(value);
        }
    }
    all
}

/// 16 runs each; Welch's t of 16 against 16 beyond 4.5 happens by chance once in 10,000.
#[test]
fn lazy_and_every_tick_agree_in_law_and_half_the_noise_does_not() {
    let expected = statistics(Integration::EveryTick, 1.0, 0..16);
    let lazy = statistics(Integration::Lazy, 1.0, 100..116);
    let quiet = statistics(Integration::Lazy, 0.5, 200..216);
    let far = |other: &[Vec<f64>; 4]| [0, 1, 2, 3].map(|i| apart(&expected[i], &other[i]));
    assert!(
        far(&lazy).iter().all(|errors| *errors < 4.5),
        "lazy: {:?} standard errors",
        far(&lazy)
    );
    assert!(
        far(&quiet).iter().any(|errors| *errors > 4.5),
        "the test can't see half the noise: {:?}",
        far(&quiet)
    );
    println!("lazy {:?}, half the noise {:?}", far(&lazy), far(&quiet));
}

/// The demo's network over 40 images, training only: updates of single synapses, kicks included. A pixel and its negative
/// together spike 90 times a second, so a row is visited 45 times in 1,000 ticks: without kicks and sweeps it were a
/// 20th of every-tick's updates. Measured: 20.6 times fewer.
#[test]
fn lazy_updates_of_the_demo_are_far_fewer_than_every_tick_ones() {
    let images = images::digits();
    let split = images.split(200, 10, 10, 1).unwrap();
    let timeline = Timeline::new(&split, 40, 200, 1).unwrap();
    let updates = |integration| {
        let network = demo::network(
            DemoKind::Digits,
            Variant::Sampling,
            integration,
            &images,
            &timeline,
        )
        .unwrap();
        run(network, 1, timeline.frozen_from())
            .1
            .counter(Counter::SynapseUpdates)
    };
    let (lazy, every_tick) = (updates(Integration::Lazy), updates(Integration::EveryTick));
    println!(
        "{every_tick} / {lazy} = {:.1}",
        every_tick as f64 / lazy as f64
    );
    assert!(
        every_tick >= 20 * lazy,
        "{every_tick} / {lazy} = {:.1}",
        every_tick as f64 / lazy as f64
    );
}
