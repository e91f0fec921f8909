//! Two lanes a 64-bit word: how a block of 16 lanes is multiplied without being widened.
//!
//! A vector unit multiplies 32 × 32 to 64 bits in every other lane. Seen as pairs, a block gives its even lanes and its
//! odd lanes to one such product each, and nothing has to be moved to another register in between. A scalar core
//! computes the same two products. Not a general big number: a pair is two independent lanes.

use super::lanes::LANES;

/// Pairs of a block.
pub const PAIRS: usize = LANES / 2;

/// A block of lanes, two a word. Which of the two is the low half depends on the byte order of the machine, and no result
/// on that.
pub type Pairs = [u64; PAIRS];

/// The two products of a pair, not yet rounded.
#[derive(Clone, Copy, Debug)]
pub struct Products {
    low: i64,
    high: i64,
}

/// The lanes of a block as pairs.
#[must_use]
#[inline(always)]
pub fn pairs(lanes: &[u32; LANES]) -> Pairs {
    bytemuck::must_cast(*lanes)
}

/// The pairs of a block as lanes.
#[must_use]
#[inline(always)]
pub fn lanes(pairs: &Pairs) -> [u32; LANES] {
    bytemuck::must_cast(*pairs)
}

impl Products {
    /// Exact products of both lanes of a pair, taken as signed, with one factor.
    #[must_use]
    #[inline(always)]
    pub const fn new(pair: u64, factor: i32) -> Self {
        let factor = factor as i64;
        Self {
            low: (pair as i32 as i64).wrapping_mul(factor),
            high: (pair as i64 >> 32).wrapping_mul(factor),
        }
    }

    /// Sum, lane by lane; wraps.
    #[must_use]
    #[inline(always)]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            low: self.low.wrapping_add(other.low),
            high: self.high.wrapping_add(other.high),
        }
    }

    /// Difference, lane by lane; wraps.
    #[must_use]
    #[inline(always)]
    pub const fn minus(self, other: Self) -> Self {
        Self {
            low: self.low.wrapping_sub(other.low),
            high: self.high.wrapping_sub(other.high),
        }
    }

    /// Divides by 2³¹, rounds to the nearest integer (halves upwards) and keeps 32 bits: with Q1.31 factors, the pair in the
    /// format of its lanes. Error ≤ ½ ulp where the quotient fits 32 bits; else it wraps.
    #[must_use]
    #[inline(always)]
    pub const fn rounded(self, rounding: Rounding) -> u64 {
        const HIGH: u64 = 0xFFFF_FFFF << 32;
        let half = rounding.half;
        let (low, high) = (self.low.wrapping_add(half), self.high.wrapping_add(half));
        ((low as u64 >> 31) & !HIGH) | ((high as u64) << 1 & HIGH)
    }
}

/// The half that [`Products::rounded`] adds, as a number that the compiler doesn't know: from one that it knows, it would
/// work out that the factor can be doubled beforehand, and a doubled factor no longer fits a 32-bit product.
#[derive(Clone, Copy, Debug)]
pub struct Rounding {
    half: i64,
}

impl Rounding {
    /// To be made once, outside the loop.
    #[must_use]
    #[inline(always)]
    pub fn new() -> Self {
        Self {
            half: core::hint::black_box(1 << 30),
        }
    }
}

impl Default for Rounding {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
#[expect(
    clippy::arithmetic_side_effects,
    reason = "a test may overflow, and then fails"
)]
mod tests {
    use super::{Products, Rounding, lanes, pairs};
    use proptest::prelude::{any, proptest};

    /// ⌊x / 2³¹ + ½⌋, exactly.
    fn nearest(x: i128) -> u32 {
        ((x + (1 << 30)) >> 31) as u32
    }

    proptest! {
        #[test]
        fn both_lanes_are_rounded_products(a: u32, b: u32, p: i32, q: i32) {
            let mut block = [0; 16];
            block[..2].copy_from_slice(&[a, b]);
            let product = |lane: u32, factor: i32| i128::from(lane as i32) * i128::from(factor);
            let out = lanes(&pairs(&block).map(|pair| Products::new(pair, p).rounded(Rounding::new())));
            assert_eq!(out[0], nearest(product(a, p)));
            assert_eq!(out[1], nearest(product(b, p)));
            assert_eq!(out[2..], [0; 14]);
            // Halved, so that the sum of two products fits 64 bits.
            let (p, q) = (p / 2, q / 2);
            let both = |pair| Products::new(pair, p).plus(Products::new(pair, q)).rounded(Rounding::new());
            assert_eq!(lanes(&pairs(&block).map(both))[1], nearest(product(b, p) + product(b, q)));
            let less = |pair| Products::new(pair, p).minus(Products::new(pair, q)).rounded(Rounding::new());
            assert_eq!(lanes(&pairs(&block).map(less))[0], nearest(product(a, p) - product(a, q)));
        }

        #[test]
        fn pairs_and_lanes_are_the_same_words(block in any::<[u32; 16]>()) {
            assert_eq!(lanes(&pairs(&block)), block);
        }
    }
}
