//! A placement in the making: which cores and how much SDRAM each chip has left, and what has its place already.

use super::{PlaceError, PlaceTask};
use crate::mapping::constraint::Constraint;
use crate::mapping::types::{CorePlace, Placement};
use spinedrift_emulator::geometry::ChipCoord;
use std::cmp::Reverse;
use std::collections::VecDeque;

/// What is left of a chip.
#[derive(Clone)]
pub(super) struct Room {
    pub(super) chip: ChipCoord,
    /// Free cores, ascending.
    pub(super) cores: VecDeque<u8>,
    pub(super) sdram_bytes: u64,
}

/// A placement in the making.
#[derive(Clone)]
pub(super) struct Draft {
    /// Chips that work, row by row.
    pub(super) rooms: Vec<Room>,
    /// Place of each core, with the index of its chip in `rooms`.
    pub(super) at: Vec<Option<(usize, CorePlace)>>,
    /// Cores that a constraint holds where they are.
    pub(super) pinned: Vec<bool>,
}

impl Draft {
    /// Nothing placed yet; reserved parts taken out.
    pub(super) fn new(task: &PlaceTask) -> Result<Self, PlaceError> {
        let room = |chip| Room {
            chip,
            cores: task.machine.cores(chip).collect(),
            sdram_bytes: task.machine.sdram_bytes,
        };
        let mut rooms: Vec<Room> = task.machine.chips().map(room).collect();
        for room in &mut rooms {
            task.constraints
                .iter()
                .for_each(|constraint| room.reserve(constraint));
        }
        let needed = task.partition.cores.len();
        let draft = Self {
            rooms,
            at: vec![None; needed],
            pinned: vec![false; needed],
        };
        let available: usize = draft.rooms.iter().map(|room| room.cores.len()).sum();
        if needed > available {
            return Err(PlaceError::MachineTooSmall {
                machine: task.machine.name.clone(),
                needed_cores: needed,
                available_cores: available,
                short_by: needed - available,
                chips: needed.div_ceil(usize::from(task.machine.application_cores)),
            });
        }
        Ok(draft)
    }

    /// Puts the cores that constraints speak of where they are wanted.
    pub(super) fn pin(&mut self, task: &PlaceTask) -> Result<(), PlaceError> {
        for constraint in task.constraints {
            let &Constraint::OnChip { population, chip } = constraint else {
                continue;
            };
            let Some(room) = self.rooms.iter().position(|room| room.chip == chip) else {
                return Err(PlaceError::NoSuchChip {
                    machine: task.machine.name.clone(),
                    population: task.name(population),
                    chip,
                });
            };
            for core in 0..self.at.len() {
                if task
                    .partition
                    .on_core(core)
                    .any(|slice| slice.population == population)
                {
                    self.pin_one(task, core, population, room)?;
                }
            }
        }
        Ok(())
    }

    fn pin_one(
        &mut self,
        task: &PlaceTask,
        core: usize,
        population: usize,
        room: usize,
    ) -> Result<(), PlaceError> {
        let chip = self.rooms[room].chip;
        if let Some((_, place)) = self.at[core] {
            if place.chip != chip {
                return Err(PlaceError::Contradiction {
                    core,
                    populations: task.names_on(core),
                    first: place.chip,
                    second: chip,
                });
            }
        } else if !self.put(task, core, room) {
            return Err(PlaceError::ChipFull {
                population: task.name(population),
                core,
                chip,
                cores: task.machine.cores(chip).count(),
                sdram_bytes: task.machine.sdram_bytes,
            });
        }
        self.pinned[core] = true;
        Ok(())
    }

    /// Puts a core onto a chip if it has room; says whether it had.
    pub(super) fn put(&mut self, task: &PlaceTask, core: usize, room: usize) -> bool {
        let (needed, index) = (task.sdram_bytes[core], room);
        let room = &mut self.rooms[room];
        if room.sdram_bytes < needed {
            return false;
        }
        let Some(number) = room.cores.pop_front() else {
            return false;
        };
        room.sdram_bytes -= needed;
        self.at[core] = Some((
            index,
            CorePlace {
                chip: room.chip,
                core: number,
            },
        ));
        true
    }

    /// Cores that have no place, ascending.
    pub(super) fn unplaced(&self) -> Vec<usize> {
        (0..self.at.len())
            .filter(|&core| self.at[core].is_none())
            .collect()
    }

    /// Puts each unplaced core onto the first of these chips that has room.
    pub(super) fn fill(mut self, task: &PlaceTask, order: &[usize]) -> Result<Self, PlaceError> {
        let mut open = order;
        for core in self.unplaced() {
            while let [first, rest @ ..] = open
                && self.rooms[*first].cores.is_empty()
            {
                open = rest;
            }
            if !open.iter().any(|&room| self.put(task, core, room)) {
                return Err(self.no_room(task, core));
            }
        }
        Ok(self)
    }

    /// Puts the cores that need most SDRAM first, each onto the first chip with room: first-fit decreasing.
    pub(super) fn fill_hungriest_first(mut self, task: &PlaceTask) -> Result<Self, PlaceError> {
        let mut order = self.unplaced();
        order.sort_by_key(|&core| Reverse(task.sdram_bytes[core]));
        for core in order {
            if !(0..self.rooms.len()).any(|room| self.put(task, core, room)) {
                return Err(self.no_room(task, core));
            }
        }
        Ok(self)
    }

    /// The error that there is no room for this core.
    pub(super) fn no_room(&self, task: &PlaceTask, core: usize) -> PlaceError {
        let open = self.rooms.iter().filter(|room| !room.cores.is_empty());
        PlaceError::TooLittleSdram {
            machine: task.machine.name.clone(),
            core,
            populations: task.names_on(core),
            needed_bytes: task.sdram_bytes[core],
            most_left_bytes: open.map(|room| room.sdram_bytes).max().unwrap_or(0),
            total_needed_bytes: task.sdram_bytes.iter().sum(),
            total_bytes: task.machine.sdram_bytes * self.rooms.len() as u64,
        }
    }

    /// The placement, if every core has its place.
    pub(super) fn finish(self, task: &PlaceTask) -> Result<Placement, PlaceError> {
        let place = |core: usize| {
            self.at[core]
                .map(|(_, place)| place)
                .ok_or_else(|| self.no_room(task, core))
        };
        Ok(Placement {
            cores: (0..self.at.len()).map(place).collect::<Result<_, _>>()?,
        })
    }
}

impl Room {
    fn reserve(&mut self, constraint: &Constraint) {
        let here = |chip: Option<ChipCoord>| chip.is_none_or(|chip| chip == self.chip);
        match *constraint {
            Constraint::ReserveCores { chip, cores } if here(chip) => {
                self.cores
                    .truncate(self.cores.len().saturating_sub(usize::from(cores)));
            }
            Constraint::ReserveSdram { chip, bytes } if here(chip) => {
                self.sdram_bytes = self.sdram_bytes.saturating_sub(bytes);
            }
            _ => {}
        }
    }
}
