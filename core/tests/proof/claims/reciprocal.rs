//! `1/x`, Q16.16 to Q16.16, correctly rounded, saturating.

use super::Claim;
use super::U32_TOP;
use spinedrift_core::numeric::reciprocal;

/// The claim.
pub(crate) const CLAIM: Claim = Claim {
    function: "reciprocal",
    compute: |x| reciprocal(x).into(),
    truth: |x| (32_f64.exp2() / x as f64).min(U32_TOP),
    exact: Some(nearest),
    signed: false,
    falling: true,
    edges: &[
        0,
        1,
        2,
        3,
        1 << 16,
        3 << 16,
        1 << 31,
        u32::MAX,
        u32::MAX - 1,
        92_681,
        92_682,
    ],
};

/// `|r·x − 2³²| ≤ x/2`, or cut where 2³²/x doesn't fit.
fn nearest(x: u32, result: i64) -> bool {
    if x < 2 {
        return result == i64::from(u32::MAX);
    }
    let miss = (i128::from(result) * i128::from(x) - (1 << 32)).abs();
    2 * miss <= i128::from(x)
}

#[test]
fn the_bound_holds() {
    super::check(&CLAIM);
}

#[test]
fn powers_are_exact() {
    for power in 1..32 {
        assert_eq!(reciprocal(1 << power), 1 << (32 - power));
    }
}
