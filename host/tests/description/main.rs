//! Descriptions from outside: what is refused and with which words, and what expands to which synapses.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests fail by panicking, as tests do"
)]

mod check;
mod examples;
mod expand;
mod images;
mod ready_made;
mod reference;
mod sound;
mod toml;
