//! Leaves out what goes straight on anyway.
//!
//! Sound because the key spaces are disjoint: no other entry catches a key whose entry is gone.

use super::{Demand, full};
use spinedrift_emulator::network::Table;

/// An entry for each demand that is not met by default.
pub(super) fn without(demands: &[Demand]) -> Table {
    let kept: Vec<Demand> = demands
        .iter()
        .filter(|demand| !demand.is_default())
        .copied()
        .collect();
    full(&kept)
}
