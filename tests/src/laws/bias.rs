//! The bias of a scheme against its step: mean square distance from the nearer well of two, every tick, at the longest step
//! that the loader permits and at parts of it.
//!
//! Euler is of first order: at the longest step it must be found out. Splitting is of second order and Metropolis exact: they
//! must pass.

use super::{Finding, normal_chance};
use crate::exact::effective_count;
use crate::stationary::{Span, rule, sample, tempered};
use spinedrift::description::{Component, Integration, Prior, Scheme, SynapticSampling};

/// σ of a well.
const SD: f64 = 0.5;
const CENTRE: f64 = 0.3;
/// Longest step b Δt: the noise of a step is a quarter of σ.
const STEP: f64 = SD * SD / 32.0;

/// Relative bias of the mean square distance and its standard error.
fn measured(scheme: Scheme, share: f64, seconds: f64) -> (f64, f64) {
    let component = |mean| Component {
        weight: 1.0,
        mean,
        sd: SD,
    };
    let rule = SynapticSampling {
        speed_per_s: 0.999 * share * STEP * 1e3,
        // Three σ beyond the wells: further out a kick of Euler would be too long.
        theta_min: CENTRE - 2.5,
        theta_max: CENTRE + 2.5,
        ..rule(
            Prior::Mixture(vec![component(CENTRE - 1.0), component(CENTRE + 1.0)]),
            scheme,
            Integration::EveryTick,
        )
    };
    // Three relaxation times of a well.
    let snapshot_s = (0.1 / share * 1e3).round() * 1e-3;
    let span = Span {
        snapshot_s,
        snapshots: (seconds / snapshot_s).ceil() as u32,
        input_hz: 0.1,
        seed: 21,
    };
    let chains = sample(&rule, span);
    let square = |theta: &f64| ((theta - CENTRE).abs() - 1.0).powi(2);
    let squares: Vec<Vec<f64>> = chains
        .theta
        .iter()
        .map(|chain| chain.iter().map(square).collect())
        .collect();
    let exact = tempered(&rule).mean(|theta| square(&theta));
    let fourth = tempered(&rule).mean(|theta| square(&theta).powi(2));
    let size: usize = squares.iter().map(Vec::len).sum();
    let mean = squares.iter().flatten().sum::<f64>() / size as f64;
    let error = ((fourth - exact * exact) / effective_count(&squares)).sqrt();
    (mean / exact - 1.0, error / exact)
}

pub(super) fn run(scale: u32) -> Vec<Finding> {
    let mut findings = Vec::new();
    let shares: &[f64] = if scale > 1 { &[1.0, 0.5, 0.25] } else { &[1.0] };
    for scheme in [Scheme::Euler, Scheme::Splitting, Scheme::Metropolis] {
        for share in shares {
            let (bias, error) = measured(scheme, *share, 60.0 * f64::from(scale));
            let z = bias / error;
            let euler = scheme == Scheme::Euler;
            // Half and quarter steps of Euler are shown, not judged: whether they are found out depends on the length.
            let shown = euler && *share < 1.0;
            findings.push(Finding {
                what: format!("bias, {scheme:?}, b Δt = {:.5}", share * STEP),
                statistic: format!("{:.3} % ± {:.3} %, z {z:.1}", 100.0 * bias, 100.0 * error),
                chance: if shown { 1.0 } else { normal_chance(z) },
                control: euler && !shown,
            });
        }
    }
    findings
}
