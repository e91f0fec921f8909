//! What the user asks of a placement. Constraints are data; every placer obeys them.

use spinedrift_emulator::geometry::ChipCoord;

/// One wish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Constraint {
    /// All cores of a population are on this chip.
    OnChip {
        /// Index of the population.
        population: usize,
        /// The chip.
        chip: ChipCoord,
    },
    /// So many cores stay free, those with the highest numbers.
    ReserveCores {
        /// On this chip; `None`: on every chip.
        chip: Option<ChipCoord>,
        /// How many.
        cores: u8,
    },
    /// So much SDRAM stays free.
    ReserveSdram {
        /// On this chip; `None`: on every chip.
        chip: Option<ChipCoord>,
        /// How much.
        bytes: u64,
    },
}
