//! Binary logarithm. Not the natural one: see [`super::ln`].

use super::logarithm;

/// `log₂ x`, for `x` in Q16.16, in Q5.26; [`i32::MIN`] for 0.
///
/// Error and monotonicity: [`super::bounds`]. Cost: 7 multiplies, 256 bytes of table.
///
/// ```
/// use spinedrift_core::numeric::log2;
/// assert_eq!(log2(1 << 16), 0);
/// assert_eq!(log2(1), -16 << 26);
/// assert_eq!(log2(0), i32::MIN);
/// ```
#[must_use]
pub fn log2(x: u32) -> i32 {
    if x == 0 {
        return i32::MIN;
    }
    let (whole, fraction) = logarithm::split(x);
    let exact = (whole.wrapping_sub(16) << 36).wrapping_add(fraction);
    (exact.wrapping_add(1 << 9) >> 10) as i32
}
