//! Powers of two with a signed exponent.

use super::power;

/// `2^x`, for `x` in Q5.26 (±32), in Q15.16; [`i32::MAX`] from 15 on.
///
/// Q5.26 is what [`super::log2`] returns, so that the two are inverse to each other. Error and monotonicity:
/// [`super::bounds`]. Cost: 8 `SMULL`, no table.
///
/// ```
/// use spinedrift_core::numeric::exp2;
/// assert_eq!(exp2(0), 1 << 16);
/// assert_eq!(exp2(-1 << 26), 1 << 15);
/// assert_eq!(exp2(15 << 26), i32::MAX);
/// ```
#[must_use]
pub fn exp2(x: i32) -> i32 {
    const TOP: i32 = 15 << 26;
    if x >= TOP {
        return i32::MAX;
    }
    let below = TOP.wrapping_sub(x) as u32; // Q6.26, up to 47
    power::finely_rounded(below >> 26, below << 6).min(i32::MAX as u32) as i32
}
