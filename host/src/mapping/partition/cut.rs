//! One cut by given plans, without regard to memory.

use crate::mapping::types::{CoreLoad, Partition, PopulationSlots, Slice};

/// How a population is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Plan {
    /// Slots of a slice, a multiple of the population's unit; the last slice may have fewer.
    pub(super) slice_slots: u32,
    /// Slots of a core that a slice of this population is on.
    pub(super) core_slots: u32,
    /// Whether its slices share no core.
    pub(super) alone: bool,
}

/// The partition that these plans make. Packing is first-fit in the order of the slices; slices of one population never
/// meet on a core, since one larger slice would be the same.
pub(super) fn cut(populations: &[PopulationSlots], plans: &[Plan], pack: bool) -> Partition {
    let mut partition = Partition::default();
    let mut open: Vec<Open> = Vec::new();
    for (population, (slots, plan)) in populations.iter().zip(plans).enumerate() {
        for first_slot in (0..slots.slots.total).step_by(plan.slice_slots as usize) {
            let slice = Slice {
                population,
                first_slot,
                slots: plan.slice_slots.min(slots.slots.total - first_slot),
            };
            let small = pack && !plan.alone && slice.slots < plan.core_slots;
            let shared = if small {
                open.iter_mut().find(|core| core.takes(&slice, plan))
            } else {
                None
            };
            let core = if let Some(core) = shared {
                core.put(&slice, plan)
            } else {
                let index = partition.cores.len();
                partition.cores.push(CoreLoad::default());
                if small {
                    open.push(Open {
                        index,
                        slots: slice.slots,
                        limit: plan.core_slots,
                        last: population,
                    });
                }
                index
            };
            partition.cores[core].slices.push(partition.slices.len());
            partition.slices.push(slice);
            partition.core_of.push(core);
        }
    }
    partition
}

/// A core with room left.
struct Open {
    index: usize,
    slots: u32,
    /// The smallest limit among its populations.
    limit: u32,
    /// The population that came last.
    last: usize,
}

impl Open {
    fn takes(&self, slice: &Slice, plan: &Plan) -> bool {
        self.last != slice.population && self.slots + slice.slots <= self.limit.min(plan.core_slots)
    }

    fn put(&mut self, slice: &Slice, plan: &Plan) -> usize {
        self.slots += slice.slots;
        self.limit = self.limit.min(plan.core_slots);
        self.last = slice.population;
        self.index
    }
}
