//! A chip: its cores, their shared memory and the communications side, and the wiring between them. Every event of a chip
//! comes in by [`Chip::happen`].

use super::bus::Bus;
use super::dma::Progress;
use super::event::{Door, What};
use super::fabric::Fabric;
use super::figures::Figures;
use super::link::Transmitter;
use super::losses::{Incident, Reason};
use super::net::{MONITOR_CORE, Net};
use super::outputs::Outputs;
use super::packet::{Kind, Packet};
use super::processor::Processor;
use super::sdram::{Grant, Sdram};
use super::time::Cycle;
use super::trace::Sight;
use crate::geometry::Link;
use crate::network::table::CORES_MAX;
use spinedrift_core::spike::AerKey;
use std::collections::BTreeMap;

/// A core with what the chip knows of it.
#[derive(Debug)]
pub struct Socket {
    /// The core.
    pub processor: Processor,
    /// Number of the core in the machine's list of images.
    pub index: u32,
    /// What its packets are worth, by key; `None`: no end of it.
    worth: BTreeMap<u32, Option<u64>>,
}

/// A chip.
#[derive(Debug)]
pub struct Chip {
    /// Cores in use, ascending.
    pub cores: Vec<Socket>,
    /// Core number → index in `cores`.
    pub(super) sockets: Vec<Option<u8>>,
    /// Shared memory.
    pub sdram: Sdram,
    /// Communications.
    pub net: Net,
    /// Whether the chip has died.
    pub dead: bool,
}

/// The chip as one of its cores sees it.
pub(super) struct Inside<'a, 'b> {
    net: &'a mut Net,
    door: &'a mut Door<'b>,
    socket: u8,
    core: u8,
    index: u32,
    worth: &'a mut BTreeMap<u32, Option<u64>>,
}

impl Bus for Inside<'_, '_> {
    fn step_at(&mut self, at: Cycle) {
        self.door.at(at, What::Step(self.socket));
    }

    fn burst_at(&mut self, at: Cycle) {
        self.door.at(at, What::Burst(self.socket));
    }

    fn transmit(&mut self, key: AerKey, tick: u32) -> bool {
        let packet = Packet {
            key: key.0,
            phase: self.door.phase(),
            source: self.index,
            tick,
            ..Packet::default()
        };
        if !self.net.transmit(self.socket, packet) {
            return false;
        }
        let (fabric, chip): (&Fabric, u32) = (self.door.fabric, self.door.chip);
        let worth = *self
            .worth
            .entry(key.0)
            .or_insert_with(|| fabric.worth(chip, key.0, fabric.outputs(chip, key.0, None)));
        let ledger = &mut self.net.ledger;
        ledger.sent += 1;
        ledger.expected += worth.unwrap_or(0);
        ledger.endless += u64::from(worth.is_none());
        self.watch(Sight::Sent(self.door.now, packet));
        true
    }

    fn late(&mut self, packet: &Packet, at: Cycle) {
        let incident = Incident {
            at,
            chip: self.net.chip,
            link: None,
            core: Some(self.core),
            reason: None,
            packet: *packet,
        };
        self.net.ledger.late(incident);
    }

    fn watches(&self) -> bool {
        self.door.tracer.is_on()
    }

    fn watch(&mut self, sight: Sight) {
        self.door.tracer.keep(self.net.chip, self.core, sight);
    }

    fn figures(&self) -> &Figures {
        self.door.figures
    }

    fn tick_cycles(&self) -> u64 {
        self.door.clock.cycles
    }

    fn due(&self, tick: u32) -> Cycle {
        self.door.clock.due(tick)
    }
}

impl Chip {
    /// A chip with these cores.
    #[must_use]
    pub fn new(id: u32, fabric: &Fabric, figures: &Figures, cores: Vec<(u32, Processor)>) -> Self {
        let mut sockets = vec![None; usize::from(CORES_MAX)];
        for (number, (_, processor)) in (0_u8..).zip(&cores) {
            if let Some(socket) = sockets.get_mut(usize::from(processor.runner.loaded.core)) {
                *socket = Some(number);
            }
        }
        let link = |link: Link| {
            let next = fabric.neighbour(id, link)?;
            let figures = (*figures.link_of(next.between_boards), figures.clock_mhz);
            Some(Transmitter::new(figures.0, figures.1))
        };
        let place = fabric.sites().get(id as usize).map(|site| site.chip);
        let lookup = fabric
            .lookup(id)
            .unwrap_or_else(|| super::lookup::Lookup::new(&crate::network::Table::default()));
        let net = Net::new(
            place.unwrap_or_default(),
            lookup,
            Link::ALL.map(link),
            cores.len(),
        );
        let socket = |(index, processor)| Socket {
            processor,
            index,
            worth: BTreeMap::new(),
        };
        Self {
            cores: cores.into_iter().map(socket).collect(),
            sockets,
            sdram: Sdram::default(),
            net,
            dead: false,
        }
    }

    /// Lets a core do something, and the router take what it sent.
    pub(super) fn on_core(
        &mut self,
        number: u8,
        door: &mut Door<'_>,
        act: impl FnOnce(&mut Processor, &mut Inside<'_, '_>),
    ) {
        let Some(socket) = self.cores.get_mut(usize::from(number)) else {
            return;
        };
        let mut inside = Inside {
            net: &mut self.net,
            door,
            socket: number,
            core: socket.processor.runner.loaded.core,
            index: socket.index,
            worth: &mut socket.worth,
        };
        act(&mut socket.processor, &mut inside);
    }

    /// Something happens.
    pub fn happen(&mut self, what: What, door: &mut Door<'_>) {
        if self.dead {
            self.happen_dead(what, door);
            return;
        }
        match what {
            What::Fault(fault) => self.fail(fault, door),
            What::Arrive(link, packet) => {
                self.net.arrive(link, packet, door);
                self.select(door);
            }
            What::Credit(link) | What::LinkFree(link) => {
                let credit = matches!(what, What::Credit(_));
                if self.net.proceed(link, credit, door) {
                    self.output(door);
                }
            }
            What::Timer => self.timer(door),
            What::Step(core) => {
                let now = door.now;
                self.on_core(core, door, |processor, bus| processor.step(now, bus));
                self.select_waiting(door);
            }
            What::Transferred(core) => {
                let now = door.now;
                self.on_core(core, door, |processor, bus| processor.dma_done(now, bus));
                self.select_waiting(door);
            }
            What::Burst(core) => self.burst(core, door),
            What::Memory => {
                if let Some((grant, more)) = self.sdram.next(door.now, door.figures) {
                    self.granted(&grant, door);
                    if more {
                        door.at(grant.free, What::Memory);
                    }
                }
            }
            What::Output | What::Retry => self.output(door),
            What::Expire(number) => {
                if self.net.expire(number, door) {
                    self.output(door);
                }
                self.select(door);
            }
            What::Select => self.select(door),
            What::Monitor => {
                self.net.move_dropped(door);
                self.select(door);
            }
            What::Word(word) => self.net.flood(word, door.now, door),
            What::Load => {
                self.net.load(door);
                self.select(door);
            }
        }
    }

    fn timer(&mut self, door: &mut Door<'_>) {
        let now = door.now;
        for number in 0..self.cores.len() as u8 {
            self.on_core(number, door, |processor, bus| processor.timer(now, bus));
        }
        self.select_waiting(door);
        let next = now + door.clock.cycles;
        if next < door.clock.due(door.end_tick) {
            door.at(next, What::Timer);
        }
    }

    fn burst(&mut self, core: u8, door: &mut Door<'_>) {
        let figures = door.figures;
        let Some(socket) = self.cores.get_mut(usize::from(core)) else {
            return;
        };
        let bytes = socket.processor.engine().burst_bytes(figures);
        match self.sdram.request(core, bytes, door.now, figures) {
            Ok(grant) => self.granted(&grant, door),
            Err(Some(free)) => door.at(free, What::Memory),
            Err(None) => {}
        }
    }

    fn granted(&mut self, grant: &Grant, door: &mut Door<'_>) {
        let Some(socket) = self.cores.get_mut(usize::from(grant.core)) else {
            return;
        };
        match socket.processor.engine().granted(grant, door.figures) {
            Progress::Burst(at) => door.at(at, What::Burst(grant.core)),
            Progress::Done(at) => door.at(at, What::Transferred(grant.core)),
        }
    }

    fn select_waiting(&mut self, door: &mut Door<'_>) {
        if self.net.has_waiting() {
            self.select(door);
        }
    }

    /// Lets a packet into the router; a core that waited to send goes on.
    fn select(&mut self, door: &mut Door<'_>) {
        if let Some(core) = self.net.select(door) {
            let now = door.now;
            self.on_core(core, door, |processor, bus| processor.buffer_sent(now, bus));
        }
    }

    /// The packet at the router's output tries to leave.
    fn output(&mut self, door: &mut Door<'_>) {
        let Some((packet, outputs)) = self.net.due(door) else {
            return;
        };
        if packet.is_aged(door.phase()) {
            self.net.abandon(Reason::Aged, &packet, outputs, door);
            self.net.settle(Outputs::default(), None, door);
        } else if outputs.is_empty() {
            self.net.abandon(Reason::NoRoute, &packet, outputs, door);
            self.net.settle(Outputs::default(), None, door);
        } else {
            let mut left = self.net.offer(packet, outputs, door);
            let wake = self.deliver(packet, &mut left, door);
            self.net.settle(left, wake, door);
        }
        self.select(door);
    }

    /// Gives a packet to the cores among its outputs. Returns when the first of those that refused it can take it.
    fn deliver(
        &mut self,
        packet: Packet,
        left: &mut Outputs,
        door: &mut Door<'_>,
    ) -> Option<Cycle> {
        let mut wake: Option<Cycle> = None;
        for core in left.cores() {
            if core == MONITOR_CORE && packet.kind != Kind::Multicast {
                let at = door.now + door.figures.deliver;
                let again = self.net.monitor_receives(&packet, at, door);
                if again.is_none() {
                    left.strike_core(core);
                }
                wake = again.map(|at| Cycle(at.0.saturating_sub(door.figures.deliver)));
                continue;
            }
            let socket = self.sockets.get(usize::from(core)).copied().flatten();
            let Some(number) = socket else {
                left.strike_core(core);
                let place = Outputs::core(core);
                self.net.abandon(Reason::NoCore, &packet, place, door);
                continue;
            };
            let free = self
                .cores
                .get(usize::from(number))
                .map_or(Cycle::NEVER, |socket| socket.processor.buffer_free());
            if free > door.now + door.figures.deliver {
                let at = Cycle(free.0.saturating_sub(door.figures.deliver));
                let at = if free == Cycle::NEVER { free } else { at };
                wake = Some(wake.map_or(at, |wake| wake.min(at)));
                continue;
            }
            left.strike_core(core);
            if packet.kind == Kind::Multicast {
                self.net.ledger.delivered += 1;
            }
            let at = door.now + door.figures.deliver;
            let sight = Sight::Received(at, packet);
            door.tracer.keep(self.net.chip, core, sight);
            let mut refused = None;
            self.on_core(number, door, |processor, bus| {
                refused = processor.receive(packet, at, bus);
            });
            if let Some(packet) = refused {
                let place = Outputs::core(core);
                self.net
                    .abandon(Reason::InputQueueFull, &packet, place, door);
            }
        }
        wake
    }

    /// Whether no packet, row or tick is under way.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        self.dead
            || (self.net.is_quiet() && self.cores.iter().all(|socket| socket.processor.is_quiet()))
    }
}
