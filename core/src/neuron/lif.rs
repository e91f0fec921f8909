//! Leaky integrate-and-fire neurons with current-based exponential synapses, integrated exactly over a tick
//! (Rotter & Diesmann 1999): τ_m dv/dt = v_∞ − v + g_e − g_i, dg/dt = −g/τ.
//!
//! v(t+Δt) = v_∞ + (v − v_∞) e^(−Δt/τ_m) + g_e k_e − g_i k_i, with the factors worked out by the host.

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
        *fired = membrane(lif, v, (g_e, g_i), v_inf, refractory) & lanes;
        let saturated = currents(context, lif, (g_e, excitatory), (g_i, inhibitory)) & lanes;
        if saturated != 0 {
            context.saturated(counters, block, saturated);
        }
        hw.charge(Work::LifNeuron, BLOCK_SLOTS);
    }
    fired
}

/// Decays both currents, then adds what arrives now; it acts on the membrane from the next tick on.
#[inline(always)]
fn currents(
    context: Context<'_>,
    lif: &Lif,
    (g_e, excitatory): (&mut [u32; BLOCK], &[u32; BLOCK]),
    (g_i, inhibitory): (&mut [u32; BLOCK], &[u32; BLOCK]),
) -> u16 {
    let fraction = context.slice.ring_fraction;
    psp::decay_lanes(g_e, lif.decay_e);
    psp::decay_lanes(g_i, lif.decay_i);
    psp::add_lanes(g_e, &psp::from_ring(excitatory, fraction))
        | psp::add_lanes(g_i, &psp::from_ring(inhibitory, fraction))
}

/// Moves the membranes over one tick and says which reached the threshold.
#[inline(always)]
fn membrane(
    lif: &Lif,
    v: &mut [u32; BLOCK],
    g: (&[u32; BLOCK], &[u32; BLOCK]),
    v_inf: &[u32; BLOCK],
    refractory: &mut [u32; BLOCK],
) -> u16 {
    let mut fired = 0_u16;
    let inputs = g.0.iter().zip(g.1).zip(v_inf);
    for (lane, ((v, refractory), ((g_e, g_i), v_inf))) in
        v.iter_mut().zip(refractory).zip(inputs).enumerate()
    {
        let v_inf = *v_inf as i32;
        let drive = decay(*g_e as i32, lif.gain_e).saturating_sub(decay(*g_i as i32, lif.gain_i));
        let free = v_inf
            .saturating_add(decay((*v as i32).saturating_sub(v_inf), lif.decay_v))
            .saturating_add(drive);
        let held = *refractory > 0;
        let spikes = !held && free >= lif.threshold;
        *v = if held || spikes { lif.reset } else { free } as u32;
        *refractory = if spikes {
            lif.refractory
        } else {
            refractory.saturating_sub(1)
        };
        fired |= u16::from(spikes) << lane;
    }
    fired
}
