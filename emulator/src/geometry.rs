//! Where chips are and how they are joined: coordinates, the six links, the triangular torus, board outlines.
//!
//! Shared by the mapper and the emulated machine. It knows neither dead parts nor what a chip contains.
//!
//! Chip (x, y) has six neighbours: E (+1, 0), NE (+1, +1), N (0, +1), W (−1, 0), SW (−1, −1), S (0, −1). The three axes
//! x, y, z of a move add up to nothing: one step along each of E, N and SW leads back to the start. A shortest path
//! therefore has at most two axes in it; subtracting the median of (x, y, z) finds it.

mod grid;
mod link;
pub mod outline;

pub use grid::{Grid, Move};
pub use link::{Link, LinkSet};

use serde::{Deserialize, Serialize};

/// A chip's place in the machine.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct ChipCoord {
    /// Column, growing to the east.
    pub x: u8,
    /// Row, growing to the north.
    pub y: u8,
}

impl ChipCoord {
    /// The chip at (x, y).
    #[must_use]
    pub const fn new(x: u8, y: u8) -> Self {
        Self { x, y }
    }
}

impl core::fmt::Display for ChipCoord {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "({}, {})", self.x, self.y)
    }
}

#[cfg(test)]
mod tests;
