//! Cuts populations into slices and gathers slices into cores.
//!
//! Every population starts with the largest slices that are allowed. While a core needs more memory than there is, the
//! slices of its population are halved, down to one unit. With `pack`, small slices of different populations share a
//! core; a shared core that is too full is taken apart before anything is halved.
//!
//! A core may use the SDRAM of a whole chip here: halving slices moves synapses to other cores but makes them no fewer,
//! so that a smaller share would only cost cores. Whether a chip's cores fit together is the placer's business.

mod cut;

use super::budget::{Budget, Footprint, Memory};
use super::types::{Partition, PopulationSlots};
use crate::board::Machine;
use cut::Plan;
use miette::Diagnostic;
use std::collections::BTreeSet;
use thiserror::Error;

/// How to cut.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Largest number of slots on a core; `None`: what the machine allows. A population's own limit goes before.
    pub slots_per_core_max: Option<u32>,
    /// Whether small slices of different populations may share a core.
    pub pack: bool,
}

/// A partition that fits, and what each of its cores needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partitioned {
    /// The partition.
    pub partition: Partition,
    /// The budget of each core.
    pub budgets: Vec<Budget>,
}

/// Why a network can't be cut so that each core fits.
#[derive(Clone, Debug, PartialEq, Eq, Error, Diagnostic)]
pub enum PartitionError {
    /// What must stay together exceeds the neurons of a core.
    #[error(
        "population `{population}`: {unit} neuron slots must stay on one core (a winner-take-all circuit, or a block of \
         16), but a core takes {limit}"
    )]
    #[diagnostic(help(
        "use circuits of at most {limit} neurons, or raise the limit of slots a core"
    ))]
    CircuitTooLarge {
        /// Name of the population.
        population: String,
        /// Slots of a circuit or block.
        unit: u32,
        /// Slots that a core takes.
        limit: u32,
    },
    /// The user's limit exceeds the machine's.
    #[error(
        "population `{population}`: {asked} slots a core are asked for, but the machine's cores take {limit}"
    )]
    #[diagnostic(help(
        "ask for at most {limit}, or map onto a machine file with a higher `neurons_per_core_max`"
    ))]
    LimitTooHigh {
        /// Name of the population.
        population: String,
        /// What the user wants.
        asked: u32,
        /// What the machine takes.
        limit: u32,
    },
    /// Slots that are no whole number of units, or none: the description of the population contradicts itself.
    #[error("population `{population}`: {total} slots can't be cut into units of {unit}")]
    #[diagnostic(help("a population has at least one unit, and its slots are a multiple of it"))]
    Uneven {
        /// Name of the population.
        population: String,
        /// All its slots.
        total: u32,
        /// Slots of a unit.
        unit: u32,
    },
    /// A core with the least possible load still needs too much.
    #[error(
        "population `{population}`: a core with {slots} of its slots needs {needed_bytes} bytes of {memory}, \
         {} more than the {limit_bytes} there are; it can't be cut further. The largest item is {largest} with \
         {largest_bytes} bytes",
        needed_bytes - limit_bytes
    )]
    #[diagnostic(help(
        "make `{largest}` smaller: fewer synapses onto a neuron, smaller circuits, less recording; or use a machine with \
         more {memory}"
    ))]
    DoesNotFit {
        /// Name of the population.
        population: String,
        /// Slots on the core: what came closest.
        slots: u32,
        /// The memory that is too small.
        memory: Memory,
        /// What the core needs of it.
        needed_bytes: u64,
        /// What there is.
        limit_bytes: u64,
        /// Name of the largest item.
        largest: &'static str,
        /// Its size.
        largest_bytes: u64,
    },
}

/// Cuts a network so that every core fits the machine's memories.
///
/// # Errors
/// If a population can't be cut finely enough, or the limits contradict each other.
pub fn partition(
    populations: &[PopulationSlots],
    machine: &Machine,
    footprint: &dyn Footprint,
    options: Options,
) -> Result<Partitioned, PartitionError> {
    let plan = |population| first_plan(population, machine, options);
    let mut plans = populations
        .iter()
        .map(plan)
        .collect::<Result<Vec<_>, _>>()?;
    loop {
        let partition = cut::cut(populations, &plans, options.pack);
        let budgets: Vec<_> = (0..partition.cores.len())
            .map(|core| footprint.budget(&partition, core))
            .collect();
        let over = |&core: &usize| overrun(machine, &budgets[core]).is_some();
        let over: Vec<usize> = (0..budgets.len()).filter(over).collect();
        if over.is_empty() {
            return Ok(Partitioned { partition, budgets });
        }
        refine(
            &mut plans,
            populations,
            machine,
            &Partitioned { partition, budgets },
            &over,
        )?;
    }
}

fn first_plan(
    population: &PopulationSlots,
    machine: &Machine,
    options: Options,
) -> Result<Plan, PartitionError> {
    let name = || population.name.clone();
    let (total, unit) = (population.slots.total, population.slots.unit);
    if unit == 0 || total == 0 || !total.is_multiple_of(unit) {
        return Err(PartitionError::Uneven {
            population: name(),
            total,
            unit,
        });
    }
    let allowed = machine.neurons_per_core_max;
    let limit = population
        .slots_per_core_max
        .or(options.slots_per_core_max)
        .unwrap_or(allowed);
    if limit > allowed {
        return Err(PartitionError::LimitTooHigh {
            population: name(),
            asked: limit,
            limit: allowed,
        });
    }
    if unit > limit {
        return Err(PartitionError::CircuitTooLarge {
            population: name(),
            unit,
            limit,
        });
    }
    Ok(Plan {
        slice_slots: limit / unit * unit,
        core_slots: limit,
        alone: false,
    })
}

/// The first memory that a core needs too much of, with what it needs and what there is.
fn overrun(machine: &Machine, budget: &Budget) -> Option<(Memory, u64, u64)> {
    let limits = [
        (Memory::Dtcm, u64::from(machine.dtcm_bytes)),
        (Memory::Sdram, machine.sdram_bytes),
    ];
    let needed = limits.map(|(memory, limit)| (memory, budget.bytes(memory), limit));
    needed
        .into_iter()
        .find(|&(_, needed, limit)| needed > limit)
}

/// Makes the plans of populations with too large cores finer: taken apart first, then halved.
fn refine(
    plans: &mut [Plan],
    populations: &[PopulationSlots],
    machine: &Machine,
    tried: &Partitioned,
    over: &[usize],
) -> Result<(), PartitionError> {
    let mut halve = BTreeSet::new();
    for &core in over {
        let mut on_core = tried.partition.on_core(core).map(|slice| slice.population);
        match (on_core.next(), on_core.next()) {
            (Some(only), None) => {
                if tried.partition.slots(core) <= populations[only].slots.unit {
                    return Err(does_not_fit(&populations[only], machine, tried, core));
                }
                halve.insert(only);
            }
            _ => tried
                .partition
                .on_core(core)
                .for_each(|slice| plans[slice.population].alone = true),
        }
    }
    for population in halve {
        let (plan, unit) = (&mut plans[population], populations[population].slots.unit);
        let largest = plan.slice_slots.min(populations[population].slots.total);
        plan.slice_slots = (largest / 2 / unit * unit).max(unit);
        plan.alone = true;
    }
    Ok(())
}

fn does_not_fit(
    population: &PopulationSlots,
    machine: &Machine,
    tried: &Partitioned,
    core: usize,
) -> PartitionError {
    let budget = &tried.budgets[core];
    let (memory, needed_bytes, limit_bytes) =
        overrun(machine, budget).unwrap_or((Memory::Dtcm, 0, 0));
    let largest = budget.largest(memory);
    PartitionError::DoesNotFit {
        population: population.name.clone(),
        slots: tried.partition.slots(core),
        memory,
        needed_bytes,
        limit_bytes,
        largest: largest.map_or("nothing", |item| item.name),
        largest_bytes: largest.map_or(0, |item| item.bytes),
    }
}

#[cfg(test)]
mod tests;
