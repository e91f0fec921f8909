//! A lane computes what the scalar function computes.

use proptest::prelude::*;
use spinedrift_core::numeric::{exp, exp_lanes, mul_hi, mul_hi_lanes};

proptest! {
    #[test]
    fn a_lane_is_the_scalar_function(a: [i32; 16], b: [i32; 16]) {
        prop_assert_eq!(exp_lanes(&a), a.map(exp));
        let products = mul_hi_lanes(&a, &b);
        for ((x, y), product) in a.into_iter().zip(b).zip(products) {
            prop_assert_eq!(product, mul_hi(x, y));
        }
    }
}
