//! Lazy and every-tick integration agree in law on the demo's network: its digits, its circuit, its timeline with fewer
//! training images. `cargo xtask demo-law` does the same with the demo in full length.
//!
//! Seeds are fixed: a test that passes once passes always. Nineteen figures of eight pairs of runs are compared; Student's
//! t of eight pairs (seven degrees of freedom) is beyond 8.7 for any of them by chance once in 1,000 choices of seeds.
#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests fail by panicking, as tests do"
)]

use rayon::prelude::*;
use spinedrift::description::Integration;
use spinedrift_tests::demo_law::{Figures, Way, compare, farthest, limit, measure};

fn runs(integration: Integration, noise: f64) -> Vec<Figures> {
    let way = Way {
        integration,
        noise,
        shown: 150,
    };
    let run = |seed: u64| measure(way, seed).unwrap();
    (1..9).into_par_iter().map(run).collect()
}

/// θ: mean, variance, spines, steps between snapshots. Spikes: in total, by class of neuron, spread. Kicks. Held-out
/// accuracy.
#[test]
fn the_demo_has_one_law_lazily_and_every_tick_and_another_with_a_tenth_less_noise() {
    let expected = runs(Integration::EveryTick, 1.0);
    let lazy = compare(&expected, &runs(Integration::Lazy, 1.0));
    let quiet = compare(&expected, &runs(Integration::Lazy, 0.9));
    println!("lazy {lazy:#?}\na tenth less noise {quiet:#?}");
    assert!(farthest(&lazy) < limit(8), "lazy differs: {lazy:#?}");
    assert!(
        farthest(&quiet) > limit(8),
        "the test can't see a tenth less noise: {quiet:#?}"
    );
}
