//! Rounding without bias: up with the probability of what is cut off.

/// `⌊value/2^shift + u⌋` with `u` uniform on `[0, 1)`, from a random word: the mean over the words is `value/2^shift`.
///
/// Only the top `shift` bits of the word count; `shift` above 31 counts as 31. Never overflows.
///
/// ```
/// use spinedrift_core::random::stochastic_round;
/// assert_eq!(stochastic_round(5, 2, 0), 1);
/// assert_eq!(stochastic_round(5, 2, u32::MAX), 2); // one word in four
/// ```
#[must_use]
#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "vectorises only when inlined into the lane loop"
)]
pub const fn stochastic_round(value: i32, shift: u32, word: u32) -> i32 {
    let shift = if shift > 31 { 31 } else { shift };
    let dither = ((word as u64) << shift >> 32) as i64;
    (value as i64).wrapping_add(dither).wrapping_shr(shift) as i32
}
