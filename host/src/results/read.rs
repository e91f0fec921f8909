//! Reads the tables of a results directory back, whether the run has ended, is under way or was killed.

use std::path::{Path, PathBuf};

use parquet::file::metadata::RowGroupMetaData;
use parquet::file::reader::FileReader;
use parquet::file::statistics::Statistics;

use super::columns::ColumnsIn;
use super::parts::{damaged, files, open, rows_of};
use super::{Names, ResultsError, Row, Timed};

/// The tables of one directory.
#[derive(Clone, Debug)]
pub struct Tables {
    root: PathBuf,
    names: Names,
}

impl Tables {
    /// Tables in `root`, whose text columns hold `names`.
    #[must_use]
    pub fn new(root: &Path, names: Names) -> Self {
        Self {
            root: root.to_path_buf(),
            names,
        }
    }

    /// Number of rows, from the files' footers alone.
    ///
    /// # Errors
    /// If a file can't be read.
    pub fn count<R: Row>(&self) -> Result<u64, ResultsError> {
        files(&self.root, R::TABLE)?
            .iter()
            .try_fold(0, |sum, path| {
                let (_, reader) = open(path)?;
                Ok(sum
                    + reader
                        .metadata()
                        .row_groups()
                        .iter()
                        .map(rows_of)
                        .sum::<u64>())
            })
    }

    /// All rows in their order, a row group at a time, so that a table larger than memory can be read.
    ///
    /// # Errors
    /// If a file can't be read or is damaged.
    pub fn for_each<R: Row>(&self, see: impl FnMut(&[R])) -> Result<(), ResultsError> {
        self.visit(|_| true, see)
    }

    fn visit<R: Row>(
        &self,
        wanted: impl Fn(&RowGroupMetaData) -> bool,
        mut see: impl FnMut(&[R]),
    ) -> Result<(), ResultsError> {
        for path in files(&self.root, R::TABLE)? {
            let (_, reader) = open(&path)?;
            for index in 0..reader.num_row_groups() {
                if !wanted(reader.metadata().row_group(index)) {
                    continue;
                }
                let group = reader
                    .get_row_group(index)
                    .map_err(|error| damaged(&path, &error))?;
                let rows = R::decode(&self.names, &mut ColumnsIn::new(group.as_ref()));
                see(&rows.map_err(|error| damaged(&path, &error))?);
            }
        }
        Ok(())
    }

    /// The rows from tick `from` on; row groups that end before it are not read.
    ///
    /// # Errors
    /// If a file can't be read or is damaged.
    pub fn from_tick<R: Timed>(&self, from: u32) -> Result<Vec<R>, ResultsError> {
        let mut found = Vec::new();
        let ends_before =
            |group: &RowGroupMetaData| last_tick(group).is_some_and(|last| last < from);
        self.visit(
            |group| !ends_before(group),
            |rows: &[R]| {
                found.extend(rows.iter().filter(|row| row.tick() >= from).cloned());
            },
        )?;
        Ok(found)
    }

    /// Tick of the last row; `None` for an empty table.
    ///
    /// # Errors
    /// If a file can't be read or is damaged.
    pub fn last_tick<R: Timed>(&self) -> Result<Option<u32>, ResultsError> {
        files(&self.root, R::TABLE)?
            .iter()
            .try_fold(None, |last: Option<u32>, path| {
                let (_, reader) = open(path)?;
                Ok(last.max(
                    reader
                        .metadata()
                        .row_groups()
                        .iter()
                        .filter_map(last_tick)
                        .max(),
                ))
            })
    }

    /// All rows in their order; none if the table was never written.
    ///
    /// # Errors
    /// If a file can't be read or is damaged.
    pub fn all<R: Row>(&self) -> Result<Vec<R>, ResultsError> {
        let mut all = Vec::new();
        self.for_each(|rows: &[R]| all.extend_from_slice(rows))?;
        Ok(all)
    }
}

/// The last tick of a row group, as its footer tells: the first column of a timed table is the tick.
fn last_tick(group: &RowGroupMetaData) -> Option<u32> {
    match group.columns().first()?.statistics()? {
        Statistics::Int32(ticks) => ticks.max_opt().map(|&tick| tick.cast_unsigned()),
        _ => None,
    }
}
