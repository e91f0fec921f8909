//! What saturates is the nearest word, and is counted exactly when the true result did not fit.

use proptest::prelude::*;
use spinedrift_core::numeric::{
    add_sat_count, mul_sat_count, narrow_sat_count, shl_sat_count, sub_sat_count,
};

fn check(function: impl Fn(&mut u32) -> i32, truth: i128) {
    let mut saturated = 7;
    let result = i128::from(function(&mut saturated));
    assert_eq!(result, truth.clamp(i32::MIN.into(), i32::MAX.into()));
    assert_eq!(saturated, 7 + u32::from(result != truth));
}

fn check_all(a: i32, b: i32, shift: u32, wide: i64) {
    let (long_a, long_b) = (i128::from(a), i128::from(b));
    check(|n| add_sat_count(a, b, n), long_a + long_b);
    check(|n| sub_sat_count(a, b, n), long_a - long_b);
    check(|n| narrow_sat_count(wide, n), wide.into());
    check(
        |n| mul_sat_count(a, b, shift, n),
        (long_a * long_b) >> shift.min(63),
    );
    check(|n| shl_sat_count(a, shift, n), long_a << shift.min(31));
}

proptest! {
    #[test]
    fn results_and_counts_are_exact(a: i32, b: i32, shift in 0_u32..80, wide: i64) {
        check_all(a, b, shift, wide);
        check_all(a >> 16, b >> 16, shift, wide >> 31);
    }
}

#[test]
fn the_ends_of_the_range_are_right() {
    for a in [i32::MIN, -1, 0, 1, i32::MAX] {
        for b in [i32::MIN, -1, 0, 1, i32::MAX] {
            for shift in [0, 1, 31, 32, 63, u32::MAX] {
                check_all(a, b, shift, i64::from(a) + i64::from(b));
            }
        }
    }
}

#[test]
fn a_full_counter_stays_full() {
    let mut saturated = u32::MAX;
    let _ = add_sat_count(i32::MAX, 1, &mut saturated);
    assert_eq!(saturated, u32::MAX);
}
