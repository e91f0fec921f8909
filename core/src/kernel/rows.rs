//! Visits to plastic rows: on a spike, by the sweep, for a snapshot, or because a history is full.

use super::counters::{Counter, Counters};
use super::hardware::{Direction, Hardware, Transfer, Work};
use super::record::Recorder;
use crate::image::{Inlet, Plastic, Slice};
use crate::spike::{BLOCK_SLOTS, Tick};
use crate::synapse::history::History;
use crate::synapse::jump::JumpTable;
use crate::synapse::subrow::{self, SubRow};
use crate::synapse::trace::DecayTable;
use crate::synapse::visit::{Place, Rules, settle};

/// One plastic inlet with everything that its visits need.
pub(super) struct Rows<'a> {
    pub(super) index: u32,
    pub(super) inlet: &'a Inlet,
    pub(super) plastic: &'a Plastic,
    pub(super) slice: &'a Slice,
    pub(super) rules: Rules<'a>,
    pub(super) history: &'a [u32],
    pub(super) tick: Tick,
}

/// Where the effects of a visit go.
pub(super) struct Sink<'a, 'b, H> {
    pub(super) counters: &'a mut Counters,
    pub(super) recorder: &'a mut Recorder<'b>,
    pub(super) hw: &'a mut H,
}

impl<'a> Rows<'a> {
    #[inline(always)]
    pub(super) fn new(
        (index, inlet, plastic): (u32, &'a Inlet, &'a Plastic),
        slice: &'a Slice,
        (tables, history): (&'a [u32], &'a [u32]),
        seed: u64,
        tick: Tick,
    ) -> Option<Self> {
        let jumps = JumpTable::new(tables.get(plastic.jumps as usize..)?)?;
        let traces = DecayTable::new(tables.get(plastic.traces as usize..)?)?;
        let rules = Rules {
            plastic,
            jumps,
            traces,
            seed,
        };
        Some(Self {
            index,
            inlet,
            plastic,
            slice,
            rules,
            history,
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
        hw.charge(Work::Row, 1);
        hw.start_dma(Transfer {
            sdram_word: start,
            words,
            direction: Direction::Read,
        });
        hw.start_dma(Transfer {
            sdram_word: start,
            words,
            direction: Direction::Write,
        });
        sdram.get_mut(start as usize..)?.get_mut(..words as usize)
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
    fn history(&self, block: u32) -> History<'a> {
        let words = self.slice.history_block_words() as usize;
        let start = (self.slice.history as usize).wrapping_add(words.wrapping_mul(block as usize));
        History::new(
            self.history
                .get(start..)
                .and_then(|h| h.get(..words))
                .unwrap_or_default(),
        )
    }

    /// Settles one sub-row to this tick and records what changed.
    #[inline(always)]
    pub(super) fn settle<H: Hardware>(
        &self,
        pre: u32,
        block: u32,
        words: &mut [u32; subrow::WORDS],
        sink: &mut Sink<'_, '_, H>,
    ) {
        let Some(mut row) = SubRow::new(words) else {
            return;
        };
        let history = self.history(block);
        let done = settle(
            &mut row,
            self.tick.0,
            self.place(pre, block),
            &self.rules,
            history,
            sink.counters,
        );
        sink.counters.add(Counter::SynapseUpdates, done.updates);
        sink.counters.add(Counter::Kicks, done.kicks);
        sink.hw
            .charge(Work::PlasticSynapse, done.updates.wrapping_sub(done.kicks));
        sink.hw.charge(Work::Kick, done.kicks);
        if done.gained | done.lost != 0 {
            self.rewired(pre, block, done.gained, true, sink);
            self.rewired(pre, block, done.lost, false, sink);
        }
    }

    #[cold]
    fn rewired<H: Hardware>(
        &self,
        pre: u32,
        block: u32,
        lanes: u16,
        gained: bool,
        sink: &mut Sink<'_, '_, H>,
    ) {
        let counter = if gained {
            Counter::Gained
        } else {
            Counter::Lost
        };
        sink.counters.add(counter, lanes.count_ones());
        let mut rest = lanes;
        while rest != 0 {
            let slot = block
                .wrapping_mul(BLOCK_SLOTS)
                .wrapping_add(rest.trailing_zeros());
            sink.recorder
                .rewiring(sink.hw, self.tick, self.index, pre, slot, gained);
            rest &= rest.wrapping_sub(1);
        }
    }

    /// Settles every `step`-th row from `pre` on.
    #[inline(always)]
    pub(super) fn sweep<H: Hardware>(
        &self,
        first: u32,
        step: u32,
        sdram: &mut [u32],
        sink: &mut Sink<'_, '_, H>,
    ) {
        let end = self.inlet.pre_first.saturating_add(self.inlet.pre_count);
        let mut pre = first;
        while pre < end {
            if let Some(words) = self.row(pre, sdram, sink.hw) {
                sink.counters.add(Counter::Rows, 1);
                for (block, subrow) in (0..).zip(words.as_chunks_mut::<{ subrow::WORDS }>().0) {
                    self.settle(pre, block, subrow, sink);
                }
            }
            pre = pre.saturating_add(step.max(1));
        }
    }

    /// The rows whose turn it is: each once in `sweep_ticks`, by its number in the population, whatever the partition.
    #[inline(always)]
    pub(super) fn due(&self) -> u32 {
        let period = self.plastic.sweep_ticks.max(1);
        let phase = period.wrapping_sub(self.tick.0.checked_rem(period).unwrap_or(0));
        let offset = phase.wrapping_sub(self.inlet.pre_first.checked_rem(period).unwrap_or(0));
        let offset = offset.wrapping_add(period).checked_rem(period).unwrap_or(0);
        self.inlet.pre_first.saturating_add(offset)
    }

    /// Settles one block of every row, because its history is about to lose a spike.
    #[cold]
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
                self.settle(pre, block, subrow, sink);
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
