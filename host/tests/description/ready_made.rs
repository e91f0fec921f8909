//! The Boltzmann machine's network samples the machine's law, in plain floating point.

use spinedrift::description::random::{Purpose, Stream};
use spinedrift::description::{Connectivity, Model, Network, Receptor, boltzmann_machine, expand};

const BIASES: [f64; 3] = [-0.5, 0.0, 0.5];
const WEIGHTS: [(u32, u32, f64); 2] = [(0, 1, 1.0), (1, 2, -0.8)];
const TAU: usize = 15;

/// Probability of each of the eight states, by enumeration.
fn law() -> [f64; 8] {
    let on = |state: usize, k: usize| (state >> k & 1) as f64;
    let energy = |state| {
        let biases: f64 = (0..3).map(|k| BIASES[k] * on(state, k)).sum();
        biases
            + WEIGHTS
                .iter()
                .map(|&(k, j, w)| w * on(state, k as usize) * on(state, j as usize))
                .sum::<f64>()
    };
    let weights: [f64; 8] = std::array::from_fn(|state| energy(state).exp());
    weights.map(|weight| weight / weights.iter().sum::<f64>())
}

/// Share of each state in a simulation of the network as described: steps that never decay, logistic escape.
fn sampled(network: &Network, ticks: usize) -> [f64; 8] {
    let connectivity = expand(network, 1).unwrap();
    let Model::Intensity(model) = &network.populations[0].model else {
        panic!()
    };
    let hazard = (model.rate_hz * 1e-3).ln();
    let mut stream = Stream::new(1, Purpose::Potential, 0, 0);
    let (mut arriving, mut potential, mut last) = (vec![[0.0; 3]; 17], BIASES, [None::<usize>; 3]);
    let mut shares = [0.0; 8];
    for tick in 0..ticks {
        for (k, input) in std::mem::take(&mut arriving[tick % 17])
            .into_iter()
            .enumerate()
        {
            potential[k] += input;
        }
        for k in 0..3 {
            let refractory =
                last[k].is_some_and(|spike| tick - spike <= model.refractory_ms as usize);
            let p = 1.0 / (1.0 + (-(potential[k] + hazard)).exp());
            if stream.unit() < p && !refractory {
                last[k] = Some(tick);
                spread(network, &connectivity, k as u32, tick, &mut arriving);
            }
        }
        let on = |k: usize| last[k].is_some_and(|spike| tick - spike < TAU);
        shares[(0..3).filter(|&k| on(k)).map(|k| 1 << k).sum::<usize>()] += 1.0 / ticks as f64;
    }
    shares
}

fn spread(
    network: &Network,
    connectivity: &[Connectivity],
    pre: u32,
    tick: usize,
    arriving: &mut [[f64; 3]],
) {
    for (projection, synapses) in network.projections.iter().zip(connectivity) {
        let sign = if projection.receptor == Receptor::Inhibitory {
            -1.0
        } else {
            1.0
        };
        for synapse in synapses.row(pre) {
            let slot = (tick + usize::from(synapse.delay_ticks)) % 17;
            arriving[slot][synapse.post as usize] += sign * f64::from(synapse.weight);
        }
    }
}

#[test]
fn a_boltzmann_machine_is_sampled_from() {
    let network = boltzmann_machine(&BIASES, &WEIGHTS, TAU as u32)
        .build()
        .unwrap();
    let (law, sampled) = (law(), sampled(&network, 1_000_000));
    // Some 30,000 independent samples (correlated over 2 τ): a standard error of 0.002 at a fixed seed. The rest of the
    // bound is for the bias of updating all neurons at once, of order 1/τ. A refractory time or a step one tick off exceeds it.
    for state in 0..8 {
        assert!(
            (law[state] - sampled[state]).abs() < 0.008,
            "{law:?} {sampled:?}"
        );
    }
    let independent = boltzmann_machine(&BIASES, &[], TAU as u32).build().unwrap();
    let uncoupled = self::sampled(&independent, 1_000_000);
    assert!(
        (0..8).any(|state| (law[state] - uncoupled[state]).abs() > 0.05),
        "{uncoupled:?}"
    );
}
