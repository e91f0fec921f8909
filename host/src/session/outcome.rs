//! What came of a run: figures, counters, health.

use super::Prepared;
use crate::progress::Timing;
use crate::results::Provenance;
use crate::target::{CoreCounters, Losses};
use spinedrift_core::kernel::counters::{COUNTERS, NAMES};
use spinedrift_core::kernel::{Counter, First, Object};
use spinedrift_emulator::machine::Summary;

/// One line of the health table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HealthLine {
    /// What happened.
    pub what: &'static str,
    /// How often.
    pub count: u64,
    /// Out of how many chances, where that means something.
    pub of: Option<u64>,
    /// The first object that it happened to, in words.
    pub object: String,
    /// How to mend it.
    pub remedy: &'static str,
}

/// Health counters, worst first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// All lines, those that count nothing included.
    pub lines: Vec<HealthLine>,
}

impl Health {
    /// Sum of all lines: 0 is a healthy run.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.lines.iter().map(|line| line.count).sum()
    }
}

/// Result of a run.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Ticks that ran, those before a resume included.
    pub ticks: u32,
    /// Whether it was interrupted before its last tick.
    pub interrupted: bool,
    /// BLAKE3 of recorded spikes and final θ; empty for a run that recorded into memory.
    pub digest: String,
    /// Wall and biological time of this process.
    pub timing: Timing,
    /// Sum of each counter over all cores.
    pub counters: [u64; COUNTERS],
    /// Counters by core.
    pub cores: Vec<CoreCounters>,
    /// Packets late or dropped.
    pub losses: Losses,
    /// Health.
    pub health: Health,
    /// What happened in time, of a target that has cycles.
    pub machine: Option<Summary>,
    /// What was seen for a trace and did not fit into it.
    pub trace_missed: u64,
}

impl Outcome {
    /// A counter, over all cores.
    #[must_use]
    pub fn counter(&self, counter: Counter) -> u64 {
        self.counters.get(counter as usize).copied().unwrap_or(0)
    }

    /// Events on which a number was cut to its range.
    #[must_use]
    pub fn saturated(&self) -> u64 {
        [
            Counter::KickBound,
            Counter::ThetaBound,
            Counter::PotentialSaturated,
            Counter::TraceSaturated,
        ]
        .iter()
        .map(|counter| self.counter(*counter))
        .sum()
    }
}

/// Sums counters over cores.
pub(super) fn sums(cores: &[CoreCounters]) -> [u64; COUNTERS] {
    let mut sums = [0; COUNTERS];
    for core in cores {
        for (sum, (counter, _)) in sums.iter_mut().zip(NAMES) {
            *sum += core.counters.get(counter);
        }
    }
    sums
}

/// Rows of `provenance.parquet`.
pub(super) fn provenance(cores: &[CoreCounters], losses: &Losses) -> Vec<Provenance> {
    let mut rows = Vec::new();
    for core in cores {
        rows.extend(NAMES.iter().map(|(counter, name)| Provenance {
            scope: "core".to_owned(),
            chip_x: Some(u32::from(core.place.chip.x)),
            chip_y: Some(u32::from(core.place.chip.y)),
            core: Some(u32::from(core.place.core)),
            counter: (*name).to_owned(),
            value: core.counters.get(*counter),
        }));
    }
    rows.extend(
        [("late", losses.late), ("dropped", losses.dropped)].map(|(counter, value)| Provenance {
            scope: "run".to_owned(),
            chip_x: None,
            chip_y: None,
            core: None,
            counter: counter.to_owned(),
            value,
        }),
    );
    rows
}

/// What a bound means, and what to do about it.
const BOUNDS: [(Counter, &str, Option<Counter>, &str); 7] = [
    (
        Counter::BadRow,
        "synapses outside their slice",
        None,
        "memory was damaged: load again",
    ),
    (
        Counter::UnknownKeys,
        "packets with an unknown key",
        Some(Counter::Packets),
        "a routing table is wrong",
    ),
    (
        Counter::PotentialSaturated,
        "potentials saturated",
        None,
        "lower weights or fan-in",
    ),
    (
        Counter::TraceSaturated,
        "presynaptic traces saturated",
        None,
        "lower the presynaptic rate",
    ),
    (
        Counter::KickBound,
        "likelihood kicks cut",
        Some(Counter::Kicks),
        "raise kick_max, or lower N or the sampling speed",
    ),
    (
        Counter::ThetaBound,
        "θ held at a bound",
        Some(Counter::SynapseUpdates),
        "widen theta_min … theta_max",
    ),
    (
        Counter::HistoryFull,
        "spike histories full (rows visited early, nothing lost)",
        None,
        "none needed",
    ),
];

/// The health table of a run.
pub(super) fn health(
    prepared: &Prepared,
    cores: &[CoreCounters],
    sums: &[u64; COUNTERS],
    losses: &Losses,
) -> Health {
    let line = |what, count, object: String, remedy| HealthLine {
        what,
        count,
        of: None,
        object,
        remedy,
    };
    let example = |late: bool| {
        let mut all = losses.examples.iter();
        let found = all.find(|example| example.starts_with("late") == late);
        found.cloned().unwrap_or_default()
    };
    let mut lines = vec![
        line(
            "cores stopped",
            losses.stopped.len() as u64,
            losses.stopped.first().cloned().unwrap_or_default(),
            "see the faults of the run; map again without it",
        ),
        line(
            "packets dropped",
            losses.dropped,
            example(false),
            "see the routing tables, or for the machine the report: where it is tight",
        ),
        line(
            "packets late",
            losses.late,
            example(true),
            "fewer neurons a core, or fewer snapshots of θ",
        ),
        line(
            "weights lost to rounding",
            prepared.scales.weights_lost(),
            lost_weights(prepared),
            "raise small weights, or lower the largest one of the projection",
        ),
    ];
    let value = |counter: Counter| sums.get(counter as usize).copied().unwrap_or(0);
    for (counter, what, of, remedy) in &BOUNDS {
        let first = cores
            .iter()
            .filter_map(|core| core.counters.first(*counter));
        let first = first.min_by_key(|f| (f.tick, f.object.owner, f.object.pre, f.object.post));
        let object = first.map_or_else(String::new, |first| name(prepared, &first));
        lines.push(HealthLine {
            what,
            count: value(*counter),
            of: of.map(value),
            object,
            remedy,
        });
    }
    lines.sort_by_key(|line| std::cmp::Reverse(line.count > 0));
    Health { lines }
}

fn lost_weights(prepared: &Prepared) -> String {
    let projections = prepared
        .network
        .projections
        .iter()
        .zip(&prepared.scales.projections);
    let worst = projections
        .max_by_key(|(_, scale)| scale.weights_lost)
        .filter(|(_, scale)| scale.weights_lost > 0);
    worst.map_or_else(String::new, |(projection, scale)| {
        format!(
            "projection '{}': {} synapses",
            projection.name, scale.weights_lost
        )
    })
}

/// An object in the network's words.
fn name(prepared: &Prepared, first: &First) -> String {
    let Object { owner, pre, post } = first.object;
    let neuron = |population: usize, slot: u32| {
        let population = prepared.network.populations.get(population);
        population
            .and_then(|p| p.slots().neuron_of(slot))
            .unwrap_or(slot)
    };
    let tick = first.tick.0;
    if pre == Object::NEURON {
        let name = prepared
            .network
            .populations
            .get(owner as usize)
            .map_or("?", |p| p.name.as_str());
        return format!(
            "neuron {} of '{name}', first at tick {tick}",
            neuron(owner as usize, post)
        );
    }
    let Some(projection) = prepared.network.projections.get(owner as usize) else {
        return String::new();
    };
    let (pre, post) = (neuron(projection.pre, pre), neuron(projection.post, post));
    format!(
        "synapse {pre} → {post} of '{}', first at tick {tick}",
        projection.name
    )
}
