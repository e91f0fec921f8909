//! The key table: which incoming keys a core listens to, and where their rows are.

/// One entry, sorted by key. A packet matches if `packet & mask == key`; its presynaptic slot is
/// `first_pre + (packet & !mask)`; its synapses stand in `inlet_count` consecutive inlets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeyEntry {
    /// Key of the source slice.
    pub key: u32,
    /// Mask of the source slice.
    pub mask: u32,
    /// Slot, in its population, of the slice's first neuron.
    pub first_pre: u32,
    /// First inlet.
    pub inlet_first: u16,
    /// Number of inlets.
    pub inlet_count: u16,
}

impl KeyEntry {
    /// Words of an entry.
    pub const WORDS: usize = 4;

    /// As stored.
    #[must_use]
    pub const fn to_words(self) -> [u32; Self::WORDS] {
        [
            self.key,
            self.mask,
            self.first_pre,
            ((self.inlet_first as u32) << 16) | self.inlet_count as u32,
        ]
    }

    /// As read.
    #[must_use]
    pub const fn from_words(words: [u32; Self::WORDS]) -> Self {
        let [key, mask, first_pre, inlets] = words;
        Self {
            key,
            mask,
            first_pre,
            inlet_first: (inlets >> 16) as u16,
            inlet_count: inlets as u16,
        }
    }

    /// The entry that matches a key, in a table sorted by key. A table that isn't sorted gives some answer, never a panic.
    #[must_use]
    pub fn find(table: &[u32], key: u32) -> Option<Self> {
        let (entries, _) = table.as_chunks::<{ Self::WORDS }>();
        let after = entries.partition_point(|&[entry, ..]| entry <= key);
        let entry = Self::from_words(*entries.get(after.checked_sub(1)?)?);
        (key & entry.mask == entry.key).then_some(entry)
    }
}

#[cfg(test)]
mod tests {
    use super::KeyEntry;

    #[test]
    fn a_key_finds_its_slice_and_no_other() {
        let entry = |key, first_pre| KeyEntry {
            key,
            mask: !0xFF,
            first_pre,
            inlet_first: 1,
            inlet_count: 2,
        };
        let words: [[u32; 4]; 2] = [entry(0x100, 0).to_words(), entry(0x300, 256).to_words()];
        let table = words.as_flattened();
        assert_eq!(KeyEntry::find(table, 0x1FF).map(|e| e.first_pre), Some(0));
        assert_eq!(KeyEntry::find(table, 0x300).map(|e| e.first_pre), Some(256));
        for miss in [0, 0xFF, 0x200, 0x2FF, 0x400, u32::MAX] {
            assert_eq!(KeyEntry::find(table, miss), None);
        }
    }
}
