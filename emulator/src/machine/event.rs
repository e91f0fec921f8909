//! What can happen on a chip, in the order in which it happens within one cycle; and the door through which parts of a chip
//! put events into the queue.

use super::fabric::{Fabric, Neighbour};
use super::faults::Fault;
use super::figures::Figures;
use super::link::Departure;
use super::packet::Packet;
use super::queue::EventQueue;
use super::time::Cycle;
use super::trace::Tracer;
use crate::geometry::Link;

/// An event of one chip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A part fails.
    Fault(Fault),
    /// A packet comes in by a link.
    Arrive(Link, Packet),
    /// The neighbour at the other end of a link has emptied a place.
    Credit(Link),
    /// The wire of a link is free.
    LinkFree(Link),
    /// The next tick is due on all cores.
    Timer,
    /// A core's task ends; its index on the chip.
    Step(u8),
    /// A core's DMA engine asks for a burst.
    Burst(u8),
    /// The memory is free for the next burst.
    Memory,
    /// A core's transfer ends.
    Transferred(u8),
    /// The packet at the router's output stage tries to leave.
    Output,
    /// The stuck packet tries again.
    Retry,
    /// The stuck packet's wait is over; number of the stall.
    Expire(u32),
    /// A packet enters the router's pipeline.
    Select,
    /// The monitor is free for the next dropped packet.
    Monitor,
    /// The monitor sends the next packet of a transfer, or the next word of a program.
    Load,
    /// The host gives the monitor this word of a program.
    Word(u32),
}

impl What {
    /// Order within one cycle: by kind, then by link or core. Two events of one chip with equal order are equal.
    #[must_use]
    pub const fn order(&self) -> u32 {
        let (kind, unit) = match self {
            Self::Fault(_) => (0, 0),
            Self::Arrive(link, _) => (1, *link as u32),
            Self::Credit(link) => (2, *link as u32),
            Self::LinkFree(link) => (3, *link as u32),
            Self::Timer => (4, 0),
            Self::Memory => (5, 0),
            Self::Transferred(core) => (6, *core as u32),
            Self::Step(core) => (7, *core as u32),
            Self::Burst(core) => (8, *core as u32),
            Self::Output => (9, 0),
            Self::Retry => (10, 0),
            Self::Expire(_) => (11, 0),
            Self::Select => (12, 0),
            Self::Monitor => (13, 0),
            Self::Load => (14, 0),
            Self::Word(_) => (15, 0),
        };
        kind << 8 | unit
    }
}

/// An event and its chip, by its index in the region.
#[derive(Clone, Copy, Debug)]
pub struct Event {
    /// Chip.
    pub chip: u32,
    /// What happens.
    pub what: What,
}

/// An event for a chip of another region.
#[derive(Clone, Copy, Debug)]
pub struct Message {
    /// When.
    pub at: Cycle,
    /// Index of the chip in the machine.
    pub chip: u32,
    /// What happens.
    pub what: What,
}

/// When ticks are due: a pause for a checkpoint moves them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Clock {
    /// A tick,
    pub tick: u32,
    /// and when it is due.
    pub at: Cycle,
    /// Cycles of a tick.
    pub cycles: u64,
}

impl Clock {
    /// When a tick is due.
    #[must_use]
    pub const fn due(&self, tick: u32) -> Cycle {
        let ahead = tick as i64 - self.tick as i64;
        Cycle(
            self.at
                .0
                .saturating_add_signed(ahead.saturating_mul(self.cycles as i64)),
        )
    }
}

/// Where the chips of a machine are computed: region, and index in it.
#[derive(Clone, Debug, Default)]
pub struct Places(pub Vec<(u32, u32)>);

/// The door of one chip: what it knows of the world, and where its events go.
pub struct Door<'a> {
    /// Now.
    pub now: Cycle,
    /// Index of the chip in the machine.
    pub chip: u32,
    /// Its index in the region.
    pub local: u32,
    /// The region.
    pub region: u32,
    /// When ticks are due.
    pub clock: Clock,
    /// No timer event is set for this tick or later ones.
    pub end_tick: u32,
    /// Figures.
    pub figures: &'a Figures,
    /// The chips around.
    pub fabric: &'a Fabric,
    /// Where they are computed.
    pub places: &'a Places,
    /// Events of the region.
    pub queue: &'a mut EventQueue<Event>,
    /// Events of other regions.
    pub outbox: &'a mut Vec<Message>,
    /// Who watches.
    pub tracer: &'a mut Tracer,
}

impl Door<'_> {
    /// Something will happen on this chip.
    pub fn at(&mut self, at: Cycle, what: What) {
        let chip = self.local;
        self.queue.push(at, what.order(), Event { chip, what });
    }

    /// Something will happen on another chip.
    fn elsewhere(&mut self, chip: u32, at: Cycle, what: What) {
        match self.places.0.get(chip as usize) {
            Some(&(region, chip)) if region == self.region => {
                self.queue.push(at, what.order(), Event { chip, what });
            }
            _ => self.outbox.push(Message { at, chip, what }),
        }
    }

    /// A packet is on the wire.
    pub fn depart(&mut self, link: Link, departure: Departure) {
        if let Some(Neighbour { chip, .. }) = self.fabric.neighbour(self.chip, link) {
            let what = What::Arrive(link.opposite(), departure.packet);
            self.elsewhere(chip, departure.arrives, what);
        }
    }

    /// A place of the input behind a link is empty again.
    pub fn give_credit(&mut self, link: Link) {
        if let Some(next) = self.fabric.neighbour(self.chip, link) {
            let figures = self.figures.link_of(next.between_boards);
            let flight = figures.flight(40, self.figures.clock_mhz);
            let at = self.now + flight;
            self.elsewhere(next.chip, at, What::Credit(link.opposite()));
        }
    }

    /// The time phase, 0–3.
    #[must_use]
    pub const fn phase(&self) -> u8 {
        let length = if self.figures.phase == 0 {
            1
        } else {
            self.figures.phase
        };
        ((self.now.0 / length) & 3) as u8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_moves_the_ticks() {
        let clock = Clock {
            tick: 10,
            at: Cycle(5000),
            cycles: 200,
        };
        assert_eq!(
            [9, 10, 12].map(|tick| clock.due(tick).0),
            [4800, 5000, 5400]
        );
    }
}
