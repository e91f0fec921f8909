//! The kernel's only view of the world: send a packet, hand out a record, move a row, read the tick, charge cycles.
//!
//! The functional emulator, the cycle-level machine and the firmware each implement it; so does a test double.

use crate::spike::{AerKey, Tick};

/// A part of the kernel whose cost is known per unit of work; the machine turns units into cycles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Work {
    /// Start of a tick.
    Tick,
    /// Update of one WTA neuron.
    WtaNeuron,
    /// One softmax term, when a circuit fires.
    Softmax,
    /// Update of one intensity neuron.
    IntensityNeuron,
    /// Update of one LIF neuron.
    LifNeuron,
    /// Check of one source.
    Source,
    /// Draw of one source's next spike.
    SourceDraw,
    /// Packet received and looked up.
    Packet,
    /// One row visited: header and set-up.
    Row,
    /// One static synaptic event.
    StaticSynapse,
    /// One plastic synapse: transition to now and efficacy.
    PlasticSynapse,
    /// One plastic synapse's step: integrated at every tick, in a row that nothing has kicked.
    PlasticStep,
    /// One likelihood kick of one synapse.
    Kick,
    /// One word recorded.
    RecordWord,
}

/// Direction of a row transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// SDRAM to DTCM.
    Read,
    /// DTCM to SDRAM.
    Write,
}

/// A DMA transfer of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// Offset in SDRAM, in words of this core's share.
    pub sdram_word: u32,
    /// Length in words.
    pub words: u32,
    /// Direction.
    pub direction: Direction,
}

/// What a core's surroundings do for its kernel. No method may fail: a target that can't keep up counts it.
pub trait Hardware {
    /// Sends a multicast packet.
    fn send(&mut self, key: AerKey);

    /// Starts a DMA transfer of a row. The data itself is moved by whoever owns the memory.
    fn start_dma(&mut self, transfer: Transfer);

    /// Takes over a full recording buffer, a whole number of frames (see [`super::record`]).
    fn drain(&mut self, words: &[u32]);

    /// The current tick.
    fn tick(&self) -> Tick;

    /// Charges processor time for `units` of some work.
    fn charge(&mut self, work: Work, units: u32);
}
