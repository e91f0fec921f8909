//! Strang splitting: half a kick of the remaining score, the exact Ornstein–Uhlenbeck jump of a Gaussian that is near
//! the prior, half a kick, each by the midpoint rule. Of second order in the step; exact for a prior that is that Gaussian, or flat.

use super::pieces::quadratic;
use super::{Draw, Entry, Frame, Integrator, Law, Stepped, jump};

/// Words of a piece.
pub(super) const WORDS: usize = 3;

/// The remaining score ∂log p(θ) + (θ − μ)/σ², as a share of the law's rate.
#[derive(Clone, Copy)]
pub(super) struct Splitting<'a>(&'a [[u32; WORDS]]);

impl<'a> Splitting<'a> {
    pub(super) fn new(law: &Law<'a>) -> Self {
        Self(law.pieces.as_chunks().0)
    }

    #[inline(always)]
    fn score(self, frame: &Frame, theta: i32) -> i32 {
        let (piece, f) = frame.grid.find(theta);
        quadratic(self.0.get(piece).copied().unwrap_or_default(), f)
    }

    /// Half a kick by the midpoint rule: as one plain step it were of first order, and so the whole scheme.
    #[cfg_attr(not(feature = "compact"), inline(always))]
    #[cfg_attr(feature = "compact", inline(never))]
    fn kicked(self, frame: &Frame, theta: i32, ticks: u32, dither: u32) -> Stepped {
        let half = frame.kick(self.score(frame, theta) >> 1, ticks, 1 << 31);
        let (middle, _) = frame.fold(theta.wrapping_add(half));
        let kick = frame.kick(self.score(frame, middle), ticks, dither);
        frame.fold(theta.wrapping_add(kick))
    }
}

impl Integrator for Splitting<'_> {
    #[inline(always)]
    fn step(self, frame: &Frame, theta: i32, ticks: u32, entry: Entry, draw: Draw) -> Stepped {
        let (first, a) = self.kicked(frame, theta, ticks, draw.spare & 0xFFFF_0000);
        let gauss = frame.heated(draw.gauss);
        let (there, b) = frame.fold(jump(first, frame.mean, entry, gauss, draw.dither));
        let (end, c) = self.kicked(frame, there, ticks, draw.spare << 16);
        (end, a | b | c)
    }

    #[inline(always)]
    fn speed(self, _: &Frame, _: i32) -> u32 {
        u32::MAX
    }
}
