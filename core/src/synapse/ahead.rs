//! A spike kicks all rows at once: for a target that has them at hand, and computes lanes side by side.
//!
//! A kick needs a hundred dependent operations. Those of one spike in sixteen rows wait for nothing but the rows themselves, where
//! those of one row wait for each other; and nothing has to be remembered of them until the row is visited. A chip whose rows lie
//! in SDRAM can't: it visits each row when its own neuron spikes, and kicks it then ([`super::visit`]). Same bits either way.

use super::arrive::go_far_together;
use super::jump::{SHORT_TICKS, drift, noise};
use super::kicks::{Kick, Kicks};
use super::likelihood::kick;
use super::subrow::{self, SubRow};
use super::trace::TracesTable;
use super::visit::{Place, Rules, Word, row_key, row_keys};
use crate::random::{LaneKey, gaussian_lanes};
use crate::neuron::lanes::lanes_where;
use crate::spike::BLOCK;


/// Rows that are kicked side by side.
pub const TOGETHER: usize = BLOCK;

/// A value in each row.
type Each = [u32; TOGETHER];

/// A spike of a lane.
#[derive(Clone, Copy, Debug)]
pub struct Spike {
    /// Its tick.
    pub tick: u32,
    /// The lane.
    pub lane: usize,
    /// The tick after the lane's spike before, 0 if there was none.
    pub before: u32,
}

/// What a spike did to some rows, one bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kicked {
    /// Those that it kicked.
    pub rows: u16,
    /// θ met a bound.
    pub theta_bound: u16,
    /// The drive was cut.
    pub kick_bound: u16,
    /// The spine appeared.
    pub gained: u16,
    /// The spine vanished.
    pub lost: u16,
}

impl Kicked {
    /// Whether there is more to tell than how many were kicked.
    #[inline(always)]
    #[must_use]
    pub const fn tells(&self) -> bool {
        self.theta_bound | self.kick_bound | self.gained | self.lost != 0
    }
}

impl Spike {
    /// For how long a row's lane has stood still, if the row was visited last at `at`, which is no later tick.
    #[inline(always)]
    fn wait(&self, at: u32) -> u32 {
        let reached = self.before.saturating_sub(1).max(at);
        self.tick.saturating_sub(reached)
    }

    /// Kicks one row. Returns whether it did.
    #[inline(always)]
    pub fn kick(&self, row: &mut SubRow<'_>, place: Place, rules: &Rules<'_>) -> Kicked {
        let mut trace = row.trace();
        // A row that was visited for a later tick has been kicked.
        if trace.at > self.tick || row.lanes() >> self.lane & 1 == 0 {
            return Kicked::default();
        }
        let wait = self.wait(trace.at);
        trace.take_in(self.tick, rules.plastic.delay, &rules.traces);
        let y = trace.value_at(self.tick, &rules.traces);
        let key = row_key(rules, place).at(self.tick);
        let mut kicks = Kicks::default();
        if let Some(theta) = row.theta.get_mut(self.lane) {
            kicks.one(theta, self.lane, &Kick { key, wait, y }, rules);
        }
        let own = |lanes: u16| lanes >> self.lane & 1;
        Kicked {
            rows: 1,
            theta_bound: own(kicks.theta_bound),
            kick_bound: own(kicks.kick_bound),
            gained: own(kicks.gained),
            lost: own(kicks.lost),
        }
    }
}

/// What is read of the rows: the words of their heads, and θ.
struct Heads {
    at: Each,
    sums: [Each; 2],
    bits: Each,
    theta: Each,
}

impl Heads {
    /// Of one block of rows that have so many.
    #[inline(always)]
    fn read(subrows: &[[u32; subrow::WORDS]], (block, blocks): (usize, usize), lane: usize) -> Self {
        let mut heads = Self {
            at: [0; TOGETHER],
            sums: [[0; TOGETHER]; 2],
            bits: [0; TOGETHER],
            theta: [0; TOGETHER],
        };
        let [fast, slow] = &mut heads.sums;
        let sums = fast.iter_mut().zip(slow);
        let rest = heads.theta.iter_mut().zip(&mut heads.at);
        let mut place = block;
        for ((theta, at), ((fast, slow), bits)) in rest.zip(sums.zip(&mut heads.bits)) {
            if let Some(subrow) = subrows.get(place) {
                let [a, f, s, b, thetas @ ..] = subrow;
                (*at, *fast, *slow, *bits) = (*a, *f, *s, *b);
                *theta = theta_of(thetas, lane);
            }
            place = place.wrapping_add(blocks);
        }
        heads
    }
}

/// θ of a lane.
#[inline(always)]
#[expect(clippy::indexing_slicing, reason = "the lane is taken modulo a block")]
const fn theta_of(thetas: &[u32; BLOCK], lane: usize) -> u32 {
    thetas[lane % BLOCK]
}

#[inline(always)]
#[expect(clippy::indexing_slicing, reason = "the lane is taken modulo a block")]
const fn theta_mut(thetas: &mut [u32; BLOCK], lane: usize) -> &mut u32 {
    &mut thetas[lane % BLOCK]
}

/// Kicks [`TOGETHER`] rows in one of their blocks, of which each has so many; `place` is that of the first.
#[inline(always)]
#[expect(
    clippy::indexing_slicing,
    reason = "every array has an entry for each row"
)]
pub fn kick_rows(
    subrows: &mut [[u32; subrow::WORDS]],
    (block, blocks): (usize, usize),
    spike: &Spike,
    place: Place,
    (rules, traces): (&Rules<'_>, &TracesTable<'_>),
) -> Kicked {
    let heads = Heads::read(subrows, (block, blocks), spike.lane);
    let (mut waits, mut active) = ([0; TOGETHER], [0; TOGETHER]);
    for row in 0..TOGETHER {
        let at = heads.at[row];
        let there = heads.bits[row] >> 16 >> (spike.lane & 15) & 1;
        active[row] = if at <= spike.tick { there } else { 0 };
        waits[row] = spike.wait(at);
    }
    let keys: [Each; 2] = row_keys(rules, place);
    let mut keys_now = keys;
    for row in 0..TOGETHER {
        let key = LaneKey::of_halves([keys[0][row], keys[1][row]]).at(spike.tick);
        [keys_now[0][row], keys_now[1][row]] = key.halves();
    }
    let keys = keys_now;
    let ys = traces.values(&heads.at, &heads.sums, &heads.bits, spike.tick);
    let mut from = heads.theta;
    if waits.iter().fold(0, |all, wait| all | wait) >= SHORT_TICKS {
        let words = [
            draw(&keys, Word::KickFarJump, spike.lane),
            draw(&keys, Word::KickFarDither, spike.lane),
        ];
        from = go_far_together(from, waits, words, rules);
    }
    let gauss = gaussian_lanes(&draw(&keys, Word::KickJump, spike.lane));
    let dithers = draw(&keys, Word::KickDither, spike.lane);
    let draws = draw(&keys, Word::Kick, spike.lane);
    let (mut qs, mut sigmas) = ([0; TOGETHER], [0; TOGETHER]);
    for row in 0..TOGETHER {
        [qs[row], sigmas[row]] = rules.jumps.short(waits[row]);
    }
    let plastic = *rules.plastic;
    let (low, high) = (plastic.theta_min, plastic.theta_max);
    let (mut ends, mut bounds, mut cuts) = ([0; TOGETHER], [0; TOGETHER], [0; TOGETHER]);
    let mut turns = [0; TOGETHER];
    for row in 0..TOGETHER {
        let (start, dither) = (from[row] as i32, dithers[row]);
        let value = start
            .wrapping_add(drift(start, plastic.mean, qs[row], dither))
            .wrapping_add(noise(sigmas[row], gauss[row]));
        let held = value.max(low).min(high);
        let (kicked, cut) = kick(held, ys[row], &plastic, [draws[row], dither]);
        let end = kicked.max(low).min(high);
        let before = heads.theta[row] as i32;
        bounds[row] = ((held ^ value) | (end ^ kicked)) as u32;
        cuts[row] = u32::from(cut);
        turns[row] = u32::from((end > 0) != (before > 0));
        ends[row] = if active[row] == 1 { end } else { before } as u32;
    }
    let mut place = block;
    for end in &ends {
        if let Some([_, _, _, _, thetas @ ..]) = subrows.get_mut(place) {
            *theta_mut(thetas, spike.lane) = *end;
        }
        place = place.wrapping_add(blocks);
    }
    let rows = lanes_where(&active, |active| active == 1);
    let mut kicked = Kicked {
        rows,
        ..Kicked::default()
    };
    let mut any = 0;
    for row in 0..TOGETHER {
        any |= bounds[row] | cuts[row] | turns[row];
    }
    if any != 0 {
        kicked.theta_bound = lanes_where(&bounds, |bound| bound != 0) & rows;
        kicked.kick_bound = lanes_where(&cuts, |cut| cut != 0) & rows;
        let turned = lanes_where(&turns, |turn| turn != 0) & rows;
        kicked.gained = turned & lanes_where(&ends, |end| end as i32 > 0);
        kicked.lost = turned & !kicked.gained;
    }
    kicked
}

/// A random word of each row.
#[inline(always)]
#[expect(
    clippy::indexing_slicing,
    reason = "every array has an entry for each row"
)]
fn draw([starts, keys]: &[Each; 2], word: Word, lane: usize) -> Each {
    let (mut words, counter) = ([0; TOGETHER], word.of(lane));
    for row in 0..TOGETHER {
        words[row] = LaneKey::of_halves([starts[row], keys[row]]).word(counter);
    }
    words
}

#[cfg(test)]
mod tests;
