//! The same network and seed give the same spikes, θ, rewiring, potentials and counters, wherever and however it runs.
//!
//! `SPINEDRIFT_SEED=0x…` replays one scenario, `SPINEDRIFT_CASES=1000` tries more of them.

use spinedrift::target::FunctionalTarget;
use spinedrift_core::kernel::Counter;
use spinedrift_emulator::functional::Vectors;
use spinedrift_tests::layout::{self, counters, prepare, run_in_memory};
use spinedrift_tests::seed::{Draw, for_each};
use spinedrift_tests::{scenario, sink::Collected, whole};
use std::cell::Cell;
use std::collections::BTreeSet;

/// Layouts that each network is tried on.
const LAYOUTS: usize = 3;

#[test]
fn no_partition_machine_or_thread_count_changes_a_bit() {
    let (several, tried) = (Cell::new(0), Cell::new(0));
    for_each("same_bits", "no_partition", 200, |seed| {
        let scenario = scenario::draw(seed);
        let plain = layout::plain(&scenario);
        let prepared = prepare(&scenario, &plain)?.ok_or("one board is too small")?;
        let (expected, outcome) = run_in_memory(&prepared, scenario.ticks, 1)?;
        let mut draw = Draw::new(!seed);
        for _ in 0..LAYOUTS {
            let layout = layout::draw(&scenario, &mut draw);
            let Some(prepared) = prepare(&scenario, &layout)? else {
                continue;
            };
            tried.set(tried.get() + 1);
            let chips: BTreeSet<_> = prepared
                .mapping
                .placement
                .cores
                .iter()
                .map(|core| core.chip)
                .collect();
            several.set(several.get() + usize::from(chips.len() > 1));
            let (found, other) = run_in_memory(&prepared, scenario.ticks, layout.threads)?;
            let told = |problem: String| {
                Err(format!(
                    "{problem}\non {}\n{:#?}",
                    layout.words, scenario.network
                ))
            };
            if let Some(problem) = expected.difference(&found) {
                return told(problem);
            }
            for (expected, found) in counters(&outcome).iter().zip(counters(&other)) {
                if *expected != found {
                    return told(format!("counters differ: {expected:?}, {found:?}"));
                }
            }
            let lost =
                [Counter::UnknownKeys, Counter::BadRow].map(|counter| other.counter(counter));
            if lost != [0, 0] || other.losses.dropped != 0 || other.losses.late != 0 {
                return told(format!("lost packets or rows: {lost:?} {:?}", other.losses));
            }
        }
        Ok(())
    });
    assert!(
        tried.get() == 0 || 3 * several.get() >= tried.get(),
        "{several:?} of {tried:?} layouts use several chips"
    );
}

#[test]
fn no_vector_instructions_change_a_bit() {
    for_each("same_bits", "no_vector", 60, |seed| {
        let scenario = scenario::draw(seed);
        let prepared = whole::scenario(&scenario)?;
        let loadable = prepared.loadable().map_err(|error| error.to_string())?;
        let run = |vectors| {
            let target = FunctionalTarget::new(&loadable, 1).map_err(|error| error.to_string())?;
            let mut target = target.with_vectors(vectors);
            whole::run(&prepared, &mut target, scenario.ticks, scenario.ticks)
                .map_err(|error| error.to_string())
        };
        let (widest, compiled) = (run(Vectors::Widest)?, run(Vectors::Compiled)?);
        widest.difference(&compiled).map_or(Ok(()), Err)
    });
}

#[test]
fn a_network_run_twice_gives_the_same_bits_and_another_seed_others() {
    let mut scenario = scenario::draw(7);
    let run = |scenario: &scenario::Scenario| -> Collected {
        let prepared = prepare(scenario, &layout::plain(scenario))
            .unwrap()
            .unwrap();
        run_in_memory(&prepared, scenario.ticks, 2).unwrap().0
    };
    let first = run(&scenario);
    assert_eq!(first.difference(&run(&scenario)), None);
    scenario.seed += 1;
    assert!(first.difference(&run(&scenario)).is_some());
}

/// The scenarios are worth drawing: over them every model counter counts and everything recorded is recorded.
#[test]
fn the_scenarios_reach_every_counter_and_record() {
    let mut sums = vec![0; layout::MODEL_COUNTERS.len()];
    let mut records = [0; 4];
    for seed in 0..20 {
        let scenario = scenario::draw(seed);
        let prepared = prepare(&scenario, &layout::plain(&scenario))
            .unwrap()
            .unwrap();
        let (found, outcome) = run_in_memory(&prepared, scenario.ticks, 2).unwrap();
        for (sum, (_, count, _)) in sums.iter_mut().zip(counters(&outcome)) {
            *sum += count;
        }
        let lengths = [
            found.spikes.len(),
            found.theta.len(),
            found.rewiring.len(),
            found.potentials.len(),
        ];
        for (sum, length) in records.iter_mut().zip(lengths) {
            *sum += length;
        }
    }
    let silent: Vec<_> = layout::MODEL_COUNTERS
        .iter()
        .zip(&sums)
        .filter(|(_, sum)| **sum == 0)
        .collect();
    assert!(
        silent.is_empty() && records.iter().all(|sum| *sum > 0),
        "{silent:?} {records:?}"
    );
}
