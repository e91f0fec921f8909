//! `√x`, Q16.16 to Q8.24, correctly rounded.

use super::Claim;
use super::U32_TOP;
use spinedrift_core::numeric::sqrt;

/// The claim.
pub(crate) const CLAIM: Claim = Claim {
    function: "sqrt",
    compute: |x| sqrt(x).into(),
    truth: |x| (x as f64 * 32_f64.exp2()).sqrt().min(U32_TOP),
    exact: Some(nearest),
    signed: false,
    falling: false,
    edges: &[
        0,
        1,
        2,
        3,
        4,
        1 << 16,
        4 << 16,
        1 << 30,
        1 << 31,
        3 << 30,
        u32::MAX,
        u32::MAX - 1,
    ],
};

/// `(2r − 1)² ≤ 4·x·2³² ≤ (2r + 1)²`; at the top the next root doesn't fit.
fn nearest(x: u32, root: i64) -> bool {
    let (target, twice) = (u128::from(x) << 34, 2 * root as u128);
    let low = twice.saturating_sub(1);
    low * low <= target && (target <= (twice + 1) * (twice + 1) || root == i64::from(u32::MAX))
}

#[test]
fn the_bound_holds() {
    super::check(&CLAIM);
}

#[test]
fn squares_are_exact() {
    for root in 0..256 {
        assert_eq!(sqrt((root * root) << 16), root << 24);
    }
}
