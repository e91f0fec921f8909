//! A tick of all rows where integration is at every tick: the blocks that no spike has kicked take a step, all in one loop.

use super::counters::Counter;
use super::group::Scratch;
use super::hardware::{Hardware, Work};
use super::rows::{Rows, Sink};
use crate::random::{Fit, LaneKey};
use crate::spike::{CORE_BLOCKS_MAX, VECTORS};
use crate::synapse::bounds::note;
use crate::synapse::step::{Marks, Sides};
use crate::synapse::subrow::{self, SubRow};
use crate::synapse::visit::{Done, step_key};

/// A block of a slice.
#[derive(Clone, Copy, Debug, Default)]
struct Block {
    number: u32,
    key: LaneKey,
    /// The tick at which its sub-rows stand, if they take the step; no tick otherwise.
    from: u32,
}

impl Rows<'_> {
    /// All blocks, one bit each.
    #[inline(always)]
    pub(super) fn all_blocks(&self) -> u16 {
        1_u32
            .wrapping_shl(u32::from(self.slice.blocks))
            .wrapping_sub(1) as u16
    }

    /// The blocks none of whose neurons fired in the tick before `now`: no row is kicked there.
    #[inline(always)]
    fn quiet_blocks(&self, now: u32) -> u16 {
        if self.plastic.gain == 0 {
            return self.all_blocks();
        }
        let mut quiet = 0;
        for block in 0..u32::from(self.slice.blocks) {
            let history = self.history(block);
            let next = history.since(now.wrapping_sub(1));
            if history.spike(next, now).is_none() {
                quiet |= 1_u16.wrapping_shl(block);
            }
        }
        quiet
    }

    /// Moves the quiet blocks of every row to `now`, and returns which those are.
    #[inline(always)]
    pub(super) fn step_rows<H: Hardware>(
        &self,
        now: u32,
        sdram: &mut [u32],
        scratch: &mut Scratch,
        sink: &mut Sink<'_, '_, H>,
    ) -> u16 {
        let Some(step) = self.rules.step else {
            return 0;
        };
        let quiet = self.quiet_blocks(now);
        if quiet == 0 || now > self.plastic.frozen_from {
            return 0;
        }
        let mut all = [Block::default(); CORE_BLOCKS_MAX];
        for (number, block) in (0..u32::from(self.slice.blocks)).zip(&mut all) {
            let place = self.place(0, number);
            *block = Block {
                number,
                key: step_key(&self.rules, place, now),
                from: if quiet >> number & 1 == 1 {
                    now.wrapping_sub(1)
                } else {
                    u32::MAX
                },
            };
        }
        let blocks = all.get(..usize::from(self.slice.blocks)).unwrap_or(&all);
        let end = self.inlet.pre_first.saturating_add(self.inlet.pre_count);
        let (step, fit, mut updates) = (step.for_rows(), Fit::new(), 0_u32);
        let [rounds, ..] = scratch;
        let mut marks = [Marks::default(); CORE_BLOCKS_MAX];
        let mut noises = [Sides::default(); CORE_BLOCKS_MAX];
        for (pre, words) in (self.inlet.pre_first..end).zip(self.region(sdram)) {
            if quiet == self.all_blocks() {
                self.charge_row(pre, sink.hw);
                sink.counters.add(Counter::Rows, 1);
            }
            let subrows = words.as_chunks_mut::<{ subrow::WORDS }>().0;
            for (noise, block) in noises.iter_mut().zip(blocks) {
                step.shake(noise, (block.key, pre), &fit);
            }
            let (mut marked, mut saturated) = (0_u16, 0_u16);
            let sides = noises.iter().zip(&mut marks);
            for ((words, block), (noise, marks)) in subrows.iter_mut().zip(blocks).zip(sides) {
                let Some(mut row) = SubRow::new(words) else {
                    continue;
                };
                let (lanes, mut trace) = (row.lanes(), row.trace());
                if trace.at != block.from || lanes == 0 {
                    // At its first tick, visited in this tick already, or without a synapse: then it stays as it is.
                    if block.from != u32::MAX {
                        self.settle((pre, now), block.number, words, rounds, sink);
                    }
                    continue;
                }
                *marks = if VECTORS {
                    step.move_by(row.theta, noise)
                } else {
                    step.take(row.theta, (block.key, pre), &fit)
                };
                marked |= u16::from(marks.any()).wrapping_shl(block.number);
                updates = updates.wrapping_add(lanes.count_ones());
                if trace.in_motion() {
                    let over = trace.advance(now, self.plastic.delay, &self.rules.traces);
                    saturated |= u16::from(over).wrapping_shl(block.number);
                    row.set_trace(trace);
                } else {
                    row.set_tick(now);
                }
            }
            // Apart: a loop that asked after each step what came of it would wait for it before it began the next one.
            let mut rest = marked | saturated;
            while rest != 0 {
                let block = rest.trailing_zeros();
                rest &= rest.wrapping_sub(1);
                let place = block as usize;
                if let (Some(words), Some(marks)) = (subrows.get_mut(place), marks.get(place)) {
                    let over = saturated >> block & 1 == 1;
                    self.note_step((pre, now), block, words, (*marks, over), sink);
                }
            }
        }
        sink.counters.add(Counter::SynapseUpdates, updates);
        sink.hw.charge(Work::PlasticSynapse, updates);
        quiet
    }

    /// Counts and records what a step did.
    #[inline(always)]
    fn note_step<H: Hardware>(
        &self,
        row: (u32, u32),
        block: u32,
        words: &mut [u32; subrow::WORDS],
        (marks, saturated): (Marks, bool),
        sink: &mut Sink<'_, '_, H>,
    ) {
        let Some(subrow) = SubRow::new(words) else {
            return;
        };
        let (lanes, (pre, now)) = (subrow.lanes(), row);
        let (gained, lost) = marks.gained_and_lost(lanes, subrow.theta);
        let done = Done {
            gained,
            lost,
            ..Done::default()
        };
        let bounds = [marks.bound(), 0];
        let place = self.place(pre, block);
        note(sink.counters, (place, now), lanes, bounds, saturated);
        self.done(row, block, done, sink);
    }
}
