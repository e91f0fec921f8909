//! Finds a multicast tree for every slice: from its chip to the chips of all cores that must hear it.
//!
//! Two algorithms, one signature: [`Router::DimensionOrder`] (the default) walks to each target from the source, axes in
//! one fixed order; [`Router::NearestNode`] walks from the nearest chip of the tree so far (neighbour exploring routing,
//! Navaridas et al., Parallel Computing 45, 2015: shorter trees, longer paths). Where the way is dead, a breadth-first search
//! joins the target to the tree by a shortest living way.
//!
//! **Deadlock.** A router passes a packet on when its output is free, so a cycle of full outputs that wait for each other
//! could stand still. Under dimension order a packet turns from x to z to y and never back; on a grid without wrap
//! the outputs can then be numbered so that every packet only climbs, and no cycle exists. Wrap-around, detours round dead
//! parts and the nearest-node router break that numbering. SpiNNaker survives even so: a packet that has waited for the
//! router's wait time is dropped, so a cycle costs packets, which are counted, and never hangs.

mod graph;
mod tree;

pub use tree::{Hop, Tree};

use super::net::Net;
use super::types::{Partition, Placement, PopulationSlots};
use crate::board::Machine;
use graph::Graph;
use miette::Diagnostic;
use spinedrift_emulator::geometry::ChipCoord;
use std::collections::BTreeMap;
use thiserror::Error;
use tree::Growth;

/// A routing algorithm.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Router {
    /// Every target by a shortest path from the source, axes in the order x, z, y.
    #[default]
    DimensionOrder,
    /// Every target from the nearest chip that the tree already reaches.
    NearestNode,
}

impl Router {
    /// All of them, with their names.
    pub const ALL: [(&str, Self); 2] = [
        ("dimension-order", Self::DimensionOrder),
        ("nearest-node", Self::NearestNode),
    ];

    /// The router of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|&&(known, _)| known == name)
            .map(|&(_, router)| router)
    }
}

/// Why there is no route.
#[derive(Clone, Debug, PartialEq, Eq, Error, Diagnostic)]
pub enum RouteError {
    /// Dead parts cut the machine in two.
    #[error(
        "no working link leads from chip {from} towards chip {to} (part of `{population}`, slice {slice}, is heard there)"
    )]
    #[diagnostic(help(
        "dead chips or links cut the machine apart: mark the smaller part's chips as dead"
    ))]
    CutOff {
        /// Chip of the source.
        from: ChipCoord,
        /// Chip of the target.
        to: ChipCoord,
        /// Index of the slice.
        slice: usize,
        /// Name of the slice's population; the router knows only indexes, the pipeline fills it in.
        population: String,
    },
}

impl RouteError {
    /// The same error with the name of its population.
    pub(super) fn named(self, partition: &Partition, populations: &[PopulationSlots]) -> Self {
        let Self::CutOff {
            from, to, slice, ..
        } = self;
        let index = partition.slices.get(slice).map(|slice| slice.population);
        let known = index.and_then(|index| populations.get(index));
        let population = known.map_or_else(String::new, |known| known.name.clone());
        Self::CutOff {
            from,
            to,
            slice,
            population,
        }
    }
}

/// The trees of all nets, in their order.
///
/// # Errors
/// If dead parts separate a source from a target.
pub fn route(
    router: Router,
    machine: &Machine,
    partition: &Partition,
    placement: &Placement,
    nets: &[Net],
) -> Result<Vec<Tree>, RouteError> {
    let mut growth = Growth::new(Graph::new(machine));
    let mut trees = Vec::with_capacity(nets.len());
    for net in nets {
        let source = placement.cores[partition.core_of[net.source]].chip;
        let targets = chips(placement, net);
        trees.push(growth.grow(router, net.source, source, &targets)?);
    }
    Ok(trees)
}

/// The cores that must be reached, by chip.
fn chips(placement: &Placement, net: &Net) -> BTreeMap<ChipCoord, Vec<u8>> {
    let mut chips = BTreeMap::<ChipCoord, Vec<u8>>::new();
    for &target in &net.targets {
        let place = placement.cores[target];
        chips.entry(place.chip).or_default().push(place.core);
    }
    chips
}

#[cfg(test)]
mod tests;
