//! A packet arrives: find its rows, settle them, let them transmit.

use super::counters::Counter;
use super::hardware::{Direction, Hardware, Transfer, Work};
use super::memory::Views;
use super::record::Recorder;
use super::rows::{Rows, Sink};
use super::{Kernel, Memory};
use crate::image::{Inlet, InletKind, KeyEntry, Section, Slice};
use crate::spike::{AerKey, BLOCK, Tick};
use crate::synapse::kicks::Rounds;
use crate::synapse::subrow::{self, SubRow};
use crate::synapse::{static_row, transmit};

/// What became of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// Its key is in the table.
    Delivered,
    /// No entry matches: a routing table sent it to the wrong core. It is counted.
    UnknownKey,
}

impl Kernel {
    /// Takes in a packet that was sent in tick `tick`.
    #[inline(always)]
    pub fn packet(
        &mut self,
        memory: &mut Memory<'_>,
        hw: &mut impl Hardware,
        key: AerKey,
        tick: Tick,
    ) -> Arrival {
        hw.charge(Work::Packet, 1);
        self.counters.add(Counter::Packets, 1);
        let Some(views) = Views::new(memory.dtcm, &self.layout) else {
            return Arrival::UnknownKey;
        };
        let Some(entry) = KeyEntry::find(views.keys, key.0) else {
            self.counters.add(Counter::UnknownKeys, 1);
            return Arrival::UnknownKey;
        };
        let pre = entry.first_pre.wrapping_add(key.0 & !entry.mask);
        let mut recorder = Recorder::new(views.record);
        let mut sink = Sink {
            counters: &mut self.counters,
            recorder: &mut recorder,
            hw,
        };
        let first = usize::from(entry.inlet_first);
        let inlets = self
            .inlets
            .iter()
            .enumerate()
            .skip(first)
            .take(usize::from(entry.inlet_count));
        for (index, inlet) in inlets {
            let Some(slice) = self.slices.get(usize::from(inlet.slice)) else {
                continue;
            };
            let ring = ring_of(slice, u32::from(inlet.receptor), views.ring);
            match &inlet.kind {
                InletKind::Static => {
                    deliver_static(inlet, slice, (pre, tick), memory.sdram, ring, &mut sink);
                }
                InletKind::Plastic(plastic) => {
                    let place = (index as u32, inlet, plastic);
                    let shared = (views.tables, &*views.history);
                    if let Some(rows) = Rows::new(place, slice, shared, self.header.seed, tick) {
                        deliver_plastic(&rows, pre, memory.sdram, ring, &mut sink);
                    }
                }
            }
        }
        recorder.flush(hw);
        Arrival::Delivered
    }
}

impl Kernel {
    /// Reads one word at either end of each row that a packet will visit, and does nothing with them: on a computer with
    /// caches, all the rows of a tick are so fetched at once instead of one after the other. Returns their sum, for the
    /// caller to keep the reads from being optimised away.
    #[must_use]
    pub fn glance(&self, memory: &Memory<'_>, key: AerKey) -> u32 {
        let keys = memory.dtcm.get(self.layout.range(Section::Keys));
        let Some(entry) = KeyEntry::find(keys.unwrap_or_default(), key.0) else {
            return 0;
        };
        let pre = entry.first_pre.wrapping_add(key.0 & !entry.mask);
        let first = usize::from(entry.inlet_first);
        let inlets = self.inlets.iter().skip(first);
        let mut sum = 0_u32;
        for inlet in inlets.take(usize::from(entry.inlet_count)) {
            let number = pre.wrapping_sub(inlet.pre_first);
            if number < inlet.pre_count {
                let start = inlet.rows.wrapping_add(number.wrapping_mul(inlet.stride));
                let end = start.wrapping_add(inlet.stride).wrapping_sub(1);
                for at in [start, end] {
                    let word = memory.sdram.get(at as usize).copied().unwrap_or(0);
                    sum = sum.wrapping_add(word);
                }
            }
        }
        sum
    }
}

/// The ring slots of one receptor of a slice.
#[inline(always)]
fn ring_of<'a>(slice: &Slice, receptor: u32, ring: &'a mut [u32]) -> &'a mut [u32] {
    let words = slice.ring_words().checked_div(slice.receptors).unwrap_or(0);
    let start = slice.ring.wrapping_add(words.wrapping_mul(receptor)) as usize;
    ring.get_mut(start..)
        .and_then(|ring| ring.get_mut(..words as usize))
        .unwrap_or_default()
}

#[inline(always)]
fn deliver_static<H: Hardware>(
    inlet: &Inlet,
    slice: &Slice,
    (pre, tick): (u32, Tick),
    sdram: &[u32],
    ring: &mut [u32],
    sink: &mut Sink<'_, '_, H>,
) {
    let number = pre.wrapping_sub(inlet.pre_first);
    if number >= inlet.pre_count {
        return;
    }
    let start = inlet.rows.wrapping_add(number.wrapping_mul(inlet.stride));
    let row = sdram
        .get(start as usize..)
        .and_then(|s| s.get(..inlet.stride as usize))
        .unwrap_or_default();
    sink.hw.charge(Work::Row, 1);
    sink.hw.start_dma(Transfer {
        sdram_word: start,
        words: inlet.stride,
        direction: Direction::Read,
    });
    let width = usize::from(slice.blocks).wrapping_mul(BLOCK);
    let (count, bad) =
        static_row::deliver(row, tick.0, inlet.weight_shift, inlet.negative, ring, width);
    sink.hw.charge(Work::StaticSynapse, count);
    sink.counters.add(Counter::Rows, 1);
    sink.counters.add(Counter::StaticEvents, count);
    if bad != 0 {
        sink.counters.add(Counter::BadRow, bad);
    }
}

#[inline(always)]
fn deliver_plastic<H: Hardware>(
    rows: &Rows<'_>,
    pre: u32,
    sdram: &mut [u32],
    ring: &mut [u32],
    sink: &mut Sink<'_, '_, H>,
) {
    let Some(words) = rows.row(pre, sdram, sink.hw) else {
        return;
    };
    sink.counters.add(Counter::Rows, 1);
    let slot = rows.tick.0.wrapping_add(rows.plastic.delay) & rows.slice.ring_slots.wrapping_sub(1);
    let blocks = usize::from(rows.slice.blocks);
    let (ring, _) = ring.as_chunks_mut::<BLOCK>();
    let ring = ring
        .get_mut((slot as usize).wrapping_mul(blocks)..)
        .unwrap_or_default();
    let mut rounds = Rounds::EMPTY;
    let subrows = words.as_chunks_mut::<{ subrow::WORDS }>().0;
    for (block, (subrow, ring)) in (0..).zip(subrows.iter_mut().zip(ring)) {
        rows.settle(pre, block, subrow, &mut rounds, sink);
        if let Some(mut row) = SubRow::new(subrow) {
            let negative = rows.inlet.negative;
            let events = transmit::transmit(&mut row, rows.tick.0, rows.plastic, negative, ring);
            sink.counters.add(Counter::PlasticEvents, events);
        }
    }
}
