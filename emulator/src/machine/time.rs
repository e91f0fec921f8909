//! Emulated time: clock cycles of a core, and what other clocks and rates are in them.

use core::fmt;
use core::ops::{Add, AddAssign, Sub};

/// A point in emulated time, in cycles of the cores' clock since the start of the run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cycle(pub u64);

impl Cycle {
    /// A time that no run reaches.
    pub const NEVER: Self = Self(u64::MAX);
}

impl Add<u64> for Cycle {
    type Output = Self;

    fn add(self, cycles: u64) -> Self {
        Self(self.0.saturating_add(cycles))
    }
}

impl AddAssign<u64> for Cycle {
    fn add_assign(&mut self, cycles: u64) {
        *self = *self + cycles;
    }
}

/// Cycles between two points; none if the second is later.
impl Sub for Cycle {
    type Output = u64;

    fn sub(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl fmt::Display for Cycle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cycle {}", self.0)
    }
}

/// Cycles that an amount takes at a rate of `per_second`, on a clock of `clock_mhz`; rounded up, at least one.
#[must_use]
pub const fn cycles_at_rate(amount: u64, per_second: u64, clock_mhz: u32) -> u64 {
    let rate = if per_second == 0 { 1 } else { per_second };
    let cycles = amount
        .saturating_mul(clock_mhz as u64)
        .saturating_mul(1_000_000)
        .div_ceil(rate);
    if cycles == 0 { 1 } else { cycles }
}

/// Cycles of a span of nanoseconds, rounded to the nearest.
#[must_use]
pub const fn cycles_of_ns(ns: u64, clock_mhz: u32) -> u64 {
    (ns.saturating_mul(clock_mhz as u64).saturating_add(500)) / 1000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_packet_takes_32_cycles_at_250_mbit() {
        assert_eq!(cycles_at_rate(40, 250_000_000, 200), 32);
        assert_eq!(cycles_at_rate(72, 250_000_000, 200), 58);
        assert_eq!(cycles_at_rate(1, u64::MAX, 200), 1);
    }

    #[test]
    fn time_saturates_instead_of_wrapping() {
        assert_eq!(Cycle(u64::MAX) + 5, Cycle::NEVER);
        assert_eq!(Cycle(3) - Cycle(5), 0);
        assert_eq!(cycles_of_ns(40, 200), 8);
    }
}
