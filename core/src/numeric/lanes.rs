//! Sixteen at a time: the width of a neuron block, and of an AVX-512 register.
//!
//! Plain loops over arrays, which the compiler turns into vector code; no intrinsics, no unsafe. One lane computes
//! exactly what the scalar function of the same name computes.

use super::{exp::exp, multiply::mul_hi};

/// Synapses updated together.
pub const LANES: usize = 16;

/// One signed fixed-point number a lane.
pub type Lanes = [i32; LANES];

/// One random word a lane.
pub type Words = [u32; LANES];

/// [`mul_hi`] in each lane.
#[must_use]
#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "vectorises only when inlined into the lane loop"
)]
pub fn mul_hi_lanes(a: &Lanes, b: &Lanes) -> Lanes {
    let mut out = *a;
    for (x, &y) in out.iter_mut().zip(b) {
        *x = mul_hi(*x, y);
    }
    out
}

/// [`exp`] in each lane.
#[must_use]
#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "vectorises only when inlined into the lane loop"
)]
pub fn exp_lanes(x: &Lanes) -> Lanes {
    x.map(exp)
}
