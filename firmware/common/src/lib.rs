//! What every board does with the kernel: take an image over the link, run it, hand over what it recorded.
//!
//! A board is a [`Platform`]: bytes in and out, a clock, a stack. Everything else is here and runs on a laptop too, where
//! it is tested. From top to bottom:
//!
//! - [`runner`]: answers requests, one after the other; computes ticks.
//! - [`world`]: the kernel's `Hardware`: what it sends and records goes into the outbox; a full one waits for the host.
//! - [`queue`]: packets to come, words to hand over.
//! - [`wire`]: a request in, its answer out.
//! - [`platform`], [`stack`]: what a board must provide, and how much of its stack was used.
//!
//! No allocator, no `unsafe` in here: boards hand in their memory as slices.
#![no_std]
#![forbid(unsafe_code)]

pub mod platform;
pub mod queue;
pub mod runner;
pub mod stack;
pub mod wire;
pub mod world;

pub use platform::{Facts, Platform};
pub use runner::{Memories, Parts, Runner};
