//! One tick of a sub-row that no spike has kicked: what integration at every tick does nearly all of its time.
//!
//! The law is that of [`super::jump`] over one tick, with drift and noise to 15 bits, with variates that suit vectors
//! ([`nibble_gaussian_lanes`]), and with one stream of words for all rows of a tick instead of one for each.

use super::jump::JumpTable;
use crate::image::Plastic;
use crate::random::{Curve, LaneKey, Lanes, nibble_gaussian_lanes};
use crate::spike::{BLOCK, BLOCK_SLOTS, LANES, VECTORS};
use core::hint::black_box;

/// The step of an inlet whose rows are visited at every tick: θ moves by
/// ⌊(⌊(`anchor` − `pull` ⌊θ/2¹⁶⌋) / 2^`pull_shift`⌋ + ξ + r) / 2^`shift`⌋ with ξ of the `curve` and r uniform.
///
/// q and σ have 15 significant bits. θ counts by steps of 2⁻¹² in the drift; noise of that size or more in each tick, which
/// [`Step::new`] asks for, leaves nothing of them.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// q μ and what the two roundings below take away.
    anchor: i32,
    /// −q: what is written with a minus above.
    pull: i16,
    pull_shift: u32,
    /// σ.
    curve: Curve,
    shift: u32,
    low: i32,
    high: i32,
    // Of each lane; not constants, since a compiler that knows them treats the first few by themselves:
    /// its coefficients,
    curves: Lanes,
    /// [`LaneKey::distance`],
    distances: Sides,
    /// the mark that it turned functional or ceased to be,
    turned: Sides,
    /// the mark that it met a bound.
    beyond: Sides,
}

/// A word for each lane that is computed side by side with others.
pub type Sides = [u32; LANES];

/// Shifts of a jump table's σ that is below 1/4 and at least 2⁻¹².
const SIGMA_SHIFTS: core::ops::RangeInclusive<u32> = 1..=10;

/// What products of the drift may be shifted by until they are those of the noise: at least 1, so that their sum fits 32 bits; at most
/// so far that ten bits remain of a drift from a distance of 1.
const PULL_SHIFTS: core::ops::RangeInclusive<u32> = 1..=16;

/// What a step did beside moving θ: in the lower half a mark for each lane that turned functional or ceased to be, in the upper one for
/// each that met a bound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks(u32);

impl Marks {
    /// Whether there is any.
    #[inline(always)]
    #[must_use]
    pub const fn any(self) -> bool {
        self.0 != 0
    }

    /// Lanes that met a bound.
    #[inline(always)]
    #[must_use]
    pub const fn bound(self) -> u16 {
        (self.0 >> 16) as u16
    }

    /// Of the lanes that hold a synapse, those that turned functional, and those that ceased to be.
    #[inline(always)]
    #[must_use]
    pub fn gained_and_lost(self, lanes: u16, theta: &[u32; BLOCK]) -> (u16, u16) {
        let turned = self.0 as u16 & lanes;
        let (mut gained, mut rest) = (0, turned);
        while rest != 0 {
            let lane = rest.trailing_zeros() as usize;
            if theta.get(lane).is_some_and(|theta| functional(*theta) != 0) {
                gained |= rest & rest.wrapping_neg();
            }
            rest &= rest.wrapping_sub(1);
        }
        (gained, turned & !gained)
    }
}

/// All bits if θ is that of a functional synapse, else none.
#[inline(always)]
const fn functional(theta: u32) -> u32 {
    ((theta as i32 > 0) as u32).wrapping_neg()
}

impl Step {
    /// From the transition over one tick. None where rows wait longer, where there is next to no noise, or where drift and noise
    /// are so unlike that they don't fit one sum.
    #[must_use]
    #[cfg_attr(feature = "compact", inline(never))]
    pub fn new(plastic: &Plastic, jumps: JumpTable<'_>) -> Option<Self> {
        let [q, sigma] = jumps.short(1);
        if plastic.sweep_ticks != 1 || !SIGMA_SHIFTS.contains(&(sigma & 31)) {
            return None;
        }
        // σ is mantissa / 2^(32 + shift): in steps of 2^-28, by 2^shift, a 2^-4 of the mantissa.
        let (curve, shift) = (Curve::new(sigma & !31)?, sigma & 31);
        let pull = ((q & !31) as u64).wrapping_add(1 << 15) >> 16;
        let pull = pull.min(0x7fff) as i16;
        let pull_shift = (q & 31).wrapping_add(1).wrapping_sub(shift);
        if pull != 0 && !PULL_SHIFTS.contains(&pull_shift) {
            return None;
        }
        let pull_shift = if pull == 0 { 1 } else { pull_shift };
        let product = (plastic.mean as i64).wrapping_mul(pull as i64);
        let rounded = product.wrapping_add(1 << 15) >> 16;
        // Half of what ⌊θ/2¹⁶⌋ leaves out, and half a unit of what the shift does.
        let halves = (1_i32.wrapping_shl(pull_shift) >> 1).wrapping_sub((pull >> 1) as i32);
        let each = |of: fn(u32) -> u32| {
            let mut lanes = Sides::default();
            for (lane, value) in (0..).zip(&mut lanes) {
                *value = of(lane);
            }
            lanes
        };
        Some(Self {
            anchor: (rounded as i32).wrapping_add(halves),
            pull: pull.wrapping_neg(),
            pull_shift,
            curves: curve.lanes(),
            curve,
            shift,
            low: plastic.theta_min,
            high: plastic.theta_max,
            distances: each(LaneKey::distance),
            turned: each(|lane| 1_u32.wrapping_shl(lane)),
            beyond: each(|lane| (1_u32 << 16).wrapping_shl(lane)),
        })
    }

    /// The same, for a loop over rows: read once, so that nothing that the loop writes can be taken to change it.
    #[inline(always)]
    #[must_use]
    pub fn for_rows(self) -> Self {
        Self {
            anchor: black_box(self.anchor),
            pull: black_box(self.pull),
            pull_shift: black_box(self.pull_shift),
            curve: black_box(self.curve),
            curves: black_box(self.curves),
            shift: black_box(self.shift),
            low: black_box(self.low),
            high: black_box(self.high),
            distances: black_box(self.distances),
            turned: black_box(self.turned),
            beyond: black_box(self.beyond),
        }
    }

    /// The bits of a word that round.
    #[inline(always)]
    const fn mask(&self) -> u32 {
        1_u32.wrapping_shl(self.shift).wrapping_sub(1)
    }

    /// How far from 0 both bounds are at least: nearer, a θ that stays on its side of 0 has nothing to tell.
    #[inline(always)]
    fn near(&self) -> u32 {
        self.high.min(1_i32.wrapping_sub(self.low)).max(0) as u32
    }

    /// θ after a tick, by noise with its rounding; θ within ±6.25, so nothing wraps.
    #[inline(always)]
    const fn value(&self, theta: i32, noise: i32) -> i32 {
        let pulled = (theta >> 16).wrapping_mul(self.pull as i32);
        let drift = pulled
            .wrapping_add(self.anchor)
            .wrapping_shr(self.pull_shift);
        let moved = noise.wrapping_add(drift);
        theta.wrapping_add(moved.wrapping_shr(self.shift))
    }

    /// Moves all lanes of the row of presynaptic slot `pre` by a tick. Returns what else happened.
    #[inline(always)]
    pub fn take(&self, theta: &mut [u32; BLOCK], row: (LaneKey, u32)) -> Marks {
        if VECTORS {
            let mut noise = Sides::default();
            self.shake(&mut noise, row);
            self.move_by(theta, &noise)
        } else {
            self.take_pairs(theta, row)
        }
    }

    /// Sets `noise` to what noise and rounding add to the sum that is shifted, for each lane of the row of presynaptic slot `pre`: apart
    /// from [`Step::move_by`], so that a loop over many rows has a short chain to compute.
    #[inline(always)]
    #[expect(
        clippy::indexing_slicing,
        reason = "every array has an entry for each lane of the loop"
    )]
    pub fn shake(&self, noise: &mut Sides, (key, pre): (LaneKey, u32)) {
        let key = key.from(pre.wrapping_mul(BLOCK_SLOTS));
        for (word, distance) in noise.iter_mut().zip(self.distances) {
            *word = key.word_at(distance);
        }
        let Some(words) = noise.first_chunk().copied() else {
            return;
        };
        let Some(normal) = nibble_gaussian_lanes(&words, &self.curves) else {
            return self.shake_pairs(noise);
        };
        for lane in 0..noise.len() {
            noise[lane] = (normal[lane] as u32).wrapping_add(words[lane] & self.mask());
        }
    }

    /// Moves all lanes of a row by a tick with the noise of [`Step::shake`]. Returns what else happened.
    #[inline(always)]
    #[expect(
        clippy::indexing_slicing,
        reason = "every array has an entry for each lane of the loop"
    )]
    pub fn move_by(&self, theta: &mut [u32; BLOCK], noise: &Sides) -> Marks {
        let from = *theta;
        let (mut held, mut marks) = ([0; BLOCK], 0);
        for lane in 0..noise.len() {
            let value = self.value(from[lane] as i32, noise[lane] as i32);
            let stays = value.max(self.low).min(self.high);
            held[lane] = stays as u32;
            let turned = functional(from[lane]) ^ functional(held[lane]);
            let beyond = u32::from(value != stays).wrapping_neg();
            marks |= turned & self.turned[lane] | beyond & self.beyond[lane];
        }
        *theta = held;
        Marks(marks)
    }

    /// One lane after the other: words, variates, then θ. Thirteen registers don't hold the constants of all three.
    #[inline(never)]
    #[expect(
        clippy::indexing_slicing,
        reason = "every array has an entry for each lane of the loop"
    )]
    fn take_pairs(self, theta: &mut [u32; BLOCK], (key, pre): (LaneKey, u32)) -> Marks {
        let key = key.from(pre.wrapping_mul(BLOCK_SLOTS));
        let mut noise = [0; BLOCK];
        Self::draw_pairs(&mut noise, key);
        if cfg!(feature = "compact") {
            self.shake_pairs(&mut noise);
        } else {
            let (mask, mut sizes) = (self.mask(), 0);
            let (low, high) = noise.split_at_mut(BLOCK / 2);
            for (counted, places) in low.iter_mut().zip(high) {
                let (noise, size) = self.curve.inner_pair(*counted, *places, mask);
                [*counted, *places] = noise.map(|noise| noise as u32);
                sizes |= size;
            }
            if sizes >> 28 != 0 {
                Self::draw_pairs(&mut noise, key);
                self.shake_pairs(&mut noise);
            }
        }
        let (near, mut marks) = (self.near(), 0);
        for lane in 0..BLOCK {
            let from = theta[lane] as i32;
            let value = self.value(from, noise[lane] as i32);
            theta[lane] = value as u32;
            // How far from 0 on its side it still is, less 1 for a functional one.
            let side = from.wrapping_sub(1) >> 31;
            if (value.wrapping_sub(1) ^ side) as u32 >= near {
                marks |= self.mark(from, &mut theta[lane]).wrapping_shl(lane as u32);
            }
        }
        Marks(marks)
    }

    /// Holds θ within its bounds and says what a lane has to tell, as if it were lane 0.
    #[cold]
    #[inline(never)]
    fn mark(&self, from: i32, theta: &mut u32) -> u32 {
        let value = *theta as i32;
        let stays = value.max(self.low).min(self.high);
        *theta = stays as u32;
        u32::from((from > 0) != (stays > 0)) | u32::from(value != stays) << 16
    }

    /// The words of a row's lanes.
    #[inline(always)]
    fn draw_pairs(words: &mut [u32; BLOCK], key: LaneKey) {
        let (low, high) = words.split_at_mut(BLOCK / 2);
        let golden = black_box(LaneKey::distance(1));
        let mut distance = 0_u32;
        for sides in low.iter_mut().zip(high) {
            *sides.0 = key.word_at(distance);
            *sides.1 = key.word_at(distance.wrapping_add(golden.wrapping_mul(BLOCK_SLOTS / 2)));
            distance = distance.wrapping_add(golden);
        }
    }

    /// Turns words into noise, in lanes of which one may be a tail.
    #[cfg_attr(not(feature = "compact"), cold)]
    #[inline(never)]
    fn shake_pairs(&self, noise: &mut [u32]) {
        let (low, high) = noise.split_at_mut(noise.len() / 2);
        for (counted, places) in low.iter_mut().zip(high) {
            let noise = self.curve.pair(*counted, *places, self.mask());
            [*counted, *places] = noise.map(|noise| noise as u32);
        }
    }
}

#[cfg(test)]
#[expect(
    clippy::float_arithmetic,
    reason = "the reference is computed in floats"
)]
mod tests;
