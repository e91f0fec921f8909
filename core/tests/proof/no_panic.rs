//! No public function of `numeric` or `random` panics, or overflows unseen, on any input.

use super::claims::CLAIMS;
use proptest::prelude::*;
use spinedrift_core::numeric as n;
use spinedrift_core::random as r;

proptest! {
    #[test]
    fn unary_functions(x: u32) {
        for claim in CLAIMS {
            let _ = (claim.compute)(x);
        }
        let _ = n::reciprocal_normalised(x);
    }

    #[test]
    fn other_numeric_functions(
        u in prop::collection::vec(any::<i32>(), 0..300),
        mut w in prop::collection::vec(any::<u32>(), 0..300),
        total: u64,
        word: u32,
    ) {
        let _ = n::pick(&w, total, word);
        n::probabilities(&mut w, total);
        let _ = n::softmax(&u, &mut w);
    }

    #[test]
    fn random_functions(seed: u64, key: [u32; 4], word: u32, value: i32, shift: u32, mean: u32) {
        let [domain, a, b, tick] = key;
        let mut stream = r::Stream::new(seed, domain, a, b, tick);
        let words = stream.lanes();
        let _ = r::gaussian_lanes(&words);
        let _ = r::LaneKey::new(&mut stream).word(word);
        let _ = r::stochastic_round(value, shift, word);
        let _ = (r::bernoulli(word, a), r::exponential(word));
        let _ = r::ticks_until(word, seed);
        let _ = r::poisson(&mut stream, mean >> (shift % 32).max(4));
    }
}

#[test]
fn the_ends_of_the_range() {
    for word in [0, 1, (1 << 31) - 1, 1 << 31, u32::MAX] {
        for value in [i32::MIN, -1, 0, i32::MAX] {
            for shift in [0, 1, 31, 32, u32::MAX] {
                let _ = r::stochastic_round(value, shift, word);
            }
        }
        for mean in [0, 1, 1 << 16, u64::MAX] {
            let _ = r::ticks_until(word, mean);
        }
        let _ = (r::gaussian(word), r::exponential(word));
    }
}
