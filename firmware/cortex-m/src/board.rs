//! A Cortex-M board as the runner wants it.

use core::marker::PhantomData;
use cortex_m::peripheral::{SCB, SYST, syst::SystClkSource};
use cortex_m_rt::ExceptionFrame;
use spinedrift_firmware::wire::fail;
use spinedrift_firmware::{Facts, Memories, Platform};
use spinedrift_link::Fault;
use spinedrift_link::message::Trial;

/// A board's line to the host.
pub trait Line {
    /// Name of the board.
    const NAME: &'static str;
    /// Clock of the processor, which SysTick counts.
    const CLOCK_HZ: u32;

    /// Switches it on, with an interrupt for each byte that comes: it wakes the processor and is not served.
    fn start();

    /// Whether a byte has come.
    fn has_byte() -> bool;

    /// The byte that has come.
    fn byte() -> u8;

    /// Sends a byte, once there is room for it.
    fn send(byte: u8);

    /// Forgets that an interrupt is pending.
    fn clear_interrupt();
}

/// Bits of SysTick.
const SYST_BITS: u32 = 0x00FF_FFFF;

unsafe extern "C" {
    static mut _stack_start: u32;
    static mut _stack_end: u32;
    static mut _dtcm_start: u32;
    static mut _dtcm_end: u32;
    static mut _sdram_start: u32;
    static mut _sdram_end: u32;
}

/// A board with this line.
#[derive(Debug)]
pub struct Board<L>(PhantomData<L>);

impl<L: Line> Board<L> {
    /// Before it is started.
    #[must_use]
    pub const fn new() -> Self {
        Self(PhantomData)
    }

    /// Starts line and clock, and hands out the memories. To be called once, by `main`.
    pub fn start() -> Memories<'static> {
        // Interrupts wake the processor and are not served.
        cortex_m::interrupt::disable();
        if let Some(mut peripherals) = cortex_m::Peripherals::take() {
            peripherals.SYST.set_clock_source(SystClkSource::Core);
            peripherals.SYST.set_reload(SYST_BITS);
            peripherals.SYST.clear_current();
            peripherals.SYST.enable_counter();
        }
        L::start();
        let region = |start: *mut u32, end: *mut u32| {
            let words = (end as usize).saturating_sub(start as usize) / 4;
            // SAFETY: the linker script sets the region apart for this, aligned, and `start` is called once, by `main`.
            unsafe { core::slice::from_raw_parts_mut(start, words) }
        };
        let dtcm = region(&raw mut _dtcm_start, &raw mut _dtcm_end);
        let sdram = region(&raw mut _sdram_start, &raw mut _sdram_end);
        Memories { dtcm, sdram }
    }
}

impl<L: Line> Default for Board<L> {
    fn default() -> Self {
        Self::new()
    }
}

impl<L: Line> Platform for Board<L> {
    const FACTS: Facts = Facts {
        name: L::NAME,
        clock_hz: L::CLOCK_HZ,
        clock_mask: SYST_BITS,
    };

    fn receive(&mut self) -> Option<u8> {
        L::has_byte().then(L::byte)
    }

    fn send(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            L::send(byte);
        }
    }

    fn sleep(&mut self) {
        L::clear_interrupt();
        // A byte that has come before this keeps no interrupt pending, so look; one that comes after it does.
        if !L::has_byte() {
            cortex_m::asm::wfi();
        }
    }

    fn clock(&mut self) -> u32 {
        // SysTick counts down.
        SYST_BITS - SYST::get_current()
    }

    fn stack_words(&self) -> usize {
        let (top, bottom) = (&raw const _stack_start, &raw const _stack_end);
        (top as usize).saturating_sub(bottom as usize) / 4
    }

    fn stack_word(&self, index: usize) -> u32 {
        // SAFETY: the caller asks for a word below `stack_words`, which is memory.
        unsafe { (&raw const _stack_end).add(index).read_volatile() }
    }

    fn try_fault(&mut self, trial: Trial) {
        match trial {
            #[expect(clippy::panic, reason = "asked for")]
            Trial::Panic => panic!("asked for"),
            Trial::Instruction => cortex_m::asm::udf(),
            // SAFETY: the last word of the stack is memory that nothing uses.
            Trial::Stack => unsafe { (&raw mut _stack_end).write_volatile(0) },
        }
    }
}

/// Reports a hard fault and stops; what a board's handler calls.
pub fn fault<L: Line>(frame: &ExceptionFrame) -> ! {
    // SAFETY: reading the fault's status has no effect.
    let code = unsafe { (*SCB::PTR).cfsr.read() };
    let address = frame.pc();
    fail(&mut Board::<L>::new(), &Fault::Exception { code, address })
}
