//! Samples of θ from the real kernel, by way of a whole network, and their verdict against an exact law.

use crate::exact::{Exact, by_chance, effective_count};
use crate::layout::{machine, run_in_memory};
use spinedrift::description::{
    Integration, Network, NetworkBuilder, PoissonSource, Prior, Scheme, Synapses, SynapticSampling,
    Wta,
};
use spinedrift::session::{Prepared, Setup};
use spinedrift_core::kernel::Counter;

const ONE: f64 = 268_435_456.0;

/// θ of every synapse in the order of time: one chain a synapse.
#[derive(Clone, Debug)]
pub struct Chains {
    /// Values, a chain a synapse.
    pub theta: Vec<Vec<f64>>,
    /// Transitions of single synapses that the kernel counted.
    pub updates: u64,
}

/// How long to sample.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    /// Time between two snapshots in s; the first is taken after as long.
    pub snapshot_s: f64,
    /// Snapshots.
    pub snapshots: u32,
    /// Rate at which each row is visited, in Hz, besides the sweep.
    pub input_hz: f64,
    /// Seed.
    pub seed: u64,
}

/// A rule without likelihood, whose prior relaxes at 1/s.
#[must_use]
pub fn rule(prior: Prior, scheme: Scheme, integration: Integration) -> SynapticSampling {
    SynapticSampling {
        prior,
        scheme,
        integration,
        experience: 0.0,
        speed_per_s: 1.0,
        ..SynapticSampling::default()
    }
}

/// 64 sources on 16 neurons: 1,024 synapses that feel nothing but their prior.
///
/// # Panics
/// If the network is flawed.
#[must_use]
#[expect(clippy::expect_used, reason = "a flawed rule is a flaw of the test")]
pub fn prior_network(rule: &SynapticSampling, span: Span) -> Network {
    let rule = SynapticSampling {
        experience: 0.0,
        ..rule.clone()
    };
    NetworkBuilder::new("prior")
        .population("input", 64, PoissonSource::at_hz(span.input_hz))
        .population("circuit", 16, Wta::of(16))
        .project("input", "circuit", Synapses::all_to_all().plastic(rule))
        .snapshot_s(span.snapshot_s)
        .build()
        .expect("a network")
}

/// Runs a network and gathers the θ of its snapshots.
///
/// # Panics
/// If it can't be run.
#[must_use]
#[expect(
    clippy::expect_used,
    reason = "a network that can't run is a flaw of the test"
)]
pub fn chains(network: Network, span: Span) -> Chains {
    let ticks_per_s = 1e6 / f64::from(network.tick_us);
    let ticks = (span.snapshot_s * ticks_per_s * f64::from(span.snapshots)).round() as u32;
    let prepared =
        Prepared::new(network, Setup::new(machine("spinn5"), span.seed)).expect("it fits");
    let (mut collected, outcome) = run_in_memory(&prepared, ticks, 2).expect("it runs");
    // By synapse, then by time.
    collected
        .theta
        .sort_unstable_by_key(|t| (t.1, t.2, t.3, t.0));
    let theta = collected
        .theta
        .chunk_by(|a, b| (a.1, a.2, a.3) == (b.1, b.2, b.3))
        .map(|chain| chain.iter().map(|t| f64::from(t.4) / ONE).collect())
        .collect();
    Chains {
        theta,
        updates: outcome.counter(Counter::SynapseUpdates),
    }
}

/// Samples a rule's prior.
#[must_use]
pub fn sample(rule: &SynapticSampling, span: Span) -> Chains {
    chains(prior_network(rule, span), span)
}

/// The law that a rule should sample without a likelihood: p^(1/T) between its bounds.
#[must_use]
pub fn tempered(rule: &SynapticSampling) -> Exact {
    let (low, high) = rule.bounds();
    let temperature = rule
        .annealing
        .last()
        .map_or(rule.temperature, |change| change.1);
    Exact::new(low, high, |theta| {
        rule.prior.log_density(theta) / temperature
    })
}

/// Verdict of a Kolmogorov–Smirnov test.
#[derive(Clone, Copy, Debug)]
pub struct Verdict {
    /// Independent samples that the chains are worth.
    pub count: f64,
    /// Largest distance of the distribution functions.
    pub distance: f64,
    /// Probability of such a distance by chance.
    pub chance: f64,
}

/// Significance of every test here: a correct sampler fails once in 10,000 choices of the seed.
pub const SIGNIFICANCE: f64 = 1e-4;

impl Verdict {
    /// Tests chains against a law.
    #[must_use]
    pub fn new(chains: &Chains, law: &Exact) -> Self {
        let values: Vec<f64> = chains.theta.iter().flatten().copied().collect();
        // What a distribution function counts is shares of mass: their correlation, not that of θ, is what matters.
        let shares = |chain: &Vec<f64>| chain.iter().map(|theta| law.below(*theta)).collect();
        let shares: Vec<Vec<f64>> = chains.theta.iter().map(shares).collect();
        let count = effective_count(&shares);
        let distance = law.distance(&values);
        Self {
            count,
            distance,
            chance: by_chance(distance, count),
        }
    }

    /// The same, for the distance of θ from a point: what tells how wide the wells of a double well are, while θ itself
    /// mostly tells which of them it is in.
    #[must_use]
    pub fn from(centre: f64, chains: &Chains, law: &Exact) -> Self {
        // 1 − the share that lies nearer to the centre: uniform, if the law is right.
        let nearer = |theta: f64| {
            let far = (theta - centre).abs();
            law.below(centre + far) - law.below(centre - far)
        };
        let shares = |chain: &Vec<f64>| chain.iter().map(|theta| nearer(*theta)).collect();
        let shares: Vec<Vec<f64>> = chains.theta.iter().map(shares).collect();
        let count = effective_count(&shares);
        let uniform = Exact::new(0.0, 1.0, |_| 0.0);
        let distance = uniform.distance(&shares.concat());
        Self {
            count,
            distance,
            chance: by_chance(distance, count),
        }
    }

    /// Whether the samples may be of the law.
    #[must_use]
    pub fn passes(&self) -> bool {
        self.chance >= SIGNIFICANCE
    }
}
