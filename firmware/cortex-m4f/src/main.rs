//! Spinedrift's kernel on a Cortex-M4F: what is particular to this board is in [`board`], the rest is common.
#![no_std]
#![no_main]

mod board;

use board::Mps2;
use spinedrift_firmware::{Parts, Runner};
use static_cell::ConstStaticCell;

/// What would spend the stack.
static PARTS: ConstStaticCell<Parts<Mps2>> = ConstStaticCell::new(Parts::new(Mps2::NEW));

#[cortex_m_rt::entry]
fn main() -> ! {
    let memories = Mps2::start();
    Runner::new(PARTS.take(), memories).serve()
}
