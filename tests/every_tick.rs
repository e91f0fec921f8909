//! Integration at every tick, where most rows take steps beside a few that spikes kick: the kernel's loop over rows tells
//! what its θ shows, what isn't recorded changes nothing else, and the machine is charged for steps as steps.
#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests fail by panicking, as tests do"
)]

use spinedrift::description::{
    Integration, Intensity, NetworkBuilder, PoissonSource, Synapses, SynapticSampling,
};
use spinedrift::session::{Change, Intervention, Outcome, Prepared, Setup, Which};
use spinedrift_core::kernel::Counter;
use spinedrift_core::spike::BLOCK_SLOTS;
use spinedrift_tests::layout::{counters, machine, run_in_memory, run_on};
use spinedrift_tests::sink::Collected;
use std::collections::{BTreeMap, BTreeSet};

const TICKS: u32 = 400;

/// 30 inputs to 40 neurons of three blocks; θ is read out every 100 ticks, and all spines are cut at tick 150.
fn ran(record_rewiring: bool) -> (Collected, Outcome) {
    let rule = SynapticSampling {
        speed_per_s: 0.5,
        experience: 2.0,
        integration: Integration::EveryTick,
        record_rewiring,
        ..SynapticSampling::default()
    };
    let network = NetworkBuilder::new("restless")
        .population("input", 30, PoissonSource::at_hz(20.0))
        .population("neurons", 40, Intensity::default())
        .project("input", "neurons", Synapses::all_to_all().plastic(rule))
        .record_spikes("neurons")
        .snapshot_s(0.1)
        .build()
        .unwrap();
    let cut = Intervention {
        tick: 150,
        change: Change::SetTheta {
            projection: "input to neurons".into(),
            which: Which::Functional,
            theta: -0.5,
        },
    };
    let prepared = Prepared::new(network, Setup::new(machine("spinn5"), 3)).unwrap();
    let prepared = prepared.with_interventions(vec![cut]).unwrap();
    run_in_memory(&prepared, TICKS, 2).unwrap()
}

/// The synapses with θ > 0 at a tick.
fn functional(found: &Collected, at: u32) -> BTreeSet<(u32, u32)> {
    let there = found
        .theta
        .iter()
        .filter(|theta| theta.0 == at && theta.4 > 0);
    there.map(|theta| (theta.2, theta.3)).collect()
}

#[test]
fn spines_that_are_recorded_are_those_that_theta_shows() {
    let (found, outcome) = ran(true);
    let gained = found.rewiring.iter().filter(|spine| spine.4).count();
    let lost = found.rewiring.len() - gained;
    assert!(gained > 500 && lost > 500, "{gained} gained, {lost} lost");
    // The cut of tick 150 is recorded too, but no kernel counts it.
    assert_eq!(gained as u64, outcome.counter(Counter::Gained));
    // From one reading of θ to the next, spine by spine.
    for (from, to) in [(100, 200), (200, 300), (300, 400)] {
        let mut there = functional(&found, from);
        let mut spines: Vec<_> = found
            .rewiring
            .iter()
            .filter(|s| s.0 > from && s.0 <= to)
            .collect();
        // The cut of a tick follows what θ itself did in it.
        spines.sort_unstable_by_key(|s| (s.0, s.2, s.3, !s.4));
        for (tick, _, pre, post, gained) in spines {
            let changed = if *gained {
                there.insert((*pre, *post))
            } else {
                there.remove(&(*pre, *post))
            };
            assert!(changed, "tick {tick}: {pre} → {post}, gained {gained}");
        }
        assert_eq!(there, functional(&found, to), "{from} to {to}");
    }
}

#[test]
fn what_isnt_recorded_changes_nothing_else() {
    let ((recorded, one), (silent, other)) = (ran(true), ran(false));
    assert!(!recorded.rewiring.is_empty() && silent.rewiring.is_empty());
    assert_eq!(counters(&one), counters(&other));
    let without = Collected {
        rewiring: Vec::new(),
        ..recorded
    };
    assert_eq!(without.difference(&silent), None);
}

const INPUTS: u32 = 30;
const NEURONS: u32 = 40;

/// What the machine charges for ticks in a row of such a network, and its counters and spikes.
fn charged(
    integration: Integration,
    experience: f64,
) -> (BTreeMap<String, u64>, Collected, Outcome) {
    let rule = SynapticSampling {
        speed_per_s: 0.5,
        experience,
        integration,
        ..SynapticSampling::default()
    };
    let network = NetworkBuilder::new("charged")
        .population("input", INPUTS, PoissonSource::at_hz(20.0))
        .population("neurons", NEURONS, Intensity::default())
        .project("input", "neurons", Synapses::all_to_all().plastic(rule))
        .record_spikes("neurons")
        .build()
        .unwrap();
    let prepared = Prepared::new(network, Setup::new(machine("spinn5"), 3)).unwrap();
    let (found, outcome) = run_on("machine", &prepared, TICKS, 1).unwrap();
    let work = outcome.machine.as_ref().unwrap().work.clone();
    (work.into_iter().collect(), found, outcome)
}

/// Synapses that take a step: in each tick but the first those of every block none of whose neurons fired in the tick before.
fn quiet_synapses(found: &Collected) -> u64 {
    let loud: BTreeSet<(u32, u32)> = found
        .spikes
        .iter()
        .map(|spike| (spike.0 + 1, spike.2 / BLOCK_SLOTS))
        .collect();
    assert!(loud.len() > 20, "{} kicked blocks", loud.len());
    let blocks = (0..NEURONS).step_by(BLOCK_SLOTS as usize);
    let steps = blocks.map(|first| {
        let quiet = (1..TICKS).filter(|tick| !loud.contains(&(*tick, first / BLOCK_SLOTS)));
        let lanes = BLOCK_SLOTS.min(NEURONS - first);
        u64::from(lanes * INPUTS) * quiet.count() as u64
    });
    steps.sum()
}

/// Transitions that are charged: one of every synapse in each tick but the first. The read-out at the end takes no time.
const MOVED: u64 = (INPUTS * NEURONS * (TICKS - 1)) as u64;

#[test]
fn a_step_is_charged_as_one_and_a_kicked_row_is_not() {
    let (work, found, outcome) = charged(Integration::EveryTick, 2.0);
    assert_eq!(work["plastic_step"], quiet_synapses(&found));
    assert_eq!(work["plastic_step"] + work["plastic_synapse"], MOVED);
    let kicks = |before| {
        let spikes = found.spikes.iter().filter(|spike| spike.0 < before);
        u64::from(INPUTS) * spikes.count() as u64
    };
    assert_eq!(work["kick"], kicks(TICKS - 1));
    assert_eq!(outcome.counter(Counter::Kicks), kicks(TICKS));
    let read_out = u64::from(INPUTS * NEURONS);
    let updates = outcome.counter(Counter::SynapseUpdates);
    assert_eq!(updates, MOVED + read_out + kicks(TICKS));
}

#[test]
fn where_nothing_is_learnt_all_are_steps() {
    let (work, ..) = charged(Integration::EveryTick, 0.0);
    assert_eq!(work["plastic_step"], MOVED);
    assert_eq!((work["plastic_synapse"], work["kick"]), (0, 0));
}

#[test]
fn lazy_rows_are_charged_no_step() {
    let (work, ..) = charged(Integration::Lazy, 2.0);
    assert_eq!(work["plastic_step"], 0);
    assert!(work["plastic_synapse"] > 10_000, "{work:?}");
}
