//! Likelihood kicks of several lanes and rows side by side.
//!
//! A kick waits for the one before it in its lane, a hundred dependent operations; kicks of different lanes or rows do not
//! wait for each other, though they happened at different ticks. So each row's kicks are gathered by lane, and lanes of
//! all rows are computed eight at a time, or one by one where there are few. Same bits either way.

use super::arrive::far;
use super::jump::{SHORT_TICKS, jump};
use super::likelihood::kick;
use super::rounds::{Kick, Rounds};
use super::visit::{Rules, Visit, word};
use crate::random::{LaneKey, gaussian, gaussian_lanes};
use crate::spike::{BLOCK, VECTORS};

/// Columns up to which kicks are computed one by one.
const SCALAR_COLUMNS_MAX: usize = 2;

/// Columns that are computed at once: enough for a few rows, and no more work than it takes to hide the latency.
const COLUMNS: usize = 8;

/// A lane of a row: number of the visit, and lane.
type Column = (u8, u8);

/// Columns of as many rows as are ever visited together.
const COLUMNS_MAX: usize = if VECTORS { 16 * BLOCK } else { 0 };

/// Computes the kicks that were gathered, and empties the rounds.
#[inline(always)]
pub(super) fn run(visits: &mut [Visit<'_>], rules: &Rules<'_>, rounds: &mut [Rounds]) {
    // Lane by lane: a neuron's spikes kick the rows that are visited together about equally often.
    let mut columns: heapless::Vec<Column, COLUMNS_MAX> = heapless::Vec::new();
    let mut lanes = rounds.iter().fold(0, |lanes, rounds| lanes | rounds.lanes);
    while lanes != 0 {
        let lane = lanes.trailing_zeros();
        lanes &= lanes.wrapping_sub(1);
        for (index, rounds) in (0_u8..).zip(&*rounds) {
            if rounds.lanes >> lane & 1 == 1 {
                let _ = columns.push((index, lane as u8));
            }
        }
    }
    for columns in columns.chunks(COLUMNS) {
        if columns.len() > SCALAR_COLUMNS_MAX {
            together(visits, rules, rounds, columns);
            continue;
        }
        for &(index, lane) in columns {
            let (index, lane) = (usize::from(index), usize::from(lane));
            if let (Some(visit), Some(rounds)) = (visits.get_mut(index), rounds.get(index)) {
                for kick in rounds.kicks(lane) {
                    one(visit, rules, lane, *kick);
                }
            }
        }
    }
    for rounds in rounds {
        rounds.clear();
    }
}

/// One lane of one row: from where it stands to `tick`, then the kick of trace `y`.
#[inline(always)]
pub(super) fn one(visit: &mut Visit<'_>, rules: &Rules<'_>, lane: usize, (tick, y): (u32, i32)) {
    let (Some(reached), Some(step)) = (visit.reached.get_mut(lane), visit.step.get_mut(lane))
    else {
        return;
    };
    let wait = tick.wrapping_sub(*reached);
    *reached = tick;
    *step = step.wrapping_add(1);
    let step = *step;
    let key = visit.key;
    let Some(theta) = visit.theta(lane).map(|theta| *theta as i32) else {
        return;
    };
    let mut from = theta;
    if wait >= SHORT_TICKS {
        from = far(theta, wait, key, (step, lane), rules);
    }
    let plastic = rules.plastic;
    let (low, high) = (plastic.theta_min, plastic.theta_max);
    let (gauss, dither) = (gaussian(word(key, step, 0, lane)), word(key, step, 1, lane));
    let value = jump(from, plastic.mean, rules.jumps.short(wait), gauss, dither);
    let held = value.max(low).min(high);
    // The low bits of the dither round the kick: the jump uses its high bits.
    let (kicked, cut) = kick(held, y, plastic, [word(key, step, 2, lane), dither]);
    let end = kicked.max(low).min(high);
    visit.kick_bound |= u16::from(cut) << lane;
    visit.theta_bound |= u16::from(held != value || end != kicked) << lane;
    if let Some(theta) = visit.theta(lane) {
        *theta = end as u32;
    }
}

/// State of the columns: what [`one`] keeps in a visit.
struct State {
    keys: [LaneKey; COLUMNS],
    lanes: [u32; COLUMNS],
    theta: [i32; COLUMNS],
    step: [u32; COLUMNS],
    reached: [u32; COLUMNS],
    /// Whether a bound was met: that of θ, that of the kick.
    bounds: [[u32; COLUMNS]; 2],
}

/// One kick in some of the columns.
struct Round {
    /// All bits where there is a kick, none where there is not.
    active: [u32; COLUMNS],
    waits: [u32; COLUMNS],
    ys: [i32; COLUMNS],
}

/// Computes all kicks of up to eight columns. Where one column has fewer than another it stands still at the end.
#[inline(always)]
#[expect(
    clippy::indexing_slicing,
    reason = "every array has an entry for each column, and there are at most as many columns"
)]
fn together(visits: &mut [Visit<'_>], rules: &Rules<'_>, rounds: &[Rounds], columns: &[Column]) {
    let Some(some) = visits.first().map(|visit| visit.key) else {
        return;
    };
    let mut state = State {
        keys: [some; COLUMNS],
        lanes: [0; COLUMNS],
        theta: [0; COLUMNS],
        step: [0; COLUMNS],
        reached: [0; COLUMNS],
        bounds: [[0; COLUMNS]; 2],
    };
    let mut kicks: [&[Kick]; COLUMNS] = [&[]; COLUMNS];
    let mut most = 0;
    for (column, &(index, lane)) in columns.iter().enumerate().take(COLUMNS) {
        let (index, lane) = (usize::from(index), usize::from(lane) & (BLOCK - 1));
        let (Some(visit), Some(rounds)) = (visits.get_mut(index), rounds.get(index)) else {
            return;
        };
        state.keys[column] = visit.key;
        state.lanes[column] = lane as u32;
        state.theta[column] = visit.theta(lane).map_or(0, |theta| *theta as i32);
        (state.step[column], state.reached[column]) = (visit.step[lane], visit.reached[lane]);
        kicks[column] = rounds.kicks(lane);
        most = most.max(kicks[column].len());
    }
    for number in 0..most {
        let mut round = Round {
            active: [0; COLUMNS],
            waits: [0; COLUMNS],
            ys: [0; COLUMNS],
        };
        let mut ticks = state.reached;
        for (column, kicks) in kicks.iter().enumerate() {
            if let Some(&(tick, y)) = kicks.get(number) {
                round.active[column] = u32::MAX;
                (ticks[column], round.ys[column]) = (tick, y);
            }
        }
        for (step, active) in state.step.iter_mut().zip(round.active) {
            *step = step.wrapping_sub(active);
        }
        for (wait, (tick, reached)) in round.waits.iter_mut().zip(ticks.iter().zip(state.reached)) {
            *wait = tick.wrapping_sub(reached);
        }
        state.reached = ticks;
        let any = round.waits.iter().fold(0, |any, wait| any | wait);
        if any >= SHORT_TICKS {
            far_columns(&mut state, &round.waits, rules);
        }
        step_columns(&mut state, &round, rules);
    }
    let [theta_bound, kick_bound] = &state.bounds;
    for (column, &(index, lane)) in columns.iter().enumerate().take(COLUMNS) {
        let lane = usize::from(lane) & (BLOCK - 1);
        let Some(visit) = visits.get_mut(usize::from(index)) else {
            return;
        };
        (visit.step[lane], visit.reached[lane]) = (state.step[column], state.reached[column]);
        visit.theta_bound |= u16::from(theta_bound[column] != 0) << lane;
        visit.kick_bound |= u16::from(kick_bound[column] != 0) << lane;
        if let Some(theta) = visit.theta(lane) {
            *theta = state.theta[column] as u32;
        }
    }
}

/// [`far`] for the columns whose wait needs it.
#[cold]
fn far_columns(state: &mut State, waits: &[u32; COLUMNS], rules: &Rules<'_>) {
    let places = state
        .keys
        .iter()
        .zip(*waits)
        .zip(state.step)
        .zip(state.lanes);
    for ((((key, wait), step), lane), theta) in places.zip(&mut state.theta) {
        if wait >= SHORT_TICKS {
            *theta = far(*theta, wait, *key, (step, lane as usize), rules);
        }
    }
}

/// One jump and one kick in every active column. Only values and local arrays: a loop that stores through a reference might
/// change the tables that it reads, as far as the compiler knows, and would not be vectorised.
#[inline(always)]
#[expect(
    clippy::indexing_slicing,
    reason = "every array has an entry for each column"
)]
fn step_columns(state: &mut State, round: &Round, rules: &Rules<'_>) {
    let (jumps, plastic) = (rules.jumps, *rules.plastic);
    let (low, high) = (plastic.theta_min, plastic.theta_max);
    let (keys, lanes, steps, theta) = (state.keys, state.lanes, state.step, state.theta);
    let (active, waits, ys) = (round.active, round.waits, round.ys);
    let mut words = [[0; COLUMNS]; 3];
    for (which, words) in (0..).zip(&mut words) {
        for column in 0..COLUMNS {
            words[column] = word(keys[column], steps[column], which, lanes[column] as usize);
        }
    }
    let (gauss, entries) = (
        gaussian_lanes(&words[0]),
        waits.map(|wait| jumps.short(wait)),
    );
    let (mut ends, mut bounds) = ([0; COLUMNS], state.bounds);
    for column in 0..COLUMNS {
        let (from, dither) = (theta[column], words[1][column]);
        let value = jump(from, plastic.mean, entries[column], gauss[column], dither);
        let held = value.max(low).min(high);
        let (kicked, cut) = kick(held, ys[column], &plastic, [words[2][column], dither]);
        let end = kicked.max(low).min(high);
        let met = ((held ^ value) | (end ^ kicked)) as u32;
        bounds[0][column] |= met & active[column];
        bounds[1][column] |= u32::from(cut) & active[column];
        ends[column] = from ^ ((from ^ end) & active[column] as i32);
    }
    (state.theta, state.bounds) = (ends, bounds);
}

#[cfg(test)]
mod tests {
    extern crate std;
    use crate::image::Plastic;
    use crate::kernel::counters::Counters;
    use crate::synapse::history::{History, push};
    use crate::synapse::jump::{self, JumpTable};
    use crate::synapse::rounds::Rounds;
    use crate::synapse::subrow::{self, SubRow};
    use crate::synapse::trace::{self, DecayTable};
    use crate::synapse::visit::{Begun, Place, Rules, Visit, begin, catch_up, settle};
    use std::vec::Vec;

    const NOW: u32 = 400;
    fn place(pre: u32) -> Place {
        Place {
            projection: 1,
            pre,
            post: 0,
        }
    }

    /// θ and traces of three rows after the same spikes, settled one by one or all together.
    fn settled(spikes: &[(u32, u16)], together: bool) -> Vec<[u32; subrow::WORDS]> {
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
        if together {
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
            let mut rounds = [Rounds::EMPTY, Rounds::EMPTY, Rounds::EMPTY];
            catch_up(&mut visits, &rules, history, &mut rounds);
            for mut visit in visits {
                visit.end(&rules, &mut counters);
            }
            return rows;
        }
        for (pre, row) in (0..).zip(&mut rows) {
            let row = SubRow::new(row).unwrap();
            let mut rounds = Rounds::EMPTY;
            settle(
                row,
                NOW,
                place(pre),
                &rules,
                history,
                (&mut counters, &mut rounds),
            );
        }
        rows
    }

    fn check(spikes: &[(u32, u16)]) {
        assert_eq!(settled(spikes, true), settled(spikes, false));
    }

    #[test]
    fn rows_settled_together_are_as_if_one_by_one() {
        check(&[(5, 1)]);
        check(&[(5, 1), (9, 0b110), (9 + 256, 0b110), (300, 0xFFFF)]);
        // More kicks in one lane than are gathered at once, beside a few in others.
        let many: Vec<(u32, u16)> = (1..60).map(|i| (i * 6, 1 << (i % 5 % 3))).collect();
        check(&many);
    }
}
