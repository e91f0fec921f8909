//! Cuts at and around the limits.

use super::*;
use crate::mapping::budget::BudgetItem;
use crate::mapping::types::SlotCount;
use proptest::prelude::*;

fn population(name: &str, total: u32, unit: u32) -> PopulationSlots {
    PopulationSlots {
        name: name.to_owned(),
        slots: SlotCount { total, unit },
        slots_per_core_max: None,
    }
}

fn machine() -> Machine {
    Machine::load("single").unwrap()
}

/// So many bytes of DTCM a slot, and a tenth of that of SDRAM.
fn bytes_a_slot(bytes: u64) -> impl Footprint {
    move |partition: &Partition, core: usize| {
        let bytes = u64::from(partition.slots(core)) * bytes;
        let item = |name, memory, bytes| BudgetItem {
            name,
            memory,
            bytes,
        };
        Budget {
            items: vec![
                item("neurons", Memory::Dtcm, bytes),
                item("rows", Memory::Sdram, bytes / 10),
            ],
        }
    }
}

/// Slots of each slice, and the number of cores.
fn cut(
    populations: &[PopulationSlots],
    bytes: u64,
    pack: bool,
) -> Result<(Vec<u32>, usize), PartitionError> {
    let options = Options {
        slots_per_core_max: None,
        pack,
    };
    let Partitioned { partition, .. } =
        partition(populations, &machine(), &bytes_a_slot(bytes), options)?;
    Ok((
        partition.slices.iter().map(|slice| slice.slots).collect(),
        partition.cores.len(),
    ))
}

#[test]
fn a_population_is_cut_at_the_limit_of_a_core() {
    assert_eq!(
        cut(&[population("a", 256, 16)], 1, false),
        Ok((vec![256], 1))
    );
    assert_eq!(
        cut(&[population("a", 272, 16)], 1, false),
        Ok((vec![256, 16], 2))
    );
}

#[test]
fn a_circuit_is_never_cut() {
    assert_eq!(
        cut(&[population("a", 336, 112)], 1, false),
        Ok((vec![224, 112], 2))
    );
}

#[test]
fn slices_are_halved_until_they_fit() {
    // 65,536 bytes are 65 slots of 1,000 bytes.
    assert_eq!(
        cut(&[population("a", 256, 16)], 1000, false),
        Ok((vec![64; 4], 4))
    );
    assert_eq!(
        cut(&[population("a", 256, 16)], 256, false),
        Ok((vec![256], 1))
    );
    assert_eq!(
        cut(&[population("a", 256, 16)], 257, false),
        Ok((vec![128; 2], 2))
    );
}

#[test]
fn only_the_population_that_is_too_large_is_halved() {
    let heavy = |partition: &Partition, core: usize| {
        let weight = |slice: &super::super::types::Slice| {
            u64::from(slice.slots) * if slice.population == 0 { 512 } else { 1 }
        };
        let bytes = partition.on_core(core).map(weight).sum();
        Budget {
            items: vec![BudgetItem {
                name: "neurons",
                memory: Memory::Dtcm,
                bytes,
            }],
        }
    };
    let populations = [population("heavy", 256, 16), population("light", 256, 16)];
    let found = partition(&populations, &machine(), &heavy, Options::default()).unwrap();
    assert_eq!(
        found
            .partition
            .slices
            .iter()
            .map(|slice| slice.slots)
            .collect::<Vec<_>>(),
        [128, 128, 256]
    );
}

#[test]
fn a_unit_that_does_not_fit_is_refused_with_its_largest_item() {
    let error = cut(&[population("big", 320, 80)], 1000, false).unwrap_err();
    let expected = PartitionError::DoesNotFit {
        population: "big".to_owned(),
        slots: 80,
        memory: Memory::Dtcm,
        needed_bytes: 80_000,
        limit_bytes: 65_536,
        largest: "neurons",
        largest_bytes: 80_000,
    };
    assert_eq!(error, expected);
    assert!(error.to_string().contains("14464 more"), "{error}");
}

#[test]
fn a_circuit_beyond_a_core_is_refused_with_the_figure() {
    let expected = PartitionError::CircuitTooLarge {
        population: "wta".to_owned(),
        unit: 272,
        limit: 256,
    };
    assert_eq!(cut(&[population("wta", 272, 272)], 1, false), Err(expected));
    assert!(cut(&[population("wta", 256, 256)], 1, false).is_ok());
}

#[test]
fn a_limit_above_the_machines_is_refused() {
    let greedy = PopulationSlots {
        slots_per_core_max: Some(257),
        ..population("a", 512, 16)
    };
    let expected = PartitionError::LimitTooHigh {
        population: "a".to_owned(),
        asked: 257,
        limit: 256,
    };
    assert_eq!(cut(&[greedy], 1, false), Err(expected));
}

#[test]
fn slots_that_are_no_multiple_of_the_unit_are_refused() {
    for (total, unit) in [(24, 16), (0, 16), (16, 0)] {
        let expected = PartitionError::Uneven {
            population: "a".to_owned(),
            total,
            unit,
        };
        assert_eq!(
            cut(&[population("a", total, unit)], 1, false),
            Err(expected)
        );
    }
}

#[test]
fn small_populations_share_a_core_only_if_asked() {
    let small = [
        population("a", 64, 16),
        population("b", 64, 16),
        population("c", 144, 16),
    ];
    assert_eq!(cut(&small, 1, false), Ok((vec![64, 64, 144], 3)));
    assert_eq!(cut(&small, 1, true), Ok((vec![64, 64, 144], 2)));
}

#[test]
fn a_shared_core_that_is_too_full_is_taken_apart() {
    let small = [population("a", 64, 16), population("b", 64, 16)];
    assert_eq!(cut(&small, 600, true), Ok((vec![64, 64], 2)));
}

#[test]
fn a_shared_core_keeps_to_the_smallest_limit() {
    let narrow = PopulationSlots {
        slots_per_core_max: Some(96),
        ..population("b", 48, 16)
    };
    assert_eq!(
        cut(&[population("a", 64, 16), narrow], 1, true),
        Ok((vec![64, 48], 2))
    );
}

prop_compose! {
    fn populations()(units in prop::collection::vec((1_u32..40, 1_u32..17), 1..6)) -> Vec<PopulationSlots> {
        units.into_iter().map(|(count, unit)| population("p", count * unit * 16, unit * 16)).collect()
    }
}

proptest! {
    #[test]
    fn every_slot_is_on_one_core_that_fits(populations in populations(), bytes in 1_u64..1000, pack: bool) {
        let options = Options { slots_per_core_max: None, pack };
        let Ok(found) = partition(&populations, &machine(), &bytes_a_slot(bytes), options) else { return Ok(()) };
        let partition = &found.partition;
        let mut next = vec![0; populations.len()];
        for (index, slice) in partition.slices.iter().enumerate() {
            prop_assert_eq!(slice.first_slot, next[slice.population]);
            prop_assert!(slice.slots > 0 && slice.slots % populations[slice.population].slots.unit == 0);
            next[slice.population] += slice.slots;
            prop_assert!(partition.cores[partition.core_of[index]].slices.contains(&index));
        }
        prop_assert_eq!(next, populations.iter().map(|p| p.slots.total).collect::<Vec<_>>());
        prop_assert_eq!(partition.cores.iter().map(|core| core.slices.len()).sum::<usize>(), partition.slices.len());
        for core in 0..partition.cores.len() {
            prop_assert!(partition.slots(core) <= 256);
            prop_assert!(found.budgets[core].bytes(Memory::Dtcm) <= 65_536);
        }
    }
}
