//! Decay by powers of two. Not for growing: see [`super::exp2`].

use super::power;

/// `2^−x`, for `x` in Q5.27 (0 … 32), in Q1.31.
///
/// Rounded once; error and monotonicity: [`super::bounds`]. `x = 0` gives 2³¹ exactly; the smallest results are 0 and 1.
/// Cost: 8 `UMULL`, no table.
///
/// ```
/// use spinedrift_core::numeric::exp2_neg;
/// assert_eq!(exp2_neg(0), 1 << 31);
/// assert_eq!(exp2_neg(1 << 27), 1 << 30);
/// ```
#[must_use]
pub fn exp2_neg(x: u32) -> u32 {
    power::rounded(x >> 27, x << 5)
}
