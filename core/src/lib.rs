//! The kernel of one neuromorphic core: spiking neurons and synaptic sampling, in fixed point.
//!
//! `no_std`, no allocation, no float, no `unsafe`, no panic on any input. From top to bottom:
//!
//! - [`kernel`]: what a core does at a tick and when a packet arrives; its view of the world is the trait
//!   [`kernel::Hardware`].
//! - [`image`]: what a core loads, byte by byte; decoding arbitrary bytes gives an error, never a panic.
//! - [`synapse`]: rows of static synapses, and rows of θ that move by synaptic sampling (Kappel et al. 2015).
//! - [`neuron`]: winner-take-all circuits, stochastic neurons, LIF neurons, sources.
//! - [`random`]: streams that are keyed by what is drawn, never by the core that draws.
//! - [`numeric`]: exp, log, softmax and their like, with proven error bounds.
//! - [`spike`]: ticks and keys.
//!
//! A module uses only those below it. Randomness belongs to the model, sums are integers, and delays are at least one
//! tick: so the same image gives the same bits on the functional emulator, the cycle-level machine and firmware, and
//! the same network gives them for any partition onto cores.
#![no_std]
#![forbid(unsafe_code)]
#![deny(
    clippy::float_arithmetic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]
#![cfg_attr(
    test,
    allow(
        clippy::float_arithmetic,
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects,
        reason = "tests compare against floats"
    )
)]

pub mod image;
pub mod kernel;
pub mod neuron;
pub mod numeric;
pub mod random;
pub mod spike;
pub mod synapse;
