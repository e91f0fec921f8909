//! Random streams that belong to the model: keyed by what is drawn, never by the core that draws it.
//!
//! The generator is xoshiro128++ (Blackman and Vigna 2021) from `rand_xoshiro`; ours are only the keying and the
//! widening to sixteen lanes. Not for secrets.

use crate::numeric::{LANES, Words};
use rand_xoshiro::Xoshiro128PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

/// 2³²/φ: steps between lanes, and between the words of a key.
pub(super) const GOLDEN: u32 = 0x9e37_79b9;
/// Multipliers of Wellons' `lowbias32` hash.
const MIX: [u32; 2] = [0x7feb_352d, 0x846c_a68b];

/// A stream of random words that depends on (seed, domain, a, b, tick) and on nothing else.
///
/// `domain` tells populations and projections apart; `a` and `b` are for instance the presynaptic neuron and the
/// block of postsynaptic neurons. For a given seed, distinct keys always give distinct generator states.
///
/// ```
/// use spinedrift_core::random::Stream;
/// let mut stream = Stream::new(1, 2, 3, 4, 5);
/// let mut same = Stream::new(1, 2, 3, 4, 5);
/// assert_eq!(stream.next_u32(), same.next_u32());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stream(Xoshiro128PlusPlus);

impl Stream {
    /// The stream of this key, at its start. About 30 ARM instructions.
    #[must_use]
    #[cfg_attr(not(feature = "compact"), inline)]
    #[cfg_attr(feature = "compact", inline(never))]
    pub fn new(seed: u64, domain: u32, a: u32, b: u32, tick: u32) -> Self {
        Self(Xoshiro128PlusPlus::from_seed(bytes(mix(
            seed,
            [domain, a, b, tick],
        ))))
    }

    /// The first two words of streams whose keys follow each other in `a`; their tick is 0. Side by side, hence xoshiro128++
    /// written out.
    #[inline(always)]
    #[must_use]
    #[expect(
        clippy::inline_always,
        reason = "vectorises only when inlined into the lane loop"
    )]
    pub(super) fn first_words<const N: usize>(
        seed: u64,
        domain: u32,
        a: u32,
        b: u32,
    ) -> [[u32; N]; 2] {
        let (mut firsts, mut seconds) = ([0; N], [0; N]);
        let mut none = false;
        for (number, (first, second)) in (0..).zip(firsts.iter_mut().zip(&mut seconds)) {
            let [s0, s1, s2, s3] = mix(seed, [domain, a.wrapping_add(number), b, 0]);
            none |= s0 | s1 | s2 | s3 == 0;
            *first = plus_plus(s0, s3);
            // A step of the state, of which only the first and the last word show in the next output.
            let last = s3 ^ s1;
            *second = plus_plus(s0 ^ last, last.rotate_left(11));
        }
        if none {
            // One key of all: its stream begins as `SeedableRng` says.
            for (number, (first, second)) in (0..).zip(firsts.iter_mut().zip(&mut seconds)) {
                let mut stream = Self::new(seed, domain, a.wrapping_add(number), b, 0);
                (*first, *second) = (stream.next_u32(), stream.next_u32());
            }
        }
        [firsts, seconds]
    }

    /// The next word of xoshiro128++.
    #[cfg_attr(not(feature = "compact"), inline)]
    #[cfg_attr(feature = "compact", inline(never))]
    pub fn next_u32(&mut self) -> u32 {
        self.0.next_u32()
    }

    /// Sixteen words, one a lane, from the next two words of the stream.
    #[must_use]
    #[cfg_attr(not(feature = "compact"), inline(always))]
    #[cfg_attr(feature = "compact", inline(never))]
    #[expect(
        clippy::inline_always,
        reason = "vectorises only when inlined into the lane loop"
    )]
    pub fn lanes(&mut self) -> Words {
        let (start, key) = (self.next_u32(), self.next_u32());
        let mut words = [0; LANES];
        for (lane, word) in words.iter_mut().enumerate() {
            *word = widen(start.wrapping_add((lane as u32).wrapping_mul(GOLDEN)), key);
        }
        words
    }
}

/// A hash of `x` under a key: `lowbias32` with the key put in between its two multiplications.
#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "vectorises only when inlined into the lane loop"
)]
pub(super) const fn widen(x: u32, key: u32) -> u32 {
    let x = (x ^ x >> 16).wrapping_mul(MIX[0]);
    let x = (x ^ x >> 15 ^ key).wrapping_mul(MIX[1]);
    x ^ x >> 16
}

/// What xoshiro128++ gives of the first and the last word of its state.
#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "vectorises only when inlined into the lane loop"
)]
const fn plus_plus(first: u32, last: u32) -> u32 {
    first.wrapping_add(last).rotate_left(7).wrapping_add(first)
}

/// A permutation of the four words for each seed: a Feistel ring, two independent steps a round.
#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "vectorises only when inlined into the lane loop"
)]
fn mix(seed: u64, key: [u32; 4]) -> [u32; 4] {
    let [domain, a, b, tick] = key;
    let (mut w, mut x) = (domain ^ seed as u32, a.wrapping_add(GOLDEN));
    let (mut y, mut z) = (b ^ (seed >> 32) as u32, tick.wrapping_sub(GOLDEN));
    for _ in 0..3 {
        x = x.wrapping_add(fold(w).wrapping_mul(MIX[0]));
        z = z.wrapping_add(fold(y).wrapping_mul(MIX[1]));
        y = y.wrapping_add(fold(x).wrapping_mul(MIX[0]));
        w = w.wrapping_add(fold(z).wrapping_mul(MIX[1]));
    }
    [w, x, y, z]
}

#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "vectorises only when inlined into the lane loop"
)]
const fn fold(x: u32) -> u32 {
    x ^ x >> 16
}

/// The words as `SeedableRng` wants them; compiles to nothing on a little-endian machine.
#[inline]
fn bytes(words: [u32; 4]) -> [u8; 16] {
    let mut bytes = [0; 16];
    for (chunk, word) in bytes.chunks_exact_mut(4).zip(words) {
        chunk.copy_from_slice(&word.to_le_bytes());
    }
    bytes
}
