//! The law of the demo's network: what is compared between two ways of running it, and how far they are apart.
//!
//! The network, its digits and its timeline are the demo's own; only the number of training images, the integration and
//! the strength of the noise are free. Runs are compared in pairs of equal seeds: both see the same images, the same
//! input spikes and the same θ at birth, so that the pairs differ by noise alone.

use spinedrift::demo::{self, DIGITS_SETS, DemoKind, Labels, Responses, SHOW_TICKS, Timeline};
use spinedrift::description::{Integration, images};
use spinedrift::results::Interrupt;
use spinedrift::session::{Prepared, Setup, Sink, run};
use spinedrift_core::kernel::Counter;

use crate::law::moments;
use crate::layout::machine;

/// θ = 1 in Q3.28.
const ONE: f64 = 268_435_456.0;
/// The demo's digits have so many classes.
const CLASSES: usize = 10;

/// How the demo's network is run.
#[derive(Clone, Copy, Debug)]
pub struct Way {
    /// How θ moves.
    pub integration: Integration,
    /// Factor on the noise of θ: 1 is the demo's.
    pub noise: f64,
    /// Training images shown.
    pub shown: usize,
}

/// Names of the figures of a run.
pub const FIGURES: [&str; 19] = [
    "mean of θ",
    "variance of θ",
    "spines",
    "square step of θ, neuron silent",
    "kicks",
    "accuracy",
    "spikes of the circuit",
    "spread of spikes over neurons",
    "spikes of the busiest neuron",
    "spikes of neurons for 0",
    "spikes of neurons for 1",
    "spikes of neurons for 2",
    "spikes of neurons for 3",
    "spikes of neurons for 4",
    "spikes of neurons for 5",
    "spikes of neurons for 6",
    "spikes of neurons for 7",
    "spikes of neurons for 8",
    "spikes of neurons for 9",
];

/// The figures of one run, in the order of [`FIGURES`], and its synapse updates.
#[derive(Clone, Debug)]
pub struct Figures {
    /// Values.
    pub values: Vec<f64>,
    /// Updates of single synapses that it took.
    pub updates: u64,
}

/// Counts spikes and follows θ from snapshot to snapshot.
struct Watch {
    responses: Responses,
    /// Ticks of each neuron's spikes, ascending.
    spikes: Vec<Vec<u32>>,
    /// Tick and θ of each synapse at its last snapshot.
    theta: Vec<Option<(u32, f64)>>,
    inputs: usize,
    frozen_from: u32,
    /// Sum of the squared steps between two snapshots without a spike of the neuron (nothing but noise and prior moved
    /// the synapse), and their number.
    steps: (f64, u64),
}

impl Sink for Watch {
    fn spike(&mut self, tick: u32, population: u32, neuron: u32) {
        self.responses.spike(tick, population, neuron);
        if population == 0
            && let Some(ticks) = self.spikes.get_mut(neuron as usize)
        {
            ticks.push(tick);
        }
    }

    fn theta(&mut self, tick: u32, projection: u32, pre: u32, post: u32, raw: i32) {
        let row = projection as usize * self.inputs + pre as usize;
        let synapse = row * self.spikes.len() + post as usize;
        let (Some(known), Some(spikes)) =
            (self.theta.get_mut(synapse), self.spikes.get(post as usize))
        else {
            return;
        };
        let theta = f64::from(raw) / ONE;
        let before = |tick: u32| spikes.partition_point(|spike| *spike < tick);
        if let Some((from, last)) = *known
            && tick < self.frozen_from
            && before(from.saturating_sub(1)) == before(tick)
        {
            self.steps.0 += (theta - last).powi(2);
            self.steps.1 += 1;
        }
        *known = Some((tick, theta));
    }

    fn rewiring(&mut self, _: u32, _: u32, _: u32, _: u32, _: bool) {}
    fn potential(&mut self, _: u32, _: u32, _: u32, _: f64) {}
}

/// Runs the demo's network once, on one thread, in memory.
///
/// # Errors
/// What went wrong, in words.
pub fn measure(way: Way, seed: u64) -> Result<Figures, String> {
    fn say(error: impl std::fmt::Display) -> String {
        error.to_string()
    }
    let images = images::digits();
    let [train, label, test] = DIGITS_SETS;
    let split = images.split(train, label, test, seed).map_err(say)?;
    let timeline = Timeline::new(&split, way.shown, SHOW_TICKS, seed).map_err(say)?;
    let variant = demo::Variant::Sampling;
    let mut network = demo::network(
        DemoKind::Digits,
        variant,
        way.integration,
        &images,
        &timeline,
    )
    .map_err(say)?;
    let rules = network.projections.iter_mut();
    for rule in rules.filter_map(|projection| projection.plasticity.as_mut()) {
        rule.temperature *= way.noise * way.noise;
    }
    let prepared = Prepared::new(network, Setup::new(machine("spinn3"), seed)).map_err(say)?;
    let neurons = DemoKind::Digits.neurons() as usize;
    let synapses = usize::try_from(prepared.plastic_synapses()).unwrap_or(0);
    let mut watch = Watch {
        responses: Responses::new(0, neurons, &timeline),
        spikes: vec![Vec::new(); neurons],
        theta: vec![None; synapses],
        inputs: images.pixels_per_image() as usize,
        frozen_from: timeline.frozen_from(),
        steps: (0.0, 0),
    };
    let options = crate::layout::options(timeline.ticks(), 1);
    let outcome =
        run::in_memory(&prepared, &options, &Interrupt::default(), &mut watch).map_err(say)?;

    let labels = Labels::new(&watch.responses, &timeline, &images, timeline.labelling());
    let evaluation = labels.evaluate(&watch.responses, &timeline, &images, timeline.test());
    let theta: Vec<f64> = watch.theta.iter().flatten().map(|known| known.1).collect();
    let (mean, variance) = moments(&theta);
    let spikes: Vec<f64> = watch
        .spikes
        .iter()
        .map(|ticks| ticks.len() as f64)
        .collect();
    let mut values = vec![
        mean,
        variance,
        theta.iter().filter(|theta| **theta > 0.0).count() as f64,
        watch.steps.0 / watch.steps.1.max(1) as f64,
        outcome.counter(Counter::Kicks) as f64,
        evaluation.accuracy,
        spikes.iter().sum::<f64>(),
        moments(&spikes).1.sqrt(),
        spikes.iter().copied().fold(0.0, f64::max),
    ];
    values.extend((0..CLASSES).map(|class| {
        let labelled = labels.0.iter().zip(&spikes);
        let of_class = labelled.filter(|(label, _)| **label == Some(class));
        of_class.map(|(_, count)| count).sum::<f64>()
    }));
    Ok(Figures {
        values,
        updates: outcome.counter(Counter::SynapseUpdates),
    })
}

/// How one figure differs between two ways of running.
#[derive(Clone, Debug)]
pub struct Difference {
    /// Which figure.
    pub figure: &'static str,
    /// Its mean over the seeds, one way and the other.
    pub means: [f64; 2],
    /// Mean of the differences of equal seeds over its standard error: Student's t with one degree of freedom fewer than
    /// there are seeds.
    pub t: f64,
}

/// Compares runs of equal seeds, pair by pair.
#[must_use]
pub fn compare(one: &[Figures], other: &[Figures]) -> Vec<Difference> {
    let difference = |(index, figure): (usize, &&'static str)| {
        let value = |run: &Figures| run.values.get(index).copied().unwrap_or(f64::NAN);
        let values = |runs: &[Figures]| runs.iter().map(value).collect::<Vec<_>>();
        let (a, b) = (values(one), values(other));
        let differences: Vec<f64> = a.iter().zip(&b).map(|(a, b)| b - a).collect();
        let (mean, variance) = moments(&differences);
        let error = (variance / differences.len() as f64).sqrt();
        Difference {
            figure,
            means: [moments(&a).0, moments(&b).0],
            t: if mean == 0.0 { 0.0 } else { mean / error },
        }
    };
    FIGURES.iter().enumerate().map(difference).collect()
}

/// |t| beyond which so many pairs of runs (8 at least) have different laws: any of the figures is that far off by chance
/// once in 1,000 comparisons.
#[must_use]
pub const fn limit(pairs: usize) -> f64 {
    match pairs {
        0..12 => 8.7,
        12..16 => 6.4,
        _ => 5.6,
    }
}

/// The largest |t|.
#[must_use]
pub fn farthest(differences: &[Difference]) -> f64 {
    differences
        .iter()
        .map(|difference| difference.t.abs())
        .fold(0.0, f64::max)
}
