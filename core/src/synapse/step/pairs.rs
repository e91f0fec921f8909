//! A step on a core without vectors: two lanes after two others.

use super::{Marks, Step, away};
use crate::random::{RowWords, halves};
use crate::spike::BLOCK;
use core::hint::black_box;
use core::sync::atomic::{Ordering, compiler_fence};

/// Words, their [`halves`], or noise, of lanes j and 8 + j.
type Pair = [u32; 2];

/// Between two pairs of a loop that the compiler writes out: the registers don't do for both at once.
#[inline(always)]
fn one_by_one() {
    // It writes none out where code is scarce, and older cores would call a function.
    if cfg!(not(feature = "compact")) {
        compiler_fence(Ordering::SeqCst);
    }
}

impl Step {
    /// One lane after the other: words, variates, then θ. Thirteen registers don't hold the constants of all three.
    #[inline(never)]
    pub(super) fn take_pairs(&self, theta: &mut [u32; BLOCK], word: u32) -> Marks {
        if cfg!(feature = "compact") {
            return self.move_pairs(theta, &mut self.shake_words(word));
        }
        let mut pairs = Self::draw_pairs(word);
        // As if they were any pairs: one pointer instead of an address to be worked out for each access.
        let pairs = black_box(&mut pairs);
        if self.shake_pairs(pairs) >> 28 != 0 {
            *pairs = self.shake_tails(word);
        }
        self.move_pairs(theta, pairs)
    }

    /// The [`halves`] of the words of a row's lanes.
    #[inline(always)]
    fn draw_pairs(word: u32) -> [Pair; BLOCK / 2] {
        let mut words = RowWords::new(word, 0);
        [(); BLOCK / 2].map(|()| halves(words.next_pair()))
    }

    /// Turns halves into noise. Returns the bits of all the squares that [`Curve::inner_pair`] tells.
    #[inline(always)]
    fn shake_pairs(&self, pairs: &mut [Pair; BLOCK / 2]) -> u32 {
        let mut largest = 0;
        for pair in pairs {
            let (noise, size) = self.curve.inner_pair(*pair, self.more(pair[1]));
            *pair = noise.map(|noise| noise as u32);
            largest |= size;
            one_by_one();
        }
        largest
    }

    /// The noise of a row of which a lane is a tail. Its words anew, since keeping them would cost all others.
    #[cold]
    #[inline(never)]
    fn shake_tails(&self, word: u32) -> [Pair; BLOCK / 2] {
        self.shake_words(word)
    }

    /// The noise of a row, whatever it is.
    #[inline(always)]
    fn shake_words(&self, word: u32) -> [Pair; BLOCK / 2] {
        let mut words = RowWords::new(word, 0);
        [(); BLOCK / 2].map(|()| self.shake_pair(words.next_pair()))
    }

    /// The noise of two lanes by their words.
    #[cfg_attr(feature = "compact", inline(never))]
    fn shake_pair(&self, words: Pair) -> Pair {
        let more = self.more(words[1]);
        self.curve
            .pair(words)
            .map(|normal| normal.wrapping_add(more) as u32)
    }

    /// [`Step::move_by`], one lane after the other. Leaves in `pairs` what θ was.
    #[inline(always)]
    pub(super) fn move_pairs(
        &self,
        theta: &mut [u32; BLOCK],
        pairs: &mut [Pair; BLOCK / 2],
    ) -> Marks {
        let mut furthest = &mut 0;
        if cfg!(not(feature = "compact")) {
            // Not in a register: the compiler would work it out for all pairs at the end, with more registers than there are.
            furthest = black_box(furthest);
        }
        let (low, high) = theta.split_at_mut(BLOCK / 2);
        for ((low, high), pair) in low.iter_mut().zip(high).zip(pairs.iter_mut()) {
            *furthest |= self.move_pair([low, high], pair);
            one_by_one();
        }
        // All at once, since it is a power of two.
        if *furthest >= self.near {
            self.mark_pairs(theta, pairs)
        } else {
            Marks::default()
        }
    }

    /// Moves two lanes by their noise, in whose place it leaves what θ was. How far from 0 they still are on their sides: no bit of either is missing.
    #[inline(always)]
    fn move_pair(&self, theta: [&mut u32; 2], pair: &mut Pair) -> u32 {
        let [low, high] = theta;
        let from = [*low, *high];
        let (first, second) = (
            self.move_alone(from[0] as i32, pair[0] as i32),
            self.move_alone(from[1] as i32, pair[1] as i32),
        );
        (*low, *high, *pair) = (first.0, second.0, from);
        first.1 | second.1
    }

    /// θ of a lane, and how far from 0 it still is on its side.
    #[inline(always)]
    const fn move_alone(&self, from: i32, noise: i32) -> (u32, u32) {
        let moved = noise.wrapping_add(self.drift_alone(from));
        let moved = moved.wrapping_shr(self.shift);
        (from.wrapping_add(moved) as u32, away(from, moved))
    }

    /// Holds θ within its bounds and marks what lanes have to tell that were at `from`.
    #[cold]
    #[inline(never)]
    fn mark_pairs(&self, theta: &mut [u32; BLOCK], from: &[Pair; BLOCK / 2]) -> Marks {
        let mut marks = 0_u32;
        let (low, high) = theta.split_at_mut(BLOCK / 2);
        for (lane, ((low, high), from)) in (0..).zip(low.iter_mut().zip(high).zip(from)) {
            let mark = |theta: &mut u32, from: u32| {
                let value = *theta as i32;
                let stays = value.max(self.low).min(self.high);
                *theta = stays as u32;
                u32::from((from as i32 > 0) != (stays > 0)) | u32::from(value != stays) << 16
            };
            let both = mark(low, from[0]) | mark(high, from[1]) << 8;
            marks |= both.wrapping_shl(lane);
        }
        Marks(marks)
    }

    /// [`Step::drift`] as `SMLAWT` does it, shift and sum included.
    #[inline(always)]
    const fn drift_alone(&self, theta: i32) -> i32 {
        let product = (self.wide_pull as i64).wrapping_mul((theta >> 16) as i64);
        (product >> 16) as i32
    }
}
