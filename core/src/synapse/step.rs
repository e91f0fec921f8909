//! One tick of a sub-row that no spike has kicked: what integration at every tick does nearly all of its time.
//!
//! The law is that of [`super::jump`] over one tick, with drift and noise to 15 bits, with variates that suit vectors
//! ([`nibble_gaussian_lanes`]), and with one stream of words for all rows of a tick instead of one for each.

use super::jump::JumpTable;
use crate::image::Plastic;
use crate::neuron::lanes::lanes_where;
use crate::random::{Curve, Lanes, PASSES, nibble_gaussian_lanes, row_words_lanes};
use crate::spike::{BLOCK, LANES, VECTORS};
use core::hint::black_box;

mod pairs;

/// The step of an inlet whose rows are visited at every tick: θ moves by
/// ⌊(⌊−`pull` ⌊θ/2¹⁶⌋ / 2¹⁶⌋ + `anchor` + ξ + r) / 2^`shift`⌋ with ξ of the `curve` and r uniform, ten bits wide.
///
/// q and σ have 15 significant bits. θ counts by steps of 2⁻¹² in the drift; noise of that size or more in each tick, which
/// [`Step::new`] asks for, leaves nothing of them.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// q μ and what the three roundings above take away.
    anchor: i32,
    /// −q, with its shift: for products of 16 by 16 bits.
    pull: i16,
    pull_shift: u32,
    /// −q for products of 32 by 16 bits, of which the lowest 16 bits are left out.
    wide_pull: i32,
    /// σ.
    curve: Curve,
    shift: u32,
    low: i32,
    high: i32,
    /// How far from 0 both bounds are at least, a power of two: nearer, a θ that stays on its side of 0 has nothing to tell.
    near: u32,
    /// The largest number below both bounds, by their distances from 0, or −1.
    within: i32,
    // Of each lane; not constants, since a compiler that knows them treats the first few by themselves:
    /// its coefficients,
    curves: Lanes,
    /// [`PASSES`],
    passes: [Sides; 2],
    /// the mark that it turned functional or ceased to be,
    turned: Sides,
    /// the mark that it met a bound.
    beyond: Sides,
}

/// A word for each lane that is computed side by side with others.
pub type Sides = [u32; LANES];

/// The least shift of a jump table's σ that is below 1/4 and at least 2⁻¹².
const SIGMA_SHIFT_MIN: u32 = 1;
/// And the largest.
const SIGMA_SHIFT_MAX: u32 = 10;

/// What products of the drift are shifted by at least until they are those of the noise: so that their sum fits 32 bits.
const PULL_SHIFT_MIN: u32 = 1;
/// And at most: twelve bits remain of a drift from a distance of 1.
const PULL_SHIFT_MAX: u32 = 14;

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
        if VECTORS {
            // Which way each went is a guess that a processor gets wrong every other time.
            let gained = turned & lanes_where(theta, |theta| theta as i32 > 0);
            return (gained, turned & !gained);
        }
        let (mut gained, mut rest) = (0, turned);
        while rest != 0 {
            let lane = rest.trailing_zeros() as usize;
            if theta.get(lane).is_some_and(|theta| *theta as i32 > 0) {
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

/// How far from 0 a θ that moves still is on its side, as a number without sign: large if it changes sides.
#[inline(always)]
const fn away(from: i32, moved: i32) -> u32 {
    // Less 1, so that the sign tells a functional one.
    let before = from.wrapping_sub(1);
    (before.wrapping_add(moved) ^ (before >> 31)) as u32
}

/// The largest power of two that isn't above a number; 0 if there is none.
const fn power_below(number: i32) -> u32 {
    if number > 0 {
        (1_u32 << 31).wrapping_shr(number.leading_zeros())
    } else {
        0
    }
}

impl Step {
    /// From the transition over one tick. None where rows wait longer, where there is next to no noise, or where drift and noise
    /// are so unlike that they don't fit one sum.
    #[must_use]
    #[cfg_attr(feature = "compact", inline(never))]
    pub fn new(plastic: &Plastic, jumps: JumpTable<'_>) -> Option<Self> {
        let [q, sigma] = jumps.short(1);
        if plastic.sweep_ticks != 1 || !matches!(sigma & 31, SIGMA_SHIFT_MIN..=SIGMA_SHIFT_MAX) {
            return None;
        }
        // σ is mantissa / 2^(32 + shift): in steps of 2^-28, by 2^shift, a 2^-4 of the mantissa.
        let (curve, shift) = (Curve::new(sigma & !31)?, sigma & 31);
        let pull = ((q & !31) as u64).wrapping_add(1 << 15) >> 16;
        let pull = pull.min(0x7fff) as i16;
        let pull_shift = (q & 31).wrapping_add(1).wrapping_sub(shift);
        if pull != 0 && !matches!(pull_shift, PULL_SHIFT_MIN..=PULL_SHIFT_MAX) {
            return None;
        }
        let pull_shift = if pull == 0 { 1 } else { pull_shift };
        // By 2^(16 + pull_shift), as the product with the mean is: half of what ⌊θ/2¹⁶⌋ leaves out, half a unit that the shift takes away
        // and half of the one here.
        let halves = (1_i64.wrapping_shl(pull_shift)).wrapping_sub((pull >> 1) as i64) << 16;
        let product = (plastic.mean as i64).wrapping_mul(pull as i64);
        let anchor = product
            .wrapping_add(halves)
            .wrapping_shr(pull_shift.wrapping_add(16));
        // And what r is more in the mean than rounding by `shift` bits wants.
        let more = (1_i64.wrapping_shl(shift) >> 1).wrapping_sub(1 << 9);
        let each = |of: fn(u32) -> u32| {
            let mut lanes = Sides::default();
            for (lane, value) in (0..).zip(&mut lanes) {
                *value = of(lane);
            }
            lanes
        };
        let nearest = plastic.theta_max.min(1_i32.wrapping_sub(plastic.theta_min));
        Some(Self {
            anchor: anchor.wrapping_add(more) as i32,
            pull: pull.wrapping_neg(),
            pull_shift,
            wide_pull: (pull as i32)
                .wrapping_neg()
                .wrapping_shl(16_u32.wrapping_sub(pull_shift)),
            curves: curve.lanes(),
            curve,
            shift,
            low: plastic.theta_min,
            high: plastic.theta_max,
            near: power_below(nearest),
            within: nearest.max(0).wrapping_sub(1),
            passes: PASSES,
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
            wide_pull: self.wide_pull,
            curve: black_box(self.curve),
            curves: black_box(self.curves),
            shift: black_box(self.shift),
            low: black_box(self.low),
            high: black_box(self.high),
            near: self.near,
            within: black_box(self.within),
            passes: black_box(self.passes),
            turned: black_box(self.turned),
            beyond: black_box(self.beyond),
        }
    }

    /// `anchor` and what rounds, for lanes j and 8 + j by word 8 + j: ten bits, which both may share and which are too small to be seen
    /// beside the variate that they make, too.
    #[inline(always)]
    const fn more(&self, word: u32) -> i32 {
        self.anchor.wrapping_add((word >> 22) as i32)
    }

    /// What θ is pulled by in a tick, as vectors multiply: 16 by 16 bits.
    #[inline(always)]
    const fn drift(&self, theta: i32) -> i32 {
        let product = (theta >> 16).wrapping_mul(self.pull as i32);
        product.wrapping_shr(self.pull_shift)
    }

    /// Moves all lanes of a row by a tick, by the row's word. Returns what else happened.
    #[inline(always)]
    pub fn take(&self, theta: &mut [u32; BLOCK], word: u32) -> Marks {
        if VECTORS {
            let mut noise = Sides::default();
            self.shake(&mut noise, word);
            if self.move_by(theta, &mut noise) {
                self.mark(theta, &noise)
            } else {
                Marks::default()
            }
        } else {
            self.take_pairs(theta, word)
        }
    }

    /// Sets `noise` to what noise and rounding add to the sum that is shifted, for each lane of a row, by the row's word: apart from
    /// [`Step::move_by`], so that a loop over many rows has a short chain to compute.
    #[inline(always)]
    #[expect(
        clippy::indexing_slicing,
        reason = "every array has an entry for each lane of the loop"
    )]
    pub fn shake(&self, noise: &mut Sides, word: u32) {
        let words = row_words_lanes(word, &self.passes);
        let Some(words) = words.first_chunk() else {
            return;
        };
        let (mut normal, tails) = nibble_gaussian_lanes(words, &self.curves);
        if tails {
            self.curve.put_tails(&mut normal, words);
        }
        let half = noise.len() / 2;
        for lane in 0..half {
            let [low, high] = [lane, half.wrapping_add(lane)];
            let more = self.more(words[high]);
            noise[low] = normal[low].wrapping_add(more) as u32;
            noise[high] = normal[high].wrapping_add(more) as u32;
        }
    }

    /// Moves all lanes of a row by a tick with the noise of [`Step::shake`], in whose place it leaves what θ was. Returns whether any
    /// lane has something to tell: then [`Step::mark`] has to follow.
    #[inline(always)]
    #[must_use]
    #[expect(
        clippy::indexing_slicing,
        reason = "every array has an entry for each lane of the loop"
    )]
    pub fn move_by(&self, theta: &mut [u32; BLOCK], noise: &mut Sides) -> bool {
        let (from, shaken) = (*theta, *noise);
        let (mut to, mut tells) = ([0; BLOCK], false);
        for lane in 0..noise.len() {
            let (from, noise) = (from[lane] as i32, shaken[lane] as i32);
            let moved = noise.wrapping_add(self.drift(from));
            let moved = moved.wrapping_shr(self.shift);
            to[lane] = from.wrapping_add(moved) as u32;
            let away = away(from, moved) as i32;
            tells |= away | self.within.wrapping_sub(away) < 0;
        }
        *theta = to;
        for (noise, from) in noise.iter_mut().zip(from) {
            *noise = from;
        }
        tells
    }

    /// Holds θ within its bounds and marks what the lanes have to tell that were at `from`.
    #[inline(always)]
    #[expect(
        clippy::indexing_slicing,
        reason = "every array has an entry for each lane of the loop"
    )]
    pub fn mark(&self, theta: &mut [u32; BLOCK], from: &Sides) -> Marks {
        let to = *theta;
        let (mut held, mut marks) = ([0; BLOCK], 0);
        for lane in 0..from.len() {
            let value = to[lane] as i32;
            let stays = value.max(self.low).min(self.high);
            held[lane] = stays as u32;
            let turned = functional(from[lane]) ^ functional(held[lane]);
            let beyond = u32::from(value != stays).wrapping_neg();
            marks |= turned & self.turned[lane] | beyond & self.beyond[lane];
        }
        *theta = held;
        Marks(marks)
    }
}

#[cfg(test)]
#[expect(
    clippy::float_arithmetic,
    reason = "the reference is computed in floats"
)]
mod tests;
