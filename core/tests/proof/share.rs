//! A part of a whole is the exact quotient, rounded down; no input panics.

use proptest::prelude::{any, proptest};
use spinedrift_core::numeric::share;

proptest! {
    #[test]
    fn it_is_the_quotient_rounded_down(one in any::<u32>(), other in any::<u32>()) {
        let (part, whole) = (one.min(other), one.max(other));
        let quotient = u128::from(share(part, whole));
        if part < whole {
            let (part, whole) = (u128::from(part) << 32, u128::from(whole));
            assert!(quotient * whole <= part && part < (quotient + 1) * whole);
        }
        let _ = share(whole, part);
    }
}

#[test]
fn ends_are_exact() {
    assert_eq!(share(0, 0), 0);
    assert_eq!(share(0, 1), 0);
    assert_eq!(share(1, 2), 1 << 31);
    assert_eq!(share(u32::MAX - 1, u32::MAX), u32::MAX - 1);
}
