//! How fast θ moves, and whether it moves alike in both directions of time.

use super::{Finding, chi_square_chance, normal_chance};
use crate::exact::correlation;
use crate::stationary::{Chains, Span, rule, sample, tempered};
use spinedrift::description::{
    Component, Distribution, Integration, Prior, Scheme, Speed, SynapticSampling, ThetaStart,
};

fn span(scale: u32) -> Span {
    Span {
        snapshot_s: 0.5,
        snapshots: 40 * scale,
        input_hz: 15.0,
        seed: 9,
    }
}

/// Autocorrelation of f(θ) against e^(−rate · lag), at the lags of one to four snapshots; the worst of them. Standard error by
/// Bartlett's formula for an exponential correlation.
fn decays(chains: &[Vec<f64>], rate_per_lag: f64, what: &str, control: bool) -> Finding {
    let size: f64 = chains.iter().map(|chain| chain.len() as f64).sum();
    let mut worst = (0.0_f64, String::new());
    for lag in 1..=4 {
        let expected = (-rate_per_lag * lag as f64).exp();
        let square = (-2.0 * rate_per_lag).exp();
        let tail = square.powi(lag as i32);
        let variance = (1.0 + square) * (1.0 - tail) / (1.0 - square) - 2.0 * lag as f64 * tail;
        let found = correlation(chains, lag);
        let z = (found - expected) / (variance / size).sqrt();
        if z.abs() >= worst.0.abs() {
            worst = (
                z,
                format!("ρ({lag}) {found:.4} against {expected:.4}, z {z:.2}"),
            );
        }
    }
    Finding {
        what: what.to_owned(),
        statistic: worst.1,
        // The worst of four, which are hardly independent: an upper bound of the chance, by Bonferroni.
        chance: (4.0 * normal_chance(worst.0)).min(1.0),
        control,
    }
}

/// Of an Ornstein–Uhlenbeck process e^(−bt/σ²), whatever T; of reflected diffusion e^(−T b (π/L)² t) in its lowest mode.
pub(super) fn autocorrelation(scale: u32) -> Vec<Finding> {
    let mut findings = Vec::new();
    let gaussian = || Prior::Gaussian { mean: 0.5, sd: 1.0 };
    for (scheme, integration) in [
        (Scheme::Auto, Integration::Lazy),
        (Scheme::Auto, Integration::EveryTick),
        (Scheme::Splitting, Integration::Lazy),
        (Scheme::Euler, Integration::EveryTick),
    ] {
        let rule = SynapticSampling {
            temperature: 0.5,
            ..rule(gaussian(), scheme, integration)
        };
        let chains = sample(&rule, span(scale));
        let name = format!("autocorrelation, Gaussian, {scheme:?} {integration:?}");
        findings.push(decays(&chains.theta, 0.5, &name, false));
        findings.push(decays(
            &chains.theta,
            0.45,
            &format!("{name}, time scaled by 0.9"),
            true,
        ));
    }
    let (low, high) = (-1.0, 1.5);
    let rule = rule(
        Prior::Bounded { low, high },
        Scheme::Auto,
        Integration::Lazy,
    );
    let chains = sample(&rule, span(scale));
    let mode = |theta: &f64| (std::f64::consts::PI * (theta - low) / (high - low)).cos();
    let modes: Vec<Vec<f64>> = chains
        .theta
        .iter()
        .map(|chain| chain.iter().map(mode).collect())
        .collect();
    let rate = (std::f64::consts::PI / (high - low)).powi(2) * span(1).snapshot_s;
    findings.push(decays(
        &modes,
        rate,
        "autocorrelation, reflected diffusion",
        false,
    ));
    findings.push(decays(
        &modes,
        0.9 * rate,
        "autocorrelation, reflected diffusion, time scaled by 0.9",
        true,
    ));
    findings
}

/// Bins of a chain's law.
const BINS: usize = 6;

/// θ goes from bin i to bin j as often as back: χ² of the differences, over pairs of snapshots that don't overlap.
fn balance(chains: &Chains, law: impl Fn(f64) -> f64, what: &str, control: bool) -> Finding {
    let bin = |theta: f64| ((law(theta) * BINS as f64) as usize).min(BINS - 1);
    let mut flows = [[0.0_f64; BINS]; BINS];
    for chain in &chains.theta {
        for pair in chain.chunks_exact(2) {
            flows[bin(pair[0])][bin(pair[1])] += 1.0;
        }
    }
    let (mut chi, mut degrees) = (0.0, 0.0);
    for (i, row) in flows.iter().enumerate() {
        for (there, back) in row.iter().zip(flows.iter().map(|row| row[i])).take(i) {
            let both = there + back;
            if both >= 10.0 {
                chi += (there - back).powi(2) / both;
                degrees += 1.0;
            }
        }
    }
    Finding {
        what: what.to_owned(),
        statistic: format!("χ² {chi:.1} of {degrees}"),
        chance: chi_square_chance(chi, degrees),
        control,
    }
}

/// Flows between bins balance at equilibrium; on the way to it they don't.
pub(super) fn detailed_balance(scale: u32) -> Vec<Finding> {
    let component = |weight, mean| Component {
        weight,
        mean,
        sd: 0.5,
    };
    let wells = Prior::Mixture(vec![component(1.0, -0.7), component(2.0, 1.3)]);
    let laplace = Prior::Laplace {
        mean: 0.5,
        scale: 0.7,
    };
    let sloped = Speed::Linear {
        at: 0.5,
        slope: 0.15,
    };
    let mut findings = Vec::new();
    for (prior, scheme, speed) in [
        (wells.clone(), Scheme::Splitting, Speed::Constant),
        (wells.clone(), Scheme::Metropolis, sloped.clone()),
        (laplace.clone(), Scheme::Metropolis, Speed::Constant),
        (laplace, Scheme::Euler, sloped),
    ] {
        let rule = SynapticSampling {
            speed,
            ..rule(prior, scheme, Integration::Lazy)
        };
        let law = tempered(&rule);
        let chains = sample(&rule, span(scale));
        let what = format!("detailed balance, {}, {scheme:?}", rule.prior);
        findings.push(balance(&chains, |theta| law.below(theta), &what, false));
    }
    let far = SynapticSampling {
        start: ThetaStart::From(Distribution::Constant(-2.0)),
        ..rule(wells, Scheme::Splitting, Integration::Lazy)
    };
    let law = tempered(&far);
    let chains = sample(
        &far,
        Span {
            snapshots: 4,
            ..span(1)
        },
    );
    let what = "detailed balance on the way from a far start";
    findings.push(balance(&chains, |theta| law.below(theta), what, true));
    findings
}
