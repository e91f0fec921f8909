//! `2^x`, Q5.26 to Q15.16, saturating.

use super::Claim;
use super::I32_TOP;
use spinedrift_core::numeric::exp2;

/// The claim.
pub(crate) const CLAIM: Claim = Claim {
    function: "exp2",
    compute: |x| exp2(x as i32).into(),
    truth: |x| ((x as i32 as f64 / 26_f64.exp2()).exp2() * 16_f64.exp2()).min(I32_TOP),
    exact: None,
    signed: true,
    falling: false,
    edges: &[
        0,
        1,
        u32::MAX,
        1 << 31,
        i32::MAX as u32,
        15 << 26,
        14 << 26,
        1 << 26,
        0u32.wrapping_sub(16 << 26),
        0u32.wrapping_sub(17 << 26),
    ],
};

#[test]
fn the_bound_holds() {
    super::check(&CLAIM);
}

#[test]
fn whole_powers_are_exact() {
    for power in -16..15 {
        assert_eq!(exp2(power << 26), 1 << (power + 16));
    }
}

#[test]
fn exp2_neg_seen_from_the_top_differs_by_a_place_at_most() {
    // Two polynomials for one function: a slip in either would show.
    use spinedrift_core::numeric::exp2_neg;
    for place in super::stratified(20) {
        let x = CLAIM.argument(place) as i32;
        let below = (15_i64 << 26) - i64::from(x);
        let mirrored = u32::try_from(2 * below).map_or(0, exp2_neg);
        if below > 0 {
            let here = u32::try_from(exp2(x)).unwrap_or(u32::MAX);
            assert!(here.abs_diff(mirrored.min(i32::MAX as u32)) <= 1, "{x}");
        }
    }
}
