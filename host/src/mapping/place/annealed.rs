//! Shortens wires by moves and swaps, from the Hilbert placement on.
//!
//! Threshold accepting (Dueck & Scheuer, J. Comput. Phys. 90, 1990), the form of simulated annealing without
//! exponentials: a change is kept if it lengthens the wires by less than a threshold, which sinks to nothing. Only
//! integers are involved, so that every machine finds the same placement.
//!
//! The length of a net is the sum of the distances from its source to each of its target cores. That overrates a multicast
//! tree, but its change under a swap is exact and cheap. Dead parts on the way are not considered. The work is bounded:
//! on a network so dense that the bound leaves less than a step a core, the Hilbert placement stands.

use super::draft::Draft;
use super::random::Draw;
use super::{PlaceError, PlaceTask, hilbert};
use crate::board::Machine;
use crate::mapping::net::Net;
use crate::mapping::types::{CorePlace, Partition, Placement};

/// Steps for each core to be placed.
const STEPS_PER_CORE: usize = 300;
/// Distances looked up at most: bounds the time on densely connected networks.
const LOOKUPS_MAX: usize = 40_000_000;

/// Total length of all nets under a placement, in hops.
#[must_use]
pub fn wire_length(
    machine: &Machine,
    partition: &Partition,
    nets: &[Net],
    placement: &Placement,
) -> u64 {
    let chip = |core: usize| placement.cores[core].chip;
    let length = |net: &Net| -> u64 {
        let from = chip(partition.core_of[net.source]);
        net.targets
            .iter()
            .map(|&to| u64::from(machine.grid.distance(from, chip(to))))
            .sum()
    };
    nets.iter().map(length).sum()
}

/// Places along the Hilbert curve, then improves.
pub(super) fn place(task: &PlaceTask, draft: Draft, seed: u64) -> Result<Draft, PlaceError> {
    let draft = hilbert::place(task, draft)?;
    let movable: Vec<usize> = (0..draft.at.len())
        .filter(|&core| !draft.pinned[core])
        .collect();
    let wire_count: usize = task.nets.iter().map(|net| net.targets.len()).sum();
    if movable.is_empty() || wire_count == 0 {
        return Ok(draft);
    }
    // A change looks at the wires of two cores, each at two places; every wire has two ends.
    let lookups_a_step = 8 * wire_count / draft.at.len() + 1;
    let steps = (movable.len() * STEPS_PER_CORE).min(LOOKUPS_MAX / lookups_a_step);
    if steps < movable.len() {
        // So dense that hardly a core could be moved, and that any placement is as good.
        return Ok(draft);
    }
    let wires = wires(task);
    let mut search = Search::new(task, &draft, wires, Draw::new(seed));
    let start = search.threshold(&movable);
    for step in 0..steps {
        let threshold = start * (steps - step) as i64 / steps as i64;
        search.step(&movable, threshold);
    }
    let found = search.best();
    Ok(Draft { at: found, ..draft })
}

/// The cores that each core sends to or hears from, once for each net.
fn wires(task: &PlaceTask) -> Vec<Vec<u32>> {
    let mut wires = vec![Vec::new(); task.partition.cores.len()];
    for net in task.nets {
        let source = task.partition.core_of[net.source];
        for &target in net.targets.iter().filter(|&&target| target != source) {
            wires[source].push(target as u32);
            wires[target].push(source as u32);
        }
    }
    wires
}

/// What holds a core, or nothing: a place that cores can be moved to.
struct Seat {
    room: usize,
    place: CorePlace,
    holds: Option<usize>,
}

/// The state of the search.
struct Search<'a> {
    task: &'a PlaceTask<'a>,
    wires: Vec<Vec<u32>>,
    seats: Vec<Seat>,
    /// The seat of each core.
    seat_of: Vec<usize>,
    sdram_left: Vec<u64>,
    pinned: Vec<bool>,
    draw: Draw,
    /// Length now, relative to the start, and the best so far with its seats.
    length: i64,
    shortest: i64,
    shortest_seats: Vec<usize>,
}

impl<'a> Search<'a> {
    fn new(task: &'a PlaceTask, draft: &Draft, wires: Vec<Vec<u32>>, draw: Draw) -> Self {
        let mut seats = Vec::new();
        let mut seat_of = vec![0; draft.at.len()];
        for (core, at) in draft.at.iter().enumerate() {
            if let &Some((room, place)) = at {
                seat_of[core] = seats.len();
                seats.push(Seat {
                    room,
                    place,
                    holds: Some(core),
                });
            }
        }
        for (room, left) in draft.rooms.iter().enumerate() {
            let seat = |&core: &u8| Seat {
                room,
                place: CorePlace {
                    chip: left.chip,
                    core,
                },
                holds: None,
            };
            seats.extend(left.cores.iter().map(seat));
        }
        let sdram_left = draft.rooms.iter().map(|room| room.sdram_bytes).collect();
        let pinned = draft.pinned.clone();
        let shortest_seats = seat_of.clone();
        Self {
            task,
            wires,
            seats,
            seat_of,
            sdram_left,
            pinned,
            draw,
            length: 0,
            shortest: 0,
            shortest_seats,
        }
    }

    /// Where the threshold starts: half the mean lengthening by a random change.
    fn threshold(&mut self, movable: &[usize]) -> i64 {
        let mut sum = 0;
        for _ in 0..100 {
            let (core, seat) = self.propose(movable);
            sum += self.change(core, seat).max(0);
        }
        sum / 200
    }

    fn propose(&mut self, movable: &[usize]) -> (usize, usize) {
        (
            movable[self.draw.below(movable.len())],
            self.draw.below(self.seats.len()),
        )
    }

    /// Tries one move or swap.
    fn step(&mut self, movable: &[usize], threshold: i64) {
        let (core, to) = self.propose(movable);
        let from = self.seat_of[core];
        let other = self.seats[to].holds;
        let same_chip = self.seats[from].room == self.seats[to].room;
        if same_chip || other.is_some_and(|other| self.pinned[other]) || !self.fits(core, from, to)
        {
            return;
        }
        let change = self.change(core, to);
        if change > threshold {
            return;
        }
        self.swap(core, from, to);
        self.length += change;
        if self.length < self.shortest {
            self.shortest = self.length;
            self.shortest_seats.clone_from(&self.seat_of);
        }
    }

    fn sdram(&self, core: Option<usize>) -> u64 {
        core.map_or(0, |core| self.task.sdram_bytes[core])
    }

    /// Whether both chips keep within their SDRAM after the change.
    fn fits(&self, core: usize, from: usize, to: usize) -> bool {
        let (comes, goes) = (self.sdram(Some(core)), self.sdram(self.seats[to].holds));
        let left = |seat: usize| self.sdram_left[self.seats[seat].room];
        left(to) + goes >= comes && left(from) + comes >= goes
    }

    /// By how much the wires get longer if a core takes a seat and whoever holds it goes the other way.
    fn change(&self, core: usize, to: usize) -> i64 {
        let from = self.seat_of[core];
        let one = self.change_of(core, from, to, self.seats[to].holds);
        one + self.seats[to]
            .holds
            .map_or(0, |other| self.change_of(other, to, from, Some(core)))
    }

    /// Wires between the two that swap keep their length.
    fn change_of(&self, core: usize, from: usize, to: usize, partner: Option<usize>) -> i64 {
        let grid = self.task.machine.grid;
        let (old, new) = (self.seats[from].place.chip, self.seats[to].place.chip);
        let others = self.wires[core]
            .iter()
            .map(|&other| other as usize)
            .filter(|&other| Some(other) != partner);
        others
            .map(|other| {
                let at = self.seats[self.seat_of[other]].place.chip;
                i64::from(grid.distance(new, at)) - i64::from(grid.distance(old, at))
            })
            .sum()
    }

    fn swap(&mut self, core: usize, from: usize, to: usize) {
        let other = self.seats[to].holds;
        let (comes, goes) = (self.sdram(Some(core)), self.sdram(other));
        let (from_room, to_room) = (self.seats[from].room, self.seats[to].room);
        self.sdram_left[to_room] = self.sdram_left[to_room] + goes - comes;
        self.sdram_left[from_room] = self.sdram_left[from_room] + comes - goes;
        (self.seats[to].holds, self.seats[from].holds) = (Some(core), other);
        self.seat_of[core] = to;
        if let Some(other) = other {
            self.seat_of[other] = from;
        }
    }

    /// The places of the shortest wiring that was met; the start was the first.
    fn best(&self) -> Vec<Option<(usize, CorePlace)>> {
        let seats = self.shortest_seats.iter().map(|&seat| &self.seats[seat]);
        seats.map(|seat| Some((seat.room, seat.place))).collect()
    }
}
