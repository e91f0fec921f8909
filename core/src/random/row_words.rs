//! The words of the lanes of a row: a linear congruential sequence from a word of the row's, and one product to hash each.
//!
//! For steps, which draw a word for every synapse in every tick: a scalar core needs four instructions for one (a hash by counter takes seven),
//! vector code three fewer, too. It passes from lane to lane by a product and a sum, to any lane likewise, and hides what that leaves
//! visible by xorshift, product, xorshift. A word of each lane is a permutation of the row's, hence uniform; how lanes hang together
//! was counted over all 2³² words of rows (`docs/numerics.md`). Rows, blocks and ticks are told apart by [`super::LaneKey`]. Source: the
//! family of O'Neill, "PCG: A Family of Simple Fast Space-Efficient Statistically Good Algorithms for Random Number Generation" (2014).

use crate::spike::{BLOCK_SLOTS, LANES};
use core::hint::black_box;

/// What one lane is multiplied by to pass to the next, and what is added.
const PASS: [u32; 2] = [747_796_405, 2_891_336_453];
/// What hashes.
const MIX: u32 = 0x7feb_352d;

/// The words of a row, lane after lane, of two lanes at once: j and half a block further.
#[derive(Clone, Copy, Debug)]
pub struct RowWords {
    states: [u32; 2],
    /// [`PASS`], unknown to the compiler: it would work out a pair of constants for each lane.
    pass: [u32; 2],
}

impl RowWords {
    /// From a word of the row's; begins at this lane.
    #[inline(always)]
    #[must_use]
    pub fn new(word: u32, lane: u32) -> Self {
        let pass = black_box(PASS);
        Self {
            states: [lane, lane.wrapping_add(BLOCK_SLOTS / 2)].map(|lane| state(word, lane)),
            pass,
        }
    }

    /// The words of the next two lanes.
    #[inline(always)]
    pub fn next_pair(&mut self) -> [u32; 2] {
        let (words, [factor, term]) = (self.states.map(hash), self.pass);
        self.states = self
            .states
            .map(|state| state.wrapping_mul(factor).wrapping_add(term));
        words
    }
}

/// The state of a lane.
#[inline(always)]
const fn state(word: u32, lane: u32) -> u32 {
    let [factor, term] = pass(lane);
    word.wrapping_mul(factor).wrapping_add(term)
}

/// Passes over so many lanes: what the state of the first is multiplied by, and what is added.
const fn pass(lanes: u32) -> [u32; 2] {
    let ([mut factor, mut term], mut lane) = ([1_u32, 0_u32], 0);
    while lane < lanes {
        term = term.wrapping_mul(PASS[0]).wrapping_add(PASS[1]);
        factor = factor.wrapping_mul(PASS[0]);
        lane = lane.wrapping_add(1);
    }
    [factor, term]
}

/// The passes from the first lane to each that is computed side by side with others: factors, then terms.
#[expect(
    clippy::indexing_slicing,
    reason = "every array has an entry for each lane of the loop"
)]
pub const PASSES: [[u32; LANES]; 2] = {
    let (mut passes, mut lane) = ([[0; LANES]; 2], 0);
    while lane < LANES {
        [passes[0][lane], passes[1][lane]] = pass(lane as u32);
        lane = lane.wrapping_add(1);
    }
    passes
};

/// The words of all lanes that are computed side by side, from the row's word, by [`PASSES`].
#[inline(always)]
#[must_use]
#[expect(
    clippy::indexing_slicing,
    reason = "every array has an entry for each lane of the loop"
)]
pub fn row_words_lanes(word: u32, [factors, terms]: &[[u32; LANES]; 2]) -> [u32; LANES] {
    let mut words = [0; LANES];
    for lane in 0..LANES {
        words[lane] = hash(word.wrapping_mul(factors[lane]).wrapping_add(terms[lane]));
    }
    words
}

#[inline(always)]
const fn hash(state: u32) -> u32 {
    let product = (state ^ state >> 16).wrapping_mul(MIX);
    product ^ product >> 16
}
