//! What a machine is made of, why there may be none, and how its chips are dealt out to threads.

use super::costs::Costs;
use super::event::Places;
use super::fabric::{Fabric, Outline};
use super::faults::Plan;
use super::figures::Figures;
use super::processor::Processor;
use crate::functional::{CoreImage, LoadError};
use crate::geometry::{ChipCoord, Grid};
use crate::network::Table;
use std::collections::BTreeMap;

/// Why there is no machine.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// An image or checkpoint is unusable.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// An image is for a chip that the machine does not have.
    #[error("an image is for core {core} of chip {chip}, which the machine does not have")]
    NoChip {
        /// Chip.
        chip: ChipCoord,
        /// Core.
        core: u8,
    },
    /// The law of conservation is broken: a defect of the emulator, never of a network.
    #[error(
        "the emulator lost count: {expected} deliveries were due, {delivered} were made and {lost} lost; please report this"
    )]
    Unbalanced {
        /// Deliveries that the packets sent were worth.
        expected: u64,
        /// Deliveries made.
        delivered: u64,
        /// Deliveries lost.
        lost: u64,
    },
}

/// What a machine is made of.
#[derive(Clone, Debug)]
pub struct Setup<'a> {
    /// One image a core.
    pub images: &'a [CoreImage],
    /// Routing tables.
    pub tables: &'a BTreeMap<ChipCoord, Table>,
    /// Grid.
    pub grid: Grid,
    /// Chips and dead links.
    pub outline: &'a Outline,
    /// Figures of the hardware.
    pub figures: Figures,
    /// Cost table.
    pub costs: Costs,
    /// Length of a tick.
    pub tick_us: u32,
    /// Faults.
    pub faults: Plan,
    /// Most packets that are kept for a trace; 0: none.
    pub trace_limit: usize,
    /// Host threads.
    pub threads: usize,
}

/// Deals chips out to regions: stretches of their order, so that few links lead from one to another, with as many cores each.
pub(super) fn share(processors: &[Vec<(u32, Processor)>], regions: usize) -> Places {
    let weight = |cores: &Vec<(u32, Processor)>| 1 + 16 * cores.len();
    let total: usize = processors.iter().map(weight).sum();
    let mut counts = vec![0_u32; regions];
    let mut before = 0;
    let place = processors.iter().map(|cores| {
        let region = ((before + weight(cores) / 2) * regions / total.max(1)).min(regions - 1);
        before += weight(cores);
        let local = counts.get_mut(region).map_or(0, |count| {
            *count += 1;
            *count - 1
        });
        (region as u32, local)
    });
    Places(place.collect())
}

/// The shortest time in which one region can reach another.
pub(super) fn lookahead(fabric: &Fabric, places: &Places, figures: &Figures) -> u64 {
    let region = |chip: usize| places.0.get(chip).map(|(region, _)| *region);
    let flights = fabric.sites().iter().enumerate().flat_map(|(chip, site)| {
        let crossing = site
            .neighbours
            .iter()
            .flatten()
            .filter(move |next| region(next.chip as usize) != region(chip));
        crossing.map(|next| {
            figures
                .link_of(next.between_boards)
                .flight(40, figures.clock_mhz)
        })
    });
    flights.min().unwrap_or(u64::MAX).max(1)
}
