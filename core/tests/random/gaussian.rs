//! The Gaussian: symmetric and rising on its words; moments and tails counted over all 2³² words, not sampled.

use super::normal::upper_tail;
use spinedrift_core::random::{Stream, gaussian, gaussian_lanes};

const ONE: f64 = (1_u32 << 28) as f64;

/// The value at a distance (0 … 2³¹ − 1) from the upper end.
fn at(tail: u32) -> f64 {
    f64::from(gaussian(0x7fff_ffff - tail)) / ONE
}

/// Sum of `z^power` over the words above zero: the value is a parabola on pieces, whose powers Simpson's rule sums (the
/// floor of each value, below 2⁻²⁸, left aside).
fn half_sum(power: i32) -> f64 {
    let enumerated: f64 = (0..1 << 16).map(|tail| at(tail).powi(power)).sum();
    let pieces = (16..31).flat_map(|octave| (0..8).map(move |k| (octave, k)));
    let pieces = pieces.map(|(octave, k)| {
        let count = 1_u32 << (octave - 3);
        // The last word of all is the one below 2³¹: it stands in for the next.
        let value = |node: u32| {
            let tail = (1 << octave) + k * count + (count / 64) * node;
            at(tail.min(0x7fff_ffff)).powi(power)
        };
        let inner = (1..64).map(|node| f64::from(2 + 2 * (node % 2)) * value(node));
        let simpson = (value(0) + inner.sum::<f64>() + value(64)) / (3.0 * 64.0);
        // A sum of so many terms from the integral: Euler and Maclaurin's first term.
        simpson * f64::from(count) + (value(0) - value(64)) / 2.0
    });
    enumerated + pieces.sum::<f64>()
}

#[test]
fn it_is_antisymmetric_so_its_mean_is_zero() {
    for k in 0..1_u32 << 20 {
        let word = k.wrapping_mul(0x9e37_79b9);
        assert_eq!(gaussian(!word), -gaussian(word));
    }
}

#[test]
fn it_falls_by_one_last_place_at_most() {
    let ends = (0..1_u32 << 16).chain(0x7fff_0000..=0x7fff_ffff);
    let everywhere = (0..1_u32 << 20).map(|k| k << 11 | k >> 9);
    for word in ends.chain(everywhere).filter(|&word| word < 0x7fff_ffff) {
        assert!(gaussian(word) <= gaussian(word + 1) + 1, "{word:#x}");
    }
    assert!(gaussian(0) >= gaussian(u32::MAX));
}

#[test]
fn variance_and_kurtosis_are_those_of_the_normal_law() {
    let half = 31_f64.exp2();
    let (variance, fourth) = (half_sum(2) / half, half_sum(4) / half);
    assert!((variance - 1.0).abs() < 1e-6, "{variance}");
    assert!((fourth - 3.0).abs() < 1e-5, "{fourth}");
}

#[test]
fn each_word_is_near_its_quantile() {
    for k in 0..1_u32 << 16 {
        let tail = k << 15 | k;
        let p = (f64::from(tail) + 0.5) / 32_f64.exp2();
        let z = at(tail);
        // Between the quantiles 0.1 % of the tail away, or one word.
        let slack = (p * 2e-3).max(1.5 / 32_f64.exp2());
        assert!((upper_tail(z) - p).abs() < slack, "{tail}: {z}");
    }
}

#[test]
fn tails_hold_as_many_words_as_they_should() {
    for tenth in 1..=60 {
        let z = f64::from(tenth) / 10.0;
        let count = words_above(z);
        let expected = upper_tail(z) * 32_f64.exp2();
        let miss = (f64::from(count) - expected).abs();
        assert!(miss < expected * 1e-3 + 1.5, "{z}: {count}, {expected}");
    }
    assert!((6.33..6.34).contains(&at(0)));
}

/// Words whose value is at least `z`: a bisection, as it rises.
fn words_above(z: f64) -> u32 {
    let (mut inside, mut outside) = (0, 0x7fff_ffff);
    while outside - inside > 1 {
        let middle = u32::midpoint(inside, outside);
        if at(middle) >= z {
            inside = middle;
        } else {
            outside = middle;
        }
    }
    inside + 1
}

#[test]
fn draws_pass_kolmogorov_and_smirnov() {
    // 2²¹ draws; √n·D stays below 1.95 with probability 0.999.
    let mut stream = Stream::new(2, 7, 1, 8, 2);
    let mut draws: Vec<i32> = (0..1 << 21).map(|_| gaussian(stream.next_u32())).collect();
    draws.sort_unstable();
    let n = draws.len() as f64;
    let distance = draws.iter().enumerate().map(|(rank, &z)| {
        let below = 1.0 - upper_tail(f64::from(z) / ONE);
        (below - rank as f64 / n).max((rank + 1) as f64 / n - below)
    });
    let statistic = distance.fold(0.0, f64::max) * n.sqrt();
    assert!(statistic < 1.95, "{statistic}");
}

#[test]
fn draws_reach_five_sigma_as_often_as_they_should() {
    // 2²⁴ draws by lanes; each count within 4.5 standard deviations: one false alarm in 10⁴ for ten counts.
    let mut stream = Stream::new(3, 1, 4, 1, 5);
    let mut beyond = [0_u32; 5];
    for _ in 0..1 << 20 {
        for z in gaussian_lanes(&stream.lanes()) {
            for (sigma, count) in (1..).zip(&mut beyond) {
                *count += u32::from(z.abs() >= sigma << 28);
            }
        }
    }
    for (sigma, count) in (1..).zip(beyond) {
        let expected = 2.0 * upper_tail(f64::from(sigma)) * 24_f64.exp2();
        let deviations = (f64::from(count) - expected) / expected.sqrt();
        assert!(deviations.abs() < 4.5, "{sigma}σ: {count}, {expected}");
    }
}
