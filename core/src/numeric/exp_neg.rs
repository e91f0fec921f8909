//! Decay of the natural kind: softmax weights, survival probabilities.

use super::power;

/// log₂ e in Q1.31.
pub(super) const LOG2_E: u32 = 3_098_164_009;

/// `e^−x`, for `x ≥ 0` in Q16.16, in Q1.31.
///
/// Rounded once; error and monotonicity: [`super::bounds`]. `x = 0` gives 2³¹ exactly; from 22.2 on the result is 0.
/// Cost: 9 `UMULL`, no table.
///
/// ```
/// use spinedrift_core::numeric::exp_neg;
/// assert_eq!(exp_neg(0), 1 << 31);
/// assert_eq!(exp_neg(1 << 16), 790_015_084); // 2³¹/e
/// ```
#[must_use]
pub fn exp_neg(x: u32) -> u32 {
    let exponent = (x as u64).wrapping_mul(LOG2_E as u64).wrapping_add(1 << 14); // Q47
    power::rounded((exponent >> 47) as u32, (exponent >> 15) as u32)
}
