//! Spinedrift's kernel on an ARM9E: what is particular to this board is in [`board`], the rest is common.
#![no_std]
#![no_main]

mod board;

use board::Versatile;
use spinedrift_firmware::{Parts, Runner};
use static_cell::ConstStaticCell;

/// What would spend the stack.
static PARTS: ConstStaticCell<Parts<Versatile>> = ConstStaticCell::new(Parts::new(Versatile::NEW));

/// What `start.s` calls.
#[unsafe(no_mangle)]
#[expect(unsafe_code, reason = "the name is known to start.s")]
extern "C" fn start() -> ! {
    let memories = Versatile::start();
    Runner::new(PARTS.take(), memories).serve()
}
