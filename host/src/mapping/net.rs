//! Which cores must hear which slice.

use super::types::Partition;
use std::collections::BTreeSet;

/// Knows which cores have synapses from a slice.
pub trait Connectivity {
    /// The cores of this partition that must receive the spikes of a slice; none: the slice is never heard, and its core
    /// must not send its spikes.
    fn targets(&self, partition: &Partition, slice: usize) -> BTreeSet<usize>;
}

impl<F: Fn(&Partition, usize) -> BTreeSet<usize>> Connectivity for F {
    fn targets(&self, partition: &Partition, slice: usize) -> BTreeSet<usize> {
        self(partition, slice)
    }
}

/// A slice and its listeners.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Net {
    /// Index of the slice.
    pub source: usize,
    /// Indexes of the cores, ascending.
    pub targets: Vec<usize>,
}

/// The nets of a partition, one for each slice, in their order. Cores that don't exist are left out.
#[must_use]
pub fn collect(partition: &Partition, connectivity: &dyn Connectivity) -> Vec<Net> {
    let exists = |&core: &usize| core < partition.cores.len();
    let targets = |source| {
        connectivity
            .targets(partition, source)
            .into_iter()
            .filter(exists)
            .collect()
    };
    (0..partition.slices.len())
        .map(|source| Net {
            source,
            targets: targets(source),
        })
        .collect()
}
