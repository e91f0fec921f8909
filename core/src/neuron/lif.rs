//! Leaky integrate-and-fire neurons with current-based exponential synapses, integrated exactly over a tick
//! (Rotter & Diesmann 1999): τ_m dv/dt = v_∞ − v + g_e − g_i, dg/dt = −g/τ.
//!
//! v(t+Δt) = v_∞ + (v − v_∞) e^(−Δt/τ_m) + g_e k_e − g_i k_i, with the factors worked out by the host.

use super::lanes::lanes_where;
use super::psp::decay;
use super::{Context, Fired, psp};
use crate::image::slice::Lif;
use crate::kernel::counters::Counters;
use crate::kernel::hardware::{Hardware, Work};
use crate::spike::{BLOCK, BLOCK_SLOTS};

/// State arrays of a block: v, g_e, g_i, v_∞ (mV, Q15.16), refractory ticks left.
const ARRAYS: usize = 5;

/// Advances a slice by one tick. `ring` holds this tick's excitatory input of all blocks, then the inhibitory one.
#[inline(always)]
pub fn advance(
    context: Context<'_>,
    lif: &Lif,
    state: &mut [[u32; BLOCK]],
    ring: (&[[u32; BLOCK]], &[[u32; BLOCK]]),
    counters: &mut Counters,
    hw: &mut impl Hardware,
) -> Fired {
    let mut fired = Fired::default();
    let (excitatory, inhibitory) = ring;
    let blocks = state
        .chunks_exact_mut(ARRAYS)
        .zip(excitatory.iter().zip(inhibitory))
        .zip(&mut fired);
    for (block, ((arrays, (excitatory, inhibitory)), fired)) in (0_u32..).zip(blocks) {
        let [v, g_e, g_i, v_inf, refractory] = arrays else {
            continue;
        };
        let lanes = context.slice.lanes(block);
        let moved = membrane(lif, [*v, *g_e, *g_i, *v_inf, *refractory]);
        (*v, *refractory) = (moved.v, moved.refractory);
        *fired = lane_bits(&moved.fired) & lanes;
        let saturated = current(context, g_e, lif.decay_e, excitatory)
            | current(context, g_i, lif.decay_i, inhibitory);
        if saturated & lanes != 0 {
            context.saturated(counters, block, saturated & lanes);
        }
        hw.charge(Work::LifNeuron, BLOCK_SLOTS);
    }
    fired
}

/// Decays a current, then adds what arrives now; it acts on the membrane from the next tick on.
#[inline(always)]
fn current(context: Context<'_>, g: &mut [u32; BLOCK], factor: u32, input: &[u32; BLOCK]) -> u16 {
    psp::decay_lanes(g, factor);
    // Most blocks receive nothing in most ticks.
    if input.iter().fold(0, |any, word| any | word) == 0 {
        return 0;
    }
    psp::add_lanes(g, &psp::from_ring(input, context.slice.ring_fraction))
}

/// What a block's membranes came to.
struct Moved {
    v: [u32; BLOCK],
    refractory: [u32; BLOCK],
    /// Not 0 where the threshold was reached.
    fired: [u32; BLOCK],
}

/// Moves the membranes (v, g_e, g_i, v_∞, refractory) over one tick. It takes and gives arrays by value: a loop that
/// stores through references might change what it reads, as far as the compiler knows, and would not be vectorised.
#[inline(always)]
#[expect(
    clippy::indexing_slicing,
    reason = "every array has an entry for each lane of the loop"
)]
fn membrane(lif: &Lif, [v, g_e, g_i, v_inf, refractory]: [[u32; BLOCK]; ARRAYS]) -> Moved {
    let lif = *lif;
    let mut moved = Moved {
        v: [0; BLOCK],
        refractory: [0; BLOCK],
        fired: [0; BLOCK],
    };
    for lane in 0..BLOCK {
        let rest = v_inf[lane] as i32;
        let excitation = decay(g_e[lane] as i32, lif.gain_e);
        let drive = excitation.saturating_sub(decay(g_i[lane] as i32, lif.gain_i));
        let above = decay((v[lane] as i32).saturating_sub(rest), lif.decay_v);
        let free = rest.saturating_add(above).saturating_add(drive);
        // All ones for yes: bits that select, instead of branches.
        let held = u32::from(refractory[lane] != 0).wrapping_neg();
        let spikes = u32::from(free >= lif.threshold).wrapping_neg() & !held;
        let still = held | spikes;
        moved.v[lane] = (lif.reset as u32 & still) | (free as u32 & !still);
        moved.refractory[lane] =
            (lif.refractory & spikes) | (refractory[lane].wrapping_add(held) & !spikes);
        moved.fired[lane] = spikes;
    }
    moved
}

/// The lanes that aren't 0: seldom any, and quickly seen.
#[inline(always)]
fn lane_bits(flags: &[u32; BLOCK]) -> u16 {
    if flags.iter().fold(0, |any, flag| any | flag) == 0 {
        return 0;
    }
    lanes_where(flags, |flag| flag != 0)
}
