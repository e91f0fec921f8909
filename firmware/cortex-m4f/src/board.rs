//! ARM's MPS2 board: CMSDK UART 0 is the link (ARM DUI 0994; Application Note 386).
#![expect(unsafe_code, reason = "registers")]

use core::panic::PanicInfo;
use cortex_m_rt::{ExceptionFrame, exception};
use spinedrift_cortex_m::{Board, Line, Register, fault};
use spinedrift_firmware::wire::panicked;

/// UART 0 (CMSDK APB UART).
const UART: usize = 0x4000_4000;
// SAFETY: registers of the UART and the NVIC, which are there on this board; no write to them touches memory.
const DATA: Register = unsafe { Register::at(UART) };
// SAFETY: as above.
const STATE: Register = unsafe { Register::at(UART + 4) };
// SAFETY: as above.
const CTRL: Register = unsafe { Register::at(UART + 8) };
// SAFETY: as above.
const INT_CLEAR: Register = unsafe { Register::at(UART + 12) };
// SAFETY: as above.
const BAUD_DIVIDER: Register = unsafe { Register::at(UART + 16) };

const TX_FULL: u32 = 1;
const RX_FULL: u32 = 2;
/// Transmitter, receiver and its interrupt on.
const ENABLE: u32 = 1 | 2 | 8;
const RX_INTERRUPT: u32 = 2;
/// The least divider that the UART takes.
const DIVIDER_MIN: u32 = 16;

/// NVIC's set-enable and clear-pending registers (ARMv7-M, B3.4); the receiver of UART 0 is interrupt 0.
// SAFETY: as above.
const NVIC_ENABLE: Register = unsafe { Register::at(0xE000_E100) };
// SAFETY: as above.
const NVIC_CLEAR: Register = unsafe { Register::at(0xE000_E280) };
const RX_LINE: u32 = 1;

/// Says in the file which board it is for.
#[used]
#[unsafe(link_section = ".rodata.board")]
static MARK: [u8; 27] = *b"spinedrift board=cortex-m4\0";

/// UART 0.
#[derive(Debug)]
pub(crate) struct Uart;

/// The board.
pub(crate) type Mps2 = Board<Uart>;

impl Line for Uart {
    const NAME: &'static str = "cortex-m4";
    const CLOCK_HZ: u32 = 25_000_000;

    fn start() {
        BAUD_DIVIDER.write(DIVIDER_MIN);
        CTRL.write(ENABLE);
        NVIC_ENABLE.write(RX_LINE);
    }

    fn has_byte() -> bool {
        STATE.read() & RX_FULL != 0
    }

    fn byte() -> u8 {
        DATA.read() as u8
    }

    fn send(byte: u8) {
        while STATE.read() & TX_FULL != 0 {}
        DATA.write(u32::from(byte));
    }

    fn clear_interrupt() {
        INT_CLEAR.write(RX_INTERRUPT);
        NVIC_CLEAR.write(RX_LINE);
    }
}

#[panic_handler]
fn panic_met(info: &PanicInfo<'_>) -> ! {
    panicked(&mut Mps2::new(), info)
}

#[exception]
unsafe fn HardFault(frame: &ExceptionFrame) -> ! {
    fault::<Uart>(frame)
}
