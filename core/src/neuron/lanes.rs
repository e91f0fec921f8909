//! Sets of lanes: one bit a lane of a block.

use crate::spike::BLOCK;

/// The lanes whose word passes a test.
#[inline(always)]
pub fn lanes_where(words: &[u32; BLOCK], test: impl Fn(u32) -> bool) -> u16 {
    let mut lanes = 0;
    for (lane, word) in words.iter().enumerate() {
        lanes |= u16::from(test(*word)) << lane;
    }
    lanes
}

/// How many lanes a set has.
#[cfg_attr(not(feature = "compact"), inline(always))]
#[cfg_attr(feature = "compact", inline(never))]
#[must_use]
pub const fn count(lanes: u16) -> u32 {
    lanes.count_ones()
}
