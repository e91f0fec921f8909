//! Reciprocals without a division instruction, which ARM9 lacks.

use super::multiply::mul_hi_unsigned;

/// `1/x`, for `x` in Q16.16, in Q16.16, correctly rounded; [`u32::MAX`] for 0 and for the smallest `x`, whose
/// reciprocal 2¹⁶ does not fit.
///
/// Cost: that of [`reciprocal_normalised`] and a shift.
///
/// ```
/// use spinedrift_core::numeric::reciprocal;
/// assert_eq!(reciprocal(4 << 16), 1 << 14);
/// assert_eq!(reciprocal(0), u32::MAX);
/// ```
#[must_use]
pub fn reciprocal(x: u32) -> u32 {
    if x < 2 {
        return u32::MAX;
    }
    // 2^32/x = 2^32·2^zeros/m, with m = x·2^zeros; the normalised floor is ⌊2^63/m⌋.
    let zeros = x.leading_zeros();
    let floor = floor_reciprocal(x.wrapping_shl(zeros)); // 2^31 … 2^32
    let shift = 31_u32.wrapping_sub(zeros); // result = floor/2^shift, shift ≥ 1
    let half = 1_u64.wrapping_shl(shift) >> 1;
    (floor.wrapping_add(half) >> shift).min(u32::MAX as u64) as u32
}

/// `2⁶³/m` for `m ≥ 2³¹`, floor, cut to [`u32::MAX`] for `m = 2³¹`: the reciprocal of a mantissa Q1.31 in Q0.32.
///
/// Smaller `m` are taken as 2³¹. Newton's iteration from a straight line, then an exact correction by the remainder.
/// Cost: 8 `UMULL`, no table.
///
/// ```
/// use spinedrift_core::numeric::reciprocal_normalised;
/// assert_eq!(reciprocal_normalised(3 << 30), 2_863_311_530); // 2³²·2/3
/// ```
#[must_use]
pub fn reciprocal_normalised(m: u32) -> u32 {
    floor_reciprocal(m | 1 << 31).min(u32::MAX as u64) as u32
}

/// `⌊2⁶³/m⌋` for `m ≥ 2³¹`.
#[inline]
fn floor_reciprocal(m: u32) -> u64 {
    // 24/17 − 8/17·m on [1, 2), halved: within 1/17 of 1/m; Q0.32.
    let mut y = 6_063_484_045_u64.wrapping_sub((m as u64).wrapping_mul(2_021_161_080) >> 31) as u32;
    for _ in 0..3 {
        let product = mul_hi_unsigned(y, m); // Q1.31, about 1
        let factor = product.wrapping_neg(); // 2 − product
        y = ((y as u64).wrapping_mul(factor as u64) >> 31).min(u32::MAX as u64) as u32;
    }
    correct(y as u64, m as u64)
}

/// Moves `y` by at most three so that `y·m ≤ 2⁶³ < (y + 1)·m`.
#[inline]
fn correct(mut y: u64, m: u64) -> u64 {
    const TARGET: u64 = 1 << 63;
    for _ in 0..3 {
        y = y.wrapping_sub((y.wrapping_mul(m) > TARGET) as u64);
    }
    for _ in 0..3 {
        y = y.wrapping_add((y.wrapping_add(1).wrapping_mul(m) <= TARGET) as u64);
    }
    y
}
