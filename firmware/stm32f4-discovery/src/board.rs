//! STM32F407G-DISC1: USART2 on PA2 (out) and PA3 (in) is the link, at 921,600 baud; SysTick is the clock (ST RM0090).
//!
//! The processor stays on its 16 MHz oscillator after reset: the least that can go wrong. A board that has to keep up with
//! real time sets up the PLL for 168 MHz here, and the divider of USART2 with it.
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

/// Clock gates (RM0090, 7.3): port A, USART2.
const RCC_AHB1ENR: usize = 0x4002_3830;
const RCC_APB1ENR: usize = 0x4002_3840;
const PORT_A: u32 = 1;
const USART2: u32 = 1 << 17;

/// Port A: mode and alternate function (RM0090, 8.4). Pins 2 and 3 to function 7, USART2.
const GPIOA_MODER: usize = 0x4002_0000;
const GPIOA_AFRL: usize = 0x4002_0020;
const MODES: u32 = 0b1010 << 4;
const MODES_MASK: u32 = 0b1111 << 4;
const FUNCTIONS: u32 = 0x77 << 8;
const FUNCTIONS_MASK: u32 = 0xFF << 8;

/// USART2 (RM0090, 30.6).
const STATUS: usize = 0x4000_4400;
const DATA: usize = 0x4000_4404;
const BAUD: usize = 0x4000_4408;
const CONTROL: usize = 0x4000_440C;
const TX_EMPTY: u32 = 1 << 7;
const RX_FULL: u32 = 1 << 5;
/// USART, transmitter, receiver and its interrupt on.
const ENABLE: u32 = 1 << 13 | 1 << 3 | 1 << 2 | 1 << 5;
/// 16 MHz / 921,600 baud, in sixteenths: 17.36 → 1 + 1/16 times 16.
const DIVIDER: u32 = 17;

/// NVIC's set-enable and clear-pending registers (ARMv7-M, B3.4): USART2 is interrupt 38, bit 6 of the second word.
const NVIC_ENABLE: usize = 0xE000_E104;
const NVIC_CLEAR: usize = 0xE000_E284;
const RX_LINE: u32 = 1 << 6;

/// SysTick runs on the processor's clock.
const CLOCK_HZ: u32 = 16_000_000;
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
static MARK: [u8; 35] = *b"spinedrift board=stm32f4-discovery\0";

fn read(register: usize) -> u32 {
    // SAFETY: callers name registers of the board, which are there on this board.
    unsafe { ptr::read_volatile(ptr::with_exposed_provenance(register)) }
}

fn write(register: usize, value: u32) {
    // SAFETY: callers name registers of the board; no write to them touches
    // memory.
    unsafe { ptr::write_volatile(ptr::with_exposed_provenance_mut(register), value) }
}

/// The board.
#[derive(Debug)]
pub(crate) struct Discovery(());

impl Discovery {
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
        write(RCC_AHB1ENR, read(RCC_AHB1ENR) | PORT_A);
        write(RCC_APB1ENR, read(RCC_APB1ENR) | USART2);
        write(GPIOA_MODER, read(GPIOA_MODER) & !MODES_MASK | MODES);
        write(GPIOA_AFRL, read(GPIOA_AFRL) & !FUNCTIONS_MASK | FUNCTIONS);
        write(BAUD, DIVIDER);
        write(CONTROL, ENABLE);
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

impl Platform for Discovery {
    const FACTS: Facts = Facts {
        name: "stm32f4-discovery",
        clock_hz: CLOCK_HZ,
        clock_mask: SYST_BITS,
    };

    fn receive(&mut self) -> Option<u8> {
        (read(STATUS) & RX_FULL != 0).then(|| read(DATA) as u8)
    }

    fn send(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            while read(STATUS) & TX_EMPTY == 0 {}
            write(DATA, u32::from(byte));
        }
    }

    fn sleep(&mut self) {
        write(NVIC_CLEAR, RX_LINE);
        // A byte that has come before this keeps no interrupt pending, so look; one that comes after it does.
        if read(STATUS) & RX_FULL == 0 {
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
    panicked(&mut Discovery(()), info)
}

#[exception]
unsafe fn HardFault(frame: &ExceptionFrame) -> ! {
    // SAFETY: reading the fault's status has no effect.
    let code = unsafe { (*SCB::PTR).cfsr.read() };
    let address = frame.pc();
    fail(&mut Discovery(()), &Fault::Exception { code, address })
}
