//! Going on after Ctrl-C, after a kill, and the cases in which it can't.

use std::fs;

use proptest::prelude::*;

use super::*;
use crate::results::rows::{Potential, Rewiring, Spike, Theta};
use crate::results::{Checkpoint, ResultsError};

/// All tables of a directory as text.
fn content(path: &Path) -> String {
    let tables = ResultsDir::open(path).unwrap().tables();
    let (spikes, theta): (Vec<Spike>, Vec<Theta>) = (tables.all().unwrap(), tables.all().unwrap());
    let (rewiring, potentials): (Vec<Rewiring>, Vec<Potential>) =
        (tables.all().unwrap(), tables.all().unwrap());
    format!("{spikes:?} {theta:?} {rewiring:?} {potentials:?}")
}

/// Runs to `stop` with checkpoints at 40 and 80, then ends by Ctrl-C or as by a kill, then resumes to 100.
fn with_a_stop(path: &Path, stop: u32, killed: bool) -> Finished {
    let dir = ResultsDir::create(path, &info()).unwrap();
    let mut recorder = dir.recorder();
    for from in [0, 40, 80] {
        record(&mut recorder, from, stop.clamp(from, from + 40));
        if from + 40 <= stop {
            recorder
                .checkpoint(from + 40, vec![], cores(from + 40))
                .unwrap();
        }
    }
    if killed {
        recorder.flush().unwrap();
        std::mem::forget(recorder);
    } else {
        snapshot(&mut recorder, stop + 1);
        finish(recorder, RunState::Interrupted, stop);
    }

    let dir = ResultsDir::resume(path, &info(), false).unwrap();
    let (mut recorder, checkpoint) = dir.resume_recorder().unwrap();
    let tick = checkpoint.as_ref().map_or(0, |c| c.tick);
    assert_eq!(tick, stop / 40 * 40);
    assert_eq!(checkpoint.map(|c| c.cores), (tick > 0).then(|| cores(tick)));
    record(&mut recorder, tick, 100);
    finish(recorder, RunState::Finished, 100)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10))]

    #[test]
    fn a_resumed_run_equals_one_go(stop in 1_u32..100, killed in any::<bool>()) {
        let (stopped, whole) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let resumed = with_a_stop(stopped.path(), stop, killed);
        prop_assert_eq!(resumed.totals, one_go(whole.path()).totals);
        prop_assert_eq!(content(stopped.path()), content(whole.path()));
    }
}

#[test]
fn a_finished_run_is_not_resumed() {
    let here = tempfile::tempdir().unwrap();
    one_go(here.path());
    let error = ResultsDir::resume(here.path(), &info(), false).unwrap_err();
    assert!(matches!(
        error,
        ResultsError::AlreadyFinished { ticks: 100, .. }
    ));
}

#[test]
fn a_finished_run_goes_on_when_more_ticks_are_asked_for() {
    let (longer, whole) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let asked = RunInfo {
        ticks: 200,
        ..info()
    };
    one_go(longer.path());
    let dir = ResultsDir::resume(longer.path(), &asked, false).unwrap();
    let (mut recorder, checkpoint) = dir.resume_recorder().unwrap();
    record(&mut recorder, checkpoint.unwrap().tick, 200);
    let longer = finish(recorder, RunState::Finished, 200);
    assert_eq!(dir.info().ticks, 200);

    let mut recorder = ResultsDir::create(whole.path(), &asked).unwrap().recorder();
    record(&mut recorder, 0, 200);
    assert_eq!(
        finish(recorder, RunState::Finished, 200).totals,
        longer.totals
    );
}

#[test]
fn a_kill_between_merging_and_removing_the_parts_loses_nothing() {
    let here = tempfile::tempdir().unwrap();
    let dir = ResultsDir::create(here.path(), &info()).unwrap();
    let mut recorder = dir.recorder();
    record(&mut recorder, 0, 40);
    recorder.checkpoint(40, vec![], cores(40)).unwrap();
    std::mem::forget(recorder);
    fs::copy(
        here.path().join("parts/spikes-000000.parquet"),
        here.path().join("spikes.parquet"),
    )
    .unwrap();
    fs::write(
        here.path().join("parts/theta-000007.parquet.partial"),
        "half",
    )
    .unwrap();
    let (_recorder, _) = ResultsDir::resume(here.path(), &info(), false)
        .unwrap()
        .resume_recorder()
        .unwrap();
    assert_eq!(dir.tables().count::<Spike>().unwrap(), 120);
    assert!(
        !here
            .path()
            .join("parts/theta-000007.parquet.partial")
            .exists()
    );
}

#[test]
fn a_damaged_checkpoint_is_an_error_that_says_so() {
    let here = tempfile::tempdir().unwrap();
    let dir = ResultsDir::create(here.path(), &info()).unwrap();
    dir.recorder().checkpoint(0, vec![], cores(0)).unwrap();
    let file = here.path().join("checkpoint.bin");
    let mut bytes = fs::read(&file).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(&file, bytes).unwrap();
    let error = ResultsDir::resume(here.path(), &info(), false)
        .unwrap()
        .resume_recorder()
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("checkpoint.bin") && error.contains("damaged") && error.contains("--out"),
        "{error}"
    );
}

#[test]
fn a_part_that_the_checkpoint_needs_is_missed() {
    let here = tempfile::tempdir().unwrap();
    let dir = ResultsDir::create(here.path(), &info()).unwrap();
    let mut recorder = dir.recorder();
    record(&mut recorder, 0, 40);
    recorder.checkpoint(40, vec![], cores(40)).unwrap();
    std::mem::forget(recorder);
    fs::remove_file(here.path().join("parts/theta-000000.parquet")).unwrap();
    let error = ResultsDir::resume(here.path(), &info(), false)
        .unwrap()
        .resume_recorder()
        .unwrap_err();
    assert!(matches!(
        error,
        ResultsError::MissingRows {
            table: "theta",
            tick: 40,
            needed: 48,
            found: 0
        }
    ));
}

#[test]
fn another_network_or_seed_is_not_taken_for_the_same_run() {
    let (stored, dir) = (info(), Path::new("r"));
    assert!(
        stored
            .check_same_run(
                &RunInfo {
                    ticks: 7,
                    threads: 9,
                    ..info()
                },
                dir
            )
            .is_ok()
    );
    let error = stored
        .check_same_run(&RunInfo { seed: 1, ..info() }, dir)
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("seed is 18446744073709551615, the run asked for has 1"),
        "{error}"
    );
    let error = stored
        .check_same_run(
            &RunInfo {
                populations: vec![],
                ..info()
            },
            dir,
        )
        .unwrap_err();
    assert!(matches!(
        error,
        ResultsError::OtherRun {
            field: "list of populations",
            ..
        }
    ));
}

#[test]
fn a_checkpoint_takes_the_snapshot_of_its_own_tick_along() {
    let here = tempfile::tempdir().unwrap();
    let mut recorder = ResultsDir::create(here.path(), &info()).unwrap().recorder();
    recorder.spike(9, 0, 0);
    snapshot(&mut recorder, 10);
    recorder.checkpoint(10, vec![], vec![]).unwrap();
    assert_eq!(
        Checkpoint::load(here.path()).unwrap().unwrap().rows,
        [1, 12, 0, 0]
    );
}
