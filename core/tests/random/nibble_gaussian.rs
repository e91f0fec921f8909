//! The Gaussian of counted bits: its law summed over all 2³² halves of words, and one lane against sixteen.

use super::normal::upper_tail;
use proptest::prelude::{any, proptest};
use spinedrift_core::random::{Fit, UNIT, bit_gaussian_lanes, bit_gaussian_pair};

/// Each value above or below zero with the number of words, of 2³¹ without the sign, that give it: 15 counted bits and the place.
fn law() -> Vec<(i32, u64)> {
    let mut ways = [0_u64; 16];
    for bits in 0..1_u32 << 15 {
        ways[bits.count_ones() as usize] += 1;
    }
    let mut law = Vec::new();
    for (ones, &ways) in ways.iter().enumerate() {
        let bits = (1_u32 << ones) - 1;
        law.extend((0..1_u32 << 16).map(|place| (bit_gaussian_pair(bits, place)[0], ways)));
    }
    law
}

/// σ of one unit.
fn unit() -> f64 {
    f64::from(UNIT) / 44_f64.exp2()
}

/// Σ z^power over all words, by 2³².
fn moment(law: &[(i32, u64)], power: i32) -> f64 {
    let sum = |sign: f64| -> f64 {
        let terms = law
            .iter()
            .map(|&(value, ways)| (sign * f64::from(value) * unit()).powi(power) * ways as f64);
        terms.sum()
    };
    (sum(1.0) + sum(-1.0)) / 32_f64.exp2()
}

#[test]
fn its_moments_are_those_of_the_normal_law() {
    let law = law();
    assert_eq!(law.iter().map(|(_, ways)| ways).sum::<u64>(), 1 << 31);
    let [second, fourth, sixth] = [2, 4, 6].map(|power| moment(&law, power));
    assert!((second - 1.0).abs() < 1e-6, "{second}");
    assert!((fourth - 3.0).abs() < 1e-5, "{fourth}");
    assert!((sixth - 15.0).abs() < 0.03, "{sixth}");
}

#[test]
fn its_distribution_function_is_the_normal_one() {
    let mut law: Vec<(i32, u64)> = law()
        .into_iter()
        .flat_map(|(value, ways)| [(value, ways), (-value, ways)])
        .collect();
    law.sort_unstable();
    let (mut below, mut worst, mut worst_between) = (0_u64, 0.0_f64, 0.0_f64);
    for same in law.chunk_by(|a, b| a.0 == b.0) {
        let z = f64::from(same[0].0) * unit();
        let share = |count: u64| count as f64 / 32_f64.exp2();
        let here = same.iter().map(|(_, ways)| ways).sum::<u64>();
        // A value stands for the unit around it.
        worst_between =
            worst_between.max((share(below + here) - upper_tail(-z - unit() / 2.0)).abs());
        let exact = upper_tail(-z);
        worst = worst.max((share(below) - exact).abs());
        below += here;
        worst = worst.max((share(below) - exact).abs());
    }
    assert!(worst < 2e-4, "{worst}");
    assert!(worst_between < 1.6e-4, "{worst_between}");
}

#[test]
fn tails_are_the_table_gaussians() {
    let law = law();
    for tenth in 41..=60 {
        let z = f64::from(tenth) / 10.0;
        let beyond = law
            .iter()
            .filter(|(value, _)| f64::from(value.abs()) * unit() > z);
        let share = beyond.map(|(_, ways)| *ways as f64).sum::<f64>() / 32_f64.exp2();
        let expected = upper_tail(z);
        // One unit at the border, or one word.
        let slack = expected * (1e-3 + z * unit()) + 2.0 / 32_f64.exp2();
        assert!((share - expected).abs() < slack, "{z}: {share}, {expected}");
    }
    let largest = law.iter().map(|(value, _)| value.abs()).max().unwrap_or(0);
    assert!((6.33..6.35).contains(&(f64::from(largest) * unit())));
}

/// What lanes j and 8 + j say, for all j.
fn check(words: &[u32; 16]) {
    let mut all = [0; 16];
    for pair in 0..8 {
        let (counted, place) = (words[pair], words[pair + 8]);
        let both = bit_gaussian_pair(counted, place);
        assert_eq!(
            bit_gaussian_pair(!counted, !place),
            both.map(|value| -value)
        );
        [all[pair], all[pair + 8]] = both;
    }
    let tails = all
        .iter()
        .any(|value| f64::from(value.abs()) * unit() > 4.0);
    let lanes = bit_gaussian_lanes(words, &Fit::new());
    assert_eq!(lanes, (!tails).then_some(all), "{words:x?}");
}

#[test]
fn one_lane_and_sixteen_agree_on_all_halves() {
    for ones in 0..16_u32 {
        let bits = (1_u32 << ones) - 1;
        for place in 0..1_u32 << 13 {
            let at = |lane: u32| {
                let place = place << 3 | lane;
                if lane < 8 {
                    [bits << 16 | bits, place << 16 | place]
                } else {
                    [0; 2]
                }
            };
            let halves: [[u32; 2]; 8] = core::array::from_fn(|lane| at(lane as u32));
            let mut words = [0; 16];
            for (lane, [counted, place]) in halves.into_iter().enumerate() {
                (words[lane], words[lane + 8]) = (counted, place);
            }
            check(&words);
        }
    }
    for bits in 0..1_u32 << 15 {
        check(&core::array::from_fn(|lane| {
            bits << 16 | 0x8000 | bits.rotate_left(lane as u32)
        }));
    }
}

proptest! {
    #[test]
    fn one_lane_and_sixteen_agree(words: [u32; 16], rare in any::<u16>()) {
        check(&words);
        let mut tails = words;
        for (lane, word) in tails.iter_mut().take(8).enumerate() {
            if rare >> lane & 1 == 1 {
                *word |= 0x7fff;
            }
            if rare >> (lane + 8) & 1 == 1 {
                *word &= 0xffff_8000;
            }
        }
        check(&tails);
    }
}
