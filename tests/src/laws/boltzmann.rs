//! (f) A Boltzmann machine of five stochastic neurons against its 32 states, enumerated.
//!
//! 64 machines run side by side. z is on for τ = 15 ticks after a spike; the state is read every 20 τ, when it has forgotten
//! the last reading. All neurons of a tick are updated at once, so the law is the machine's up to terms of 1/τ, which for
//! these weights stay below what the test sees.

use super::{Finding, chi_square_chance};
use crate::layout::{machine, run_in_memory};
use spinedrift::description::boltzmann_machine;
use spinedrift::session::{Prepared, Setup};

const NEURONS: usize = 5;
const MACHINES: usize = 64;
const TAU: u32 = 15;
const BIASES: [f64; NEURONS] = [-0.6, -0.2, 0.1, -0.4, 0.2];
const WEIGHTS: [(usize, usize, f64); 6] = [
    (0, 1, 0.7),
    (1, 2, -0.6),
    (2, 3, 0.8),
    (3, 4, -0.5),
    (0, 4, 0.4),
    (1, 3, 0.3),
];

/// Probability of each state at an inverse temperature.
fn law(inverse: f64) -> Vec<f64> {
    let on = |state: usize, k: usize| (state >> k & 1) as f64;
    let log = |state: usize| {
        let biases: f64 = (0..NEURONS).map(|k| BIASES[k] * on(state, k)).sum();
        let pairs = WEIGHTS
            .iter()
            .map(|&(k, j, w)| w * on(state, k) * on(state, j));
        (inverse * (biases + pairs.sum::<f64>())).exp()
    };
    let weights: Vec<f64> = (0..1 << NEURONS).map(log).collect();
    let whole: f64 = weights.iter().sum();
    weights.iter().map(|weight| weight / whole).collect()
}

/// How often each state was read.
#[expect(clippy::expect_used, reason = "a flawed network is a flaw of the test")]
fn sampled(readings: u32) -> Vec<f64> {
    let biases: Vec<f64> = (0..MACHINES).flat_map(|_| BIASES).collect();
    let weights: Vec<(u32, u32, f64)> = (0..MACHINES)
        .flat_map(|m| {
            WEIGHTS.map(|(k, j, w)| ((NEURONS * m + k) as u32, (NEURONS * m + j) as u32, w))
        })
        .collect();
    let network = boltzmann_machine(&biases, &weights, TAU)
        .record_spikes("z")
        .build()
        .expect("a network");
    let prepared = Prepared::new(network, Setup::new(machine("spinn5"), 5)).expect("it fits");
    let every = 20 * TAU;
    let (collected, _) = run_in_memory(&prepared, every * (readings + 1), 2).expect("it runs");
    let mut spikes = collected.spikes;
    spikes.sort_unstable();
    let mut counts = vec![0.0; 1 << NEURONS];
    let mut last = vec![None::<u32>; NEURONS * MACHINES];
    let mut read = every;
    let mut next = spikes.iter().peekable();
    for _ in 0..readings {
        while let Some(&&(tick, _, neuron)) = next.peek().filter(|spike| spike.0 <= read) {
            last[neuron as usize] = Some(tick);
            next.next();
        }
        for neurons in last.chunks(NEURONS) {
            let on = |spike: &Option<u32>| spike.is_some_and(|tick| read - tick < TAU);
            let state: usize = (0..NEURONS)
                .filter(|k| on(&neurons[*k]))
                .map(|k| 1 << k)
                .sum();
            counts[state] += 1.0;
        }
        read += every;
    }
    counts
}

pub(super) fn run(scale: u32) -> Vec<Finding> {
    let counts = sampled(300 * scale.min(4));
    let size: f64 = counts.iter().sum();
    [
        (1.0, "its law", false),
        (0.8, "its law at 1.25 of the temperature", true),
    ]
    .map(|(inverse, name, control)| {
        let terms = counts
            .iter()
            .zip(law(inverse))
            .map(|(n, share)| (n - size * share).powi(2) / (size * share));
        let chi = terms.sum::<f64>();
        Finding {
            what: format!("Boltzmann machine of 5 neurons against {name}"),
            statistic: format!("χ² {chi:.1} of 31 on {size}"),
            chance: chi_square_chance(chi, 31.0),
            control,
        }
    })
    .to_vec()
}
