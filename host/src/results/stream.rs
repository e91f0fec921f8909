//! One growing table: rows wait until their tick is sealed, are sorted, and leave as parts.

use super::parts::{part_name, write_rows};
use super::storage::Storage;
use super::{Names, ResultsError, Timed};

/// Rows of one part at most: some 20 MB in memory, far less on disk.
const PART_ROWS: usize = 1 << 20;

/// A growing table.
#[derive(Debug)]
pub(crate) struct Stream<R> {
    /// Rows of ticks that are not sealed, in the order they came.
    open: Vec<R>,
    /// Sealed rows in their order, not yet written.
    sealed: Vec<R>,
    next_part: u32,
    rows_written: u64,
}

impl<R: Timed> Stream<R> {
    /// A table of which `rows` rows stand in the parts before number `next_part`.
    pub(crate) const fn after(next_part: u32, rows: u64) -> Self {
        Self {
            open: Vec::new(),
            sealed: Vec::new(),
            next_part,
            rows_written: rows,
        }
    }

    /// Takes a row in.
    pub(crate) fn push(&mut self, row: R) {
        self.open.push(row);
    }

    /// Takes rows in.
    pub(crate) fn extend(&mut self, rows: impl Iterator<Item = R>) {
        self.open.extend(rows);
    }

    /// Rows on disk.
    pub(crate) const fn rows_written(&self) -> u64 {
        self.rows_written
    }

    /// Ticks before `from` are sealed already. Closes those before `before`: sorts their rows, shows them to `see`, and readies them for
    /// the disk.
    ///
    /// # Errors
    /// [`ResultsError::Late`] for a row of a tick before `from`, [`ResultsError::UnknownIndex`].
    pub(crate) fn seal(
        &mut self,
        from: u32,
        before: u64,
        owners: usize,
        mut see: impl FnMut(&[R]),
    ) -> Result<(), ResultsError> {
        if self.open.is_empty() {
            return Ok(());
        }
        self.open.sort_by_key(Timed::key);
        if let Some(tick) = self
            .open
            .first()
            .map(Timed::tick)
            .filter(|&tick| R::STRICT && tick < from)
        {
            return Err(ResultsError::Late {
                table: R::TABLE.name(),
                tick,
                sealed: from,
            });
        }
        if let Some(index) = self
            .open
            .iter()
            .map(Timed::owner)
            .find(|&owner| owner as usize >= owners)
        {
            return Err(ResultsError::UnknownIndex {
                table: R::TABLE.name(),
                kind: R::OWNER,
                index,
                known: owners,
            });
        }
        let still_open = self
            .open
            .partition_point(|row| u64::from(row.tick()) < before);
        see(self.open.get(..still_open).unwrap_or_default());
        self.sealed.extend(self.open.drain(..still_open));
        Ok(())
    }

    /// Writes whole parts, as long as there are enough sealed rows for one.
    pub(crate) fn spill(
        &mut self,
        storage: &dyn Storage,
        names: &Names,
    ) -> Result<(), ResultsError> {
        if self.sealed.len() >= PART_ROWS {
            self.flush(storage, names)
        } else {
            Ok(())
        }
    }

    /// Writes all sealed rows.
    ///
    /// # Errors
    /// [`ResultsError::Write`]; the rows that are not on disk yet stay in memory.
    pub(crate) fn flush(
        &mut self,
        storage: &dyn Storage,
        names: &Names,
    ) -> Result<(), ResultsError> {
        let mut done = 0;
        let mut outcome = Ok(());
        for rows in self.sealed.chunks(PART_ROWS) {
            outcome =
                write_rows(storage, &part_name(R::TABLE, self.next_part), rows, names).map(|_| ());
            if outcome.is_err() {
                break;
            }
            self.next_part += 1;
            self.rows_written += rows.len() as u64;
            done += rows.len();
        }
        self.sealed.drain(..done);
        outcome
    }
}
