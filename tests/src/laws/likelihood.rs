//! (d) A logistic likelihood of two parameters against quadrature.
//!
//! Circuits of two neurons: one with a plastic synapse from each of two inputs, one with a fixed bias c. The inputs spike in
//! every tick, so that y stands still. The plastic neuron then fires with R σ(u − c), u = w₁ y + w₂ y, and without
//! depression (α = 0) its kicks add up to the gradient of N R ln(1 + e^(u − c)): the posterior is known up to its integral.

use super::{Finding, chi_square_chance};
use crate::exact::effective_count;
use crate::stationary::{Chains, Span, chains};
use spinedrift::description::{
    Distribution, ListedSynapse, Network, NetworkBuilder, PoissonSource, Prior, Scheme, Synapses,
    SynapticSampling, Wta,
};

const CIRCUITS: u32 = 256;
const BIAS: f64 = 0.3;
const OFFSET: f64 = 4.3;
const EXPERIENCE: f64 = 0.1;
const RATE_HZ: f64 = 100.0;
const PRIOR: (f64, f64) = (2.0, 0.3);
/// θ is reflected here, four σ up: far beyond, weights grow faster than the prior falls, and all θ would end there.
const THETA_MAX: f64 = 3.2;
/// Ticks of 5 ms: inputs that spike in each of them are fewer packets.
const TICK_MS: f64 = 5.0;
/// Bins of each parameter.
const BINS: usize = 5;
/// Points of the quadrature in each parameter, from 7 σ below PRIOR.0 to THETA_MAX.
const POINTS: usize = 400;

fn network(temperature: f64, snapshot_s: f64) -> Network {
    let rule = SynapticSampling {
        prior: Prior::Gaussian {
            mean: PRIOR.0,
            sd: PRIOR.1,
        },
        temperature,
        theta_max: THETA_MAX,
        scheme: Scheme::Splitting,
        speed_per_s: 0.05,
        experience: EXPERIENCE,
        alpha: 0.0,
        offset: OFFSET,
        grows_from_nothing: false,
        ..SynapticSampling::default()
    };
    let listed = (0..CIRCUITS).flat_map(|circuit| {
        [0, 1].map(|pre| ListedSynapse {
            pre,
            post: 2 * circuit,
            weight: None,
            delay_ms: None,
        })
    });
    let wta = Wta {
        rate_hz: RATE_HZ,
        bias: (0..2 * CIRCUITS)
            .map(|neuron| if neuron % 2 == 0 { 0.0 } else { BIAS })
            .collect(),
        adaptation: None,
        ..Wta::of(2)
    };
    #[expect(clippy::expect_used, reason = "a flawed network is a flaw of the test")]
    NetworkBuilder::new("logistic")
        .tick_ms(TICK_MS)
        .population("input", 2, PoissonSource::at_hz(1e3 / TICK_MS))
        .population("circuit", 2 * CIRCUITS, wta)
        .project(
            "input",
            "circuit",
            Synapses::list(listed.collect())
                .delay_ms(Distribution::Constant(TICK_MS))
                .plastic(rule),
        )
        .snapshot_s(snapshot_s)
        .build()
        .expect("a network")
}

/// The share of each bin: BINS × BINS, by borders at the quantiles of the prior.
struct Cells {
    borders: Vec<f64>,
    shares: Vec<f64>,
}

impl Cells {
    /// Of the posterior, with a likelihood of N experiences.
    fn new(experience: f64) -> Self {
        let (mean, sd) = PRIOR;
        // Near the quantiles of a posterior that lies half a σ higher.
        let borders: Vec<f64> = [-0.4, 0.2, 0.7, 1.3].map(|z| mean + z * sd).to_vec();
        let y = 1.0 / (1.0 - (-TICK_MS / 20.0).exp()) - 1.0 / (1.0 - (-TICK_MS / 2.0).exp());
        let per_s = 1e3 / TICK_MS * -libm::expm1(-RATE_HZ * TICK_MS * 1e-3);
        let low = mean - 7.0 * sd;
        let at = |i: usize| low + (THETA_MAX - low) * (i as f64 + 0.5) / POINTS as f64;
        let weight = |theta: f64| (theta - OFFSET).exp();
        let mut shares = vec![0.0; BINS * BINS];
        for (i, j) in (0..POINTS).flat_map(|i| (0..POINTS).map(move |j| (i, j))) {
            let (a, b) = (at(i), at(j));
            let u = (weight(a) + weight(b)) * y - BIAS;
            let prior = -0.5 * (((a - mean) / sd).powi(2) + ((b - mean) / sd).powi(2));
            let log = prior + experience * per_s * u.exp().ln_1p();
            shares[bin(&borders, a) * BINS + bin(&borders, b)] += log.exp();
        }
        let whole: f64 = shares.iter().sum();
        for share in &mut shares {
            *share /= whole;
        }
        Self { borders, shares }
    }

    /// χ² of the chains' pairs (θ₁, θ₂), on as many samples as they are worth.
    fn finding(&self, samples: &Chains, what: &str, control: bool) -> Finding {
        let count = effective_count(&samples.theta) / 2.0;
        let half = samples.theta.len() / 2;
        let (first, second) = samples.theta.split_at(half);
        let mut found = [0.0; BINS * BINS];
        let mut size = 0.0;
        for (a, b) in first.iter().flatten().zip(second.iter().flatten()) {
            found[bin(&self.borders, *a) * BINS + bin(&self.borders, *b)] += 1.0;
            size += 1.0;
        }
        let terms = found
            .iter()
            .zip(&self.shares)
            .map(|(n, share)| (n / size - share).powi(2) / share);
        let chi = count * terms.sum::<f64>();
        let degrees = (BINS * BINS - 1) as f64;
        Finding {
            what: what.to_owned(),
            statistic: format!("χ² {chi:.1} of {degrees} on {count:.0}"),
            chance: chi_square_chance(chi, degrees),
            control,
        }
    }
}

fn bin(borders: &[f64], theta: f64) -> usize {
    borders.partition_point(|border| *border <= theta)
}

pub(super) fn run(scale: u32) -> Vec<Finding> {
    let span = Span {
        snapshot_s: 3.0,
        snapshots: 20 * scale,
        input_hz: 0.0,
        seed: 3,
    };
    let cells = Cells::new(EXPERIENCE);
    let samples = chains(network(1.0, span.snapshot_s), span);
    let quiet = chains(network(0.81, span.snapshot_s), span);
    vec![
        cells.finding(&samples, "logistic posterior of two θ", false),
        cells.finding(&quiet, "logistic posterior, noise × 0.9", true),
        Cells::new(0.0).finding(&samples, "logistic posterior against the prior alone", true),
    ]
}
