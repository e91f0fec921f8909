//! Fixed-point functions: integer only, no panic, no wrap in silence; errors bounded in [`bounds`].
//!
//! One function a file. Not here: anything random (see [`crate::random`]), anything that knows a neuron or synapse.

#![deny(
    clippy::float_arithmetic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

pub mod bounds;
mod counting;
mod exp;
mod exp2;
mod exp2_neg;
mod exp_neg;
mod exp_wide;
pub mod format;
pub mod lanes;
mod ln;
mod log2;
mod logarithm;
mod multiply;
pub mod pairs;
mod power;
mod reciprocal;
mod share;
mod softmax;
mod sqrt;

pub use counting::{add_sat_count, mul_sat_count, narrow_sat_count, shl_sat_count, sub_sat_count};
pub use exp::exp;
pub use exp_neg::exp_neg;
pub use exp_wide::exp_wide;
pub use exp2::exp2;
pub use exp2_neg::exp2_neg;
pub use lanes::{LANES, Lanes, Words, exp_lanes, mul_hi_lanes};
pub use ln::ln;
pub use log2::log2;
pub use multiply::{mul_hi, mul_hi_unsigned, mul_shift, saturate};
pub use reciprocal::{reciprocal, reciprocal_normalised};
pub use share::share;
pub use softmax::{SOFTMAX_MAX, pick, probabilities, softmax, softmax_in_place};
pub use sqrt::sqrt;
