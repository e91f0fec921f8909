//! How much of a stack has been used: it is painted before the first call, and what is no longer paint has been used.

use crate::platform::Platform;

/// The word that a stack is painted with; that of the crate `cortex-m-rt`.
pub const PAINT: u32 = 0xCCCC_CCCC;

/// Words at the end of the stack that must stay paint: what reaches them may have gone further.
pub const GUARD_WORDS: usize = 8;

/// Bytes of stack.
pub fn bytes(platform: &impl Platform) -> u32 {
    platform.stack_words().saturating_mul(4) as u32
}

/// Bytes used at most since the start.
pub fn used_bytes(platform: &impl Platform) -> u32 {
    let words = platform.stack_words();
    let free = (0..words)
        .take_while(|&index| platform.stack_word(index) == PAINT)
        .count();
    words.saturating_sub(free).saturating_mul(4) as u32
}

/// Whether the guard is whole.
pub fn guard_is_whole(platform: &impl Platform) -> bool {
    (0..GUARD_WORDS.min(platform.stack_words())).all(|index| platform.stack_word(index) == PAINT)
}
