//! A tick of LIF neurons one by one: all that may happen to one. A machine that computes one lane at a time does nothing
//! else; others do where [`super::lif_lanes`] could not tell afterwards what happened.

use super::lif::{ARRAYS, Factors, HELD, Happened, LOWEST, held};
use crate::spike::BLOCK;

/// One tick of each lane of a block; its ring slots are left empty.
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
            let freed = old <= HELD + 1;
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
    let (lowest, highest) = scale.within;
    let kept = input.max(lowest).min(highest);
    (
        decayed.wrapping_add(kept.wrapping_shl(scale.left)),
        input != kept,
    )
}

#[cfg(test)]
mod tests {
    use super::step;
    use crate::image::slice::Lif;
    use crate::neuron::lif::{ARRAYS, Factors, HELD};
    use crate::neuron::lif_lanes::{Side, loud_lanes};
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
        fn one_by_one_and_side_by_side_give_the_same_bits(seed in any::<u64>()) {
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
            let factors = Factors::new(&lif, if draw.below(4) == 0 { draw.below(40) } else { 16 });
            let state: [[u32; 16]; ARRAYS] = core::array::from_fn(|_| draw.words());
            let inputs = [draw.words(), draw.words()];

            let mut alone = state;
            let [mut excitatory, mut inhibitory] = inputs;
            let expected = step(&factors, &mut alone, [&mut excitatory, &mut inhibitory]);
            assert_eq!([excitatory, inhibitory], [[0; 16]; 2]);

            if let Some(side) = Side::new(&factors) {
                let mut moved = state;
                let [mut excitatory, mut inhibitory] = inputs.map(|input| [input]);
                let any = side.step(&mut moved, &mut excitatory, &mut inhibitory);
                let found = side.mend(&mut moved, loud_lanes(&any));
                assert_eq!((moved, found), (alone, expected));
                assert_eq!([excitatory, inhibitory], [[[0; 16]]; 2]);
            }
        }
    }
}
