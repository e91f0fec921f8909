//! A tick of all rows where integration is at every tick: the blocks that no spike has kicked take a step, all in one loop.

use super::counters::Counter;
use super::hardware::{Hardware, Work};
use super::rows::{Rows, Sink};
use crate::random::LaneKey;
use crate::spike::{BLOCK_SLOTS, CORE_BLOCKS_MAX, VECTORS};
use crate::synapse::bounds::note;
use crate::synapse::step::{Marks, Sides, Step};
use crate::synapse::subrow::{self, SubRow};
use crate::synapse::visit::{Done, step_key};
use core::hint::black_box;

/// No tick modulo 2^16.
const NOT_QUIET: u32 = u32::MAX;

/// A block of a slice.
#[derive(Clone, Copy, Debug, Default)]
struct Block {
    number: u32,
    key: LaneKey,
    /// The tick at which its sub-rows stand, modulo 2^16, if they take the step; no such tick otherwise.
    from: u32,
}

/// Blocks of a row, one bit each, that have anything to tell.
#[derive(Clone, Copy, Debug, Default)]
struct Told {
    marked: u16,
    saturated: u16,
}

/// The synapses of a row all of whose sub-rows take the step and whose trace stands still: None for any other.
#[inline(always)]
fn at_rest(subrows: &[[u32; subrow::WORDS]], blocks: &[Block]) -> Option<u32> {
    let mut synapses = 0_u32;
    let each = |(words, block): (&[u32; subrow::WORDS], &Block)| {
        subrow::at_rest(words).is_some_and(|(lanes, at)| {
            synapses = synapses.wrapping_add(lanes.count_ones());
            at == block.from && lanes != 0
        })
    };
    (VECTORS && subrows.iter().zip(blocks).all(each)).then_some(synapses)
}

/// How many lanes hold a synapse: all, in most sub-rows, which is known sooner than bits are counted.
#[inline(always)]
const fn synapses(lanes: u16) -> u32 {
    match lanes {
        u16::MAX => BLOCK_SLOTS,
        some => some.count_ones(),
    }
}

/// The keys of a row's blocks, by their halves.
struct Keys([[u32; CORE_BLOCKS_MAX]; 2]);

impl Keys {
    #[inline(always)]
    fn new(blocks: &[Block; CORE_BLOCKS_MAX]) -> Self {
        let halves = blocks.map(|block| block.key.halves());
        // Put where a loop over rows reads them, instead of a register each.
        Self(black_box([
            halves.map(|[start, _]| start),
            halves.map(|[_, key]| key),
        ]))
    }

    /// The word of each block of a row: side by side, since all that follows has to wait for it.
    #[inline(always)]
    fn words(&self, pre: u32) -> [u32; CORE_BLOCKS_MAX] {
        let [starts, keys] = &self.0;
        let mut words = *starts;
        for (word, key) in words.iter_mut().zip(keys) {
            *word = LaneKey::of_halves([*word, *key]).word(pre);
        }
        words
    }
}

/// The step of a row at rest. In two loops, each of which has a short chain to compute for a sub-row, so that a processor is at several
/// of them at once. Returns the blocks that have marks.
#[inline(always)]
fn step_all(
    step: &Step,
    (subrows, words): (&mut [[u32; subrow::WORDS]], &[u32]),
    now: u32,
    noises: &mut [Sides; CORE_BLOCKS_MAX],
    marks: &mut [Marks; CORE_BLOCKS_MAX],
) -> u16 {
    for (noise, word) in noises.iter_mut().zip(words) {
        step.shake(noise, *word);
    }
    let mut marked = 0_u16;
    let rest = subrows.iter_mut().zip(0_u32..).zip(noises.iter_mut());
    for ((words, block), noise) in rest.take(words.len()) {
        if let Some(mut row) = SubRow::new(words) {
            row.set_tick(now);
            let tells = step.move_by(row.theta, noise);
            marked |= u16::from(tells).wrapping_shl(block);
        }
    }
    // Apart: a loop that asked after each step what came of it would wait for it before it began the next one.
    let mut rest = marked;
    while rest != 0 {
        let block = rest.trailing_zeros() as usize;
        rest &= rest.wrapping_sub(1);
        let row = subrows.get_mut(block).and_then(SubRow::new);
        let sides = noises.get(block).zip(marks.get_mut(block));
        if let (Some(row), Some((from, marks))) = (row, sides) {
            *marks = step.mark(row.theta, from);
        }
    }
    marked
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
        sink: &mut Sink<'_, '_, H>,
    ) -> u16 {
        let Some(step) = self.rules.step else {
            return 0;
        };
        let quiet = self.quiet_blocks(now);
        if quiet == 0 || now > self.plastic.frozen_from {
            return 0;
        }
        let all = self.blocks(quiet, now);
        let blocks = all.get(..usize::from(self.slice.blocks)).unwrap_or(&all);
        let keys = Keys::new(&all);
        let end = self.inlet.pre_first.saturating_add(self.inlet.pre_count);
        let (step, mut updates) = (step.for_rows(), 0_u32);
        let mut noises = [Sides::default(); CORE_BLOCKS_MAX];
        let mut marks = [Marks::default(); CORE_BLOCKS_MAX];
        for (pre, words) in (self.inlet.pre_first..end).zip(self.region(sdram)) {
            if quiet == self.all_blocks() {
                self.charge_row(pre, sink.hw);
                sink.counters.add(Counter::Rows, 1);
            }
            let subrows = words.as_chunks_mut::<{ subrow::WORDS }>().0;
            let mut stepped = 0_u32;
            let told = if let Some(synapses) = at_rest(subrows, blocks) {
                stepped = synapses;
                let drawn = keys.words(pre);
                let row = (&mut *subrows, drawn.get(..blocks.len()).unwrap_or(&drawn));
                Told {
                    marked: step_all(&step, row, now, &mut noises, &mut marks),
                    saturated: 0,
                }
            } else {
                let mut told = Told::default();
                for ((words, block), marks) in subrows.iter_mut().zip(blocks).zip(&mut marks) {
                    let Some(mut row) = SubRow::new(words) else {
                        continue;
                    };
                    let lanes = row.lanes();
                    if row.tick(now) & 0xFFFF != block.from || lanes == 0 {
                        // At its first tick, visited in this tick already, or without a synapse: then it stays as it is.
                        if block.from != NOT_QUIET {
                            self.settle((pre, now), block.number, words, sink);
                        }
                        continue;
                    }
                    *marks = step.take(row.theta, block.key.word(pre));
                    if marks.any() {
                        told.marked |= 1_u16.wrapping_shl(block.number);
                    }
                    stepped = stepped.wrapping_add(synapses(lanes));
                    let mut trace = row.trace(now);
                    if trace.in_motion() {
                        let over = trace.advance_one(self.plastic.delay, &self.rules.traces);
                        told.saturated |= u16::from(over).wrapping_shl(block.number);
                        row.set_visit(trace, row.before());
                    } else {
                        row.set_tick(now);
                    }
                }
                told
            };
            updates = updates.wrapping_add(stepped);
            sink.hw.charge(Work::PlasticStep, stepped);
            self.tell((pre, now), subrows, told, &marks, sink);
        }
        sink.counters.add(Counter::SynapseUpdates, updates);
        quiet
    }

    /// The blocks of a row at `now`.
    #[inline(always)]
    fn blocks(&self, quiet: u16, now: u32) -> [Block; CORE_BLOCKS_MAX] {
        let mut all = [Block::default(); CORE_BLOCKS_MAX];
        for (number, block) in (0..u32::from(self.slice.blocks)).zip(&mut all) {
            let place = self.place(0, number);
            *block = Block {
                number,
                key: step_key(&self.rules, place, now),
                from: if quiet >> number & 1 == 1 {
                    now.wrapping_sub(1) & 0xFFFF
                } else {
                    NOT_QUIET
                },
            };
        }
        all
    }

    /// Counts and records what the steps of a row did.
    #[inline(always)]
    fn tell<H: Hardware>(
        &self,
        (pre, now): (u32, u32),
        subrows: &mut [[u32; subrow::WORDS]],
        told: Told,
        marks: &[Marks; CORE_BLOCKS_MAX],
        sink: &mut Sink<'_, '_, H>,
    ) {
        let mut rest = told.marked | told.saturated;
        while rest != 0 {
            let block = rest.trailing_zeros();
            rest &= rest.wrapping_sub(1);
            let place = block as usize;
            if let (Some(words), Some(marks)) = (subrows.get_mut(place), marks.get(place)) {
                let over = told.saturated >> block & 1 == 1;
                self.note_step((pre, now), block, words, (*marks, over), sink);
            }
        }
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
        let Some(mut subrow) = SubRow::new(words) else {
            return;
        };
        let (lanes, (pre, now)) = (subrow.lanes(), row);
        let (gained, lost) = marks.gained_and_lost(lanes, subrow.theta);
        subrow.set_functional((subrow.before() | gained) & !lost);
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
