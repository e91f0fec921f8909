//! Why an experiment has no result.

use crate::description::BuildError;
use crate::description::images::ImageError;
use crate::results::ResultsError;
use crate::session::{PrepareError, RunError};
use std::path::PathBuf;

/// Why a cell or an experiment failed. A verdict that is negative is no error.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum ExperimentError {
    /// A network can't be built.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// Images can't be read or shown.
    #[error(transparent)]
    Images(#[from] ImageError),
    /// A run failed.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Run(#[from] RunError),
    /// Data that the experiment needs can't be used.
    #[error("{what}")]
    Data {
        /// What is wrong, and how to mend it.
        what: String,
    },
    /// A file of the directory can't be written.
    #[error(transparent)]
    Results(#[from] ResultsError),
    /// A file of the directory can't be read.
    #[error("{}: {problem}", file.display())]
    #[diagnostic(help("remove it, and the same command makes it again"))]
    Damaged {
        /// File.
        file: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// The directory belongs to something else.
    #[error("{} holds {found}, not {wanted}", dir.display())]
    #[diagnostic(help("choose another --out"))]
    OtherExperiment {
        /// Directory.
        dir: PathBuf,
        /// What it holds.
        found: String,
        /// What was asked for.
        wanted: String,
    },
    /// A page or thread pool can't be made.
    #[error("{0}")]
    Other(String),
}

impl From<PrepareError> for ExperimentError {
    fn from(error: PrepareError) -> Self {
        Self::Run(error.into())
    }
}

impl ExperimentError {
    /// Whether it was Ctrl-C.
    #[must_use]
    pub const fn interrupted(&self) -> bool {
        matches!(self, Self::Run(RunError::Interrupted { .. }))
    }
}
