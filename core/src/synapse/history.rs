//! The recent spikes of a block of postsynaptic neurons: what lazy updates catch up with.
//!
//! Words of one block: a running count, how many of these spikes have kicked every row already, then a ring of (tick, lanes)
//! pairs, a power of two of them. The host sizes it for the block's highest rate over the longest time between two visits of a
//! row; if it fills up all the same, the kernel visits every row of the block first ([`History::oldest_lost`]).

use core::ops::Range;

/// History of one block, read-only.
#[derive(Clone, Copy, Debug)]
pub struct History<'a> {
    count: u32,
    ahead: u32,
    entries: &'a [[u32; 2]],
}

impl<'a> History<'a> {
    /// Over the words of a block.
    #[inline(always)]
    #[must_use]
    pub fn new(words: &'a [u32]) -> Self {
        match words.split_first_chunk() {
            Some(([count, ahead], rest)) => Self {
                count: *count,
                ahead: *ahead,
                entries: rest.as_chunks::<2>().0,
            },
            None => Self {
                count: 0,
                ahead: 0,
                entries: &[],
            },
        }
    }

    /// Whether an entry has kicked the rows that stood before it when it came ([`super::ahead`]).
    #[inline(always)]
    #[must_use]
    pub const fn has_kicked(&self, number: u32) -> bool {
        number < self.ahead
    }

    /// Numbers of the entries that have not kicked anyone ahead and are still there.
    #[inline(always)]
    #[must_use]
    pub fn waiting(&self) -> Range<u32> {
        self.ahead.max(self.oldest())..self.count
    }

    /// Number of the oldest entry that is there.
    #[inline(always)]
    #[must_use]
    pub fn oldest(&self) -> u32 {
        let kept = self.count.min(self.entries.len() as u32);
        self.count.wrapping_sub(kept)
    }

    #[inline(always)]
    fn entry(&self, number: u32) -> Option<(u32, u16)> {
        let mask = (self.entries.len() as u32).checked_sub(1)?;
        self.entries
            .get((number & mask) as usize)
            .map(|&[tick, lanes]| (tick, lanes as u16))
    }

    /// Number of the oldest entry with a tick of at least `from`, for [`Self::spike`].
    #[cfg_attr(not(feature = "compact"), inline(always))]
    #[cfg_attr(feature = "compact", inline(never))]
    #[must_use]
    pub fn since(&self, from: u32) -> u32 {
        let oldest = self.oldest();
        let mut first = self.count;
        while first > oldest {
            match self.entry(first.wrapping_sub(1)) {
                Some((tick, _)) if tick >= from => first = first.wrapping_sub(1),
                _ => break,
            }
        }
        first
    }

    /// Tick and lanes of an entry, if there is one and its tick is before `to`.
    #[inline(always)]
    #[must_use]
    pub fn spike(&self, number: u32, to: u32) -> Option<(u32, u16)> {
        if number >= self.count {
            return None;
        }
        self.entry(number).filter(|(tick, _)| *tick < to)
    }

    /// Spikes with `from` ≤ tick < `to`, oldest first.
    #[inline(always)]
    pub fn between(self, from: u32, to: u32) -> impl Iterator<Item = (u32, u16)> {
        (self.since(from)..self.count).map_while(move |number| self.spike(number, to))
    }

    /// Tick of the entry that the next push overwrites.
    #[must_use]
    pub fn oldest_lost(&self) -> Option<u32> {
        (self.count >= self.entries.len() as u32)
            .then(|| self.entry(self.count))
            .flatten()
            .map(|(tick, _)| tick)
    }
}

/// Notes in a block's words that entries up to this number have kicked every row.
pub const fn set_ahead(words: &mut [u32], number: u32) {
    if let Some([_, ahead]) = words.first_chunk_mut() {
        *ahead = number;
    }
}

/// Notes that all entries have kicked every row.
pub const fn all_have_kicked(words: &mut [u32]) {
    if let Some(count) = words.first() {
        set_ahead(words, *count);
    }
}

/// Adds the spikes of a tick to a block's words.
pub fn push(words: &mut [u32], tick: u32, lanes: u16) {
    if let Some(([count, _], rest)) = words.split_first_chunk_mut() {
        let (entries, _) = rest.as_chunks_mut::<2>();
        let mask = (entries.len() as u32).wrapping_sub(1);
        if let Some(entry) = entries.get_mut((*count & mask) as usize) {
            *entry = [tick, u32::from(lanes)];
            *count = count.wrapping_add(1);
        }
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::{History, push, set_ahead};
    use crate::image::slice::HISTORY_HEAD_WORDS as HEAD_WORDS;
    use std::vec::Vec;

    #[test]
    fn spikes_come_back_in_order_and_in_range() {
        let mut words = [0; HEAD_WORDS as usize + 8];
        for tick in [3, 5, 5, 8, 13, 21] {
            push(&mut words, tick, 1 << (tick % 16));
        }
        let between = |from, to| {
            History::new(&words)
                .between(from, to)
                .map(|(tick, _)| tick)
                .collect::<Vec<_>>()
        };
        assert_eq!(between(0, 100), [5, 8, 13, 21]);
        assert_eq!(between(8, 21), [8, 13]);
        assert_eq!(between(22, 30), [] as [u32; 0]);
        assert_eq!(History::new(&words).oldest_lost(), Some(5));
    }

    #[test]
    fn what_has_kicked_ahead_waits_no_more() {
        let mut words = [0; HEAD_WORDS as usize + 8];
        for tick in 0..6 {
            push(&mut words, tick, 1);
        }
        assert_eq!(History::new(&words).waiting(), 2..6);
        set_ahead(&mut words, 5);
        let history = History::new(&words);
        assert_eq!(history.waiting(), 5..6);
        assert!(history.has_kicked(4) && !history.has_kicked(5));
    }

    #[test]
    fn an_empty_history_holds_nothing_and_loses_nothing() {
        assert_eq!(History::new(&[]).between(0, 9).count(), 0);
        assert_eq!(History::new(&[0; 10]).oldest_lost(), None);
        push(&mut [], 1, 1);
    }
}
