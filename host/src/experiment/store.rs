//! The directory of an experiment: which cells are done, and their figures.
//!
//! A cell's `figures.json` is written whole under another name and then renamed, so that many processes on many machines
//! can fill one directory, each with cells of its own.

use super::{Data, Experiment, ExperimentError, Figures};
use crate::results::storage::{Disk, write_bytes};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::{fs, io};

const CELL: &str = "figures.json";
const HEAD: &str = "experiment.json";
const READABLE: &str = "Free some space and give the same command again: finished cells are kept";

/// What a directory holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Head {
    experiment: String,
    quick: bool,
    version: String,
    /// What the user brought, such as MNIST.
    #[serde(default)]
    data: String,
}

impl Head {
    fn words(&self) -> String {
        let kind = if self.quick { "quick" } else { "full" };
        let data = if self.data.is_empty() {
            String::new()
        } else {
            format!(" with {}", self.data)
        };
        format!(
            "{} ({kind}, version {}){data}",
            self.experiment, self.version
        )
    }
}

/// A directory.
#[derive(Clone, Debug)]
pub(super) struct Store {
    root: PathBuf,
}

impl Store {
    /// Opens or makes the directory of an experiment.
    pub(super) fn open(
        root: &Path,
        experiment: &str,
        quick: bool,
        data: String,
    ) -> Result<Self, ExperimentError> {
        let wanted = Head {
            experiment: experiment.to_owned(),
            quick,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            data,
        };
        let store = Self {
            root: root.to_owned(),
        };
        make(root)?;
        match read::<Head>(&root.join(HEAD))? {
            Some(found) if found == wanted => {}
            Some(found) => {
                return Err(ExperimentError::OtherExperiment {
                    dir: root.to_owned(),
                    found: found.words(),
                    wanted: wanted.words(),
                });
            }
            None => store.write_json(HEAD, &wanted)?,
        }
        Ok(store)
    }

    /// Directory of a cell.
    pub(super) fn cell(&self, condition: &str, seed: u64) -> PathBuf {
        let folder: String = condition
            .chars()
            .map(|c| {
                if c.is_alphanumeric() || ".=-".contains(c) {
                    c
                } else {
                    '-'
                }
            })
            .collect();
        self.root.join(folder).join(format!("seed-{seed}"))
    }

    /// Figures of a cell; `None` if it isn't done.
    pub(super) fn load(
        &self,
        condition: &str,
        seed: u64,
    ) -> Result<Option<Figures>, ExperimentError> {
        read(&self.cell(condition, seed).join(CELL))
    }

    /// Stores the figures of a cell: from now on it is done.
    pub(super) fn save(
        &self,
        condition: &str,
        seed: u64,
        figures: &Figures,
    ) -> Result<(), ExperimentError> {
        let dir = self.cell(condition, seed);
        make(&dir)?;
        let text = serde_json::to_string(figures).map_err(other)?;
        Ok(write_bytes(&Disk::new(&dir), CELL, READABLE, text.as_bytes()).map(|_| ())?)
    }

    /// Figures of every cell that is done.
    pub(super) fn gather(
        &self,
        experiment: &dyn Experiment,
        quick: bool,
    ) -> Result<Data, ExperimentError> {
        let mut data = Data::default();
        for condition in experiment.conditions(quick) {
            let folder = self.cell(&condition, 0);
            for seed in folder.parent().map(seeds).unwrap_or_default() {
                if let Some(figures) = self.load(&condition, seed)? {
                    data.add(&condition, seed, figures);
                }
            }
        }
        Ok(data)
    }

    /// Path of a file of the directory.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// Writes a file of the directory.
    pub(super) fn write(&self, name: &str, bytes: &[u8]) -> Result<(), ExperimentError> {
        let path = self.root.join(name);
        let (Some(dir), Some(file)) = (path.parent(), path.file_name()) else {
            return Ok(());
        };
        make(dir)?;
        let file = file.to_string_lossy();
        Ok(write_bytes(&Disk::new(dir), &file, READABLE, bytes).map(|_| ())?)
    }

    fn write_json(&self, name: &str, value: &impl Serialize) -> Result<(), ExperimentError> {
        let text = serde_json::to_string_pretty(value).map_err(other)?;
        self.write(name, text.as_bytes())
    }
}

fn other(error: impl std::fmt::Display) -> ExperimentError {
    ExperimentError::Other(error.to_string())
}

/// Makes a directory and those above it.
pub(super) fn make(dir: &Path) -> Result<(), ExperimentError> {
    fs::create_dir_all(dir).map_err(|error| ExperimentError::Damaged {
        file: dir.to_owned(),
        problem: error.to_string(),
    })
}

/// A JSON file; `None` if there is none.
fn read<T: for<'a> Deserialize<'a>>(file: &Path) -> Result<Option<T>, ExperimentError> {
    let damaged = |problem: String| ExperimentError::Damaged {
        file: file.to_owned(),
        problem,
    };
    match fs::read_to_string(file) {
        Ok(text) => serde_json::from_str(&text)
            .map(Some)
            .map_err(|error| damaged(error.to_string())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(damaged(error.to_string())),
    }
}

/// Seeds of the cells of a condition's folder, ascending.
fn seeds(folder: &Path) -> Vec<u64> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let seed = |entry: fs::DirEntry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        name.strip_prefix("seed-")?.parse().ok()
    };
    let mut seeds: Vec<u64> = entries.filter_map(seed).collect();
    seeds.sort_unstable();
    seeds
}
