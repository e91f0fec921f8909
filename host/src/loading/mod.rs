//! From a mapped network to the images that cores load.
//!
//! Units end here: everything a core gets is fixed point. What depends on a whole population or projection (ring
//! scale, sweep period, history size) is worked out once in [`scales`], so that no partition changes it.

pub mod budget;
mod core_plan;
mod emit;
pub mod error;
mod fixed;
mod jumps;
mod law;
mod models;
mod plasticity;
mod reach;
mod rows;
pub mod scales;
mod stimuli;

pub use budget::LoadFootprint;
pub use core_plan::{CorePlan, SliceSite, check_formats};
pub use emit::emit_core;
pub use error::LoadingError;
pub(crate) use plasticity::takes_steps;
pub use scales::{ProjectionScale, Scales};

use crate::description::Network;
use crate::description::connectivity::Connectivity;

/// A network with its synapses expanded and its scales worked out: what all cores' images have in common.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// The network.
    pub network: &'a Network,
    /// Synapses of each projection.
    pub connectivity: &'a [Connectivity],
    /// Scales.
    pub scales: &'a Scales,
    /// Seed of the run.
    pub seed: u64,
}
