//! Where a population's neurons lie in blocks of 16 lanes.
//!
//! The kernel works on 16 neurons at a time, and a partition cuts at block borders only. A winner-take-all circuit
//! starts at a block border and is padded to whole blocks, so that no block holds neurons of two circuits; all other
//! models lie densely. This is layout only: which core holds which block is the mapping's business.

use super::{Model, Population};

/// Lanes of a block.
pub const LANES: u32 = 16;

/// How many slots a population takes, and which neuron lies in which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SlotLayout {
    /// Neurons that stay together: a WTA circuit; 1 for all other models.
    pub group_size: u32,
    /// Slots of one group: for WTA the circuit rounded up to whole blocks; 1 for all other models.
    pub padded_group: u32,
    /// Number of groups; a last, incomplete one counts.
    pub groups: u32,
    /// Number of neurons.
    pub neurons: u32,
}

impl SlotLayout {
    /// Slots, a multiple of 16; padding included. Saturates at the largest multiple of 16, which `Network::check`
    /// refuses long before.
    #[must_use]
    pub fn slots(self) -> u32 {
        let slots = u64::from(self.groups) * u64::from(self.padded_group);
        let padded = slots.next_multiple_of(u64::from(LANES));
        u32::try_from(padded).unwrap_or(u32::MAX - (LANES - 1))
    }

    /// Blocks of 16 slots.
    #[must_use]
    pub fn blocks(self) -> u32 {
        self.slots() / LANES
    }

    /// Slots that a partition must not tear apart: a padded circuit, or one block.
    #[must_use]
    pub fn unit(self) -> u32 {
        self.padded_group.max(LANES)
    }

    /// The slot of a neuron. `neuron` is below the population's size.
    #[must_use]
    pub fn slot_of(self, neuron: u32) -> u32 {
        (neuron / self.group_size)
            .saturating_mul(self.padded_group)
            .saturating_add(neuron % self.group_size)
    }

    /// The neuron in a slot; `None` for padding and beyond the end.
    #[must_use]
    pub fn neuron_of(self, slot: u32) -> Option<u32> {
        let lane = slot % self.padded_group;
        let neuron = (slot / self.padded_group)
            .checked_mul(self.group_size)?
            .checked_add(lane)?;
        (lane < self.group_size && neuron < self.neurons).then_some(neuron)
    }
}

impl Population {
    /// The layout of this population's neurons.
    #[must_use]
    pub fn slots(&self) -> SlotLayout {
        let group_size = self.model.group_size().max(1);
        let padded_group = match self.model {
            Model::Wta(_) => group_size
                .checked_next_multiple_of(LANES)
                .unwrap_or(group_size),
            _ => 1,
        };
        SlotLayout {
            group_size,
            padded_group,
            groups: self.size.div_ceil(group_size),
            neurons: self.size,
        }
    }

    /// The slot of a neuron. `neuron` is below the population's size.
    #[must_use]
    pub fn slot_of(&self, neuron: u32) -> u32 {
        self.slots().slot_of(neuron)
    }

    /// The neuron in a slot; `None` for padding and beyond the end.
    #[must_use]
    pub fn neuron_of(&self, slot: u32) -> Option<u32> {
        self.slots().neuron_of(slot)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::description::{PoissonSource, Psp, Record, Wta};

    fn wta(circuit_size: u32, circuits: u32) -> Population {
        let psp = Psp {
            tau_m_ms: 20.0,
            tau_s_ms: 2.0,
        };
        let model = Wta {
            circuit_size,
            rate_hz: 100.0,
            psp,
            bias: vec![0.0],
            adaptation: None,
        };
        population(circuit_size * circuits, Model::Wta(model))
    }

    fn population(size: u32, model: Model) -> Population {
        Population {
            name: "p".to_owned(),
            size,
            model,
            record: Record::default(),
        }
    }

    fn round_trips(population: &Population) {
        let layout = population.slots();
        let held: Vec<u32> = (0..layout.slots())
            .filter_map(|s| layout.neuron_of(s))
            .collect();
        assert_eq!(held, (0..population.size).collect::<Vec<_>>());
        assert!((0..population.size).all(|n| layout.neuron_of(layout.slot_of(n)) == Some(n)));
        assert_eq!(layout.slots() % LANES, 0);
    }

    #[test]
    fn a_circuit_starts_at_a_block_border() {
        for size in [1, 10, 15, 16, 17, 40, 256] {
            let population = wta(size, 3);
            round_trips(&population);
            assert_eq!(population.slot_of(size) % LANES, 0);
            assert_eq!(population.slots().slots(), 3 * size.next_multiple_of(LANES));
        }
    }

    #[test]
    fn other_models_lie_densely() {
        for size in [1, 15, 16, 17, 64] {
            let population = population(size, Model::Poisson(PoissonSource::Constant(vec![1.0])));
            round_trips(&population);
            assert_eq!(population.slot_of(size - 1), size - 1);
            assert_eq!(population.slots().slots(), size.next_multiple_of(LANES));
        }
    }

    #[test]
    fn a_population_beyond_any_machine_saturates() {
        let population = population(u32::MAX, Model::SpikeArray(Vec::new()));
        assert_eq!(population.slots().slots() % LANES, 0);
    }
}
