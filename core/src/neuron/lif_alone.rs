//! A tick of LIF neurons one by one: for a machine that computes one lane at a time. The bits of [`super::lif`], whose loops
//! over pairs of lanes are for vectors: there a core without them would do each product's work twice and keep every step of
//! a block in memory.

use super::lif::{ARRAYS, Factors, HELD, LIMIT, LOWEST};
use super::{Context, Fired};
use crate::kernel::counters::Counters;
use crate::kernel::hardware::{Hardware, Work};
use crate::spike::{BLOCK, BLOCK_SLOTS};

/// Advances a slice by one tick: [`super::lif::advance`].
#[inline(always)]
pub(super) fn advance(
    context: Context<'_>,
    factors: &Factors,
    state: &mut [[u32; BLOCK]],
    (excitatory, inhibitory): (&mut [[u32; BLOCK]], &mut [[u32; BLOCK]]),
    counters: &mut Counters,
    hw: &mut impl Hardware,
) -> Fired {
    let mut fired = Fired::default();
    let blocks = state.as_chunks_mut::<ARRAYS>().0.iter_mut();
    let inputs = excitatory.iter_mut().zip(inhibitory);
    let mut block = 0_u32;
    for ((arrays, (excitatory, inhibitory)), fired) in blocks.zip(inputs).zip(&mut fired) {
        let at = (context, block);
        *fired = advance_block(factors, arrays, [excitatory, inhibitory], at, counters);
        block = block.wrapping_add(1);
    }
    hw.charge(Work::LifNeuron, BLOCK_SLOTS.wrapping_mul(block));
    fired
}

/// Advances a block by one tick; its ring slots are left empty. Returns the lanes that fired.
#[inline(always)]
fn advance_block(
    factors: &Factors,
    arrays: &mut [[u32; BLOCK]; ARRAYS],
    [excitatory, inhibitory]: [&mut [u32; BLOCK]; 2],
    (context, block): (Context<'_>, u32),
    counters: &mut Counters,
) -> u16 {
    let happened = step(factors, arrays, [excitatory, inhibitory]);
    if happened == Happened::default() {
        return 0;
    }
    let lanes = context.slice.lanes(block);
    let cut = happened.cut & lanes;
    if cut != 0 {
        context.saturated(counters, block, cut);
    }
    happened.spikes & lanes
}

/// What happened in a block, by lanes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Happened {
    /// The threshold was reached.
    pub(super) spikes: u16,
    /// A potential or a current was cut.
    pub(super) cut: u16,
}

/// One tick of each lane.
#[inline(always)]
pub(super) fn step(
    factors: &Factors,
    [v, g_e, g_i, v_inf]: &mut [[u32; BLOCK]; ARRAYS],
    [excitatory, inhibitory]: [&mut [u32; BLOCK]; 2],
) -> Happened {
    let lif = &factors.lif;
    let mut happened = Happened::default();
    let mut bit = 1_u16;
    let currents = g_e
        .iter_mut()
        .zip(excitatory)
        .zip(g_i.iter_mut().zip(inhibitory));
    for ((v, v_inf), ((g_e, excitatory), (g_i, inhibitory))) in
        v.iter_mut().zip(v_inf).zip(currents)
    {
        let old = *v as i32;
        let (excitation, inhibition) = (*g_e as i32, *g_i as i32);
        if old < LOWEST {
            let freed = old == HELD + 1;
            *v = if freed {
                lif.reset
            } else {
                old.wrapping_sub(1)
            } as u32;
        } else {
            let above = old.wrapping_sub(*v_inf as i32);
            let moved = HALF
                .wrapping_add(product(above, lif.decay_v as i32))
                .wrapping_add(product(excitation, lif.gain_e as i32))
                .wrapping_sub(product(inhibition, lif.gain_i as i32));
            let sum = (*v_inf as i32).wrapping_add(rounded(moved));
            let free = held(sum);
            if free != sum {
                happened.cut |= bit;
            }
            if free >= lif.threshold {
                happened.spikes |= bit;
                *v = factors.after as u32;
            } else {
                *v = free as u32;
            }
        }
        let (e, cut_e) = current(excitation, lif.decay_e, excitatory, factors);
        let (i, cut_i) = current(inhibition, lif.decay_i, inhibitory, factors);
        (*g_e, *g_i) = (e as u32, i as u32);
        if cut_e | cut_i {
            happened.cut |= bit;
        }
        bit = bit.wrapping_shl(1);
    }
    happened
}

/// ½ before the division by 2³¹.
const HALF: i64 = 1 << 30;

#[inline(always)]
const fn product(a: i32, b: i32) -> i64 {
    (a as i64).wrapping_mul(b as i64)
}

/// A sum of products with Q1.31 factors and [`HALF`] in the format of the other factors.
#[inline(always)]
const fn rounded(sum: i64) -> i32 {
    (sum >> 31) as i32
}

/// Within ±[`LIMIT`]: one comparison where nothing is cut.
#[inline(always)]
const fn held(value: i32) -> i32 {
    const BOTH: u32 = 2 * LIMIT as u32;
    if value.wrapping_add(LIMIT) as u32 <= BOTH {
        value
    } else if value < 0 {
        -LIMIT
    } else {
        LIMIT
    }
}

/// A current after a tick, with what arrives now; whether something was cut.
#[inline(always)]
fn current(old: i32, decay: u32, ring: &mut u32, factors: &Factors) -> (i32, bool) {
    let decayed = rounded(HALF.wrapping_add(product(old, decay as i32)));
    let arrived = core::mem::take(ring) as i32;
    let (sum, mut cut) = if arrived == 0 {
        (decayed, false)
    } else {
        arrive(decayed, arrived, factors)
    };
    let held = held(sum);
    cut |= held != sum;
    (held, cut)
}

/// Adds an input that isn't 0: few lanes have one in a tick.
#[inline(always)]
fn arrive(decayed: i32, arrived: i32, factors: &Factors) -> (i32, bool) {
    let scale = factors.scale;
    let input = arrived.wrapping_shr(scale.right);
    let kept = input.max(scale.limit.wrapping_neg()).min(scale.limit);
    (
        decayed.wrapping_add(kept.wrapping_shl(scale.left)),
        input != kept,
    )
}

#[cfg(test)]
mod tests {
    use super::{Happened, step};
    use crate::image::slice::Lif;
    use crate::neuron::lanes::lanes_where;
    use crate::neuron::lif::{ARRAYS, Events, Factors, HELD, group};
    use proptest::prelude::{any, proptest};

    /// A generator of words (`SplitMix64`).
    struct Draw(u64);

    impl Draw {
        fn bits(&mut self) -> u64 {
            self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            z ^ (z >> 31)
        }

        fn below(&mut self, end: u64) -> u32 {
            (self.bits() % end) as u32
        }

        /// Up to 100 mV.
        fn millivolts(&mut self) -> i32 {
            self.below(200 << 16) as i32 - (100 << 16)
        }

        /// Potentials, currents and inputs as they are, at their bounds, held, and any word at all: memory may hold anything.
        fn word(&mut self) -> u32 {
            let near = [0, 1 << 28, -(1 << 28), -(1 << 29), HELD + 3];
            let off = self.below(7) as i32 - 3;
            match self.below(7) {
                5 => self.millivolts() as u32,
                6 => self.bits() as u32,
                which => near[which as usize].wrapping_add(off) as u32,
            }
        }

        fn words(&mut self) -> [u32; 16] {
            core::array::from_fn(|_| self.word())
        }
    }

    proptest! {
        #[test]
        fn one_by_one_gives_the_bits_of_pairs(seed in any::<u64>()) {
            let draw = &mut Draw(seed);
            let [decay_v, decay_e, decay_i, gain_e, gain_i] = [(); 5].map(|()| draw.below(1 << 31));
            let lif = Lif {
                decay_v,
                decay_e,
                decay_i,
                gain_e,
                gain_i,
                threshold: draw.millivolts(),
                reset: draw.millivolts(),
                refractory: draw.below(4),
            };
            let factors = Factors::new(&lif, draw.below(40));
            let state: [[u32; 16]; ARRAYS] = core::array::from_fn(|_| draw.words());
            let inputs = [draw.words(), draw.words()];

            let (mut pairs, mut events) = (state, Events::default());
            let [mut excitatory, mut inhibitory] = inputs.map(|input| [input]);
            group(&factors, &mut pairs, &mut excitatory, &mut inhibitory, &mut events);
            let lanes = |flags: &[u32; 16]| lanes_where(flags, |flag| flag != 0);
            let expected = Happened {
                spikes: lanes(&events.spikes[0]),
                cut: lanes(&events.cut[0]),
            };
            assert_eq!([excitatory, inhibitory], [[[0; 16]]; 2]);

            let mut alone = state;
            let [mut excitatory, mut inhibitory] = inputs;
            let found = step(&factors, &mut alone, [&mut excitatory, &mut inhibitory]);
            assert_eq!((alone, found), (pairs, expected));
            assert_eq!([excitatory, inhibitory], [[0; 16]; 2]);
        }
    }
}
