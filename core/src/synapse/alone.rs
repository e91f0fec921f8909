//! The end of a visit lane by lane: for a machine that computes one at a time, and gains nothing by arrays between steps.
//!
//! Thirteen registers don't hold the constants of the random words, of the Gaussian and of the jump at once. So normal variates
//! come first, then jumps; and what a wait's entry is split into is kept while the wait stays the same: in a visit without a
//! kick for all lanes.

use super::jump::{Entry, JumpTable};
use super::visit::{Rules, Word};
use crate::numeric::mul_hi;
use crate::random::{LaneKey, gaussian};
use crate::spike::BLOCK;

/// The last jump of all lanes, each over its own wait (of a long one what [`super::arrive`] leaves), after kicks. Returns
/// the lanes that met a bound.
#[inline(always)]
pub(super) fn arrive_alone(
    theta: &mut [u32; BLOCK],
    waits: &[u32; BLOCK],
    key: LaneKey,
    rules: &Rules<'_>,
) -> u16 {
    let mut transition = Transition::default();
    let mut known = None;
    jump_lanes(theta, key, rules, |lane| {
        let wait = waits.get(lane).copied();
        if wait != known {
            known = wait;
            transition = Transition::of(rules.jumps, wait.unwrap_or(0));
        }
        transition
    })
}

/// The only jump of all lanes, over one wait, likewise. Returns the lanes that met a bound.
#[inline(always)]
pub(super) fn drift_alone(
    theta: &mut [u32; BLOCK],
    wait: u32,
    key: LaneKey,
    rules: &Rules<'_>,
) -> u16 {
    let transition = Transition::of(rules.jumps, wait);
    jump_lanes(theta, key, rules, |_| transition)
}

#[inline(always)]
fn jump_lanes(
    theta: &mut [u32; BLOCK],
    key: LaneKey,
    rules: &Rules<'_>,
    mut transition: impl FnMut(usize) -> Transition,
) -> u16 {
    let mut normal = [0; BLOCK];
    draw(&mut normal, key);
    let half_mean = rules.plastic.mean >> 1;
    let (low, high) = (rules.plastic.theta_min, rules.plastic.theta_max);
    let mut bound = 0_u32;
    for (lane, (theta, gauss)) in theta.iter_mut().zip(&normal).enumerate() {
        let value =
            transition(lane).jump(*theta as i32, half_mean, *gauss, key.dither(lane as u32));
        let held = value.max(low).min(high);
        if held != value {
            bound |= 1_u32.wrapping_shl(lane as u32);
        }
        *theta = held as u32;
    }
    bound as u16
}

/// The normal variates of all lanes.
#[cfg_attr(not(feature = "compact"), inline(always))]
#[cfg_attr(feature = "compact", inline(never))]
fn draw(normal: &mut [i32; BLOCK], key: LaneKey) {
    for (lane, gauss) in normal.iter_mut().enumerate() {
        *gauss = gaussian(key.word(Word::Jump.of(lane)));
    }
}

/// An entry of the jump table, taken apart.
#[derive(Clone, Copy, Debug, Default)]
struct Transition {
    q: i32,
    q_shift: u32,
    sigma: i32,
    sigma_shift: u32,
    half: i32,
}

impl Transition {
    #[inline(always)]
    fn of(jumps: JumpTable<'_>, wait: u32) -> Self {
        Self::new(jumps.short(wait))
    }

    #[inline(always)]
    const fn new([q, sigma]: Entry) -> Self {
        let sigma_shift = sigma & 31;
        Self {
            q: (q & !31) as i32,
            q_shift: q & 31,
            sigma: (sigma & !31) as i32,
            sigma_shift,
            half: 1_i32.wrapping_shl(sigma_shift) >> 1,
        }
    }

    /// [`super::jump::jump`], for half the mean.
    #[inline(always)]
    const fn jump(&self, theta: i32, half_mean: i32, gauss: i32, dither: u32) -> i32 {
        let distance = half_mean.wrapping_sub(theta >> 1);
        let fraction = (dither >> 1).wrapping_shr(31_u32.wrapping_sub(self.q_shift));
        let drift = mul_hi(distance, self.q)
            .wrapping_add(fraction as i32)
            .wrapping_shr(self.q_shift);
        let noise = mul_hi(gauss, self.sigma)
            .wrapping_add(self.half)
            .wrapping_shr(self.sigma_shift);
        theta.wrapping_add(drift).wrapping_add(noise)
    }
}

#[cfg(test)]
mod tests {
    use super::Transition;
    use crate::synapse::jump::jump;
    use proptest::prelude::{any, proptest};

    proptest! {
        #[test]
        fn an_entry_taken_apart_jumps_as_the_whole(
            entry: [u32; 2], theta: i32, mean: i32, gauss: i32, dither in any::<u32>(),
        ) {
            let here = Transition::new(entry).jump(theta, mean >> 1, gauss, dither);
            assert_eq!(here, jump(theta, mean, entry, gauss, dither));
        }
    }
}
