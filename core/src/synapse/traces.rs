//! Traces of several rows side by side, at one tick: what the likelihood compares with the weight where a spike kicks many rows.

use super::trace::{DecayTable, ONE, Trace};
use crate::numeric::mul_hi;
use crate::spike::VECTORS;
use core::hint::black_box;

/// Waits below 256 ticks, where lanes are computed side by side.
const NEAR_TICKS: usize = if VECTORS { 256 } else { 0 };

/// The factors of the two low parts of a wait: of the fast sum, of the slow one. One place to look up instead of four.
#[derive(Clone, Debug)]
pub struct Near([[u32; 4]; NEAR_TICKS]);

impl Near {
    /// Of no trace.
    pub const NONE: Self = Self([[0; 4]; NEAR_TICKS]);

    /// Those of a table.
    #[inline(always)]
    pub fn fill(&mut self, table: &DecayTable<'_>) {
        let ([fasts, fast_sixteens, _], [slows, slow_sixteens, _]) = (table.fast, table.slow);
        let sixteens = fast_sixteens.iter().zip(slow_sixteens);
        let rows = self.0.as_chunks_mut::<16>().0.iter_mut();
        for (near, (fast_sixteen, slow_sixteen)) in rows.zip(sixteens) {
            for (near, (fast, slow)) in near.iter_mut().zip(fasts.iter().zip(slows)) {
                *near = [*fast, *fast_sixteen, *slow, *slow_sixteen];
            }
        }
    }

    #[inline(always)]
    fn of(&self, wait: u32) -> [u32; 4] {
        let near = self.0.get((wait & 255) as usize);
        near.copied().unwrap_or_default()
    }
}

/// What [`Trace::value_at`] says of rows side by side, at one tick: the table, and one delay in it.
#[derive(Clone, Copy, Debug)]
pub struct Traces<'a> {
    table: DecayTable<'a>,
    delay: u32,
    /// What is left of each sum after the delay, if that is one product.
    delayed: Option<[u32; 2]>,
    near: &'a Near,
    /// By how many bits a high half is too small: 1, which the compiler is not to know.
    double: u32,
}

impl<'a> Traces<'a> {
    /// For a delay; `near` is filled from the same table.
    #[inline(always)]
    #[must_use]
    pub fn new(table: DecayTable<'a>, near: &'a Near, delay: u32) -> Self {
        let factor = |[ones, sixteens, _]: &[[u32; 16]; 3]| match delay {
            1..16 => ones.get(delay as usize).copied(),
            16 => sixteens.get(1).copied(),
            _ => None,
        };
        let delayed = factor(table.fast).zip(factor(table.slow));
        Self {
            table,
            delay,
            delayed: delayed.map(|(fast, slow)| [fast, slow]),
            near,
            // It would take bits 31 to 62 of the product then, for which vectors need thrice the shuffles of its high half.
            double: black_box(1),
        }
    }

    /// y of each row at a later tick, by the words of its head.
    #[inline(always)]
    #[must_use]
    #[expect(
        clippy::indexing_slicing,
        reason = "every array has an entry for each row"
    )]
    pub fn values<const N: usize>(
        &self,
        at: &[u32; N],
        [fast, slow]: &[[u32; N]; 2],
        bits: &[u32; N],
        tick: u32,
    ) -> [i32; N] {
        let mut motion = 0;
        let mut several = 0;
        for row in 0..N {
            motion |= fast[row] | slow[row] | bits[row] & 0xFFFF;
            several |= bits[row] & 0xFFFE;
        }
        if motion == 0 {
            return [0; N];
        }
        // Spikes under way other than one of the last visit: row by row.
        let (Some([fast_factor, slow_factor]), 0) = (self.delayed, several) else {
            let mut values = [0; N];
            for row in 0..N {
                let mut trace = Trace {
                    fast: fast[row] as i32,
                    slow: slow[row] as i32,
                    under_way: bits[row] & 0xFFFF,
                    at: at[row],
                };
                trace.take_in(tick, self.delay, &self.table);
                values[row] = trace.value_at(tick, &self.table);
            }
            return values;
        };
        let (mut fasts, mut slows, mut waits) = ([0; N], [0; N], [0; N]);
        for row in 0..N {
            let wait = tick.wrapping_sub(at[row]);
            // All bits, if the spike of the last visit has arrived. (Masks, since a choice would become a branch.)
            let late = self.delay.wrapping_sub(1).wrapping_sub(wait) as i32 >> 31;
            let arrived = (bits[row] & 1).wrapping_neg() & late as u32;
            let (fast, slow) = (fast[row], slow[row]);
            fasts[row] = chosen(arrived, self.after(fast, fast_factor), fast);
            slows[row] = chosen(arrived, self.after(slow, slow_factor), slow);
            waits[row] = wait.wrapping_sub(arrived & self.delay);
        }
        // Nothing is known of the values any more: a product of a number that is known to be positive takes three of two others.
        let (fasts, slows, waits) = black_box((fasts, slows, waits));
        let mut nears = [[0; 4]; N];
        for row in 0..N {
            nears[row] = self.near.of(waits[row]);
        }
        let nears = black_box(nears);
        let mut factors = [[0; N]; 4];
        for row in 0..N {
            [
                factors[0][row],
                factors[1][row],
                factors[2][row],
                factors[3][row],
            ] = nears[row];
        }
        let [fast, fast_sixteen, slow, slow_sixteen] = factors;
        let fasts = self.decayed_by(fasts, &fast, &waits, 0);
        let fasts = self.decayed_by(fasts, &fast_sixteen, &waits, 4);
        let slows = self.decayed_by(slows, &slow, &waits, 0);
        let slows = self.decayed_by(slows, &slow_sixteen, &waits, 4);
        let fasts = self.decayed_rest(fasts, self.table.fast, &waits);
        let slows = self.decayed_rest(slows, self.table.slow, &waits);
        let mut values = [0; N];
        for row in 0..N {
            values[row] = fasts[row].wrapping_sub(slows[row]) as i32;
        }
        values
    }

    /// What is left of a sum after a wait of this factor.
    #[inline(always)]
    const fn left(&self, sum: u32, factor: u32) -> u32 {
        mul_hi(sum as i32, factor as i32).wrapping_shl(self.double) as u32
    }

    /// A sum when a spike arrives, after a wait of this factor.
    #[inline(always)]
    fn after(&self, sum: u32, factor: u32) -> u32 {
        let left = self.left(sum, factor);
        left.wrapping_add(ONE as u32).min(i32::MAX as u32)
    }

    /// What is left of sums after the part of their waits that the table of two low parts leaves out.
    #[inline(always)]
    #[expect(
        clippy::indexing_slicing,
        reason = "every array has an entry for each lane, the tables sixteen for four bits"
    )]
    fn decayed_rest<const N: usize>(
        &self,
        values: [u32; N],
        [_, _, rest]: &[[u32; 16]; 3],
        waits: &[u32; N],
    ) -> [u32; N] {
        let longest = waits.iter().fold(0, |all, wait| all | wait);
        if longest < 256 {
            return values;
        }
        let mut factors = [0; N];
        for lane in 0..N {
            factors[lane] = rest[(waits[lane] >> 8 & 15) as usize];
        }
        let mut left = self.decayed_by(values, &factors, waits, 8);
        for lane in 0..N {
            if waits[lane] >= 4096 {
                left[lane] = 0;
            }
        }
        left
    }

    /// By the factors of four bits of the waits. (No closure: one is not always inlined into the function that enables the vector
    /// instructions.)
    #[inline(always)]
    #[expect(
        clippy::indexing_slicing,
        reason = "every array has an entry for each lane"
    )]
    fn decayed_by<const N: usize>(
        &self,
        values: [u32; N],
        factors: &[u32; N],
        waits: &[u32; N],
        shift: u32,
    ) -> [u32; N] {
        let mut left = [0; N];
        for lane in 0..N {
            let less = self.left(values[lane], factors[lane]);
            // All bits where the four of the wait are 0.
            let stays = (waits[lane] >> shift & 15).wrapping_sub(1) as i32 >> 31;
            left[lane] = chosen(stays as u32, values[lane], less);
        }
        left
    }
}

/// One of two words, by a mask.
#[inline(always)]
const fn chosen(mask: u32, one: u32, other: u32) -> u32 {
    other ^ (one ^ other) & mask
}
