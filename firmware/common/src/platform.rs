//! What a board provides.

use spinedrift_link::message::Trial;

/// Facts of a board.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// Its name.
    pub name: &'static str,
    /// Counts a second of [`Platform::clock`].
    pub clock_hz: u32,
    /// The bits of [`Platform::clock`] that count; all ones.
    pub clock_mask: u32,
}

/// A board: bytes, a clock, a stack.
pub trait Platform {
    /// What it is.
    const FACTS: Facts;

    /// A byte of the link, if one has come.
    fn receive(&mut self) -> Option<u8>;

    /// Sends bytes; returns when they are on their way.
    fn send(&mut self, bytes: &[u8]);

    /// Saves power until a byte may have come. Returning early is fine.
    fn sleep(&mut self);

    /// A clock that counts up and starts again from 0 after [`Facts::clock_mask`].
    fn clock(&mut self) -> u32;

    /// Words of stack. It grows down to word 0, and was painted at the start with [`crate::stack::PAINT`].
    fn stack_words(&self) -> usize;

    /// A word of the stack, as it is now.
    fn stack_word(&self, index: usize) -> u32;

    /// Fails on purpose.
    fn try_fault(&mut self, trial: Trial);
}
