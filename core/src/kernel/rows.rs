//! Visits to plastic rows: on a spike, by the sweep, for a snapshot, or because a history is full.

use super::ahead::Ahead;
use super::counters::{Counter, Counters};
use super::hardware::{Direction, Hardware, Transfer, Work};
use super::record::Recorder;
use crate::image::{Inlet, Plastic, Slice};
use crate::neuron::lanes::count;
use crate::spike::{BLOCK_SLOTS, Tick};
use crate::synapse::history::History;
use crate::synapse::jump::JumpTable;
use crate::synapse::law::{self, Law};
use crate::synapse::step::Step;
use crate::synapse::subrow::{self, SubRow};
use crate::synapse::trace::DecayTable;
use crate::synapse::visit::{Done, Kicked, Place, Rules, settle};
use core::slice::ChunksExactMut;

/// One plastic inlet with everything that its visits need.
pub(super) struct Rows<'a> {
    pub(super) index: u32,
    pub(super) inlet: &'a Inlet,
    pub(super) plastic: &'a Plastic,
    pub(super) slice: &'a Slice,
    pub(super) rules: Rules<'a>,
    pub(super) history: &'a [u32],
    /// When the lanes of each block last kicked all rows ahead, if they do.
    pub(super) kicked: Option<&'a [Kicked]>,
    pub(super) tick: Tick,
}

/// What the inlets of a core share.
#[derive(Clone, Copy)]
pub(super) struct Shared<'a> {
    pub(super) tables: &'a [u32],
    pub(super) history: &'a [u32],
    pub(super) ahead: Option<&'a Ahead>,
    pub(super) seed: u64,
    pub(super) tick: Tick,
}

/// Where the effects of a visit go.
pub(super) struct Sink<'a, 'b, H> {
    pub(super) counters: &'a mut Counters,
    pub(super) recorder: &'a mut Recorder<'b>,
    pub(super) hw: &'a mut H,
}

impl<'a> Rows<'a> {
    #[cfg_attr(not(feature = "compact"), inline(always))]
    #[cfg_attr(feature = "compact", inline(never))]
    pub(super) fn new(
        (index, inlet, plastic): (u32, &'a Inlet, &'a Plastic),
        slice: &'a Slice,
        shared: Shared<'a>,
    ) -> Option<Self> {
        let Shared {
            tables,
            history,
            ahead,
            seed,
            tick,
        } = shared;
        let jumps = JumpTable::new(tables.get(plastic.jumps as usize..)?)?;
        let traces = DecayTable::new(tables.get(plastic.traces as usize..)?)?;
        let law = match plastic.law {
            0 => None,
            offset => Some(Law::new(tables.get(offset as usize..)?)?),
        };
        let rules = Rules {
            plastic,
            jumps,
            traces,
            law,
            step: match law {
                None => Step::new(plastic, jumps),
                Some(_) => None,
            },
            seed,
        };
        Some(Self {
            index,
            inlet,
            plastic,
            slice,
            rules,
            history,
            kicked: ahead.and_then(|ahead| ahead.kicked(inlet.slice)),
            tick,
        })
    }

    /// The sub-rows of a presynaptic slot, if it has a row here.
    #[inline(always)]
    pub(super) fn row<'m>(
        &self,
        pre: u32,
        sdram: &'m mut [u32],
        hw: &mut impl Hardware,
    ) -> Option<&'m mut [u32]> {
        let number = pre
            .checked_sub(self.inlet.pre_first)
            .filter(|number| *number < self.inlet.pre_count)?;
        let start = self
            .inlet
            .rows
            .checked_add(number.checked_mul(self.inlet.stride)?)?;
        let words = self.inlet.stride;
        self.charge_row(pre, hw);
        sdram.get_mut(start as usize..)?.get_mut(..words as usize)
    }

    /// Fetches and writes back a row.
    #[inline(always)]
    pub(super) fn charge_row(&self, pre: u32, hw: &mut impl Hardware) {
        let number = pre.wrapping_sub(self.inlet.pre_first);
        let start = number.wrapping_mul(self.inlet.stride);
        let transfer = |direction| Transfer {
            sdram_word: self.inlet.rows.wrapping_add(start),
            words: self.inlet.stride,
            direction,
        };
        hw.charge(Work::Row, 1);
        hw.start_dma(transfer(Direction::Read));
        hw.start_dma(transfer(Direction::Write));
    }

    /// Place of a sub-row.
    #[inline(always)]
    pub(super) const fn place(&self, pre: u32, block: u32) -> Place {
        let post = self
            .slice
            .first_slot
            .wrapping_add(block.wrapping_mul(BLOCK_SLOTS));
        Place {
            projection: self.inlet.projection as u32,
            pre,
            post,
        }
    }

    /// History of a block.
    #[inline(always)]
    pub(super) fn history(&self, block: u32) -> History<'a> {
        let words = self.slice.history_block_words() as usize;
        let start = (self.slice.history as usize).wrapping_add(words.wrapping_mul(block as usize));
        History::new(
            self.history
                .get(start..)
                .and_then(|h| h.get(..words))
                .unwrap_or_default(),
        )
    }

    /// Settles one sub-row of a row to a visit's label and records what changed.
    #[cfg_attr(any(target_arch = "arm", target_arch = "riscv32"), inline(never))]
    #[cfg_attr(not(any(target_arch = "arm", target_arch = "riscv32")), inline(always))]
    pub(super) fn settle<H: Hardware>(
        &self,
        (pre, label): (u32, u32),
        block: u32,
        words: &mut [u32; subrow::WORDS],
        sink: &mut Sink<'_, '_, H>,
    ) {
        let Some(row) = SubRow::new(words) else {
            return;
        };
        let history = self.history(block);
        let place = self.place(pre, block);
        let done = match &self.rules.law {
            None => {
                let kicked = self.kicked.and_then(|blocks| blocks.get(block as usize));
                let (rules, spikes) = (&self.rules, (history, kicked));
                settle(row, label, place, rules, spikes, sink.counters)
            }
            Some(law) => {
                let rules = (&self.rules, law);
                law::settle(row, label, place, rules, history, sink.counters)
            }
        };
        self.done((pre, label), block, done, sink);
    }

    /// Counts and records what a visit did.
    #[inline(always)]
    pub(super) fn done<H: Hardware>(
        &self,
        row: (u32, u32),
        block: u32,
        done: Done,
        sink: &mut Sink<'_, '_, H>,
    ) {
        sink.counters.add(Counter::SynapseUpdates, done.updates);
        sink.counters.add(Counter::Kicks, done.kicks);
        let transitions = done.updates.wrapping_sub(done.kicks);
        sink.hw
            .charge(Work::PlasticSynapse, transitions.wrapping_sub(done.steps));
        sink.hw.charge(Work::PlasticStep, done.steps);
        sink.hw.charge(Work::Kick, done.kicks);
        if done.gained | done.lost == 0 {
            return;
        }
        sink.counters.add(Counter::Gained, count(done.gained));
        sink.counters.add(Counter::Lost, count(done.lost));
        if self.plastic.unrecorded == 0 {
            self.rewired(row, block, done.gained, true, sink);
            self.rewired(row, block, done.lost, false, sink);
        }
    }

    /// Records the spines of some lanes.
    #[cold]
    fn rewired<H: Hardware>(
        &self,
        (pre, label): (u32, u32),
        block: u32,
        lanes: u16,
        gained: bool,
        sink: &mut Sink<'_, '_, H>,
    ) {
        let mut rest = lanes;
        while rest != 0 {
            let slot = block
                .wrapping_mul(BLOCK_SLOTS)
                .wrapping_add(rest.trailing_zeros());
            sink.recorder
                .rewiring(sink.hw, Tick(label), self.index, pre, slot, gained);
            rest &= rest.wrapping_sub(1);
        }
    }

    /// Whether the temperature changes now: no wait may span the change, so every row is due.
    #[inline(always)]
    pub(super) fn turns(&self) -> bool {
        let law = self.rules.law.as_ref();
        law.is_some_and(|law| law.turns(self.tick.0))
    }

    /// The words of all rows.
    #[inline(always)]
    pub(super) fn words<'m>(&self, sdram: &'m mut [u32]) -> &'m mut [u32] {
        let words = (self.inlet.stride as usize).saturating_mul(self.inlet.pre_count as usize);
        let rows = sdram.get_mut(self.inlet.rows as usize..);
        rows.and_then(|rows| rows.get_mut(..words))
            .unwrap_or_default()
    }

    /// The words of every row, by row.
    #[inline(always)]
    pub(super) fn region<'m>(&self, sdram: &'m mut [u32]) -> ChunksExactMut<'m, u32> {
        let stride = self.inlet.stride as usize;
        self.words(sdram).chunks_exact_mut(stride.max(1))
    }

    /// Settles one block of every row, because its history is about to lose a spike.
    #[cold]
    #[cfg_attr(feature = "compact", inline(never))]
    pub(super) fn flush<H: Hardware>(
        &self,
        block: u32,
        sdram: &mut [u32],
        sink: &mut Sink<'_, '_, H>,
    ) {
        let end = self.inlet.pre_first.saturating_add(self.inlet.pre_count);
        for pre in self.inlet.pre_first..end {
            let subrow = self.row(pre, sdram, sink.hw).and_then(|words| {
                words
                    .as_chunks_mut::<{ subrow::WORDS }>()
                    .0
                    .get_mut(block as usize)
            });
            if let Some(subrow) = subrow {
                self.settle((pre, self.tick.0), block, subrow, sink);
            }
        }
    }

    /// Records θ of every row; the rows have been settled.
    pub(super) fn record<H: Hardware>(&self, sdram: &mut [u32], sink: &mut Sink<'_, '_, H>) {
        let end = self.inlet.pre_first.saturating_add(self.inlet.pre_count);
        for pre in self.inlet.pre_first..end {
            let Some(words) = self.row(pre, sdram, sink.hw) else {
                continue;
            };
            for (block, subrow) in (0..).zip(words.as_chunks_mut::<{ subrow::WORDS }>().0) {
                if let Some(row) = SubRow::new(subrow).filter(|row| row.lanes() != 0) {
                    sink.recorder.theta(
                        sink.hw,
                        self.tick,
                        (self.index, pre, block),
                        row.lanes(),
                        row.theta,
                    );
                }
            }
        }
    }
}
