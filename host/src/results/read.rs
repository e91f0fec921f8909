//! Reads the tables of a results directory back, whether the run has ended, is under way or was killed.

use std::path::{Path, PathBuf};

use parquet::file::reader::FileReader;

use super::columns::ColumnsIn;
use super::parts::{damaged, files, open, rows_of};
use super::{Names, ResultsError, Row};

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
        Self { root: root.to_path_buf(), names }
    }

    /// Number of rows, from the files' footers alone.
    ///
    /// # Errors
    /// If a file can't be read.
    pub fn count<R: Row>(&self) -> Result<u64, ResultsError> {
        files(&self.root, R::TABLE)?.iter().try_fold(0, |sum, path| {
            let (_, reader) = open(path)?;
            Ok(sum + reader.metadata().row_groups().iter().map(rows_of).sum::<u64>())
        })
    }

    /// All rows in their order, a row group at a time, so that a table larger than memory can be read.
    ///
    /// # Errors
    /// If a file can't be read or is damaged.
    pub fn for_each<R: Row>(&self, mut see: impl FnMut(&[R])) -> Result<(), ResultsError> {
        for path in files(&self.root, R::TABLE)? {
            let (_, reader) = open(&path)?;
            for index in 0..reader.num_row_groups() {
                let group = reader.get_row_group(index).map_err(|error| damaged(&path, &error))?;
                let rows = R::decode(&self.names, &mut ColumnsIn::new(group.as_ref()));
                see(&rows.map_err(|error| damaged(&path, &error))?);
            }
        }
        Ok(())
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
