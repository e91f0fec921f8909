//! Where each section of DTCM stands. The budget printed before a run, the image and the kernel all come from here.

use super::{Counts, Inlet, KeyEntry, Slice};
use crate::kernel::counters::COUNTER_WORDS;
use core::ops::Range;

/// The sections of DTCM, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    /// Counters and the first object that hit each bound.
    Counters,
    /// Slice records.
    Slices,
    /// Inlet records.
    Inlets,
    /// Key table.
    Keys,
    /// Tables.
    Tables,
    /// Neuron state.
    State,
    /// Ring buffers.
    Ring,
    /// Post-spike history.
    History,
    /// Recording buffer.
    Record,
    /// Two DMA row buffers.
    Rows,
    /// Packet queue.
    Queue,
}

/// Number of sections.
pub const SECTIONS: usize = 11;

/// Every section with the name that budgets print.
pub const NAMES: [(Section, &str); SECTIONS] = [
    (Section::Counters, "counters"),
    (Section::Slices, "slice records"),
    (Section::Inlets, "inlet records"),
    (Section::Keys, "key table"),
    (Section::Tables, "tables"),
    (Section::State, "neuron state"),
    (Section::Ring, "ring buffers"),
    (Section::History, "spike history"),
    (Section::Record, "recording buffer"),
    (Section::Rows, "row buffers"),
    (Section::Queue, "packet queue"),
];

/// Offsets of the sections of DTCM, in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    start: [u32; SECTIONS],
    words: [u32; SECTIONS],
}

impl Layout {
    /// No section at all, not even counters: all zero, so that a kernel of nothing lies among the memory that starts as zero.
    pub const NONE: Self = Self {
        start: [0; SECTIONS],
        words: [0; SECTIONS],
    };

    /// Lays the sections out one after the other. Sizes saturate: absurd counts give an absurd size, which is refused
    /// where the memory is handed in.
    #[must_use]
    pub fn new(counts: &Counts) -> Self {
        let words = [
            COUNTER_WORDS as u32,
            counts.slices.saturating_mul(Slice::WORDS as u32),
            counts.inlets.saturating_mul(Inlet::WORDS as u32),
            counts.keys.saturating_mul(KeyEntry::WORDS as u32),
            counts.table_words,
            counts.state_words,
            counts.ring_words,
            counts.history_words,
            counts.record_words,
            counts.row_words.saturating_mul(2),
            counts.queue_words,
        ];
        let mut start = [0; SECTIONS];
        let mut at = 0_u32;
        for (begin, size) in start.iter_mut().zip(words) {
            *begin = at;
            at = at.saturating_add(size);
        }
        Self { start, words }
    }

    /// Words of a section.
    #[must_use]
    pub fn words(&self, section: Section) -> u32 {
        self.words.get(section as usize).copied().unwrap_or(0)
    }

    /// Range of a section, in words of DTCM.
    #[must_use]
    pub fn range(&self, section: Section) -> Range<usize> {
        let start = self.start.get(section as usize).copied().unwrap_or(0) as usize;
        start..start.saturating_add(self.words(section) as usize)
    }

    /// Words that the image stores: up to the end of the neuron state; what follows starts as zero.
    #[must_use]
    pub fn init_words(&self) -> u32 {
        self.range(Section::State).end as u32
    }

    /// All words of DTCM.
    #[must_use]
    pub fn total_words(&self) -> u32 {
        self.range(Section::Queue).end as u32
    }
}

#[cfg(test)]
mod tests {
    use super::{Counts, Layout, NAMES, Section};

    #[test]
    fn sections_follow_each_other_without_a_gap() {
        let counts = Counts {
            slices: 2,
            inlets: 3,
            keys: 5,
            table_words: 7,
            state_words: 11,
            ring_words: 13,
            ..Counts::default()
        };
        let layout = Layout::new(&counts);
        let mut at = 0;
        for (section, _) in NAMES {
            assert_eq!(layout.range(section).start, at);
            at = layout.range(section).end;
        }
        assert_eq!(at, layout.total_words() as usize);
        assert_eq!(layout.words(Section::Ring), 13);
    }

    #[test]
    fn absurd_counts_saturate() {
        let counts = Counts {
            slices: u32::MAX,
            table_words: u32::MAX,
            ..Counts::default()
        };
        assert_eq!(Layout::new(&counts).total_words(), u32::MAX);
    }
}
