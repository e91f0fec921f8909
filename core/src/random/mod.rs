//! Random variates in fixed point, from streams keyed by the model.
//!
//! Not here: which key a neuron block or a row has; the kernel decides that.

#![deny(
    clippy::float_arithmetic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

mod gaussian;
mod gaussian_table;
mod lane_key;
mod nibble_gaussian;
mod round;
mod row_words;
mod stream;
mod uniform;

pub use gaussian::{gaussian, gaussian_apart, gaussian_lanes};
pub use lane_key::LaneKey;
pub use nibble_gaussian::{Curve, Lanes, halves, nibble_gaussian_lanes};
pub use round::stochastic_round;
pub use row_words::{PASSES, RowWords, row_words_lanes};
pub use stream::Stream;
pub use uniform::{bernoulli, exponential, poisson, ticks_until};
