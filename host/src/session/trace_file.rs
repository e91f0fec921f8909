//! The file of a trace: made before the run, so that a wrong path is told at once; written when its results are on disk.

use super::RunError;
use crate::target::Target;
use crate::target::trace::TraceFormat;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Most sights of a trace: some 200 MB of JSON.
pub(super) const SIGHTS_MAX: usize = 1_000_000;

/// A file that a trace will be written to.
#[derive(Debug)]
pub(super) struct TraceFile {
    path: PathBuf,
    file: File,
}

impl TraceFile {
    /// Makes the file.
    ///
    /// # Errors
    /// [`RunError::Trace`].
    pub(super) fn create(path: &Path) -> Result<Self, RunError> {
        let file = File::create(path).map_err(|error| problem(path, error))?;
        let path = path.to_owned();
        Ok(Self { path, file })
    }

    /// Writes what a target has seen. Returns how many sights are missing, because they were more than [`SIGHTS_MAX`].
    ///
    /// # Errors
    /// [`RunError::Trace`].
    pub(super) fn write(self, target: &dyn Target) -> Result<u64, RunError> {
        let Self { path, file } = self;
        let mut out = BufWriter::new(file);
        let missed = target
            .write_trace(TraceFormat::of(&path), &mut out)
            .and_then(|missed| out.flush().map(|()| missed))
            .map_err(|error| problem(&path, error))?;
        Ok(missed.unwrap_or(0))
    }
}

fn problem(path: &Path, error: io::Error) -> RunError {
    RunError::Trace {
        path: path.to_owned(),
        error,
    }
}
