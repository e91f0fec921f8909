//! STM32F407G-DISC1: USART2 on PA2 (out) and PA3 (in) is the link, at 921,600 baud (ST RM0090).
//!
//! The processor stays on its 16 MHz oscillator after reset: the least that can go wrong. A board that has to keep up with
//! real time sets up the PLL for 168 MHz here, and the divider of USART2 with it.
#![expect(unsafe_code, reason = "registers")]

use core::panic::PanicInfo;
use cortex_m_rt::{ExceptionFrame, exception};
use spinedrift_cortex_m::{Board, Line, Register, fault};
use spinedrift_firmware::wire::panicked;

/// Clock gates (RM0090, 7.3): port A, USART2.
// SAFETY: registers of this microcontroller; no write to them touches memory.
const RCC_AHB1ENR: Register = unsafe { Register::at(0x4002_3830) };
// SAFETY: as above.
const RCC_APB1ENR: Register = unsafe { Register::at(0x4002_3840) };
const PORT_A: u32 = 1;
const USART2: u32 = 1 << 17;

/// Port A: mode and alternate function (RM0090, 8.4). Pins 2 and 3 to function 7, USART2.
// SAFETY: as above.
const GPIOA_MODER: Register = unsafe { Register::at(0x4002_0000) };
// SAFETY: as above.
const GPIOA_AFRL: Register = unsafe { Register::at(0x4002_0020) };
const MODES: u32 = 0b1010 << 4;
const MODES_MASK: u32 = 0b1111 << 4;
const FUNCTIONS: u32 = 0x77 << 8;
const FUNCTIONS_MASK: u32 = 0xFF << 8;

/// USART2 (RM0090, 30.6).
// SAFETY: as above.
const STATUS: Register = unsafe { Register::at(0x4000_4400) };
// SAFETY: as above.
const DATA: Register = unsafe { Register::at(0x4000_4404) };
// SAFETY: as above.
const BAUD: Register = unsafe { Register::at(0x4000_4408) };
// SAFETY: as above.
const CONTROL: Register = unsafe { Register::at(0x4000_440C) };
const TX_EMPTY: u32 = 1 << 7;
const RX_FULL: u32 = 1 << 5;
/// USART, transmitter, receiver and its interrupt on.
const ENABLE: u32 = 1 << 13 | 1 << 3 | 1 << 2 | 1 << 5;
/// 16 MHz / 921,600 baud, in sixteenths: 17.36 → 1 + 1/16 times 16.
const DIVIDER: u32 = 17;

/// NVIC's set-enable and clear-pending registers (ARMv7-M, B3.4): USART2 is interrupt 38, bit 6 of the second word.
// SAFETY: as above.
const NVIC_ENABLE: Register = unsafe { Register::at(0xE000_E104) };
// SAFETY: as above.
const NVIC_CLEAR: Register = unsafe { Register::at(0xE000_E284) };
const RX_LINE: u32 = 1 << 6;

/// Says in the file which board it is for.
#[used]
#[unsafe(link_section = ".rodata.board")]
static MARK: [u8; 35] = *b"spinedrift board=stm32f4-discovery\0";

/// USART2.
#[derive(Debug)]
pub(crate) struct Usart2;

/// The board.
pub(crate) type Discovery = Board<Usart2>;

impl Line for Usart2 {
    const NAME: &'static str = "stm32f4-discovery";
    const CLOCK_HZ: u32 = 16_000_000;

    fn start() {
        RCC_AHB1ENR.write(RCC_AHB1ENR.read() | PORT_A);
        RCC_APB1ENR.write(RCC_APB1ENR.read() | USART2);
        GPIOA_MODER.write(GPIOA_MODER.read() & !MODES_MASK | MODES);
        GPIOA_AFRL.write(GPIOA_AFRL.read() & !FUNCTIONS_MASK | FUNCTIONS);
        BAUD.write(DIVIDER);
        CONTROL.write(ENABLE);
        NVIC_ENABLE.write(RX_LINE);
    }

    fn has_byte() -> bool {
        STATUS.read() & RX_FULL != 0
    }

    fn byte() -> u8 {
        DATA.read() as u8
    }

    fn send(byte: u8) {
        while STATUS.read() & TX_EMPTY == 0 {}
        DATA.write(u32::from(byte));
    }

    fn clear_interrupt() {
        NVIC_CLEAR.write(RX_LINE);
    }
}

#[panic_handler]
fn panic_met(info: &PanicInfo<'_>) -> ! {
    panicked(&mut Discovery::new(), info)
}

#[exception]
unsafe fn HardFault(frame: &ExceptionFrame) -> ! {
    fault::<Usart2>(frame)
}
