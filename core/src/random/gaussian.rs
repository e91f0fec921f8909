//! Gaussian variates from one random word each.

use super::gaussian_table::TABLE;
use crate::numeric::{Lanes, Words};

/// Standard normal variate in Q3.28 from a random word: inverse distribution function, antisymmetric in the word
/// (`gaussian(!w) == -gaussian(w)`), reaching 6.3σ.
#[must_use]
#[inline]
pub fn gaussian(word: u32) -> i32 {
    let sign = (word as i32) >> 31;
    let tail = ((word as i32) ^ sign) as u32; // 31 bits, distance from the end
    let tail = 0x7fff_ffff_u32.wrapping_sub(tail);
    let octave = (tail | 1).leading_zeros().wrapping_sub(1);
    let mantissa = tail.wrapping_shl(octave);
    let index = octave.wrapping_mul(16).wrapping_add(mantissa >> 26 & 15) as usize;
    let (start, step) = TABLE.get(index).copied().unwrap_or_default();
    let fraction = (mantissa << 6) >> 1;
    let z = start.wrapping_add(((step as i64).wrapping_mul(fraction as i64) >> 31) as i32);
    (z ^ sign).wrapping_sub(sign)
}

/// [`gaussian`] in each lane.
#[must_use]
#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "vectorises only when inlined into the lane loop"
)]
pub fn gaussian_lanes(words: &Words) -> Lanes {
    words.map(gaussian)
}
