//! Workloads that are timed, and the rig that runs them.
//!
//! Used by the criterion benches, by `cargo xtask compare` and by `cargo xtask instructions`. What the figures were on
//! which machine stands in `docs/performance.md`.

pub mod rig;
pub mod workload;
