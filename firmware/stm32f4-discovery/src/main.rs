//! Spinedrift's kernel on the STM32F4 Discovery board: what is particular to it is in [`board`], the rest is common.
#![no_std]
#![no_main]

mod board;

use board::Discovery;
use spinedrift_firmware::{Parts, Runner};
use static_cell::ConstStaticCell;

/// What would spend the stack.
static PARTS: ConstStaticCell<Parts<Discovery>> = ConstStaticCell::new(Parts::new(Discovery::NEW));

#[cortex_m_rt::entry]
fn main() -> ! {
    let memories = Discovery::start();
    Runner::new(PARTS.take(), memories).serve()
}
