//! What a network is: populations, projections, stimuli, and what to record.
//!
//! The types here are plain data in the user's units (ms, Hz, mV); nothing is rounded to fixed point yet.

pub mod network;
pub mod plasticity;
pub mod population;
pub mod projection;
pub mod slots;
pub mod stimulus;

pub use network::Network;
pub use plasticity::{Integration, Prior, SynapticSampling, ThetaStart};
pub use population::{Adaptation, Escape, Intensity, Lif, Model, Population, Psp, Record, Wta};
pub use projection::{Connector, Distribution, Projection, Receptor};
pub use slots::{LANES, SlotLayout};
pub use stimulus::{PoissonSource, RateSchedule};
