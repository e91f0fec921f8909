//! A disk that fills up during a run, after any number of bytes: the run ends with an error that names the file and says
//! how to go on, what was collected before is readable, and a resumed run ends with the same bits as an undisturbed one.
#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests fail by panicking, as tests do"
)]

use spinedrift::description::{
    Network, NetworkBuilder, PoissonSource, Synapses, SynapticSampling, Wta,
};
use spinedrift::results::storage::{Disk, Storage};
use spinedrift::results::{
    Checkpoint, Interrupt, Potential, ResultsDir, Rewiring, RunState, Spike, Theta,
};
use spinedrift::session::{Outcome, Prepared, RunOptions, Setup, run};
use spinedrift_tests::layout::{machine, options};
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A disk with room for so many bytes.
#[derive(Debug)]
struct Small {
    disk: Disk,
    room: Arc<AtomicU64>,
}

struct SmallFile {
    file: Box<dyn Write + Send>,
    room: Arc<AtomicU64>,
}

impl Storage for Small {
    fn root(&self) -> &Path {
        self.disk.root()
    }

    fn create(&self, name: &str) -> io::Result<Box<dyn Write + Send>> {
        let (file, room) = (self.disk.create(name)?, Arc::clone(&self.room));
        Ok(Box::new(SmallFile { file, room }))
    }

    fn commit(&self, name: &str) -> io::Result<()> {
        self.disk.commit(name)
    }

    fn discard(&self, name: &str) {
        self.disk.discard(name);
    }
}

impl Write for SmallFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = self.room.load(Ordering::SeqCst) as usize;
        if room == 0 {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let written = self.file.write(&bytes[..bytes.len().min(room)])?;
        self.room.fetch_sub(written as u64, Ordering::SeqCst);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

fn network() -> Network {
    let rule = SynapticSampling {
        speed_per_s: 0.05,
        experience: 10.0,
        ..SynapticSampling::default()
    };
    NetworkBuilder::new("small disk")
        .population("input", 20, PoissonSource::at_hz(20.0))
        .population("circuit", 10, Wta::of(10))
        .project("input", "circuit", Synapses::all_to_all().plastic(rule))
        .record_spikes("circuit")
        .record_potentials("circuit", &[0, 7], 100.0)
        .snapshot_s(1.0)
        .build()
        .unwrap()
}

/// Four stretches, the first three with a checkpoint at their end.
fn plan() -> RunOptions {
    RunOptions {
        checkpoint_ticks: 1000,
        ..options(4000, 1)
    }
}

fn prepared() -> Prepared {
    Prepared::new(network(), Setup::new(machine("single"), 9)).unwrap()
}

fn undisturbed() -> Outcome {
    let dir = tempfile::tempdir().unwrap();
    run::into_directory(
        &prepared(),
        &plan(),
        &Interrupt::default(),
        dir.path(),
        false,
    )
    .unwrap()
}

/// Runs on a disk with so much room. What was left of it, or the error.
fn on_small_disk(dir: &Path, room: u64) -> Result<u64, String> {
    let room = Arc::new(AtomicU64::new(room));
    let storage = Small {
        disk: Disk::new(dir),
        room: Arc::clone(&room),
    };
    let results = ResultsDir::create_on(Arc::new(storage), &run::run_info(&prepared(), &plan()))
        .map_err(|error| error.to_string())?;
    run::into_recorder(
        &prepared(),
        &plan(),
        &Interrupt::default(),
        results.recorder(),
    )
    .map(|_| room.load(Ordering::SeqCst))
    .map_err(|error| error.to_string())
}

/// Everything on disk can be read, and is at least what its checkpoint counts.
fn check_readable(dir: &Path) {
    let tables = ResultsDir::open(dir).unwrap().tables();
    let rows = [
        tables.all::<Spike>().unwrap().len() as u64,
        tables.all::<Theta>().unwrap().len() as u64,
        tables.all::<Rewiring>().unwrap().len() as u64,
        tables.all::<Potential>().unwrap().len() as u64,
    ];
    if let Some(checkpoint) = Checkpoint::load(dir).unwrap() {
        assert!(
            rows.iter()
                .zip(checkpoint.rows)
                .all(|(found, needed)| *found >= needed),
            "{rows:?}, the checkpoint counts {:?}",
            checkpoint.rows
        );
    }
}

#[test]
fn a_run_that_filled_the_disk_anywhere_goes_on_to_the_same_digest() {
    let expected = undisturbed().digest;
    let whole = tempfile::tempdir().unwrap();
    let enough = 1 << 40;
    let needed = enough - on_small_disk(whole.path(), enough).unwrap();
    let (mut began, mut with_checkpoint) = (0, 0);
    for step in 0..40 {
        let dir = tempfile::tempdir().unwrap();
        let room = needed * step / 40;
        let error = on_small_disk(dir.path(), room).unwrap_err();
        assert!(
            error.contains("writing") && error.contains("Free some space"),
            "{error}"
        );
        let named = std::fs::read_dir(dir.path()).unwrap().count() > 0;
        if !named {
            // There was no room for run.toml: the directory is as empty as it was.
            assert!(error.contains("run.toml"), "{error}");
            run::into_directory(
                &prepared(),
                &plan(),
                &Interrupt::default(),
                dir.path(),
                false,
            )
            .unwrap();
            continue;
        }
        began += 1;
        check_readable(dir.path());
        with_checkpoint += u32::from(dir.path().join("checkpoint.bin").exists());
        let outcome = run::into_directory(
            &prepared(),
            &plan(),
            &Interrupt::default(),
            dir.path(),
            true,
        )
        .unwrap();
        assert_eq!(outcome.digest, expected, "{room} bytes, {error}");
        let info = ResultsDir::open(dir.path()).unwrap().info().clone();
        assert_eq!(info.state, RunState::Finished);
    }
    assert!(
        began > 30 && with_checkpoint > 10,
        "{began}, {with_checkpoint}"
    );
}

#[test]
fn the_error_names_the_file_and_what_stays_readable() {
    let dir = tempfile::tempdir().unwrap();
    let error = on_small_disk(dir.path(), 2000).unwrap_err();
    for words in ["parquet failed after", "stay readable", "--resume"] {
        assert!(error.contains(words), "`{words}` is missing in: {error}");
    }
    assert!(
        error.contains(&dir.path().join("parts").display().to_string()),
        "{error}"
    );
}
