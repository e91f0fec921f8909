//! `2^−f` on `[0, 1)`: the polynomials behind every scalar exponential here.
//!
//! Not public: [`super::exp2_neg`] and its kin split off the integer part and round once. They take [`half_open`], which neurons
//! draw spikes by; [`super::exp2`], which promises more, takes [`fine`].

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
    round(whole, half_open(f))
}

/// `2^−whole` times a power in Q1.63, in Q1.31, rounded to nearest; 0 where `whole` exceeds 32.
#[inline]
const fn round(whole: u32, power: u64) -> u32 {
    if whole > 31 {
        return 0;
    }
    let half = (1_u64 << 31).wrapping_shl(whole);
    power
        .wrapping_add(half)
        .wrapping_shr(whole.wrapping_add(32)) as u32
}

/// Coefficients of `2^−(½ + r)` on `|r| ≤ ½`, of r² and up in Q0.33, highest power first. Chebyshev fit of degree 7, error 3.0e−11.
const FINE: [i32; 6] = [
    -92_955,
    939_632,
    -8_098_756,
    58_419_897,
    -337_132_014,
    1_459_136_075,
];

/// Those of r and of 1, in Q0.63.
const FINE_HEAD: [i64; 2] = [-4_520_642_774_663_185_557, 6_521_908_912_402_656_528];

/// `2^−f` in Q1.63 for a fraction `f` in Q0.32, before the last rounding: from the middle of the range, where errors of one step are halved by
/// the next. Off by less than 0.4 · 2⁻³¹.
#[inline]
fn fine(f: u32) -> u64 {
    let r = f.wrapping_sub(1 << 31) as i32;
    let tail = FINE.iter().fold(0_i32, |acc, &c| {
        c.wrapping_add(super::multiply::mul_hi(acc, r))
    });
    let (tail, r, [first, whole]) = (tail as i64, r as i64, FINE_HEAD);
    // Q0.33 · Q0.32 → Q0.63, then rounded to Q0.32.
    let slope = first.wrapping_add(tail.wrapping_mul(r) >> 2);
    let slope = slope.wrapping_add(1 << 30) >> 31;
    whole.wrapping_add(slope.wrapping_mul(r) >> 1) as u64
}

/// [`rounded`], by [`fine`].
#[inline]
pub(super) fn finely_rounded(whole: u32, f: u32) -> u32 {
    round(whole, fine(f))
}
