//! ARM's Versatile board: PL011 UART 0 is the link, the 24 MHz counter the clock (ARM DUI 0225, DDI 0183).
#![expect(
    unsafe_code,
    reason = "registers, and memory regions that the linker script sets apart"
)]

use core::arch::{asm, global_asm};
use core::panic::PanicInfo;
use core::ptr;
use spinedrift_firmware::wire::{fail, panicked};
use spinedrift_firmware::{Facts, Memories, Platform};
use spinedrift_link::Fault;
use spinedrift_link::message::Trial;
// For its features alone: see Cargo.toml.
use heapless as _;
use portable_atomic as _;

global_asm!(include_str!("start.s"), options(raw));

/// UART 0 (PL011).
const UART: usize = 0x101F_1000;
const DATA: usize = UART;
const FLAGS: usize = UART + 0x18;
const LINE: usize = UART + 0x2C;
const CONTROL: usize = UART + 0x30;
const MASK: usize = UART + 0x38;

const RX_EMPTY: u32 = 1 << 4;
const TX_FULL: u32 = 1 << 5;
/// Eight bits, with queues.
const LINE_8_FIFO: u32 = 3 << 5 | 1 << 4;
/// UART, transmitter and receiver on.
const ENABLE: u32 = 1 | 1 << 8 | 1 << 9;
/// Interrupts: bytes have come, and a byte has waited.
const RX_INTERRUPTS: u32 = 1 << 4 | 1 << 6;

/// Enable register of the vectored interrupt controller; UART 0 is line 12.
const VIC_ENABLE: usize = 0x1014_0010;
const UART_LINE: u32 = 1 << 12;

/// Counter of the system registers: 24 MHz from the start.
const COUNTER: usize = 0x1000_005C;
const CLOCK_HZ: u32 = 24_000_000;

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
static MARK: [u8; 22] = *b"spinedrift board=arm9\0";

/// Where exceptions run: they only report.
#[used]
static mut EXCEPTION_STACK: [u64; 96] = [0; 96];

global_asm!(
    ".global _exception_stack_top",
    ".set _exception_stack_top, {stack} + 768",
    stack = sym EXCEPTION_STACK,
);

fn read(register: usize) -> u32 {
    // SAFETY: callers name registers of the board.
    unsafe { ptr::read_volatile(ptr::with_exposed_provenance(register)) }
}

fn write(register: usize, value: u32) {
    // SAFETY: callers name registers of the board, and no write to them touches memory.
    unsafe { ptr::write_volatile(ptr::with_exposed_provenance_mut(register), value) }
}

/// The board.
#[derive(Debug)]
pub(crate) struct Versatile(());

impl Versatile {
    /// Before it is started.
    pub(crate) const NEW: Self = Self(());

    /// Starts the UART and hands out the memories.
    pub(crate) fn start() -> Memories<'static> {
        write(LINE, LINE_8_FIFO);
        write(MASK, RX_INTERRUPTS);
        write(CONTROL, ENABLE);
        write(VIC_ENABLE, UART_LINE);
        let region = |start: *mut u32, end: *mut u32| {
            let words = (end as usize).saturating_sub(start as usize) / 4;
            // SAFETY: the linker script sets the region apart for this, aligned, and `start` is called once.
            unsafe { core::slice::from_raw_parts_mut(start, words) }
        };
        let dtcm = region(&raw mut _dtcm_start, &raw mut _dtcm_end);
        let sdram = region(&raw mut _sdram_start, &raw mut _sdram_end);
        Memories { dtcm, sdram }
    }
}

impl Platform for Versatile {
    const FACTS: Facts = Facts {
        name: "arm9",
        clock_hz: CLOCK_HZ,
        clock_mask: u32::MAX,
    };

    fn receive(&mut self) -> Option<u8> {
        (read(FLAGS) & RX_EMPTY == 0).then(|| read(DATA) as u8)
    }

    fn send(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            while read(FLAGS) & TX_FULL != 0 {}
            write(DATA, u32::from(byte));
        }
    }

    fn sleep(&mut self) {
        // The UART holds its interrupt as long as a byte waits, so a byte that has just come ends the wait at once.
        // SAFETY: waits for an interrupt (ARM926EJ-S manual, register 7; the ARM968E-S has the same).
        unsafe { asm!("mcr p15, 0, {zero}, c7, c0, 4", zero = in(reg) 0) }
    }

    fn clock(&mut self) -> u32 {
        read(COUNTER)
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
            // SAFETY: an instruction that is undefined for ever: the processor takes its exception.
            Trial::Instruction => unsafe { asm!(".inst 0xe7f000f0") },
            // SAFETY: the last word of the stack is memory that nothing uses.
            Trial::Stack => unsafe { (&raw mut _stack_end).write_volatile(0) },
        }
    }
}

#[panic_handler]
fn panic_met(info: &PanicInfo<'_>) -> ! {
    panicked(&mut Versatile(()), info)
}

/// What `start.s` calls in an exception: which it is, and where.
#[unsafe(no_mangle)]
extern "C" fn exception_met(code: u32, address: u32) -> ! {
    fail(&mut Versatile(()), &Fault::Exception { code, address })
}
