//! Parts of a law, each against what it should be.

extern crate std;
use super::pieces::{Grid, quadratic};
use super::*;
use std::vec::Vec;

const ONE: i32 = 1 << 28;

fn frame(rate: u32, rate_shift: u32) -> Frame {
    Frame {
        grid: Grid {
            low: -2 * ONE,
            shift: 26,
            last: 15,
        },
        rate,
        rate_shift,
        heat: Heat {
            root: 1 << 31,
            inverse: 1 << 16,
            share: 1 << 31,
        },
        mean: 0,
        theta_min: -2 * ONE,
        theta_max: 2 * ONE,
    }
}

#[test]
fn a_quadratic_has_its_value_and_a_piece_its_place() {
    assert_eq!(quadratic([100, 200, 400], 1 << 31), 100 + 100 + 100);
    assert_eq!(quadratic([100, -200_i32 as u32, 0], 1 << 30), 50);
    let grid = frame(0, 0).grid;
    assert_eq!(grid.find(-2 * ONE), (0, 0));
    assert_eq!(grid.find(ONE / 8), (8, 1 << 31));
    assert_eq!(
        grid.find(2 * ONE).0,
        15,
        "the end belongs to the last piece"
    );
    assert_eq!(grid.start(8), 0);
}

#[test]
fn a_kick_far_below_one_step_survives_in_the_mean() {
    // 2^30 · 3 · 5 / 2^(24 + 13): 15 / 128 of a step.
    let frame = frame(3, 13);
    let count = 1_u32 << 16;
    let total: i64 = (0..count)
        .map(|i| i64::from(frame.kick(1 << 30, 5, i << 16)))
        .sum();
    assert_eq!(total, i64::from(count) * 15 / 128);
    let total: i64 = (0..count)
        .map(|i| i64::from(frame.kick(-1 << 30, 5, i << 16)))
        .sum();
    assert_eq!(total, -i64::from(count) * 15 / 128);
}

#[test]
fn theta_is_reflected_at_its_bounds_and_says_so() {
    let frame = frame(0, 0);
    assert_eq!(frame.fold(ONE), (ONE, 0));
    assert_eq!(frame.fold(2 * ONE + 5), (2 * ONE - 5, 1));
    assert_eq!(frame.fold(-3 * ONE), (-ONE, 1));
    let narrow = Frame {
        theta_min: 0,
        theta_max: 8,
        ..frame
    };
    assert_eq!(narrow.fold(100), (0, 1), "further than the other bound");
}

#[test]
fn any_words_are_a_law_or_none_and_never_a_panic() {
    assert!(Law::new(&[]).is_none());
    let mut words = Vec::from([3, 0, 24, 2, 1, 7, 9, 3]);
    words.extend([0; HEAT_WORDS]);
    words.extend([0; 13]);
    assert!(Law::new(&words).is_none(), "one word short");
    words.push(0);
    let law = Law::new(&words).expect("long enough");
    assert_eq!((law.scheme, law.pieces.len()), (Scheme::Metropolis, 14));
    for (word, value) in [(0, 4), (2, 29), (3, 257), (4, 0), (5, 1 << 19), (6, 32)] {
        let mut bad = words.clone();
        bad[word] = value;
        assert!(Law::new(&bad).is_none(), "word {word}");
    }
}

#[test]
fn the_temperature_is_that_of_the_ticks_before_a_visit() {
    let mut words = Vec::from([2, 0, 24, 1, 3, 0, 0, 0]);
    words.extend([0, 10, 0, 0, 100, 20, 0, 0, 200, 30, 0, 0]);
    words.extend([0; 3]);
    let law = Law::new(&words).expect("long enough");
    let roots = [1, 100, 101, 200, 201, 9999].map(|tick| law.heat_before(tick).root);
    assert_eq!(roots, [10, 10, 20, 20, 30, 30]);
    let turns = [0, 99, 100, 101, 200].map(|tick| law.turns(tick));
    assert_eq!(turns, [false, false, true, false, true]);
}
