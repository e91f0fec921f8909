//! Columns of a Parquet row group, written and read one after the other.
//!
//! Only the four column types that our tables have; which table has which is decided in `rows`.

use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType, Int32Type, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::reader::RowGroupReader;
use parquet::file::writer::SerializedRowGroupWriter;

use super::storage::Sink;

/// Writes the columns of one row group in their order.
pub struct ColumnsOut<'a, 'f> {
    group: &'a mut SerializedRowGroupWriter<'f, Sink>,
}

impl<'a, 'f> ColumnsOut<'a, 'f> {
    /// Starts at the first column.
    pub(crate) fn new(group: &'a mut SerializedRowGroupWriter<'f, Sink>) -> Self {
        Self { group }
    }

    /// A required UINT32 column.
    pub(crate) fn u32s(&mut self, values: impl Iterator<Item = u32>) -> Result<(), ParquetError> {
        let values: Vec<i32> = values.map(u32::cast_signed).collect();
        self.put::<Int32Type>(&values, None)
    }

    /// An optional UINT32 column.
    pub(crate) fn optional_u32s(
        &mut self,
        values: impl Iterator<Item = Option<u32>>,
    ) -> Result<(), ParquetError> {
        let all: Vec<Option<u32>> = values.collect();
        let levels: Vec<i16> = all.iter().map(|v| i16::from(v.is_some())).collect();
        let present: Vec<i32> = all.iter().flatten().map(|v| v.cast_signed()).collect();
        self.put::<Int32Type>(&present, Some(&levels))
    }

    /// A required UINT64 column.
    pub(crate) fn u64s(&mut self, values: impl Iterator<Item = u64>) -> Result<(), ParquetError> {
        let values: Vec<i64> = values.map(u64::cast_signed).collect();
        self.put::<Int64Type>(&values, None)
    }

    /// A required DOUBLE column.
    pub(crate) fn f64s(&mut self, values: impl Iterator<Item = f64>) -> Result<(), ParquetError> {
        let values: Vec<f64> = values.collect();
        self.put::<DoubleType>(&values, None)
    }

    /// A required text column whose values are entries of `names`.
    pub(crate) fn names(
        &mut self,
        indices: impl Iterator<Item = u32>,
        names: &[String],
    ) -> Result<(), ParquetError> {
        let dictionary: Vec<ByteArray> = names
            .iter()
            .map(|n| ByteArray::from(n.as_bytes().to_vec()))
            .collect();
        let values: Option<Vec<ByteArray>> = indices
            .map(|index| dictionary.get(index as usize).cloned())
            .collect();
        let values =
            values.ok_or_else(|| ParquetError::General("an index without a name".to_owned()))?;
        self.put::<ByteArrayType>(&values, None)
    }

    /// A required text column.
    pub(crate) fn texts<'t>(
        &mut self,
        values: impl Iterator<Item = &'t str>,
    ) -> Result<(), ParquetError> {
        let values: Vec<ByteArray> = values
            .map(|v| ByteArray::from(v.as_bytes().to_vec()))
            .collect();
        self.put::<ByteArrayType>(&values, None)
    }

    fn put<T: DataType>(
        &mut self,
        values: &[T::T],
        levels: Option<&[i16]>,
    ) -> Result<(), ParquetError> {
        let no_column = || ParquetError::General("more columns than the schema has".to_owned());
        let mut column = self.group.next_column()?.ok_or_else(no_column)?;
        column.typed::<T>().write_batch(values, levels, None)?;
        column.close()
    }
}

/// Reads the columns of one row group in their order.
pub struct ColumnsIn<'a> {
    group: &'a dyn RowGroupReader,
    next: usize,
    rows: usize,
}

impl<'a> ColumnsIn<'a> {
    /// Starts at the first column.
    pub(crate) fn new(group: &'a dyn RowGroupReader) -> Self {
        let rows = usize::try_from(group.metadata().num_rows()).unwrap_or(0);
        Self {
            group,
            next: 0,
            rows,
        }
    }

    /// A required UINT32 column.
    pub(crate) fn u32s(&mut self) -> Result<Vec<u32>, ParquetError> {
        match self.column()? {
            ColumnReader::Int32ColumnReader(column) => Ok(self
                .required(column)?
                .into_iter()
                .map(i32::cast_unsigned)
                .collect()),
            _ => Err(self.mistyped("UINT32")),
        }
    }

    /// An optional UINT32 column.
    pub(crate) fn optional_u32s(&mut self) -> Result<Vec<Option<u32>>, ParquetError> {
        let ColumnReader::Int32ColumnReader(mut column) = self.column()? else {
            return Err(self.mistyped("optional UINT32"));
        };
        let (mut levels, mut values) =
            (Vec::with_capacity(self.rows), Vec::with_capacity(self.rows));
        let (rows, _, _) = column.read_records(self.rows, Some(&mut levels), None, &mut values)?;
        self.whole(rows)?;
        let mut present = values.into_iter();
        Ok(levels
            .into_iter()
            .map(|level| {
                if level == 0 {
                    None
                } else {
                    present.next().map(i32::cast_unsigned)
                }
            })
            .collect())
    }

    /// A required UINT64 column.
    pub(crate) fn u64s(&mut self) -> Result<Vec<u64>, ParquetError> {
        match self.column()? {
            ColumnReader::Int64ColumnReader(column) => Ok(self
                .required(column)?
                .into_iter()
                .map(i64::cast_unsigned)
                .collect()),
            _ => Err(self.mistyped("UINT64")),
        }
    }

    /// A required DOUBLE column.
    pub(crate) fn f64s(&mut self) -> Result<Vec<f64>, ParquetError> {
        match self.column()? {
            ColumnReader::DoubleColumnReader(column) => self.required(column),
            _ => Err(self.mistyped("DOUBLE")),
        }
    }

    /// A required text column, as indices into `names`.
    pub(crate) fn names(&mut self, names: &[String]) -> Result<Vec<u32>, ParquetError> {
        let mut last: Option<(&[u8], u32)> = None;
        let values = self.byte_arrays()?;
        let mut indices = Vec::with_capacity(values.len());
        for value in &values {
            let index = match last {
                Some((bytes, index)) if bytes == value.data() => index,
                _ => names
                    .iter()
                    .position(|n| n.as_bytes() == value.data())
                    .map(|i| i as u32)
                    .ok_or_else(|| {
                        let name = String::from_utf8_lossy(value.data());
                        ParquetError::General(format!(
                            "the name {name:?} is not listed in run.toml"
                        ))
                    })?,
            };
            last = Some((value.data(), index));
            indices.push(index);
        }
        Ok(indices)
    }

    /// A required text column.
    pub(crate) fn texts(&mut self) -> Result<Vec<String>, ParquetError> {
        Ok(self
            .byte_arrays()?
            .iter()
            .map(|v| String::from_utf8_lossy(v.data()).into_owned())
            .collect())
    }

    fn byte_arrays(&mut self) -> Result<Vec<ByteArray>, ParquetError> {
        match self.column()? {
            ColumnReader::ByteArrayColumnReader(column) => self.required(column),
            _ => Err(self.mistyped("STRING")),
        }
    }

    fn column(&mut self) -> Result<ColumnReader, ParquetError> {
        if self.next >= self.group.num_columns() {
            return Err(ParquetError::General(format!(
                "there are only {} columns",
                self.next
            )));
        }
        self.next += 1;
        self.group.get_column_reader(self.next - 1)
    }

    fn required<T: DataType>(
        &self,
        mut column: ColumnReaderImpl<T>,
    ) -> Result<Vec<T::T>, ParquetError> {
        let mut values = Vec::with_capacity(self.rows);
        let (rows, _, _) = column.read_records(self.rows, None, None, &mut values)?;
        self.whole(rows)?;
        Ok(values)
    }

    fn whole(&self, rows: usize) -> Result<(), ParquetError> {
        if rows == self.rows {
            return Ok(());
        }
        Err(ParquetError::EOF(format!(
            "column {} ends after {rows} of {} rows",
            self.next, self.rows
        )))
    }

    fn mistyped(&self, wanted: &str) -> ParquetError {
        ParquetError::General(format!("column {} is not {wanted}", self.next))
    }
}
