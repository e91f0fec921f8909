//! Gaussian variates from one random word each.

use super::gaussian_table::TABLE;
use crate::numeric::{Lanes, Words};

/// Standard normal variate in Q3.28 from a random word: inverse distribution function, antisymmetric in the word
/// (`gaussian(!w) == -gaussian(w)`, so the mean is 0 exactly), reaching 6.17σ. Rises with the word taken as `i32`.
///
/// Linear between 16 points an octave of the tail. A table of 4 KB; cost: one `CLZ` and one `SMULL`. Variance and
/// kurtosis over all words, and the error of the tails, stand in `docs/numerics.md`.
#[must_use]
#[inline]
pub fn gaussian(word: u32) -> i32 {
    let sign = (word as i32) >> 31;
    let tail = ((word as i32) ^ sign) as u32; // 31 bits, distance from the end
    let tail = 0x7fff_ffff_u32.wrapping_sub(tail);
    let octave = (tail | 1).leading_zeros().wrapping_sub(1);
    let mantissa = tail.wrapping_shl(octave);
    let index = octave.wrapping_mul(16).wrapping_add(mantissa >> 26 & 15) as usize;
    let (start, step) = TABLE.get(index).copied().unwrap_or_default();
    let fraction = (mantissa << 6) >> 1;
    let z = start.wrapping_add(((step as i64).wrapping_mul(fraction as i64) >> 31) as i32);
    (z ^ sign).wrapping_sub(sign)
}

/// [`gaussian`] in each lane.
#[must_use]
#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "vectorises only when inlined into the lane loop"
)]
pub fn gaussian_lanes(words: &Words) -> Lanes {
    words.map(gaussian)
}

#[cfg(test)]
#[expect(
    clippy::float_arithmetic,
    reason = "the reference is computed in floats"
)]
mod tests {
    use super::TABLE;

    /// The z above which a share `p` of the normal law lies: bisection on erfc.
    fn quantile(p: f64) -> f64 {
        let (mut low, mut high) = (-1.0, 8.0);
        for _ in 0..100 {
            let middle = f64::midpoint(low, high);
            if libm::erfc(middle / 2_f64.sqrt()) / 2.0 > p {
                low = middle;
            } else {
                high = middle;
            }
        }
        low
    }

    #[test]
    fn the_table_is_the_inverse_of_the_distribution() {
        // A word stands for the middle of its interval: `tail` words from the end, (tail + ½)/2³² of the law.
        let value = |octave: usize, k: usize| {
            let tail = (16 + k) as f64 * (26.0 - octave as f64).exp2();
            quantile((tail + 0.5) / 32_f64.exp2()) * 28_f64.exp2()
        };
        for (index, &stored) in TABLE.iter().enumerate() {
            let (octave, k) = (index / 16, index % 16);
            let here = value(octave, k);
            let step = value(octave, k + 1) - here;
            let computed = (here.round() as i32, step.round() as i32);
            assert_eq!(stored, computed, "octave {octave}, point {k}");
        }
    }
}
