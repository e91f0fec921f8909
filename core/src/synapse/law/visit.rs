//! A visit to a sub-row whose θ follows a law of its own: the steps of [`super::super::visit`] with another transition.
//!
//! Waits, kicks, random words and counters are those of the Gaussian visit; only what happens between two events is
//! another. Compiled once for each scheme (once for all where instruction memory is small), and apart from the Gaussian visit, which stays as
//! small as it was.

use super::any::Any;
use super::euler::Euler;
use super::metropolis::Metropolis;
use super::splitting::Splitting;
use super::{Draw, Frame, Integrator, Law, Scheme, Stepped};
use crate::image::Plastic;
use crate::kernel::counters::Counters;
use crate::neuron::lanes::count;
use crate::random::{LaneKey, gaussian_apart, gaussian_lanes};
use crate::spike::{BLOCK, BLOCK_SLOTS};
use crate::synapse::bounds::note;
use crate::synapse::history::History;
use crate::synapse::jump::SHORT_TICKS;
use crate::synapse::likelihood::kick;
use crate::synapse::subrow::SubRow;
use crate::synapse::visit::{Done, Place, Rules, done, lane_key};
use core::array;

/// Words that one step of one lane may use.
const STEP_WORDS: u32 = 4;

/// A random word of one step of one lane.
#[inline(always)]
const fn word(key: LaneKey, step: u32, which: u32, lane: usize) -> u32 {
    let row = step.wrapping_mul(STEP_WORDS).wrapping_add(which);
    key.word(row.wrapping_mul(BLOCK_SLOTS).wrapping_add(lane as u32))
}

/// First step number of the second part of a long wait: no visit takes so many steps.
const FAR: u32 = 1 << 23;

/// Brings a sub-row up to `now` (or to the tick at which θ was frozen).
#[cfg_attr(feature = "compact", inline(never))]
pub fn settle(
    row: SubRow<'_>,
    now: u32,
    place: Place,
    (rules, law): (&Rules<'_>, &Law<'_>),
    history: History<'_>,
    counters: &mut Counters,
) -> Done {
    let now = now.min(rules.plastic.frozen_from);
    if now <= row.tick(now) || row.lanes() == 0 {
        return Done::default();
    }
    let at = (now, place);
    let laws = (rules, law);
    if cfg!(feature = "compact") {
        return visit(Any::new(law), row, at, laws, history, counters);
    }
    match law.scheme {
        Scheme::Euler => visit(Euler::new(law), row, at, laws, history, counters),
        Scheme::Splitting => visit(Splitting::new(law), row, at, laws, history, counters),
        Scheme::Metropolis => visit(Metropolis::new(law), row, at, laws, history, counters),
    }
}

/// A lane's transitions.
struct Walk<'a, 'r, S> {
    scheme: S,
    frame: Frame,
    rules: &'a Rules<'r>,
    key: LaneKey,
}

impl<S: Integrator> Walk<'_, '_, S> {
    /// The random words of a step.
    #[cfg_attr(not(feature = "compact"), inline(always))]
    #[cfg_attr(feature = "compact", inline(never))]
    fn draw(&self, step: u32, lane: usize) -> Draw {
        Draw {
            gauss: gaussian_apart(word(self.key, step, 0, lane)),
            dither: word(self.key, step, 1, lane),
            spare: word(self.key, step, 3, lane),
        }
    }

    /// Those of the last step, in every lane.
    #[inline(always)]
    fn draws(&self) -> [Draw; BLOCK] {
        let words: [u32; BLOCK] = array::from_fn(|lane| word(self.key, 0, 0, lane));
        let gauss = gaussian_lanes(&words);
        array::from_fn(|lane| Draw {
            gauss: gauss.get(lane).copied().unwrap_or_default(),
            dither: word(self.key, 0, 1, lane),
            spare: word(self.key, 0, 3, lane),
        })
    }

    /// The part of a long wait that is a multiple of [`SHORT_TICKS`].
    #[cold]
    fn far(&self, theta: i32, wait: u32, step: u32, lane: usize) -> Stepped {
        let draw = self.draw(step.wrapping_add(FAR), lane);
        let ticks = wait & !SHORT_TICKS.wrapping_sub(1);
        let entry = self.rules.jumps.long(wait);
        self.scheme.step(&self.frame, theta, ticks, entry, draw)
    }

    /// Both parts of a wait of one lane.
    #[cfg_attr(not(feature = "compact"), inline(always))]
    #[cfg_attr(feature = "compact", inline(never))]
    fn over(&self, theta: i32, wait: u32, step: u32, lane: usize) -> Stepped {
        let (mut from, mut hit) = (theta, 0);
        if wait >= SHORT_TICKS {
            (from, hit) = self.far(theta, wait, step, lane);
        }
        let (there, folded) = self.near(from, wait, self.draw(step, lane));
        (there, hit | folded)
    }

    /// The rest of a wait.
    #[inline(always)]
    fn near(&self, theta: i32, wait: u32, draw: Draw) -> Stepped {
        let ticks = wait & SHORT_TICKS.wrapping_sub(1);
        let entry = self.rules.jumps.short(wait);
        self.scheme.step(&self.frame, theta, ticks, entry, draw)
    }

    /// A kick of the likelihood, at the speed of where θ stands; whether it was cut, whether θ met a bound.
    #[inline(always)]
    fn kicked(&self, theta: i32, y: i32, varies: bool, words: [u32; 2]) -> (i32, bool, bool) {
        let plastic: &Plastic = self.rules.plastic;
        let (kicked, cut) = kick(theta, y, plastic, words);
        let whole = kicked.wrapping_sub(theta);
        let moved = if varies {
            let speed = self.scheme.speed(&self.frame, theta);
            let product = i64::from(whole).wrapping_mul(i64::from(speed));
            (product.wrapping_add(i64::from(words[1])) >> 32) as i32
        } else {
            whole
        };
        let end = theta.wrapping_add(moved);
        let held = end.max(plastic.theta_min).min(plastic.theta_max);
        (held, cut, held != end)
    }
}

fn visit<S: Integrator>(
    scheme: S,
    mut row: SubRow<'_>,
    (now, place): (u32, Place),
    (rules, law): (&Rules<'_>, &Law<'_>),
    history: History<'_>,
    counters: &mut Counters,
) -> Done {
    let plastic = rules.plastic;
    let (lanes, before, mut trace) = (row.lanes(), row.before(), row.trace(now));
    let frame = Frame {
        grid: law.grid,
        rate: law.rate,
        rate_shift: law.rate_shift,
        heat: law.heat_before(now),
        mean: plastic.mean,
        theta_min: plastic.theta_min,
        theta_max: plastic.theta_max,
    };
    let walk = Walk {
        scheme,
        frame,
        rules,
        key: lane_key(rules, place, now),
    };
    let (mut reached, mut steps) = ([trace.at; BLOCK], [0_u32; BLOCK]);
    let (mut reflected, mut bounds, mut kicks, mut saturated) = (0_u16, [0_u16; 2], 0_u32, false);
    if plastic.gain != 0 {
        for (tick, fired) in history.between(trace.at, now) {
            let mut active = fired & lanes;
            if active == 0 {
                continue;
            }
            saturated |= trace.advance(tick, plastic.delay, &rules.traces);
            kicks = kicks.wrapping_add(count(active));
            while active != 0 {
                let lane = active.trailing_zeros() as usize;
                active &= active.wrapping_sub(1);
                let (Some(theta), Some(reached), Some(step)) = (
                    row.theta.get_mut(lane),
                    reached.get_mut(lane),
                    steps.get_mut(lane),
                ) else {
                    continue;
                };
                let wait = tick.wrapping_sub(*reached);
                *reached = tick;
                *step = step.wrapping_add(1);
                let (there, hit) = walk.over(*theta as i32, wait, *step, lane);
                let words = [
                    word(walk.key, *step, 2, lane),
                    word(walk.key, *step, 1, lane),
                ];
                let (end, cut, held) = walk.kicked(there, trace.value(), law.speed_varies, words);
                *theta = end as u32;
                let bit = 1_u16 << lane;
                reflected |= if hit == 0 { 0 } else { bit };
                bounds[0] |= if held { bit } else { 0 };
                bounds[1] |= if cut { bit } else { 0 };
            }
        }
    }
    reflected |= arrive(&walk, row.theta, &reached, now);
    saturated |= trace.advance(now, plastic.delay, &rules.traces);
    let after = row.functional();
    row.set_visit(trace, after);
    if law.counts_reflections {
        bounds[0] |= reflected;
    }
    note(counters, (place, now), lanes, bounds, saturated);
    done(lanes, kicks, before, after)
}

/// The last step of all lanes, to `now`. Returns the lanes that were reflected.
#[inline(always)]
fn arrive<S: Integrator>(
    walk: &Walk<'_, '_, S>,
    theta: &mut [u32; BLOCK],
    reached: &[u32; BLOCK],
    now: u32,
) -> u16 {
    if cfg!(feature = "compact") {
        let (mut reflected, mut bit) = (0, 1_u16);
        for (lane, (theta, reached)) in theta.iter_mut().zip(reached).enumerate() {
            let (end, hit) = walk.over(*theta as i32, now.wrapping_sub(*reached), 0, lane);
            *theta = end as u32;
            reflected |= if hit == 0 { 0 } else { bit };
            bit = bit.wrapping_shl(1);
        }
        return reflected;
    }
    arrive_together(walk, theta, reached, now)
}

/// [`arrive`] side by side; only values and local arrays, so that it is vectorised.
#[inline(always)]
#[expect(
    clippy::indexing_slicing,
    reason = "every array has an entry for each lane of the loop"
)]
fn arrive_together<S: Integrator>(
    walk: &Walk<'_, '_, S>,
    theta: &mut [u32; BLOCK],
    reached: &[u32; BLOCK],
    now: u32,
) -> u16 {
    let waits = reached.map(|reached| now.wrapping_sub(reached));
    let mut hits = [0; BLOCK];
    if waits.iter().fold(0, |all, wait| all | wait) >= SHORT_TICKS {
        for lane in 0..BLOCK {
            if waits[lane] >= SHORT_TICKS {
                let (value, hit) = walk.far(theta[lane] as i32, waits[lane], 0, lane);
                (theta[lane], hits[lane]) = (value as u32, hit);
            }
        }
    }
    let start = *theta;
    let mut end = start;
    let draws = walk.draws();
    for lane in 0..BLOCK {
        let (value, hit) = walk.near(start[lane] as i32, waits[lane], draws[lane]);
        end[lane] = value as u32;
        hits[lane] |= hit;
    }
    *theta = end;
    hits.iter()
        .rev()
        .fold(0, |all, hit| (all << 1) | *hit as u16)
}
