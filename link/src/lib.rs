//! The byte protocol between a host and a board: what `spinedrift run --target serial:…` and the firmware speak.
//!
//! The host asks, the board answers, one request at a time; a request that brings no answer is sent again. From top to
//! bottom:
//!
//! - [`client`]: the host's end; [`server`]: the board's end. Both are state machines over bytes: they own no port and no
//!   clock, so that a test can put any channel between them.
//! - [`message`]: what can be asked and answered; [`block`]: the words that a run takes in and gives out.
//! - [`frame`]: one message as bytes: postcard, CRC-32, COBS.
//!
//! A channel may lose, double, damage or swap bytes: the CRC turns each of these into a lost frame, the sequence number
//! tells a repeated request from a new one, and the board answers a repeated one from memory instead of doing it twice.
#![no_std]
#![forbid(unsafe_code)]

pub mod block;
pub mod client;
pub mod frame;
pub mod message;
pub mod server;

pub use client::Client;
pub use message::{Fault, Memory, Refusal, Reply, Request};
pub use server::Server;

/// Version of the protocol; a board that speaks another is named, not guessed at.
pub const VERSION: u32 = 1;
