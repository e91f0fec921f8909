//! Euler–Maruyama: the textbook step, for any prior and any b(θ). First order in the step.
//!
//! A piece holds three functions: b ∂log p and T_max b′, both as shares of the law's rate, and √(b/b_max) in Q1.30.
//! Leaving out T b′ samples p/b instead of p; that the host can do, to show it.

use super::pieces::quadratic;
use super::{Draw, Entry, Frame, Integrator, Law, Stepped};

/// Words of a piece.
pub(super) const WORDS: usize = 9;

/// The pieces.
#[derive(Clone, Copy)]
pub(super) struct Euler<'a>(&'a [[u32; WORDS]]);

impl<'a> Euler<'a> {
    pub(super) fn new(law: &Law<'a>) -> Self {
        Self(law.pieces.as_chunks().0)
    }

    /// Value of each function.
    #[inline(always)]
    fn values(self, frame: &Frame, theta: i32) -> [i32; 3] {
        let (piece, f) = frame.grid.find(theta);
        let [a, b, c, d, e, g, h, i, j] = self.0.get(piece).copied().unwrap_or_default();
        [[a, b, c], [d, e, g], [h, i, j]].map(|words| quadratic(words, f))
    }
}

impl Integrator for Euler<'_> {
    #[inline(always)]
    fn step(self, frame: &Frame, theta: i32, ticks: u32, entry: Entry, draw: Draw) -> Stepped {
        let [score, slope, root_speed] = self.values(frame, theta);
        let slope = i64::from(slope).wrapping_mul(i64::from(frame.heat.share)) >> 31;
        let drift = score.wrapping_add(slope as i32);
        let kick = frame.kick(drift, ticks, draw.spare);
        let gauss = i64::from(frame.heated(draw.gauss)).wrapping_mul(i64::from(root_speed));
        let gauss = (gauss.wrapping_add(1 << 29) >> 30) as i32;
        let moved = Frame::diffused(theta, entry, gauss);
        frame.fold(moved.wrapping_add(kick))
    }

    #[inline(always)]
    fn speed(self, frame: &Frame, theta: i32) -> u32 {
        let [_, _, root] = self.values(frame, theta);
        let square = i64::from(root).wrapping_mul(i64::from(root)) >> 28;
        square.min(i64::from(u32::MAX)) as u32
    }
}
