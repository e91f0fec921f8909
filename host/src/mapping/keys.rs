//! Gives every slice the keys of its spikes.
//!
//! A slice has a power-of-two space of keys; the spike of its n-th slot has key `base + n`. The slices of a population
//! have spaces of one size, one after the other, inside a power-of-two block of the population's own: whatever lies on
//! their way through the machine together can then share a table entry. Populations take their blocks largest first (ties by
//! index), so that every block is aligned without a gap.

use super::types::{Partition, PopulationSlots};
use miette::Diagnostic;
use serde::Serialize;
use thiserror::Error;

/// The keys of a slice: those with `key & mask == base`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct KeySpace {
    /// First key.
    pub base: u32,
    /// 1 for each bit that all keys of the space share.
    pub mask: u32,
}

impl KeySpace {
    /// Whether the key is one of this space.
    #[must_use]
    pub const fn contains(&self, key: u32) -> bool {
        key & self.mask == self.base
    }

    /// Number of keys.
    #[must_use]
    pub const fn size(&self) -> u64 {
        !self.mask as u64 + 1
    }
}

/// The keys of all slices.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Keys {
    /// The space of each slice; disjoint.
    pub spaces: Vec<KeySpace>,
    /// Slices by their base, ascending.
    by_base: Vec<(u32, usize)>,
}

impl Keys {
    /// The slice that sends this key, and the slot within the slice; `None` if no slice has this key. The slot may lie
    /// beyond the slice's slots: a space is rounded up to a power of two.
    #[must_use]
    pub fn sender(&self, key: u32) -> Option<(usize, u32)> {
        let after = self.by_base.partition_point(|&(base, _)| base <= key);
        let &(base, slice) = self.by_base.get(after.checked_sub(1)?)?;
        self.spaces[slice]
            .contains(key)
            .then_some((slice, key - base))
    }
}

/// Why there are not enough keys.
#[derive(Clone, Debug, PartialEq, Eq, Error, Diagnostic)]
pub enum KeysError {
    /// A population's block does not fit into what is left of the 2^32 keys.
    #[error(
        "population `{population}` needs {needed} keys in a row, but {left} of the 2^32 are left"
    )]
    #[diagnostic(help("a key has 32 bits: map fewer neurons, or fewer and larger slices"))]
    Exhausted {
        /// Name of the population.
        population: String,
        /// Size of its block.
        needed: u64,
        /// Keys that are left.
        left: u64,
    },
}

/// All keys there are.
const KEYS: u64 = 1 << 32;

/// Gives every slice its keys.
///
/// # Errors
/// If 32 bits do not suffice.
pub fn allocate(populations: &[PopulationSlots], partition: &Partition) -> Result<Keys, KeysError> {
    let mut blocks = vec![Block::default(); populations.len()];
    for slice in &partition.slices {
        let block = &mut blocks[slice.population];
        block.slices += 1;
        block.stride = block.stride.max(u64::from(slice.slots).next_power_of_two());
    }
    let mut order: Vec<usize> = (0..blocks.len()).collect();
    order.sort_by_key(|&population| (std::cmp::Reverse(blocks[population].size()), population));
    let mut next = 0;
    for population in order {
        let needed = blocks[population].size();
        blocks[population].next = next;
        next += needed;
        if next > KEYS {
            let population = populations[population].name.clone();
            return Err(KeysError::Exhausted {
                population,
                needed,
                left: KEYS - (next - needed),
            });
        }
    }
    let spaces: Vec<_> = partition
        .slices
        .iter()
        .map(|slice| blocks[slice.population].take())
        .collect();
    let mut by_base: Vec<_> = spaces
        .iter()
        .enumerate()
        .map(|(slice, space)| (space.base, slice))
        .collect();
    by_base.sort_unstable();
    Ok(Keys { spaces, by_base })
}

/// The keys of a population.
#[derive(Clone, Default)]
struct Block {
    slices: u64,
    /// Keys of a slice.
    stride: u64,
    /// First key of the next slice.
    next: u64,
}

impl Block {
    fn size(&self) -> u64 {
        self.slices.next_power_of_two() * self.stride
    }

    fn take(&mut self) -> KeySpace {
        // Below 2^32: the block was checked to end there at the latest.
        let space = KeySpace {
            base: self.next as u32,
            mask: !((self.stride - 1) as u32),
        };
        self.next += self.stride;
        space
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mapping::types::{Slice, SlotCount};
    use proptest::prelude::*;

    /// Keys for populations with slices of these sizes.
    fn keys(sizes: &[Vec<u32>]) -> Result<Keys, KeysError> {
        let slots = SlotCount {
            total: 16,
            unit: 16,
        };
        let named = |index| PopulationSlots {
            name: format!("p{index}"),
            slots,
            slots_per_core_max: None,
        };
        let populations: Vec<_> = (0..sizes.len()).map(named).collect();
        let slice = |population, slots| Slice {
            population,
            first_slot: 0,
            slots,
        };
        let slices = sizes
            .iter()
            .enumerate()
            .flat_map(|(p, sizes)| sizes.iter().map(move |&slots| slice(p, slots)));
        allocate(
            &populations,
            &Partition {
                slices: slices.collect(),
                ..Partition::default()
            },
        )
    }

    #[test]
    fn the_slices_of_a_population_make_one_aligned_block() {
        let keys = keys(&[vec![16], vec![256, 256, 256, 16]]).unwrap();
        let bases: Vec<_> = keys.spaces.iter().map(|space| space.base).collect();
        assert_eq!(bases, [1024, 0, 256, 512, 768]);
        assert_eq!(keys.spaces[4].mask, 0xffff_ff00);
        assert_eq!(keys.spaces[0].mask, 0xffff_fff0);
    }

    #[test]
    fn a_key_leads_back_to_its_slice_and_slot() {
        let keys = keys(&[vec![256, 48]]).unwrap();
        assert_eq!(keys.sender(256 + 47), Some((1, 47)));
        assert_eq!(keys.sender(512), None);
    }

    #[test]
    fn all_keys_can_be_used_and_not_one_more() {
        let half = 1 << 31;
        let full = keys(&[vec![half], vec![half]]).unwrap();
        assert_eq!(
            full.spaces[1],
            KeySpace {
                base: half,
                mask: half
            }
        );
        let expected = KeysError::Exhausted {
            population: "p2".to_owned(),
            needed: 16,
            left: 0,
        };
        assert_eq!(keys(&[vec![half], vec![half], vec![16]]), Err(expected));
    }

    proptest! {
        #[test]
        fn spaces_are_disjoint_and_large_enough(sizes in prop::collection::vec(prop::collection::vec(1_u32..20, 0..9), 0..6)) {
            let sizes: Vec<Vec<u32>> = sizes.into_iter().map(|s| s.into_iter().map(|n| n * 16).collect()).collect();
            let keys = keys(&sizes).unwrap();
            for (slice, &slots) in sizes.iter().flatten().enumerate() {
                let space = keys.spaces[slice];
                for slot in [0, slots - 1] {
                    prop_assert!(space.contains(space.base + slot));
                    prop_assert_eq!(keys.sender(space.base + slot), Some((slice, slot)));
                }
            }
            for (a, one) in keys.spaces.iter().enumerate() {
                for other in &keys.spaces[..a] {
                    prop_assert_ne!((one.base ^ other.base) & one.mask & other.mask, 0);
                }
            }
        }
    }
}
