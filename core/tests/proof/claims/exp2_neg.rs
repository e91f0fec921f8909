//! `2^−x`, Q5.27 to Q1.31.

use super::Claim;
use spinedrift_core::numeric::exp2_neg;

/// The claim.
pub(crate) const CLAIM: Claim = Claim {
    function: "exp2_neg",
    compute: |x| exp2_neg(x).into(),
    truth: |x| (-(x as f64) / 27_f64.exp2()).exp2() * 31_f64.exp2(),
    exact: None,
    signed: false,
    falling: true,
    edges: &[
        0,
        1,
        1 << 27,
        2 << 27,
        3 << 27,
        16 << 27,
        30 << 27,
        31 << 27,
        1 << 31,
        u32::MAX,
    ],
};

#[test]
fn the_bound_holds() {
    super::check(&CLAIM);
}

#[test]
fn whole_powers_are_exact() {
    for power in 0..32 {
        assert_eq!(exp2_neg(power << 27), 1 << (31 - power));
    }
}
