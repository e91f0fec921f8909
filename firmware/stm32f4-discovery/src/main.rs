//! Spinedrift's kernel on the STM32F4 Discovery board: what is particular to it is in [`board`], the rest is common.
#![no_std]
#![no_main]

mod board;

use board::Discovery;
use spinedrift_firmware::{Memories, Runner};

#[cortex_m_rt::entry]
fn main() -> ! {
    let (board, dtcm, sdram) = Discovery::start();
    Runner::new(board, Memories { dtcm, sdram }).serve()
}
