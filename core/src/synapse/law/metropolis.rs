//! Metropolis in the Lamperti coordinate x = ∫ dθ/√b: keeps p^(1/T) exactly, however long the step.
//!
//! Why. b is constant within a piece, so x is linear there and known exactly both ways. A proposal adds to x a variate
//! whose law is symmetric to the last bit (`gaussian(!w) == −gaussian(w)`) and reflects it at the ends, which keeps it
//! symmetric: x → x′ is as likely as x′ → x. In x the wanted density is p^(1/T) · √b (the change of variable).
//! Accepting with min(1, its ratio) gives detailed balance. Nothing was assumed of the step or of the variate but its symmetry,
//! and the drift b ∂log p + T b′ comes about by itself as steps get short. What is left is rounding: θ ↔ x to half a
//! step of 2^−28 either way, log₂ p to 2^−23, the acceptance to 2^−31.

use super::pieces::quadratic;
use super::{Draw, Entry, Frame, Integrator, Law, Stepped};
use crate::numeric::exp2_neg;

/// Words of a piece: log₂ p in three (Q8.23), then x at its start and its width in x, both in units of 2^8 steps, the
/// slope dθ/dx in uQ0.32 and log₂ of it in Q8.23.
pub(super) const WORDS: usize = 7;

/// Steps of x in a unit of the stored positions, as a power of two.
const UNIT: u32 = 8;

/// The pieces.
#[derive(Clone, Copy)]
pub(super) struct Metropolis<'a>(&'a [[u32; WORDS]]);

impl<'a> Metropolis<'a> {
    pub(super) fn new(law: &Law<'a>) -> Self {
        Self(law.pieces.as_chunks().0)
    }

    #[inline(always)]
    fn piece(self, piece: usize) -> [u32; WORDS] {
        self.0.get(piece).copied().unwrap_or_default()
    }

    /// x of θ, log₂ p and log₂ √b there.
    #[cfg_attr(not(feature = "compact"), inline(always))]
    #[cfg_attr(feature = "compact", inline(never))]
    fn at(self, frame: &Frame, theta: i32) -> (i64, [i32; 2]) {
        let (piece, f) = frame.grid.find(theta);
        let [c0, c1, c2, start, width, _, log_slope] = self.piece(piece);
        // f is a share of the piece, hence of its width: width · 2^8 · f / 2^32, to nearest.
        let inside = (u64::from(width).wrapping_mul(u64::from(f))).wrapping_add(1 << 23) >> 24;
        let x = (i64::from(start) << UNIT).wrapping_add(inside as i64);
        (x, [quadratic([c0, c1, c2], f), log_slope as i32])
    }

    /// θ of x, by bisection: as many steps for every x.
    #[inline(always)]
    fn theta(self, frame: &Frame, x: i64) -> i32 {
        let mut piece = 0_u32;
        let mut half = 128_u32;
        while half != 0 {
            let next = piece.wrapping_add(half);
            let [_, _, _, start, ..] = self.piece(next as usize);
            let there = next <= frame.grid.last && (i64::from(start) << UNIT) <= x;
            piece = if there { next } else { piece };
            half >>= 1;
        }
        let [_, _, _, start, _, slope, _] = self.piece(piece as usize);
        let inside = x.wrapping_sub(i64::from(start) << UNIT) as u64;
        let product = inside.wrapping_mul(u64::from(slope)).wrapping_add(1 << 31);
        frame.grid.start(piece).wrapping_add((product >> 32) as i32)
    }
}

impl Integrator for Metropolis<'_> {
    #[inline(always)]
    fn step(self, frame: &Frame, theta: i32, _: u32, entry: Entry, draw: Draw) -> Stepped {
        let (x, before) = self.at(frame, theta);
        let (low, _) = self.at(frame, frame.theta_min);
        let (high, _) = self.at(frame, frame.theta_max);
        let moved = x.wrapping_add(i64::from(Frame::diffused(
            0,
            entry,
            frame.heated(draw.gauss),
        )));
        let below = low.wrapping_mul(2).wrapping_sub(moved);
        let above = high.wrapping_mul(2).wrapping_sub(moved);
        let inside = if moved < low { below } else { moved };
        let inside = if moved > high { above } else { inside };
        let proposed = self.theta(frame, inside.max(low).min(high));
        let proposed = proposed.max(frame.theta_min).min(frame.theta_max);
        let (_, after) = self.at(frame, proposed);
        let gain = |which: usize| {
            let value = |of: [i32; 2]| i64::from(of.get(which).copied().unwrap_or(0));
            value(after).wrapping_sub(value(before))
        };
        let tempered = gain(0).wrapping_mul(i64::from(frame.heat.inverse)) >> 16;
        // What log₂ of the density falls by, in Q5.27; beyond 32 nothing is accepted.
        let fall = tempered.wrapping_add(gain(1)).wrapping_neg().max(0);
        let fall = (fall << 4).min(i64::from(u32::MAX)) as u32;
        let accepted = draw.spare >> 1 < exp2_neg(fall);
        let hit = u32::from(inside != moved);
        if accepted {
            (proposed, hit)
        } else {
            (theta, hit)
        }
    }

    #[inline(always)]
    fn speed(self, frame: &Frame, theta: i32) -> u32 {
        let (piece, _) = frame.grid.find(theta);
        let [_, _, _, _, _, slope, _] = self.piece(piece);
        crate::numeric::mul_hi_unsigned(slope, slope)
    }
}
