//! The communications side of a chip: router, links, the cores' transmit buffers, the dump registers and the monitor that
//! sends dropped packets again.

use super::event::{Door, What};
use super::fabric::{first_side, second_side};
use super::link::{Offer, Transmitter};
use super::lookup::Lookup;
use super::losses::{Incident, Ledger, Reason};
use super::monitor::Monitor;
use super::outputs::Outputs;
use super::packet::{Emergency, Kind, Packet};
use super::router::{LOCAL, MONITOR, Port, Router};
use super::time::Cycle;
use crate::geometry::{ChipCoord, Link};

/// The core that system software runs on.
pub const MONITOR_CORE: u8 = 0;

/// The communications side of a chip.
#[derive(Clone, Debug)]
pub struct Net {
    /// Place of the chip.
    pub chip: ChipCoord,
    /// Router.
    pub router: Router,
    lookup: Lookup,
    /// Links that lead somewhere.
    pub links: [Option<Transmitter>; 6],
    flip_next: u8,
    buffers: Vec<Option<Packet>>,
    waiting: u32,
    turn: usize,
    pub(super) monitor: Monitor,
    /// What became of packets.
    pub ledger: Ledger,
    select: Cycle,
    retry: Cycle,
}

impl Net {
    /// The communications side of a chip with so many cores in use.
    #[must_use]
    pub fn new(
        chip: ChipCoord,
        lookup: Lookup,
        links: [Option<Transmitter>; 6],
        cores: usize,
    ) -> Self {
        Self {
            chip,
            router: Router::default(),
            lookup,
            links,
            flip_next: 0,
            buffers: vec![None; cores],
            waiting: 0,
            turn: 0,
            monitor: Monitor::default(),
            ledger: Ledger::default(),
            select: Cycle::NEVER,
            retry: Cycle::NEVER,
        }
    }

    /// A core hands a packet over; `false` if its buffer is full.
    pub fn transmit(&mut self, core: u8, packet: Packet) -> bool {
        match self.buffers.get_mut(usize::from(core)) {
            Some(buffer @ None) => {
                *buffer = Some(packet);
                self.waiting += 1;
                true
            }
            _ => false,
        }
    }

    /// Whether a packet waits to enter the router.
    #[must_use]
    pub const fn has_waiting(&self) -> bool {
        self.waiting > 0 || self.monitor.buffer.is_some()
    }

    /// All that waited in the cores' buffers and at the monitor of a chip that died, with what was left to do of each.
    pub fn empty_buffers(&mut self, door: &Door<'_>) -> Vec<(Packet, Outputs)> {
        let mut held = self.monitor.empty();
        let buffers = self.buffers.iter_mut().filter_map(Option::take);
        held.extend(
            buffers.map(|packet| (packet, door.fabric.outputs(door.chip, packet.key, None))),
        );
        self.waiting = 0;
        held
    }

    /// Whether no packet is anywhere on the chip.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        self.waiting == 0 && self.router.held() == 0 && self.monitor.is_quiet()
    }

    /// A packet enters the pipeline, if one waits and there is room. Returns the core whose transmit buffer is empty now.
    pub fn select(&mut self, door: &mut Door<'_>) -> Option<u8> {
        let (cores, monitor) = (self.waiting > 0, self.monitor.buffer.is_some());
        let (now, figures) = (door.now, door.figures);
        let input = match self.router.selectable(cores, monitor, now, figures)? {
            Ok(input) => input,
            Err(at) => {
                self.select_at(at, door);
                return None;
            }
        };
        let (packet, port, freed) = match input {
            LOCAL => {
                let core = self.next_core()?;
                let packet = self.buffers.get_mut(core)?.take()?;
                self.waiting -= 1;
                (packet, Port::Local, Some(core as u8))
            }
            MONITOR => {
                let (packet, outputs) = self.monitor.buffer.take()?;
                self.wake_monitor(door);
                (packet, Port::Monitor(outputs), None)
            }
            link => {
                let packet = self.router.take(link)?;
                let link = Link::from_index(link)?;
                door.give_credit(link);
                (packet, Port::Link(link), None)
            }
        };
        if let Some(at) = self.router.enter(input, packet, port, now, figures) {
            door.at(at, What::Output);
        }
        let more = (self.waiting > 0, self.monitor.buffer.is_some());
        if let Some(Err(at)) = self.router.selectable(more.0, more.1, now, figures) {
            self.select_at(at, door);
        }
        freed
    }

    fn select_at(&mut self, at: Cycle, door: &mut Door<'_>) {
        if self.select != at {
            self.select = at;
            door.at(at, What::Select);
        }
    }

    /// The cores take turns.
    fn next_core(&mut self) -> Option<usize> {
        let count = self.buffers.len();
        let full = |core: &usize| self.buffers.get(*core).is_some_and(Option::is_some);
        let next = (1..=count)
            .map(|step| (self.turn + step) % count)
            .find(full)?;
        self.turn = next;
        Some(next)
    }

    /// A packet comes in by a link.
    pub fn arrive(&mut self, link: Link, packet: Packet, door: &mut Door<'_>) {
        if packet.flipped {
            self.lose(Reason::Parity, &packet, (Some(link), None), door.now);
            let worth = door.fabric.worth_at(door.chip, &packet, Some(link));
            self.count(Reason::Parity, worth);
            door.give_credit(link);
            return;
        }
        self.router.accept(link, packet);
    }

    /// The packet at the output stage, and where it goes; what is stuck already keeps what it still has to do.
    pub fn due(&mut self, door: &Door<'_>) -> Option<(Packet, Outputs)> {
        if let Some((moving, stall)) = self.router.stuck() {
            return Some((moving.packet, stall.outputs));
        }
        let head = self.router.head(door.now)?;
        let packet = head.packet;
        let outputs = match (head.port, packet.emergency, packet.kind) {
            (Port::Monitor(outputs), _, _) => outputs,
            (_, Emergency::First(blocked), _) => Outputs::link(second_side(blocked)),
            (_, Emergency::Second(blocked), Kind::Multicast) => {
                self.route(packet.key, Some(blocked.opposite()))
            }
            (port, _, Kind::Multicast) => self.route(packet.key, port.arrival()),
            (_, _, Kind::PointToPoint) => {
                let (x, y) = packet.chip_address();
                let to = ChipCoord::new(x, y);
                if to == self.chip {
                    Outputs::core(MONITOR_CORE)
                } else {
                    door.fabric
                        .hop(door.chip, to)
                        .map_or_else(Outputs::default, Outputs::link)
                }
            }
            // From a neighbour, to the monitor and no further.
            (_, _, Kind::Nearest) => Outputs::core(MONITOR_CORE),
        };
        Some((packet, outputs))
    }

    fn route(&mut self, key: u32, arrival: Option<Link>) -> Outputs {
        if let Some(outputs) = self.lookup.find(key) {
            return outputs;
        }
        self.ledger.default_routed += u64::from(arrival.is_some());
        arrival.map_or_else(Outputs::default, |link| Outputs::link(link.opposite()))
    }

    /// Offers a packet to the links among its outputs; returns what is left.
    pub fn offer(&mut self, packet: Packet, outputs: Outputs, door: &mut Door<'_>) -> Outputs {
        let mut left = outputs;
        let round = door.figures.wait2 > 0
            && self
                .router
                .stuck()
                .is_some_and(|(_, stall)| stall.emergency);
        for link in outputs.links() {
            // On the second side of a triangle the packet says so.
            let mut own = packet;
            own.emergency = match packet.emergency {
                Emergency::First(blocked) => Emergency::Second(blocked),
                _ => Emergency::No,
            };
            if self.put(link, own, door) {
                left.strike_link(link);
            } else if round && packet.emergency == Emergency::No {
                own.emergency = Emergency::First(link);
                if self.put(first_side(link), own, door) {
                    left.strike_link(link);
                    self.ledger.emergency += 1;
                }
            }
        }
        left
    }

    /// Puts a packet onto a link or into its register.
    fn put(&mut self, link: Link, mut packet: Packet, door: &mut Door<'_>) -> bool {
        let Some(Some(transmitter)) = self.links.get_mut(link.index()) else {
            return false;
        };
        if self.flip_next >> link.index() & 1 == 1 {
            packet.flipped = true;
        }
        let offer = transmitter.offer(packet, door.now);
        if offer != Offer::Full {
            self.flip_next &= !(1 << link.index());
        }
        Self::after(link, offer, door)
    }

    fn after(link: Link, offer: Offer, door: &mut Door<'_>) -> bool {
        match offer {
            Offer::Sent(departure) => {
                door.depart(link, departure);
                true
            }
            Offer::Held(at) => {
                if at != Cycle::NEVER {
                    door.at(at, What::LinkFree(link));
                }
                true
            }
            Offer::Full => false,
        }
    }

    /// A link may go on: its wire is free, or a credit has come. Returns whether a stuck packet waits for it.
    pub fn proceed(&mut self, link: Link, credit: bool, door: &mut Door<'_>) -> bool {
        let Some(Some(transmitter)) = self.links.get_mut(link.index()) else {
            return false;
        };
        if credit {
            transmitter.credit();
        }
        if let Some(offer) = transmitter.proceed(door.now) {
            Self::after(link, offer, door);
        }
        self.router
            .stuck()
            .is_some_and(|(_, stall)| stall.outputs.links != 0)
    }

    /// The packet at the output stage was offered, and so much is left. `wake`: when one of the cores that refused it can
    /// take it.
    pub fn settle(&mut self, left: Outputs, wake: Option<Cycle>, door: &mut Door<'_>) {
        let fresh = self.router.stuck().is_none();
        let next = self.router.settle(left, door.now, door.figures);
        if let Some(at) = next {
            door.at(at, What::Output);
        }
        if left.is_empty() {
            return;
        }
        if let Some((_, stall)) = self.router.stuck().filter(|_| fresh) {
            door.at(door.now + door.figures.wait1, What::Expire(stall.number));
        }
        if let Some(at) = wake.filter(|at| *at != Cycle::NEVER) {
            let at = at.max(door.now + 1);
            if self.retry != at {
                self.retry = at;
                door.at(at, What::Retry);
            }
        }
    }

    /// A wait is over. Returns whether the way round is to be tried now.
    pub fn expire(&mut self, number: u32, door: &mut Door<'_>) -> bool {
        let Some((moving, stall)) = self.router.stuck().filter(|(_, s)| s.number == number) else {
            return false;
        };
        if !stall.emergency && door.figures.wait2 > 0 {
            self.router.try_emergency();
            door.at(door.now + door.figures.wait2, What::Expire(number));
            return true;
        }
        self.drop_packet(moving.packet, stall.outputs, door);
        self.settle(Outputs::default(), None, door);
        false
    }

    /// A packet is lost with these outputs left.
    pub fn abandon(&mut self, reason: Reason, packet: &Packet, left: Outputs, door: &Door<'_>) {
        let place = (left.links().next(), left.cores().next());
        self.lose(reason, packet, place, door.now);
        let worth = match (packet.kind, packet.emergency) {
            (Kind::Multicast, Emergency::No | Emergency::Second(_)) => {
                door.fabric.worth(door.chip, packet.key, left)
            }
            _ => door.fabric.worth_at(door.chip, packet, None),
        };
        self.count(reason, worth);
    }

    fn lose(
        &mut self,
        reason: Reason,
        packet: &Packet,
        place: (Option<Link>, Option<u8>),
        at: Cycle,
    ) {
        let (link, core) = place;
        let incident = Incident {
            at,
            chip: self.chip,
            link,
            core,
            reason: Some(reason),
            packet: *packet,
        };
        self.ledger.lose(incident, 0);
    }

    fn count(&mut self, reason: Reason, worth: Option<u64>) {
        if let Some(sum) = self.ledger.lost.get_mut(reason as usize) {
            *sum += worth.unwrap_or(0);
        }
    }

    /// Cuts a link: what its register held is lost.
    pub fn cut(&mut self, link: Link, door: &Door<'_>) {
        let Some(Some(transmitter)) = self.links.get_mut(link.index()) else {
            return;
        };
        if let Some(packet) = transmitter.cut() {
            self.lose(Reason::LinkDied, &packet, (Some(link), None), door.now);
            let worth = door
                .fabric
                .neighbour(door.chip, link)
                .map_or(Some(1), |next| {
                    door.fabric
                        .worth_at(next.chip, &packet, Some(link.opposite()))
                });
            self.count(Reason::LinkDied, worth);
        }
    }

    /// The next packet by this link has a flipped bit.
    pub const fn flip(&mut self, link: Link) {
        self.flip_next |= 1 << link as u8;
    }
}
