//! Merges entries with one route whose keys differ in one bit.
//!
//! The merged entry matches the keys of both and no other, so the table stays disjoint and its order means nothing. Masks
//! are taken from the narrowest to the widest: a merge makes an entry of a wider mask, which may merge again.

use super::Demand;
use spinedrift_emulator::network::{Entry, Route, Table};
use std::collections::{BTreeMap, BTreeSet};

/// What may be merged with each other: entries of one route, and of one kind, default or not.
pub(super) type Kind = (Route, bool);

/// A disjoint set of keys and masks, and what kind they are.
pub(super) type Spaces = Vec<(Kind, u32, u32)>;

/// The demands that are not met by default, siblings merged.
pub(super) fn merged(demands: &[Demand]) -> Table {
    let kept: Vec<Demand> = demands
        .iter()
        .filter(|demand| !demand.is_default())
        .copied()
        .collect();
    let entry = |((route, _), key, mask)| Entry { key, mask, route };
    let mut entries: Vec<Entry> = merge(&kept).into_iter().map(entry).collect();
    entries.sort_unstable_by_key(|entry| (entry.key, entry.mask));
    Table { entries }
}

/// All demands, siblings merged. What is met by default is merged only with its like.
pub(super) fn merge(demands: &[Demand]) -> Spaces {
    // By the number of fixed bits, then by kind and mask.
    let mut groups: Vec<BTreeMap<(Kind, u32), BTreeSet<u32>>> = vec![BTreeMap::new(); 33];
    for demand in demands {
        let kind = ((demand.route, demand.is_default()), demand.keys.mask);
        groups[demand.keys.mask.count_ones() as usize]
            .entry(kind)
            .or_default()
            .insert(demand.keys.base);
    }
    let mut spaces = Vec::new();
    for fixed in (0..=32).rev() {
        for ((kind, mask), mut keys) in std::mem::take(&mut groups[fixed]) {
            for bit in (0..32).map(|n| 1 << n).filter(|bit| mask & bit != 0) {
                let pairs = |key: &&u32| **key & bit == 0 && keys.contains(&(**key | bit));
                let low: Vec<u32> = keys.iter().filter(pairs).copied().collect();
                for key in low {
                    keys.remove(&key);
                    keys.remove(&(key | bit));
                    groups[fixed - 1]
                        .entry((kind, mask & !bit))
                        .or_default()
                        .insert(key);
                }
            }
            spaces.extend(keys.into_iter().map(|key| (kind, key, mask)));
        }
    }
    spaces
}
