//! All figures as two long tables, which pandas and xarray open.

use super::store::Store;
use super::{Data, ExperimentError};
use parquet::basic::Compression;
use parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;
use std::sync::Arc;

const NUMBERS: &str = "message numbers { required binary condition (STRING); required int64 seed; \
    required binary name (STRING); required double value; }";
const SERIES: &str = "message series { required binary condition (STRING); required int64 seed; \
    required binary name (STRING); required double x; required double y; }";

/// Writes `numbers.parquet` (condition, seed, name, value) and `series.parquet` (condition, seed, name, x, y).
pub(super) fn write(store: &Store, data: &Data) -> Result<(), ExperimentError> {
    let (mut numbers, mut series) = (Columns::default(), Columns::default());
    for condition in data.conditions() {
        for (seed, figures) in data.of(condition) {
            for (name, value) in &figures.numbers {
                numbers.push(condition, seed, name, [*value, 0.0]);
            }
            for (name, points) in &figures.series {
                for &(x, y) in points {
                    series.push(condition, seed, name, [x, y]);
                }
            }
        }
    }
    let bytes = |columns: &Columns, schema, values| {
        columns
            .bytes(schema, values)
            .map_err(|error| ExperimentError::Other(error.to_string()))
    };
    store.write("numbers.parquet", &bytes(&numbers, NUMBERS, 1)?)?;
    store.write("series.parquet", &bytes(&series, SERIES, 2)?)
}

#[derive(Debug, Default)]
struct Columns {
    conditions: Vec<ByteArray>,
    seeds: Vec<i64>,
    names: Vec<ByteArray>,
    values: [Vec<f64>; 2],
}

impl Columns {
    fn push(&mut self, condition: &str, seed: u64, name: &str, values: [f64; 2]) {
        let text = |text: &str| ByteArray::from(text.as_bytes().to_vec());
        self.conditions.push(text(condition));
        self.seeds.push(seed.cast_signed());
        self.names.push(text(name));
        for (column, value) in self.values.iter_mut().zip(values) {
            column.push(value);
        }
    }

    fn bytes(&self, schema: &str, values: usize) -> Result<Vec<u8>, ParquetError> {
        let schema = Arc::new(parse_message_type(schema)?);
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY);
        let mut bytes = Vec::new();
        let properties = Arc::new(properties.build());
        let mut file = SerializedFileWriter::new(&mut bytes, schema, properties)?;
        let mut group = file.next_row_group()?;
        put::<ByteArrayType>(&mut group, &self.conditions)?;
        put::<Int64Type>(&mut group, &self.seeds)?;
        put::<ByteArrayType>(&mut group, &self.names)?;
        for column in self.values.iter().take(values) {
            put::<DoubleType>(&mut group, column)?;
        }
        group.close()?;
        file.close()?;
        Ok(bytes)
    }
}

fn put<T: DataType>(
    group: &mut SerializedRowGroupWriter<'_, &mut Vec<u8>>,
    values: &[T::T],
) -> Result<(), ParquetError> {
    if let Some(mut column) = group.next_column()? {
        column.typed::<T>().write_batch(values, None, None)?;
        column.close()?;
    }
    Ok(())
}
