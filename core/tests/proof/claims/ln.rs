//! `ln x`, Q16.16 to Q5.26.

use super::Claim;
use spinedrift_core::numeric::ln;

/// The claim.
pub(crate) const CLAIM: Claim = Claim {
    function: "ln",
    compute: |x| ln(x).into(),
    truth: |x| {
        if x == 0 {
            i32::MIN as f64
        } else {
            (x as f64 / 16_f64.exp2()).ln() * 26_f64.exp2()
        }
    },
    exact: None,
    signed: false,
    falling: false,
    edges: &[
        0,
        1,
        2,
        3,
        1 << 16,
        (1 << 16) - 1,
        1 << 31,
        u32::MAX,
        33 << 26,
        36 << 26,
        39 << 26,
        42 << 26,
        45 << 26,
        48 << 26,
        51 << 26,
        54 << 26,
        57 << 26,
        60 << 26,
        63 << 26,
        33 << 11,
        40 << 11,
    ],
};

#[test]
fn the_bound_holds() {
    super::check(&CLAIM);
}

#[test]
fn one_has_none_and_zero_the_least() {
    assert_eq!((ln(1 << 16), ln(0)), (0, i32::MIN));
}
