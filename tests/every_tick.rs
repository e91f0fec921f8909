//! Integration at every tick, where most rows take steps beside a few that spikes kick: the kernel's loop over rows tells
//! what its θ shows, and what isn't recorded changes nothing else.
#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests fail by panicking, as tests do"
)]

use spinedrift::description::{
    Integration, Intensity, NetworkBuilder, PoissonSource, Synapses, SynapticSampling,
};
use spinedrift::session::{Change, Intervention, Outcome, Prepared, Setup, Which};
use spinedrift_core::kernel::Counter;
use spinedrift_tests::layout::{counters, machine, run_in_memory};
use spinedrift_tests::sink::Collected;
use std::collections::BTreeSet;

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
