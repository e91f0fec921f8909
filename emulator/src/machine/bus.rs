//! What a core asks of its chip: a narrow trait, so that a core knows nothing of routers and memories.

use super::figures::Figures;
use super::packet::Packet;
use super::time::Cycle;
use super::trace::Sight;
use spinedrift_core::spike::AerKey;

/// What a core asks of its chip.
pub trait Bus {
    /// Calls [`super::processor::Processor::step`] at this time.
    fn step_at(&mut self, at: Cycle);
    /// Asks the memory for a burst at this time.
    fn burst_at(&mut self, at: Cycle);
    /// Hands a packet to the communications controller; `false` if its buffer is full.
    fn transmit(&mut self, key: AerKey, tick: u32) -> bool;
    /// A packet was taken in after its deadline.
    fn late(&mut self, packet: &Packet, at: Cycle);
    /// Whether anybody watches.
    fn watches(&self) -> bool;
    /// Shows something to who watches.
    fn watch(&mut self, sight: Sight);
    /// The figures of the machine.
    fn figures(&self) -> &Figures;
    /// Cycles of a tick.
    fn tick_cycles(&self) -> u64;
    /// When the timer event of a tick is due.
    fn due(&self, tick: u32) -> Cycle;
}
