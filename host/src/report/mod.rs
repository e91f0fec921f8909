//! Results → one HTML page that stands alone: no network, no script, light and dark, desk and phone.
//!
//! Not here: anything that runs or records. The page is drawn from the directory's tables, `run.toml` and
//! `report.json`, so that `spinedrift report DIR` can draw it again.

use std::path::{Path, PathBuf};

use crate::results::ResultsError;
use crate::results::storage::{Disk, write_bytes};

mod axis;
mod chart;
mod colour;
mod data;
mod facts;
mod page;
mod picture;
mod plot;
mod png;
mod sections;
mod spines;
mod text;

pub use page::{Article, Chapter};
pub use picture::{Picture, Tile};
pub use plot::Plot;
pub use text::number;

pub use facts::{
    Accuracy, AccuracyPoint, Chip, CoreBudget, CoreUse, Figure, HealthCounter, Machine, Memory,
    ReportFacts, WeightImages,
};

/// File name of the page.
pub const FILE: &str = "report.html";

/// Draws the report of a results directory and returns its path.
///
/// # Errors
/// If the directory can't be read, or the page can't be written.
pub fn render(dir: &Path) -> Result<PathBuf, ResultsError> {
    let data = data::Data::gather(dir)?;
    let problem = |problem: String| ResultsError::Report {
        dir: dir.to_path_buf(),
        problem,
    };
    let html = page::html(&data).map_err(|error| problem(error.to_string()))?;
    let path = dir.join(FILE);
    let readable =
        "Free some space and draw it with spinedrift report DIR: the tables are all there";
    write_bytes(&Disk::new(dir), FILE, readable, html.as_bytes())?;
    Ok(path)
}

#[cfg(test)]
mod tests;
