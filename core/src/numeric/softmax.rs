//! Softmax over the potentials of a winner-take-all circuit, and the draw of a winner from it.
//!
//! Works on slices of at most 256 entries, which is the largest block of neurons on a core; nothing here allocates.

use super::{exp_neg::exp_neg, reciprocal::reciprocal_normalised};

/// The most entries that a circuit can have.
pub const SOFTMAX_MAX: usize = 256;

/// Unnormalised probabilities `e^(uₖ − max u)`, for potentials in Q15.16, in Q1.31. Returns their sum.
///
/// The largest potential gets exactly 2³¹, so the sum is never zero unless there are no entries. Entries beyond the
/// shorter of the two slices, or beyond [`SOFTMAX_MAX`], are left alone. Shifting all potentials changes nothing.
///
/// ```
/// use spinedrift_core::numeric::softmax;
/// let mut weights = [0; 2];
/// assert_eq!(softmax(&[1 << 16, 1 << 16], &mut weights), 1 << 32);
/// assert_eq!(weights, [1 << 31; 2]);
/// ```
pub fn softmax(potentials: &[i32], weights: &mut [u32]) -> u64 {
    let top = potentials
        .iter()
        .take(SOFTMAX_MAX)
        .copied()
        .max()
        .unwrap_or(0);
    let mut total = 0_u64;
    for (u, weight) in potentials.iter().zip(weights.iter_mut()).take(SOFTMAX_MAX) {
        *weight = exp_neg(top.abs_diff(*u));
        total = total.wrapping_add(*weight as u64);
    }
    total
}

/// [`softmax`] where one buffer is enough: each entry is a potential (Q15.16, two's complement) and becomes its weight.
///
/// ```
/// use spinedrift_core::numeric::softmax_in_place;
/// let mut both = [-1_i32 as u32; 2];
/// assert_eq!(softmax_in_place(&mut both), 1 << 32);
/// assert_eq!(both, [1 << 31; 2]);
/// ```
pub fn softmax_in_place(entries: &mut [u32]) -> u64 {
    let potentials = entries.iter().take(SOFTMAX_MAX);
    let top = potentials.map(|u| *u as i32).max().unwrap_or(0);
    let mut total = 0_u64;
    for entry in entries.iter_mut().take(SOFTMAX_MAX) {
        *entry = exp_neg(top.abs_diff(*entry as i32));
        total = total.wrapping_add(*entry as u64);
    }
    total
}

/// Turns weights into probabilities in Q1.31, in place; they sum to 2³¹ within
/// [`super::bounds::SOFTMAX_SUM`], and never to more.
///
/// `total` is what [`softmax`] returned (at most 2³⁹); 0 leaves the weights alone.
///
/// ```
/// use spinedrift_core::numeric::{probabilities, softmax};
/// let mut p = [0; 4];
/// let total = softmax(&[0; 4], &mut p);
/// probabilities(&mut p, total);
/// assert!(p.iter().all(|&x| (1 << 29) - x < 4));
/// ```
pub fn probabilities(weights: &mut [u32], total: u64) {
    if total == 0 {
        return;
    }
    let zeros = total.leading_zeros();
    let mantissa = (total.wrapping_shl(zeros) >> 32) as u32;
    let inverse = reciprocal_normalised(mantissa) as u64; // 2^63/mantissa
    // total = mantissa·2^(32 − zeros); p·2^31 = w·2^31/total = (w·inverse)·2^(31 − 63 − 32 + zeros)
    let shift = 64_u32.wrapping_sub(zeros).min(63);
    for weight in weights.iter_mut() {
        *weight = ((*weight as u64).wrapping_mul(inverse) >> shift) as u32;
    }
}

/// Draws an index with probability `weights[k]/total` from one random word.
///
/// The word picks a point of `[0, total)`; probabilities are off by at most 2⁻³². Entries of weight 0 are never
/// drawn. Without any weight the answer is 0.
///
/// ```
/// use spinedrift_core::numeric::pick;
/// assert_eq!(pick(&[1, 0, 3], 4, 0), 0);
/// assert_eq!(pick(&[1, 0, 3], 4, 1 << 30), 2);
/// assert_eq!(pick(&[1, 0, 3], 4, u32::MAX), 2);
/// ```
#[must_use]
pub fn pick(weights: &[u32], total: u64, word: u32) -> usize {
    let high = (total >> 32).wrapping_mul(word as u64);
    let low = (total & u32::MAX as u64).wrapping_mul(word as u64) >> 32;
    let point = high.wrapping_add(low);
    let mut below = 0_u64;
    let mut last = 0;
    for (index, &weight) in weights.iter().enumerate() {
        below = below.wrapping_add(weight as u64);
        if weight > 0 {
            last = index;
        }
        if point < below {
            return index;
        }
    }
    last
}
