//! The figures of a mapping, as `spinedrift map --json` prints them; `describe.rs` and `draw.rs` show them to people.

use super::budget::{BudgetItem, Memory};
use super::compress::Method;
use super::place::wire_length;
use super::types::{CorePlace, PopulationSlots, Slice};
use super::{Mapping, keys::KeySpace};
use crate::board::Machine;
use serde::Serialize;
use spinedrift_emulator::geometry::{ChipCoord, Link};
use std::collections::BTreeMap;

/// A mapping in figures.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MapReport {
    /// The machine.
    pub machine: MachineFigures,
    /// Cores in use.
    pub cores_used: usize,
    /// Chips with a core in use.
    pub chips_used: usize,
    /// Slices, each with its own key space.
    pub slices: usize,
    /// Slices that somebody hears.
    pub nets: usize,
    /// Links that one spike of every heard slice passes, summed.
    pub tree_links: usize,
    /// Distance from source to target in hops, summed over all pairs of a slice and a core that hears it.
    pub wire_length: u64,
    /// Entries of the longest table.
    pub table_entries_max: usize,
    /// What the longest table would be without compression.
    pub table_full_max: usize,
    /// Of each population.
    pub populations: Vec<PopulationFigures>,
    /// Of each core in use, in the order of the partition.
    pub cores: Vec<CoreFigures>,
    /// Of each working chip.
    pub chips: Vec<ChipFigures>,
    /// Of each working link, both directions apart.
    pub links: Vec<LinkFigures>,
}

/// What a mapping had to fit into.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MachineFigures {
    /// Name.
    pub name: String,
    /// Columns.
    pub width: u16,
    /// Rows.
    pub height: u16,
    /// Whether it wraps.
    pub wrap: bool,
    /// Application cores that work.
    pub cores: usize,
    /// Chips that work.
    pub chips: usize,
    /// Application cores of a chip, if all work.
    pub cores_per_chip: u8,
    /// Data memory of a core in bytes.
    pub dtcm_bytes: u32,
    /// Shared memory of a chip in bytes.
    pub sdram_bytes: u64,
    /// Lines of a routing table.
    pub router_entries: u32,
    /// Chips of the outline that are dead.
    pub dead_chips: Vec<ChipCoord>,
}

/// A population.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PopulationFigures {
    /// Name.
    pub name: String,
    /// Its slots.
    pub slots: u32,
    /// Slots of its largest slice.
    pub slice_slots_max: u32,
    /// Its slices.
    pub slices: usize,
    /// Its first key and its last slice's last key.
    pub keys: (u32, u32),
}

/// A core in use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CoreFigures {
    /// Where it is.
    #[serde(flatten)]
    pub place: CorePlace,
    /// What it runs.
    pub slices: Vec<Slice>,
    /// The keys of its slices.
    pub keys: Vec<KeySpace>,
    /// Data memory that it needs, in bytes.
    pub dtcm_bytes: u64,
    /// Shared memory that it needs, in bytes.
    pub sdram_bytes: u64,
    /// Both, itemised.
    pub items: Vec<BudgetItem>,
}

/// A working chip.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChipFigures {
    /// Where it is.
    pub chip: ChipCoord,
    /// Cores in use.
    pub cores_used: usize,
    /// Application cores that work.
    pub cores: usize,
    /// Shared memory in use, in bytes.
    pub sdram_bytes: u64,
    /// Key spaces that pass its router.
    pub table_full: usize,
    /// Entries of its routing table.
    pub table_entries: usize,
    /// How the table was made.
    pub method: Method,
}

/// A working link, in one direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct LinkFigures {
    /// The chip that packets leave.
    pub chip: ChipCoord,
    /// By this link.
    pub link: Link,
    /// Slices whose spikes pass it.
    pub routes: usize,
}

impl MapReport {
    /// The figures of a mapping.
    #[must_use]
    pub fn new(machine: &Machine, populations: &[PopulationSlots], mapping: &Mapping) -> Self {
        let cores = cores(mapping);
        let chips = chips(machine, mapping, &cores);
        let largest = |of: fn(&ChipFigures) -> usize| chips.iter().map(of).max().unwrap_or(0);
        Self {
            machine: MachineFigures::new(machine),
            cores_used: cores.len(),
            chips_used: chips.iter().filter(|chip| chip.cores_used > 0).count(),
            slices: mapping.partition.slices.len(),
            nets: mapping
                .nets
                .iter()
                .filter(|net| !net.targets.is_empty())
                .count(),
            tree_links: mapping.trees.iter().map(super::Tree::length).sum(),
            wire_length: wire_length(
                machine,
                &mapping.partition,
                &mapping.nets,
                &mapping.placement,
            ),
            table_entries_max: largest(|chip| chip.table_entries),
            table_full_max: largest(|chip| chip.table_full),
            populations: population_figures(populations, mapping),
            links: links(machine, mapping),
            cores,
            chips,
        }
    }
}

impl MachineFigures {
    fn new(machine: &Machine) -> Self {
        let dead = machine
            .dead_chips()
            .iter()
            .filter(|&&chip| machine.in_outline(chip));
        Self {
            name: machine.name.clone(),
            width: machine.grid.width,
            height: machine.grid.height,
            wrap: machine.grid.wrap,
            cores: machine.cores_available(),
            chips: machine.chips().count(),
            cores_per_chip: machine.application_cores,
            dtcm_bytes: machine.dtcm_bytes,
            sdram_bytes: machine.sdram_bytes,
            router_entries: machine.router_entries,
            dead_chips: dead.copied().collect(),
        }
    }
}

fn population_figures(
    populations: &[PopulationSlots],
    mapping: &Mapping,
) -> Vec<PopulationFigures> {
    let empty = |population: &PopulationSlots| PopulationFigures {
        name: population.name.clone(),
        slots: population.slots.total,
        slice_slots_max: 0,
        slices: 0,
        keys: (u32::MAX, 0),
    };
    let mut figures: Vec<PopulationFigures> = populations.iter().map(empty).collect();
    for (slice, keys) in mapping.partition.slices.iter().zip(&mapping.keys.spaces) {
        let population = &mut figures[slice.population];
        population.slices += 1;
        population.slice_slots_max = population.slice_slots_max.max(slice.slots);
        population.keys = (
            population.keys.0.min(keys.base),
            population.keys.1.max(keys.base | !keys.mask),
        );
    }
    figures
}

fn cores(mapping: &Mapping) -> Vec<CoreFigures> {
    let Mapping {
        partition,
        budgets,
        keys,
        placement,
        ..
    } = mapping;
    let figures = |(core, place): (usize, &CorePlace)| CoreFigures {
        place: *place,
        slices: partition.on_core(core).copied().collect(),
        keys: partition.cores[core]
            .slices
            .iter()
            .map(|&slice| keys.spaces[slice])
            .collect(),
        dtcm_bytes: budgets[core].bytes(Memory::Dtcm),
        sdram_bytes: budgets[core].bytes(Memory::Sdram),
        items: budgets[core].items.clone(),
    };
    placement.cores.iter().enumerate().map(figures).collect()
}

fn chips(machine: &Machine, mapping: &Mapping, cores: &[CoreFigures]) -> Vec<ChipFigures> {
    let empty = |chip| ChipFigures {
        chip,
        cores_used: 0,
        cores: machine.cores(chip).count(),
        sdram_bytes: 0,
        table_full: 0,
        table_entries: 0,
        method: Method::None,
    };
    let mut chips: BTreeMap<usize, ChipFigures> = machine
        .chips()
        .map(|chip| (machine.grid.index(chip), empty(chip)))
        .collect();
    for core in cores {
        if let Some(chip) = chips.get_mut(&machine.grid.index(core.place.chip)) {
            chip.cores_used += 1;
            chip.sdram_bytes += core.sdram_bytes;
        }
    }
    for table in &mapping.tables {
        if let Some(chip) = chips.get_mut(&machine.grid.index(table.chip)) {
            chip.table_full = table.full;
            chip.table_entries = table.table.entries.len();
            chip.method = table.method;
        }
    }
    chips.into_values().collect()
}

fn links(machine: &Machine, mapping: &Mapping) -> Vec<LinkFigures> {
    let mut routes = vec![[0_usize; 6]; machine.grid.len()];
    for hop in mapping.trees.iter().flat_map(|tree| &tree.hops) {
        for link in hop.route.links().iter() {
            routes[machine.grid.index(hop.chip)][link.index()] += 1;
        }
    }
    let works = |&(chip, link): &(ChipCoord, Link)| machine.neighbour(chip, link).is_some();
    let ends = machine
        .chips()
        .flat_map(|chip| Link::ALL.map(|link| (chip, link)));
    let figures = |(chip, link): (ChipCoord, Link)| LinkFigures {
        chip,
        link,
        routes: routes[machine.grid.index(chip)][link.index()],
    };
    ends.filter(works).map(figures).collect()
}
