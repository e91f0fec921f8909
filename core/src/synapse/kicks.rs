//! Likelihood kicks of several lanes and rows side by side.
//!
//! A kick waits for the one before it in its lane, a hundred dependent operations; kicks of different lanes or rows do not
//! wait for each other, though they happened at different ticks. So the kicks of all rows that are visited together are laid
//! out on the lanes of a vector ([`super::rounds`]). What does not depend on θ is computed for all of them first, where no kick
//! waits for another: random words, Gaussians, the jump's noise. Few kicks are computed one by one. Same bits either way.

use super::arrive::far;
use super::jump::{SHORT_TICKS, drift, jump, noise};
use super::likelihood::kick;
use super::rounds::{Kick, Lanes, NOBODY, Round, Rounds, WIDTH, visit_and_lane};
use super::visit::{Rules, Visit, step_words};
use crate::random::{LaneKey, gaussian, gaussian_lanes};
use crate::spike::BLOCK_SLOTS;

/// Kicks up to which they are computed one by one.
const SCALAR_KICKS_MAX: usize = 3;

/// Computes the kicks that were gathered, and empties the rounds.
#[inline(always)]
pub(super) fn run(visits: &mut [Visit<'_>], rules: &Rules<'_>, gathered: &mut Rounds) {
    if gathered.kicks().len() <= SCALAR_KICKS_MAX {
        for kick in gathered.kicks() {
            let (visit, lane) = visit_and_lane(kick.column);
            if let Some(visit) = visits.get_mut(visit) {
                one(visit, rules, lane, kick);
            }
        }
    } else {
        let far = gathered.lay_out(visits, rules.jumps);
        let rounds = gathered.rounds();
        for round in &mut *rounds {
            shake(round);
        }
        together(visits, rules, rounds, far);
    }
    gathered.clear();
}

/// One kick of one lane of one row: the jump to it, and the kick.
#[inline(always)]
pub(super) fn one(visit: &mut Visit<'_>, rules: &Rules<'_>, lane: usize, at: &Kick) {
    let (key, wait) = (visit.key, at.wait);
    let Some(theta) = visit.theta(lane).map(|theta| *theta as i32) else {
        return;
    };
    let mut from = theta;
    if wait >= SHORT_TICKS {
        from = far(theta, wait, key, (at.step, lane), rules);
    }
    let plastic = rules.plastic;
    let (low, high) = (plastic.theta_min, plastic.theta_max);
    let words = step_words(key, at.step, lane);
    let (gauss, dither) = (gaussian(word(words, 0)), word(words, 1));
    let value = jump(from, plastic.mean, rules.jumps.short(wait), gauss, dither);
    let held = value.max(low).min(high);
    // The low bits of the dither round the kick: the jump uses its high bits.
    let (kicked, cut) = kick(held, at.y, plastic, [word(words, 2), dither]);
    let end = kicked.max(low).min(high);
    visit.kick_bound |= u16::from(cut) << lane;
    visit.theta_bound |= u16::from(held != value || end != kicked) << lane;
    if let Some(theta) = visit.theta(lane) {
        *theta = end as u32;
    }
}

/// One of the random words of a lane's step.
#[inline(always)]
const fn word(words: LaneKey, which: u32) -> u32 {
    words.word(which.wrapping_mul(BLOCK_SLOTS))
}

/// What of a round's kicks does not depend on θ: its keys become the two words that round, its σ the noise.
#[inline(always)]
#[expect(
    clippy::indexing_slicing,
    reason = "every array has an entry for each lane"
)]
fn shake(round: &mut Round) {
    let ([starts, keys], [_, sigmas]) = (round.keys, round.jumps);
    let mut words = [[0; WIDTH]; 3];
    for (which, words) in (0..).zip(&mut words) {
        for lane in 0..WIDTH {
            words[lane] = word(LaneKey::of_halves([starts[lane], keys[lane]]), which);
        }
    }
    let gauss = gaussian_lanes(&words[0]);
    let mut noises = [0; WIDTH];
    for lane in 0..WIDTH {
        noises[lane] = noise(sigmas[lane], gauss[lane]) as u32;
    }
    round.jumps[1] = noises;
    round.keys = [words[1], words[2]];
}

/// The columns under way: whose they are, and θ.
struct Columns {
    whose: Lanes,
    theta: Lanes,
}

/// Takes θ of all columns through the rounds.
#[inline(always)]
fn together(visits: &mut [Visit<'_>], rules: &Rules<'_>, rounds: &[Round], any_far: bool) {
    let mut columns = Columns {
        whose: [NOBODY; WIDTH],
        theta: [0; WIDTH],
    };
    for round in rounds {
        columns.change(visits, &round.columns);
        if any_far {
            columns.go_far(visits, rules, &round.waits);
        }
        let (theta, bounds) = step(columns.theta, round, rules);
        columns.theta = theta;
        let [of_theta, of_kicks] = &bounds;
        let met = of_theta.iter().zip(of_kicks);
        if met.fold(0, |any, (theta, kick)| any | theta | kick) != 0 {
            columns.note(visits, &bounds);
        }
    }
    columns.change(visits, &[NOBODY; WIDTH]);
}

impl Columns {
    /// Puts θ of the columns that end back into their rows, then takes up those that begin: a column may end in one lane and go
    /// on in another.
    #[inline(always)]
    fn change(&mut self, visits: &mut [Visit<'_>], whose: &Lanes) {
        let mut changed = 0_u32;
        for (lane, (old, new)) in self.whose.iter().zip(whose).enumerate() {
            changed |= u32::from(old != new) << lane;
        }
        if changed == 0 {
            return;
        }
        for lane in lanes_of(changed) {
            if let (Some(column), Some(value)) = (self.whose.get(lane), self.theta.get(lane))
                && let Some(theta) = theta_of(visits, *column)
            {
                *theta = *value;
            }
        }
        for lane in lanes_of(changed) {
            if let (Some(column), Some(value)) = (whose.get(lane), self.theta.get_mut(lane)) {
                *value = theta_of(visits, *column).map_or(0, |theta| *theta);
            }
        }
        self.whose = *whose;
    }

    /// [`far`] for the lanes whose wait needs it.
    #[inline(always)]
    fn go_far(&mut self, visits: &[Visit<'_>], rules: &Rules<'_>, waits: &Lanes) {
        for (packed, (column, theta)) in waits.iter().zip(self.whose.iter().zip(&mut self.theta)) {
            let (wait, step) = (packed >> 16, packed & 0xFFFF);
            let (visit, lane) = visit_and_lane(*column);
            if wait >= SHORT_TICKS
                && let Some(visit) = visits.get(visit)
            {
                *theta = far(*theta as i32, wait, visit.key, (step, lane), rules) as u32;
            }
        }
    }

    /// Notes in the visits which bounds were met: that of θ, that of the kick.
    #[cold]
    fn note(&self, visits: &mut [Visit<'_>], bounds: &[Lanes; 2]) {
        let [theta_bounds, kick_bounds] = bounds;
        for (column, (theta_bound, kick_bound)) in
            self.whose.iter().zip(theta_bounds.iter().zip(kick_bounds))
        {
            let (visit, lane) = visit_and_lane(*column);
            if let Some(visit) = visits.get_mut(visit) {
                visit.theta_bound |= u16::from(*theta_bound != 0) << lane;
                visit.kick_bound |= u16::from(*kick_bound != 0) << lane;
            }
        }
    }
}

/// The lanes of a set, first to last.
#[inline(always)]
fn lanes_of(mut set: u32) -> impl Iterator<Item = usize> {
    core::iter::from_fn(move || {
        let lane = set.trailing_zeros();
        set &= set.wrapping_sub(1);
        (lane < u32::BITS).then_some(lane as usize)
    })
}

/// θ of a column, if it is one.
#[inline(always)]
fn theta_of<'v>(visits: &'v mut [Visit<'_>], column: u32) -> Option<&'v mut u32> {
    let (visit, lane) = visit_and_lane(column);
    visits.get_mut(visit)?.theta(lane)
}

/// One jump and one kick in every lane, and the bounds met. Only values and local arrays: a loop that stores through a
/// reference might change the tables that it reads, as far as the compiler knows, and would not be vectorised.
#[inline(always)]
#[expect(
    clippy::indexing_slicing,
    reason = "every array has an entry for each lane"
)]
fn step(theta: Lanes, round: &Round, rules: &Rules<'_>) -> (Lanes, [Lanes; 2]) {
    let plastic = *rules.plastic;
    let (low, high) = (plastic.theta_min, plastic.theta_max);
    let ([qs, noises], [dithers, words]) = (round.jumps, round.keys);
    let ys = round.ys;
    let (mut ends, mut bounds) = ([0; WIDTH], [[0; WIDTH]; 2]);
    for lane in 0..WIDTH {
        let (from, dither) = (theta[lane] as i32, dithers[lane]);
        let value = from
            .wrapping_add(drift(from, plastic.mean, qs[lane], dither))
            .wrapping_add(noises[lane] as i32);
        let held = value.max(low).min(high);
        let (kicked, cut) = kick(held, ys[lane] as i32, &plastic, [words[lane], dither]);
        let end = kicked.max(low).min(high);
        bounds[0][lane] = ((held ^ value) | (end ^ kicked)) as u32;
        bounds[1][lane] = u32::from(cut);
        ends[lane] = end as u32;
    }
    (ends, bounds)
}

#[cfg(test)]
mod tests {
    extern crate std;
    use crate::image::Plastic;
    use crate::kernel::counters::{Counter, Counters};
    use crate::synapse::history::{History, push};
    use crate::synapse::jump::{self, JumpTable};
    use crate::synapse::rounds::Rounds;
    use crate::synapse::subrow::{self, SubRow};
    use crate::synapse::trace::{self, DecayTable};
    use crate::synapse::visit::{Begun, Place, Rules, Visit, begin, catch_up};
    use proptest::prelude::{any, prop, proptest};
    use std::vec::Vec;

    const NOW: u32 = 400;
    fn place(pre: u32) -> Place {
        Place {
            projection: 1,
            pre,
            post: 0,
        }
    }

    /// How often bounds were met.
    fn bounds(counters: &Counters) -> [u64; 2] {
        [Counter::ThetaBound, Counter::KickBound].map(|counter| counters.get(counter))
    }

    /// A way to take visits through the spikes.
    type Way = fn(&mut [Visit<'_>], &Rules<'_>, History<'_>);

    /// Rows together, rows one by one, kicks one by one.
    const WAYS: [Way; 3] = [
        |visits, rules, history| catch_up(visits, rules, history, &mut Rounds::EMPTY.clone()),
        |visits, rules, history| {
            for visit in visits.chunks_mut(1) {
                catch_up(visit, rules, history, &mut Rounds::EMPTY.clone());
            }
        },
        |visits, rules, history| {
            for visit in visits {
                visit.catch_up_alone(rules, history);
            }
        },
    ];

    /// θ and traces of three rows after the same spikes, and the bounds met.
    fn settled(spikes: &[(u32, u16)], way: Way) -> (Vec<[u32; subrow::WORDS]>, [u64; 2]) {
        let mut jumps: Vec<u32> = (0..jump::TABLE_WORDS as u32)
            .map(|i| (0x4000_0000 + i * 0x1_0000) & !31 | [14, 9][i as usize % 2])
            .collect();
        jumps[..2].fill(0);
        let decays = [0x7000_0000; trace::TABLE_WORDS];
        let plastic = Plastic {
            offset: 3 << 28,
            log_alpha: -2 << 26,
            gain: 1 << 20,
            drive_max: 50 << 20,
            theta_min: -5 << 28,
            theta_max: 6 << 28,
            retracted_learns: 1,
            delay: 1,
            frozen_from: u32::MAX,
            ..Plastic::default()
        };
        let rules = Rules {
            plastic: &plastic,
            jumps: JumpTable::new(&jumps).unwrap(),
            traces: DecayTable::new(&decays).unwrap(),
            law: None,
            step: None,
            seed: 7,
        };
        let mut words = [0; 129];
        for (tick, lanes) in spikes {
            push(&mut words, *tick, *lanes);
        }
        let history = History::new(&words);
        let mut rows = Vec::from([subrow::fresh(0xFFFF, &[1 << 28; 16]); 3]);
        let mut counters = Counters::default();
        let mut visits: Vec<Visit<'_>> = (0..)
            .zip(rows.iter_mut())
            .filter_map(|(pre, row)| {
                let row = SubRow::new(row)?;
                match begin(row, NOW, place(pre), &rules, history, &mut counters) {
                    Begun::Kicked(visit) => Some(visit),
                    Begun::Done(_) => None,
                }
            })
            .collect();
        way(&mut visits, &rules, history);
        for mut visit in visits {
            visit.end(&rules, &mut counters);
        }
        (rows, bounds(&counters))
    }

    fn check(spikes: &[(u32, u16)]) {
        let [together, rows, kicks] = WAYS.map(|way| settled(spikes, way));
        assert_eq!(together, rows);
        assert_eq!(together, kicks);
    }

    #[test]
    fn rows_settled_together_are_as_if_one_by_one() {
        check(&[(5, 1)]);
        check(&[(5, 1), (9, 0b110), (9 + 256, 0b110), (300, 0xFFFF)]);
        // More kicks in one lane than are gathered at once, beside a few in others.
        let many: Vec<(u32, u16)> = (1..60).map(|i| (i * 6, 1 << (i % 5 % 3))).collect();
        check(&many);
    }

    proptest! {
        #[test]
        fn so_are_any(spikes in prop::collection::vec((1_u32..16, any::<u16>(), any::<u16>()), 0..64)) {
            let mut tick = 0;
            let mut next = |(wait, one, other): (u32, u16, u16)| {
                tick += wait;
                (tick, one & other)
            };
            let spikes: Vec<(u32, u16)> = spikes.into_iter().map(&mut next).filter(|(t, _)| *t < NOW).collect();
            check(&spikes);
        }
    }
}
