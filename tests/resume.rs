//! A run that was interrupted and taken up again ends with the same bits as one that was not.
#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests fail by panicking, as tests do"
)]

use spinedrift::description::{
    Network, NetworkBuilder, PoissonSource, Synapses, SynapticSampling, Wta,
};
use spinedrift::results::{Interrupt, ResultsDir, RunState};
use spinedrift::session::{Decoder, Prepared, Setup, run};
use spinedrift::target;
use spinedrift_tests::layout::{self, machine, options, prepare};
use spinedrift_tests::seed::{Draw, for_each};
use spinedrift_tests::{digest::digest, scenario, sink::Collected};

/// Long enough to be interrupted between two chunks of ticks.
const TICKS: u32 = 40_000;

fn network() -> Network {
    let rule = SynapticSampling {
        speed_per_s: 0.01,
        experience: 10.0,
        ..SynapticSampling::default()
    };
    NetworkBuilder::new("interrupted")
        .population("input", 40, PoissonSource::at_hz(30.0))
        .population("circuit", 21, Wta::of(7))
        .project("input", "circuit", Synapses::all_to_all().plastic(rule))
        .record_spikes("circuit")
        .record_potentials("circuit", &[0, 20], 100.0)
        .snapshot_s(7.0)
        .build()
        .unwrap()
}

fn prepared() -> Prepared {
    Prepared::new(network(), Setup::new(machine("spinn3"), 5)).unwrap()
}

#[test]
fn an_interrupted_run_resumes_to_the_same_digest() {
    let (whole, parts) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut options = options(TICKS, 1);
    let expected = run::into_directory(
        &prepared(),
        &options,
        &Interrupt::default(),
        whole.path(),
        false,
    )
    .unwrap();

    // The interrupt comes from outside, as Ctrl-C does: as soon as the first checkpoint is on disk.
    options.checkpoint_ticks = 3000;
    let interrupt = Interrupt::default();
    let checkpoint = || {
        spinedrift::results::Checkpoint::load(parts.path())
            .ok()
            .flatten()
    };
    let first = std::thread::scope(|scope| {
        let running = scope
            .spawn(|| run::into_directory(&prepared(), &options, &interrupt, parts.path(), false));
        while checkpoint().is_none() && !running.is_finished() {
            std::thread::yield_now();
        }
        interrupt.request();
        running.join().unwrap().unwrap()
    });
    assert!(
        first.interrupted && first.ticks >= 3000,
        "{} ticks",
        first.ticks
    );
    assert_eq!(
        ResultsDir::open(parts.path()).unwrap().info().state,
        RunState::Interrupted
    );

    options.threads = 2;
    let second = run::into_directory(
        &prepared(),
        &options,
        &Interrupt::default(),
        parts.path(),
        true,
    )
    .unwrap();
    assert_eq!((second.ticks, second.digest), (TICKS, expected.digest));
    assert_eq!(second.counters, expected.counters);
    for table in ["rewiring", "potentials", "spikes", "theta"] {
        let rows = |dir: &tempfile::TempDir| {
            ResultsDir::open(dir.path())
                .map(|dir| rows(&dir, table))
                .unwrap()
        };
        assert_eq!(rows(&parts), rows(&whole), "{table}");
    }
}

/// Every row of a table, printed.
fn rows(dir: &ResultsDir, table: &str) -> Vec<String> {
    use spinedrift::results::{Potential, Rewiring, Row, Spike, Theta};
    fn all<R: Row + std::fmt::Debug>(dir: &ResultsDir) -> Vec<String> {
        dir.tables()
            .all::<R>()
            .unwrap()
            .iter()
            .map(|row| format!("{row:?}"))
            .collect()
    }
    match table {
        "spikes" => all::<Spike>(dir),
        "theta" => all::<Theta>(dir),
        "rewiring" => all::<Rewiring>(dir),
        _ => all::<Potential>(dir),
    }
}

#[test]
fn a_run_interrupted_before_its_first_tick_resumes_too() {
    let (whole, parts) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let options = options(2500, 1);
    let expected = run::into_directory(
        &prepared(),
        &options,
        &Interrupt::default(),
        whole.path(),
        false,
    )
    .unwrap();
    let interrupt = Interrupt::default();
    interrupt.request();
    let first =
        run::into_directory(&prepared(), &options, &interrupt, parts.path(), false).unwrap();
    assert_eq!((first.ticks, first.interrupted), (0, true));
    let second = run::into_directory(
        &prepared(),
        &options,
        &Interrupt::default(),
        parts.path(),
        true,
    )
    .unwrap();
    assert_eq!(second.digest, expected.digest);
}

/// A checkpoint at any tick, restored into a machine of any number of threads.
#[test]
fn a_checkpoint_at_any_tick_restores_to_the_same_bits() {
    for_each("resume", "a_checkpoint_at", 12, |seed| {
        let scenario = scenario::draw(seed);
        let mut draw = Draw::new(seed ^ 1);
        let prepared = loop {
            let layout = layout::draw(&scenario, &mut draw);
            if let Some(prepared) = prepare(&scenario, &layout)? {
                break prepared;
            }
        };
        let stop = draw.from_to(0, scenario.ticks);
        let expected = in_two(&prepared, scenario.ticks, scenario.ticks, 1)?;
        let found = in_two(&prepared, stop, scenario.ticks, draw.from_to(1, 4) as usize)?;
        if let Some(problem) = expected.difference(&found) {
            return Err(format!("checkpoint at tick {stop}: {problem}"));
        }
        if digest(&expected) == digest(&found) {
            Ok(())
        } else {
            Err("digests differ".into())
        }
    });
}

/// Runs to `stop`, checkpoints, and goes on in another machine.
fn in_two(prepared: &Prepared, stop: u32, ticks: u32, threads: usize) -> Result<Collected, String> {
    let error = |error: target::TargetError| error.to_string();
    let loadable = prepared.loadable().map_err(|error| error.to_string())?;
    let decoder = Decoder::new(prepared);
    let mut collected = Collected::default();
    let mut first = target::load("functional", &loadable, 1).map_err(error)?;
    first.run(stop).map_err(error)?;
    first
        .collect(&mut |core, words| decoder.decode(core, words, &mut collected))
        .map_err(error)?;
    let states = first.checkpoint().map_err(error)?;
    drop(first);
    let mut second = target::load("functional", &loadable, threads).map_err(error)?;
    second.restore(stop, states).map_err(error)?;
    second.run(ticks - stop).map_err(error)?;
    second.read_out().map_err(error)?;
    second
        .collect(&mut |core, words| decoder.decode(core, words, &mut collected))
        .map_err(error)?;
    collected.sort();
    Ok(collected)
}
