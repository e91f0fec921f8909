//! Spinedrift's kernel on an ARM9E: what is particular to this board is in [`board`], the rest is common.
#![no_std]
#![no_main]

mod board;

use board::Versatile;
use spinedrift_firmware::{Memories, Runner};

/// What `start.s` calls.
#[unsafe(no_mangle)]
#[expect(unsafe_code, reason = "the name is known to start.s")]
extern "C" fn start() -> ! {
    let (board, dtcm, sdram) = Versatile::start();
    Runner::new(board, Memories { dtcm, sdram }).serve()
}
