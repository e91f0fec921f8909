//! Visits to plastic rows: on a spike, by the sweep, for a snapshot, or because a history is full.

use super::counters::{Counter, Counters};
use super::hardware::{Direction, Hardware, Transfer, Work};
use super::record::Recorder;
use crate::image::{Inlet, Plastic, Slice};
use crate::spike::{BLOCK_SLOTS, Tick, VECTORS};
use crate::synapse::history::History;
use crate::synapse::jump::JumpTable;
use crate::synapse::kicks::Rounds;
use crate::synapse::law::{self, Law};
use crate::synapse::subrow::{self, SubRow};
use crate::synapse::trace::DecayTable;
use crate::synapse::visit::{Done, Place, Rules, Visit, catch_up, settle};

/// Rows of a sweep that are settled together: three are due in a tick for 784 inputs and a sweep of 256 ticks.
const ROWS_AT_ONCE: usize = if VECTORS { 4 } else { 1 };

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
        let law = match plastic.law {
            0 => None,
            offset => Some(Law::new(tables.get(offset as usize..)?)?),
        };
        let rules = Rules {
            plastic,
            jumps,
            traces,
            law,
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
        self.charge_row(pre, hw);
        sdram.get_mut(start as usize..)?.get_mut(..words as usize)
    }

    /// Fetches and writes back a row.
    #[inline(always)]
    fn charge_row(&self, pre: u32, hw: &mut impl Hardware) {
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
    #[cfg_attr(any(target_arch = "arm", target_arch = "riscv32"), inline(never))]
    #[cfg_attr(not(any(target_arch = "arm", target_arch = "riscv32")), inline(always))]
    pub(super) fn settle<H: Hardware>(
        &self,
        pre: u32,
        block: u32,
        words: &mut [u32; subrow::WORDS],
        rounds: &mut Rounds,
        sink: &mut Sink<'_, '_, H>,
    ) {
        let Some(row) = SubRow::new(words) else {
            return;
        };
        let history = self.history(block);
        let place = self.place(pre, block);
        let done = match &self.rules.law {
            None => settle(
                row,
                self.tick.0,
                place,
                &self.rules,
                history,
                (sink.counters, rounds),
            ),
            Some(law) => {
                let rules = (&self.rules, law);
                law::settle(row, self.tick.0, place, rules, history, sink.counters)
            }
        };
        self.done(pre, block, done, sink);
    }

    /// Counts and records what a visit did.
    #[inline(always)]
    fn done<H: Hardware>(&self, pre: u32, block: u32, done: Done, sink: &mut Sink<'_, '_, H>) {
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

    /// Settles every `step`-th row from `first` on, a few at a time.
    #[cfg_attr(not(feature = "compact"), inline(always))]
    #[cfg_attr(feature = "compact", inline(never))]
    pub(super) fn sweep<H: Hardware>(
        &self,
        first: u32,
        step: u32,
        sdram: &mut [u32],
        sink: &mut Sink<'_, '_, H>,
    ) {
        let end = self.inlet.pre_first.saturating_add(self.inlet.pre_count);
        let (first, step) = self.turning().unwrap_or((first, step.max(1)));
        let mut rounds = [Rounds::EMPTY; ROWS_AT_ONCE];
        let mut pre = first;
        while pre < end {
            if step == 1 || !VECTORS || self.rules.law.is_some() {
                if let Some(words) = self.row(pre, sdram, sink.hw) {
                    sink.counters.add(Counter::Rows, 1);
                    let [rounds, ..] = &mut rounds;
                    for (block, subrow) in (0..).zip(words.as_chunks_mut::<{ subrow::WORDS }>().0) {
                        self.settle(pre, block, subrow, rounds, sink);
                    }
                }
                pre = pre.saturating_add(step);
            } else {
                self.settle_rows(pre, step, sdram, &mut rounds, sink);
                pre = pre.saturating_add(step.saturating_mul(ROWS_AT_ONCE as u32));
            }
        }
    }

    /// Every row, if the temperature changes now: no wait may span the change.
    #[inline(always)]
    fn turning(&self) -> Option<(u32, u32)> {
        let law = self.rules.law.as_ref()?;
        law.turns(self.tick.0).then_some((self.inlet.pre_first, 1))
    }

    /// Settles the next few rows of a sweep together.
    #[inline(always)]
    fn settle_rows<H: Hardware>(
        &self,
        first: u32,
        step: u32,
        sdram: &mut [u32],
        rounds: &mut [Rounds; ROWS_AT_ONCE],
        sink: &mut Sink<'_, '_, H>,
    ) {
        let inlet = self.inlet;
        let end = inlet.pre_first.saturating_add(inlet.pre_count);
        let start = first
            .wrapping_sub(inlet.pre_first)
            .wrapping_mul(inlet.stride);
        let start = inlet.rows.wrapping_add(start) as usize;
        let apart = (step as usize).saturating_mul(inlet.stride as usize).max(1);
        let rest = sdram.get_mut(start..).unwrap_or_default();
        let mut rows: heapless::Vec<(u32, &mut [u32]), ROWS_AT_ONCE> = heapless::Vec::new();
        for (chunk, number) in rest.chunks_mut(apart).zip(0_u32..) {
            let pre = first.saturating_add(number.saturating_mul(step));
            let words = chunk.get_mut(..inlet.stride as usize);
            let Some(words) = words.filter(|_| pre < end) else {
                break;
            };
            if rows.push((pre, words)).is_err() {
                break;
            }
        }
        for (pre, _) in &rows {
            self.charge_row(*pre, sink.hw);
            sink.counters.add(Counter::Rows, 1);
        }
        for block in 0..u32::from(self.slice.blocks) {
            let history = self.history(block);
            let mut visits: heapless::Vec<Visit<'_>, ROWS_AT_ONCE> = heapless::Vec::new();
            for (pre, words) in &mut rows {
                let subrows = words.as_chunks_mut::<{ subrow::WORDS }>().0;
                let row = subrows.get_mut(block as usize).and_then(SubRow::new);
                let place = self.place(*pre, block);
                let visit =
                    row.and_then(|row| Visit::new(row, self.tick.0, place, &self.rules, history));
                if let Some(visit) = visit {
                    // As many places as rows: there is room.
                    let _ = visits.push(visit);
                }
            }
            catch_up(&mut visits, self.tick.0, &self.rules, history, rounds);
            for visit in visits {
                let pre = visit.place().pre;
                let done = visit.end(self.tick.0, &self.rules, sink.counters);
                self.done(pre, block, done, sink);
            }
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
        let mut rounds = Rounds::EMPTY;
        for pre in self.inlet.pre_first..end {
            let subrow = self.row(pre, sdram, sink.hw).and_then(|words| {
                words
                    .as_chunks_mut::<{ subrow::WORDS }>()
                    .0
                    .get_mut(block as usize)
            });
            if let Some(subrow) = subrow {
                self.settle(pre, block, subrow, &mut rounds, sink);
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
