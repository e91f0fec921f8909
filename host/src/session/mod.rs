//! A run from end to end: description → mapping → images → target → results.
//!
//! [`Prepared`] holds everything that is known before the first tick; [`run`] carries it out and hands what
//! the cores record to a [`Sink`], by populations and neurons instead of cores and slots. What is done to a
//! network while it runs is an [`Intervention`].

mod facts;
pub mod intervention;
mod live;
mod load;
mod outcome;
mod prepare;
mod records;
pub mod run;
mod sink;
mod trace_file;

pub use facts::{facts, grouped};
pub use intervention::{Change, Effect, Intervention, InterventionError, Which};
pub use live::{Rewired, Session, SpikeAt};
pub use load::CoreLoad;
pub use outcome::{Health, HealthLine, Outcome};
pub use prepare::{PrepareError, Prepared, Setup};
pub use records::Decoder;
pub use run::{RunError, RunOptions};
pub use sink::{Sink, Tee};
