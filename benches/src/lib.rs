//! Workloads that are timed, and the rig that runs them.
//!
//! Used by the criterion benches, by `cargo xtask compare` and by `cargo xtask instructions`. What the figures were on
//! which machine stands in `docs/performance.md`.

pub mod rig;
pub mod workload;

use spinedrift::description::{Integration, Network};
use workload::WorkloadError;

/// [`workload::wta`], integrated lazily.
///
/// # Errors
/// [`WorkloadError`] if the description refuses it.
pub fn lazy_wta(neurons: u32, ticks: u32) -> Result<Network, WorkloadError> {
    workload::wta(neurons, ticks, Integration::Lazy)
}
