//! Stochastic rounding has no bias: the mean over all words is the value, exactly.

use proptest::prelude::*;
use spinedrift_core::random::{bernoulli, stochastic_round};

proptest! {
    #[test]
    fn the_mean_over_all_words_is_the_value(value: i32, shift in 0_u32..=10, low: u32) {
        // Only the top `shift` bits count, so 2^shift words stand for all.
        let low = low.checked_shr(shift).unwrap_or(0);
        let words = (0..1_u32 << shift).map(|k| k.checked_shl(32 - shift).unwrap_or(0) | low);
        let sum: i64 = words.map(|w| i64::from(stochastic_round(value, shift, w))).sum();
        prop_assert_eq!(sum, i64::from(value));
    }

    #[test]
    fn it_is_one_of_the_two_neighbours(value: i32, shift in 0_u32..40, word: u32) {
        let floor = i64::from(value) >> shift.min(31);
        let step = i64::from(stochastic_round(value, shift, word)) - floor;
        prop_assert!(step == 0 || step == 1);
    }

    #[test]
    fn whole_values_stay(value in -(1 << 15)..1 << 15, word: u32) {
        prop_assert_eq!(stochastic_round(value << 16, 16, word), value);
    }
}

#[test]
fn a_probability_is_a_count_of_words() {
    for p in [0, 1, 1 << 31, u32::MAX] {
        let last = p.checked_sub(1).map(|word| bernoulli(word, p));
        assert_eq!((last.unwrap_or(true), bernoulli(p, p)), (true, false));
    }
}
