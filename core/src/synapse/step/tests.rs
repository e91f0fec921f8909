//! Size, rounding and marks of a step; pairs of lanes against all of them.

extern crate std;
use super::{Marks, Step};
use crate::image::Plastic;
use crate::random::{LaneKey, Stream};
use crate::synapse::jump::tests::{entry, floating};
use crate::synapse::jump::{JumpTable, TABLE_WORDS};
use proptest::prelude::{any, proptest};
use std::vec::Vec;

const ONE: f64 = (1_u32 << 28) as f64;

/// A jump table all of whose entries are this one.
fn table(entry: [u32; 2]) -> Vec<u32> {
    entry.into_iter().cycle().take(TABLE_WORDS).collect()
}

fn plastic(mean: f64) -> Plastic {
    Plastic {
        mean: (mean * ONE) as i32,
        theta_min: -6 << 28,
        theta_max: 6 << 28,
        sweep_ticks: 1,
        ..Plastic::default()
    }
}

fn step(mean: f64, entry: [u32; 2]) -> Option<Step> {
    Step::new(&plastic(mean), JumpTable::new(&table(entry)).unwrap())
}

fn key(seed: u64) -> LaneKey {
    LaneKey::new(&mut Stream::new(seed, 1, 2, 3, 4))
}

#[test]
fn drift_and_noise_have_their_size() {
    const DRAWS: u32 = 1 << 16;
    for (q, sigma) in [(1e-3, 0.0447), (0.05, 0.2), (2e-6, 1.4e-3), (1e-7, 3e-4)] {
        let step = step(0.5, entry(q, sigma)).unwrap();
        for from in [2.0, -1.5] {
            let start = (from * ONE) as i32;
            let (mut sum, mut squares) = (0.0, 0.0);
            for pre in 0..DRAWS {
                let mut theta = [start as u32; 16];
                step.take(&mut theta, key(7).word(pre));
                for value in theta {
                    let moved = f64::from(value as i32 - start) / ONE;
                    sum += moved;
                    squares += moved * moved;
                }
            }
            let count = f64::from(DRAWS) * 16.0;
            let (mean, square) = (sum / count, squares / count);
            let drift = q * (0.5 - from);
            let place = std::format!("q {q}, sigma {sigma}, from {from}");
            // Five standard errors of 2^20 draws; then one of the variance.
            assert!(
                (mean - drift).abs() < 5.0 * sigma / count.sqrt(),
                "{place}: {mean}"
            );
            let variance = square - mean * mean;
            assert!(
                (variance / (sigma * sigma) - 1.0).abs() < 7e-3,
                "{place}: {variance}"
            );
        }
    }
}

#[test]
fn a_drift_far_below_one_place_survives_in_the_mean() {
    // Opposite words give opposite noise, so the mean of both is the drift and its rounding alone.
    let (q, sigma) = (1e-7, 3e-4);
    let step = step(0.0, entry(q, sigma)).unwrap();
    let moved = |start: i32, noise: i32, word: u32| {
        let mut theta = [start as u32; 16];
        let noise = noise + step.more(word);
        step.move_pairs(&mut theta, &mut [[noise as u32; 2]; 8]);
        i64::from(theta[0] as i32) - i64::from(start)
    };
    let mut sum = 0_i64;
    let start = 1_i32 << 26; // a drift of 6.7 last places
    for word in 0..1_u32 << 16 {
        let word = word.wrapping_mul(0x9e37_79b9);
        sum += moved(start, 1234, word) + moved(start, -1234, !word);
    }
    let mean = sum as f64 / f64::from(1_u32 << 17);
    assert!((mean + q * 0.25 * ONE).abs() < 0.1, "{mean}");
}

#[test]
fn there_is_none_where_its_arithmetic_doesnt_suffice() {
    assert!(step(0.0, entry(1e-3, 0.04)).is_some());
    assert!(step(0.0, [0, floating(0.04, 32)]).is_some(), "no prior");
    assert!(step(0.0, [floating(1e-3, 33), 0]).is_none(), "no noise");
    assert!(step(0.0, entry(1e-3, 2e-4)).is_none(), "next to none");
    assert!(step(0.0, entry(0.12, 3e-4)).is_none(), "drift outweighs it");
    let lazy = Plastic {
        sweep_ticks: 2,
        ..plastic(0.0)
    };
    let words = table(entry(1e-3, 0.04));
    assert!(Step::new(&lazy, JumpTable::new(&words).unwrap()).is_none());
}

proptest! {
    #[test]
    fn pairs_of_lanes_move_as_all_of_them(
        entry: [u32; 2], start: [u32; 16], mean in any::<i32>(), bounds in any::<[i32; 2]>(), seed: u64, pre: u32,
    ) {
        let plastic = Plastic {
            mean,
            theta_min: bounds[0].min(bounds[1]),
            theta_max: bounds[0].max(bounds[1]),
            sweep_ticks: 1,
            ..Plastic::default()
        };
        let words = table(entry);
        if let Some(step) = Step::new(&plastic, JumpTable::new(&words).unwrap()) {
            let (mut together, mut pairs) = (start, start);
            let word = key(seed).word(pre);
            let marks = step.take(&mut together, word);
            assert_eq!(marks, step.take_pairs(&mut pairs, word));
            assert_eq!(together, pairs);
        }
    }

    #[test]
    fn bounds_hold_what_would_pass_them(start: [i8; 16], bounds in any::<[i8; 2]>(), seed: u64) {
        let [one, other] = bounds.map(|bound| i32::from(bound) << 22);
        let words = table(entry(0.05, 0.2));
        let step = |theta_min, theta_max| {
            let plastic = Plastic { theta_min, theta_max, ..plastic(0.0) };
            Step::new(&plastic, JumpTable::new(&words).unwrap()).unwrap()
        };
        let (low, high) = (one.min(other), one.max(other));
        let start = start.map(|start| (i32::from(start) << 22) as u32);
        let (mut held, mut free) = (start, start);
        let marks = step(low, high).take(&mut held, key(seed).word(3));
        let unheld = step(-(1 << 30), 1 << 30).take(&mut free, key(seed).word(3));
        assert_eq!(unheld.bound(), 0);
        for lane in 0..16 {
            let passes = free[lane] as i32;
            assert_eq!(held[lane] as i32, passes.clamp(low, high));
            assert_eq!(marks.bound() >> lane & 1 == 1, !(low..=high).contains(&passes));
        }
    }

    #[test]
    fn marks_tell_who_turned(start: [i8; 16], lanes: u16, seed: u64) {
        let step = step(0.0, entry(0.05, 0.2)).unwrap();
        let before = start.map(|start| (i32::from(start) << 22) as u32);
        let mut after = before;
        let marks = step.take(&mut after, key(seed).word(3));
        let (gained, lost) = marks.gained_and_lost(lanes, &after);
        for lane in 0..16 {
            let [was, is] = [before, after].map(|theta| theta[lane] as i32 > 0);
            let held = lanes >> lane & 1 == 1;
            assert_eq!(gained >> lane & 1 == 1, !was && is && held);
            assert_eq!(lost >> lane & 1 == 1, was && !is && held);
        }
        assert_eq!(marks.any(), marks != Marks::default());
        assert_eq!(marks.bound(), 0);
    }
}
