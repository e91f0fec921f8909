//! What the monitor core does with dropped packets: it reads them out of the dump registers and sends them again.
//!
//! The registers hold one packet; a second one that is dropped before the first is read is lost. The monitor takes its time
//! for each, holds so many, and gives a packet up after so many tries: a dead link takes none, however often it is asked.
//! It sends a packet only to the outputs that it did not reach.

use super::event::{Door, What};
use super::flood::Flood;
use super::losses::Reason;
use super::net::{MONITOR_CORE, Net};
use super::outputs::Outputs;
use super::packet::{Kind, Packet};
use super::time::Cycle;
use crate::geometry::ChipCoord;
use std::collections::VecDeque;

/// The monitor's state.
#[derive(Clone, Debug, Default)]
pub(super) struct Monitor {
    dump: Option<(Packet, Outputs)>,
    queue: VecDeque<(Packet, Outputs)>,
    pub(super) buffer: Option<(Packet, Outputs)>,
    /// Whether an event will wake it.
    awake: bool,
    transfer: Option<Transfer>,
    /// When it has done with what it received, or told its neighbours.
    pub(super) receive_free: Cycle,
    /// What it knows of a program.
    pub(super) flood: Flood,
    /// Packets for the monitor itself.
    received: u64,
}

/// A stream of point-to-point packets that the monitor sends.
#[derive(Clone, Copy, Debug)]
struct Transfer {
    packet: Packet,
    left: u32,
    apart: u64,
}

impl Monitor {
    /// Whether it holds no packet.
    pub(super) fn is_quiet(&self) -> bool {
        self.dump.is_none() && self.buffer.is_none() && self.queue.is_empty()
    }

    /// All that it held, on a chip that died.
    pub(super) fn empty(&mut self) -> Vec<(Packet, Outputs)> {
        let mut held: Vec<_> = self.queue.drain(..).collect();
        held.extend(self.dump.take());
        held.extend(self.buffer.take());
        held
    }
}

impl Net {
    /// A packet is dropped with some outputs left: into the dump registers, from where the monitor may send it again.
    pub(super) fn drop_packet(&mut self, packet: Packet, left: Outputs, door: &mut Door<'_>) {
        self.ledger.dropped += 1;
        let Some(again) = door.figures.reinjection else {
            self.abandon(Reason::Blocked, &packet, left, door);
            return;
        };
        if packet.tries >= again.tries_max {
            self.abandon(Reason::ReinjectionGivenUp, &packet, left, door);
        } else if self.monitor.dump.is_some() {
            self.abandon(Reason::Overwritten, &packet, left, door);
        } else {
            self.monitor.dump = Some((packet, left));
            self.wake_monitor(door);
        }
    }

    pub(super) fn wake_monitor(&mut self, door: &mut Door<'_>) {
        if let Some(again) = door.figures.reinjection.filter(|_| !self.monitor.awake) {
            self.monitor.awake = true;
            door.at(door.now + again.cycles.max(1), What::Monitor);
        }
    }

    /// The monitor has had time to move one packet on.
    pub fn move_dropped(&mut self, door: &mut Door<'_>) {
        self.monitor.awake = false;
        let Some(again) = door.figures.reinjection else {
            return;
        };
        if let Some((packet, left)) = self.monitor.dump.take() {
            if self.monitor.queue.len() >= again.capacity as usize {
                self.abandon(Reason::ReinjectionFull, &packet, left, door);
            } else {
                self.monitor.queue.push_back((packet, left));
            }
        }
        if self.monitor.buffer.is_none()
            && let Some((mut packet, left)) = self.monitor.queue.pop_front()
        {
            packet.tries = packet.tries.saturating_add(1);
            packet.phase = door.phase();
            self.monitor.buffer = Some((packet, left));
            self.ledger.reinjected += 1;
        }
        if !self.monitor.queue.is_empty() && self.monitor.buffer.is_none() {
            self.wake_monitor(door);
        }
    }

    /// The monitor will send so many packets, so many cycles apart at least, from the next [`What::Load`] on.
    pub fn stream(&mut self, packet: Packet, packets: u32, apart: u64) {
        self.monitor.transfer = Some(Transfer {
            packet,
            left: packets,
            apart: apart.max(1),
        });
    }

    /// The next packet of a transfer, or the next word of a program.
    pub fn load(&mut self, door: &mut Door<'_>) {
        if self.tell(door) {
            return;
        }
        let Some(transfer) = self
            .monitor
            .transfer
            .as_mut()
            .filter(|transfer| transfer.left > 0)
        else {
            return;
        };
        if self.monitor.buffer.is_none() {
            transfer.left -= 1;
            let mut packet = transfer.packet;
            packet.phase = door.phase();
            let (x, y) = packet.chip_address();
            let hop = door.fabric.hop(door.chip, ChipCoord::new(x, y));
            let outputs = hop.map_or_else(|| Outputs::core(MONITOR_CORE), Outputs::link);
            self.monitor.buffer = Some((packet, outputs));
        }
        let at = door.now + transfer.apart;
        door.at(at, What::Load);
    }

    /// A packet for the monitor itself. Returns when to try again, if its buffer is full.
    pub fn monitor_receives(
        &mut self,
        packet: &Packet,
        at: Cycle,
        door: &mut Door<'_>,
    ) -> Option<Cycle> {
        if self.monitor.receive_free > at {
            return Some(self.monitor.receive_free);
        }
        let done = at + door.figures.monitor;
        self.monitor.receive_free = done;
        self.monitor.received += 1;
        if packet.kind == Kind::Nearest {
            self.flood(packet.key, done, door);
        }
        None
    }

    /// Words of a program that the monitor knows.
    #[must_use]
    pub fn words_known(&self) -> u64 {
        self.monitor.flood.heard.len() as u64
    }

    /// Packets that the monitor has received.
    #[must_use]
    pub const fn monitor_received(&self) -> u64 {
        self.monitor.received
    }
}
