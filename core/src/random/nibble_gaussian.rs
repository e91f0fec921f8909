//! Gaussian variates from sums of half bytes: sixteen side by side, in arithmetic of 16 bits, with no table to look up.
//!
//! Four half bytes and twelve more bits, which tell where between two of their sums a variate lies, make a sum of five uniform
//! variates of equal width: nearly normal already. A polynomial of three terms bends it to the inverse of the normal distribution
//! function, up to 3.4σ. It is that of a σ which is not 1, so that nothing is left to multiply, and even in the sum, so that the product with
//! the sum is odd to the last bit. A scalar core computes a lane in some fifteen instructions.

use super::gaussian::gaussian_apart;
use super::lane_key::LaneKey;
use crate::numeric::mul_hi;
use crate::spike::{BLOCK, LANES};

/// Words that hold a number of 16 bits for each lane of a block.
const HALF: usize = BLOCK / 2;
/// Half bytes in each of two bytes.
const NIBBLES: u16 = 0x0f0f;
/// 2 + 512: the sum in the lower byte counts by 514, that in the upper one, of which 16 bits lose 2, by 512.
const WEIGHT: i16 = 514;
/// The lowest bit of a place that counts, in both halves.
const ODD: u32 = 0x0008_0008;
/// Sums of which the polynomial makes a variate are below this size: 3.44σ.
const WITHIN: i16 = 1 << 14;
/// Sums of this size and beyond on one side, of 2³².
const BEYOND: u32 = 1_074_528;

/// Coefficients, Q3.28, of x, x³, x⁵ in σ, where x is the sum by 2¹⁵: fitted to the inverse distribution function at the middle of each
/// value of the sum, weighted by its density, with second and fourth moment held at 1 and 3.
const FIT: [i64; 3] = [1_615_008_859, 454_411_974, 1_887_668_463];
/// How much more x weighs in the variance than x³.
const WEIGHED: i64 = 14;
/// What the roundings of the polynomial take away from the first coefficient, and half a place, Q16.47.
const ROUNDED: i64 = (11 << 47) / 10;

/// The polynomial of a σ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Curve {
    /// In upper halves: what products of halves are added to.
    first: i32,
    third: i32,
    fifth: i16,
    /// [`WEIGHT`], unknown to the compiler: it would rather shift and add than multiply.
    weight: i16,
    sigma: i32,
}

impl Curve {
    /// The one whose σ is `sigma`/16. None unless 2³⁰ ≤ `sigma` < 2³¹.
    #[must_use]
    pub const fn new(sigma: u32) -> Option<Self> {
        if sigma >> 30 != 1 {
            return None;
        }
        let [first, third, fifth] = FIT;
        let (sigma, half) = (sigma as i64, 1 << 46);
        let exact = sigma.wrapping_mul(first).wrapping_add(ROUNDED);
        // What is rounded off the first is made up by the second: the variance is right within 1e-5 for every σ.
        let rest = (exact & 0x7fff_ffff_ffff).wrapping_sub(half);
        let third = sigma
            .wrapping_mul(third)
            .wrapping_add(half)
            .wrapping_add(rest.wrapping_mul(WEIGHED));
        let fifth = sigma.wrapping_mul(fifth).wrapping_add(half);
        Some(Self {
            first: (exact >> 47 << 16) as i32,
            third: (third >> 47 << 16) as i32,
            fifth: (fifth >> 47) as i16,
            weight: WEIGHT,
            sigma: (sigma >> 4) as i32,
        })
    }

    /// The coefficients, as vector code wants them: for each lane.
    #[inline(always)]
    #[must_use]
    pub fn lanes(&self) -> Lanes {
        let [first, third] = [self.first, self.third].map(|each| (each >> 16) as i16);
        [first, third, self.fifth].map(|each| [each; LANES])
    }

    /// Two lanes of [`nibble_gaussian_lanes`], j and 8 + j, from words j and 8 + j: for a core without vectors, and for tails.
    #[cfg_attr(not(feature = "compact"), inline(never))]
    #[must_use]
    pub fn pair(&self, [counted, places]: [u32; 2]) -> [i32; 2] {
        let [low, high] = self.sums(halves([counted, places]));
        let low = self.alone(low, counted << 16 | places & 0xffff);
        let high = self.alone(high, counted & 0xffff_0000 | places >> 16);
        [low, high]
    }

    /// Puts the tails among what [`nibble_gaussian_lanes`] made of these words, where it says that there is one.
    #[cold]
    #[inline(never)]
    pub fn put_tails(&self, normal: &mut [i32; BLOCK], words: &[u32; BLOCK]) {
        let (low, high) = normal.split_at_mut(HALF);
        let (counted, places) = words.split_at(HALF);
        let words = counted.iter().zip(places);
        for ((low, high), (counted, places)) in low.iter_mut().zip(high).zip(words) {
            let words = [*counted, *places];
            let (_, size) = self.inner_pair(halves(words), 0);
            if size >> 28 != 0 {
                [*low, *high] = self.pair(words);
            }
        }
    }

    /// The same of [`halves`], each with `more` added, unless one of them is a tail: then one of the upper four bits of the number beside them
    /// is set.
    #[inline(always)]
    #[must_use]
    pub fn inner_pair(&self, halves: [u32; 2], more: i32) -> ([i32; 2], u32) {
        let [low, high] = self.sums(halves);
        let (low, high) = (self.inner(low, more), self.inner(high, more));
        ([low.0, high.0], low.1 | high.1)
    }

    /// The sums of two lanes.
    #[inline(always)]
    const fn sums(&self, [nibbles, places]: [u32; 2]) -> [i16; 2] {
        // What the lower half borrowed from the upper one is given back.
        let upper = nibbles.wrapping_add(1 << 15) >> 16;
        [
            sum(nibbles as i16, places as i16, self.weight),
            sum(upper as i16, (places >> 16) as i16, self.weight),
        ]
    }

    /// The variate of a sum below [`WITHIN`], with what is added to it, and the sum's square.
    #[inline(always)]
    fn inner(&self, sum: i16, more: i32) -> (i32, u32) {
        // The sums of the polynomial take and leave the upper half, as `SMLATB` does; nothing saturates.
        let sum = i32::from(sum);
        let square = sum.wrapping_mul(sum);
        let fourfold = square << 2 >> 16;
        let even = fourfold.wrapping_mul(i32::from(self.fifth));
        let even = even.wrapping_add(self.third) >> 16;
        let even = fourfold.wrapping_mul(even).wrapping_add(self.first) >> 16;
        let value = sum.wrapping_mul(even).wrapping_add(more);
        (value, square as u32)
    }

    /// The variate of any sum; `word` has the half bytes and the place that it is of.
    #[cfg_attr(feature = "compact", inline(never))]
    fn alone(&self, sum: i16, word: u32) -> i32 {
        if sum.unsigned_abs() < WITHIN.unsigned_abs() {
            return self.inner(sum, 0).0;
        }
        // Beyond: `gaussian`'s, at a place in its tail that hashes the word.
        let sign = (sum >> 15) as i32;
        let hash = LaneKey::default().word(word ^ sign as u32);
        let from_end = (u64::from(hash).wrapping_mul(u64::from(BEYOND)) >> 32) as u32;
        let normal = gaussian_apart(0x7fff_ffff ^ from_end);
        let size = mul_hi(normal, self.sigma).wrapping_shl(4);
        (size ^ sign).wrapping_sub(sign)
    }
}

/// Of two words what makes the sums of two lanes: in either half of the first two half bytes, less 15, in each byte; in those of the second the
/// place. Apart, so that a scalar core can do with its registers.
#[inline(always)]
#[must_use]
pub const fn halves([counted, places]: [u32; 2]) -> [u32; 2] {
    const EACH: u32 = NIBBLES as u32 * 0x0001_0001;
    let nibbles = (counted & EACH).wrapping_sub(!(counted >> 4) & EACH);
    [nibbles, places | ODD]
}

/// Coefficients for each lane that is computed side by side with others, unknown to the compiler: if it knew what range a product
/// has, it would go on in 32 bits, at four times the cost.
pub type Lanes = [[i16; LANES]; 3];

/// High half of the product of two numbers of 16 bits.
#[inline(always)]
const fn high(a: i16, b: i16) -> i16 {
    ((a as i32).wrapping_mul(b as i32) >> 16) as i16
}

/// The sum of `nibbles`, two less 15 in each byte, and of the upper bits of a place, of which the lowest is set: odd, and of opposite
/// other bits the opposite.
#[inline(always)]
const fn sum(nibbles: i16, place: i16, weight: i16) -> i16 {
    nibbles.wrapping_mul(weight).wrapping_add(place >> 3)
}

/// Whether a sum is [`WITHIN`] or beyond: its upper two bits differ.
#[inline(always)]
const fn tail(sum: i16) -> bool {
    sum ^ sum.wrapping_add(sum) < 0
}

/// x² of a sum, Q0.16; of all sums that are [`WITHIN`] or beyond the same.
#[inline(always)]
const fn square(sum: i16) -> i16 {
    let twice = sum.saturating_add(sum);
    high(twice, twice)
}

/// Sixteen normal variates from sixteen words. Lanes j and 8 + j share the halves of words j (half bytes) and 8 + j (the place).
/// And whether a lane is beyond ±3.44σ, as one in 1,999 is: then it is [`Curve::put_tails`]' to make them whole.
///
/// Antisymmetric (the complements of all words give the negative variates, so the mean is 0 exactly), variance right to 10⁻⁵,
/// kurtosis 3 to 3·10⁻⁴; the distribution function is nowhere off by more than 4·10⁻⁴. All 2³² cases: `docs/numerics.md`. Source: the sum of
/// uniform variates with a correction as Cornish and Fisher's, fitted.
#[inline(always)]
#[must_use]
#[expect(
    clippy::indexing_slicing,
    reason = "every array has an entry for each lane of the loop"
)]
pub fn nibble_gaussian_lanes(words: &[u32; BLOCK], curve: &Lanes) -> ([i32; BLOCK], bool) {
    let ([counted, places], _) = words.as_chunks::<HALF>() else {
        return Default::default();
    };
    // As lanes of 16 bits, and back: which half comes first depends on the machine, the result doesn't.
    let counted: [u16; BLOCK] = bytemuck::must_cast(*counted);
    let places: [u16; BLOCK] = bytemuck::must_cast(*places);
    let [first, third, fifth] = curve;
    let (mut sums, mut evens, mut outer) = ([0_i16; BLOCK], [0_i16; BLOCK], false);
    // Nothing saturates, but a saturating sum keeps the compiler from merging it with the products around it in 32 bits.
    for lane in 0..LANES {
        let nibbles = (counted[lane] & NIBBLES).wrapping_sub(!(counted[lane] >> 4) & NIBBLES);
        let sum = sum(nibbles as i16, (places[lane] | ODD as u16) as i16, WEIGHT);
        let square = square(sum);
        let even = high(square, fifth[lane]).saturating_add(third[lane]);
        evens[lane] = high(square, even).saturating_add(first[lane]);
        sums[lane] = sum;
        outer |= tail(sum);
    }
    let sums: [u32; HALF] = bytemuck::must_cast(sums);
    let evens: [u32; HALF] = bytemuck::must_cast(evens);
    let mut normal = [0; BLOCK];
    let (low, high) = normal.split_at_mut(HALF);
    for lane in 0..HALF {
        let (sum, even) = (sums[lane] as i32, evens[lane] as i32);
        low[lane] = (sum << 16 >> 16).wrapping_mul(even << 16 >> 16);
        high[lane] = (sum >> 16).wrapping_mul(even >> 16);
    }
    (normal, outer)
}

#[cfg(test)]
mod tests {
    use super::{BEYOND, WEIGHT, WITHIN, sum, tail};

    #[test]
    fn as_many_sums_lie_beyond_as_the_tail_says() {
        let mut beyond = 0_u32;
        for counted in 0..1_u32 << 16 {
            let nibbles = ((counted & 0x0f0f) + (counted >> 4 & 0x0f0f)) as i16 - 0x0f0f;
            for place in (0..1_u32 << 16).step_by(16) {
                let sum = sum(nibbles, (place | 8) as i16, WEIGHT);
                assert_eq!(sum & 1, 1);
                assert_eq!(sum.abs() >= WITHIN, tail(sum));
                beyond += u32::from(sum.abs() >= WITHIN);
            }
        }
        assert_eq!(beyond * 16, 2 * BEYOND);
    }
}
