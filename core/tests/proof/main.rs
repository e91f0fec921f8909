//! Proofs of `numeric`, as far as they go in seconds; `cargo xtask prove` runs the unary functions over all 2³² inputs.

mod claims;
mod counting;
mod coverage;
mod lanes;
mod multiply;
mod no_panic;
mod pick;
mod share;
mod small;
mod softmax;
