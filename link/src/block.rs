//! The words that a run takes in and gives out: blocks of packets, of records and of measured times.
//!
//! | first word, bits 31–28 | block; bits 27–0 count the words that follow |
//! |---|---|
//! | 1 | packets of one tick: the tick, then a key a word |
//! | 2 | records: frames as [`spinedrift_core::kernel::record`] writes them |
//! | 3 | time: what was called (0 a tick, 1 a packet, 2 the reading of θ), the tick, then clock counts |

/// Kind of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Packets of one tick.
    Packets,
    /// Records.
    Records,
    /// Measured time.
    Time,
}

/// Bits of a head that count words.
const COUNT_BITS: u32 = 28;

/// Most words in a block.
pub const WORDS_MAX: u32 = (1 << COUNT_BITS) - 1;

impl Kind {
    /// First word of a block of so many words.
    #[must_use]
    pub const fn head(self, words: u32) -> u32 {
        let kind = match self {
            Self::Packets => 1,
            Self::Records => 2,
            Self::Time => 3,
        };
        kind << COUNT_BITS | words & WORDS_MAX
    }

    /// Kind and length that a first word states.
    #[must_use]
    pub const fn of(head: u32) -> Option<(Self, usize)> {
        let words = (head & WORDS_MAX) as usize;
        match head >> COUNT_BITS {
            1 => Some((Self::Packets, words)),
            2 => Some((Self::Records, words)),
            3 => Some((Self::Time, words)),
            _ => None,
        }
    }
}

/// Takes words apart into blocks; stops before one that is not whole, or is none.
#[derive(Clone, Debug)]
pub struct Blocks<'a>(&'a [u32]);

impl<'a> Blocks<'a> {
    /// Over the words that a board gave out, or is given.
    #[must_use]
    pub const fn new(words: &'a [u32]) -> Self {
        Self(words)
    }

    /// What has not been taken apart.
    #[must_use]
    pub const fn rest(&self) -> &'a [u32] {
        self.0
    }
}

impl<'a> Iterator for Blocks<'a> {
    type Item = (Kind, &'a [u32]);

    fn next(&mut self) -> Option<Self::Item> {
        let (&head, rest) = self.0.split_first()?;
        let (kind, words) = Kind::of(head)?;
        let (block, rest) = rest.split_at_checked(words)?;
        self.0 = rest;
        Some((kind, block))
    }
}

#[cfg(test)]
mod tests {
    use super::{Blocks, Kind};

    #[test]
    fn blocks_come_back_and_half_a_block_waits() {
        let words = [
            Kind::Packets.head(2),
            5,
            77,
            Kind::Records.head(0),
            Kind::Time.head(2),
            1,
        ];
        let mut blocks = Blocks::new(&words);
        assert_eq!(blocks.next(), Some((Kind::Packets, &[5, 77][..])));
        assert_eq!(blocks.next(), Some((Kind::Records, &[][..])));
        assert_eq!(blocks.next(), None);
        assert_eq!(blocks.rest().len(), 2);
        assert_eq!(Blocks::new(&[0xF000_0000]).next(), None);
    }
}
