//! Which presynaptic slots reach which slice, and how long their rows are: one pass over all synapses of a partition.

use super::Source;
use crate::description::connectivity::Connectivity;
use crate::description::slots::SlotLayout;
use crate::mapping::types::{Partition, Slice};
use spinedrift_core::spike::BLOCK_SLOTS;
use spinedrift_core::synapse::subrow;
use std::collections::BTreeSet;
use std::ops::Range;

/// The rows of one projection that end at one slice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rows {
    pub(super) projection: usize,
    pub(super) pre_population: usize,
    /// Index of the target slice in the partition.
    pub(super) slice: usize,
    /// First and last presynaptic slot with a synapse.
    pub(super) pre_first: u32,
    pub(super) pre_last: u32,
    /// Words from row to row.
    pub(super) stride: u32,
}

/// All rows of a partition.
#[derive(Debug, Default)]
pub(super) struct Reach {
    /// By target slice.
    pub(super) rows: Vec<Vec<Rows>>,
}

/// Neurons of a slice.
pub(super) fn neurons(layout: SlotLayout, slice: &Slice) -> Range<u32> {
    let at = |slot: u32| (slot / layout.padded_group * layout.group_size).min(layout.neurons);
    at(slice.first_slot)..at(slice.first_slot + slice.slots)
}

impl Reach {
    pub(super) fn new(source: &Source<'_>, partition: &Partition) -> Self {
        let mut rows: Vec<Vec<Rows>> = vec![Vec::new(); partition.slices.len()];
        for (index, (projection, synapses)) in source
            .network
            .projections
            .iter()
            .zip(source.connectivity)
            .enumerate()
        {
            let (Some(pre), Some(post)) = (
                source.network.populations.get(projection.pre),
                source.network.populations.get(projection.post),
            ) else {
                continue;
            };
            let (pre_layout, post_layout) = (pre.slots(), post.slots());
            let targets: Vec<usize> = partition.of_population(projection.post).collect();
            let lengths = row_lengths(synapses, partition, &targets, post_layout);
            for (slice, (first, last, longest)) in targets.into_iter().zip(lengths) {
                let Some(place) = partition.slices.get(slice).filter(|_| longest > 0) else {
                    continue;
                };
                let stride = match projection.plasticity {
                    Some(_) => place.slots / BLOCK_SLOTS * subrow::WORDS as u32,
                    None => 1 + longest,
                };
                let (pre_first, pre_last) = (pre_layout.slot_of(first), pre_layout.slot_of(last));
                let rows = rows.get_mut(slice);
                let new = Rows {
                    projection: index,
                    pre_population: projection.pre,
                    slice,
                    pre_first,
                    pre_last,
                    stride,
                };
                if let Some(rows) = rows {
                    rows.push(new);
                }
            }
        }
        Self { rows }
    }

    /// Whether any core hears a slice.
    pub(super) fn is_heard(&self, source: &Slice) -> bool {
        self.rows.iter().flatten().any(|rows| rows.hears(source))
    }

    /// Cores that hear a slice.
    pub(super) fn targets(&self, partition: &Partition, slice: usize) -> BTreeSet<usize> {
        let Some(source) = partition.slices.get(slice) else {
            return BTreeSet::new();
        };
        let hears = |rows: &&Rows| rows.hears(source);
        let slices = self
            .rows
            .iter()
            .flatten()
            .filter(hears)
            .map(|rows| rows.slice);
        slices
            .filter_map(|slice| partition.core_of.get(slice).copied())
            .collect()
    }
}

impl Rows {
    /// Whether some slot of a slice has a row here.
    pub(super) const fn hears(&self, source: &Slice) -> bool {
        source.population == self.pre_population
            && source.first_slot <= self.pre_last
            && self.pre_first < source.first_slot + source.slots
    }

    pub(super) const fn count(&self) -> u32 {
        self.pre_last - self.pre_first + 1
    }
}

/// For each target slice: first and last presynaptic neuron with a synapse there, and the longest row.
fn row_lengths(
    synapses: &Connectivity,
    partition: &Partition,
    targets: &[usize],
    layout: SlotLayout,
) -> Vec<(u32, u32, u32)> {
    let ranges: Vec<Range<u32>> = targets
        .iter()
        .filter_map(|slice| partition.slices.get(*slice))
        .map(|slice| neurons(layout, slice))
        .collect();
    match synapses {
        Connectivity::AllToAll(all) => {
            let last = all.pre_size.saturating_sub(1);
            ranges
                .iter()
                .map(|range| (0, last, range.end - range.start))
                .collect()
        }
        Connectivity::Sparse(csr) => {
            let mut owner = vec![0_u32; layout.neurons as usize];
            for (target, range) in (0_u32..).zip(&ranges) {
                owner
                    .get_mut(range.start as usize..range.end as usize)
                    .into_iter()
                    .flatten()
                    .for_each(|o| *o = target);
            }
            let mut found = vec![(u32::MAX, 0, 0); ranges.len()];
            for (pre, ends) in (0_u32..).zip(csr.row_start.windows(2)) {
                let row = csr
                    .post
                    .get(ends[0] as usize..ends[1] as usize)
                    .unwrap_or_default();
                // Posts ascend, so those of one slice follow each other.
                let slice_of = |post: &u32| owner.get(*post as usize).copied().unwrap_or(0);
                for part in row.chunk_by(|a, b| slice_of(a) == slice_of(b)) {
                    let target = part.first().map_or(0, slice_of);
                    if let Some((first, last, longest)) = found.get_mut(target as usize) {
                        *first = pre.min(*first);
                        *last = pre;
                        *longest = (part.len() as u32).max(*longest);
                    }
                }
            }
            found
        }
    }
}
