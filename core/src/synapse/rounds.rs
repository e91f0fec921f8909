//! Kicks that are gathered to be computed side by side, and where each is computed.
//!
//! A *column* is a lane of a row: its kicks wait for each other. Columns are laid end to end and the line is wrapped onto
//! the lanes of a vector, so that no lane stands idle before the last column is through (McNaughton 1959, "Scheduling with
//! deadlines and loss functions"). Where a column is cut by the end of a lane, its earlier kicks begin the next lane and its
//! later ones end this one. It has no more kicks than there are rounds, so they are still one after the other.

use super::jump::{JumpTable, SHORT_TICKS};
use super::visit::{Visit, step_words};
use crate::random::LaneKey;
use crate::spike::{BLOCK, BLOCK_SLOTS, VECTORS};

/// Lanes of a vector.
pub(super) const WIDTH: usize = 8;

/// Rounds at most, and so kicks of a column that are gathered before they are computed.
const ROUNDS: usize = if VECTORS { 32 } else { 0 };

/// Places: one for each lane of a round.
const PLACES: usize = ROUNDS * WIDTH;

/// Rows that are visited together, at most: three of a tick (784 inputs, 256 ticks) for five ticks.
pub(crate) const ROWS: usize = if VECTORS { 15 } else { 1 };

/// Columns of as many rows.
const COLUMNS: usize = if VECTORS { 16 * BLOCK } else { 0 };

/// No column.
pub(super) const NOBODY: u32 = u32::MAX;

/// A value in each lane of a vector.
pub(super) type Lanes = [u32; WIDTH];

/// A kick.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kick {
    /// Its column: the number of the visit, then four bits of the lane.
    pub(super) column: u32,
    /// Ticks since the lane's last step.
    pub(super) wait: u32,
    /// Number of the step in its visit.
    pub(super) step: u32,
    /// The trace at its tick, Q5.26.
    pub(super) y: i32,
}

/// The column of a lane of a visit.
#[inline(always)]
pub(super) const fn column(visit: usize, lane: usize) -> u32 {
    (visit as u32)
        .wrapping_mul(BLOCK_SLOTS)
        .wrapping_add(lane as u32)
}

/// Number of the visit and lane of a column.
#[inline(always)]
pub(super) const fn visit_and_lane(column: u32) -> (usize, usize) {
    let (visit, lane) = (column / BLOCK_SLOTS, column % BLOCK_SLOTS);
    (visit as usize, lane as usize)
}

/// What is known of every kick of a round before θ is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Round {
    /// Column of each lane.
    pub(super) columns: Lanes,
    /// Entries of the jump table: q, and σ.
    pub(super) jumps: [Lanes; 2],
    /// Trace.
    pub(super) ys: Lanes,
    /// Keys of the random words, by their two halves.
    pub(super) keys: [Lanes; 2],
    /// Ticks waited, and the number of the step in the low half: for a wait that one jump does not cover.
    pub(super) waits: Lanes,
}

impl Round {
    const IDLE: Self = Self {
        columns: [NOBODY; WIDTH],
        jumps: [[0; WIDTH]; 2],
        ys: [0; WIDTH],
        keys: [[0; WIDTH]; 2],
        waits: [0; WIDTH],
    };
}

/// Kicks of some rows that wait to be computed.
#[derive(Clone, Debug)]
pub struct Rounds {
    kicks: heapless::Vec<Kick, PLACES>,
    /// Kicks of each column.
    counts: [u8; COLUMNS],
    /// Lanes of each row that have any.
    lanes: [u16; ROWS],
    /// Kicks of the longest column.
    longest: u8,
    laid: [Round; ROUNDS],
}

/// Where the next kick of each column goes.
struct Layout {
    next: [u16; COLUMNS],
    /// By lane, where the column that was cut before it has to go on in the lane before: after which place, and at which.
    turns: [(u16, u16); WIDTH],
}

impl Rounds {
    /// Nothing gathered.
    pub const EMPTY: Self = Self {
        kicks: heapless::Vec::new(),
        counts: [0; COLUMNS],
        lanes: [0; ROWS],
        longest: 0,
        laid: [Round::IDLE; ROUNDS],
    };

    /// Tells in which lanes a row is kicked.
    #[inline(always)]
    pub(super) fn touch(&mut self, visit: usize, lanes: u16) {
        if let Some(touched) = self.lanes.get_mut(visit) {
            *touched |= lanes;
        }
    }

    /// Takes a kick. Returns whether its column takes no more.
    #[inline(always)]
    pub(super) fn push(&mut self, kick: Kick) -> bool {
        // There is room: a full one is emptied first.
        let _ = self.kicks.push(kick);
        let Some(count) = self.counts.get_mut(kick.column as usize) else {
            return true;
        };
        *count = count.wrapping_add(1);
        self.longest = self.longest.max(*count);
        usize::from(*count) >= ROUNDS
    }

    /// Whether it takes no further spike of any row.
    #[inline(always)]
    pub(super) fn full(&self) -> bool {
        self.kicks.len().saturating_add(BLOCK) > PLACES
    }

    /// What was gathered, in the order of time within a column.
    #[inline(always)]
    pub(super) fn kicks(&self) -> &[Kick] {
        &self.kicks
    }

    /// The rounds that were laid out.
    #[inline(always)]
    pub(super) fn rounds(&mut self) -> &mut [Round] {
        let rounds = usize::from(self.longest).max(self.kicks.len().div_ceil(WIDTH));
        self.laid.get_mut(..rounds).unwrap_or_default()
    }

    /// Puts each kick where it is to be computed. Returns whether a wait needs more than one jump.
    #[inline(always)]
    pub(super) fn lay_out(&mut self, visits: &[Visit<'_>], jumps: JumpTable<'_>) -> bool {
        let rounds = self.rounds().len();
        let mut layout = self.layout(rounds);
        let mut far = false;
        // Where the line of columns ends before the last lane does, lanes are idle.
        for round in self.laid.iter_mut().take(rounds) {
            *round = Round::IDLE;
        }
        for kick in &self.kicks {
            let Some(place) = layout.take(kick.column) else {
                continue;
            };
            let (round, lane) = (place / WIDTH, place % WIDTH);
            let visit = visits.get(visit_and_lane(kick.column).0);
            if let (Some(round), Some(visit)) = (self.laid.get_mut(round), visit) {
                far |= kick.wait >= SHORT_TICKS;
                round.put(lane, kick, visit.key, jumps);
            }
        }
        far
    }

    /// Where the columns begin.
    #[inline(always)]
    fn layout(&self, rounds: usize) -> Layout {
        let mut layout = Layout {
            next: [0; COLUMNS],
            turns: [(0, 0); WIDTH],
        };
        let (mut lane, mut at) = (0_usize, 0_usize);
        let place = |round: usize, lane: usize| round.wrapping_mul(WIDTH).wrapping_add(lane) as u16;
        for (first, lanes) in (0_usize..).step_by(BLOCK).zip(self.lanes) {
            let mut rest = lanes;
            while rest != 0 {
                let column = first.wrapping_add(rest.trailing_zeros() as usize);
                rest &= rest.wrapping_sub(1);
                let (Some(count), Some(next)) =
                    (self.counts.get(column), layout.next.get_mut(column))
                else {
                    continue;
                };
                let begin = place(at, lane);
                *next = begin;
                at = at.wrapping_add(usize::from(*count));
                if at < rounds {
                    continue;
                }
                at = at.wrapping_sub(rounds);
                lane = lane.wrapping_add(1);
                if let Some(turn) = layout.turns.get_mut(lane)
                    && at != 0
                {
                    *next = place(0, lane);
                    *turn = (place(at, lane), begin);
                }
            }
        }
        layout
    }

    /// Empties it.
    #[inline(always)]
    pub(super) fn clear(&mut self) {
        self.kicks.clear();
        self.counts = [0; COLUMNS];
        self.lanes = [0; ROWS];
        self.longest = 0;
    }
}

impl Layout {
    /// Place of the next kick of a column.
    #[inline(always)]
    fn take(&mut self, column: u32) -> Option<usize> {
        let next = self.next.get_mut(column as usize)?;
        let place = usize::from(*next);
        *next = next.wrapping_add(WIDTH as u16);
        if let Some((after, at)) = self.turns.get(place % WIDTH)
            && *next == *after
        {
            *next = *at;
        }
        Some(place)
    }
}

impl Round {
    #[inline(always)]
    #[expect(
        clippy::indexing_slicing,
        reason = "the lane is taken modulo the width"
    )]
    fn put(&mut self, lane: usize, kick: &Kick, key: LaneKey, jumps: JumpTable<'_>) {
        let lane = lane % WIDTH;
        let (_, own) = visit_and_lane(kick.column);
        let [q, sigma] = jumps.short(kick.wait);
        let [start, key] = step_words(key, kick.step, own).halves();
        self.columns[lane] = kick.column;
        self.ys[lane] = kick.y as u32;
        self.waits[lane] = kick.wait << 16 | kick.step & 0xFFFF;
        (self.jumps[0][lane], self.jumps[1][lane]) = (q, sigma);
        (self.keys[0][lane], self.keys[1][lane]) = (start, key);
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::{
        COLUMNS, Kick, NOBODY, PLACES, ROUNDS, ROWS, Rounds, WIDTH, column, visit_and_lane,
    };
    use crate::spike::BLOCK;
    use proptest::prelude::{any, prop, proptest};
    use std::vec::Vec;

    fn gathered(columns: &[(usize, usize)]) -> Rounds {
        let mut rounds = Rounds::EMPTY;
        for &(visit, lane) in columns {
            let (column, step) = (column(visit, lane), 0);
            let count = rounds.counts.get(column as usize).copied().unwrap();
            if rounds.full() || usize::from(count) >= ROUNDS {
                continue;
            }
            rounds.touch(visit, 1 << lane);
            let full = rounds.push(Kick {
                column,
                wait: 0,
                step,
                y: 0,
            });
            assert_eq!(full, usize::from(count) + 1 == ROUNDS);
        }
        rounds
    }

    /// The place of each kick, in the order of [`Rounds::kicks`].
    fn places(rounds: &mut Rounds) -> Vec<usize> {
        let many = rounds.rounds().len();
        let mut layout = rounds.layout(many);
        let take = |kick: &Kick| layout.take(kick.column).unwrap();
        rounds.kicks().iter().map(take).collect()
    }

    proptest! {
        #[test]
        fn kicks_of_a_column_follow_each_other_and_no_round_is_wasted(
            columns in prop::collection::vec((0..ROWS, 0..BLOCK, any::<bool>()), 0..400),
        ) {
            // Half of all kicks in one column, so that some meet the limit.
            let columns: Vec<_> = columns.into_iter().map(|(v, l, far)| if far { (3, 5) } else { (v, l) }).collect();
            let mut rounds = gathered(&columns);
            let places = places(&mut rounds);
            let longest = rounds.counts.iter().copied().max().unwrap();
            let least = usize::from(longest).max(places.len().div_ceil(WIDTH));
            assert_eq!(rounds.rounds().len(), least);
            let mut used = [false; PLACES];
            let mut last = [None; COLUMNS];
            for (kick, place) in rounds.kicks().iter().zip(places) {
                assert!(place / WIDTH < least);
                assert!(!std::mem::replace(&mut used[place], true), "two kicks in a place");
                let last = &mut last[kick.column as usize];
                assert!(last.is_none_or(|last| last < place / WIDTH), "not after the one before");
                *last = Some(place / WIDTH);
            }
        }
    }

    #[test]
    fn a_column_names_its_visit_and_lane_and_nobody_has_none() {
        for visit in 0..ROWS {
            for lane in 0..BLOCK {
                assert_eq!(visit_and_lane(column(visit, lane)), (visit, lane));
            }
        }
        assert!(visit_and_lane(NOBODY).0 >= ROWS);
    }
}
