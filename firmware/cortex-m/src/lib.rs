//! What all Cortex-M boards share. A board's own part is its [`Line`]: a byte in, a byte out, how to wait for one.
//!
//! The clock is SysTick, the memories are those that the board's linker script sets apart, exceptions report and stop.
#![no_std]
#![expect(
    unsafe_code,
    reason = "registers, and memory regions that the linker script sets apart"
)]

mod board;
mod register;

pub use board::{Board, Line, fault};
pub use register::Register;
