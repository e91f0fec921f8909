//! Streams are xoshiro128++ as in `rand_xoshiro`, from a state that no other key shares.

use proptest::prelude::*;
use rand_xoshiro::Xoshiro128PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};
use spinedrift_core::random::Stream;

const GOLDEN: u32 = 0x9e37_79b9;
const MIX: [u32; 2] = [0x7feb_352d, 0x846c_a68b];

const fn step(from: u32, multiplier: u32) -> u32 {
    (from ^ from >> 16).wrapping_mul(multiplier)
}

/// The state of a key, written down a second time.
fn state(seed: u64, key: [u32; 4]) -> [u32; 4] {
    let mut s = [
        key[0] ^ seed as u32,
        key[1].wrapping_add(GOLDEN),
        key[2] ^ (seed >> 32) as u32,
        key[3].wrapping_sub(GOLDEN),
    ];
    for _ in 0..3 {
        for (into, from, m) in [(1, 0, 0), (3, 2, 1), (2, 1, 0), (0, 3, 1)] {
            s[into] = s[into].wrapping_add(step(s[from], MIX[m]));
        }
    }
    s
}

/// The key of a state: each step undone.
fn key(seed: u64, mut s: [u32; 4]) -> [u32; 4] {
    for _ in 0..3 {
        for (into, from, m) in [(0, 3, 1), (2, 1, 0), (3, 2, 1), (1, 0, 0)] {
            s[into] = s[into].wrapping_sub(step(s[from], MIX[m]));
        }
    }
    [
        s[0] ^ seed as u32,
        s[1].wrapping_sub(GOLDEN),
        s[2] ^ (seed >> 32) as u32,
        s[3].wrapping_add(GOLDEN),
    ]
}

/// xoshiro128++ as Blackman and Vigna print it.
fn next(s: &mut [u32; 4]) -> u32 {
    let result = s[0].wrapping_add(s[3]).rotate_left(7).wrapping_add(s[0]);
    let t = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = s[3].rotate_left(11);
    result
}

proptest! {
    #[test]
    fn words_are_those_of_rand_xoshiro(seed: u64, k: [u32; 4]) {
        let mut words = state(seed, k);
        let mut bytes = [0; 16];
        for (chunk, word) in bytes.chunks_exact_mut(4).zip(words) {
            chunk.copy_from_slice(&word.to_le_bytes());
        }
        let mut theirs = Xoshiro128PlusPlus::from_seed(bytes);
        let mut ours = Stream::new(seed, k[0], k[1], k[2], k[3]);
        for _ in 0..64 {
            let word = ours.next_u32();
            prop_assert_eq!(word, theirs.next_u32());
            prop_assert_eq!(word, next(&mut words));
        }
    }

    #[test]
    fn no_two_keys_of_a_seed_share_a_state(seed: u64, k: [u32; 4]) {
        prop_assert_eq!(key(seed, state(seed, k)), k);
    }
}

#[test]
fn the_printed_words_come_from_the_printed_seed() {
    // Reference values of xoshiro128++ from the state 1, 2, 3, 4 (tests of rand_xoshiro, from Vigna's C code).
    let mut s = [1, 2, 3, 4];
    let words: Vec<u32> = (0..4).map(|_| next(&mut s)).collect();
    assert_eq!(words, [641, 1_573_767, 3_222_811_527, 3_517_856_514]);
}
