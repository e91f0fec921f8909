//! The Q formats: which bits of a word stand for what, and why.
//!
//! `Qm.n` has `m` bits before and `n` after the binary point, sign bit not counted. The types are those of the crate
//! `fixed`; kernels work on raw words (`to_bits`, `from_bits`), descriptions and tests on the types.

use fixed::types::{I4F28, I6F26, I16F16, U0F32, U1F31, U5F27, U8F24, U16F16};

/// Synaptic parameter θ, and Gaussian noise: Q3.28. It needs −5 … 6; noise per tick is 4.5e−4, drift 1e−7, the step 3.7e−9.
pub type Theta = I4F28;
/// Membrane potential, postsynaptic current, trace: Q15.16. As wide as the field's s16.15 and one bit finer.
pub type Potential = I16F16;
/// Efficacy, intensity, logarithm: Q5.26. e^(θ − θ₀) stays below 32 = e^3.47.
pub type Efficacy = I6F26;
/// A number from 0 to 1 inclusive: Q1.31. Decay factors, softmax weights.
pub type Unit = U1F31;
/// A probability below one: Q0.32, compared with a random word.
pub type Probability = U0F32;
/// Exponent of a decay: Q5.27. 2^−32 is the smallest that a [`Unit`] can hold.
pub type Decay = U5F27;
/// Argument of [`super::ln`], [`super::sqrt`] and [`super::reciprocal`]: unsigned Q16.16, a [`Potential`] without sign.
pub type Magnitude = U16F16;
/// Square root of a [`Magnitude`]: Q8.24, all 32 bits in use.
pub type Root = U8F24;
