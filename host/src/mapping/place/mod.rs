//! Gives every core of a partition a place in the machine.
//!
//! Four algorithms with one signature: `hilbert` (a space-filling curve, the default), `sequential` (row by row),
//! `random` (for tests: the worst that a correct placement can be) and `annealed` (shortens the wires of the first).
//! All of them obey the constraints, use no dead part, and keep each chip's SDRAM within its size; `tests.rs` has one
//! suite for all. A new one is a file and a line in [`Placer::ALL`].

mod annealed;
mod draft;
mod hilbert;
mod random;
mod sequential;

pub use annealed::wire_length;

use super::constraint::Constraint;
use super::net::Net;
use super::types::{Partition, Placement, PopulationSlots};
use crate::board::Machine;
use draft::Draft;
use miette::Diagnostic;
use spinedrift_emulator::geometry::ChipCoord;
use thiserror::Error;

/// What a placer is given.
#[derive(Clone, Copy, Debug)]
pub struct PlaceTask<'a> {
    /// The machine.
    pub machine: &'a Machine,
    /// The network's populations, for their names in messages.
    pub populations: &'a [PopulationSlots],
    /// The cores to place.
    pub partition: &'a Partition,
    /// SDRAM that each core needs, in bytes.
    pub sdram_bytes: &'a [u64],
    /// Who sends to whom; only `annealed` looks at them.
    pub nets: &'a [Net],
    /// What the user asks for.
    pub constraints: &'a [Constraint],
}

impl PlaceTask<'_> {
    /// A population as messages name it.
    fn name(&self, population: usize) -> String {
        let known = self.populations.get(population);
        known.map_or_else(|| population.to_string(), |known| known.name.clone())
    }

    /// The populations on a core as messages name them.
    fn names_on(&self, core: usize) -> String {
        let slices = self.partition.on_core(core);
        let names: Vec<String> = slices.map(|slice| self.name(slice.population)).collect();
        names.join("`, `")
    }
}

/// A placement algorithm.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Placer {
    /// Along a Hilbert curve: neighbours in the partition become neighbours in the machine.
    #[default]
    Hilbert,
    /// Row by row.
    Sequential,
    /// Anywhere.
    Random {
        /// Seed; the same seed gives the same placement.
        seed: u64,
    },
    /// From the Hilbert placement on, by swaps that shorten the wires.
    Annealed {
        /// Seed; the same seed gives the same placement.
        seed: u64,
    },
}

impl Placer {
    /// One of each, with its name.
    pub const ALL: [(&str, Self); 4] = [
        ("hilbert", Self::Hilbert),
        ("sequential", Self::Sequential),
        ("random", Self::Random { seed: 0 }),
        ("annealed", Self::Annealed { seed: 0 }),
    ];

    /// The placer of this name, with this seed if it takes one.
    #[must_use]
    pub fn named(name: &str, seed: u64) -> Option<Self> {
        let &(_, placer) = Self::ALL.iter().find(|&&(known, _)| known == name)?;
        Some(match placer {
            Self::Random { .. } => Self::Random { seed },
            Self::Annealed { .. } => Self::Annealed { seed },
            other => other,
        })
    }
}

/// Why there is no placement.
#[derive(Clone, Debug, PartialEq, Eq, Error, Diagnostic)]
pub enum PlaceError {
    /// More cores than the machine has.
    #[error(
        "the machine is too small: the network needs {needed_cores} cores, `{machine}` has {available_cores} to give; \
         {short_by} are missing"
    )]
    #[diagnostic(help(
        "use a larger machine ({chips} chips like these would do), more neurons a core, or let small \
                       populations share cores"
    ))]
    MachineTooSmall {
        /// Name of the machine.
        machine: String,
        /// Cores that the network needs.
        needed_cores: usize,
        /// Cores that work and are not reserved.
        available_cores: usize,
        /// The difference.
        short_by: usize,
        /// Chips without a dead core that would have sufficed.
        chips: usize,
    },
    /// More SDRAM than the machine has, or than any chip has left.
    #[error(
        "the machine has too little SDRAM: core {core} (`{populations}`) needs {needed_bytes} bytes, the chip with most left has \
         {most_left_bytes}; the network needs {total_needed_bytes} in all, `{machine}` has {total_bytes}"
    )]
    #[diagnostic(help("use a larger machine, or fewer synapses"))]
    TooLittleSdram {
        /// Name of the machine.
        machine: String,
        /// Index of the first core without a place.
        core: usize,
        /// Names of the populations on it.
        populations: String,
        /// What it needs.
        needed_bytes: u64,
        /// What the chip with a free core and most SDRAM has left.
        most_left_bytes: u64,
        /// What all cores need.
        total_needed_bytes: u64,
        /// What all chips have.
        total_bytes: u64,
    },
    /// A constraint names a chip that is dead or does not exist.
    #[error(
        "population `{population}` is wanted on chip {chip}, which `{machine}` does not have or which is dead"
    )]
    #[diagnostic(help("name a chip that works"))]
    NoSuchChip {
        /// Name of the machine.
        machine: String,
        /// Name of the population.
        population: String,
        /// The chip.
        chip: ChipCoord,
    },
    /// A constraint asks for more than its chip has.
    #[error(
        "core {core} of population `{population}` is wanted on chip {chip}, which has no more room"
    )]
    #[diagnostic(help(
        "a chip has {cores} cores to give and {sdram_bytes} bytes of SDRAM: let some of the population go \
                       elsewhere"
    ))]
    ChipFull {
        /// Name of the population.
        population: String,
        /// Index of the core.
        core: usize,
        /// The chip.
        chip: ChipCoord,
        /// Its cores.
        cores: usize,
        /// Its SDRAM.
        sdram_bytes: u64,
    },
    /// Two constraints pull one core to two chips.
    #[error("core {core} (`{populations}`) is wanted on chip {first} and on chip {second}")]
    #[diagnostic(help(
        "populations that share a core go together: drop one constraint, or don't let them share"
    ))]
    Contradiction {
        /// Index of the core.
        core: usize,
        /// Names of the populations on it.
        populations: String,
        /// One chip.
        first: ChipCoord,
        /// The other chip.
        second: ChipCoord,
    },
}

/// Places every core.
///
/// # Errors
/// If the machine is too small, or the constraints can't be met.
pub fn place(placer: Placer, task: &PlaceTask) -> Result<Placement, PlaceError> {
    let mut draft = Draft::new(task)?;
    draft.pin(task)?;
    let algorithm = match placer {
        Placer::Hilbert => hilbert::place(task, draft.clone()),
        Placer::Sequential => sequential::place(task, draft.clone()),
        Placer::Random { seed } => random::place(task, draft.clone(), seed),
        Placer::Annealed { seed } => annealed::place(task, draft.clone(), seed),
    };
    // What an algorithm could not fit may still fit if the hungriest cores choose first.
    algorithm
        .or_else(|_| draft.fill_hungriest_first(task))?
        .finish(task)
}

#[cfg(test)]
mod tests;
