//! Who watches a run, for a trace: tasks, transfers, queues, and packets as they are sent and received. Watching changes
//! no result.

use super::activity::Slice;
use super::dma::Purpose;
use super::packet::Packet;
use super::time::Cycle;
use crate::geometry::ChipCoord;

/// One thing seen on a core.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Chip.
    pub chip: ChipCoord,
    /// Core.
    pub core: u8,
    /// What.
    pub sight: Sight,
}

/// What can be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// The core has handed a packet to the router.
    Sent(Cycle, Packet),
    /// The core has received a packet.
    Received(Cycle, Packet),
    /// The core spent a stretch of time on a task of a tick.
    Slice(u32, Slice),
    /// A transfer of its DMA engine.
    Transfer(Purpose, Cycle, Cycle),
    /// Packets in its input queue.
    Queue(Cycle, u32),
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

    /// Keeps one sight, if it watches and has room.
    pub fn keep(&mut self, chip: ChipCoord, core: u8, sight: Sight) {
        if self.seen.len() < self.limit {
            self.seen.push(Seen { chip, core, sight });
        } else if self.is_on() {
            self.missed += 1;
        }
    }
}
