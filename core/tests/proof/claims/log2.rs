//! `log₂ x`, Q16.16 to Q5.26.

use super::Claim;
use spinedrift_core::numeric::log2;

/// The claim.
pub(crate) const CLAIM: Claim = Claim {
    function: "log2",
    compute: |x| log2(x).into(),
    truth: |x| {
        if x == 0 {
            i32::MIN as f64
        } else {
            (x as f64 / 16_f64.exp2()).log2() * 26_f64.exp2()
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
fn whole_powers_are_exact() {
    for power in 0..32 {
        assert_eq!(log2(1 << power), (power - 16) << 26);
    }
}
