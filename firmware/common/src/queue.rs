//! Words that wait: packets for ticks to come ([`Inbox`]), and what the host has still to fetch ([`Outbox`]).

use spinedrift_link::block::{Blocks, Kind};

/// Packets for ticks to come, as blocks in the order of their ticks.
#[derive(Debug)]
pub struct Inbox<'m> {
    words: &'m mut [u32],
    first: usize,
    end: usize,
}

impl<'m> Inbox<'m> {
    /// Empty, over this memory.
    #[must_use]
    pub const fn new(words: &'m mut [u32]) -> Self {
        Self {
            words,
            first: 0,
            end: 0,
        }
    }

    /// Words of room.
    #[must_use]
    pub fn room(&self) -> usize {
        let used = self.end.saturating_sub(self.first);
        self.words.len().saturating_sub(used)
    }

    /// Takes whole blocks of packets in, given as little-endian bytes. `false` if they are none, or don't fit.
    #[must_use]
    pub fn put(&mut self, bytes: &[u8]) -> bool {
        let (words, rest) = bytes.as_chunks::<4>();
        if !rest.is_empty() || words.len() > self.room() {
            return false;
        }
        if self.end.saturating_add(words.len()) > self.words.len() {
            self.words.copy_within(self.first..self.end, 0);
            self.end = self.end.saturating_sub(self.first);
            self.first = 0;
        }
        let Some(free) = self.words.get_mut(self.end..) else {
            return false;
        };
        for (word, bytes) in free.iter_mut().zip(words) {
            *word = u32::from_le_bytes(*bytes);
        }
        let mut blocks = Blocks::new(free.get(..words.len()).unwrap_or_default());
        let good = blocks.all(|(kind, words)| kind == Kind::Packets && !words.is_empty());
        if !good || !blocks.rest().is_empty() {
            return false;
        }
        self.end = self.end.saturating_add(words.len());
        true
    }

    /// Packets that were sent before this tick: their tick and keys. Each block comes once.
    pub fn take(&mut self, before: u32) -> Option<(u32, &[u32])> {
        let waiting = self.words.get(self.first..self.end)?;
        let (_, block) = Blocks::new(waiting).next()?;
        let (&tick, keys) = block.split_first().filter(|(tick, _)| **tick < before)?;
        self.first = self.first.saturating_add(block.len()).saturating_add(1);
        Some((tick, keys))
    }
}

/// Words that the host has still to fetch, first in, first out.
#[derive(Debug)]
pub struct Outbox<'m> {
    words: &'m mut [u32],
    first: usize,
    used: usize,
}

impl<'m> Outbox<'m> {
    /// Empty, over this memory.
    #[must_use]
    pub const fn new(words: &'m mut [u32]) -> Self {
        Self {
            words,
            first: 0,
            used: 0,
        }
    }

    /// Whether nothing waits.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.used == 0
    }

    /// Puts words in; those that found no room.
    pub fn put<'w>(&mut self, mut words: &'w [u32]) -> &'w [u32] {
        while !words.is_empty() && self.used < self.words.len() {
            let end = self.first.saturating_add(self.used);
            let end = end.checked_sub(self.words.len()).unwrap_or(end);
            let room = self.words.len().saturating_sub(self.used);
            let free = self.words.get_mut(end..).unwrap_or_default();
            let count = free.len().min(room).min(words.len());
            let (Some(free), Some((now, later))) =
                (free.get_mut(..count), words.split_at_checked(count))
            else {
                break;
            };
            free.copy_from_slice(now);
            self.used = self.used.saturating_add(count);
            words = later;
        }
        words
    }

    /// The first words that wait, at most so many, in two pieces.
    #[must_use]
    pub fn front(&self, most: usize) -> [&[u32]; 2] {
        let count = self.used.min(most);
        let (wrapped, straight) = self
            .words
            .split_at_checked(self.first)
            .unwrap_or((&[], &[]));
        let ahead = straight.len().min(count);
        let behind = count.saturating_sub(ahead);
        [
            straight.get(..ahead).unwrap_or_default(),
            wrapped.get(..behind).unwrap_or_default(),
        ]
    }

    /// Forgets the first words.
    pub fn drop_front(&mut self, count: usize) {
        let count = count.min(self.used);
        self.used = self.used.saturating_sub(count);
        let first = self.first.saturating_add(count);
        self.first = first.checked_sub(self.words.len()).unwrap_or(first);
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::{Inbox, Outbox};
    use spinedrift_link::block::Kind;
    use std::vec::Vec;

    fn bytes(words: &[u32]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_le_bytes()).collect()
    }

    #[test]
    fn packets_come_when_their_tick_is_over() {
        let mut memory = [0; 8];
        let mut inbox = Inbox::new(&mut memory);
        let block = bytes(&[Kind::Packets.head(3), 4, 10, 11]);
        assert!(inbox.put(&block) && inbox.put(&bytes(&[Kind::Packets.head(1), 5])));
        assert!(!inbox.put(&block), "no room");
        assert_eq!(inbox.take(4), None);
        assert_eq!(inbox.take(5), Some((4, &[10, 11][..])));
        assert_eq!(inbox.take(5), None);
        assert!(inbox.put(&block), "what is taken makes room");
        assert_eq!(inbox.take(6), Some((5, &[][..])));
    }

    #[test]
    fn what_is_no_block_of_packets_is_refused() {
        let mut memory = [0; 8];
        let mut inbox = Inbox::new(&mut memory);
        for words in [
            &[Kind::Records.head(1), 1][..],
            &[Kind::Packets.head(3), 1],
            &[Kind::Packets.head(0)],
        ] {
            assert!(!inbox.put(&bytes(words)), "{words:x?}");
        }
        assert!(!inbox.put(&[1, 2, 3]));
        assert_eq!(inbox.room(), 8);
    }

    #[test]
    fn words_go_round_the_outbox_in_order() {
        let mut memory = [0; 7];
        let mut outbox = Outbox::new(&mut memory);
        let (mut sent, mut got) = (0_u32, Vec::new());
        for step in 0..50_usize {
            let words: Vec<u32> = (sent..sent + (step as u32 * 5) % 9).collect();
            let left = outbox.put(&words).len() as u32;
            sent += words.len() as u32 - left;
            let front = outbox.front(step % 4);
            let before = got.len();
            got.extend(front.into_iter().flatten().copied());
            outbox.drop_front(got.len() - before);
        }
        assert!(got.len() > 50 && got.iter().copied().eq(0..got.len() as u32));
        assert!(Outbox::new(&mut []).put(&[1]) == [1]);
    }
}
