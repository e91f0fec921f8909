//! A packet arrives: find its rows, settle them, let them transmit.

use super::counters::Counter;
use super::hardware::Hardware;
use super::memory::Views;
use super::record::Recorder;
use super::rows::{Rows, Shared, Sink};
use super::static_rows::{Effect, add, count_packet, fetch, row_of};
use super::{Kernel, Memory};
use crate::image::{Inlet, InletKind, KeyEntry, Section, Slice};
use crate::spike::{AerKey, BLOCK, BLOCK_SLOTS, Tick, VECTORS};
use crate::synapse::subrow::{self, SubRow};
use crate::synapse::transmit;
use core::ops::Range;

/// What became of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// Its key is in the table.
    Delivered,
    /// No entry matches: a routing table sent it to the wrong core. It is counted.
    UnknownKey,
}

/// Where the synapses of a packet's neuron are in a core: what the key table says of its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Delivery {
    /// Slot of the presynaptic neuron in its population.
    pub(super) pre: u32,
    inlet_first: u16,
    inlet_count: u16,
}

impl Delivery {
    /// Of a key, by an entry of the key table; `None` if they don't match.
    #[must_use]
    #[inline]
    pub const fn new(entry: KeyEntry, key: AerKey) -> Option<Self> {
        if key.0 & entry.mask != entry.key {
            return None;
        }
        Some(Self {
            pre: entry.first_pre.wrapping_add(key.0 & !entry.mask),
            inlet_first: entry.inlet_first,
            inlet_count: entry.inlet_count,
        })
    }

    /// Its inlets, with their numbers, among those of the core.
    #[inline(always)]
    pub(super) fn inlets(self, all: &[Inlet]) -> impl Iterator<Item = (u32, &Inlet)> {
        let inlets = all.get(usize::from(self.inlet_first)..);
        (u32::from(self.inlet_first)..)
            .zip(inlets.unwrap_or_default())
            .take(usize::from(self.inlet_count))
    }
}

impl Kernel {
    /// The entry of the core's key table that a key matches; `None` if nobody here listens to it.
    #[must_use]
    #[inline]
    pub fn entry(&self, memory: &Memory<'_>, key: AerKey) -> Option<KeyEntry> {
        let keys = memory.dtcm.get(self.layout.range(Section::Keys))?;
        KeyEntry::find(keys, key.0)
    }

    /// Looks a key up in the core's key table; `None` if nobody here listens to it.
    #[must_use]
    #[inline]
    pub fn look_up(&self, memory: &Memory<'_>, key: AerKey) -> Option<Delivery> {
        Delivery::new(self.entry(memory, key)?, key)
    }

    /// The rows that a delivery will visit: word ranges of the core's SDRAM share. For a target that can fetch them early.
    #[inline]
    pub fn rows_of(&self, delivery: Delivery) -> impl Iterator<Item = Range<usize>> {
        delivery
            .inlets(&self.inlets)
            .filter_map(move |(_, inlet)| row_of(inlet, delivery.pre))
    }

    /// Takes in a packet that was sent in tick `tick`.
    #[inline(always)]
    pub fn packet(
        &mut self,
        memory: &mut Memory<'_>,
        hw: &mut impl Hardware,
        key: AerKey,
        tick: Tick,
    ) -> Arrival {
        let delivery = self.look_up(memory, key);
        self.packets(memory, hw, [delivery], tick);
        if delivery.is_some() {
            Arrival::Delivered
        } else {
            Arrival::UnknownKey
        }
    }

    /// Takes in packets of one tick whose keys have been looked up, in this order.
    #[inline(always)]
    pub fn packets(
        &mut self,
        memory: &mut Memory<'_>,
        hw: &mut impl Hardware,
        deliveries: impl IntoIterator<Item = Option<Delivery>>,
        tick: Tick,
    ) {
        let Some(views) = Views::new(memory.dtcm, &self.layout) else {
            return;
        };
        let mut recorder = Recorder::new(views.record);
        // Most packets lead to the inlet of the packet before.
        let mut plastic_rows: Option<Rows<'_>> = None;
        for delivery in deliveries {
            count_packet(&mut self.counters, hw);
            let Some(delivery) = delivery else {
                self.counters.add(Counter::UnknownKeys, 1);
                continue;
            };
            let mut sink = Sink {
                counters: &mut self.counters,
                recorder: &mut recorder,
                hw,
            };
            for (index, inlet) in delivery.inlets(&self.inlets) {
                let Some(slice) = self.slices.get(usize::from(inlet.slice)) else {
                    continue;
                };
                let ring = ring_of(slice, u32::from(inlet.receptor));
                let ring = views.ring.get_mut(ring).unwrap_or_default();
                match &inlet.kind {
                    InletKind::Static => {
                        if let Some(row) = fetch(inlet, delivery.pre, memory.sdram, sink.hw) {
                            let sink = (&mut *sink.counters, &mut *sink.hw);
                            add(Effect::new(inlet, slice), row, ring, tick, sink);
                        }
                    }
                    InletKind::Plastic(plastic) => {
                        let shared = Shared {
                            tables: views.tables,
                            history: views.history,
                            ahead: self.ahead.as_ref(),
                            seed: self.header.seed,
                            tick,
                        };
                        let same = plastic_rows
                            .as_ref()
                            .is_some_and(|rows| rows.index == index);
                        if !VECTORS || !same {
                            plastic_rows = Rows::new((index, inlet, plastic), slice, shared);
                        }
                        if let Some(rows) = &plastic_rows {
                            deliver_plastic(rows, delivery.pre, memory.sdram, ring, &mut sink);
                        }
                    }
                }
            }
        }
        recorder.flush(hw);
    }
}

/// The ring of one receptor of a slice, among the words of all rings.
#[inline(always)]
pub(super) fn ring_of(slice: &Slice, receptor: u32) -> Range<usize> {
    let words = u32::from(slice.blocks)
        .wrapping_mul(BLOCK_SLOTS)
        .wrapping_mul(slice.ring_slots);
    let start = slice.ring.wrapping_add(words.wrapping_mul(receptor)) as usize;
    start..start.wrapping_add(words as usize)
}

/// Visits the row of a neuron and lets its spike through.
#[inline(always)]
fn deliver_plastic<H: Hardware>(
    rows: &Rows<'_>,
    pre: u32,
    sdram: &mut [u32],
    ring: &mut [u32],
    sink: &mut Sink<'_, '_, H>,
) {
    let number = pre.checked_sub(rows.inlet.pre_first);
    let Some(words) = number.and_then(|number| rows.region(sdram).nth(number as usize)) else {
        return;
    };
    rows.settle_row(pre, words, 0, sink);
    let slot = rows.tick.0.wrapping_add(rows.plastic.delay) & rows.slice.ring_slots.wrapping_sub(1);
    let blocks = usize::from(rows.slice.blocks);
    let (ring, _) = ring.as_chunks_mut::<BLOCK>();
    let ring = ring
        .get_mut((slot as usize).wrapping_mul(blocks)..)
        .unwrap_or_default();
    let subrows = words.as_chunks_mut::<{ subrow::WORDS }>().0;
    for (subrow, ring) in subrows.iter_mut().zip(ring) {
        if let Some(mut row) = SubRow::new(subrow) {
            let (negative, plastic) = (rows.inlet.negative, rows.plastic);
            let events = transmit::transmit(&mut row, rows.tick.0, plastic, negative, ring);
            sink.counters.add(Counter::PlasticEvents, events);
        }
    }
}
