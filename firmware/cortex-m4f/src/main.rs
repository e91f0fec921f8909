//! Spinedrift's kernel on a Cortex-M4F: what is particular to this board is in [`board`], the rest is common.
#![no_std]
#![no_main]

mod board;

use board::Mps2;
use spinedrift_firmware::{Memories, Runner};

#[cortex_m_rt::entry]
fn main() -> ! {
    let (board, dtcm, sdram) = Mps2::start();
    Runner::new(board, Memories { dtcm, sdram }).serve()
}
