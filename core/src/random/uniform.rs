//! Variates with a closed form: Bernoulli, exponential, waiting times, Poisson counts.

use super::stream::Stream;
use crate::numeric::{exp_neg, log2, mul_hi_unsigned};

/// True with probability `p/2³²` (Q0.32): exact, one comparison. Probability 1 cannot be written; that is no draw.
#[must_use]
#[inline]
pub const fn bernoulli(word: u32, p: u32) -> bool {
    word < p
}

/// Exponential variate of mean 1, `−ln((word + 1)/2³²)`, in Q5.27; from 0 to 22.2.
#[must_use]
pub fn exponential(word: u32) -> u32 {
    let Some(x) = word.checked_add(1) else {
        return 0;
    };
    // log2 takes Q16.16: log2(x/2^16) = log2(x) − 16; we want 32 − log2(x) = 16 − log2(x/2^16).
    let bits = (16_i32 << 26).wrapping_sub(log2(x)) as u32; // Q6.26
    mul_hi_unsigned(bits, 2_977_044_472) << 1
}

/// Ticks to the next event of a process with constant hazard: `1 + ⌊E·inv_hazard⌋`, `E` exponential of mean 1.
///
/// `inv_hazard` is the mean waiting time in ticks, Q32.16. Geometric with p = 1 − e^(−hazard); [`u32::MAX`] if longer.
#[must_use]
pub fn ticks_until(word: u32, inv_hazard: u64) -> u32 {
    let e = exponential(word) as u64; // Q27
    let low = (inv_hazard & 0xffff_ffff).wrapping_mul(e) >> 32;
    let high = (inv_hazard >> 32).wrapping_mul(e); // below 2^48
    let product = high.wrapping_add(low) >> 11; // Q43 → whole
    product.saturating_add(1).min(u32::MAX as u64) as u32
}

/// Poisson count with mean up to 16 a draw (Q16.16), by inversion; larger means are cut in parts of at most 8.
#[must_use]
pub fn poisson(stream: &mut Stream, mean: u32) -> u32 {
    const PART: u32 = 8 << 16;
    let mut rest = mean;
    let mut count = 0_u32;
    while rest > PART {
        count = count.saturating_add(poisson_small(stream.next_u32(), PART));
        rest = rest.wrapping_sub(PART);
    }
    count.saturating_add(poisson_small(stream.next_u32(), rest))
}

/// Poisson count by inversion, for means up to 8 (Q16.16).
fn poisson_small(word: u32, mean: u32) -> u32 {
    let mut term = exp_neg(mean) as u64; // Q31
    let mut below = term;
    let point = (word >> 1) as u64;
    let mut count = 0_u32;
    while point >= below && count < 64 {
        count = count.wrapping_add(1);
        term = (term.wrapping_mul(mean as u64) >> 16)
            .checked_div(count as u64)
            .unwrap_or(0);
        below = below.wrapping_add(term);
    }
    count
}
