//! The content of rows: static synapses packed, plastic ones with their first θ.

use super::Source;
use super::fixed::scale;
use super::reach::neurons;
use crate::mapping::types::Slice;
use spinedrift_core::image::{Inlet, InletKind};
use spinedrift_core::spike::{BLOCK, BLOCK_SLOTS};
use spinedrift_core::synapse::{static_row, subrow};

/// Fills in the rows of an inlet that ends at `slice`. `words` are all its rows.
pub(super) fn fill(source: &Source<'_>, inlet: &Inlet, slice: &Slice, words: &mut [u32]) {
    let projection = usize::from(inlet.projection);
    let Some(description) = source.network.projections.get(projection) else {
        return;
    };
    let populations = &source.network.populations;
    let (Some(pre), Some(post)) = (
        populations.get(description.pre),
        populations.get(description.post),
    ) else {
        return;
    };
    let Some(synapses) = source.connectivity.get(projection) else {
        return;
    };
    let (pre_layout, post_layout) = (pre.slots(), post.slots());
    let posts = neurons(post_layout, slice);
    let target = |post: u32| post_layout.slot_of(post) - slice.first_slot;
    let rows = words.chunks_exact_mut(inlet.stride as usize);
    for (pre_slot, row) in (inlet.pre_first..).zip(rows) {
        let Some(pre) = pre_layout.neuron_of(pre_slot) else {
            continue;
        };
        let found = synapses.row_within(pre, posts.clone());
        match inlet.kind {
            InletKind::Static => {
                let fraction = source
                    .scales
                    .populations
                    .get(description.post)
                    .map_or(16, |p| p.ring_fraction);
                let unit = scale(fraction - inlet.weight_shift.min(fraction));
                let mut count = 0;
                for (word, synapse) in row.iter_mut().skip(1).zip(found) {
                    let weight =
                        libm::round(f64::from(synapse.weight) * unit).clamp(0.0, 65_535.0) as u16;
                    *word = static_row::pack(
                        weight,
                        u32::from(synapse.delay_ticks),
                        target(synapse.post) as u8,
                    );
                    count += 1;
                }
                row.iter_mut().take(1).for_each(|head| *head = count);
            }
            InletKind::Plastic(_) => {
                let mut lanes = vec![0_u16; row.len() / subrow::WORDS];
                let mut theta = vec![[0_i32; BLOCK]; lanes.len()];
                let Some(rule) = &description.plasticity else {
                    continue;
                };
                for synapse in found {
                    let slot = target(synapse.post);
                    let (block, lane) =
                        ((slot / BLOCK_SLOTS) as usize, (slot % BLOCK_SLOTS) as usize);
                    let start = rule.initial_theta(source.seed, projection, pre, synapse.post);
                    if let (Some(lanes), Some(theta)) = (lanes.get_mut(block), theta.get_mut(block))
                    {
                        *lanes |= 1 << lane;
                        theta[lane] = libm::round(start * scale(28)) as i32;
                    }
                }
                for ((words, lanes), theta) in
                    row.chunks_exact_mut(subrow::WORDS).zip(lanes).zip(theta)
                {
                    words.copy_from_slice(&subrow::fresh(lanes, &theta));
                }
            }
        }
    }
}
