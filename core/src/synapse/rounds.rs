//! Kicks that are gathered to be computed together.

use crate::spike::{BLOCK, VECTORS};

/// Kicks of one lane that are gathered before they are computed.
const DEPTH: usize = if VECTORS { 8 } else { 0 };

/// A kick: its tick, and the trace at that tick (Q5.26).
pub(super) type Kick = (u32, i32);

/// Kicks of a row that wait to be computed, by lane.
#[derive(Clone, Debug)]
pub struct Rounds {
    /// Kicks gathered in each lane.
    count: [u8; BLOCK],
    /// Lanes that have any.
    pub(super) lanes: u16,
    /// Whether a lane is full.
    full: bool,
    kicks: [[Kick; DEPTH]; BLOCK],
}

impl Rounds {
    /// Nothing gathered.
    pub const EMPTY: Self = Self {
        count: [0; BLOCK],
        lanes: 0,
        full: false,
        kicks: [[(0, 0); DEPTH]; BLOCK],
    };

    /// Puts a kick at the end of some lanes.
    #[inline(always)]
    pub(super) fn push(&mut self, active: u16, tick: u32, y: i32) {
        let mut rest = active;
        while rest != 0 {
            let lane = rest.trailing_zeros() as usize;
            rest &= rest.wrapping_sub(1);
            let (Some(count), Some(kicks)) = (self.count.get_mut(lane), self.kicks.get_mut(lane))
            else {
                continue;
            };
            if let Some(kick) = kicks.get_mut(usize::from(*count)) {
                *kick = (tick, y);
            }
            *count = count.wrapping_add(1);
            self.full |= usize::from(*count) >= DEPTH;
        }
        self.lanes |= active;
    }

    /// Whether a lane takes no more.
    #[inline(always)]
    pub(super) const fn full(&self) -> bool {
        self.full
    }

    /// Whether anything waits.
    #[inline(always)]
    pub(super) const fn any(&self) -> bool {
        self.lanes != 0
    }

    /// Kicks that wait in a lane.
    #[inline(always)]
    pub(super) fn kicks(&self, lane: usize) -> &[Kick] {
        let count = self.count.get(lane).copied().unwrap_or(0);
        let kicks = self.kicks.get(lane).map(<[Kick; DEPTH]>::as_slice);
        kicks
            .and_then(|kicks| kicks.get(..usize::from(count)))
            .unwrap_or_default()
    }

    /// Empties it.
    #[inline(always)]
    pub(super) fn clear(&mut self) {
        self.count = [0; BLOCK];
        self.lanes = 0;
        self.full = false;
    }
}
