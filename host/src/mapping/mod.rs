//! From a network to a machine: which core runs what, and how its spikes find their way.
//!
//! ```text
//! populations ─▶ partition ─▶ place ─▶ keys ─▶ route ─▶ tables ─▶ Mapping
//! ```
//!
//! Each stage is a module with typed input and output, and [`map`] is nothing but their calls. The mapper sees populations
//! as counts of slots; what a core needs in memory and who hears whom it asks of two traits, [`Footprint`] and
//! [`Connectivity`]. It builds no images and knows no neuron model.
//!
//! Everything is deterministic: the same task gives the same mapping, byte for byte.

pub mod budget;
pub mod compress;
pub mod constraint;
pub mod describe;
pub mod draw;
pub mod keys;
pub mod net;
pub mod partition;
pub mod place;
pub mod report;
pub mod route;
pub mod tables;
pub mod types;

pub use budget::{Budget, BudgetItem, Footprint, Memory};
pub use constraint::Constraint;
pub use keys::{KeySpace, Keys};
pub use net::{Connectivity, Net};
pub use partition::Partitioned;
pub use place::{PlaceTask, Placer};
pub use report::MapReport;
pub use route::{Router, Tree};
pub use tables::ChipTable;
pub use types::{CoreLoad, CorePlace, Partition, Placement, PopulationSlots, Slice, SlotCount};

use crate::board::Machine;
use compress::Aim;
use miette::Diagnostic;
use thiserror::Error;

/// All that mapping starts from.
#[derive(Clone, Copy)]
pub struct Task<'a> {
    /// The machine.
    pub machine: &'a Machine,
    /// The network's populations, in the order of their index.
    pub populations: &'a [PopulationSlots],
    /// What a core needs in memory.
    pub footprint: &'a dyn Footprint,
    /// Who hears whom.
    pub connectivity: &'a dyn Connectivity,
    /// What the user asks of the placement.
    pub constraints: &'a [Constraint],
    /// Which algorithms, and how far they go.
    pub options: Options,
}

/// Which algorithms, and how far they go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// How populations are cut.
    pub partition: partition::Options,
    /// How cores are placed.
    pub placer: Placer,
    /// How trees are found.
    pub router: Router,
    /// How far tables are compressed.
    pub aim: Aim,
}

/// What every stage has found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// Slices and cores.
    pub partition: Partition,
    /// What each core needs in memory.
    pub budgets: Vec<Budget>,
    /// The listeners of each slice.
    pub nets: Vec<Net>,
    /// The place of each core.
    pub placement: Placement,
    /// The keys of each slice.
    pub keys: Keys,
    /// The way of each slice's spikes.
    pub trees: Vec<Tree>,
    /// The table of each router that spikes pass, by chip.
    pub tables: Vec<ChipTable>,
}

/// Why a network can't be mapped, by the stage that says so.
#[derive(Clone, Debug, PartialEq, Eq, Error, Diagnostic)]
pub enum MapError {
    /// It can't be cut.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Partition(#[from] partition::PartitionError),
    /// It can't be placed.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Place(#[from] place::PlaceError),
    /// There are not enough keys.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Keys(#[from] keys::KeysError),
    /// There is no way.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Route(#[from] route::RouteError),
    /// A routing table is too long.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Tables(#[from] tables::TablesError),
}

/// Maps a network onto a machine.
///
/// # Errors
/// If some stage can't do its part; the error says what is missing, by how much, and how to mend it.
pub fn map(task: &Task) -> Result<Mapping, MapError> {
    let Task {
        machine,
        populations,
        constraints,
        options,
        ..
    } = *task;
    let Partitioned { partition, budgets } =
        partition::partition(populations, machine, task.footprint, options.partition)?;
    let nets = net::collect(&partition, task.connectivity);
    let sdram_bytes: Vec<u64> = budgets
        .iter()
        .map(|budget| budget.bytes(Memory::Sdram))
        .collect();
    let cores = PlaceTask {
        machine,
        populations,
        partition: &partition,
        sdram_bytes: &sdram_bytes,
        nets: &nets,
        constraints,
    };

    let placement = place::place(options.placer, &cores)?;
    let keys = keys::allocate(populations, &partition)?;
    let trees = route::route(options.router, machine, &partition, &placement, &nets)
        .map_err(|error| error.named(&partition, populations))?;
    let tables = tables::build(machine, &keys, &trees, options.aim)?;
    Ok(Mapping {
        partition,
        budgets,
        nets,
        placement,
        keys,
        trees,
        tables,
    })
}

impl Mapping {
    /// Whether anybody hears a slice. The core of one that nobody hears must not send its spikes: its keys are in no
    /// table, and compression may have used them.
    #[must_use]
    pub fn is_heard(&self, slice: usize) -> bool {
        self.nets
            .get(slice)
            .is_some_and(|net| !net.targets.is_empty())
    }
}

#[cfg(test)]
mod tests;
