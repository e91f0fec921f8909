//! A register of a board.

use core::ptr;

/// A register of 32 bits.
#[derive(Clone, Copy, Debug)]
pub struct Register(usize);

impl Register {
    /// At an address.
    ///
    /// # Safety
    /// There must be a register at this address, and no write to it may change memory.
    #[must_use]
    pub const unsafe fn at(address: usize) -> Self {
        Self(address)
    }

    /// Reads it.
    #[must_use]
    pub fn read(self) -> u32 {
        // SAFETY: whoever made this value has seen to it that a register is there.
        unsafe { ptr::read_volatile(ptr::with_exposed_provenance(self.0)) }
    }

    /// Writes it.
    pub fn write(self, value: u32) {
        // SAFETY: as above, and the write changes no memory.
        unsafe { ptr::write_volatile(ptr::with_exposed_provenance_mut(self.0), value) }
    }
}
