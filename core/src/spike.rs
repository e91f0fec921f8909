//! The words that every layer speaks: ticks, AER keys, block geometry. Nothing here computes.

use serde::{Deserialize, Serialize};

/// Neurons of a block: the grain of partition and of randomness, and the width of the vectorised loops.
pub const BLOCK: usize = 16;

/// [`BLOCK`] as the width in which slots are counted.
pub const BLOCK_SLOTS: u32 = 16;

/// Whether this machine computes lanes side by side. Where it doesn't, code that only gathers work for that is left out,
/// and the large functions stand once instead of in each of their callers: same bits, less stack, half the code.
pub const VECTORS: bool = !cfg!(any(target_arch = "arm", target_arch = "riscv32"));

/// Lanes that are computed side by side: those of a block, or none.
pub const LANES: usize = if VECTORS { BLOCK } else { 0 };

/// Neurons that one core may hold: 16 blocks (an index of a static synapse has 8 bits).
pub const CORE_NEURONS_MAX: usize = 256;

/// Blocks that one core may hold.
pub const CORE_BLOCKS_MAX: usize = CORE_NEURONS_MAX / BLOCK;

/// Longest axonal delay in ticks.
pub const DELAY_MAX_TICKS: u32 = 16;

/// A point in emulated time, in ticks since the start of the run.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Tick(pub u32);

/// The 32-bit address-event key of a multicast packet: which neuron spiked.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct AerKey(pub u32);
