//! Stochastic winner-take-all circuits: at most one spike a tick, the winner drawn from the softmax of the potentials.
//!
//! ρ_k = ρ_net · e^{u_k} / Σ_j e^{u_j} (Kappel et al. 2015, after Nessler et al. 2013). A circuit fires in a tick with
//! probability 1 − exp(−ρ_net Δt); only then are potentials needed, so the softmax costs nothing in other ticks.

use super::{Context, Fired, adaptation, overflow, psp};
use crate::image::slice::Wta;
use crate::kernel::counters::Counters;
use crate::kernel::hardware::{Hardware, Work};
use crate::numeric;
use crate::random;
use crate::spike::{BLOCK, BLOCK_SLOTS, CORE_NEURONS_MAX, VECTORS};

/// State arrays of a block: fast, slow, bias, adaptation fall, adaptation rise; each Q15.16.
const ARRAYS: usize = 5;

/// Advances all circuits of a slice by one tick. `ring` holds this tick's input, one array a block.
#[inline(always)]
pub fn advance(
    context: Context<'_>,
    wta: &Wta,
    state: &mut [[u32; BLOCK]],
    ring: &[[u32; BLOCK]],
    counters: &mut Counters,
    hw: &mut impl Hardware,
) -> Fired {
    let slice = context.slice;
    let mut block = 0_u32;
    for (arrays, input) in state.chunks_exact_mut(ARRAYS).zip(ring) {
        if let [fast, slow, _, fall, rise] = arrays {
            let input = psp::from_ring(input, slice.ring_fraction);
            let saturated = psp::advance(wta.psp, fast, slow, &input) & slice.lanes(block);
            adaptation::advance(context.tick, wta, fall, rise);
            if saturated != 0 {
                context.saturated(counters, block, saturated);
            }
        }
        block = block.wrapping_add(1);
    }
    hw.charge(Work::WtaNeuron, block.wrapping_mul(BLOCK_SLOTS));
    let mut fired = Fired::default();
    let group_blocks = usize::from(slice.group_blocks.max(1));
    for (group, arrays) in state
        .chunks_exact_mut(ARRAYS.wrapping_mul(group_blocks))
        .enumerate()
    {
        let first_block = group.wrapping_mul(group_blocks);
        let mut stream = context.stream(first_block as u32);
        if !random::bernoulli(stream.next_u32(), wta.fire) {
            continue;
        }
        for (block, arrays) in (first_block as u32..).zip(arrays.chunks_exact(ARRAYS)) {
            if let [fast, slow, bias, fall, rise] = arrays {
                let terms = [
                    (fast, false),
                    (slow, true),
                    (bias, false),
                    (fall, true),
                    (rise, false),
                ];
                let cut = overflow::lanes_beyond(terms) & slice.lanes(block);
                if cut != 0 {
                    context.saturated(counters, block, cut);
                }
            }
        }
        let winner = draw(
            arrays,
            usize::from(slice.group_neurons),
            stream.next_u32(),
            hw,
        );
        let (in_group, lane) = (winner / BLOCK, winner % BLOCK);
        if let Some(lanes) = fired.get_mut(first_block.wrapping_add(in_group)) {
            *lanes |= 1 << lane;
        }
        if let Some([_, _, _, fall, rise]) = arrays.chunks_exact_mut(ARRAYS).nth(in_group)
            && let (Some(fall), Some(rise)) = (fall.get_mut(lane), rise.get_mut(lane))
            && wta.adapt_amplitude != 0
            && adaptation::spike(wta, fall, rise)
        {
            context.saturated(
                counters,
                first_block.wrapping_add(in_group) as u32,
                1 << lane,
            );
        }
    }
    fired
}

/// Draws the winner of a circuit of so many neurons, whose blocks' states are given, from one random word.
#[inline(always)]
fn draw(arrays: &[[u32; BLOCK]], neurons: usize, word: u32, hw: &mut impl Hardware) -> usize {
    if !VECTORS {
        hw.charge(Work::Softmax, neurons as u32);
        return draw_alone(arrays, neurons, word);
    }
    let mut potentials = [i32::MIN; CORE_NEURONS_MAX];
    let (lanes, _) = potentials.as_chunks_mut::<BLOCK>();
    for (u, arrays) in lanes.iter_mut().zip(arrays.chunks_exact(ARRAYS)) {
        if let [fast, slow, bias, fall, rise] = arrays {
            for ((((u, fast), slow), bias), (fall, rise)) in u
                .iter_mut()
                .zip(fast)
                .zip(slow)
                .zip(bias)
                .zip(fall.iter().zip(rise))
            {
                let psp = (*fast as i32)
                    .saturating_sub(*slow as i32)
                    .saturating_add(*bias as i32);
                *u = psp.saturating_sub((*fall as i32).saturating_sub(*rise as i32));
            }
        }
    }
    hw.charge(Work::Softmax, neurons as u32);
    let potentials = potentials.get(..neurons).unwrap_or_default();
    let mut weights = [0_u32; CORE_NEURONS_MAX];
    let weights = weights.get_mut(..neurons).unwrap_or_default();
    let total = numeric::softmax(potentials, weights);
    numeric::pick(weights, total, word)
}

/// [`draw`] for a machine that computes one lane at a time: in one buffer, since its stack is small.
#[inline(never)]
fn draw_alone(arrays: &[[u32; BLOCK]], neurons: usize, word: u32) -> usize {
    let mut weights = [0_u32; CORE_NEURONS_MAX];
    let (lanes, _) = weights.as_chunks_mut::<BLOCK>();
    for (u, arrays) in lanes.iter_mut().zip(arrays.chunks_exact(ARRAYS)) {
        if let [fast, slow, bias, fall, rise] = arrays {
            let sums = fast.iter().zip(slow).zip(bias).zip(fall.iter().zip(rise));
            for (u, (((fast, slow), bias), (fall, rise))) in u.iter_mut().zip(sums) {
                let psp = (*fast as i32)
                    .saturating_sub(*slow as i32)
                    .saturating_add(*bias as i32);
                *u = psp.saturating_sub((*fall as i32).saturating_sub(*rise as i32)) as u32;
            }
        }
    }
    let weights = weights.get_mut(..neurons).unwrap_or_default();
    let total = numeric::softmax_in_place(weights);
    numeric::pick(weights, total, word)
}
