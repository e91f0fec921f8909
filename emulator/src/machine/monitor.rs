//! What the monitor core does with dropped packets: it reads them out of the dump registers and sends them again.
//!
//! The registers hold one packet; a second one that is dropped before the first is read is lost. The monitor takes its time
//! for each, holds so many, and gives a packet up after so many tries: a dead link takes none, however often it is asked.
//! It sends a packet only to the outputs that it did not reach.

use super::event::{Door, What};
use super::losses::Reason;
use super::net::Net;
use super::outputs::Outputs;
use super::packet::Packet;
use std::collections::VecDeque;

/// The monitor's state.
#[derive(Clone, Debug, Default)]
pub(super) struct Monitor {
    dump: Option<(Packet, Outputs)>,
    queue: VecDeque<(Packet, Outputs)>,
    pub(super) buffer: Option<(Packet, Outputs)>,
    /// Whether an event will wake it.
    awake: bool,
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
}
