//! The kernel of one chip core.
#![no_std]

pub mod numeric;
pub mod random;
