//! The presynaptic trace y(t) = Σ_f ε(t − t_f − d): what the likelihood compares with the weight.
//!
//! One trace a sub-row, kept as the two sums of a double exponential at the tick of the last visit, with the spikes
//! that have been sent but not yet arrived (d ticks later) as bits. So a visit can evaluate y at any tick since the last
//! one, though spikes of the presynaptic neuron and of the postsynaptic ones interleave.

use crate::numeric::mul_hi;

/// Words of a decay table: e^(−g/τ) for g = j, 16 j, 256 j (j = 0…15), for τ_m, then for τ_s; Q1.31, 1 as 2^31 − 1.
pub const TABLE_WORDS: usize = 2 * 3 * 16;

/// Decay factors of both exponentials over any wait below 4,096 ticks.
#[derive(Clone, Copy, Debug)]
pub struct DecayTable<'a> {
    pub(super) fast: &'a [[u32; 16]; 3],
    pub(super) slow: &'a [[u32; 16]; 3],
}

impl<'a> DecayTable<'a> {
    /// Over the words of a table.
    #[inline(always)]
    #[must_use]
    pub fn new(words: &'a [u32]) -> Option<Self> {
        let (rows, _) = words.get(..TABLE_WORDS)?.as_chunks::<16>();
        let (fast, slow) = rows.split_first_chunk()?;
        Some(Self {
            fast,
            slow: slow.first_chunk()?,
        })
    }
}

/// `value` (≥ 0) after `wait` ticks; beyond 4,095 nothing is left. Each factor truncates: error ≤ 3 ulp, never upwards.
#[cfg_attr(not(feature = "compact"), inline(always))]
#[cfg_attr(feature = "compact", inline(never))]
fn decayed(value: i32, rows: &[[u32; 16]; 3], wait: u32) -> i32 {
    let [ones, sixteens, rest] = rows;
    let step = |value: i32, row: &[u32; 16], index: u32| {
        let factor = row.get((index & 15) as usize).copied().unwrap_or(0);
        if index == 0 {
            value
        } else {
            mul_hi(value, factor as i32).wrapping_shl(1)
        }
    };
    match wait {
        0..16 => step(value, ones, wait),
        16..256 => step(step(value, ones, wait & 15), sixteens, wait >> 4),
        256..4096 => step(
            step(step(value, ones, wait & 15), sixteens, (wait >> 4) & 15),
            rest,
            wait >> 8,
        ),
        _ => 0,
    }
}

/// A trace at some tick.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    /// Sum of e^(−s/τ_m), Q5.26, ≥ 0.
    pub fast: i32,
    /// Sum of e^(−s/τ_s), Q5.26, ≥ 0.
    pub slow: i32,
    /// Bit j: the neuron spiked j ticks before `at` and that spike hasn't arrived.
    pub under_way: u32,
    /// The tick.
    pub at: u32,
}

/// 1 in Q5.26.
pub(super) const ONE: i32 = 1 << 26;

impl Trace {
    /// Moves to a later tick: spikes under way arrive at their tick. Returns whether a sum saturated.
    #[cfg_attr(not(feature = "compact"), inline(always))]
    #[cfg_attr(feature = "compact", inline(never))]
    pub fn advance(&mut self, to: u32, delay: u32, table: &DecayTable<'_>) -> bool {
        if !self.in_motion() {
            self.at = to;
            return false;
        }
        let saturated = self.take_in(to, delay, table);
        self.decay(to.wrapping_sub(self.at), table);
        saturated
    }

    /// Lets the spikes under way arrive that are due by a later tick, and stands where the last of them did. Returns whether a
    /// sum saturated.
    #[cfg_attr(not(feature = "compact"), inline(always))]
    #[cfg_attr(feature = "compact", inline(never))]
    pub fn take_in(&mut self, to: u32, delay: u32, table: &DecayTable<'_>) -> bool {
        let mut saturated = false;
        while self.under_way != 0 {
            // The oldest spike arrives first: its age at `at` is the highest bit.
            let age = 31_u32.wrapping_sub(self.under_way.leading_zeros());
            let wait = delay.saturating_sub(age);
            let arrival = self.at.wrapping_add(wait);
            if arrival > to {
                break;
            }
            self.decay(wait, table);
            self.under_way &= !(1 << (age.wrapping_add(wait) & 31));
            saturated |= self.arrive();
        }
        saturated
    }

    /// y at a later tick by which nothing arrives: the same whatever has been asked in between.
    #[cfg_attr(not(feature = "compact"), inline(always))]
    #[cfg_attr(feature = "compact", inline(never))]
    #[must_use]
    pub fn value_at(&self, to: u32, table: &DecayTable<'_>) -> i32 {
        if self.fast | self.slow == 0 {
            return 0;
        }
        let wait = to.wrapping_sub(self.at);
        decayed(self.fast, table.fast, wait).wrapping_sub(decayed(self.slow, table.slow, wait))
    }

    /// [`Trace::advance`] by one tick, in which one spike at most arrives: a spike of every tick has a bit of its own.
    #[inline(always)]
    pub fn advance_one(&mut self, delay: u32, table: &DecayTable<'_>) -> bool {
        let due = self.under_way.checked_shr(delay.wrapping_sub(1));
        let Some(due @ 0..=1) = due else {
            let over;
            (*self, over) = self.advance_any(delay, table);
            return over;
        };
        let ([[_, fast, ..], ..], [[_, slow, ..], ..]) = (table.fast, table.slow);
        self.fast = mul_hi(self.fast, *fast as i32).wrapping_shl(1);
        self.slow = mul_hi(self.slow, *slow as i32).wrapping_shl(1);
        self.under_way = self.under_way.wrapping_shl(1) & !due.wrapping_shl(delay);
        self.at = self.at.wrapping_add(1);
        due != 0 && self.arrive()
    }

    /// The same where a delay of 0, or damaged memory, lets several arrive.
    #[cold]
    #[inline(never)]
    fn advance_any(mut self, delay: u32, table: &DecayTable<'_>) -> (Self, bool) {
        let over = self.advance(self.at.wrapping_add(1), delay, table);
        (self, over)
    }

    /// A spike arrives. Returns whether a sum saturated.
    #[inline(always)]
    const fn arrive(&mut self) -> bool {
        let (fast, over_fast) = self.fast.overflowing_add(ONE);
        let (slow, over_slow) = self.slow.overflowing_add(ONE);
        self.fast = if over_fast { i32::MAX } else { fast };
        self.slow = if over_slow { i32::MAX } else { slow };
        over_fast || over_slow
    }

    #[inline(always)]
    fn decay(&mut self, wait: u32, table: &DecayTable<'_>) {
        if wait != 0 {
            if self.fast | self.slow != 0 {
                self.fast = decayed(self.fast, table.fast, wait);
                self.slow = decayed(self.slow, table.slow, wait);
            }
            // Spikes older than the longest delay have arrived, so no bit is lost.
            self.under_way = self.under_way.checked_shl(wait).unwrap_or(0);
            self.at = self.at.wrapping_add(wait);
        }
    }

    /// Whether it is anything but 0, or going to be.
    #[inline(always)]
    #[must_use]
    pub const fn in_motion(&self) -> bool {
        self.fast | self.slow | self.under_way as i32 != 0
    }

    /// y at the trace's tick, Q5.26.
    #[inline(always)]
    #[must_use]
    pub const fn value(&self) -> i32 {
        self.fast.wrapping_sub(self.slow)
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::{DecayTable, TABLE_WORDS, Trace};
    use proptest::prelude::*;
    use std::vec::Vec;

    fn table(tau_m: f64, tau_s: f64) -> Vec<u32> {
        let row = |tau: f64, step: f64| {
            (0..16).map(move |j| ((-step * f64::from(j) / tau).exp() * 2_147_483_647.0) as u32)
        };
        [tau_m, tau_s]
            .iter()
            .flat_map(|&tau| {
                [1.0, 16.0, 256.0]
                    .into_iter()
                    .flat_map(move |s| row(tau, s))
            })
            .collect()
    }

    /// Asks for y at every tick, and after the last spike at growing waits; the exact sum must agree.
    fn check(spikes: &[u32], asked: &[u32], delay: u32) {
        let words = table(20.0, 2.0);
        assert_eq!(words.len(), TABLE_WORDS);
        let table = DecayTable::new(&words).expect("long enough");
        let mut trace = Trace::default();
        let mut all: Vec<(u32, bool)> = asked
            .iter()
            .map(|&t| (t, false))
            .chain(spikes.iter().map(|&t| (t, true)))
            .collect();
        all.sort_unstable();
        for (tick, is_spike) in all {
            trace.advance(tick, delay, &table);
            if is_spike {
                trace.under_way |= 1;
                continue;
            }
            let age = |&f: &u32| f64::from(tick) - f64::from(f + delay);
            let y: f64 = spikes
                .iter()
                .map(age)
                .filter(|&s| s >= 0.0)
                .map(|s| (-s / 20.0).exp() - (-s / 2.0).exp())
                .sum();
            let here = f64::from(trace.value()) / 2f64.powi(26);
            assert!(
                (here - y).abs() < 1e-5,
                "delay {delay} tick {tick}: {here} against {y}"
            );
        }
    }

    #[test]
    fn y_is_the_sum_of_delayed_psps_however_it_is_asked() {
        let every: Vec<u32> = (0..400).collect();
        for delay in [1, 2, 5, 16] {
            check(&[0, 1, 3, 10, 11, 12, 30, 200], &every, delay);
            check(
                &[0, 1, 3, 10, 11, 12, 30, 200],
                &[2, 14, 29, 31, 217, 3000, 9000],
                delay,
            );
        }
    }

    proptest! {
        #[test]
        fn one_tick_is_a_wait_of_one(
            (fast, slow) in (0_i32.., 0_i32..),
            (under_way, delay) in (0_u32..1 << 16, 0_u32..=17),
            at in any::<u32>(),
        ) {
            let words = table(20.0, 2.0);
            let table = DecayTable::new(&words).expect("long enough");
            let mut one = Trace { fast, slow, under_way, at };
            let mut any = one;
            let over = any.advance(at.wrapping_add(1), delay, &table);
            prop_assert_eq!(one.advance_one(delay, &table), over);
            prop_assert_eq!(one, any);
        }
    }

    #[test]
    fn a_trace_saturates_instead_of_wrapping() {
        let words: Vec<u32> = (0..TABLE_WORDS).map(|_| 0x7FFF_FFFF).collect();
        let table = DecayTable::new(&words).expect("long enough");
        let mut trace = Trace::default();
        let mut hit = false;
        for tick in 0..100 {
            hit |= trace.advance(tick, 1, &table);
            trace.under_way |= 1;
        }
        assert!(hit && trace.fast > 31 << 26);
    }
}
