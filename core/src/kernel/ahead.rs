//! Kicking ahead: a spike kicks all rows of its block before the next tick, for a target that has all rows at hand.
//!
//! A visit that comes later finds θ kicked already, and has only to know since when each lane stands still. By then all visits
//! with an earlier label have been made, so each row gets its jumps and kicks in the order in which it would have got them had
//! each kick waited for the row's next visit.

use super::counters::Counter;
use super::hardware::{Hardware, Work};
use super::memory::Views;
use super::rows::{Rows, Shared, Sink};
use super::{Kernel, Memory};
use crate::image::{Inlet, InletKind, Slice};
use crate::spike::{BLOCK, BLOCK_SLOTS, CORE_BLOCKS_MAX, Tick, VECTORS};
use crate::synapse::ahead::{Kicked as Rowed, Spike, TOGETHER, kick_rows};
use crate::synapse::bounds::note;
use crate::synapse::history::{self, History};
use crate::synapse::subrow::{self, SubRow};
use crate::synapse::traces::{Near, Traces};
use crate::synapse::visit::Kicked;
use core::ops::Range;

/// Blocks whose spikes can kick ahead: none where lanes are computed one by one.
const BLOCKS: usize = if VECTORS { CORE_BLOCKS_MAX } else { 0 };

/// When the lanes of each block of a core have kicked last.
#[derive(Clone, Debug)]
pub(super) struct Ahead {
    blocks: [Kicked; BLOCKS],
    /// By slice: where its blocks begin, if they kick ahead.
    firsts: heapless::Vec<Option<u8>, BLOCKS>,
    /// What traces need, from the decay table at this place; at [`NOWHERE`], nothing yet.
    near: (u32, Near),
}

/// Where no table stands. (Not `Option`, whose spare value would make a kernel without [`Ahead`] other than all zero.)
const NOWHERE: u32 = u32::MAX;

impl Kernel {
    /// Lets spikes kick all rows at once from now on, or no longer, where that can be: same bits.
    pub fn kick_ahead(&mut self, memory: &mut Memory<'_>, ahead: bool) {
        self.ahead = None;
        if !ahead || !VECTORS {
            return;
        }
        let Some(views) = Views::new(memory.dtcm, &self.layout) else {
            return;
        };
        let mut new = Ahead {
            blocks: [[0; BLOCK]; BLOCKS],
            firsts: heapless::Vec::new(),
            near: (NOWHERE, Near::NONE),
        };
        let mut next = 0_u8;
        for (index, slice) in (0_u16..).zip(&self.slices) {
            let first = can_kick(index, &self.inlets).then_some(next);
            // As many places as blocks, of which every slice has one: there is room.
            let _ = new.firsts.push(first);
            if first.is_some() {
                for block in 0..u32::from(slice.blocks) {
                    let history = views.history.get(history_of(slice, block));
                    let kicked = new
                        .blocks
                        .get_mut(usize::from(next).wrapping_add(block as usize));
                    if let (Some(history), Some(kicked)) = (history, kicked) {
                        recall(&History::new(history), kicked);
                    }
                }
            }
            next = next.wrapping_add(slice.blocks as u8);
        }
        self.ahead = Some(new);
    }
}

/// Whether spikes of a slice may kick ahead: under a Gaussian prior at a fixed temperature.
fn can_kick(slice: u16, inlets: &[Inlet]) -> bool {
    let mut plastic = inlets
        .iter()
        .filter(|inlet| inlet.slice == slice)
        .filter_map(|inlet| match &inlet.kind {
            InletKind::Plastic(plastic) => Some(plastic.law),
            InletKind::Static => None,
        })
        .peekable();
    plastic.peek().is_some() && plastic.all(|law| law == 0)
}

/// Where the words of a block's history stand.
fn history_of(slice: &Slice, block: u32) -> Range<usize> {
    let many = slice.history_block_words() as usize;
    let start = (slice.history as usize).wrapping_add(many.wrapping_mul(block as usize));
    start..start.wrapping_add(many)
}

/// When the lanes of a block have kicked ahead, as far as its history goes back: no row has stood still for longer.
fn recall(history: &History<'_>, kicked: &mut Kicked) {
    for number in history.oldest()..history.waiting().start {
        if let Some((tick, lanes)) = history.spike(number, u32::MAX) {
            remember(kicked, tick, lanes);
        }
    }
}

#[inline(always)]
fn remember(kicked: &mut Kicked, tick: u32, lanes: u16) {
    for (lane, kicked) in kicked.iter_mut().enumerate() {
        if lanes >> lane & 1 == 1 {
            *kicked = tick.wrapping_add(1);
        }
    }
}

impl Ahead {
    /// When the lanes of a slice's blocks kicked last, if they kick ahead.
    #[inline(always)]
    pub(super) fn kicked(&self, slice: u16) -> Option<&[Kicked]> {
        let first = self.firsts.get(usize::from(slice)).copied().flatten()?;
        self.blocks.get(usize::from(first)..)
    }

    /// Lets the spikes of the ticks before this one kick.
    #[inline(always)]
    pub(super) fn kick<H: Hardware>(
        &mut self,
        (slices, inlets): (&[Slice], &[Inlet]),
        (seed, now): (u64, Tick),
        views: &mut Views<'_>,
        sdram: &mut [u32],
        sink: &mut Sink<'_, '_, H>,
    ) {
        for ((index, slice), first) in (0_u16..).zip(slices).zip(&self.firsts) {
            let Some(first) = first.filter(|_| slice.history_entries != 0) else {
                continue;
            };
            let blocks = self
                .blocks
                .get_mut(usize::from(first)..)
                .unwrap_or_default();
            for (block, kicked) in (0..u32::from(slice.blocks)).zip(blocks) {
                let range = history_of(slice, block);
                let Some(words) = views.history.get(range.clone()) else {
                    continue;
                };
                let history = History::new(words);
                let mut waiting = history.waiting();
                while let Some((tick, lanes)) = history.spike(waiting.start, now.0) {
                    waiting.start = waiting.start.wrapping_add(1);
                    let inlets = (0_u32..)
                        .zip(inlets)
                        .filter(|(_, inlet)| inlet.slice == index);
                    for (number, inlet) in inlets {
                        let InletKind::Plastic(plastic) = &inlet.kind else {
                            continue;
                        };
                        let shared = Shared {
                            tables: views.tables,
                            history: views.history,
                            ahead: None,
                            seed,
                            tick: now,
                        };
                        if let Some(rows) = Rows::new((number, inlet, plastic), slice, shared) {
                            let near = near_of(&mut self.near, &rows);
                            kick_all((&rows, near), block, (tick, lanes), kicked, sdram, sink);
                        }
                    }
                    remember(kicked, tick, lanes);
                }
                let reached = waiting.start;
                if let Some(words) = views.history.get_mut(range) {
                    history::set_ahead(words, reached);
                }
            }
        }
    }
}

/// What the traces of an inlet need.
#[inline(always)]
fn near_of<'n>((of, near): &'n mut (u32, Near), rows: &Rows<'_>) -> &'n Near {
    if *of != rows.plastic.traces {
        *of = rows.plastic.traces;
        near.fill(&rows.rules.traces);
    }
    near
}

/// Lets the spikes of a block at a tick kick all rows of an inlet.
#[inline(always)]
fn kick_all<H: Hardware>(
    (rows, near): (&Rows<'_>, &Near),
    block: u32,
    (tick, lanes): (u32, u16),
    kicked: &Kicked,
    sdram: &mut [u32],
    sink: &mut Sink<'_, '_, H>,
) {
    if rows.plastic.gain == 0 || tick >= rows.plastic.frozen_from {
        return;
    }
    let traces = Traces::new(rows.rules.traces, near, rows.plastic.delay);
    let mut rest = lanes;
    while rest != 0 {
        let lane = rest.trailing_zeros() as usize;
        rest &= rest.wrapping_sub(1);
        let before = kicked.get(lane).copied().unwrap_or(0);
        let spike = Spike { tick, lane, before };
        kick_lane((rows, &traces), block, spike, sdram, sink);
    }
}

/// Lets a spike kick all rows of an inlet.
#[inline(always)]
fn kick_lane<H: Hardware>(
    (rows, traces): (&Rows<'_>, &Traces<'_>),
    block: u32,
    spike: Spike,
    sdram: &mut [u32],
    sink: &mut Sink<'_, '_, H>,
) {
    let blocks = usize::from(rows.slice.blocks);
    let subrows = rows.words(sdram).as_chunks_mut::<{ subrow::WORDS }>().0;
    let (mut pre, mut kicks) = (rows.inlet.pre_first, 0);
    let mut groups = subrows.chunks_exact_mut(blocks.saturating_mul(TOGETHER).max(1));
    for group in &mut groups {
        let (of, rules) = ((block as usize, blocks), (&rows.rules, traces));
        let kicked = kick_rows(group, of, &spike, rows.place(pre, block), rules);
        kicks = tell(rows, (pre, block), spike, kicked, sink).wrapping_add(kicks);
        pre = pre.wrapping_add(TOGETHER as u32);
    }
    for row in groups.into_remainder().chunks_exact_mut(blocks.max(1)) {
        if let Some(mut row) = row.get_mut(block as usize).and_then(SubRow::new) {
            let kicked = spike.kick(&mut row, rows.place(pre, block), &rows.rules);
            kicks = tell(rows, (pre, block), spike, kicked, sink).wrapping_add(kicks);
        }
        pre = pre.wrapping_add(1);
    }
    sink.counters.add(Counter::SynapseUpdates, kicks);
    sink.counters.add(Counter::Kicks, kicks);
    sink.hw.charge(Work::Kick, kicks);
}

/// Counts the bounds that a spike made some rows meet, the first of which has this presynaptic slot; returns how many it kicked.
#[inline(always)]
fn tell<H: Hardware>(
    rows: &Rows<'_>,
    (pre, block): (u32, u32),
    spike: Spike,
    kicked: Rowed,
    sink: &mut Sink<'_, '_, H>,
) -> u32 {
    if kicked.tells() {
        tell_each(rows, (pre, block), spike, kicked, sink);
    }
    kicked.count
}

#[cold]
#[inline(never)]
fn tell_each<H: Hardware>(
    rows: &Rows<'_>,
    (pre, block): (u32, u32),
    spike: Spike,
    kicked: Rowed,
    sink: &mut Sink<'_, '_, H>,
) {
    let bit = 1_u16.wrapping_shl(spike.lane as u32);
    for number in 0..BLOCK_SLOTS {
        let own = |rows: u16| if rows >> number & 1 == 1 { bit } else { 0 };
        let bounds = [own(kicked.theta_bound), own(kicked.kick_bound)];
        let place = rows.place(pre.wrapping_add(number), block);
        note(sink.counters, (place, spike.tick), bit, bounds, false);
    }
}
