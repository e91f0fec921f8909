//! `e^x`, Q3.28 to Q5.26, saturating.

use super::Claim;
use super::I32_TOP;
use spinedrift_core::numeric::exp;

/// The claim.
pub(crate) const CLAIM: Claim = Claim {
    function: "exp",
    compute: |x| exp(x as i32).into(),
    truth: |x| ((x as i32 as f64 / 28_f64.exp2()).exp() * 26_f64.exp2()).min(I32_TOP),
    exact: None,
    signed: true,
    falling: false,
    edges: &[
        0,
        1,
        u32::MAX,
        1 << 31,
        i32::MAX as u32,
        7 << 27,
        930_296_000,
        93_032_639,
        0u32.wrapping_sub(93_032_640),
        279_097_919,
        465_163_199,
        651_228_479,
        837_293_759,
        0u32.wrapping_sub(279_097_920),
    ],
};

#[test]
fn the_bound_holds() {
    super::check(&CLAIM);
}

#[test]
fn it_saturates_from_ln_32_on() {
    let ln_32 = (32_f64.ln() * 28_f64.exp2()) as i32;
    assert!(exp(ln_32 - 64) < i32::MAX);
    assert_eq!(exp(ln_32 + 64), i32::MAX);
}
