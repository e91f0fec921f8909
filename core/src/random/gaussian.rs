//! Gaussian variates from one random word each.

use super::gaussian_table::TABLE;
use crate::numeric::mul_hi;

/// Standard normal variate in Q3.28 from a random word: inverse distribution function, antisymmetric in the word
/// (`gaussian(!w) == -gaussian(w)`, so the mean is 0 exactly), reaching 6.34σ. Rises with the word taken as `i32`, but for
/// falls of one last place where rounding meets rounding.
///
/// A parabola in each of 8 pieces an octave of the tail, exact in the mean of the piece and to 2⁻²³ at its ends, where it
/// meets its neighbours: 1.3e−5 off at most, and the distribution function nowhere by more than 4.2e−6. A table of 2 KB;
/// cost: one `CLZ`, one load of two words and two `SMULL`. Moments over all words, 2³⁰ draws against the law, and the
/// error of the tails stand in `docs/numerics.md`.
#[must_use]
#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "the lane loops of its callers are to hold it"
)]
pub const fn gaussian(word: u32) -> i32 {
    let (piece, x) = find(word);
    curve(look_up(piece), x, word)
}

/// [`gaussian`] for those who draw few: where code is scarce it stands once for all of them.
#[must_use]
#[cfg_attr(not(feature = "compact"), inline(always))]
#[cfg_attr(feature = "compact", inline(never))]
pub const fn gaussian_apart(word: u32) -> i32 {
    gaussian(word)
}

/// [`gaussian`] in each lane. In three loops, of which only the middle one can't be done side by side: the table.
#[must_use]
#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "vectorises only when inlined into the lane loop"
)]
#[expect(
    clippy::indexing_slicing,
    reason = "every array has an entry for each lane"
)]
pub fn gaussian_lanes<const N: usize>(words: &[u32; N]) -> [i32; N] {
    let (mut pieces, mut xs) = ([0; N], [0; N]);
    for lane in 0..N {
        (pieces[lane], xs[lane]) = find(words[lane]);
    }
    let (mut middles, mut shapes) = ([0; N], [0; N]);
    for lane in 0..N {
        [middles[lane], shapes[lane]] = look_up(pieces[lane]);
    }
    let mut values = [0; N];
    for lane in 0..N {
        values[lane] = curve([middles[lane], shapes[lane]], xs[lane], words[lane]);
    }
    values
}

/// The sign of a word, −1 or 0.
#[inline(always)]
const fn sign(word: u32) -> i32 {
    (word as i32) >> 31
}

/// The piece of a word, and where in it: −½ … ½, Q0.32.
#[inline(always)]
const fn find(word: u32) -> (u32, i32) {
    let tail = word ^ sign(word) as u32 ^ 0x7fff_ffff; // 31 bits, distance from the end
    let octave = tail.leading_zeros(); // 1 … 32
    let mantissa = tail.wrapping_shl(octave);
    let piece = octave.wrapping_mul(8).wrapping_add(mantissa >> 28 & 7);
    (piece, (mantissa << 4 ^ 1 << 31) as i32)
}

#[inline(always)]
#[expect(
    clippy::indexing_slicing,
    reason = "the index is taken modulo the table's 256 entries"
)]
const fn look_up(piece: u32) -> [u32; 2] {
    TABLE[(piece & 255) as usize]
}

/// The value there.
#[inline(always)]
const fn curve([middle, shape]: [u32; 2], x: i32, word: u32) -> i32 {
    let (slope, bulge) = (shape as i32 >> 6, ((shape & 0xfff) << 8) as i32);
    let steep = slope.wrapping_add(mul_hi(bulge, x));
    let z = (middle as i32).wrapping_add(mul_hi(steep, x));
    (z ^ sign(word)).wrapping_sub(sign(word))
}

#[cfg(test)]
#[expect(
    clippy::float_arithmetic,
    reason = "the reference is computed in floats"
)]
mod tests {
    extern crate std;
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

    /// Density of the normal law.
    fn density(z: f64) -> f64 {
        libm::exp(-z * z / 2.0) / std::f64::consts::TAU.sqrt()
    }

    #[test]
    fn the_table_is_the_inverse_of_the_distribution() {
        let mut end = 0.0; // of the piece further out, in steps of 2⁻²⁸
        for octave in 1..32_usize {
            for k in (0..8_usize).rev() {
                let [middle, shape] = TABLE.get(octave * 8 + k).copied().unwrap();
                let (middle, shape) = (f64::from(middle as i32), shape as i32);
                let (slope, bulge) = (f64::from(shape >> 6), f64::from((shape & 0xfff) << 8));
                // A word stands for the middle of its interval: `tail` words from the end, (tail + ½)/2³² of the law.
                let share = |k: usize| {
                    let tail = (8 + k) as f64 * (28.0 - octave as f64).exp2();
                    ((tail + 0.5) / 32_f64.exp2()).min(0.5)
                };
                let [outer, inner] = [share(k), share(k + 1)].map(quantile);
                let mean = (density(inner) - density(outer)) / (share(k + 1) - share(k));
                let one = 28_f64.exp2();
                let at = |x: f64| middle + slope * x + bulge * x * x;
                let place = std::format!("octave {octave}, piece {k}");
                assert!((at(-0.5) - outer * one).abs() < 40.0, "{place}: outer end");
                assert!(
                    (at(0.5) - end).abs() < 2.0,
                    "{place}: a gap to its neighbour"
                );
                // Half a unit of the bulge, and what the ends are off.
                let found = middle + bulge / 12.0;
                assert!((found - mean * one).abs() < 64.0, "{place}: mean");
                end = at(-0.5);
            }
        }
        let last = f64::from(TABLE.first().unwrap()[0] as i32) / 28_f64.exp2();
        assert!((last - quantile(0.5 / 32_f64.exp2())).abs() < 1e-8);
    }
}
