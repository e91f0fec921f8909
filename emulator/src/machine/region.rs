//! A region: chips that one thread computes, with one queue of events; and the windows in which several regions advance
//! together.
//!
//! Nothing that happens on a chip can reach a neighbour sooner than a packet (or a credit) flies. So all regions may compute
//! from the earliest pending event up to that much later without hearing of each other; then they exchange messages and meet.
//! A chip's events have a total order of their own ([`super::event::What::order`]), hence any number of regions gives the same
//! bits.

use super::chip::Chip;
use super::event::{Clock, Door, Event, Message, Places, What};
use super::fabric::Fabric;
use super::figures::Figures;
use super::queue::EventQueue;
use super::time::Cycle;
use super::trace::Tracer;
use crate::functional::barrier::SpinBarrier;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// Chips, their events, and what they have to tell other regions.
#[derive(Debug, Default)]
pub struct Region {
    /// Number of the region.
    pub number: u32,
    /// Index of each chip in the machine, and the chip.
    pub chips: Vec<(u32, Chip)>,
    /// Events.
    pub queue: EventQueue<Event>,
    /// Who watches.
    pub tracer: Tracer,
    /// Events computed.
    pub events: u64,
    /// Time of the last event.
    pub last: Cycle,
    outbox: Vec<Message>,
}

/// What all regions share.
#[derive(Clone, Debug)]
pub struct Shared {
    /// Figures.
    pub figures: Figures,
    /// Chips and links.
    pub fabric: Fabric,
    /// Where chips are computed.
    pub places: Places,
    /// When ticks are due.
    pub clock: Clock,
    /// First tick that gets no timer event.
    pub end_tick: u32,
    /// No region can reach another sooner.
    pub lookahead: u64,
}

impl Region {
    /// A region without chips.
    #[must_use]
    pub fn new(number: u32, tracer: Tracer) -> Self {
        Self {
            number,
            tracer,
            ..Self::default()
        }
    }

    /// Puts an event of one of its chips, by the chip's index here.
    pub fn push(&mut self, at: Cycle, chip: u32, what: What) {
        self.queue.push(at, what.order(), Event { chip, what });
    }

    /// Computes all events before `end`.
    pub fn advance(&mut self, end: Cycle, shared: &Shared) {
        while let Some((now, event)) = self.queue.pop_before(end) {
            self.events += 1;
            self.last = now;
            let Some((id, chip)) = self.chips.get_mut(event.chip as usize) else {
                continue;
            };
            let mut door = Door {
                now,
                chip: *id,
                local: event.chip,
                region: self.number,
                clock: shared.clock,
                end_tick: shared.end_tick,
                figures: &shared.figures,
                fabric: &shared.fabric,
                places: &shared.places,
                queue: &mut self.queue,
                outbox: &mut self.outbox,
                tracer: &mut self.tracer,
            };
            chip.happen(event.what, &mut door);
        }
    }
}

/// Where regions meet. The interface is all that a run over several hosts needs of a network: hand over messages, then
/// learn the earliest event of all (`docs/machine.md`, "Several hosts").
pub trait Exchange: Sync {
    /// Hands over what a region has to say and when its next event is; waits for all others; takes what is for this region
    /// and returns the earliest event of all regions, messages included.
    fn meet(
        &self,
        region: u32,
        next: Cycle,
        outbox: &mut Vec<Message>,
        inbox: &mut Vec<Message>,
    ) -> Cycle;
}

/// Regions of one process: a barrier that also finds the minimum.
#[derive(Debug)]
pub struct Threads {
    places: Vec<u32>,
    /// By parity of the round, by region.
    boxes: [Vec<Mutex<Vec<Message>>>; 2],
    next: [Vec<AtomicU64>; 2],
    barrier: SpinBarrier,
}

impl Threads {
    /// For so many regions; `places`: region of each chip.
    #[must_use]
    pub fn new(regions: usize, places: &Places) -> Self {
        let boxes = || (0..regions).map(|_| Mutex::default()).collect();
        let next = || (0..regions).map(|_| AtomicU64::new(0)).collect();
        Self {
            places: places.0.iter().map(|(region, _)| *region).collect(),
            boxes: [boxes(), boxes()],
            next: [next(), next()],
            barrier: SpinBarrier::new(regions),
        }
    }
}

impl Exchange for Threads {
    fn meet(
        &self,
        region: u32,
        next: Cycle,
        outbox: &mut Vec<Message>,
        inbox: &mut Vec<Message>,
    ) -> Cycle {
        let round = self.barrier.round();
        let ([even, odd], [even_next, odd_next]) = (&self.boxes, &self.next);
        let (boxes, nexts) = if round.is_multiple_of(2) {
            (even, even_next)
        } else {
            (odd, odd_next)
        };
        let mut earliest = next;
        for message in outbox.drain(..) {
            earliest = earliest.min(message.at);
            let to = self.places.get(message.chip as usize).copied().unwrap_or(0);
            if let Some(into) = boxes.get(to as usize) {
                into.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(message);
            }
        }
        if let Some(slot) = nexts.get(region as usize) {
            slot.store(earliest.0, Ordering::Release);
        }
        self.barrier.wait();
        if let Some(from) = boxes.get(region as usize) {
            inbox.append(&mut from.lock().unwrap_or_else(PoisonError::into_inner));
        }
        let all = nexts.iter().map(|next| next.load(Ordering::Acquire));
        Cycle(all.min().unwrap_or(u64::MAX))
    }
}

impl Region {
    /// Computes all events before `end`, in step with the other regions.
    pub fn advance_together(&mut self, end: Cycle, shared: &Shared, exchange: &impl Exchange) {
        let mut inbox = Vec::new();
        loop {
            let next = self.queue.next_time();
            let earliest = exchange.meet(self.number, next, &mut self.outbox, &mut inbox);
            // A neighbour's messages come in the order in which it sent them; those of different neighbours differ in
            // their order, so that it doesn't matter which came first.
            for message in inbox.drain(..) {
                if let Some(&(_, chip)) = shared.places.0.get(message.chip as usize) {
                    self.push(message.at, chip, message.what);
                }
            }
            if earliest >= end {
                return;
            }
            self.advance(end.min(earliest + shared.lookahead), shared);
        }
    }
}
