//! Leaky integrate-and-fire neurons with current-based exponential synapses, integrated exactly over a tick
//! (Rotter & Diesmann 1999): τ_m dv/dt = v_∞ − v + g_e − g_i, dg/dt = −g/τ.
//!
//! v(t+Δt) = v_∞ + (v − v_∞) e^(−Δt/τ_m) + g_e k_e − g_i k_i, with the factors worked out by the host. The three products
//! are added before they are rounded, so a tick errs by ½ ulp of v (2⁻¹⁷ mV) whatever the sizes of its terms.

use super::lanes::lanes_where;
use super::{Context, Fired, lif_alone};
use crate::image::slice::Lif;
use crate::kernel::counters::Counters;
use crate::kernel::hardware::{Hardware, Work};
use crate::numeric::pairs::{PAIRS, Pairs, Products, Rounding, lanes, pairs};
use crate::spike::{BLOCK, BLOCK_SLOTS, VECTORS};

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

/// Blocks that are asked at once whether anything happened in them.
const GROUP: usize = 8;

/// What happened in a group of blocks.
#[derive(Default)]
pub(super) struct Events {
    /// Not 0 where the threshold was reached.
    pub(super) spikes: [[u32; BLOCK]; GROUP],
    /// Not 0 where a potential or a current was cut.
    pub(super) cut: [[u32; BLOCK]; GROUP],
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
    if !VECTORS {
        return lif_alone::advance(
            context,
            &factors,
            state,
            (excitatory, inhibitory),
            counters,
            hw,
        );
    }
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
        let mut events = Events::default();
        let any = group(&factors, state, excitatory, inhibitory, &mut events);
        if any.iter().fold(0, |any, flag| any | flag) != 0 {
            note(context, first, &events, fired, counters);
        }
        hw.charge(
            Work::LifNeuron,
            BLOCK_SLOTS.wrapping_mul(excitatory.len() as u32),
        );
        first = first.wrapping_add(GROUP as u32);
    }
    fired
}

/// Advances a group of blocks by one tick. Gives the flags of all blocks together.
#[inline(always)]
pub(super) fn group(
    factors: &Factors,
    state: &mut [[u32; BLOCK]],
    excitatory: &mut [[u32; BLOCK]],
    inhibitory: &mut [[u32; BLOCK]],
    events: &mut Events,
) -> [u32; BLOCK] {
    let mut any = [0; BLOCK];
    // As many rounds as there are blocks: a number that the compiler knew would make it unroll the loop over blocks before
    // the loops over lanes have become vector code.
    let blocks = state.chunks_exact_mut(ARRAYS);
    let inputs = excitatory.iter_mut().zip(inhibitory);
    let flags = events.spikes.iter_mut().zip(&mut events.cut);
    for ((arrays, (excitatory, inhibitory)), (spikes, cut)) in blocks.zip(inputs).zip(flags) {
        let [v, g_e, g_i, v_inf] = arrays else {
            continue;
        };
        let wide = products(factors, &above(v, v_inf), [*g_e, *g_i]);
        let moved = membrane(factors, [wide.membrane, *v_inf, *v]);
        let arrived = [core::mem::take(excitatory), core::mem::take(inhibitory)];
        let (excitation, cut_e) = arrive(&wide.excitation, &arrived[0], factors);
        let (inhibition, cut_i) = arrive(&wide.inhibition, &arrived[1], factors);
        (*v, *g_e, *g_i) = (moved.v, excitation, inhibition);
        *spikes = moved.spikes;
        *cut = either(&moved.cut, &either(&cut_e, &cut_i));
        any = either(&any, &either(spikes, cut));
    }
    any
}

/// Turns flags into sets of lanes. Most groups of blocks have none in most ticks, hence out of the way.
#[cold]
#[inline(never)]
fn note(
    context: Context<'_>,
    first: u32,
    events: &Events,
    fired: &mut [u16],
    counters: &mut Counters,
) {
    let flags = events.spikes.iter().zip(&events.cut);
    for (block, ((spikes, cut), fired)) in (first..).zip(flags.zip(fired)) {
        let lanes = context.slice.lanes(block);
        *fired = lanes_where(spikes, |flag| flag != 0) & lanes;
        let cut = lanes_where(cut, |flag| flag != 0) & lanes;
        if cut != 0 {
            context.saturated(counters, block, cut);
        }
    }
}

/// What does not change from block to block.
#[derive(Clone, Copy)]
pub(super) struct Factors {
    pub(super) lif: Lif,
    /// v after a spike.
    pub(super) after: i32,
    pub(super) scale: Scale,
    rounding: Rounding,
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
            rounding: Rounding::new(),
        }
    }
}

/// v − v_∞.
#[inline(always)]
fn above(v: &[u32; BLOCK], v_inf: &[u32; BLOCK]) -> [u32; BLOCK] {
    let mut above = *v;
    for (above, rest) in above.iter_mut().zip(v_inf) {
        *above = above.wrapping_sub(*rest);
    }
    above
}

#[inline(always)]
fn either(a: &[u32; BLOCK], b: &[u32; BLOCK]) -> [u32; BLOCK] {
    let mut either = *a;
    for (either, b) in either.iter_mut().zip(b) {
        *either |= *b;
    }
    either
}

/// What the multiplications of a tick give.
struct Wide {
    /// v − v_∞ at the end of the tick, as if nothing held it.
    membrane: [u32; BLOCK],
    /// g_e, decayed.
    excitation: [u32; BLOCK],
    /// g_i, decayed.
    inhibition: [u32; BLOCK],
}

/// It takes and gives arrays by value: a loop that stores through references might change what it reads, as far as the
/// compiler knows, and would not be vectorised.
#[inline(always)]
#[expect(
    clippy::indexing_slicing,
    reason = "every array has an entry for each pair of the loop"
)]
fn products(factors: &Factors, above: &[u32; BLOCK], [g_e, g_i]: [[u32; BLOCK]; 2]) -> Wide {
    // Q1.31 below 1, as the image's check has seen to: the positive half of 32 bits.
    let factor = |factor: u32| factor as i32;
    let (lif, half) = (&factors.lif, factors.rounding);
    let (decay_v, decay_e, decay_i) = (
        factor(lif.decay_v),
        factor(lif.decay_e),
        factor(lif.decay_i),
    );
    let (gain_e, gain_i) = (factor(lif.gain_e), factor(lif.gain_i));
    let (above, g_e, g_i) = (pairs(above), pairs(&g_e), pairs(&g_i));
    let mut out: [Pairs; 3] = [[0; PAIRS]; 3];
    for pair in 0..PAIRS {
        let drive = Products::new(g_e[pair], gain_e).minus(Products::new(g_i[pair], gain_i));
        out[0][pair] = Products::new(above[pair], decay_v)
            .plus(drive)
            .rounded(half);
        out[1][pair] = Products::new(g_e[pair], decay_e).rounded(half);
        out[2][pair] = Products::new(g_i[pair], decay_i).rounded(half);
    }
    let [membrane, excitation, inhibition] = out.map(|pairs| lanes(&pairs));
    Wide {
        membrane,
        excitation,
        inhibition,
    }
}

/// How the integers of a ring slot become Q15.16: two shifts of which one is 0, so that no branch stands in the lanes' way.
#[derive(Clone, Copy)]
pub(super) struct Scale {
    pub(super) right: u32,
    pub(super) left: u32,
    /// What may be shifted left: [`LIMIT`] comes of it.
    pub(super) limit: i32,
}

impl Scale {
    #[inline(always)]
    const fn new(fraction: u32) -> Self {
        let (right, left) = (fraction.saturating_sub(16), 16_u32.saturating_sub(fraction));
        // A sum of a ring can't be shifted right by more than its own bits.
        Self {
            right: if right > 31 { 31 } else { right },
            left,
            limit: LIMIT >> left,
        }
    }
}

/// Adds what arrives now to a decayed current; it acts on the membrane from the next tick on. Also gives a word that is
/// not 0 where the input or the sum was cut.
#[inline(always)]
#[expect(
    clippy::indexing_slicing,
    clippy::manual_clamp,
    reason = "every array has an entry for each lane of the loop; `clamp` checks its bounds, and may panic"
)]
fn arrive(
    decayed: &[u32; BLOCK],
    ring: &[u32; BLOCK],
    factors: &Factors,
) -> ([u32; BLOCK], [u32; BLOCK]) {
    let (decayed, ring, scale) = (*decayed, *ring, factors.scale);
    let (mut current, mut cut) = ([0; BLOCK], [0; BLOCK]);
    for lane in 0..BLOCK {
        let input = (ring[lane] as i32).wrapping_shr(scale.right);
        let kept = input.max(scale.limit.wrapping_neg()).min(scale.limit);
        let sum = (decayed[lane] as i32).wrapping_add(kept.wrapping_shl(scale.left));
        let held = sum.max(-LIMIT).min(LIMIT);
        current[lane] = held as u32;
        cut[lane] = ((input ^ kept) | (sum ^ held)) as u32;
    }
    (current, cut)
}

/// What a block's membranes came to.
struct Moved {
    v: [u32; BLOCK],
    /// Not 0 where the threshold was reached.
    spikes: [u32; BLOCK],
    /// Not 0 where v was cut.
    cut: [u32; BLOCK],
}

/// Threshold, reset and refractoriness, from the new v − v_∞, from v_∞ and from the old v.
#[inline(always)]
#[expect(
    clippy::indexing_slicing,
    clippy::manual_clamp,
    clippy::needless_bitwise_bool,
    reason = "every array has an entry for each lane of the loop; lanes take no branches"
)]
fn membrane(factors: &Factors, [above, v_inf, old]: [[u32; BLOCK]; 3]) -> Moved {
    let (threshold, reset, after) = (factors.lif.threshold, factors.lif.reset, factors.after);
    let mut moved = Moved {
        v: [0; BLOCK],
        spikes: [0; BLOCK],
        cut: [0; BLOCK],
    };
    for lane in 0..BLOCK {
        let sum = v_inf[lane].wrapping_add(above[lane]) as i32;
        let free = sum.max(-LIMIT).min(LIMIT);
        let old = old[lane] as i32;
        let held = old < LOWEST;
        let freed = old == HELD + 1;
        let spikes = !held & (free >= threshold);
        let waits = if freed { reset } else { old.wrapping_sub(1) };
        let moves = if spikes { after } else { free };
        moved.v[lane] = if held { waits } else { moves } as u32;
        moved.spikes[lane] = if spikes { u32::MAX } else { 0 };
        moved.cut[lane] = if held { 0 } else { (sum ^ free) as u32 };
    }
    moved
}

#[cfg(test)]
mod tests {
    use super::{Factors, HELD, LIMIT, arrive, membrane, potential};
    use crate::image::slice::Lif;

    const LIF: Lif = Lif {
        decay_v: 0,
        decay_e: 0,
        decay_i: 0,
        gain_e: 0,
        gain_i: 0,
        threshold: 10,
        reset: -5,
        refractory: 2,
    };

    #[test]
    fn a_neuron_is_held_for_its_refractory_ticks_and_then_starts_at_reset() {
        let factors = Factors::new(&LIF, 16);
        let mut v = [0; 16];
        let mut seen = [(false, 0); 5];
        for seen in &mut seen {
            // v − v_∞ comes to 10: the threshold, whenever nothing holds the neuron.
            let moved = membrane(&factors, [[10; 16], [0; 16], v]);
            v = moved.v;
            *seen = (moved.spikes[3] != 0, potential(&LIF, v[3] as i32));
        }
        let spike = (true, -5);
        assert_eq!(seen, [spike, (false, -5), (false, -5), spike, (false, -5)]);
        assert_eq!(v[3] as i32, HELD + 1);
    }

    #[test]
    fn what_leaves_the_limit_is_cut_and_flagged_lane_by_lane() {
        let factors = Factors::new(&LIF, 16);
        let (mut decayed, mut ring) = ([0; 16], [0; 16]);
        (decayed[1], ring[1]) = (LIMIT as u32 - 1, 1);
        (decayed[2], ring[2]) = (LIMIT as u32 - 1, 2);
        ring[3] = i32::MIN as u32;
        let (current, cut) = arrive(&decayed, &ring, &factors);
        let lanes = |words: [u32; 16]| words.map(|word| word as i32);
        assert_eq!(lanes(current)[..5], [0, LIMIT, LIMIT, -LIMIT, 0]);
        assert_eq!(
            cut.map(|flag| flag != 0)[..5],
            [false, false, true, true, false]
        );

        let low = (-2 * LIMIT) as u32;
        let moved = membrane(&factors, [[low; 16], [0; 16], [0; 16]]);
        assert_eq!((moved.v[0] as i32, moved.cut[0] != 0), (-LIMIT, true));
        // A held neuron's sum means nothing.
        let held = membrane(&factors, [[low; 16], [0; 16], [HELD as u32 + 2; 16]]);
        assert_eq!((held.v[0] as i32, held.cut[0]), (HELD + 1, 0));
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
            let (current, _) = arrive(&[0; 16], &[word as u32; 16], &factors);
            assert_eq!(current[0] as i32, mv, "{fraction}");
        }
    }
}
