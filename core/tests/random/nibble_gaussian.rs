//! The Gaussian of half bytes: its law summed over all 2³² halves of words, for several σ, and one lane against sixteen.

use super::normal::upper_tail;
use proptest::prelude::{any, proptest};
use spinedrift_core::random::{Curve, nibble_gaussian_lanes};
use std::collections::BTreeMap;

/// σ of variates, by 16: the ends of what a curve takes, and between.
const SIGMAS: [u32; 5] = [
    1 << 30,
    0x4b5c_1d20,
    0x5a82_799a,
    0x6ed9_eba1,
    (1 << 31) - 1,
];

#[expect(clippy::unwrap_used, reason = "the tests ask for those that there are")]
fn curve(sigma: u32) -> Curve {
    Curve::new(sigma).unwrap()
}

/// Each value with the number of the 2³² half words of a lane that give it.
fn law(curve: &Curve) -> Vec<(i32, u64)> {
    let mut law = BTreeMap::new();
    // The value depends on the sums of lower and of upper half bytes and on the upper twelve bits of the place; in the tails, where most
    // half bytes are 0 or most are 15, on every bit.
    let mut alike: BTreeMap<[u32; 2], (u32, u64)> = BTreeMap::new();
    for counted in 0..1_u32 << 16 {
        let sums = [
            (counted & 15) + (counted >> 4 & 15),
            (counted >> 8 & 15) + (counted >> 12),
        ];
        if (7..=53).contains(&sums.iter().sum::<u32>()) {
            alike.entry(sums).or_insert((counted, 0)).1 += 1;
        } else {
            for place in 0..1_u32 << 16 {
                *law.entry(curve.pair([counted, place])[0]).or_default() += 1;
            }
        }
    }
    for (counted, ways) in alike.into_values() {
        for place in (0..1_u32 << 16).step_by(16) {
            *law.entry(curve.pair([counted, place])[0]).or_default() += ways * 16;
        }
    }
    law.into_iter().collect()
}

/// What is drawn for 1, of a curve of this σ.
fn unit(sigma: u32) -> f64 {
    f64::from(sigma) / 16.0
}

/// Σ z^power over all words, by 2³².
fn moment(law: &[(i32, u64)], sigma: u32, power: i32) -> f64 {
    let terms = law
        .iter()
        .map(|&(value, ways)| (f64::from(value) / unit(sigma)).powi(power) * ways as f64);
    terms.sum::<f64>() / 32_f64.exp2()
}

#[test]
fn its_moments_are_those_of_the_normal_law() {
    for sigma in SIGMAS {
        let law = law(&curve(sigma));
        assert_eq!(law.iter().map(|(_, ways)| ways).sum::<u64>(), 1 << 32);
        let sum: i128 = law
            .iter()
            .map(|&(value, ways)| i128::from(value) * i128::from(ways))
            .sum();
        assert_eq!(sum, 0);
        let [second, fourth, sixth] = [2, 4, 6].map(|power| moment(&law, sigma, power));
        assert!((second - 1.0).abs() < 1e-5, "{sigma}: {second}");
        assert!((fourth - 3.0).abs() < 3e-4, "{sigma}: {fourth}");
        assert!((sixth - 15.0).abs() < 0.1, "{sigma}: {sixth}");
    }
}

#[test]
fn its_distribution_function_is_the_normal_one() {
    for sigma in SIGMAS {
        let (mut below, mut worst) = (0_u64, 0.0_f64);
        for (value, ways) in law(&curve(sigma)) {
            let exact = upper_tail(-f64::from(value) / unit(sigma));
            worst = worst.max((below as f64 / 32_f64.exp2() - exact).abs());
            below += ways;
            worst = worst.max((below as f64 / 32_f64.exp2() - exact).abs());
        }
        assert!(worst < 4e-4, "{sigma}: {worst}");
    }
}

#[test]
fn tails_are_the_table_gaussians() {
    let sigma = SIGMAS[1];
    let law = law(&curve(sigma));
    for tenth in 41..=60 {
        let z = f64::from(tenth) / 10.0;
        let beyond = law
            .iter()
            .filter(|(value, _)| f64::from(value.abs()) > z * unit(sigma));
        let count = beyond.map(|(_, ways)| *ways as f64).sum::<f64>();
        let expected = 2.0 * upper_tail(z) * 32_f64.exp2();
        // A tail is picked by a hash: five standard errors of that, and one pick on either side.
        let slack = 5.0 * expected.sqrt() + 2.0;
        assert!((count - expected).abs() < slack, "{z}: {count}, {expected}");
    }
    let largest = law.iter().map(|(value, _)| value.abs()).max().unwrap_or(0);
    assert!((5.9..6.35).contains(&(f64::from(largest) / unit(sigma))));
}

#[test]
fn a_sigma_out_of_range_has_none() {
    for sigma in [0, 1, (1 << 30) - 1, 1 << 31, u32::MAX] {
        assert_eq!(Curve::new(sigma), None);
    }
}

/// What lanes j and 8 + j say, for all j.
fn check(words: &[u32; 16], sigma: u32) {
    let curve = curve(sigma);
    let mut all = [0; 16];
    for pair in 0..8 {
        let (counted, place) = (words[pair], words[pair + 8]);
        let both = curve.pair([counted, place]);
        assert_eq!(curve.pair([!counted, !place]), both.map(|value| -value));
        [all[pair], all[pair + 8]] = both;
    }
    let (lanes, tails) = nibble_gaussian_lanes(words, &curve.lanes());
    let sizes = all.iter().map(|value| f64::from(value.abs()) / unit(sigma));
    let largest = sizes.fold(0.0, f64::max);
    if tails {
        assert!(largest > 3.44, "{largest}");
    } else {
        assert_eq!(lanes, all, "{words:x?}");
        assert!(largest < 3.444, "{largest}");
    }
}

#[test]
fn one_lane_and_sixteen_agree_on_all_halves() {
    for counted in 0..1_u32 << 16 {
        let sigma = SIGMAS[counted as usize % SIGMAS.len()];
        check(
            &core::array::from_fn(|lane| {
                let (half, word) = (lane as u32 % 8, counted ^ (lane as u32 * 0x1021));
                if lane < 8 {
                    word << 16 | counted
                } else {
                    (word << half ^ counted.rotate_left(9)) & 0xffff | counted << 16
                }
            }),
            sigma,
        );
    }
}

proptest! {
    #[test]
    fn one_lane_and_sixteen_agree(words: [u32; 16], rare in any::<u16>(), sigma in 1_u32 << 30..1 << 31) {
        check(&words, sigma);
        let mut tails = words;
        for (lane, word) in tails.iter_mut().take(8).enumerate() {
            if rare >> lane & 1 == 1 {
                *word |= 0xffff;
            }
            if rare >> (lane + 8) & 1 == 1 {
                *word &= 0xffff_0000;
            }
        }
        check(&tails, sigma);
    }
}
