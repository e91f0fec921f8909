//! Draws where a network runs: partition, machine, dead parts, placement, routing, threads; and runs it there.

use crate::scenario::Scenario;
use crate::seed::Draw;
use crate::sink::Collected;
use spinedrift::board::Machine;
use spinedrift::mapping::compress::Aim;
use spinedrift::mapping::place::PlaceError;
use spinedrift::mapping::route::RouteError;
use spinedrift::mapping::{MapError, Options, Placer, Router, partition};
use spinedrift::progress::Display;
use spinedrift::results::Interrupt;
use spinedrift::session::{Outcome, PrepareError, Prepared, RunOptions, Setup, run};
use spinedrift_core::kernel::{Counter, First};
use spinedrift_emulator::geometry::Link;

/// Where a network runs.
#[derive(Clone, Debug)]
pub struct Layout {
    /// Machine and mapping.
    pub setup: Setup,
    /// Host threads.
    pub threads: usize,
    /// All of it in a line.
    pub words: String,
}

/// The plainest layout: default mapping on one board, one thread.
///
/// # Panics
/// If the machine files are broken.
#[must_use]
pub fn plain(scenario: &Scenario) -> Layout {
    Layout {
        setup: Setup::new(machine("spinn5"), scenario.seed),
        threads: 1,
        words: "plain".into(),
    }
}

/// A machine of this name.
///
/// # Panics
/// If there is none.
#[must_use]
#[expect(clippy::expect_used, reason = "embedded machines are there")]
pub fn machine(name: &str) -> Machine {
    Machine::load(name).expect("an embedded machine")
}

/// Draws a layout for a scenario.
#[must_use]
pub fn draw(scenario: &Scenario, draw: &mut Draw) -> Layout {
    let name = draw.pick(&["single", "spinn3", "spinn5", "spinn5"]);
    let mut machine = machine(name);
    let chips: Vec<_> = machine.chips().collect();
    let mut words = vec![name.to_owned()];
    for _ in 0..draw.pick(&[0, 0, 1, 2]).min(chips.len() as u32 / 2) {
        let chip = draw.pick(&chips);
        words.push(format!("dead {chip}"));
        machine = machine.without_chip(chip);
    }
    for _ in 0..draw.pick(&[0, 1, 4]) {
        let (chip, link) = (draw.pick(&chips), draw.pick(&Link::ALL));
        words.push(format!("dead {chip} {link:?}"));
        machine = machine.without_link(chip, link);
    }
    let unit = scenario
        .network
        .populations
        .iter()
        .map(|p| p.slots().unit())
        .max()
        .unwrap_or(16);
    let sizes: Vec<u32> = [16, 32, 48, 80, 128, 256]
        .into_iter()
        .filter(|size| *size >= unit)
        .collect();
    let random = Placer::Random { seed: draw.bits() };
    let mapping = Options {
        partition: partition::Options {
            slots_per_core_max: Some(draw.pick(&sizes)),
            pack: draw.chance(0.5),
        },
        placer: draw.pick(&[Placer::Hilbert, Placer::Sequential, random, random]),
        router: draw.pick(&[Router::DimensionOrder, Router::NearestNode]),
        aim: draw.pick(&[Aim::Fit, Aim::Shortest]),
    };
    let threads = draw.from_to(1, 4) as usize;
    words.push(format!("{mapping:?}, {threads} threads"));
    let setup = Setup {
        machine,
        seed: scenario.seed,
        mapping,
        constraints: Vec::new(),
        slow_down: std::num::NonZeroU32::MIN,
    };
    Layout {
        setup,
        threads,
        words: words.join(", "),
    }
}

/// Prepares a scenario on a layout; `None` if the machine drawn is too small or cut apart.
///
/// # Errors
/// Any other refusal.
pub fn prepare(scenario: &Scenario, layout: &Layout) -> Result<Option<Prepared>, String> {
    match Prepared::new(scenario.network.clone(), layout.setup.clone()) {
        Ok(prepared) => Ok(Some(prepared)),
        Err(PrepareError::Map(
            MapError::Place(PlaceError::MachineTooSmall { .. })
            | MapError::Route(RouteError::CutOff { .. }),
        )) => Ok(None),
        Err(error) => Err(format!("{error}\non {}", layout.words)),
    }
}

/// Options of a silent run.
#[must_use]
pub fn options(ticks: u32, threads: usize) -> RunOptions {
    RunOptions {
        target: "functional".into(),
        ticks,
        threads,
        checkpoint_ticks: 0,
        display: Display::Silent,
        label: String::new(),
        trace: None,
    }
}

/// Runs in memory.
///
/// # Errors
/// If the target fails.
pub fn run_in_memory(
    prepared: &Prepared,
    ticks: u32,
    threads: usize,
) -> Result<(Collected, Outcome), String> {
    run_on("functional", prepared, ticks, threads)
}

/// Runs in memory on a target.
///
/// # Errors
/// If the target fails.
pub fn run_on(
    target: &str,
    prepared: &Prepared,
    ticks: u32,
    threads: usize,
) -> Result<(Collected, Outcome), String> {
    let options = RunOptions {
        target: target.into(),
        ..options(ticks, threads)
    };
    let mut collected = Collected::default();
    let outcome = run::in_memory(prepared, &options, &Interrupt::default(), &mut collected)
        .map_err(|error| error.to_string())?;
    collected.sort();
    Ok((collected, outcome))
}

/// Counters that depend on the model alone.
pub const MODEL_COUNTERS: [Counter; 11] = [
    Counter::Spikes,
    Counter::StaticEvents,
    Counter::PlasticEvents,
    Counter::SynapseUpdates,
    Counter::Kicks,
    Counter::Gained,
    Counter::Lost,
    Counter::KickBound,
    Counter::ThetaBound,
    Counter::PotentialSaturated,
    Counter::TraceSaturated,
];

/// Each of [`MODEL_COUNTERS`] with the first object that it happened to, over all cores.
#[must_use]
pub fn counters(outcome: &Outcome) -> Vec<(Counter, u64, Option<First>)> {
    let first = |counter| {
        let all = outcome
            .cores
            .iter()
            .filter_map(|core| core.counters.first(counter));
        all.min_by_key(|f| (f.tick, f.object.owner, f.object.pre, f.object.post))
    };
    MODEL_COUNTERS
        .iter()
        .map(|&counter| (counter, outcome.counter(counter), first(counter)))
        .collect()
}
