//! ARM's MPS2 board: CMSDK UART 0 is the link, SysTick the clock (ARM DUI 0994; Application Note 386).
#![expect(
    unsafe_code,
    reason = "registers, and memory regions that the linker script sets apart"
)]

use core::panic::PanicInfo;
use core::ptr;
use cortex_m::peripheral::{SCB, syst::SystClkSource};
use cortex_m_rt::{ExceptionFrame, exception};
use spinedrift_firmware::wire::{fail, panicked};
use spinedrift_firmware::{Facts, Memories, Platform};
use spinedrift_link::Fault;
use spinedrift_link::message::Trial;

/// UART 0 (CMSDK APB UART).
const UART: usize = 0x4000_4000;
const DATA: usize = UART;
const STATE: usize = UART + 4;
const CTRL: usize = UART + 8;
const INT_CLEAR: usize = UART + 12;
const BAUD_DIVIDER: usize = UART + 16;

const TX_FULL: u32 = 1;
const RX_FULL: u32 = 2;
/// Transmitter, receiver and its interrupt on.
const ENABLE: u32 = 1 | 2 | 8;
const RX_INTERRUPT: u32 = 2;
/// The least divider that the UART takes.
const DIVIDER_MIN: u32 = 16;

/// NVIC's set-enable and clear-pending registers (ARMv7-M, B3.4); the receiver of UART 0 is interrupt 0.
const NVIC_ENABLE: usize = 0xE000_E100;
const NVIC_CLEAR: usize = 0xE000_E280;
const RX_LINE: u32 = 1;

/// SysTick runs on the processor's clock.
const CLOCK_HZ: u32 = 25_000_000;
const SYST_BITS: u32 = 0x00FF_FFFF;

unsafe extern "C" {
    static mut _stack_start: u32;
    static mut _stack_end: u32;
    static mut _dtcm_start: u32;
    static mut _dtcm_end: u32;
    static mut _sdram_start: u32;
    static mut _sdram_end: u32;
}

/// Says in the file which board it is for.
#[used]
#[unsafe(link_section = ".rodata.board")]
static MARK: [u8; 27] = *b"spinedrift board=cortex-m4\0";

fn read(register: usize) -> u32 {
    // SAFETY: callers name registers of the UART, which are there on this board.
    unsafe { ptr::read_volatile(ptr::with_exposed_provenance(register)) }
}

fn write(register: usize, value: u32) {
    // SAFETY: callers name registers of the UART and the NVIC, which are there on this board; no write to them touches
    // memory.
    unsafe { ptr::write_volatile(ptr::with_exposed_provenance_mut(register), value) }
}

/// The board.
#[derive(Debug)]
pub(crate) struct Mps2(());

impl Mps2 {
    /// Before it is started.
    pub(crate) const NEW: Self = Self(());

    /// Starts UART and clock, and hands out the memories.
    pub(crate) fn start() -> Memories<'static> {
        // Interrupts wake the processor and are not served.
        cortex_m::interrupt::disable();
        if let Some(mut peripherals) = cortex_m::Peripherals::take() {
            peripherals.SYST.set_clock_source(SystClkSource::Core);
            peripherals.SYST.set_reload(SYST_BITS);
            peripherals.SYST.clear_current();
            peripherals.SYST.enable_counter();
        }
        write(BAUD_DIVIDER, DIVIDER_MIN);
        write(CTRL, ENABLE);
        write(NVIC_ENABLE, RX_LINE);
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

impl Platform for Mps2 {
    const FACTS: Facts = Facts {
        name: "cortex-m4",
        clock_hz: CLOCK_HZ,
        clock_mask: SYST_BITS,
    };

    fn receive(&mut self) -> Option<u8> {
        (read(STATE) & RX_FULL != 0).then(|| read(DATA) as u8)
    }

    fn send(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            while read(STATE) & TX_FULL != 0 {}
            write(DATA, u32::from(byte));
        }
    }

    fn sleep(&mut self) {
        write(INT_CLEAR, RX_INTERRUPT);
        write(NVIC_CLEAR, RX_LINE);
        // A byte that has come before this keeps no interrupt pending, so look; one that comes after it does.
        if read(STATE) & RX_FULL == 0 {
            cortex_m::asm::wfi();
        }
    }

    fn clock(&mut self) -> u32 {
        // SysTick counts down.
        SYST_BITS - cortex_m::peripheral::SYST::get_current()
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

#[panic_handler]
fn panic_met(info: &PanicInfo<'_>) -> ! {
    panicked(&mut Mps2(()), info)
}

#[exception]
unsafe fn HardFault(frame: &ExceptionFrame) -> ! {
    // SAFETY: reading the fault's status has no effect.
    let code = unsafe { (*SCB::PTR).cfsr.read() };
    let address = frame.pc();
    fail(&mut Mps2(()), &Fault::Exception { code, address })
}
