//! What the report tells beyond the tables: `report.json`, so that `spinedrift report DIR` can draw the page again.
//!
//! All of it may be absent; a section without its facts is left out of the page with a word why.

use std::fs;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};
use spinedrift_emulator::machine::Summary;

use crate::results::ResultsError;
use crate::results::storage::{Disk, write_bytes};

/// File name.
pub(crate) const FILE: &str = "report.json";

/// The facts of a report.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReportFacts {
    /// Title of the page; empty: the network's name.
    pub title: String,
    /// The result in one or two plain sentences; empty: made of the accuracy and the spine counts.
    pub headline: String,
    /// Rows of the summary table.
    pub figures: Vec<Figure>,
    /// Biological time over ours.
    pub realtime_factor: Option<f64>,
    /// How well held-out images were named.
    pub accuracy: Option<Accuracy>,
    /// Accuracy while the network learnt.
    pub accuracy_over_time: Vec<AccuracyPoint>,
    /// How the inputs of a projection lie in an image.
    pub images: Option<WeightImages>,
    /// Health counters, in any order.
    pub health: Vec<HealthCounter>,
    /// Itemised memory of each core.
    pub memory: Option<Memory>,
    /// The machine and who sits where.
    pub machine: Option<Machine>,
    /// What happened in time, if the target has cycles.
    pub cycles: Option<Summary>,
    /// Nothing is missing that a longer wait would have brought.
    pub complete: bool,
}

/// A line of the summary table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figure {
    /// What it is, e.g. "synapse updates".
    pub name: String,
    /// Value with unit, as a person reads it.
    pub value: String,
    /// What to think of it; may be empty.
    #[serde(default)]
    pub note: String,
}

/// Accuracies, each in [0, 1].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Accuracy {
    /// On images never shown in training.
    pub accuracy: f64,
    /// Of guessing.
    pub chance: f64,
    /// Of the same network without prior and noise.
    #[serde(default)]
    pub maximum_likelihood: Option<f64>,
    /// Of the same network with frozen random weights.
    #[serde(default)]
    pub random: Option<f64>,
    /// Number of held-out images.
    #[serde(default)]
    pub images: u32,
}

/// Accuracy at one time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AccuracyPoint {
    /// Tick.
    pub tick: u32,
    /// In [0, 1].
    pub accuracy: f64,
    /// Lower and upper end of its confidence band.
    #[serde(default)]
    pub band: Option<(f64, f64)>,
}

/// Presynaptic neuron i is the pixel (i mod width, i div width).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeightImages {
    /// Projection by name.
    pub projection: String,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Label of each postsynaptic neuron; empty text: none.
    #[serde(default)]
    pub labels: Vec<String>,
}

/// Something that should not happen, and how often it did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthCounter {
    /// E.g. "late spikes".
    pub counter: String,
    /// How often.
    pub count: u64,
    /// Out of how many; absent: unknown.
    #[serde(default)]
    pub of: Option<u64>,
    /// The first object that it happened to, e.g. "synapse 12 → 3 of learn".
    #[serde(default)]
    pub object: String,
    /// What it means and how to mend it.
    #[serde(default)]
    pub remedy: String,
}

/// Memory of the cores against the limits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    /// DTCM of a core in bytes.
    pub dtcm_limit: u64,
    /// SDRAM of a chip in bytes, shared by its cores.
    pub sdram_limit: u64,
    /// One for each core in use.
    pub cores: Vec<CoreBudget>,
}

/// Memory of one core, itemised.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoreBudget {
    /// Chip.
    pub chip_x: u32,
    /// Chip.
    pub chip_y: u32,
    /// Core.
    pub core: u32,
    /// Population (or part of one) that it computes.
    pub population: String,
    /// (item, bytes) in DTCM.
    pub dtcm: Vec<(String, u64)>,
    /// (item, bytes) in SDRAM.
    pub sdram: Vec<(String, u64)>,
}

/// The machine: chips on a triangular grid, and the use of their cores.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Machine {
    /// Name, e.g. `SpiNNaker 1, one board of 48 chips`.
    pub name: String,
    /// Cores for applications on each chip.
    pub cores_per_chip: u32,
    /// Entries that a router's table has.
    pub table_limit: u32,
    /// All chips.
    pub chips: Vec<Chip>,
    /// The cores in use.
    pub cores: Vec<CoreUse>,
}

/// One chip.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chip {
    /// Coordinate along the east links.
    pub x: u32,
    /// Coordinate along the north links.
    pub y: u32,
    /// Entries in use in its router's table.
    #[serde(default)]
    pub table_entries: u32,
    /// Not to be used.
    #[serde(default)]
    pub dead: bool,
}

/// Use of one core.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CoreUse {
    /// Chip.
    pub x: u32,
    /// Chip.
    pub y: u32,
    /// Core, from 1.
    pub core: u32,
    /// Population that it computes.
    pub population: String,
    /// The tightest of its resources, in [0, 1].
    pub used: f64,
}

impl ReportFacts {
    /// Stores the facts in a results directory.
    ///
    /// # Errors
    /// [`ResultsError::Write`] if they can't be written; those that were there before stay.
    pub fn store(&self, dir: &Path) -> Result<(), ResultsError> {
        let problem = |problem: String| ResultsError::Report {
            dir: dir.to_path_buf(),
            problem,
        };
        let text =
            serde_json::to_string_pretty(self).map_err(|error| problem(error.to_string()))?;
        let readable = "Free some space: --resume then goes on. All tables are readable";
        write_bytes(&Disk::new(dir), FILE, readable, text.as_bytes()).map(|_| ())
    }

    /// Whether a results directory holds facts that lack nothing.
    #[must_use]
    pub fn is_complete(dir: &Path) -> bool {
        Self::load(dir).is_ok_and(|facts| facts.complete)
    }

    /// The facts of a results directory; none are known if the file is absent.
    ///
    /// # Errors
    /// [`ResultsError::Report`] if the file is there but can't be understood.
    pub fn load(dir: &Path) -> Result<Self, ResultsError> {
        let problem = |problem: String| ResultsError::Report {
            dir: dir.to_path_buf(),
            problem,
        };
        match fs::read_to_string(dir.join(FILE)) {
            Ok(text) => {
                serde_json::from_str(&text).map_err(|error| problem(format!("{FILE}: {error}")))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(problem(format!("{FILE}: {error}"))),
        }
    }
}
