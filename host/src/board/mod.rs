//! The machine that a network is mapped onto: which chips and cores exist, how large their memories are, what is dead.
//!
//! A machine is data: a TOML file under `host/machines/`, or the user's own, in which every figure stands with its source
//! (`file.rs` has the format, `load.rs` reads it). What a machine *does* is the emulator's business.

mod entries;
pub mod faults;
mod figures;
mod file;
mod load;
mod timing;

pub use load::{EMBEDDED, InvalidMachine, MachineError, Problem};
pub use timing::{Mark, Timing};

use spinedrift_emulator::geometry::{ChipCoord, Grid, Link, outline};
use spinedrift_emulator::machine::faults::Plan;
use std::collections::{BTreeMap, BTreeSet};

/// A machine. Core 0 of every chip is its monitor; application cores are numbered from 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Machine {
    /// Name, as `--machine` takes it.
    pub name: String,
    /// One line for people.
    pub summary: String,
    /// The rectangle that the chips lie in, and whether it wraps.
    pub grid: Grid,
    /// Cores of a chip, the monitor included.
    pub cores_per_chip: u8,
    /// Cores of a chip that run neurons.
    pub application_cores: u8,
    /// Clock of the cores in MHz.
    pub clock_mhz: u32,
    /// Instruction memory of a core in bytes.
    pub itcm_bytes: u32,
    /// Data memory of a core in bytes.
    pub dtcm_bytes: u32,
    /// Memory that the application cores of a chip share, in bytes.
    pub sdram_bytes: u64,
    /// Lines of a router's table.
    pub router_entries: u32,
    /// Largest number of neuron slots on a core, unless the user says otherwise.
    pub neurons_per_core_max: u32,
    /// Voltage of the chips in mV.
    pub core_mv: u32,
    /// What its parts take in time and energy.
    pub timing: Timing,
    /// What fails during a run.
    pub faults: Plan,
    /// Whether the grid is made of 48-chip boards.
    boards: bool,
    /// Figure → where it is from, as the machine file says.
    pub sources: BTreeMap<String, String>,
    /// Places of the grid with a chip, by index.
    outline: Vec<bool>,
    dead_chips: BTreeSet<ChipCoord>,
    dead_cores: BTreeSet<(ChipCoord, u8)>,
    /// Both ends of each dead link.
    dead_links: BTreeSet<(ChipCoord, Link)>,
}

impl Machine {
    /// Nothing but a place for figures: what a file without a base starts from.
    fn blank() -> Self {
        Self {
            name: String::new(),
            summary: String::new(),
            grid: Grid::new(1, 1, false),
            cores_per_chip: 0,
            application_cores: 0,
            clock_mhz: 0,
            itcm_bytes: 0,
            dtcm_bytes: 0,
            sdram_bytes: 0,
            router_entries: 0,
            neurons_per_core_max: 0,
            core_mv: 0,
            timing: Timing::default(),
            faults: Plan::default(),
            boards: false,
            sources: BTreeMap::new(),
            outline: vec![true],
            dead_chips: BTreeSet::new(),
            dead_cores: BTreeSet::new(),
            dead_links: BTreeSet::new(),
        }
    }

    /// Chips that work, row by row.
    pub fn chips(&self) -> impl Iterator<Item = ChipCoord> {
        self.grid.chips().filter(|&chip| self.has_chip(chip))
    }

    /// Whether the outline has a chip here, dead or not.
    #[must_use]
    pub fn in_outline(&self, chip: ChipCoord) -> bool {
        self.grid.contains(chip)
            && self
                .outline
                .get(self.grid.index(chip))
                .is_some_and(|&present| present)
    }

    /// Whether there is a chip here that works.
    #[must_use]
    pub fn has_chip(&self, chip: ChipCoord) -> bool {
        self.in_outline(chip) && !self.dead_chips.contains(&chip)
    }

    /// The working chip at the other end of a working link.
    #[must_use]
    pub fn neighbour(&self, chip: ChipCoord, link: Link) -> Option<ChipCoord> {
        let to = self.grid.neighbour(chip, link)?;
        let works =
            self.has_chip(chip) && self.has_chip(to) && !self.dead_links.contains(&(chip, link));
        works.then_some(to)
    }

    /// Application cores of a chip that work, ascending; none if the chip does not.
    pub fn cores(&self, chip: ChipCoord) -> impl Iterator<Item = u8> {
        let last = if self.has_chip(chip) {
            self.application_cores
        } else {
            0
        };
        (1..=last).filter(move |&core| !self.dead_cores.contains(&(chip, core)))
    }

    /// Origin of the board that a chip belongs to.
    #[must_use]
    pub fn board_of(&self, chip: ChipCoord) -> ChipCoord {
        if self.boards {
            outline::board_of(chip, self.grid.width, self.grid.height)
        } else {
            ChipCoord::default()
        }
    }

    /// Application cores of the whole machine that work.
    #[must_use]
    pub fn cores_available(&self) -> usize {
        self.chips().map(|chip| self.cores(chip).count()).sum()
    }

    /// The machine with this chip dead.
    #[must_use]
    pub fn without_chip(mut self, chip: ChipCoord) -> Self {
        self.dead_chips.insert(chip);
        self
    }

    /// The machine with this core dead.
    #[must_use]
    pub fn without_core(mut self, chip: ChipCoord, core: u8) -> Self {
        self.dead_cores.insert((chip, core));
        self
    }

    /// The machine with this link dead, in both directions.
    #[must_use]
    pub fn without_link(mut self, chip: ChipCoord, link: Link) -> Self {
        self.dead_links.insert((chip, link));
        if let Some(to) = self.grid.neighbour(chip, link) {
            self.dead_links.insert((to, link.opposite()));
        }
        self
    }

    /// Chips known to be dead.
    #[must_use]
    pub fn dead_chips(&self) -> &BTreeSet<ChipCoord> {
        &self.dead_chips
    }

    /// Cores known to be dead.
    #[must_use]
    pub fn dead_cores(&self) -> &BTreeSet<(ChipCoord, u8)> {
        &self.dead_cores
    }

    /// Links known to be dead, both ends of each.
    #[must_use]
    pub fn dead_links(&self) -> &BTreeSet<(ChipCoord, Link)> {
        &self.dead_links
    }
}

#[cfg(test)]
mod tests;
