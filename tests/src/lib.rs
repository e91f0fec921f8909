//! Whole-system tests: what they share. Each file beside `src` is a test of its own.
//!
//! [`scenario`] draws networks, [`layout`] where they run, [`sink`] keeps what a run records in an order that no partition
//! changes, [`whole`] runs a target and keeps all of it, [`board`] is the firmware in a thread,
//! [`seed`] runs a check over many seeds and prints the command that replays a failure, [`demo_law`] measures the demo's network for comparisons in law.

pub mod board;
pub mod demo_law;
pub mod digest;
pub mod exact;
pub mod law;
pub mod laws;
pub mod layout;
pub mod scenario;
pub mod seed;
pub mod sink;
pub mod stationary;
pub mod whole;
