//! `1/m` of a mantissa, Q1.31 to Q0.32, floor.

use super::Claim;
use super::U32_TOP;
use spinedrift_core::numeric::reciprocal_normalised;

/// The claim.
pub(crate) const CLAIM: Claim = Claim {
    function: "reciprocal_normalised",
    compute: |x| reciprocal_normalised(x.max(1 << 31)).into(),
    truth: |x| (63_f64.exp2() / x.max(1 << 31) as f64).min(U32_TOP),
    exact: Some(floor),
    signed: false,
    falling: true,
    edges: &[
        1 << 31,
        (1 << 31) + 1,
        3 << 30,
        u32::MAX,
        u32::MAX - 1,
        3_037_000_500,
    ],
};

/// `r·m ≤ 2⁶³ < (r + 1)·m`, or cut at `m` = 1.
fn floor(x: u32, result: i64) -> bool {
    let (m, r) = (u128::from(x.max(1 << 31)), result as u128);
    if m == 1 << 31 {
        return result == i64::from(u32::MAX);
    }
    r * m <= 1 << 63 && (r + 1) * m > 1 << 63
}

#[test]
fn the_bound_holds() {
    super::check(&CLAIM);
}

#[test]
fn a_mantissa_too_small_counts_as_one() {
    assert_eq!(reciprocal_normalised(0), u32::MAX);
}
