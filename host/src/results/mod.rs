//! What a run leaves on disk: tables, checkpoint, digest and the facts of the run.
//!
//! Not here: deciding what to record (description), running (target) and drawing (report).
//!
//! ```text
//! Recorder ─▶ Stream (sorts what is sealed) ─▶ parts/spikes-000000.parquet … ─▶ spikes.parquet
//!                     └▶ Digest                 └ complete files, one a flush    └ merged at the end, without recoding
//! ```
//!
//! The layout of every file stands in `docs/results.md`.

pub mod checkpoint;
mod codec;
mod columns;
pub mod digest;
mod directory;
pub mod error;
pub mod forecast;
pub mod interrupt;
mod parts;
pub mod read;
mod recorder;
mod rows;
mod run_info;
pub mod storage;
mod stream;

pub use checkpoint::{Checkpoint, CoreMemory};
pub use digest::Digest;
pub use directory::ResultsDir;
pub use error::ResultsError;
pub use forecast::{Forecast, Load};
pub use interrupt::Interrupt;
pub use read::Tables;
pub use recorder::{Finished, Recorder};
pub use rows::{
    Direction, Key, Names, Potential, Provenance, Rewiring, Row, Spike, Table, Theta, Timed,
};
pub use run_info::{PlasticityInfo, PopulationInfo, ProjectionInfo, RunInfo, RunState, Totals};

#[cfg(test)]
mod tests;
