//! `spinedrift report DIR`.

use super::Failure;
use crate::progress::{self, Display};
use crate::report;
use clap::Args;
use std::path::PathBuf;

/// Draw the report of a results directory again.
#[derive(Debug, Args)]
pub(super) struct Draw {
    /// Results directory.
    directory: PathBuf,
}

impl Draw {
    pub(super) fn run(self) -> Result<(), Failure> {
        let page = progress::stage(Display::detect(false), "drawing the report", || {
            report::render(&self.directory)
        })
        .map_err(Failure::input)?;
        super::print(&page.display().to_string());
        Ok(())
    }
}
