//! The postcard header: what the image is, and how many of each thing it holds.

use serde::{Deserialize, Serialize};

/// Header of an image.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Seed of the run; all random streams derive from it.
    pub seed: u64,
    /// Tick in microseconds.
    pub tick_us: u32,
    /// θ is read out each so many ticks; 0: at the end only.
    pub snapshot_ticks: u32,
    /// Sizes of the sections.
    pub counts: Counts,
}

impl Header {
    /// Of an image of nothing.
    pub const NONE: Self = Self {
        seed: 0,
        tick_us: 0,
        snapshot_ticks: 0,
        counts: Counts {
            slices: 0,
            inlets: 0,
            keys: 0,
            table_words: 0,
            state_words: 0,
            ring_words: 0,
            history_words: 0,
            record_words: 0,
            row_words: 0,
            queue_words: 0,
            sdram_words: 0,
        },
    };
}

/// How many of each thing a core holds; [`super::Layout`] turns them into offsets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Slices of populations.
    pub slices: u32,
    /// Inlets (projections that end here).
    pub inlets: u32,
    /// Entries of the key table.
    pub keys: u32,
    /// Words of tables (jump, trace, rate levels, record masks).
    pub table_words: u32,
    /// Words of neuron state.
    pub state_words: u32,
    /// Words of ring buffers.
    pub ring_words: u32,
    /// Words of post-spike history.
    pub history_words: u32,
    /// Words of the recording buffer.
    pub record_words: u32,
    /// Words of one row buffer; DTCM holds two of them, for DMA.
    pub row_words: u32,
    /// Packets that may wait.
    pub queue_words: u32,
    /// Words of SDRAM: rows and stimuli.
    pub sdram_words: u32,
}
