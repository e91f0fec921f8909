//! What the stages hand to each other. Plain data; everything is named by its index.

use serde::Serialize;
use spinedrift_emulator::geometry::ChipCoord;

/// Slots of a population: places for neurons, some of them padding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SlotCount {
    /// All slots; a multiple of `unit`.
    pub total: u32,
    /// Slots that a cut keeps together, a multiple of 16: one block, or one padded winner-take-all circuit.
    pub unit: u32,
}

/// A population as the mapper sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PopulationSlots {
    /// Name, for messages.
    pub name: String,
    /// Its slots.
    pub slots: SlotCount,
    /// Largest number of its slots on a core; `None`: what holds for all.
    pub slots_per_core_max: Option<u32>,
}

/// A run of slots of one population, on one core.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Slice {
    /// Index of the population.
    pub population: usize,
    /// First slot, counted within the population; a multiple of the population's unit.
    pub first_slot: u32,
    /// Number of slots, ≥ 1; a multiple of the population's unit.
    pub slots: u32,
}

/// What one core runs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CoreLoad {
    /// Indexes of its slices, ascending; of different populations.
    pub slices: Vec<usize>,
}

/// A network cut into slices, and the slices gathered into cores that have no place yet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Partition {
    /// All slices, by population and then by slot.
    pub slices: Vec<Slice>,
    /// All cores.
    pub cores: Vec<CoreLoad>,
    /// The core of each slice.
    pub core_of: Vec<usize>,
}

impl Partition {
    /// Slots on a core.
    #[must_use]
    pub fn slots(&self, core: usize) -> u32 {
        self.on_core(core).map(|slice| slice.slots).sum()
    }

    /// The slices on a core; none if there is no such core.
    pub fn on_core(&self, core: usize) -> impl Iterator<Item = &Slice> {
        let load = self
            .cores
            .get(core)
            .map(|load| load.slices.as_slice())
            .unwrap_or_default();
        load.iter().filter_map(|&slice| self.slices.get(slice))
    }

    /// Indexes of a population's slices.
    pub fn of_population(&self, population: usize) -> impl Iterator<Item = usize> {
        let within = move |&index: &usize| self.slices[index].population == population;
        (0..self.slices.len()).filter(within)
    }
}

/// A core's place in the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct CorePlace {
    /// Its chip.
    pub chip: ChipCoord,
    /// Its number on the chip.
    pub core: u8,
}

/// Where every core of a partition is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Placement {
    /// The place of each core; no two are the same.
    pub cores: Vec<CorePlace>,
}
