//! The end of a visit lane by lane: for a machine that computes one at a time, and gains nothing by arrays between steps.

use super::jump::{SHORT_TICKS, jump};
use super::visit::{Rules, far, word};
use crate::random::{LaneKey, gaussian};
use crate::spike::BLOCK;

/// The last jump of all lanes, to `now`. Returns the lanes that met a bound.
#[inline(always)]
pub(super) fn arrive_alone(
    theta: &mut [u32; BLOCK],
    reached: &[u32; BLOCK],
    now: u32,
    key: LaneKey,
    rules: &Rules<'_>,
) -> u16 {
    let (jumps, mean) = (rules.jumps, rules.plastic.mean);
    let (low, high) = (rules.plastic.theta_min, rules.plastic.theta_max);
    let mut bound = 0;
    for (lane, (theta, reached)) in theta.iter_mut().zip(reached).enumerate() {
        let wait = now.wrapping_sub(*reached);
        let mut from = *theta as i32;
        if wait >= SHORT_TICKS {
            from = far(from, wait, key, (0, lane), rules);
        }
        let (gauss, dither) = (gaussian(word(key, 0, 0, lane)), key.dither(lane as u32));
        let value = jump(from, mean, jumps.short(wait), gauss, dither);
        let held = value.max(low).min(high);
        if held != value {
            bound |= 1 << lane;
        }
        *theta = held as u32;
    }
    bound
}
