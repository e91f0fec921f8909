//! Recording and reading back.

use std::fs;

use proptest::prelude::*;

use super::*;
use crate::results::rows::{Potential, Rewiring, Spike, Theta};
use crate::results::{Forecast, Load, ResultsError};

#[test]
fn what_is_recorded_comes_back() {
    let here = tempfile::tempdir().unwrap();
    let finished = one_go(here.path());
    let dir = ResultsDir::open(here.path()).unwrap();
    let tables = dir.tables();

    let spikes: Vec<Spike> = tables.all().unwrap();
    assert_eq!(spikes.len() as u64, finished.totals.spikes);
    assert_eq!(
        spikes[1],
        Spike {
            tick: 0,
            population: 0,
            neuron: 50
        }
    );
    let theta: Vec<Theta> = tables.all().unwrap();
    assert_eq!(theta.len(), 10 * 12);
    assert_eq!(
        theta[3],
        Theta {
            tick: 10,
            projection: 0,
            pre: 0,
            post: 3,
            raw: i32::MIN
        }
    );
    let rewiring: Vec<Rewiring> = tables.all().unwrap();
    assert_eq!(rewiring[1].direction, Direction::Lost);
    let potentials: Vec<Potential> = tables.all().unwrap();
    assert_eq!(potentials[60].u.to_bits(), 60.0_f64.sin().to_bits());
    let provenance: Vec<Provenance> = tables.all().unwrap();
    assert_eq!(
        (provenance[0].core, provenance[1].core, provenance[1].value),
        (Some(3), None, u64::MAX)
    );
}

#[test]
fn the_facts_of_the_run_end_with_its_totals() {
    let here = tempfile::tempdir().unwrap();
    let finished = one_go(here.path());
    let stored = ResultsDir::open(here.path()).unwrap().info().clone();
    assert_eq!(stored.state, RunState::Finished);
    assert_eq!(stored.seed, u64::MAX);
    assert_eq!(stored.populations, info().populations);
    assert_eq!(stored.totals, Some(finished.totals));
    assert!((stored.totals.unwrap().figures["realtime_factor"] - 12.5).abs() < 1e-12);
}

#[test]
fn a_finished_run_leaves_one_file_a_table_and_no_parts() {
    let here = tempfile::tempdir().unwrap();
    one_go(here.path());
    let mut names: Vec<String> = fs::read_dir(here.path())
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let expected = [
        "checkpoint.bin",
        "potentials.parquet",
        "provenance.parquet",
        "rewiring.parquet",
        "run.toml",
    ];
    assert_eq!(names[..5], expected);
    assert_eq!(names[5..], ["spikes.parquet", "theta.parquet"]);
}

#[test]
fn a_run_that_records_nothing_still_has_its_tables() {
    let here = tempfile::tempdir().unwrap();
    let dir = ResultsDir::create(here.path(), &info()).unwrap();
    let finished = dir
        .recorder()
        .finish(RunState::Finished, 5, &[], BTreeMap::new())
        .unwrap();
    assert_eq!(finished.totals.spikes, 0);
    assert!(dir.tables().all::<Spike>().unwrap().is_empty());
    assert!(here.path().join("theta.parquet").exists());
}

#[test]
fn what_was_flushed_before_a_kill_is_readable() {
    let here = tempfile::tempdir().unwrap();
    let dir = ResultsDir::create(here.path(), &info()).unwrap();
    let mut recorder = dir.recorder();
    record(&mut recorder, 0, 20);
    recorder.flush().unwrap();
    record(&mut recorder, 20, 30);
    std::mem::forget(recorder);
    let opened = ResultsDir::open(here.path()).unwrap();
    assert_eq!(opened.info().state, RunState::Running);
    assert_eq!(opened.tables().all::<Spike>().unwrap().len(), 60);
}

#[test]
fn a_recorder_dropped_on_an_error_path_saves_what_it_has() {
    let here = tempfile::tempdir().unwrap();
    let dir = ResultsDir::create(here.path(), &info()).unwrap();
    let mut recorder = dir.recorder();
    record(&mut recorder, 0, 20);
    drop(recorder);
    assert_eq!(dir.tables().count::<Spike>().unwrap(), 60);
}

#[test]
fn a_spike_for_a_sealed_tick_is_an_error() {
    let here = tempfile::tempdir().unwrap();
    let mut recorder = ResultsDir::create(here.path(), &info()).unwrap().recorder();
    recorder.seal(10).unwrap();
    recorder.spike(10, 0, 0);
    recorder.seal(11).unwrap();
    recorder.spike(10, 0, 0);
    let error = recorder.seal(12).unwrap_err();
    assert!(matches!(
        error,
        ResultsError::Late {
            table: "spikes",
            tick: 10,
            sealed: 11
        }
    ));
}

#[test]
fn a_projection_that_is_not_listed_is_an_error() {
    let here = tempfile::tempdir().unwrap();
    let mut recorder = ResultsDir::create(here.path(), &info()).unwrap().recorder();
    recorder.theta(0, 1, 0, 0, 0);
    let error = recorder.seal(1).unwrap_err().to_string();
    assert_eq!(error, "theta: projection 1 is recorded, run.toml lists 1");
}

#[test]
fn a_directory_that_is_not_empty_is_refused_with_its_content_and_the_remedy() {
    let here = tempfile::tempdir().unwrap();
    for name in ["a", "b", "c", "d", "e", "thesis.tex"] {
        fs::write(here.path().join(name), "x").unwrap();
    }
    let error = ResultsDir::create(here.path(), &info())
        .unwrap_err()
        .to_string();
    assert!(error.contains("a, b, c, d and 2 more"), "{error}");
    assert!(
        error.contains("--out") && error.contains("--resume"),
        "{error}"
    );
    assert_eq!(fs::read_dir(here.path()).unwrap().count(), 6);
}

#[test]
fn a_folder_without_run_toml_is_no_results_directory() {
    let here = tempfile::tempdir().unwrap();
    let error = ResultsDir::open(here.path()).unwrap_err();
    assert!(matches!(error, ResultsError::NotResults { .. }));
}

#[test]
fn a_broken_run_toml_is_reported_with_its_place() {
    let here = tempfile::tempdir().unwrap();
    one_go(here.path());
    let file = here.path().join("run.toml");
    let text = fs::read_to_string(&file)
        .unwrap()
        .replace("tick_us = 1000", "tick_us = soon");
    fs::write(&file, text).unwrap();
    let error = ResultsDir::open(here.path()).unwrap_err().to_string();
    assert!(
        error.contains("run.toml") && error.contains("tick_us = soon"),
        "{error}"
    );
}

#[test]
fn a_table_with_a_foreign_layout_is_an_error() {
    let here = tempfile::tempdir().unwrap();
    one_go(here.path());
    fs::copy(
        here.path().join("spikes.parquet"),
        here.path().join("theta.parquet"),
    )
    .unwrap();
    let tables = ResultsDir::open(here.path()).unwrap().tables();
    let error = tables.all::<Theta>().unwrap_err().to_string();
    assert!(
        error.contains("theta.parquet") && error.contains("not listed in run.toml"),
        "{error}"
    );
}

#[test]
fn a_forecast_is_near_the_truth() {
    let here = tempfile::tempdir().unwrap();
    let dir = ResultsDir::create(here.path(), &info()).unwrap();
    let mut recorder = dir.recorder();
    let mut state = 1_u32;
    let mut noise = || {
        state = state.wrapping_mul(747_796_405).wrapping_add(2_891_336_453);
        (state >> 4) ^ state
    };
    for tick in 0..2000 {
        (0..20).for_each(|_| recorder.spike(tick, 0, noise() % 100));
        if tick % 100 == 0 {
            for pre in 0..20 {
                let raws: Vec<i32> = (0..100).map(|_| noise().cast_signed() >> 1).collect();
                recorder.theta_row(tick, 0, pre, 0..100, &raws);
            }
        }
    }
    finish(recorder, RunState::Finished, 2000);
    let load = Load {
        ticks: 2000,
        spikes_per_tick: 20.0,
        synapses: 2000,
        snapshots: 20,
        ..Load::default()
    };
    let forecast = Forecast::of(&load);
    for (name, bytes) in [("spikes", forecast.spikes), ("theta", forecast.theta)] {
        let real = fs::metadata(here.path().join(format!("{name}.parquet")))
            .unwrap()
            .len();
        assert!(
            bytes >= real && 2 * bytes <= 5 * real,
            "{name}: {bytes} forecast, {real} written"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Events in any order within the sealed stretches, sealed at any tick: the same files' content, the same digest.
    #[test]
    fn order_of_arrival_and_batches_change_nothing(
        events in prop::collection::vec((0_u32..40, 0_u32..2, 0_u32..9, any::<i32>()), 0..120),
        order in any::<u64>(),
        stride in 1_u32..41,
    ) {
        let outcome = |stride: u32, shuffled: bool| {
            let here = tempfile::tempdir().unwrap();
            let mut recorder = ResultsDir::create(here.path(), &info()).unwrap().recorder();
            let mut events: Vec<_> = events.clone();
            if shuffled {
                events.sort_by_key(|e| (e.0 / stride, blake3::hash(&(order ^ u64::from(e.2)).to_le_bytes()).as_bytes()[0]));
            } else {
                events.sort_unstable();
            }
            for tick in (0..40).step_by(stride as usize) {
                for &(at, population, neuron, raw) in events.iter().filter(|e| e.0 / stride == tick / stride) {
                    recorder.spike(at, population, neuron);
                    recorder.theta(at, 0, neuron, population, raw);
                }
                recorder.seal(tick + stride).unwrap();
            }
            let finished = finish(recorder, RunState::Finished, 40);
            let tables = ResultsDir::open(here.path()).unwrap().tables();
            (finished.totals.digest, tables.all::<Spike>().unwrap(), tables.all::<Theta>().unwrap())
        };
        prop_assert_eq!(outcome(stride, true), outcome(1, false));
    }
}
