//! A results directory: made for a new run, opened for reading, or taken up again.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

use super::checkpoint::Checkpoint;
use super::digest::Digest;
use super::parts::{self, join, merged_name, numbered_parts, part_files, part_name};
use super::recorder::Recorder;
use super::rows::{Direction, Names, Potential, Rewiring, Row, Spike, Table, Theta, Timed};
use super::storage::{Disk, Storage, write_bytes};
use super::stream::Stream;
use super::{ResultsError, RunInfo, RunState, Tables};

/// Name of the file with the facts of the run.
pub(crate) const RUN_TOML: &str = "run.toml";

/// A results directory and the facts of its run.
#[derive(Clone, Debug)]
pub struct ResultsDir {
    storage: Arc<dyn Storage>,
    info: RunInfo,
}

impl ResultsDir {
    /// Makes the directory (and those above it) for a new run, and writes its facts.
    ///
    /// # Errors
    /// [`ResultsError::NotEmpty`], [`ResultsError::Io`], [`ResultsError::Write`].
    pub fn create(path: &Path, info: &RunInfo) -> Result<Self, ResultsError> {
        Self::check_empty(path)?;
        fs::create_dir_all(path).map_err(ResultsError::io("create", path))?;
        Self::create_on(Arc::new(Disk::new(path)), info)
    }

    /// As [`ResultsDir::create`], on a storage whose root exists and is empty.
    ///
    /// # Errors
    /// [`ResultsError::Io`], [`ResultsError::Write`].
    pub fn create_on(storage: Arc<dyn Storage>, info: &RunInfo) -> Result<Self, ResultsError> {
        let folder = storage.root().join(parts::FOLDER);
        fs::create_dir_all(&folder).map_err(ResultsError::io("create", &folder))?;
        let info = RunInfo {
            state: RunState::Running,
            totals: None,
            ..info.clone()
        };
        write_info(storage.as_ref(), &info).inspect_err(|_| {
            // Nothing has begun: the directory stays as empty as it was, so that the same command can be given again.
            let _ = fs::remove_dir(&folder);
        })?;
        Ok(Self { storage, info })
    }

    /// Refuses a path that a new run can't be written to. For callers that want to know before they build a network.
    ///
    /// # Errors
    /// [`ResultsError::NotEmpty`], [`ResultsError::Io`].
    pub fn check_empty(path: &Path) -> Result<(), ResultsError> {
        let entries = match fs::read_dir(path) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(ResultsError::io("list", path)(error)),
        };
        let mut found: Vec<String> = entries
            .flatten()
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect();
        if found.is_empty() {
            return Ok(());
        }
        found.sort();
        let more = found.len().saturating_sub(4);
        found.truncate(4);
        let rest = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        Err(ResultsError::NotEmpty {
            dir: path.to_path_buf(),
            found: found.join(", ") + &rest,
        })
    }

    /// Opens the directory of any run for reading.
    ///
    /// # Errors
    /// [`ResultsError::NotResults`], [`ResultsError::RunToml`], [`ResultsError::Io`].
    pub fn open(path: &Path) -> Result<Self, ResultsError> {
        let file = path.join(RUN_TOML);
        let text = match fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(ResultsError::NotResults {
                    dir: path.to_path_buf(),
                });
            }
            Err(error) => return Err(ResultsError::io("read", file)(error)),
        };
        let info = toml::from_str(&text).map_err(|error| ResultsError::RunToml {
            path: file,
            problem: error.to_string(),
        })?;
        Ok(Self {
            storage: Arc::new(Disk::new(path)),
            info,
        })
    }

    /// Opens the directory of a run that was interrupted or killed, to go on with it as `asked`: the same network and
    /// seed, maybe with other threads, or more ticks (then a finished run goes on as well). A finished run is opened
    /// `again` if what came after it is still to be done. Next comes [`ResultsDir::resume_recorder`].
    ///
    /// # Errors
    /// As [`ResultsDir::open`]; [`ResultsError::OtherRun`], [`ResultsError::AlreadyFinished`].
    pub fn resume(path: &Path, asked: &RunInfo, again: bool) -> Result<Self, ResultsError> {
        let dir = Self::open(path)?;
        dir.info.check_same_run(asked, path)?;
        let ran = dir.info.totals.as_ref().map_or(0, |totals| totals.ticks);
        if !again && dir.info.state == RunState::Finished && asked.ticks <= ran {
            return Err(ResultsError::AlreadyFinished {
                dir: path.to_path_buf(),
                ticks: ran,
            });
        }
        Ok(Self {
            info: asked.clone(),
            ..dir
        })
    }

    /// The directory.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.storage.root()
    }

    /// The facts of the run.
    #[must_use]
    pub const fn info(&self) -> &RunInfo {
        &self.info
    }

    /// The tables, for reading.
    #[must_use]
    pub fn tables(&self) -> Tables {
        Tables::new(self.path(), Names::of(&self.info))
    }

    /// The recorder of a new run.
    #[must_use]
    pub fn recorder(&self) -> Recorder {
        Recorder::start(Arc::clone(&self.storage), self.info.clone())
    }

    /// Takes the run up at its last checkpoint: what was recorded after it is removed, and the digest is rebuilt from
    /// what stays. Without a checkpoint everything is removed and the run starts anew (`None`).
    ///
    /// # Errors
    /// [`ResultsError::Checkpoint`], [`ResultsError::MissingRows`], and those of reading and writing.
    pub fn resume_recorder(&self) -> Result<(Recorder, Option<Checkpoint>), ResultsError> {
        let checkpoint = Checkpoint::load(self.path())?;
        let (tick, [spikes, theta, rewiring, potentials]) = checkpoint
            .as_ref()
            .map_or((0, [0; 4]), |c| (c.tick, c.rows));
        let info = RunInfo {
            state: RunState::Running,
            totals: None,
            ..self.info.clone()
        };
        write_info(self.storage.as_ref(), &info)?;
        let mut recorder = Recorder::start(Arc::clone(&self.storage), info);
        recorder.sealed = tick;
        recorder.spikes = self.take_up::<Spike>(tick, spikes)?;
        recorder.theta = self.take_up::<Theta>(tick, theta)?;
        recorder.rewiring = self.take_up::<Rewiring>(tick, rewiring)?;
        recorder.potentials = self.take_up::<Potential>(tick, potentials)?;
        remove_if_there(&self.path().join(merged_name(Table::Provenance)))?;

        let tables = self.tables();
        let mut digest = Digest::default();
        tables.for_each(|rows| digest.spikes(rows))?;
        tables.for_each(|rows| digest.theta(rows))?;
        recorder.digest = digest;
        tables.for_each(|rows: &[Rewiring]| recorder.count_spines(rows))?;
        Ok((recorder, checkpoint))
    }

    /// Cuts a table back to its first `rows` rows, as part files.
    fn take_up<R: Timed>(&self, tick: u32, rows: u64) -> Result<Stream<R>, ResultsError> {
        self.back_to_parts::<R>()?;
        let (mut kept, mut next_part) = (0, 0);
        for (number, path) in numbered_parts(self.path(), R::TABLE)? {
            let (_, reader) = parts::open(&path)?;
            let here: u64 = parquet_rows(&reader);
            drop(reader);
            if kept == rows {
                parts::remove(&[path])?;
                continue;
            }
            if kept + here > rows {
                let name = part_name(R::TABLE, number);
                join::<R>(
                    self.storage.as_ref(),
                    &[path],
                    &name,
                    &Names::of(&self.info),
                    rows - kept,
                )?;
            }
            kept = rows.min(kept + here);
            next_part = number + 1;
        }
        if kept < rows {
            return Err(ResultsError::MissingRows {
                table: R::TABLE.name(),
                tick,
                needed: rows,
                found: kept,
            });
        }
        Ok(Stream::after(next_part, rows))
    }

    /// A merged table becomes its own first part; unfinished files go.
    fn back_to_parts<R: Row>(&self) -> Result<(), ResultsError> {
        let merged = self.path().join(merged_name(R::TABLE));
        let folder = self.path().join(parts::FOLDER);
        fs::create_dir_all(&folder).map_err(ResultsError::io("create", &folder))?;
        if merged.exists() {
            parts::remove(&part_files(self.path(), R::TABLE)?)?;
            let part = self.path().join(part_name(R::TABLE, 0));
            fs::rename(&merged, part).map_err(ResultsError::io("move", merged))?;
        }
        let list = |error| ResultsError::io("list", &folder)(error);
        for entry in fs::read_dir(&folder).map_err(list)? {
            let path = entry.map_err(list)?.path();
            if path
                .extension()
                .is_some_and(|extension| extension == "partial")
            {
                parts::remove(&[path])?;
            }
        }
        Ok(())
    }
}

/// Writes `run.toml`.
pub(crate) fn write_info(storage: &dyn Storage, info: &RunInfo) -> Result<(), ResultsError> {
    let path = storage.root().join(RUN_TOML);
    let text = toml::to_string_pretty(info).map_err(|error| ResultsError::RunToml {
        path,
        problem: error.to_string(),
    })?;
    write_bytes(
        storage,
        RUN_TOML,
        "Free some space: --resume then goes on, or the same command if nothing was recorded yet. The tables written before stay readable",
        text.as_bytes(),
    )
    .map(|_| ())
}

/// Spines gained and lost in these rows.
pub(crate) fn gained_and_lost(rows: &[Rewiring]) -> (u64, u64) {
    let gained = rows
        .iter()
        .filter(|row| row.direction == Direction::Gained)
        .count();
    (gained as u64, (rows.len() - gained) as u64)
}

fn parquet_rows(reader: &impl parquet::file::reader::FileReader) -> u64 {
    reader
        .metadata()
        .row_groups()
        .iter()
        .map(parts::rows_of)
        .sum()
}

fn remove_if_there(path: &Path) -> Result<(), ResultsError> {
    if path.exists() {
        fs::remove_file(path).map_err(ResultsError::io("remove", path))
    } else {
        Ok(())
    }
}
