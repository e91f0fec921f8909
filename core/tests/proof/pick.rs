//! The draw of a winner is exact: it follows the cumulative sums of the weights to the last word.

use proptest::prelude::*;
use spinedrift_core::numeric::pick;

/// The first index whose cumulative weight exceeds ⌊total·word/2³²⌋.
fn truth(weights: &[u32], word: u32) -> usize {
    let total: u128 = weights.iter().map(|&w| u128::from(w)).sum();
    let point = (total * u128::from(word)) >> 32;
    let mut below = 0;
    weights
        .iter()
        .position(|&w| {
            below += u128::from(w);
            point < below
        })
        .unwrap_or(0)
}

fn check(weights: &[u32], words: impl IntoIterator<Item = u32>) {
    let total = weights.iter().map(|&w| u64::from(w)).sum();
    for word in words {
        assert_eq!(pick(weights, total, word), truth(weights, word), "{word}");
    }
}

/// The first word that leaves the first `k` entries behind, and the one before it.
fn borders(weights: &[u32]) -> Vec<u32> {
    let total: u128 = weights.iter().map(|&w| u128::from(w)).sum();
    let mut below = 0;
    let mut words = vec![0, u32::MAX];
    for &weight in weights {
        below += u128::from(weight);
        let first = (below << 32).div_ceil(total.max(1)).min(u32::MAX.into()) as u32;
        words.extend([first, first.saturating_sub(1)]);
    }
    words
}

proptest! {
    #[test]
    fn every_border_lies_at_its_word(weights in prop::collection::vec(0..=1_u32 << 31, 1..=256)) {
        check(&weights, borders(&weights));
    }

    #[test]
    fn any_word_picks_its_entry(
        weights in prop::collection::vec(prop_oneof![Just(0_u32), 0..4_u32, any::<u32>()], 1..=256),
        words: [u32; 32],
    ) {
        check(&weights, words);
    }
}

#[test]
fn entries_without_weight_are_never_drawn() {
    let weights = [0, 5, 0, 0, 7, 0];
    for k in 0..=u16::MAX {
        assert!([1, 4].contains(&pick(&weights, 12, u32::from(k) << 16 | u32::from(k))));
    }
    assert_eq!((pick(&[], 0, 9), pick(&[0, 0], 0, 9)), (0, 0));
}
