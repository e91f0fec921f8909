//! The exponential that turns a synaptic parameter into an efficacy: `w = e^(θ − θ₀)`, sixteen at a time.
//!
//! Not for membrane potentials, whose range is wider: see [`super::exp_wide`].

use super::multiply::mul_hi;

/// Beyond this the result saturates in any case: 3.5 in Q3.28.
const CEILING: i32 = 7 << 27;

/// log₂ e in Q1.30.
const LOG2_E: i32 = 1_549_082_005;

/// ln 2 in Q0.32, taken modulo 2³² (as the subtraction below is).
const LN_2: i32 = 2_977_044_472_u32 as i32;

/// `(e^r − 1 − r)/r²` on `|r| ≤ ln 2 / 2` in Q0.31, highest power first. Chebyshev fit, error 1.4e−9.
const TAIL: [i32; 6] = [
    427_156,
    2_992_229,
    17_895_649,
    89_478_052,
    357_913_942,
    1_073_741_827,
];

/// `e^x`, for `x` in Q3.28 (±8), in Q5.26; [`i32::MAX`] from ln 32 = 3.4657 on.
///
/// Splits off `n = round(x·log₂e)`, exactly, modulo 1; then a polynomial of degree 7 in the remainder `r`, with
/// `r` in Q0.32 so that each Horner step is one [`mul_hi`]. No table, no branch: a loop over 16 lanes becomes vector
/// code. Error: [`super::bounds`]. Cost: 8 `SMULL` and one `MUL`.
///
/// ```
/// use spinedrift_core::numeric::exp;
/// assert_eq!(exp(0), 1 << 26);
/// assert_eq!(exp(i32::MAX), i32::MAX);
/// ```
#[must_use]
#[cfg_attr(not(feature = "compact"), inline(always))]
#[cfg_attr(feature = "compact", inline(never))]
#[expect(
    clippy::inline_always,
    reason = "vectorises only when inlined into the lane loop"
)]
pub fn exp(x: i32) -> i32 {
    let x = x.min(CEILING);
    let n = mul_hi(x, LOG2_E).wrapping_add(1 << 25) >> 26;
    let r = (x << 4).wrapping_sub(n.wrapping_mul(LN_2)); // Q0.32
    // All below zero, which leaves the products as they are: of a number that it knows to be positive LLVM forgets that it is
    // a signed one of 32 bits, and a product with another takes it three multiplications.
    let back = r.wrapping_neg();
    let tail = TAIL.iter().fold(0_i32, |acc, &c| {
        c.wrapping_neg().wrapping_sub(mul_hi(acc, back))
    });
    let square = mul_hi(r, r).wrapping_neg();
    let mantissa = (1_u32 << 31)
        .wrapping_add((r >> 1) as u32)
        .wrapping_add(mul_hi(square, tail) as u32)
        .wrapping_add(1); // Q1.31, 0.707 … 1.415
    let shift = 5_i32.wrapping_sub(n) as u32;
    let half = 1_u32.wrapping_shl(shift) >> 1;
    let result = mantissa.wrapping_add(half).wrapping_shr(shift);
    result.min(i32::MAX as u32) as i32
}
