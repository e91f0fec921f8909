//! The cost table: processor time of each section of the kernel. The host reads it, with its provenance, from a data file.

use super::work::KINDS;
use spinedrift_core::kernel::Work;

/// Cycles in 256ths: a section that takes 23.7 cycles a synapse keeps its fraction.
pub type Fraction = u32;

/// Every kind of work with its name in the data file and in reports, in the order of the enumeration.
pub const SECTIONS: [(Work, &str); KINDS] = [
    (Work::Tick, "tick"),
    (Work::WtaNeuron, "wta_neuron"),
    (Work::Softmax, "softmax"),
    (Work::IntensityNeuron, "intensity_neuron"),
    (Work::LifNeuron, "lif_neuron"),
    (Work::Source, "source"),
    (Work::SourceDraw, "source_draw"),
    (Work::Packet, "packet"),
    (Work::Row, "row"),
    (Work::StaticSynapse, "static_synapse"),
    (Work::PlasticSynapse, "plastic_synapse"),
    (Work::PlasticStep, "plastic_step"),
    (Work::Kick, "kick"),
    (Work::RecordWord, "record_word"),
];

/// Processor time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Costs {
    sections: [Fraction; KINDS],
    /// Sending a packet.
    pub send: Fraction,
    /// Starting a DMA transfer.
    pub dma_setup: Fraction,
}

impl Costs {
    /// The same for everything, in whole cycles: for tests.
    #[must_use]
    pub const fn flat(cycles: u32) -> Self {
        Self {
            sections: [256 * cycles; KINDS],
            send: 256 * cycles,
            dma_setup: 256 * cycles,
        }
    }

    /// Cost of one unit of a kind of work.
    #[must_use]
    #[inline(always)]
    pub fn of(&self, work: Work) -> Fraction {
        self.sections.get(work as usize).copied().unwrap_or(0)
    }

    /// The table with this entry.
    #[must_use]
    pub fn with(mut self, work: Work, cost: Fraction) -> Self {
        if let Some(section) = self.sections.get_mut(work as usize) {
            *section = cost;
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_in_the_order_of_the_kinds() {
        for (index, (work, _)) in SECTIONS.iter().enumerate() {
            assert_eq!(*work as usize, index);
        }
    }
}
