//! The last jump of a visit: every lane from where it stands to the visit's tick.

use super::alone::{arrive_alone, drift_alone};
use super::jump::{Entry, SHORT_TICKS, jump};
use super::visit::{Rules, word};
use crate::neuron::lanes::lanes_where;
use crate::random::{LaneKey, gaussian_apart, gaussian_lanes};
use crate::spike::{BLOCK, BLOCK_SLOTS, VECTORS};

/// The counter of the first of the two random words of a jump over the long part of a wait; the other's is a block further.
#[inline(always)]
const fn far_counter(step: u32, lane: usize) -> u32 {
    step.wrapping_mul(2)
        .wrapping_add(1 << 24)
        .wrapping_mul(BLOCK_SLOTS)
        .wrapping_add(lane as u32)
}

/// The part of a long wait that is a multiple of [`SHORT_TICKS`].
#[cold]
pub(super) fn far(
    theta: i32,
    wait: u32,
    key: LaneKey,
    (step, lane): (u32, usize),
    rules: &Rules<'_>,
) -> i32 {
    let counter = far_counter(step, lane);
    let (gauss, dither) = (
        gaussian_apart(key.word(counter)),
        key.word(counter.wrapping_add(BLOCK_SLOTS)),
    );
    let plastic = rules.plastic;
    let entry = rules.jumps.long(wait);
    let value = jump(theta, plastic.mean, entry, gauss, dither);
    value.max(plastic.theta_min).min(plastic.theta_max)
}

/// [`far`] for the lanes that have waited so long, in their last jump.
#[cfg_attr(not(feature = "compact"), inline(always))]
#[cfg_attr(feature = "compact", inline(never))]
fn go_far(theta: &mut [u32; BLOCK], waits: &[u32; BLOCK], key: LaneKey, rules: &Rules<'_>) {
    if VECTORS {
        return go_far_together(theta, *waits, key, rules);
    }
    for (lane, (theta, wait)) in theta.iter_mut().zip(waits).enumerate() {
        if *wait >= SHORT_TICKS {
            *theta = far(*theta as i32, *wait, key, (0, lane), rules) as u32;
        }
    }
}

/// [`go_far`] side by side: where one lane has waited long, most have.
#[inline(always)]
#[expect(
    clippy::indexing_slicing,
    reason = "every array has an entry for each lane"
)]
fn go_far_together(theta: &mut [u32; BLOCK], waits: [u32; BLOCK], key: LaneKey, rules: &Rules<'_>) {
    let mean = rules.plastic.mean;
    let (low, high) = (rules.plastic.theta_min, rules.plastic.theta_max);
    let (mut words, mut dithers) = ([0; BLOCK], [0; BLOCK]);
    for lane in 0..BLOCK {
        let counter = far_counter(0, lane);
        words[lane] = key.word(counter);
        dithers[lane] = key.word(counter.wrapping_add(BLOCK_SLOTS));
    }
    let (from, gauss) = (*theta, gaussian_lanes(&words));
    let entries = waits.map(|wait| rules.jumps.long(wait));
    let mut ends = [0; BLOCK];
    for lane in 0..BLOCK {
        let start = from[lane] as i32;
        let value = jump(start, mean, entries[lane], gauss[lane], dithers[lane]);
        let end = value.max(low).min(high);
        ends[lane] = if waits[lane] >= SHORT_TICKS {
            end as u32
        } else {
            from[lane]
        };
    }
    *theta = ends;
}

/// The last jump of all lanes, to `now`, from where each stands. Returns the lanes that met a bound.
#[cfg_attr(not(feature = "compact"), inline(always))]
#[cfg_attr(feature = "compact", inline(never))]
pub(super) fn arrive(
    theta: &mut [u32; BLOCK],
    reached: &[u32; BLOCK],
    now: u32,
    key: LaneKey,
    rules: &Rules<'_>,
) -> u16 {
    let waits = reached.map(|reached| now.wrapping_sub(reached));
    if waits.iter().fold(0, |all, wait| all | wait) >= SHORT_TICKS {
        go_far(theta, &waits, key, rules);
    }
    if !VECTORS {
        return arrive_alone(theta, &waits, key, rules);
    }
    land(theta, waits.map(|wait| rules.jumps.short(wait)), key, rules)
}

/// [`arrive`] where all lanes stand at the same tick: one transition for all.
#[cfg_attr(not(feature = "compact"), inline(always))]
#[cfg_attr(feature = "compact", inline(never))]
pub(super) fn arrive_together(
    theta: &mut [u32; BLOCK],
    wait: u32,
    key: LaneKey,
    rules: &Rules<'_>,
) -> u16 {
    if wait >= SHORT_TICKS {
        go_far(theta, &[wait; BLOCK], key, rules);
    }
    if !VECTORS {
        return drift_alone(theta, wait, key, rules);
    }
    land(theta, [rules.jumps.short(wait); BLOCK], key, rules)
}

/// The last jump of a visit in all lanes, for waits below [`SHORT_TICKS`], and the bounds. Returns the lanes that met one.
///
/// Only values and local arrays: a loop that stores through a reference might change the tables that it reads, as far as
/// the compiler knows, and would not be vectorised.
#[inline(always)]
#[expect(
    clippy::indexing_slicing,
    reason = "every array has an entry for each lane of the loop"
)]
fn land(theta: &mut [u32; BLOCK], entries: [Entry; BLOCK], key: LaneKey, rules: &Rules<'_>) -> u16 {
    let mean = rules.plastic.mean;
    let (low, high) = (rules.plastic.theta_min, rules.plastic.theta_max);
    let mut words = [0; BLOCK];
    for (lane, out) in words.iter_mut().enumerate() {
        *out = word(key, 0, 0, lane);
    }
    let (from, gauss) = (*theta, gaussian_lanes(&words));
    let (mut held, mut apart) = ([0; BLOCK], [0; BLOCK]);
    for lane in 0..BLOCK {
        let dither = key.dither(lane as u32);
        let value = jump(from[lane] as i32, mean, entries[lane], gauss[lane], dither);
        held[lane] = value.max(low).min(high) as u32;
        apart[lane] = value as u32 ^ held[lane];
    }
    *theta = held;
    lanes_where(&apart, |apart| apart != 0)
}
