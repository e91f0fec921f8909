//! The kernel of one chip core.
#![no_std]
