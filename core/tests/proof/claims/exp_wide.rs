//! `e^x`, Q15.16 to Q5.26, saturating.

use super::Claim;
use super::I32_TOP;
use spinedrift_core::numeric::exp_wide;

/// The claim.
pub(crate) const CLAIM: Claim = Claim {
    function: "exp_wide",
    compute: |x| exp_wide(x as i32).into(),
    truth: |x| ((x as i32 as f64 / 16_f64.exp2()).exp() * 26_f64.exp2()).min(I32_TOP),
    exact: None,
    signed: true,
    falling: false,
    edges: &[
        0,
        u32::MAX,
        1 << 31,
        i32::MAX as u32,
        227_130,
        227_131,
        0u32.wrapping_sub(1_226_000),
        45_426,
        0u32.wrapping_sub(45_426),
        0u32.wrapping_sub(1_226_502),
    ],
};

#[test]
fn the_bound_holds() {
    super::check(&CLAIM);
}

#[test]
fn it_ends_at_zero_and_at_the_largest_word() {
    assert_eq!((exp_wide(i32::MIN), exp_wide(i32::MAX)), (0, i32::MAX));
}

#[test]
fn the_bound_holds_on_every_input_with_digits() {
    // Below −20 the result is 0 and the truth below 0.2; above 4 both are cut.
    let finding = CLAIM.examine_all((1 << 31) - (20 << 16)..=(1 << 31) + (4 << 16));
    assert!(finding.keeps(&CLAIM, CLAIM.bound()), "{finding:?}");
}
