//! Rows to columns and back, one table after the other.

use parquet::errors::ParquetError;

use super::columns::{ColumnsIn, ColumnsOut};
use super::rows::{Direction, Names, Potential, Provenance, Rewiring, Spike, Theta};

/// The columns of a row.
pub trait Codec: Sized {
    /// Fields of the Parquet message type.
    const FIELDS: &'static str;
    /// Columns that are written as differences or byte streams rather than through a dictionary.
    const DIRECT: &'static [&'static str] = &[];
    /// Writes all columns of these rows.
    fn encode(rows: &[Self], names: &Names, out: &mut ColumnsOut) -> Result<(), ParquetError>;
    /// Reads all columns of a row group.
    fn decode(names: &Names, columns: &mut ColumnsIn) -> Result<Vec<Self>, ParquetError>;
}

impl Codec for Spike {
    const FIELDS: &'static str = "required int32 tick (INTEGER(32,false)); \
         required binary population (STRING); required int32 neuron (INTEGER(32,false));";
    const DIRECT: &'static [&'static str] = &["tick", "neuron"];

    fn encode(rows: &[Self], names: &Names, out: &mut ColumnsOut) -> Result<(), ParquetError> {
        out.u32s(rows.iter().map(|r| r.tick))?;
        out.names(rows.iter().map(|r| r.population), &names.populations)?;
        out.u32s(rows.iter().map(|r| r.neuron))
    }

    fn decode(names: &Names, columns: &mut ColumnsIn) -> Result<Vec<Self>, ParquetError> {
        let tick = columns.u32s()?;
        let population = columns.names(&names.populations)?;
        let neuron = columns.u32s()?;
        let rows = tick.into_iter().zip(population).zip(neuron);
        Ok(rows
            .map(|((tick, population), neuron)| Self {
                tick,
                population,
                neuron,
            })
            .collect())
    }
}

impl Codec for Theta {
    const FIELDS: &'static str = "required int32 tick (INTEGER(32,false)); \
         required binary projection (STRING); required int32 pre (INTEGER(32,false)); \
         required int32 post (INTEGER(32,false)); required double theta;";
    const DIRECT: &'static [&'static str] = &["tick", "pre", "post", "theta"];

    fn encode(rows: &[Self], names: &Names, out: &mut ColumnsOut) -> Result<(), ParquetError> {
        out.u32s(rows.iter().map(|r| r.tick))?;
        out.names(rows.iter().map(|r| r.projection), &names.projections)?;
        out.u32s(rows.iter().map(|r| r.pre))?;
        out.u32s(rows.iter().map(|r| r.post))?;
        out.f64s(rows.iter().map(Self::theta))
    }

    fn decode(names: &Names, columns: &mut ColumnsIn) -> Result<Vec<Self>, ParquetError> {
        let tick = columns.u32s()?;
        let projection = columns.names(&names.projections)?;
        let (pre, post) = (columns.u32s()?, columns.u32s()?);
        let theta = columns.f64s()?;
        let rows = tick
            .into_iter()
            .zip(projection)
            .zip(pre.into_iter().zip(post))
            .zip(theta);
        Ok(rows
            .map(|(((tick, projection), (pre, post)), theta)| Self {
                tick,
                projection,
                pre,
                post,
                raw: Self::raw_of(theta),
            })
            .collect())
    }
}

impl Codec for Rewiring {
    const FIELDS: &'static str = "required int32 tick (INTEGER(32,false)); \
         required binary projection (STRING); required int32 pre (INTEGER(32,false)); \
         required int32 post (INTEGER(32,false)); required binary direction (STRING);";
    const DIRECT: &'static [&'static str] = &["tick", "pre", "post"];

    fn encode(rows: &[Self], names: &Names, out: &mut ColumnsOut) -> Result<(), ParquetError> {
        out.u32s(rows.iter().map(|r| r.tick))?;
        out.names(rows.iter().map(|r| r.projection), &names.projections)?;
        out.u32s(rows.iter().map(|r| r.pre))?;
        out.u32s(rows.iter().map(|r| r.post))?;
        out.names(
            rows.iter().map(|r| r.direction as u32),
            &Direction::TEXTS.map(str::to_owned),
        )
    }

    fn decode(names: &Names, columns: &mut ColumnsIn) -> Result<Vec<Self>, ParquetError> {
        let tick = columns.u32s()?;
        let projection = columns.names(&names.projections)?;
        let (pre, post) = (columns.u32s()?, columns.u32s()?);
        let direction = columns.names(&Direction::TEXTS.map(str::to_owned))?;
        let rows = tick
            .into_iter()
            .zip(projection)
            .zip(pre.into_iter().zip(post))
            .zip(direction);
        Ok(rows
            .map(|(((tick, projection), (pre, post)), direction)| {
                let direction = if direction == 0 {
                    Direction::Gained
                } else {
                    Direction::Lost
                };
                Self {
                    tick,
                    projection,
                    pre,
                    post,
                    direction,
                }
            })
            .collect())
    }
}

impl Codec for Potential {
    const FIELDS: &'static str = "required int32 tick (INTEGER(32,false)); \
         required binary population (STRING); required int32 neuron (INTEGER(32,false)); required double u;";
    const DIRECT: &'static [&'static str] = &["tick", "neuron", "u"];

    fn encode(rows: &[Self], names: &Names, out: &mut ColumnsOut) -> Result<(), ParquetError> {
        out.u32s(rows.iter().map(|r| r.tick))?;
        out.names(rows.iter().map(|r| r.population), &names.populations)?;
        out.u32s(rows.iter().map(|r| r.neuron))?;
        out.f64s(rows.iter().map(|r| r.u))
    }

    fn decode(names: &Names, columns: &mut ColumnsIn) -> Result<Vec<Self>, ParquetError> {
        let tick = columns.u32s()?;
        let population = columns.names(&names.populations)?;
        let neuron = columns.u32s()?;
        let u = columns.f64s()?;
        let rows = tick.into_iter().zip(population).zip(neuron).zip(u);
        Ok(rows
            .map(|(((tick, population), neuron), u)| Self {
                tick,
                population,
                neuron,
                u,
            })
            .collect())
    }
}

impl Codec for Provenance {
    const FIELDS: &'static str = "required binary scope (STRING); optional int32 chip_x (INTEGER(32,false)); \
         optional int32 chip_y (INTEGER(32,false)); optional int32 core (INTEGER(32,false)); \
         required binary counter (STRING); required int64 value (INTEGER(64,false));";

    fn encode(rows: &[Self], _: &Names, out: &mut ColumnsOut) -> Result<(), ParquetError> {
        out.texts(rows.iter().map(|r| r.scope.as_str()))?;
        out.optional_u32s(rows.iter().map(|r| r.chip_x))?;
        out.optional_u32s(rows.iter().map(|r| r.chip_y))?;
        out.optional_u32s(rows.iter().map(|r| r.core))?;
        out.texts(rows.iter().map(|r| r.counter.as_str()))?;
        out.u64s(rows.iter().map(|r| r.value))
    }

    fn decode(_: &Names, columns: &mut ColumnsIn) -> Result<Vec<Self>, ParquetError> {
        let scope = columns.texts()?;
        let (chip_x, chip_y) = (columns.optional_u32s()?, columns.optional_u32s()?);
        let core = columns.optional_u32s()?;
        let (counter, value) = (columns.texts()?, columns.u64s()?);
        let place = chip_x.into_iter().zip(chip_y).zip(core);
        let rows = scope
            .into_iter()
            .zip(place)
            .zip(counter.into_iter().zip(value));
        Ok(rows
            .map(
                |((scope, ((chip_x, chip_y), core)), (counter, value))| Self {
                    scope,
                    chip_x,
                    chip_y,
                    core,
                    counter,
                    value,
                },
            )
            .collect())
    }
}
