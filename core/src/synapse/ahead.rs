//! A spike kicks all rows at once: for a target that has them at hand, and computes lanes side by side.
//!
//! A kick needs a hundred dependent operations. Those of one spike in sixteen rows wait for nothing but the rows themselves, where
//! those of one row wait for each other; and nothing has to be remembered of them until the row is visited. A chip whose rows lie
//! in SDRAM can't: it visits each row when its own neuron spikes, and kicks it then ([`super::visit`]). Same bits either way.

use super::arrive::go_far_together;
use super::jump::{SHORT_TICKS, jump};
use super::kicks::{Kick, Kicks};
use super::likelihood::kick;
use super::subrow::{self, SubRow};
use super::traces::Traces;
use super::visit::{Place, Rules, Word, row_key, row_keys};
use crate::neuron::lanes::lanes_where;
use crate::random::{LaneKey, gaussian_lanes};
use crate::spike::BLOCK;
use core::hint::black_box;

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

/// What a spike did to some rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kicked {
    /// How many it kicked.
    pub count: u32,
    /// Those whose θ met a bound, one bit each.
    pub theta_bound: u16,
    /// Those whose drive was cut, one bit each.
    pub kick_bound: u16,
}

impl Kicked {
    /// Whether there is more to tell than how many were kicked.
    #[inline(always)]
    #[must_use]
    pub const fn tells(&self) -> bool {
        self.theta_bound | self.kick_bound != 0
    }
}

impl Spike {
    /// For how long a row's lane has stood still, if the row was visited last at `at`, which is no later tick.
    #[inline(always)]
    fn wait(&self, at: u32) -> u32 {
        let reached = self.before.saturating_sub(1).max(at);
        self.tick.saturating_sub(reached)
    }

    /// Kicks one row.
    #[inline(always)]
    pub fn kick(&self, row: &mut SubRow<'_>, place: Place, rules: &Rules<'_>) -> Kicked {
        let mut trace = row.trace(self.tick);
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
            count: 1,
            theta_bound: own(kicks.theta_bound),
            kick_bound: own(kicks.kick_bound),
        }
    }
}

/// What is read of the rows: the words of their heads, and θ. Filled where it stands: returned, it would be copied.
#[derive(Default)]
struct Heads {
    at: Each,
    sums: [Each; 2],
    bits: Each,
    theta: Each,
}

impl Heads {
    /// Of one block of rows that have so many. Rows of one block are an array, whose places need no check.
    #[inline(always)]
    #[expect(
        clippy::indexing_slicing,
        reason = "every array has an entry for each row"
    )]
    fn read(
        &mut self,
        subrows: &[[u32; subrow::WORDS]],
        (block, blocks): (usize, usize),
        &Spike { tick, lane, .. }: &Spike,
    ) {
        let Self {
            at,
            sums: [fast, slow],
            bits,
            theta,
        } = self;
        if blocks == 1
            && let Some(rows) = subrows.first_chunk::<TOGETHER>()
        {
            for row in 0..TOGETHER {
                let [a, f, s, b, thetas @ ..] = &rows[row];
                (at[row], fast[row], slow[row], bits[row]) = (*a, *f, *s, *b);
                theta[row] = theta_of(thetas, lane);
            }
        } else {
            let mut place = block;
            for row in 0..TOGETHER {
                if let Some([a, f, s, b, thetas @ ..]) = subrows.get(place) {
                    (at[row], fast[row], slow[row], bits[row]) = (*a, *f, *s, *b);
                    theta[row] = theta_of(thetas, lane);
                }
                place = place.wrapping_add(blocks);
            }
        }
        for at in at {
            *at = tick.wrapping_sub(subrow::since(*at, tick) as u32);
        }
    }

    /// For how long each row's lane has stood still, and whether (all bits) the spike kicks it.
    #[inline(always)]
    #[expect(
        clippy::indexing_slicing,
        reason = "every array has an entry for each row"
    )]
    fn waits(&self, spike: &Spike) -> (Each, Each) {
        let (mut waits, mut active) = ([0; TOGETHER], [0; TOGETHER]);
        for row in 0..TOGETHER {
            let there = self.bits[row] >> 16 >> (spike.lane % BLOCK) & 1;
            active[row] = if self.at[row] <= spike.tick {
                there.wrapping_neg()
            } else {
                0
            };
            waits[row] = spike.wait(self.at[row]);
        }
        (waits, active)
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
    (rules, traces): (&Rules<'_>, &Traces<'_>),
) -> Kicked {
    let mut heads = Heads::default();
    heads.read(subrows, (block, blocks), spike);
    let (waits, active) = heads.waits(spike);
    let drawn = Drawn::new(rules, place, spike);
    let ys = traces.values(&heads.at, &heads.sums, &heads.bits, spike.tick);
    let mut from = heads.theta;
    if waits.iter().fold(0, |all, wait| all | wait) >= SHORT_TICKS {
        let (words, dithers) = (
            drawn.words(Word::KickFarJump),
            drawn.words(Word::KickFarDither),
        );
        from = go_far_together(from, waits, [words, dithers], rules);
    }
    let mut moved = Moved::default();
    moved.by(&from, &waits, &ys, &drawn, rules);
    let kicked = moved.told(&active);
    let mut after = heads.theta;
    for row in 0..TOGETHER {
        after[row] ^= (after[row] ^ moved.ends[row]) & active[row];
    }
    // Side by side up to here: not each when it is put back.
    let after = black_box(after);
    if blocks == 1
        && let Some(rows) = subrows.first_chunk_mut::<TOGETHER>()
    {
        for row in 0..TOGETHER {
            let [_, _, _, _, thetas @ ..] = &mut rows[row];
            *theta_mut(thetas, spike.lane) = after[row];
        }
    } else {
        let mut place = block;
        for theta in &after {
            if let Some([_, _, _, _, thetas @ ..]) = subrows.get_mut(place) {
                *theta_mut(thetas, spike.lane) = *theta;
            }
            place = place.wrapping_add(blocks);
        }
    }
    kicked
}

/// The random words of the rows at a spike.
struct Drawn {
    keys: [Each; 2],
    lane: usize,
}

impl Drawn {
    #[inline(always)]
    #[expect(
        clippy::indexing_slicing,
        reason = "every array has an entry for each row"
    )]
    fn new(rules: &Rules<'_>, place: Place, spike: &Spike) -> Self {
        let [starts, keys]: [Each; 2] = row_keys(rules, place);
        let mut now = [[0; TOGETHER]; 2];
        for row in 0..TOGETHER {
            let key = LaneKey::of_halves([starts[row], keys[row]]).at(spike.tick);
            [now[0][row], now[1][row]] = key.halves();
        }
        Self {
            keys: now,
            lane: spike.lane,
        }
    }

    /// One of each row.
    #[inline(always)]
    #[expect(
        clippy::indexing_slicing,
        reason = "every array has an entry for each row"
    )]
    fn words(&self, word: Word) -> Each {
        let ([starts, keys], counter) = (&self.keys, word.of(self.lane));
        let mut words = [0; TOGETHER];
        for row in 0..TOGETHER {
            words[row] = LaneKey::of_halves([starts[row], keys[row]]).word(counter);
        }
        words
    }
}

/// θ after a jump and a kick, and what it met on the way: anything but 0. Filled where it stands, as [`Heads`].
#[derive(Default)]
struct Moved {
    ends: Each,
    bounds: Each,
    cuts: Each,
}

impl Moved {
    #[inline(always)]
    #[expect(
        clippy::indexing_slicing,
        reason = "every array has an entry for each row"
    )]
    fn by(
        &mut self,
        from: &Each,
        waits: &Each,
        ys: &[i32; TOGETHER],
        drawn: &Drawn,
        rules: &Rules<'_>,
    ) {
        let gauss = gaussian_lanes(&drawn.words(Word::KickJump));
        let dithers = drawn.words(Word::KickDither);
        let draws = drawn.words(Word::Kick);
        let (mut qs, mut sigmas) = ([0; TOGETHER], [0; TOGETHER]);
        for row in 0..TOGETHER {
            [qs[row], sigmas[row]] = rules.jumps.short(waits[row]);
        }
        let plastic = *rules.plastic;
        let (low, high) = (plastic.theta_min, plastic.theta_max);
        for row in 0..TOGETHER {
            let (start, dither) = (from[row] as i32, dithers[row]);
            let entry = [qs[row], sigmas[row]];
            let value = jump(start, plastic.mean, entry, gauss[row], dither);
            let held = value.max(low).min(high);
            let (kicked, cut) = kick(held, ys[row], &plastic, [draws[row], dither]);
            let end = kicked.max(low).min(high);
            self.bounds[row] = ((held ^ value) | (end ^ kicked)) as u32;
            self.cuts[row] = u32::from(cut);
            self.ends[row] = end as u32;
        }
    }

    /// What there is to tell of the rows that were kicked.
    #[inline(always)]
    #[expect(
        clippy::indexing_slicing,
        reason = "every array has an entry for each row"
    )]
    fn told(&self, active: &Each) -> Kicked {
        let mut count = 0_u32;
        for mask in active {
            count = count.wrapping_sub(*mask);
        }
        let mut any = 0;
        for row in 0..TOGETHER {
            any |= self.bounds[row] | self.cuts[row];
        }
        if any == 0 {
            return Kicked {
                count,
                ..Kicked::default()
            };
        }
        let rows = lanes_where(active, |active| active != 0);
        Kicked {
            count,
            theta_bound: lanes_where(&self.bounds, |bound| bound != 0) & rows,
            kick_bound: lanes_where(&self.cuts, |cut| cut != 0) & rows,
        }
    }
}

#[cfg(test)]
mod tests;
