//! Likelihood kicks one by one: the jump to the spike, and the kick.

use super::arrive::far;
use super::bounds::note;
use super::jump::{SHORT_TICKS, jump};
use super::likelihood::kick;
use super::visit::{Place, Rules, Word};
use crate::kernel::counters::Counters;
use crate::random::{LaneKey, gaussian};

/// A kick of a lane.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kick {
    /// The random words of its tick.
    pub(super) key: LaneKey,
    /// Ticks since the lane's last transition.
    pub(super) wait: u32,
    /// The trace at its tick, Q5.26.
    pub(super) y: i32,
}

/// The bounds that a spike made lanes of a row meet, one bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Kicks {
    pub(super) theta_bound: u16,
    pub(super) kick_bound: u16,
}

impl Kicks {
    /// Kicks a lane.
    #[inline(always)]
    pub(super) fn one(&mut self, theta: &mut u32, lane: usize, at: &Kick, rules: &Rules<'_>) {
        let start = *theta as i32;
        let mut from = start;
        if at.wait >= SHORT_TICKS {
            let words = [Word::KickFarJump, Word::KickFarDither].map(|word| word.of(lane));
            from = far(start, at.wait, at.key, words, rules);
        }
        let plastic = rules.plastic;
        let (low, high) = (plastic.theta_min, plastic.theta_max);
        let gauss = gaussian(at.key.word(Word::KickJump.of(lane)));
        let dither = at.key.word(Word::KickDither.of(lane));
        let entry = rules.jumps.short(at.wait);
        let value = jump(from, plastic.mean, entry, gauss, dither);
        let held = value.max(low).min(high);
        // The low bits of the dither round the kick: the jump uses its high bits.
        let words = [at.key.word(Word::Kick.of(lane)), dither];
        let (kicked, cut) = kick(held, at.y, plastic, words);
        let end = kicked.max(low).min(high);
        *theta = end as u32;
        let bit = 1_u16.wrapping_shl(lane as u32);
        let when = |happened: bool| if happened { bit } else { 0 };
        self.theta_bound |= when(held != value || end != kicked);
        self.kick_bound |= when(cut);
    }

    /// Counts the bounds that were met.
    #[inline(always)]
    pub(super) fn note(self, at: (Place, u32), counters: &mut Counters) {
        let bounds = [self.theta_bound, self.kick_bound];
        note(counters, at, u16::MAX, bounds, false);
    }
}
