//! The products that everything else is made of: the high half of a 32 × 32-bit product.
//!
//! Not a general big-integer product, and never a low half: a Q format is kept by dropping low bits.

/// High half of the signed product: `⌊a·b / 2³²⌋`.
///
/// One `SMULL` on ARM9 (3 cycles), an even and an odd `pmuldq` for vectors. Rounds toward −∞, so it loses half a
/// step in the mean; whoever cannot bear that uses [`crate::random::stochastic_round`] on the whole product.
///
/// ```
/// use spinedrift_core::numeric::mul_hi;
/// assert_eq!(mul_hi(1 << 30, 1 << 30), 1 << 28);
/// assert_eq!(mul_hi(-1, 1), -1); // floor, not zero
/// assert_eq!(mul_hi(i32::MIN, i32::MIN), 1 << 30);
/// ```
#[must_use]
#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "vectorises only when inlined into the lane loop"
)]
pub const fn mul_hi(a: i32, b: i32) -> i32 {
    ((a as i64).wrapping_mul(b as i64) >> 32) as i32
}

/// High half of the unsigned product: `⌊a·b / 2³²⌋`.
#[must_use]
#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "vectorises only when inlined into the lane loop"
)]
pub const fn mul_hi_unsigned(a: u32, b: u32) -> u32 {
    ((a as u64).wrapping_mul(b as u64) >> 32) as u32
}

/// `⌊a·b / 2^shift⌋`, cut to the range of `i32`. `shift` above 63 counts as 63.
///
/// ```
/// use spinedrift_core::numeric::mul_shift;
/// assert_eq!(mul_shift(3 << 16, 5 << 16, 16), 15 << 16);
/// assert_eq!(mul_shift(i32::MAX, i32::MAX, 16), i32::MAX); // saturates
/// ```
#[must_use]
#[inline]
pub const fn mul_shift(a: i32, b: i32, shift: u32) -> i32 {
    let shift = if shift > 63 { 63 } else { shift };
    saturate((a as i64).wrapping_mul(b as i64) >> shift)
}

/// The nearest `i32`: what lies outside the range becomes its end.
#[must_use]
#[inline]
pub const fn saturate(value: i64) -> i32 {
    if value > i32::MAX as i64 {
        i32::MAX
    } else if value < i32::MIN as i64 {
        i32::MIN
    } else {
        value as i32
    }
}
