//! `1 − 2^−f` on `[0, 1)`: the one polynomial behind every scalar exponential here.
//!
//! Not public: [`super::exp2_neg`] and its kin split off the integer part and round once.

/// `(1 − 2^−f)/f` as a polynomial in `f`, alternating signs taken out: coefficient `k` in Q0.34, lowest last.
/// Chebyshev fit of degree 6; with the rounding of each step the power is off by about half a step of Q1.31 near `f` = 1.
const TAIL: [u32; 6] = [
    194_199,
    2_557_952,
    22_848_193,
    165_217_955,
    953_549_980,
    4_127_059_756,
];

/// Constant coefficient of that polynomial, ln 2, in Q0.36.
const HEAD: u64 = 47_632_711_541;

/// `2^−f` in Q1.63 for a fraction `f` in Q0.32, before the last rounding.
#[inline]
pub(super) fn half_open(f: u32) -> u64 {
    let tail = TAIL.iter().fold(0_u32, |acc, &c| {
        c.wrapping_sub(super::multiply::mul_hi_unsigned(acc, f))
    });
    // Q0.34 · Q0.32 → Q0.36, then rounded to Q0.32.
    let slope = HEAD.wrapping_sub((tail as u64).wrapping_mul(f as u64) >> 30);
    let slope = slope.wrapping_add(8) >> 4;
    (1_u64 << 63).wrapping_sub(slope.wrapping_mul(f as u64) >> 1)
}

/// `2^−(whole + f)` in Q1.31, rounded to nearest; 0 where `whole` exceeds 32.
#[inline]
pub(super) fn rounded(whole: u32, f: u32) -> u32 {
    if whole > 31 {
        return 0;
    }
    let half = (1_u64 << 31).wrapping_shl(whole);
    half_open(f)
        .wrapping_add(half)
        .wrapping_shr(whole.wrapping_add(32)) as u32
}
