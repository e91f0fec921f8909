//! The kernel of one chip core: what it does at a timer tick and when a packet arrives.
//!
//! | entry point | when | what |
//! |---|---|---|
//! | [`Kernel::open`] | once | checks the records of an image that is in memory |
//! | [`Kernel::timer`] | every tick t | neurons take this tick's input and fire; due rows are visited |
//! | [`Kernel::packet`] | a packet of tick t, at any time before tick t + 1 | its rows are visited and transmit |
//! | [`Kernel::read_out`] | on demand | every plastic row is visited and θ recorded |
//!
//! All state lives in the two memories that the target hands in, so a checkpoint is a copy of them. Nothing here
//! allocates, uses a float or panics on any memory content.

mod ahead;
pub mod counters;
pub mod hardware;
pub mod memory;
mod packet;
pub mod record;
mod rows;
mod static_rows;
mod step_rows;
mod sweep;
mod timer;

use ahead::Ahead;
pub use counters::{Counter, Counters, First, Object};
pub use hardware::{Direction, Hardware, Transfer, Work};
pub use memory::Memory;
pub use packet::{Arrival, Delivery};
pub use static_rows::Site;

use crate::image::{Header, ImageError, Inlet, InletKind, Layout, Section, Slice};
use crate::spike::CORE_BLOCKS_MAX;
use crate::synapse::law::Law;
use crate::synapse::{jump, subrow, trace};

/// Most inlets that a core can have.
pub const INLETS_MAX: usize = 64;

/// A kernel: the checked records of its image, and its counters.
#[derive(Clone, Debug)]
pub struct Kernel {
    header: Header,
    layout: Layout,
    slices: heapless::Vec<Slice, CORE_BLOCKS_MAX>,
    inlets: heapless::Vec<Inlet, INLETS_MAX>,
    /// Whether any inlet is plastic: a core without any need not look through them every tick.
    plastic: bool,
    counters: Counters,
    /// Where spikes kick all rows at once, and not each row at its next visit.
    ahead: Option<Ahead>,
}

impl Kernel {
    /// A kernel of nothing: what a core without allocation has until an image comes ([`Self::load`]). Known when compiled
    /// and all zero, so that a board keeps it in memory that takes no room in its code.
    #[must_use]
    pub const fn empty() -> Self {
        Self {
            header: Header::NONE,
            layout: Layout::NONE,
            slices: heapless::Vec::new(),
            inlets: heapless::Vec::new(),
            plastic: false,
            counters: Counters::NONE,
            ahead: None,
        }
    }

    /// Checks the records of an image that [`crate::image::ImageView::load`] put into memory. Counters go on from what
    /// the memory holds, so that a checkpoint resumes.
    ///
    /// # Errors
    /// [`ImageError`] names the record and field, or the memory that is too small.
    pub fn open(header: &Header, memory: &Memory<'_>) -> Result<Self, ImageError> {
        let mut kernel = Self::empty();
        kernel.load(header, memory)?;
        Ok(kernel)
    }

    /// As [`Self::open`], in place: a kernel takes some 8 KiB, which a small stack doesn't hold twice.
    ///
    /// # Errors
    /// Those of [`Self::open`]; the kernel is then not to be used.
    pub fn load(&mut self, header: &Header, memory: &Memory<'_>) -> Result<(), ImageError> {
        let layout = Layout::new(&header.counts);
        let (dtcm, sdram) = (memory.dtcm.len() as u64, memory.sdram.len() as u64);
        room("DTCM", layout.total_words(), dtcm)?;
        room("SDRAM", header.counts.sdram_words, sdram)?;
        let section = |section| memory.dtcm.get(layout.range(section)).unwrap_or_default();
        self.header = *header;
        self.layout = layout;
        self.slices.clear();
        self.inlets.clear();
        for (index, words) in (0..).zip(section(Section::Slices).as_chunks::<{ Slice::WORDS }>().0)
        {
            let slice = Slice::from_words(index, words)?;
            self.slices
                .push(slice)
                .map_err(|_| too_many("slice", header.counts.slices))?;
        }
        for (index, words) in (0..).zip(section(Section::Inlets).as_chunks::<{ Inlet::WORDS }>().0)
        {
            let inlet = Inlet::from_words(index, words)?;
            self.inlets
                .push(inlet)
                .map_err(|_| too_many("inlet", header.counts.inlets))?;
        }
        self.plastic = self
            .inlets
            .iter()
            .any(|inlet| matches!(inlet.kind, InletKind::Plastic(_)));
        self.counters = Counters::load(section(Section::Counters));
        self.ahead = None;
        self.check(section(Section::Tables))
    }

    /// Whether every record's ranges lie within its section.
    fn check(&self, tables: &[u32]) -> Result<(), ImageError> {
        let counts = &self.header.counts;
        let mut blocks = 0_u32;
        for (index, slice) in (0_u32..).zip(&self.slices) {
            let bad = |field, value| {
                Err(ImageError::Record {
                    record: "slice",
                    index,
                    field,
                    value,
                })
            };
            let within = |start: u32, words: u32, limit: u32| {
                start.checked_add(words).is_some_and(|end| end <= limit)
            };
            blocks = blocks.saturating_add(u32::from(slice.blocks));
            let history = slice
                .history_block_words()
                .saturating_mul(u32::from(slice.blocks));
            if blocks > CORE_BLOCKS_MAX as u32 {
                return bad("blocks", blocks);
            }
            if !within(slice.state, slice.state_words(), counts.state_words) {
                return bad("state", slice.state);
            }
            if !within(slice.ring, slice.ring_words(), counts.ring_words) {
                return bad("ring", slice.ring);
            }
            if !within(slice.history, history, counts.history_words) {
                return bad("history", slice.history);
            }
        }
        for (index, inlet) in (0_u32..).zip(&self.inlets) {
            self.check_inlet(inlet, tables)
                .map_err(|(field, value)| ImageError::Record {
                    record: "inlet",
                    index,
                    field,
                    value,
                })?;
        }
        Ok(())
    }

    fn check_inlet(&self, inlet: &Inlet, tables: &[u32]) -> Result<(), (&'static str, u32)> {
        let counts = &self.header.counts;
        let slice = self
            .slices
            .get(usize::from(inlet.slice))
            .ok_or(("slice", u32::from(inlet.slice)))?;
        if u32::from(inlet.receptor) >= slice.receptors {
            return Err(("receptor", u32::from(inlet.receptor)));
        }
        let rows = u64::from(inlet.pre_count).saturating_mul(u64::from(inlet.stride));
        if u64::from(inlet.rows).saturating_add(rows) > u64::from(counts.sdram_words) {
            return Err(("rows", inlet.rows));
        }
        if let InletKind::Plastic(plastic) = &inlet.kind {
            if inlet.stride != u32::from(slice.blocks).saturating_mul(subrow::WORDS as u32) {
                return Err(("stride", inlet.stride));
            }
            let table =
                |start: u32, words: usize| start.saturating_add(words as u32) <= counts.table_words;
            if !table(plastic.jumps, jump::TABLE_WORDS) {
                return Err(("jumps", plastic.jumps));
            }
            if !table(plastic.traces, trace::TABLE_WORDS) {
                return Err(("traces", plastic.traces));
            }
            let law = tables.get(plastic.law as usize..).and_then(Law::new);
            if plastic.law != 0 && law.is_none() {
                return Err(("law", plastic.law));
            }
            if slice.history_entries == 0 || plastic.delay > slice.ring_slots {
                return Err(("delay", plastic.delay));
            }
        }
        Ok(())
    }

    /// Header of the image.
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// Slices of the core.
    #[must_use]
    pub fn slices(&self) -> &[Slice] {
        &self.slices
    }

    /// Inlets of the core.
    #[must_use]
    pub fn inlets(&self) -> &[Inlet] {
        &self.inlets
    }

    /// Counters so far.
    #[must_use]
    pub const fn counters(&self) -> &Counters {
        &self.counters
    }

    /// Writes the counters to memory, so that a copy of the memories is a checkpoint. What recording left in its buffer,
    /// which is empty between calls, is cleared: no part of the state.
    pub fn store_counters(&self, memory: &mut Memory<'_>) {
        if let Some(words) = memory.dtcm.get_mut(self.layout.range(Section::Record)) {
            words.fill(0);
        }
        if let Some(words) = memory.dtcm.get_mut(self.layout.range(Section::Counters)) {
            self.counters.store(words);
        }
    }
}

/// Whether a memory has the words that a layout needs.
fn room(what: &'static str, words: u32, found: u64) -> Result<(), ImageError> {
    let needed = u64::from(words);
    if found < needed {
        return Err(ImageError::Buffer {
            what,
            needed,
            found,
        });
    }
    Ok(())
}

const fn too_many(record: &'static str, value: u32) -> ImageError {
    ImageError::Record {
        record,
        index: value,
        field: "count",
        value,
    }
}
