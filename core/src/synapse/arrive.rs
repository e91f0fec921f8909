//! The last jump of a visit: every lane from where it stands to the visit's tick.

use super::alone::{arrive_alone, drift_alone};
use super::jump::{SHORT_TICKS, jump};
use super::visit::{Rules, Word};
use crate::neuron::lanes::lanes_where;
use crate::random::{LaneKey, gaussian_apart, gaussian_lanes};
use crate::spike::{BLOCK, VECTORS};

/// The part of a long wait that is a multiple of [`SHORT_TICKS`]; its words by their counters.
#[cold]
pub(super) fn far(
    theta: i32,
    wait: u32,
    key: LaneKey,
    [gauss, dither]: [u32; 2],
    rules: &Rules<'_>,
) -> i32 {
    let (gauss, dither) = (gaussian_apart(key.word(gauss)), key.word(dither));
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
        let words = [
            far_words(key, Word::FarJump),
            far_words(key, Word::FarDither),
        ];
        *theta = go_far_together(*theta, *waits, words, rules);
        return;
    }
    for (lane, (theta, wait)) in theta.iter_mut().zip(waits).enumerate() {
        if *wait >= SHORT_TICKS {
            let words = [Word::FarJump, Word::FarDither].map(|word| word.of(lane));
            *theta = far(*theta as i32, *wait, key, words, rules) as u32;
        }
    }
}

/// A word of each lane.
#[inline(always)]
fn far_words(key: LaneKey, word: Word) -> [u32; BLOCK] {
    let mut words = [0; BLOCK];
    for (lane, out) in words.iter_mut().enumerate() {
        *out = key.word(word.of(lane));
    }
    words
}

/// [`far`] side by side, for those that have waited so long: where one has, most have.
#[inline(always)]
#[expect(
    clippy::indexing_slicing,
    reason = "every array has an entry for each lane"
)]
pub(super) fn go_far_together<const N: usize>(
    from: [u32; N],
    waits: [u32; N],
    [words, dithers]: [[u32; N]; 2],
    rules: &Rules<'_>,
) -> [u32; N] {
    let mean = rules.plastic.mean;
    let (low, high) = (rules.plastic.theta_min, rules.plastic.theta_max);
    let gauss = gaussian_lanes(&words);
    let (mut qs, mut sigmas, mut ends) = ([0; N], [0; N], [0; N]);
    for lane in 0..N {
        [qs[lane], sigmas[lane]] = rules.jumps.long(waits[lane]);
    }
    for lane in 0..N {
        let start = from[lane] as i32;
        let value = jump(
            start,
            mean,
            [qs[lane], sigmas[lane]],
            gauss[lane],
            dithers[lane],
        );
        let end = value.max(low).min(high);
        ends[lane] = if waits[lane] >= SHORT_TICKS {
            end as u32
        } else {
            from[lane]
        };
    }
    ends
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
    let mut waits = [0; BLOCK];
    for (wait, reached) in waits.iter_mut().zip(reached) {
        *wait = now.wrapping_sub(*reached);
    }
    if waits.iter().fold(0, |all, wait| all | wait) >= SHORT_TICKS {
        go_far(theta, &waits, key, rules);
    }
    if !VECTORS {
        return arrive_alone(theta, &waits, key, rules);
    }
    let mut entries = [[0; BLOCK]; 2];
    let [qs, sigmas] = &mut entries;
    for ((q, sigma), wait) in qs.iter_mut().zip(sigmas).zip(waits) {
        [*q, *sigma] = rules.jumps.short(wait);
    }
    land(theta, &entries, key, rules)
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
    let [q, sigma] = rules.jumps.short(wait);
    land(theta, &[[q; BLOCK], [sigma; BLOCK]], key, rules)
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
fn land(
    theta: &mut [u32; BLOCK],
    [qs, sigmas]: &[[u32; BLOCK]; 2],
    key: LaneKey,
    rules: &Rules<'_>,
) -> u16 {
    let mean = rules.plastic.mean;
    let (low, high) = (rules.plastic.theta_min, rules.plastic.theta_max);
    let mut words = [0; BLOCK];
    for (lane, out) in words.iter_mut().enumerate() {
        *out = key.word(Word::Jump.of(lane));
    }
    let (from, gauss) = (*theta, gaussian_lanes(&words));
    let (mut held, mut apart, mut any) = ([0; BLOCK], [0; BLOCK], 0);
    for lane in 0..BLOCK {
        let dither = key.dither(lane as u32);
        let entry = [qs[lane], sigmas[lane]];
        let value = jump(from[lane] as i32, mean, entry, gauss[lane], dither);
        held[lane] = value.max(low).min(high) as u32;
        apart[lane] = value as u32 ^ held[lane];
        any |= apart[lane];
    }
    *theta = held;
    // Hardly ever does one, which is known before it is known which.
    if any == 0 {
        return 0;
    }
    lanes_where(&apart, |apart| apart != 0)
}
