//! Static rows: fetched when a packet comes, or handed in by a target that keeps them elsewhere.

use super::counters::{Counter, Counters};
use super::hardware::{Direction, Hardware, Transfer, Work};
use super::packet::{Delivery, ring_of};
use super::{Kernel, Memory};
use crate::image::{Inlet, InletKind, Section, Slice};
use crate::spike::{BLOCK, Tick};
use crate::synapse::static_row;
use core::ops::Range;

/// What the static rows of an inlet become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Effect {
    slots: u32,
    width: usize,
    shift: u32,
    negative: bool,
}

impl Effect {
    #[inline(always)]
    pub(super) fn new(inlet: &Inlet, slice: &Slice) -> Self {
        Self {
            slots: slice.ring_slots,
            width: usize::from(slice.blocks).wrapping_mul(BLOCK),
            shift: inlet.weight_shift,
            negative: inlet.negative,
        }
    }
}

/// Where the static rows of an inlet add up, worked out once for a target that hands them in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// Its ring, among the words of DTCM.
    ring: Range<usize>,
    effect: Effect,
}

/// Where the row of a presynaptic slot stands, if there is one.
#[inline(always)]
pub(super) fn row_of(inlet: &Inlet, pre: u32) -> Option<Range<usize>> {
    let number = pre.wrapping_sub(inlet.pre_first);
    let start = inlet.rows.wrapping_add(number.wrapping_mul(inlet.stride)) as usize;
    (number < inlet.pre_count).then_some(start..start.wrapping_add(inlet.stride as usize))
}

/// Fetches the row of a presynaptic slot, if there is one.
#[inline(always)]
pub(super) fn fetch<'m>(
    inlet: &Inlet,
    pre: u32,
    sdram: &'m [u32],
    hw: &mut impl Hardware,
) -> Option<&'m [u32]> {
    let range = row_of(inlet, pre)?;
    hw.charge(Work::Row, 1);
    hw.start_dma(Transfer {
        sdram_word: range.start as u32,
        words: inlet.stride,
        direction: Direction::Read,
    });
    Some(sdram.get(range).unwrap_or_default())
}

/// Adds a row to its ring.
#[inline(always)]
pub(super) fn add(
    effect: Effect,
    row: &[u32],
    words: &mut [u32],
    tick: Tick,
    (counters, hw): (&mut Counters, &mut impl Hardware),
) {
    let Effect {
        slots,
        width,
        shift,
        negative,
    } = effect;
    let ring = static_row::Ring {
        words,
        slots,
        width,
    };
    let (count, bad) = static_row::deliver(row, tick.0, shift, negative, ring);
    hw.charge(Work::StaticSynapse, count);
    counters.add(Counter::Rows, 1);
    counters.add(Counter::StaticEvents, count);
    if bad != 0 {
        counters.add(Counter::BadRow, bad);
    }
}

/// Counts a packet that has come.
#[inline(always)]
pub(super) fn count_packet(counters: &mut Counters, hw: &mut impl Hardware) {
    hw.charge(Work::Packet, 1);
    counters.add(Counter::Packets, 1);
}

impl Kernel {
    /// Counts a packet whose rows are handed in.
    #[inline]
    pub fn count_packet(&mut self, hw: &mut impl Hardware) {
        count_packet(&mut self.counters, hw);
    }

    /// Where the static rows of an inlet add up.
    #[must_use]
    pub fn site(&self, inlet: u32) -> Option<Site> {
        let inlet = self.inlets.get(inlet as usize)?;
        let slice = self.slices.get(usize::from(inlet.slice))?;
        let ring = ring_of(slice, u32::from(inlet.receptor));
        let rings = self.layout.range(Section::Ring).start;
        let ring = rings.wrapping_add(ring.start)..rings.wrapping_add(ring.end);
        let effect = Effect::new(inlet, slice);
        (inlet.kind == InletKind::Static).then_some(Site { ring, effect })
    }

    /// The rows of a delivery, each with the number of its inlet: for a target that keeps static rows together elsewhere, and
    /// hands them in by [`Self::static_row`]. `None` in the place of a plastic row.
    pub fn static_rows<'m>(
        &self,
        sdram: &'m [u32],
        delivery: Delivery,
    ) -> impl Iterator<Item = Option<(u32, &'m [u32])>> {
        delivery
            .inlets(&self.inlets)
            .filter_map(move |(number, inlet)| {
                let row = sdram.get(row_of(inlet, delivery.pre)?).unwrap_or_default();
                let count = row.first().map_or(0, |count| *count as usize);
                let row = row.get(..=count).unwrap_or(row);
                Some((inlet.kind == InletKind::Static).then_some((number, row)))
            })
    }

    /// Takes in a row of [`Self::static_rows`], at the [`Self::site`] of its inlet, for a packet of tick `tick`: as [`Self::packet`]
    /// does with those it fetches.
    #[inline(always)]
    pub fn static_row(
        &mut self,
        memory: &mut Memory<'_>,
        hw: &mut impl Hardware,
        (site, row): (&Site, &[u32]),
        tick: Tick,
    ) {
        hw.charge(Work::Row, 1);
        let words = memory.dtcm.get_mut(site.ring.clone()).unwrap_or_default();
        add(site.effect, row, words, tick, (&mut self.counters, hw));
    }
}
