//! Square root, correctly rounded.

use super::multiply::mul_hi_unsigned;

/// `1/√a` in Q1.7 for the middle of each of the 48 segments `k/64 ≤ a < (k + 1)/64`, `k` = 16 … 63.
const START: [u8; 48] = [
    252, 245, 238, 232, 226, 221, 216, 211, 207, 203, 199, 195, 192, 189, 185, 182, 180, 177, 174,
    172, 169, 167, 165, 163, 161, 159, 157, 155, 154, 152, 150, 149, 147, 146, 144, 143, 141, 140,
    139, 137, 136, 135, 134, 133, 132, 131, 130, 129,
];

/// `√x`, for `x` in Q16.16, in Q8.24, correctly rounded.
///
/// Two Newton steps for `1/√x` from a table of 48 bytes, one step of Heron, and an exact correction by the remainder.
/// Cost: 9 `UMULL`, no division.
///
/// ```
/// use spinedrift_core::numeric::sqrt;
/// assert_eq!(sqrt(4 << 16), 2 << 24);
/// assert_eq!(sqrt(0), 0);
/// ```
#[must_use]
pub fn sqrt(x: u32) -> u32 {
    if x == 0 {
        return 0;
    }
    let zeros = x.leading_zeros() & !1;
    let a = x.wrapping_shl(zeros); // Q0.32, 1/4 … 1
    let root = floor_root(a);
    round(root, a, zeros >> 1)
}

/// `⌊√(a·2³²)⌋` for `a ≥ 2³⁰`.
#[inline]
fn floor_root(a: u32) -> u32 {
    let target = (a as u64) << 32;
    let inverse = inverse_root(a); // Q1.31
    let guess = ((a as u64).wrapping_mul(inverse as u64) >> 31).min(u32::MAX as u64);
    let remainder = target.wrapping_sub(guess.wrapping_mul(guess)) as i64;
    let step = (remainder >> 20).wrapping_mul((inverse >> 12) as i64) >> 32;
    let root = guess.wrapping_add(step as u64).min(u32::MAX as u64);
    correct(root, target)
}

/// Moves `root` by at most two so that `root² ≤ target < (root + 1)²`.
#[inline]
fn correct(mut root: u64, target: u64) -> u32 {
    for _ in 0..2 {
        root = root.wrapping_sub((root.wrapping_mul(root) > target) as u64);
    }
    for _ in 0..2 {
        let next = root.wrapping_add(1).min(u32::MAX as u64);
        root = root.wrapping_add((next > root && next.wrapping_mul(next) <= target) as u64);
    }
    root as u32
}

/// `1/√(a/2³²)` in Q1.31 for `a ≥ 2³⁰`, within 2⁻²⁵; just below 2 at most.
#[inline]
fn inverse_root(a: u32) -> u32 {
    let index = ((a >> 26) as usize).wrapping_sub(16);
    let mut y = (START.get(index).copied().unwrap_or(255) as u32) << 24; // Q1.31
    for _ in 0..2 {
        let square = mul_hi_unsigned(y, y); // Q2.30
        let product = mul_hi_unsigned(square, a); // Q2.30
        let factor = (3_u32 << 30).wrapping_sub(product); // Q2.30, about 2
        let next = (y as u64).wrapping_mul(factor as u64) >> 31; // y·factor/2 in Q1.31
        y = next.min(u32::MAX as u64) as u32;
    }
    y
}

/// `√(a·2³²)/2^halvings` to nearest, from its floor.
#[inline]
fn round(root: u32, a: u32, halvings: u32) -> u32 {
    if halvings > 0 {
        let half = 1_u32.wrapping_shl(halvings) >> 1;
        return ((root as u64).wrapping_add(half as u64) >> halvings) as u32;
    }
    let wide = root as u64;
    let remainder = ((a as u64) << 32).wrapping_sub(wide.wrapping_mul(wide));
    root.saturating_add((remainder > wide) as u32)
}
