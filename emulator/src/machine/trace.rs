//! Who watches a run: packets as they are sent and received, for a trace. Watching changes no result.

use super::packet::Packet;
use super::time::Cycle;
use crate::geometry::ChipCoord;

/// One thing seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// A core has handed a packet to the router.
    Sent {
        /// When.
        at: Cycle,
        /// The packet, its source in it.
        packet: Packet,
    },
    /// A core has received a packet.
    Received {
        /// When.
        at: Cycle,
        /// The packet.
        packet: Packet,
        /// Where.
        chip: ChipCoord,
        /// On which core.
        core: u8,
    },
}

/// Keeps what it sees, up to a limit; sees nothing unless it is told to.
#[derive(Clone, Debug, Default)]
pub struct Tracer {
    limit: usize,
    /// What was seen.
    pub seen: Vec<Seen>,
    /// What was seen after the limit was reached.
    pub missed: u64,
}

impl Tracer {
    /// Keeps at most so much.
    #[must_use]
    pub const fn new(limit: usize) -> Self {
        Self {
            limit,
            seen: Vec::new(),
            missed: 0,
        }
    }

    /// Whether it watches at all.
    #[must_use]
    pub const fn is_on(&self) -> bool {
        self.limit > 0
    }

    fn keep(&mut self, seen: Seen) {
        if self.seen.len() < self.limit {
            self.seen.push(seen);
        } else {
            self.missed += 1;
        }
    }

    /// A packet was sent.
    pub fn sent(&mut self, at: Cycle, packet: &Packet) {
        if self.is_on() {
            self.keep(Seen::Sent {
                at,
                packet: *packet,
            });
        }
    }

    /// A packet was received.
    pub fn received(&mut self, at: Cycle, packet: &Packet, chip: ChipCoord, core: u8) {
        if self.is_on() {
            let packet = *packet;
            self.keep(Seen::Received {
                at,
                packet,
                chip,
                core,
            });
        }
    }
}
