//! The fast reference: every core of every chip, ideal delivery, threads; time is counted in ticks, not in cycles.
//!
//! It runs the kernel of `spinedrift-core` on the images that the host built, and delivers each spike by walking the
//! routing tables that the host made, so that a wrong table shows up as a wrong result. What it leaves out: latency,
//! bandwidth and drops (see the cycle-level machine).
//!
//! Same bits for any number of threads: cores touch only their own memory, packets of a tick are sorted before they are
//! taken in, and what a core draws depends on the model's objects alone.

mod ahead;
mod aligned;
pub(crate) mod barrier;
mod core;
mod fabric;
mod loaded;
mod lockstep;
mod part;
mod prefetch;
mod run;
mod static_rows;
mod vectors;

pub use fabric::{Fabric, Lost, Target, Targets, Unrouted};
pub use loaded::{CoreImage, CoreState, Loaded};
pub use run::{Functional, LoadError};
pub use vectors::Vectors;
