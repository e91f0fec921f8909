//! A disk that fills up: nothing that was written before is lost, and the error says what is what.

use std::fmt::Debug;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::*;
use crate::results::ResultsError;
use crate::results::rows::Spike;
use crate::results::storage::{Disk, Storage};

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

impl Small {
    fn with_room(root: &Path, bytes: u64) -> Arc<Self> {
        Arc::new(Self {
            disk: Disk::new(root),
            room: Arc::new(AtomicU64::new(bytes)),
        })
    }
}

impl Storage for Small {
    fn root(&self) -> &Path {
        self.disk.root()
    }
    fn create(&self, name: &str) -> io::Result<Box<dyn Write + Send>> {
        Ok(Box::new(SmallFile {
            file: self.disk.create(name)?,
            room: Arc::clone(&self.room),
        }))
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
        let room = self.room.load(Ordering::SeqCst);
        if room == 0 {
            return Err(io::Error::from(io::ErrorKind::StorageFull));
        }
        let n = self.file.write(&bytes[..bytes.len().min(room as usize)])?;
        self.room.fetch_sub(n as u64, Ordering::SeqCst);
        Ok(n)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[test]
fn a_full_disk_names_the_file_and_leaves_the_parts_before_readable() {
    let here = tempfile::tempdir().unwrap();
    let small = Small::with_room(here.path(), u64::MAX);
    let dir = ResultsDir::create_on(small.clone(), &info()).unwrap();
    let mut recorder = dir.recorder();
    record(&mut recorder, 0, 20);
    recorder.flush().unwrap();
    small.room.store(100, Ordering::SeqCst);
    record(&mut recorder, 20, 40);
    let error = recorder.flush().unwrap_err();

    let ResultsError::Write {
        file,
        written_bytes,
        source,
        ..
    } = &error
    else {
        panic!("{error}")
    };
    assert!(file.ends_with("parts/spikes-000001.parquet"));
    assert!(*written_bytes >= 100);
    assert_eq!(source.kind(), io::ErrorKind::StorageFull);
    assert!(error.to_string().contains("stay readable"), "{error}");
    drop(recorder);
    let parts = std::fs::read_dir(here.path().join("parts")).unwrap();
    let halves =
        parts.filter(|p| p.as_ref().unwrap().path().extension() == Some("partial".as_ref()));
    assert_eq!(halves.count(), 0, "a half-written file is left");
    assert_eq!(
        ResultsDir::open(here.path())
            .unwrap()
            .tables()
            .all::<Spike>()
            .unwrap()
            .len(),
        60
    );
}

#[test]
fn rows_that_found_no_room_are_written_once_there_is_room_again() {
    let here = tempfile::tempdir().unwrap();
    let small = Small::with_room(here.path(), u64::MAX);
    let mut recorder = ResultsDir::create_on(small.clone(), &info())
        .unwrap()
        .recorder();
    record(&mut recorder, 0, 20);
    small.room.store(10, Ordering::SeqCst);
    recorder.flush().unwrap_err();
    small.room.store(u64::MAX, Ordering::SeqCst);
    recorder.flush().unwrap();
    assert_eq!(
        ResultsDir::open(here.path())
            .unwrap()
            .tables()
            .count::<Spike>()
            .unwrap(),
        60
    );
}

#[test]
fn a_disk_that_fills_while_merging_keeps_the_parts() {
    let here = tempfile::tempdir().unwrap();
    let small = Small::with_room(here.path(), u64::MAX);
    let mut recorder = ResultsDir::create_on(small.clone(), &info())
        .unwrap()
        .recorder();
    record(&mut recorder, 0, 20);
    recorder.seal(21).unwrap();
    recorder.flush().unwrap();
    small.room.store(50, Ordering::SeqCst);
    let error = recorder
        .finish(RunState::Finished, 20, &[], BTreeMap::new())
        .unwrap_err();
    assert!(error.to_string().contains("spikes.parquet"), "{error}");
    assert_eq!(
        ResultsDir::open(here.path())
            .unwrap()
            .tables()
            .count::<Spike>()
            .unwrap(),
        60
    );
}

#[test]
fn a_checkpoint_without_room_leaves_the_one_before() {
    let here = tempfile::tempdir().unwrap();
    let small = Small::with_room(here.path(), u64::MAX);
    let mut recorder = ResultsDir::create_on(small.clone(), &info())
        .unwrap()
        .recorder();
    recorder.checkpoint(5, vec![], cores(5)).unwrap();
    small.room.store(50, Ordering::SeqCst);
    recorder.checkpoint(6, vec![], cores(6)).unwrap_err();
    let stored = crate::results::Checkpoint::load(here.path())
        .unwrap()
        .unwrap();
    assert_eq!(stored.tick, 5);
}

#[test]
fn every_amount_of_room_gives_an_error_or_a_whole_directory() {
    for room in (0..6000).step_by(193) {
        let here = tempfile::tempdir().unwrap();
        let Ok(dir) = ResultsDir::create_on(Small::with_room(here.path(), room), &info()) else {
            continue;
        };
        let mut recorder = dir.recorder();
        record(&mut recorder, 0, 10);
        let first = recorder.flush();
        record(&mut recorder, 10, 20);
        let _ = recorder.finish(RunState::Finished, 20, &[], BTreeMap::new());
        let spikes = ResultsDir::open(here.path())
            .unwrap()
            .tables()
            .all::<Spike>()
            .unwrap();
        assert!(
            first.is_err() || spikes.len() >= 30,
            "{room} bytes: {} spikes",
            spikes.len()
        );
    }
}
