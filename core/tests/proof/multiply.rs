//! Products are exact, up to the floor and the cut that they state.

use proptest::prelude::*;
use spinedrift_core::numeric::{mul_hi, mul_hi_unsigned, mul_shift, saturate};

fn cut(value: i128) -> i32 {
    value.clamp(i32::MIN.into(), i32::MAX.into()) as i32
}

proptest! {
    #[test]
    fn products_are_the_floor_of_the_wide_product(a: i32, b: i32, shift in 0_u32..63) {
        let wide = i128::from(a) * i128::from(b);
        prop_assert_eq!(i128::from(mul_hi(a, b)), wide.div_euclid(1 << 32));
        prop_assert_eq!(mul_shift(a, b, shift), cut(wide.div_euclid(1 << shift)));
    }

    #[test]
    fn unsigned_products_are_the_floor_of_the_wide_product(a: u32, b: u32) {
        prop_assert_eq!(u64::from(mul_hi_unsigned(a, b)), u64::from(a) * u64::from(b) / (1 << 32));
    }

    #[test]
    fn saturate_is_the_nearest_word(value: i64) {
        prop_assert_eq!(saturate(value), cut(value.into()));
        prop_assert_eq!(saturate(value >> 31), cut((value >> 31).into()));
    }
}

#[test]
fn the_ends_of_the_range_are_right() {
    for a in [i32::MIN, -1, 0, 1, i32::MAX] {
        for b in [i32::MIN, -1, 0, 1, i32::MAX] {
            let wide = i128::from(a) * i128::from(b);
            assert_eq!(i128::from(mul_hi(a, b)), wide >> 32);
            for shift in [0, 1, 31, 32, 62, 63, 64, u32::MAX] {
                assert_eq!(mul_shift(a, b, shift), cut(wide >> shift.min(63)));
            }
        }
    }
    assert_eq!(saturate(i64::from(i32::MAX) + 1), i32::MAX);
    assert_eq!(saturate(i64::from(i32::MIN) - 1), i32::MIN);
}
