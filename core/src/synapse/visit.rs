//! A visit: brings one sub-row up to a tick, and lets a spike through.
//!
//! A visit labelled `now` sees the postsynaptic spikes with ticks strictly before it. Visits with one label commute: the
//! first does the work, the others find nothing left to do. So a packet may arrive at any moment before its deadline.

use super::efficacy;
use super::history::History;
use super::jump::{JumpTable, SHORT_TICKS, jump};
use super::likelihood::kick;
use super::subrow::SubRow;
use super::trace::{DecayTable, Trace};
use crate::image::Plastic;
use crate::kernel::counters::{Counter, Counters, Object};
use crate::neuron::ROW_DOMAIN;
use crate::random::{LaneKey, Stream, gaussian};
use crate::spike::{BLOCK, BLOCK_SLOTS, Tick};

/// Active lanes up to which a round is computed lane by lane instead of all at once. Same bits either way.
const SCALAR_LANES_MAX: u32 = 2;

/// Kicks of one lane that are gathered before they are computed: enough for most visits, and 1 KiB of stack.
const ROUNDS: usize = 8;

/// Where a sub-row stands in the network: keys its random stream and names its synapses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Projection.
    pub projection: u32,
    /// Presynaptic slot in its population.
    pub pre: u32,
    /// First postsynaptic slot of the block in its population.
    pub post: u32,
}

/// What all sub-rows of an inlet share.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    /// Parameters.
    pub plastic: &'a Plastic,
    /// Transitions.
    pub jumps: JumpTable<'a>,
    /// Trace decays.
    pub traces: DecayTable<'a>,
    /// Seed of the run.
    pub seed: u64,
}

/// What a visit did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// Transitions of single synapses.
    pub updates: u32,
    /// Kicks of single synapses.
    pub kicks: u32,
    /// Lanes whose spine appeared.
    pub gained: u16,
    /// Lanes whose spine vanished.
    pub lost: u16,
}

/// Steps of one visit: where each lane stands, and the bounds it hit.
struct Walk<'a> {
    rules: &'a Rules<'a>,
    key: LaneKey,
    /// Tick that each lane has reached.
    reached: [u32; BLOCK],
    /// Steps that each lane has taken; step 0 is the last jump, common to all.
    step: [u32; BLOCK],
    theta_bound: u16,
    kick_bound: u16,
}

/// Kicks that wait to be computed, one column a lane. Lanes are independent of each other, so the n-th kicks of all
/// lanes are computed together, though they happened at different ticks.
struct Rounds {
    /// Kicks gathered in each lane.
    count: [u32; BLOCK],
    /// Tick of each kick.
    tick: [[u32; BLOCK]; ROUNDS],
    /// Trace at that tick, Q5.26.
    y: [[i32; BLOCK]; ROUNDS],
    /// Lanes that have a kick in each round.
    lanes: [u16; ROUNDS],
}

impl Rounds {
    const EMPTY: Self = Self {
        count: [0; BLOCK],
        tick: [[0; BLOCK]; ROUNDS],
        y: [[0; BLOCK]; ROUNDS],
        lanes: [0; ROUNDS],
    };

    /// Puts a kick at the end of a lane. Returns whether the lane is full now.
    #[inline(always)]
    fn push(&mut self, lane: usize, tick: u32, y: i32) -> bool {
        let Some(count) = self.count.get_mut(lane) else {
            return false;
        };
        let round = *count as usize;
        *count = count.wrapping_add(1);
        let row = self
            .tick
            .get_mut(round)
            .zip(self.y.get_mut(round))
            .zip(self.lanes.get_mut(round));
        if let Some(((ticks, ys), lanes)) = row
            && let (Some(at), Some(value)) = (ticks.get_mut(lane), ys.get_mut(lane))
        {
            (*at, *value) = (tick, y);
            *lanes |= 1 << lane;
        }
        round.wrapping_add(1) >= ROUNDS
    }
}

/// Words that one step of one lane may use.
const STEP_WORDS: u32 = 4;

impl Walk<'_> {
    #[inline(always)]
    const fn word(&self, step: u32, which: u32, lane: usize) -> u32 {
        word(self.key, step, which, lane)
    }

    /// One lane: from where it stands to `tick`, then the kick of trace `y`.
    #[inline(always)]
    fn event(&mut self, theta: &mut u32, lane: usize, tick: u32, y: i32) {
        let (Some(reached), Some(step)) = (self.reached.get_mut(lane), self.step.get_mut(lane))
        else {
            return;
        };
        let wait = tick.wrapping_sub(*reached);
        *reached = tick;
        *step = step.wrapping_add(1);
        let step = *step;
        let plastic = self.rules.plastic;
        let mut value = *theta as i32;
        if wait >= SHORT_TICKS {
            value = self.far(value, wait, step, lane);
        }
        let (gauss, dither) = (gaussian(self.word(step, 0, lane)), self.word(step, 1, lane));
        let value = jump(
            value,
            plastic.mean,
            self.rules.jumps.short(wait),
            gauss,
            dither,
        );
        let held = value.clamp(plastic.theta_min, plastic.theta_max);
        // The low bits of the dither round the kick: the jump uses its high bits.
        let (kicked, cut) = kick(held, y, plastic, [self.word(step, 2, lane), dither]);
        let end = kicked.clamp(plastic.theta_min, plastic.theta_max);
        self.kick_bound |= u16::from(cut) << lane;
        self.theta_bound |= u16::from(held != value || end != kicked) << lane;
        *theta = end as u32;
    }

    /// The part of a long wait that is a multiple of [`SHORT_TICKS`].
    #[cold]
    fn far(&self, theta: i32, wait: u32, step: u32, lane: usize) -> i32 {
        let row = step
            .wrapping_mul(2)
            .wrapping_add(1 << 24)
            .wrapping_mul(BLOCK_SLOTS)
            .wrapping_add(lane as u32);
        let (gauss, dither) = (
            gaussian(self.key.word(row)),
            self.key.word(row.wrapping_add(BLOCK_SLOTS)),
        );
        let plastic = self.rules.plastic;
        let value = jump(
            theta,
            plastic.mean,
            self.rules.jumps.long(wait),
            gauss,
            dither,
        );
        value.clamp(plastic.theta_min, plastic.theta_max)
    }

    /// The lanes of a round at once: the same as [`Self::event`] for each of them.
    #[inline(always)]
    fn event_lanes(
        &mut self,
        theta: &mut [u32; BLOCK],
        active: u16,
        ticks: &[u32; BLOCK],
        ys: &[i32; BLOCK],
    ) {
        let on = lane_masks(active);
        let waits = zip_lanes(ticks, &self.reached, |tick, reached| {
            tick.wrapping_sub(reached)
        });
        let waits = zip_lanes(&waits, &on, |wait, on| wait & on);
        self.reached = select(&on, ticks, &self.reached);
        self.step = zip_lanes(&self.step, &on, u32::wrapping_sub);
        let mut values = *theta;
        if waits.iter().fold(0, |all, wait| all | wait) >= SHORT_TICKS {
            self.far_lanes(&mut values, &waits);
        }
        let (end, theta_bound, kick_bound) =
            kick_lanes(values, waits, self.step, *ys, self.key, self.rules);
        self.kick_bound |= lane_bits(&kick_bound) & active;
        self.theta_bound |= lane_bits(&theta_bound) & active;
        *theta = select(&on, &end, theta);
    }

    /// [`Self::far`] for the lanes whose wait needs it.
    #[cold]
    fn far_lanes(&self, values: &mut [u32; BLOCK], waits: &[u32; BLOCK]) {
        for (lane, (value, wait)) in values.iter_mut().zip(waits).enumerate() {
            if *wait >= SHORT_TICKS {
                let step = self.step.get(lane).copied().unwrap_or(0);
                *value = self.far(*value as i32, *wait, step, lane) as u32;
            }
        }
    }

    /// Computes the kicks that were gathered, and empties the rounds.
    #[inline(always)]
    fn kicks(&mut self, theta: &mut [u32; BLOCK], rounds: &mut Rounds) {
        for ((ticks, ys), lanes) in rounds.tick.iter().zip(&rounds.y).zip(&mut rounds.lanes) {
            let active = core::mem::take(lanes);
            if active == 0 {
                break;
            }
            if active.count_ones() > SCALAR_LANES_MAX {
                self.event_lanes(theta, active, ticks, ys);
                continue;
            }
            let mut rest = active;
            while rest != 0 {
                let lane = rest.trailing_zeros() as usize;
                rest &= rest.wrapping_sub(1);
                if let (Some(value), Some(tick), Some(y)) =
                    (theta.get_mut(lane), ticks.get(lane), ys.get(lane))
                {
                    self.event(value, lane, *tick, *y);
                }
            }
        }
        rounds.count = [0; BLOCK];
    }

    /// The last jump of all lanes, to `now`.
    #[inline(always)]
    fn arrive(&mut self, theta: &mut [u32; BLOCK], now: u32) {
        let plastic = self.rules.plastic;
        let waits = self.reached.map(|reached| now.wrapping_sub(reached));
        if waits.iter().fold(0, |all, wait| all | wait) >= SHORT_TICKS {
            for (lane, (value, wait)) in theta.iter_mut().zip(waits).enumerate() {
                if wait >= SHORT_TICKS {
                    *value = self.far(*value as i32, wait, 0, lane) as u32;
                }
            }
        }
        let (moved, held) = jump_lanes(*theta, waits, self.key, self.rules);
        self.theta_bound |= lane_bits(&zip_lanes(&moved, &held, |moved, held| moved ^ held));
        *theta = held;
    }
}

/// The last jump of a visit in all lanes, for waits below [`SHORT_TICKS`]: θ before and after it is held in its bounds.
///
/// Only values and local arrays: a loop that stores through a reference might change the tables that it reads, as far as
/// the compiler knows, and would not be vectorised.
#[inline(always)]
#[expect(
    clippy::indexing_slicing,
    reason = "every array has an entry for each lane of the loop"
)]
fn jump_lanes(
    theta: [u32; BLOCK],
    waits: [u32; BLOCK],
    key: LaneKey,
    rules: &Rules<'_>,
) -> ([u32; BLOCK], [u32; BLOCK]) {
    let (jumps, mean) = (rules.jumps, rules.plastic.mean);
    let (low, high) = (rules.plastic.theta_min, rules.plastic.theta_max);
    let (mut moved, mut held) = ([0; BLOCK], [0; BLOCK]);
    for lane in 0..BLOCK {
        let (gauss, dither) = (gaussian(word(key, 0, 0, lane)), word(key, 0, 1, lane));
        let value = jump(
            theta[lane] as i32,
            mean,
            jumps.short(waits[lane]),
            gauss,
            dither,
        );
        moved[lane] = value as u32;
        held[lane] = value.max(low).min(high) as u32;
    }
    (moved, held)
}

/// One jump and one kick in all lanes: θ, and whether it or the kick met a bound. See [`jump_lanes`].
#[inline(always)]
#[expect(
    clippy::indexing_slicing,
    reason = "every array has an entry for each lane of the loop"
)]
fn kick_lanes(
    theta: [u32; BLOCK],
    waits: [u32; BLOCK],
    steps: [u32; BLOCK],
    ys: [i32; BLOCK],
    key: LaneKey,
    rules: &Rules<'_>,
) -> ([u32; BLOCK], [u32; BLOCK], [u32; BLOCK]) {
    let (jumps, plastic) = (rules.jumps, *rules.plastic);
    let (low, high) = (plastic.theta_min, plastic.theta_max);
    let (mut ends, mut theta_bound, mut kick_bound) = ([0; BLOCK], [0; BLOCK], [0; BLOCK]);
    for lane in 0..BLOCK {
        let step = steps[lane];
        let (gauss, dither) = (gaussian(word(key, step, 0, lane)), word(key, step, 1, lane));
        let entry = jumps.short(waits[lane]);
        let value = jump(theta[lane] as i32, plastic.mean, entry, gauss, dither);
        let held = value.max(low).min(high);
        let (kicked, cut) = kick(held, ys[lane], &plastic, [word(key, step, 2, lane), dither]);
        let end = kicked.max(low).min(high);
        kick_bound[lane] = u32::from(cut);
        theta_bound[lane] = ((held ^ value) | (end ^ kicked)) as u32;
        ends[lane] = end as u32;
    }
    (ends, theta_bound, kick_bound)
}

/// A random word of one step of one lane.
#[inline(always)]
const fn word(key: LaneKey, step: u32, which: u32, lane: usize) -> u32 {
    let row = step.wrapping_mul(STEP_WORDS).wrapping_add(which);
    key.word(row.wrapping_mul(BLOCK_SLOTS).wrapping_add(lane as u32))
}

/// Brings a sub-row up to `now` (or to the tick at which θ was frozen).
#[inline(always)]
pub fn settle(
    row: &mut SubRow<'_>,
    now: u32,
    place: Place,
    rules: &Rules<'_>,
    history: History<'_>,
    counters: &mut Counters,
) -> Done {
    let plastic = rules.plastic;
    let now = now.min(plastic.frozen_from);
    let mut trace = row.trace();
    let last = trace.at;
    if now <= last {
        return Done::default();
    }
    let lanes = row.lanes();
    let before = row.functional();
    let domain = ROW_DOMAIN | place.projection;
    let mut stream = Stream::new(rules.seed, domain, place.pre, place.post / BLOCK_SLOTS, now);
    let mut walk = Walk {
        rules,
        key: LaneKey::new(&mut stream),
        reached: [last; BLOCK],
        step: [0; BLOCK],
        theta_bound: 0,
        kick_bound: 0,
    };
    let mut done = Done {
        updates: lanes.count_ones(),
        ..Done::default()
    };
    let mut saturated = false;
    if plastic.gain != 0 {
        let mut rounds = Rounds::EMPTY;
        for (tick, fired) in history.between(last, now) {
            let active = fired & lanes;
            if active == 0 {
                continue;
            }
            saturated |= trace.advance(tick, plastic.delay, &rules.traces);
            done.kicks = done.kicks.wrapping_add(active.count_ones());
            let mut full = false;
            let mut rest = active;
            while rest != 0 {
                full |= rounds.push(rest.trailing_zeros() as usize, tick, trace.value());
                rest &= rest.wrapping_sub(1);
            }
            if full {
                walk.kicks(row.theta, &mut rounds);
            }
        }
        walk.kicks(row.theta, &mut rounds);
    }
    walk.arrive(row.theta, now);
    saturated |= trace.advance(now, plastic.delay, &rules.traces);
    row.set_trace(trace);
    done.updates = done.updates.wrapping_add(done.kicks);
    let (theta_bound, kick_bound) = (walk.theta_bound & lanes, walk.kick_bound & lanes);
    if saturated || theta_bound | kick_bound != 0 {
        count_bounds(
            counters,
            place,
            Tick(now),
            [theta_bound, kick_bound, u16::from(saturated)],
        );
    }
    let after = row.functional();
    done.gained = after & !before;
    done.lost = before & !after;
    done
}

/// All ones in the lanes of a set.
#[inline(always)]
fn lane_masks(lanes: u16) -> [u32; BLOCK] {
    let mut masks = [0; BLOCK];
    for (lane, mask) in masks.iter_mut().enumerate() {
        *mask = (u32::from(lanes >> lane) & 1).wrapping_neg();
    }
    masks
}

/// Combines two arrays lane by lane.
#[inline(always)]
fn zip_lanes(
    a: &[u32; BLOCK],
    b: &[u32; BLOCK],
    combine: impl Fn(u32, u32) -> u32,
) -> [u32; BLOCK] {
    let mut out = *a;
    for (out, b) in out.iter_mut().zip(b) {
        *out = combine(*out, *b);
    }
    out
}

/// `a` in the lanes of a mask, `b` elsewhere.
#[inline(always)]
fn select(mask: &[u32; BLOCK], a: &[u32; BLOCK], b: &[u32; BLOCK]) -> [u32; BLOCK] {
    let changed = zip_lanes(a, b, |a, b| a ^ b);
    let changed = zip_lanes(&changed, mask, |changed, mask| changed & mask);
    zip_lanes(b, &changed, |b, changed| b ^ changed)
}

/// The set of lanes that aren't 0.
#[inline(always)]
fn lane_bits(flags: &[u32; BLOCK]) -> u16 {
    let mut lanes = 0;
    for (lane, flag) in flags.iter().enumerate() {
        lanes |= u16::from(*flag != 0) << lane;
    }
    lanes
}

#[cold]
fn count_bounds(counters: &mut Counters, place: Place, tick: Tick, hits: [u16; 3]) {
    let kinds = [
        Counter::ThetaBound,
        Counter::KickBound,
        Counter::TraceSaturated,
    ];
    for (counter, lanes) in kinds.into_iter().zip(hits).filter(|(_, lanes)| *lanes != 0) {
        let post = place.post.wrapping_add(lanes.trailing_zeros());
        counters.hit(
            counter,
            lanes.count_ones(),
            tick,
            Object {
                owner: place.projection,
                pre: place.pre,
                post,
            },
        );
    }
}

/// Lets a spike of tick `now` through: its trace takes it up, and the functional synapses' weights go into the ring
/// slot of the tick at which it arrives. The sub-row has been settled to `now`. Returns the number of synapses that
/// transmitted.
#[inline(always)]
pub fn transmit(
    row: &mut SubRow<'_>,
    now: u32,
    plastic: &Plastic,
    negative: bool,
    ring: &mut [u32; BLOCK],
) -> u32 {
    let mut trace: Trace = row.trace();
    if trace.at == now {
        trace.spike();
        row.set_trace(trace);
    }
    let functional = row.functional();
    let flip = if negative { u32::MAX } else { 0 };
    for (lane, (sum, theta)) in ring.iter_mut().zip(row.theta.iter()).enumerate() {
        let integer = efficacy::ring_integer(*theta as i32, plastic) as u32;
        let present = if functional >> lane & 1 == 1 {
            integer
        } else {
            0
        };
        // The host has shown that no sum can leave 32 bits (fan-in · largest weight), so wrapping is exact.
        *sum = sum.wrapping_add((present ^ flip).wrapping_sub(flip));
    }
    functional.count_ones()
}
