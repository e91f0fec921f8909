//! `e^−x`, Q16.16 to Q1.31.

use super::Claim;
use spinedrift_core::numeric::exp_neg;

/// The claim.
pub(crate) const CLAIM: Claim = Claim {
    function: "exp_neg",
    compute: |x| exp_neg(x).into(),
    truth: |x| (-(x as f64) / 16_f64.exp2()).exp() * 31_f64.exp2(),
    exact: None,
    signed: false,
    falling: true,
    edges: &[
        0,
        1,
        1 << 16,
        45_426,
        90_852,
        1_453_635,
        1_499_000,
        1 << 31,
        u32::MAX,
    ],
};

#[test]
fn the_bound_holds() {
    super::check(&CLAIM);
}

#[test]
fn it_starts_at_one_and_ends_at_zero() {
    assert_eq!((exp_neg(0), exp_neg(u32::MAX)), (1 << 31, 0));
}

#[test]
fn the_bound_holds_on_every_input_with_digits() {
    // e^−24·2³¹ is below 0.1: from there on the result is 0, and the truth falls.
    let finding = CLAIM.examine_all(0..=24 << 16);
    assert!(finding.keeps(&CLAIM, CLAIM.bound()), "{finding:?}");
}
