//! The exponential of a membrane potential: wide input, one at a time.
//!
//! Not for lanes; [`super::exp`] is.

use super::{exp_neg::LOG2_E, power};

/// `e^x`, for `x` in Q15.16, in Q5.26; [`i32::MAX`] from ln 32 = 3.4657 on.
///
/// Error and monotonicity: [`super::bounds`]. Cost: 9 `UMULL`, no table.
///
/// ```
/// use spinedrift_core::numeric::exp_wide;
/// assert_eq!(exp_wide(0), 1 << 26);
/// assert_eq!(exp_wide(4 << 16), i32::MAX);
/// assert_eq!(exp_wide(i32::MIN), 0);
/// ```
#[must_use]
pub fn exp_wide(x: i32) -> i32 {
    // 2^26·e^x = 2^31·2^−(5 − x·log₂e)
    let growth = (x as i64).wrapping_mul(LOG2_E as i64); // Q47
    let below = (5_i64 << 47).wrapping_add(1 << 14).wrapping_sub(growth);
    if below < 0 {
        return i32::MAX;
    }
    let whole = (below >> 47).min(32) as u32;
    power::rounded(whole, (below >> 15) as u32).min(i32::MAX as u32) as i32
}
