//! Natural logarithm. Not the binary one: see [`super::log2`].

use super::logarithm;

/// ln 2 in Q0.36.
const LN_2_WHOLE: i64 = 47_632_711_549;
/// ln 2 in Q0.31.
const LN_2_FRACTION: i64 = 1_488_522_236;

/// `ln x`, for `x` in Q16.16, in Q5.26; [`i32::MIN`] for 0.
///
/// Error and monotonicity: [`super::bounds`]. Cost: 9 multiplies, 256 bytes of table shared with [`super::log2`].
///
/// ```
/// use spinedrift_core::numeric::ln;
/// assert_eq!(ln(1 << 16), 0);
/// assert_eq!(ln(2 << 16), 46_516_320); // 2²⁶·ln 2
/// assert_eq!(ln(0), i32::MIN);
/// ```
#[must_use]
pub fn ln(x: u32) -> i32 {
    if x == 0 {
        return i32::MIN;
    }
    let (whole, fraction) = logarithm::split(x);
    let exact = scaled(whole.wrapping_sub(16), fraction);
    (exact.wrapping_add(1 << 9) >> 10) as i32
}

/// `(whole + fraction)·ln 2`, from a fraction in Q0.36, in Q0.36.
#[inline]
pub(super) fn scaled(whole: i64, fraction: i64) -> i64 {
    let part = (fraction >> 4).wrapping_mul(LN_2_FRACTION) >> 27; // Q0.32 · Q0.31 → Q0.36
    whole.wrapping_mul(LN_2_WHOLE).wrapping_add(part)
}
