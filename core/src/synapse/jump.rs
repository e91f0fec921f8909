//! The transition of θ over any number of ticks under a Gaussian prior: an Ornstein–Uhlenbeck process.
//!
//! θ(t+Δ) = θ + (μ − θ) q + σ ξ with q = 1 − e^(−λΔ), σ² = T σ_p² (1 − e^(−2λΔ)), λ = b/σ_p². The host tabulates (q, σ)
//! for Δ = 0…255 and for Δ = 256 j, j = 0…15; a longer wait is two jumps with independent noise, which is exact in law,
//! where one interpolated jump would not be. Every-tick integration is the same with the Euler–Maruyama step
//! q = λ, σ² = 2 T b in the entry of Δ = 1; without a prior q = 0.
//!
//! Numbers are floating: a mantissa of 26 bits below 2^31 and a 5-bit right shift, so that a drift of 1e−7 a tick keeps
//! 26 significant bits. The drift is rounded stochastically: it survives in the mean however small it is.

use crate::numeric::mul_hi;

/// Waits shorter than this take one jump.
pub const SHORT_TICKS: u32 = 256;

/// Longest wait that the tables cover: every row is visited at least so often.
pub const LONG_TICKS: u32 = 4096;

/// Words of a jump table: (q, σ) for 256 short and 16 long waits.
pub const TABLE_WORDS: usize = 2 * (SHORT_TICKS as usize + (LONG_TICKS / SHORT_TICKS) as usize);

/// One (q, σ) pair as stored.
pub type Entry = [u32; 2];

/// A jump table.
#[derive(Clone, Copy, Debug)]
pub struct JumpTable<'a> {
    short: &'a [Entry; SHORT_TICKS as usize],
    long: &'a [Entry; (LONG_TICKS / SHORT_TICKS) as usize],
}

impl<'a> JumpTable<'a> {
    /// Over the words of a table.
    #[inline(always)]
    #[must_use]
    pub fn new(words: &'a [u32]) -> Option<Self> {
        let (pairs, _) = words.get(..TABLE_WORDS)?.as_chunks::<2>();
        let (short, long) = pairs.split_first_chunk()?;
        Some(Self {
            short,
            long: long.first_chunk()?,
        })
    }

    /// Entry of a wait below [`SHORT_TICKS`]; higher bits of `wait` are ignored.
    #[inline(always)]
    #[must_use]
    #[expect(
        clippy::indexing_slicing,
        reason = "the index is masked to the array's 256 entries"
    )]
    pub const fn short(&self, wait: u32) -> Entry {
        self.short[(wait & 255) as usize]
    }

    /// Entry of the part of a wait that is a multiple of [`SHORT_TICKS`].
    #[inline(always)]
    #[must_use]
    #[expect(
        clippy::indexing_slicing,
        reason = "the index is masked to the array's 16 entries"
    )]
    pub const fn long(&self, wait: u32) -> Entry {
        self.long[((wait >> 8) & 15) as usize]
    }
}

/// Mask of an entry's shift; the rest of the word is the mantissa.
const SHIFT: u32 = 31;

/// θ after a jump. `theta` and `mean` are Q3.28 within ±6.25, `gauss` a standard normal in Q3.28, `dither` a random
/// word. The host keeps q < 1/8 and σ < 1/4 in every entry, so that |θ'| < 6.25 + 1.6 and nothing wraps.
///
/// Error: the drift is exact to 2^−26 of itself and unbiased; the noise to 2^−26 of itself and half a step of 2^−28.
#[inline(always)]
#[must_use]
pub const fn jump(theta: i32, mean: i32, entry: Entry, gauss: i32, dither: u32) -> i32 {
    let [q, sigma] = entry;
    theta
        .wrapping_add(drift(theta, mean, q, dither))
        .wrapping_add(noise(sigma, gauss))
}

/// What [`jump`] adds towards the mean, for an entry's q.
#[inline(always)]
#[must_use]
const fn drift(theta: i32, mean: i32, q: u32, dither: u32) -> i32 {
    // Halves, since μ − θ may need one bit more than Q3.28 has.
    let distance = (mean >> 1).wrapping_sub(theta >> 1);
    let shift = q & SHIFT;
    // The top `shift` bits of the dither, shifted in two steps because a shift by 32 is none.
    let fraction = (dither >> 1) >> (31_u32.wrapping_sub(shift));
    mul_hi(distance, (q & !SHIFT) as i32).wrapping_add(fraction as i32) >> shift
}

/// What [`jump`] adds by chance, for an entry's σ.
#[inline(always)]
#[must_use]
const fn noise(sigma: u32, gauss: i32) -> i32 {
    let shift = sigma & SHIFT;
    let half = (1_i32.wrapping_shl(shift)) >> 1;
    mul_hi(gauss, (sigma & !SHIFT) as i32).wrapping_add(half) >> shift
}

#[cfg(test)]
pub(super) mod tests {
    extern crate std;
    use super::{Entry, JumpTable, TABLE_WORDS, jump};

    /// The floating form of a positive number: mantissa in [2^30, 2^31), with the scale of an entry's field.
    pub(in crate::synapse) fn floating(value: f64, scale: i32) -> u32 {
        let shift = (30.0 - (value * 2f64.powi(scale)).log2().floor()) as u32;
        assert!(shift < 32);
        (((value * 2f64.powi(scale + shift as i32)) as u32) & !31) | shift
    }

    pub(in crate::synapse) fn entry(q: f64, sigma: f64) -> Entry {
        [floating(q, 33), floating(sigma, 32)]
    }

    const ONE: i32 = 1 << 28;

    #[test]
    fn drift_and_noise_have_their_size() {
        let moved = jump(2 * ONE, ONE / 2, entry(0.1, 0.2), ONE, 0) - 2 * ONE;
        assert!((f64::from(moved) / f64::from(ONE) - (-0.15 + 0.2)).abs() < 1e-7);
    }

    #[test]
    fn no_wait_moves_nothing() {
        for (gauss, dither) in [(i32::MAX, u32::MAX), (i32::MIN, 0), (0, u32::MAX)] {
            assert_eq!(jump(12345, -777, [0, 0], gauss, dither), 12345);
        }
    }

    #[test]
    fn a_drift_below_one_step_survives_in_the_mean() {
        // 1e−9 of a distance of 1: 0.27 steps of 2^−28. Round-to-nearest would never move.
        let slow = [floating(1e-9, 33), 0];
        let count = 1 << 16;
        let total: i64 = (0..count)
            .map(|i: u32| i64::from(jump(0, ONE, slow, 0, i << 16)))
            .sum();
        let mean = total as f64 / f64::from(count);
        assert!((mean - 0.268_435_456).abs() < 1e-3, "{mean}");
        let nearest = (1e-9 * f64::from(ONE)).round() as i64;
        assert_eq!(nearest, 0, "round-to-nearest loses it");
    }

    #[test]
    fn a_table_answers_by_short_and_long_wait() {
        let words: std::vec::Vec<u32> = (0..TABLE_WORDS as u32).collect();
        let table = JumpTable::new(&words).expect("long enough");
        assert_eq!(table.short(5 + 256 * 3), [10, 11]);
        assert_eq!(table.long(5 + 256 * 3), [512 + 6, 512 + 7]);
        assert!(JumpTable::new(&words[1..]).is_none());
    }
}
