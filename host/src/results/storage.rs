//! The one door through which results reach the disk.
//!
//! A file appears under its name only when it is complete: it is written as `NAME.partial`, synced, and renamed.
//! A test puts a storage behind the door that fails where it likes.

use std::fmt::Debug;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::ResultsError;

/// Where the files of a results directory are written.
pub trait Storage: Debug + Send + Sync {
    /// The directory; files are read back from here.
    fn root(&self) -> &Path;

    /// Starts `name` (relative to the root, `/` between folders) anew.
    ///
    /// # Errors
    /// The system's.
    fn create(&self, name: &str) -> io::Result<Box<dyn Write + Send>>;

    /// Makes a file that was created and written visible under its name.
    ///
    /// # Errors
    /// The system's.
    fn commit(&self, name: &str) -> io::Result<()>;

    /// Forgets a file that was created; never fails, since it is called after a failure.
    fn discard(&self, name: &str);
}

/// A directory of the file system.
#[derive(Debug)]
pub struct Disk {
    root: PathBuf,
}

impl Disk {
    /// This directory, which exists.
    #[must_use]
    pub fn new(root: &Path) -> Self {
        Self {
            root: root.to_path_buf(),
        }
    }

    fn partial(&self, name: &str) -> PathBuf {
        self.root.join(format!("{name}.partial"))
    }
}

impl Storage for Disk {
    fn root(&self) -> &Path {
        &self.root
    }

    fn create(&self, name: &str) -> io::Result<Box<dyn Write + Send>> {
        Ok(Box::new(File::create(self.partial(name))?))
    }

    fn commit(&self, name: &str) -> io::Result<()> {
        let partial = self.partial(name);
        File::options().append(true).open(&partial)?.sync_all()?;
        let whole = self.root.join(name);
        fs::rename(&partial, &whole)?;
        // A folder can't be opened as a file everywhere; where it can, its entry is made to last as well.
        match whole.parent().map(File::open) {
            Some(Ok(folder)) => folder.sync_all(),
            _ => Ok(()),
        }
    }

    fn discard(&self, name: &str) {
        // The failure that led here is the one worth telling.
        let _ = fs::remove_file(self.partial(name));
    }
}

/// A file being written, which knows how many bytes went in.
pub(crate) struct Sink {
    inner: io::BufWriter<Box<dyn Write + Send>>,
    written: Arc<AtomicU64>,
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = self.inner.write(bytes)?;
        self.written.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Writes one whole file through `fill`; on failure nothing of it stays. Returns its size in bytes.
///
/// # Errors
/// [`ResultsError::Write`] with `readable` as the sentence on what is left.
pub(crate) fn write_file(
    storage: &dyn Storage,
    name: &str,
    readable: &str,
    fill: impl FnOnce(Sink) -> io::Result<()>,
) -> Result<u64, ResultsError> {
    let written = Arc::new(AtomicU64::new(0));
    let outcome = storage
        .create(name)
        .and_then(|file| {
            let inner = io::BufWriter::with_capacity(1 << 16, file);
            fill(Sink {
                inner,
                written: Arc::clone(&written),
            })
        })
        .and_then(|()| storage.commit(name));
    let written_bytes = written.load(Ordering::Relaxed);
    match outcome {
        Ok(()) => Ok(written_bytes),
        Err(source) => {
            storage.discard(name);
            Err(ResultsError::Write {
                file: storage.root().join(name),
                written_bytes,
                readable: readable.to_owned(),
                source,
            })
        }
    }
}

/// Writes a file from memory.
///
/// # Errors
/// See [`write_file`].
pub(crate) fn write_bytes(
    storage: &dyn Storage,
    name: &str,
    readable: &str,
    bytes: &[u8],
) -> Result<u64, ResultsError> {
    write_file(storage, name, readable, |mut sink| {
        sink.write_all(bytes)?;
        sink.flush()
    })
}
