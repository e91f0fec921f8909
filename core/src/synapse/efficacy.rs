//! θ → w: a spine's size.
//!
//! w = e^(θ − θ0). The membrane sees max(0, w − e^−θ0) when spines grow from nothing (the authors' program), or w for
//! θ > 0 and nothing otherwise. θ ≤ 0 is a retracted spine: it transmits nothing.

use crate::image::Plastic;
use crate::numeric;

/// w = e^(θ − θ0) in Q5.26, for θ and θ0 in Q3.28; θ − θ0 is held ≥ −8. Error: that of [`numeric::exp`].
#[inline(always)]
#[must_use]
pub fn weight(theta: i32, offset: i32) -> i32 {
    numeric::exp(theta.saturating_sub(offset))
}

/// What the membrane receives of a synapse, as a ring integer: rounded to nearest, 0 for θ ≤ 0.
#[inline(always)]
#[must_use]
pub fn ring_integer(theta: i32, plastic: &Plastic) -> i32 {
    let seen = weight(theta, plastic.offset)
        .saturating_sub(plastic.floor)
        .max(0);
    let shift = plastic.efficacy_shift & 31;
    // Half of the last bit, or 0 without a shift; Q5.26 below 2^31 − 2^25 leaves room, and at the top it saturates.
    let half = (1_i32.wrapping_shl(shift)) >> 1;
    let integer = seen.saturating_add(half) >> shift;
    if theta > 0 { integer } else { 0 }
}
