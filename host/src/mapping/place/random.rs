//! Anywhere: every core onto a chip drawn evenly from those with a free core, and onto a random core of it.
//!
//! Results must not depend on placement; this placer is how the tests ask.

use super::draft::Draft;
use super::{PlaceError, PlaceTask};
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

/// A source of indexes.
pub(super) struct Draw(Xoshiro256PlusPlus);

impl Draw {
    /// The stream of this seed.
    pub(super) fn new(seed: u64) -> Self {
        Self(Xoshiro256PlusPlus::seed_from_u64(seed))
    }

    /// An index below `count`, which is at least 1. The bias is below `count` / 2^64.
    pub(super) fn below(&mut self, count: usize) -> usize {
        ((u128::from(self.0.next_u64()) * count as u128) >> 64) as usize
    }
}

/// Places every core at random.
pub(super) fn place(task: &PlaceTask, mut draft: Draft, seed: u64) -> Result<Draft, PlaceError> {
    let mut draw = Draw::new(seed);
    let mut open: Vec<usize> = (0..draft.rooms.len()).collect();
    for core in draft.unplaced() {
        open.retain(|&room| !draft.rooms[room].cores.is_empty());
        let first = draw.below(open.len().max(1));
        let mut from_first = open[first..].iter().chain(&open[..first]).copied();
        let Some(room) =
            from_first.find(|&room| draft.rooms[room].sdram_bytes >= task.sdram_bytes[core])
        else {
            return Err(draft.no_room(task, core));
        };
        let free = draft.rooms[room].cores.len();
        draft.rooms[room].cores.rotate_left(draw.below(free));
        if !draft.put(task, core, room) {
            return Err(draft.no_room(task, core));
        }
    }
    Ok(draft)
}
