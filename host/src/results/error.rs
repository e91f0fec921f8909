//! What can go wrong with a results directory, and how to mend it.

use std::io;
use std::path::PathBuf;

use super::checkpoint::CheckpointError;

/// A results directory could not be written or read.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum ResultsError {
    /// A new run was asked for in a directory that holds something.
    #[error(
        "results directory {} is not empty (it holds {found}). Choose another with --out, or continue the run in it with --resume",
        dir.display()
    )]
    NotEmpty {
        /// Directory asked for.
        dir: PathBuf,
        /// Its first few entries, and how many more there are.
        found: String,
    },
    /// The directory has no `run.toml`.
    #[error("{} is not a results directory: it has no run.toml", dir.display())]
    NotResults {
        /// Directory asked for.
        dir: PathBuf,
    },
    /// `run.toml` can't be understood.
    #[error("{}: {problem}. The file is written by the run; restore it, or start anew with another --out", path.display())]
    RunToml {
        /// The file.
        path: PathBuf,
        /// What the parser says.
        problem: String,
    },
    /// A run that has reached its end was to be resumed.
    #[error("the run in {} has finished ({ticks} ticks): there is nothing to resume. Ask for more ticks with --seconds, or start a new run with another --out", dir.display())]
    AlreadyFinished {
        /// The directory.
        dir: PathBuf,
        /// Ticks it ran.
        ticks: u32,
    },
    /// The run on disk is another one than the run to be resumed.
    #[error(
        "can't resume {}: its {field} is {stored}, the run asked for has {asked}. Ask for the same run, or for another --out",
        dir.display()
    )]
    OtherRun {
        /// The directory.
        dir: PathBuf,
        /// What differs.
        field: &'static str,
        /// Value in `run.toml`.
        stored: String,
        /// Value asked for.
        asked: String,
    },
    /// A file could not be written, e.g. because the disk is full.
    #[error("writing {} failed after {written_bytes} bytes: {source}. {readable}", file.display())]
    Write {
        /// The file that is missing now.
        file: PathBuf,
        /// Bytes of it that had been handed to the disk; they were removed again.
        written_bytes: u64,
        /// What can still be read.
        readable: String,
        /// The system's reason.
        source: io::Error,
    },
    /// A file could not be read, listed or removed.
    #[error("can't {action} {}: {source}", path.display())]
    Io {
        /// What was tried: "read", "list", "remove" …
        action: &'static str,
        /// The file or directory.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// A Parquet file is damaged, or not one of ours.
    #[error("{}: {problem}. Remove this file to read the others", path.display())]
    Table {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// The tables hold less than the checkpoint relies on.
    #[error(
        "can't resume: the checkpoint of tick {tick} needs {needed} rows of {table}, {found} are readable. Start anew with another --out"
    )]
    MissingRows {
        /// The table.
        table: &'static str,
        /// Tick of the checkpoint.
        tick: u32,
        /// Rows that the checkpoint counts.
        needed: u64,
        /// Whole row groups found up to that number hold so many rows.
        found: u64,
    },
    /// The checkpoint is damaged.
    #[error("{}: {source}. Start anew with another --out", path.display())]
    Checkpoint {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: CheckpointError,
    },
    /// Something was recorded for a tick that had been sealed: a bug in the caller, told instead of mis-sorted.
    #[error("{table} of tick {tick} came after everything before tick {sealed} had been sealed")]
    Late {
        /// The table.
        table: &'static str,
        /// Tick of the late row.
        tick: u32,
        /// First tick that is still open.
        sealed: u32,
    },
    /// A row names a population or projection that `run.toml` doesn't list.
    #[error("{table}: {kind} {index} is recorded, run.toml lists {known}")]
    UnknownIndex {
        /// The table.
        table: &'static str,
        /// "population" or "projection".
        kind: &'static str,
        /// Index of the row.
        index: u32,
        /// Number of listed ones.
        known: usize,
    },
    /// The report can't be drawn.
    #[error("drawing the report of {} failed: {problem}", dir.display())]
    Report {
        /// The directory.
        dir: PathBuf,
        /// What is wrong.
        problem: String,
    },
}

impl ResultsError {
    /// Whether the user's choice of directory is at fault, not the writing.
    #[must_use]
    pub const fn is_input(&self) -> bool {
        matches!(
            self,
            Self::NotEmpty { .. }
                | Self::NotResults { .. }
                | Self::RunToml { .. }
                | Self::AlreadyFinished { .. }
                | Self::OtherRun { .. }
        )
    }

    /// For `map_err`: an [`ResultsError::Io`] on this path.
    pub(crate) fn io(
        action: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io {
            action,
            path,
            source,
        }
    }
}
