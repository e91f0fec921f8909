//! Part files of a table: written one after the other, joined into one file at the end.
//!
//! A part is a complete Parquet file `parts/TABLE-NNNNNN.parquet`; they count from 0. Joining copies encoded columns
//! where it can, so that little is coded twice. Once `TABLE.parquet` exists it holds everything: parts are leftovers then.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parquet::basic::{Compression, Encoding};
use parquet::column::writer::ColumnCloseResult;
use parquet::errors::ParquetError;
use parquet::file::metadata::RowGroupMetaData;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use parquet::schema::types::{ColumnPath, Type};

use super::columns::{ColumnsIn, ColumnsOut};
use super::storage::{Sink, Storage, write_file};
use super::{Names, ResultsError, Row, Table};

/// A row group of so many rows is copied without coding it anew.
const LARGE_GROUP_ROWS: u64 = 1 << 18;

/// Folder of the part files.
pub(crate) const FOLDER: &str = "parts";

/// Name of a part, relative to the results directory.
pub(crate) fn part_name(table: Table, number: u32) -> String {
    format!("{FOLDER}/{}-{number:06}.parquet", table.name())
}

/// Name of the merged table.
pub(crate) fn merged_name(table: Table) -> String {
    format!("{}.parquet", table.name())
}

/// The files that hold a table, in order: the merged one, or else the parts.
pub(crate) fn files(root: &Path, table: Table) -> Result<Vec<PathBuf>, ResultsError> {
    let merged = root.join(merged_name(table));
    if merged.exists() {
        Ok(vec![merged])
    } else {
        part_files(root, table)
    }
}

/// The part files of a table, in order; files that are not complete parts are passed over.
pub(crate) fn part_files(root: &Path, table: Table) -> Result<Vec<PathBuf>, ResultsError> {
    Ok(numbered_parts(root, table)?
        .into_iter()
        .map(|(_, path)| path)
        .collect())
}

/// The part files of a table with their numbers, in order.
pub(crate) fn numbered_parts(
    root: &Path,
    table: Table,
) -> Result<Vec<(u32, PathBuf)>, ResultsError> {
    let folder = root.join(FOLDER);
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let list = |error| ResultsError::io("list", &folder)(error);
    let mut found = Vec::new();
    for entry in fs::read_dir(&folder).map_err(list)? {
        let path = entry.map_err(list)?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let number = name
            .strip_prefix(table.name())
            .and_then(|n| n.strip_prefix('-'));
        let number = number
            .and_then(|n| n.strip_suffix(".parquet"))
            .and_then(|n| n.parse::<u32>().ok());
        found.extend(number.map(|number| (number, path)));
    }
    found.sort();
    Ok(found)
}

/// Writes rows as a complete file of one row group.
pub(crate) fn write_rows<R: Row>(
    storage: &dyn Storage,
    name: &str,
    rows: &[R],
    names: &Names,
) -> Result<u64, ResultsError> {
    let readable = "Free some space: --resume then goes on from the last checkpoint. The parts written before stay readable (spinedrift report DIR)";
    write_file(storage, name, readable, |sink| {
        let mut file = file_writer::<R>(sink).map_err(into_io)?;
        write_group(&mut file, rows, names).map_err(into_io)?;
        file.close().map_err(into_io).map(|_| ())
    })
}

/// Joins files into one, up to `limit` rows. Large row groups are copied as they are, small ones are gathered, since a
/// file holds at most 32,767 of them. Returns the rows that the file now holds.
///
/// # Errors
/// [`ResultsError::Write`], also if a source can't be read.
pub(crate) fn join<R: Row>(
    storage: &dyn Storage,
    sources: &[PathBuf],
    name: &str,
    names: &Names,
    limit: u64,
) -> Result<u64, ResultsError> {
    let readable = "Free some space: --resume then goes on. The parts it was to be made of stay readable (spinedrift report DIR)";
    let mut rows = 0;
    write_file(storage, name, readable, |sink| {
        let mut joined = Joined::<R> {
            out: file_writer::<R>(sink).map_err(into_io)?,
            names,
            small: Vec::new(),
            rows: 0,
        };
        for path in sources {
            joined
                .add(path, limit)
                .map_err(|error| io::Error::other(error.to_string()))?;
        }
        joined.write_small().map_err(into_io)?;
        rows = joined.rows;
        joined.out.close().map_err(into_io).map(|_| ())
    })?;
    Ok(rows)
}

/// A file that others are joined into.
struct Joined<'a, R> {
    out: SerializedFileWriter<Sink>,
    names: &'a Names,
    /// Rows of small row groups, not yet written.
    small: Vec<R>,
    rows: u64,
}

impl<R: Row> Joined<'_, R> {
    fn add(&mut self, path: &Path, limit: u64) -> Result<(), ResultsError> {
        let (file, reader) = open(path)?;
        for (index, group) in reader.metadata().row_groups().iter().enumerate() {
            let wanted = rows_of(group).min(limit - self.rows);
            if wanted == 0 {
                return Ok(());
            }
            let whole = wanted == rows_of(group);
            let done = if whole && wanted >= LARGE_GROUP_ROWS {
                self.write_small()
                    .and_then(|()| copy_group(&mut self.out, &file, group))
            } else {
                self.gather(&reader, index, wanted)
            };
            done.map_err(|error| damaged(path, &error))?;
            self.rows += wanted;
        }
        Ok(())
    }

    fn gather(
        &mut self,
        reader: &SerializedFileReader<File>,
        index: usize,
        wanted: u64,
    ) -> Result<(), ParquetError> {
        let group = reader.get_row_group(index)?;
        let rows = R::decode(self.names, &mut ColumnsIn::new(group.as_ref()))?;
        self.small.extend(rows.into_iter().take(wanted as usize));
        if self.small.len() as u64 >= 4 * LARGE_GROUP_ROWS {
            self.write_small()
        } else {
            Ok(())
        }
    }

    fn write_small(&mut self) -> Result<(), ParquetError> {
        write_group(&mut self.out, &self.small, self.names)?;
        self.small.clear();
        Ok(())
    }
}

/// Opens a Parquet file for reading: the file itself, and its reader.
pub(crate) fn open(path: &Path) -> Result<(File, SerializedFileReader<File>), ResultsError> {
    let file = File::open(path).map_err(ResultsError::io("read", path))?;
    let clone = file.try_clone().map_err(ResultsError::io("read", path))?;
    let reader = SerializedFileReader::new(clone).map_err(|error| damaged(path, &error))?;
    Ok((file, reader))
}

/// Rows of a row group.
pub(crate) fn rows_of(group: &RowGroupMetaData) -> u64 {
    u64::try_from(group.num_rows()).unwrap_or(0)
}

/// A table that can't be read.
pub(crate) fn damaged(path: &Path, error: &ParquetError) -> ResultsError {
    ResultsError::Table {
        path: path.to_path_buf(),
        problem: error.to_string(),
    }
}

/// Removes files.
pub(crate) fn remove(paths: &[PathBuf]) -> Result<(), ResultsError> {
    paths
        .iter()
        .try_for_each(|path| fs::remove_file(path).map_err(ResultsError::io("remove", path)))
}

/// Writes rows as one row group; no rows, no group.
fn write_group<R: Row>(
    out: &mut SerializedFileWriter<Sink>,
    rows: &[R],
    names: &Names,
) -> Result<(), ParquetError> {
    if rows.is_empty() {
        return Ok(());
    }
    let mut group = out.next_row_group()?;
    R::encode(rows, names, &mut ColumnsOut::new(&mut group))?;
    group.close().map(|_| ())
}

fn copy_group(
    out: &mut SerializedFileWriter<Sink>,
    file: &File,
    group: &RowGroupMetaData,
) -> Result<(), ParquetError> {
    let mut to = out.next_row_group()?;
    for column in group.columns() {
        let close = ColumnCloseResult {
            bytes_written: column.compressed_size().cast_unsigned(),
            rows_written: rows_of(group),
            metadata: column.clone(),
            bloom_filter: None,
            column_index: None,
            offset_index: None,
        };
        to.append_column(file, close)?;
    }
    to.close().map(|_| ())
}

fn file_writer<R: Row>(sink: Sink) -> Result<SerializedFileWriter<Sink>, ParquetError> {
    let schema: Type =
        parse_message_type(&format!("message {} {{ {} }}", R::TABLE.name(), R::FIELDS))?;
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_statistics_enabled(EnabledStatistics::None)
        .set_column_statistics_enabled(ColumnPath::from("tick"), EnabledStatistics::Chunk)
        .set_offset_index_disabled(true)
        .set_created_by(concat!("spinedrift ", env!("CARGO_PKG_VERSION")).to_owned());
    let properties = R::DIRECT.iter().fold(properties, |properties, &name| {
        let column = ColumnPath::from(name);
        let encoding = if matches!(name, "theta" | "u") {
            Encoding::BYTE_STREAM_SPLIT
        } else {
            Encoding::DELTA_BINARY_PACKED
        };
        properties
            .set_column_dictionary_enabled(column.clone(), false)
            .set_column_encoding(column, encoding)
    });
    SerializedFileWriter::new(sink, Arc::new(schema), Arc::new(properties.build()))
}

fn into_io(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(inner) => match inner.downcast::<io::Error>() {
            Ok(io) => *io,
            Err(other) => io::Error::other(other),
        },
        other => io::Error::other(other.to_string()),
    }
}
