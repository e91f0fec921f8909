//! One condition with one seed.

use super::ExperimentError;
use super::run::Sources;
use crate::description::Network;
use crate::progress::Share;
use crate::results::Interrupt;
use crate::session::Session;
use std::path::{Path, PathBuf};

/// What is run, and where it may leave files.
#[derive(Debug)]
pub struct Cell {
    pub(super) condition: String,
    pub(super) seed: u64,
    pub(super) quick: bool,
    pub(super) dir: PathBuf,
    pub(super) interrupt: Interrupt,
    pub(super) sources: Sources,
    pub(super) share: Share,
}

impl Cell {
    /// The condition.
    #[must_use]
    pub fn condition(&self) -> &str {
        &self.condition
    }

    /// The seed of everything random.
    #[must_use]
    pub const fn seed(&self) -> u64 {
        self.seed
    }

    /// Whether the run is to be short.
    #[must_use]
    pub const fn quick(&self) -> bool {
        self.quick
    }

    /// One value for a quick run, another for a full one.
    pub fn either<T>(&self, quick: T, full: T) -> T {
        if self.quick { quick } else { full }
    }

    /// Folder with MNIST's IDX files, if the user named one.
    #[must_use]
    pub fn mnist(&self) -> Option<&Path> {
        self.sources.mnist.as_deref()
    }

    /// Folder or archive of spoken digits, if the user named one.
    #[must_use]
    pub fn recordings(&self) -> Option<&Path> {
        self.sources.recordings.as_deref()
    }

    /// Where more than figures can be left. It exists.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Starts a network with the cell's seed. Ctrl-C ends it.
    ///
    /// # Errors
    /// If it can't be prepared or loaded.
    pub fn start(&self, network: Network) -> Result<Session, ExperimentError> {
        self.start_seeded(network, self.seed)
    }

    /// Starts a network with a seed of its own. A session that goes on from another's θ needs one, or it would meet the
    /// same noise again.
    ///
    /// # Errors
    /// If it can't be prepared or loaded.
    pub fn start_seeded(&self, network: Network, seed: u64) -> Result<Session, ExperimentError> {
        Ok(Session::start(network, seed)?.interrupted_by(&self.interrupt))
    }

    /// Tells how much of the cell is done, in [0, 1]: for the progress bar alone.
    pub fn done(&self, share: f64) {
        self.share.at(share);
    }

    /// Asked for by work that isn't a session and takes long.
    #[must_use]
    pub const fn interrupt(&self) -> &Interrupt {
        &self.interrupt
    }
}
