//! A routing table made quick to ask: the first match of a key, remembered by the bits of it that the table looks at.
//!
//! The real router compares all entries at once. Asking them one by one, some hundred for each packet, would cost more
//! than all the rest of a hop; a direct-mapped memory of earlier answers costs one comparison. It changes no answer.

use super::outputs::Outputs;
use crate::network::Table;

/// Answers that are remembered: a power of two, several times the cores of a board.
const MEMORY: usize = 2048;
/// No answer yet.
const UNKNOWN: u32 = u32::MAX;

/// The table of one chip.
#[derive(Clone, Debug)]
pub struct Lookup {
    entries: Vec<(u32, u32, Outputs)>,
    /// Low bits of a key that no entry looks at.
    ignored: u32,
    /// Bits above them, and the entry that matches first: its number plus one, or 0 if none does.
    memory: Vec<(u32, u32)>,
}

impl Lookup {
    /// For a table.
    #[must_use]
    pub fn new(table: &Table) -> Self {
        let masks = table.entries.iter().fold(0, |all, entry| all | entry.mask);
        let entry = |entry: &crate::network::Entry| (entry.key, entry.mask, (&entry.route).into());
        Self {
            entries: table.entries.iter().map(entry).collect(),
            ignored: masks.trailing_zeros().min(31),
            memory: Vec::new(),
        }
    }

    fn search(&self, key: u32) -> u32 {
        let found = (1_u32..)
            .zip(&self.entries)
            .find(|(_, (entry, mask, _))| key & mask == *entry);
        found.map_or(0, |(number, _)| number)
    }

    fn entry(&self, number: u32) -> Option<Outputs> {
        let index = (number as usize).checked_sub(1)?;
        self.entries.get(index).map(|(_, _, outputs)| *outputs)
    }

    /// Outputs of the first entry that matches; `None` if nothing does.
    #[must_use]
    pub fn peek(&self, key: u32) -> Option<Outputs> {
        self.entry(self.search(key))
    }

    /// The same, remembering the answer.
    pub fn find(&mut self, key: u32) -> Option<Outputs> {
        if self.memory.is_empty() {
            self.memory.resize(MEMORY, (0, UNKNOWN));
        }
        let bits = key >> self.ignored;
        let place = (bits ^ bits >> 11) as usize % MEMORY;
        let known = self.memory.get(place).copied();
        if let Some((_, number)) = known.filter(|(of, number)| *of == bits && *number != UNKNOWN) {
            return self.entry(number);
        }
        let number = self.search(key);
        if let Some(slot) = self.memory.get_mut(place) {
            *slot = (bits, number);
        }
        self.entry(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::{Entry, Route};
    use proptest::prelude::*;

    proptest! {
        /// Few bits, so that entries overlap and answers push each other out of the memory.
        #[test]
        fn memory_changes_no_answer(
            entries in prop::collection::vec((0_u32..64, 0_u32..64, 0_u8..6), 0..12),
            keys in prop::collection::vec(0_u32..1 << 14, 1..200),
        ) {
            let entry = |&(key, mask, link): &(u32, u32, u8)| {
                let route = Route::to_links(crate::geometry::LinkSet::from_bits(1 << link));
                Entry { key: (key & mask) << 4, mask: mask << 4, route }
            };
            let table = Table { entries: entries.iter().map(entry).collect() };
            let mut lookup = Lookup::new(&table);
            for key in keys {
                let expected = table.lookup(key).map(Outputs::from);
                prop_assert_eq!(lookup.find(key), expected);
                prop_assert_eq!(lookup.peek(key), expected);
            }
        }
    }
}
