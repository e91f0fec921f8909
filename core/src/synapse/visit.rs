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

/// Active lanes up to which a step is computed lane by lane instead of all at once. Same bits either way.
const SCALAR_LANES_MAX: u32 = 3;

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

/// Words that one step of one lane may use.
const STEP_WORDS: u32 = 4;

impl Walk<'_> {
    #[inline(always)]
    const fn word(&self, step: u32, which: u32, lane: usize) -> u32 {
        let row = step.wrapping_mul(STEP_WORDS).wrapping_add(which);
        self.key
            .word(row.wrapping_mul(BLOCK_SLOTS).wrapping_add(lane as u32))
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

    /// All lanes at once: the same as [`Self::event`] for each active lane.
    #[inline(always)]
    fn event_lanes(&mut self, theta: &mut [u32; BLOCK], active: u16, tick: u32, y: i32) {
        let before = *theta;
        let (reached, step) = (self.reached, self.step);
        let bounds = (self.theta_bound, self.kick_bound);
        for (lane, value) in theta.iter_mut().enumerate() {
            self.event(value, lane, tick, y);
        }
        // Lanes that weren't meant go back to where they were.
        let keep = |lane: usize| active >> lane & 1 == 1;
        for (lane, (value, before)) in theta.iter_mut().zip(before).enumerate() {
            *value = if keep(lane) { *value } else { before };
        }
        for (lane, ((now, was), (steps, had))) in self
            .reached
            .iter_mut()
            .zip(reached)
            .zip(self.step.iter_mut().zip(step))
            .enumerate()
        {
            *now = if keep(lane) { *now } else { was };
            *steps = if keep(lane) { *steps } else { had };
        }
        self.theta_bound = bounds.0 | (self.theta_bound & active);
        self.kick_bound = bounds.1 | (self.kick_bound & active);
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
        let entries = waits.map(|wait| self.rules.jumps.short(wait));
        let mut beyond = 0_u16;
        for (lane, (value, entry)) in theta.iter_mut().zip(entries).enumerate() {
            let (gauss, dither) = (gaussian(self.word(0, 0, lane)), self.word(0, 1, lane));
            let moved = jump(*value as i32, plastic.mean, entry, gauss, dither);
            let held = moved.clamp(plastic.theta_min, plastic.theta_max);
            beyond |= u16::from(held != moved) << lane;
            *value = held as u32;
        }
        self.theta_bound |= beyond;
    }
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
    let lanes = row.lanes();
    // A sub-row without a synapse is there only where a partition puts several blocks into one row: it counts nothing.
    if now <= last || lanes == 0 {
        return Done::default();
    }
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
        for (tick, fired) in history.between(last, now) {
            let active = fired & lanes;
            if active != 0 {
                saturated |= trace.advance(tick, plastic.delay, &rules.traces);
                done.kicks = done.kicks.wrapping_add(active.count_ones());
                kick_lanes(&mut walk, row.theta, active, tick, trace.value());
            }
        }
    }
    walk.arrive(row.theta, now);
    saturated |= trace.advance(now, plastic.delay, &rules.traces);
    row.set_trace(trace);
    done.updates = done.updates.wrapping_add(done.kicks);
    let (theta_bound, kick_bound) = (walk.theta_bound & lanes, walk.kick_bound & lanes);
    if saturated || theta_bound | kick_bound != 0 {
        // The trace is the row's: it counts once, and the first synapse of the block stands for it.
        let one = if saturated {
            lanes & lanes.wrapping_neg()
        } else {
            0
        };
        count_bounds(counters, place, Tick(now), [theta_bound, kick_bound, one]);
    }
    let after = row.functional();
    done.gained = after & !before;
    done.lost = before & !after;
    done
}

#[inline(always)]
fn kick_lanes(walk: &mut Walk<'_>, theta: &mut [u32; BLOCK], active: u16, tick: u32, y: i32) {
    if active.count_ones() > SCALAR_LANES_MAX {
        walk.event_lanes(theta, active, tick, y);
        return;
    }
    let mut rest = active;
    while rest != 0 {
        let lane = rest.trailing_zeros() as usize;
        rest &= rest.wrapping_sub(1);
        if let Some(value) = theta.get_mut(lane) {
            walk.event(value, lane, tick, y);
        }
    }
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
