//! Any scheme as one integrator: for a small instruction memory, in which steps and the visit round them stand once.

use super::euler::Euler;
use super::metropolis::Metropolis;
use super::splitting::Splitting;
use super::{Draw, Entry, Frame, Integrator, Law, Scheme, Stepped};

/// The scheme of a law.
#[derive(Clone, Copy)]
pub(super) enum Any<'a> {
    /// Euler–Maruyama.
    Euler(Euler<'a>),
    /// Strang splitting.
    Splitting(Splitting<'a>),
    /// Metropolis.
    Metropolis(Metropolis<'a>),
}

impl<'a> Any<'a> {
    pub(super) fn new(law: &Law<'a>) -> Self {
        match law.scheme {
            Scheme::Euler => Self::Euler(Euler::new(law)),
            Scheme::Splitting => Self::Splitting(Splitting::new(law)),
            Scheme::Metropolis => Self::Metropolis(Metropolis::new(law)),
        }
    }
}

impl Integrator for Any<'_> {
    #[inline(never)]
    fn step(self, frame: &Frame, theta: i32, ticks: u32, entry: Entry, draw: Draw) -> Stepped {
        match self {
            Self::Euler(scheme) => scheme.step(frame, theta, ticks, entry, draw),
            Self::Splitting(scheme) => scheme.step(frame, theta, ticks, entry, draw),
            Self::Metropolis(scheme) => scheme.step(frame, theta, ticks, entry, draw),
        }
    }

    #[inline(never)]
    fn speed(self, frame: &Frame, theta: i32) -> u32 {
        match self {
            Self::Euler(scheme) => scheme.speed(frame, theta),
            Self::Splitting(scheme) => scheme.speed(frame, theta),
            Self::Metropolis(scheme) => scheme.speed(frame, theta),
        }
    }
}
