//! Leaky integrate-and-fire neurons with current-based exponential synapses, integrated exactly over a tick
//! (Rotter & Diesmann 1999): τ_m dv/dt = v_∞ − v + g_e − g_i, dg/dt = −g/τ.
//!
//! v(t+Δt) = v_∞ + (v − v_∞) e^(−Δt/τ_m) + g_e k_e − g_i k_i, with the factors worked out by the host. The three products
//! are added before they are rounded, so a tick errs by ½ ulp of v (2⁻¹⁷ mV) whatever the sizes of its terms.

use super::lif_lanes::{GROUP, Side, is_loud, loud_lanes};
use super::{Context, Fired, lif_alone};
use crate::image::slice::Lif;
use crate::kernel::counters::Counters;
use crate::kernel::hardware::{Hardware, Work};
use crate::spike::{BLOCK, BLOCK_SLOTS};

/// State arrays of a block: v, g_e, g_i, v_∞ (mV, Q15.16).
pub(super) const ARRAYS: usize = 4;

/// Potentials and currents stay within ±4,096 mV (Q15.16): then no sum of a tick can leave 32 bits. What would go further
/// stops there and is counted.
pub const LIMIT: i32 = 1 << 28;

/// A refractory neuron has no potential of its own: its v is this plus the ticks that it is still held. So refractoriness
/// needs no array, which every tick would have to fetch and write back.
pub(super) const HELD: i32 = i32::MIN;

/// What lies below is no potential.
pub(super) const LOWEST: i32 = -(1 << 29);

/// Longest time that a neuron can be held.
const TICKS_MAX: u32 = 1 << 28;

/// The potential that a word of state stands for, Q15.16: a held neuron's is the reset potential.
#[must_use]
pub const fn potential(lif: &Lif, word: i32) -> i32 {
    if word < LOWEST { lif.reset } else { word }
}

/// Advances a slice by one tick. The ring slots hold this tick's excitatory and inhibitory input of each block; they are
/// left empty.
#[inline(always)]
pub fn advance(
    context: Context<'_>,
    lif: &Lif,
    state: &mut [[u32; BLOCK]],
    (excitatory, inhibitory): (&mut [[u32; BLOCK]], &mut [[u32; BLOCK]]),
    counters: &mut Counters,
    hw: &mut impl Hardware,
) -> Fired {
    let mut fired = Fired::default();
    let factors = Factors::new(lif, context.slice.ring_fraction);
    let side = Side::new(&factors);
    // Plain iterators side by side: nested zips of chunks are not always inlined, and cost a call a tick each.
    let mut states = state.chunks_mut(ARRAYS.wrapping_mul(GROUP));
    let mut inputs = excitatory.chunks_mut(GROUP);
    let mut inhibitions = inhibitory.chunks_mut(GROUP);
    let mut first = 0_u32;
    for fired in fired.chunks_mut(GROUP) {
        let (Some(state), Some(excitatory), Some(inhibitory)) =
            (states.next(), inputs.next(), inhibitions.next())
        else {
            break;
        };
        let blocks = excitatory.len() as u32;
        if let Some(side) = &side {
            let any = side.step(state, excitatory, inhibitory);
            if is_loud(&any) {
                mend(side, (context, first), &any, state, fired, counters);
            }
        } else {
            let at = (context, first);
            one_by_one(
                &factors,
                at,
                state,
                (excitatory, inhibitory),
                fired,
                counters,
            );
        }
        hw.charge(Work::LifNeuron, BLOCK_SLOTS.wrapping_mul(blocks));
        first = first.wrapping_add(GROUP as u32);
    }
    fired
}

/// Makes good what happened in a group of blocks. Nothing does in most ticks, hence out of the way.
#[cold]
#[inline(never)]
fn mend(
    side: &Side<'_>,
    (context, first): (Context<'_>, u32),
    any: &[u32; BLOCK],
    state: &mut [[u32; BLOCK]],
    fired: &mut [u16],
    counters: &mut Counters,
) {
    let lanes = loud_lanes(any);
    let blocks = state.as_chunks_mut().0;
    for (block, (arrays, fired)) in (first..).zip(blocks.iter_mut().zip(fired)) {
        *fired = note((context, block), side.mend(arrays, lanes), counters);
    }
}

/// Advances a group of blocks by one tick, one neuron after the other.
#[inline(always)]
fn one_by_one(
    factors: &Factors,
    (context, first): (Context<'_>, u32),
    state: &mut [[u32; BLOCK]],
    (excitatory, inhibitory): (&mut [[u32; BLOCK]], &mut [[u32; BLOCK]]),
    fired: &mut [u16],
    counters: &mut Counters,
) {
    let blocks = state.as_chunks_mut().0.iter_mut().zip(fired);
    let inputs = excitatory.iter_mut().zip(inhibitory);
    for (block, ((arrays, fired), (excitatory, inhibitory))) in (first..).zip(blocks.zip(inputs)) {
        let happened = lif_alone::step(factors, arrays, [excitatory, inhibitory]);
        *fired = note((context, block), happened, counters);
    }
}

/// Counts the neurons of a block that were cut. Gives those that fired.
#[inline(always)]
fn note((context, block): (Context<'_>, u32), happened: Happened, counters: &mut Counters) -> u16 {
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

/// What does not change from block to block.
#[derive(Clone, Copy)]
pub(super) struct Factors {
    pub(super) lif: Lif,
    /// v after a spike.
    pub(super) after: i32,
    pub(super) scale: Scale,
}

impl Factors {
    #[inline(always)]
    pub(super) fn new(lif: &Lif, fraction: u32) -> Self {
        Self {
            lif: *lif,
            after: match lif.refractory {
                0 => lif.reset,
                ticks => HELD.wrapping_add(ticks.min(TICKS_MAX) as i32),
            },
            scale: Scale::new(fraction),
        }
    }
}

/// Within ±[`LIMIT`]: one comparison where nothing is cut.
#[inline(always)]
pub(super) const fn held(value: i32) -> i32 {
    const BOTH: u32 = 2 * LIMIT as u32;
    if value.wrapping_add(LIMIT) as u32 <= BOTH {
        value
    } else if value < 0 {
        -LIMIT
    } else {
        LIMIT
    }
}

/// How the integers of a ring slot become Q15.16: two shifts of which one is 0, instead of a branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scale {
    pub(super) right: u32,
    pub(super) left: u32,
    /// What may be shifted left: ±[`LIMIT`] come of it. All, if nothing is: an input stays within 30 bits (the host has shown
    /// it: fan-in · largest weight), so its sum with a current stays within 32.
    pub(super) within: (i32, i32),
}

impl Scale {
    /// Of integers that are in Q15.16 already.
    pub(super) const NONE: Self = Self::new(16);

    #[inline(always)]
    pub(super) const fn new(fraction: u32) -> Self {
        let (right, left) = (fraction.saturating_sub(16), 16_u32.saturating_sub(fraction));
        Self {
            // A sum of a ring can't be shifted right by more than its own bits.
            right: if right > 31 { 31 } else { right },
            left,
            within: if left == 0 {
                (i32::MIN, i32::MAX)
            } else {
                (-LIMIT >> left, LIMIT >> left)
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Factors, HELD, LIMIT, lif_alone, potential};
    use crate::image::slice::Lif;

    const LIF: Lif = Lif {
        decay_v: 1 << 30,
        decay_e: 0,
        decay_i: (1 << 31) - 1,
        gain_e: 0,
        gain_i: 0,
        threshold: 10,
        reset: -5,
        refractory: 2,
    };

    #[test]
    fn a_neuron_is_held_for_its_refractory_ticks_and_then_starts_at_reset() {
        let factors = Factors::new(&LIF, 16);
        // Half of the way from reset to v_∞ in a tick.
        let mut state = [[0; 16], [0; 16], [0; 16], [25; 16]];
        let mut seen = [(0, 0); 5];
        for seen in &mut seen {
            let happened = lif_alone::step(&factors, &mut state, [&mut [0; 16], &mut [0; 16]]);
            *seen = (happened.spikes, potential(&LIF, state[0][3] as i32));
        }
        let spike = (0xFFFF, -5);
        assert_eq!(seen, [spike, (0, -5), (0, -5), spike, (0, -5)]);
        assert_eq!(state[0][3] as i32, HELD + 1);
    }

    #[test]
    fn what_leaves_the_limit_is_cut_and_told_lane_by_lane() {
        let factors = Factors::new(&LIF, 16);
        let mut state = [[0; 16]; 4];
        let (mut excitatory, mut inhibitory) = ([0; 16], [0; 16]);
        (state[2][1], inhibitory[1]) = (LIMIT as u32 - 1, 1);
        (state[2][2], inhibitory[2]) = (LIMIT as u32 - 1, 2);
        excitatory[3] = i32::MIN as u32;
        state[3][4] = (-3 * LIMIT) as u32;
        // A held neuron's sum means nothing.
        (state[0][5], state[3][5]) = (HELD as u32 + 2, (-3 * LIMIT) as u32);
        let happened = lif_alone::step(&factors, &mut state, [&mut excitatory, &mut inhibitory]);
        let lanes = |words: [u32; 16]| words.map(|word| word as i32);
        assert_eq!(lanes(state[2])[..4], [0, LIMIT, LIMIT, 0]);
        assert_eq!(lanes(state[1])[..4], [0, 0, 0, -LIMIT]);
        assert_eq!(lanes(state[0])[4..6], [-LIMIT, HELD + 1]);
        assert_eq!((happened.spikes, happened.cut), (0, 0b01_1100));
    }

    #[test]
    fn a_ring_of_any_fraction_becomes_millivolts() {
        for (fraction, word, mv) in [
            (8, 3 << 8, 3 << 16),
            (16, 7, 7),
            (20, -48, -3),
            (40, -1, -1),
        ] {
            let factors = Factors::new(&LIF, fraction);
            let mut state = [[0; 16]; 4];
            let mut excitatory = [word as u32; 16];
            lif_alone::step(&factors, &mut state, [&mut excitatory, &mut [0; 16]]);
            assert_eq!(state[1][0] as i32, mv, "{fraction}");
        }
    }
}
