//! One suite for all placers, and the figures of each refusal.

use super::*;
use crate::mapping::types::{CoreLoad, Slice, SlotCount};
use proptest::prelude::*;
use spinedrift_emulator::geometry::Link;
use std::collections::{BTreeMap, BTreeSet};

/// So many cores, each with one slice of its own population.
fn cores(count: usize) -> Partition {
    let slice = |population| Slice {
        population,
        first_slot: 0,
        slots: 16,
    };
    let load = |slice| CoreLoad {
        slices: vec![slice],
    };
    Partition {
        slices: (0..count).map(slice).collect(),
        cores: (0..count).map(load).collect(),
        core_of: (0..count).collect(),
    }
}

/// Nets in a ring.
fn ring(count: usize) -> Vec<Net> {
    (0..count)
        .map(|source| Net {
            source,
            targets: vec![(source + 1) % count],
        })
        .collect()
}

/// A task and its answer for each placer.
fn check_all(
    machine: &Machine,
    sdram_bytes: &[u64],
    constraints: &[Constraint],
    check: impl Fn(Result<Placement, PlaceError>),
) {
    let partition = cores(sdram_bytes.len());
    let nets = ring(sdram_bytes.len());
    let slots = SlotCount {
        total: 16,
        unit: 16,
    };
    let populations: Vec<_> = (0..sdram_bytes.len())
        .map(|index| PopulationSlots {
            name: format!("p{index}"),
            slots,
            slots_per_core_max: None,
        })
        .collect();
    for (name, placer) in Placer::ALL {
        println!("{name}");
        check(place(
            placer,
            &PlaceTask {
                machine,
                populations: &populations,
                partition: &partition,
                sdram_bytes,
                nets: &nets,
                constraints,
            },
        ));
    }
}

fn spinn3() -> Machine {
    Machine::load("spinn3").unwrap()
}

#[test]
fn a_full_machine_is_filled_to_the_last_core() {
    check_all(&spinn3(), &[0; 68], &[], |placement| {
        let places: BTreeSet<_> = placement.unwrap().cores.into_iter().collect();
        assert_eq!(places.len(), 68);
    });
}

#[test]
fn one_core_too_many_is_refused_with_the_figures() {
    let expected = PlaceError::MachineTooSmall {
        machine: "spinn3".to_owned(),
        needed_cores: 69,
        available_cores: 68,
        short_by: 1,
        chips: 5,
    };
    check_all(&spinn3(), &[0; 69], &[], |placement| {
        assert_eq!(placement, Err(expected.clone()));
    });
}

#[test]
fn dead_parts_are_not_used() {
    let dead = ChipCoord::new(1, 0);
    let machine = spinn3()
        .without_chip(dead)
        .without_core(ChipCoord::new(0, 1), 5)
        .without_link(ChipCoord::new(0, 0), Link::North);
    check_all(&machine, &[0; 50], &[], |placement| {
        for place in placement.unwrap().cores {
            assert!(place.chip != dead && place.core >= 1);
            assert!((place.chip, place.core) != (ChipCoord::new(0, 1), 5));
        }
    });
}

#[test]
fn a_population_is_put_where_it_is_wanted() {
    let chip = ChipCoord::new(1, 1);
    check_all(
        &spinn3(),
        &[0; 60],
        &[Constraint::OnChip {
            population: 33,
            chip,
        }],
        |placement| {
            assert_eq!(placement.unwrap().cores[33].chip, chip);
        },
    );
}

#[test]
fn a_dead_chip_is_no_wish() {
    let chip = ChipCoord::new(5, 5);
    let expected = PlaceError::NoSuchChip {
        machine: "spinn3".to_owned(),
        population: "p0".to_owned(),
        chip,
    };
    let wish = [Constraint::OnChip {
        population: 0,
        chip,
    }];
    check_all(&spinn3(), &[0; 2], &wish, |placement| {
        assert_eq!(placement, Err(expected.clone()));
    });
}

#[test]
fn two_wishes_for_one_core_are_refused() {
    let (first, second) = (ChipCoord::new(0, 0), ChipCoord::new(1, 1));
    let wishes = [first, second].map(|chip| Constraint::OnChip {
        population: 0,
        chip,
    });
    let expected = PlaceError::Contradiction {
        core: 0,
        populations: "p0".to_owned(),
        first,
        second,
    };
    check_all(&spinn3(), &[0; 2], &wishes, |placement| {
        assert_eq!(placement, Err(expected.clone()));
    });
}

#[test]
fn a_wish_beyond_the_chips_cores_is_refused() {
    let chip = ChipCoord::new(0, 0);
    let wishes: Vec<_> = (0..18)
        .map(|population| Constraint::OnChip { population, chip })
        .collect();
    let sdram_bytes = spinn3().sdram_bytes;
    let expected = PlaceError::ChipFull {
        population: "p17".to_owned(),
        core: 17,
        chip,
        cores: 17,
        sdram_bytes,
    };
    check_all(&spinn3(), &[0; 18], &wishes, |placement| {
        assert_eq!(placement, Err(expected.clone()));
    });
    check_all(&spinn3(), &[0; 17], &wishes[..17], |placement| {
        assert!(placement.is_ok());
    });
}

#[test]
fn reserved_cores_stay_free() {
    let reserve = [Constraint::ReserveCores {
        chip: None,
        cores: 15,
    }];
    check_all(&spinn3(), &[0; 8], &reserve, |placement| {
        assert!(placement.unwrap().cores.iter().all(|place| place.core <= 2));
    });
    check_all(&spinn3(), &[0; 9], &reserve, |placement| {
        assert!(placement.is_err());
    });
}

#[test]
fn reserved_sdram_stays_free() {
    let sdram = spinn3().sdram_bytes;
    let reserve = [Constraint::ReserveSdram {
        chip: Some(ChipCoord::new(0, 0)),
        bytes: 1,
    }];
    check_all(&spinn3(), &[sdram; 3], &reserve, |placement| {
        assert!(
            placement
                .unwrap()
                .cores
                .iter()
                .all(|place| place.chip != ChipCoord::new(0, 0))
        );
    });
    check_all(&spinn3(), &[sdram; 4], &reserve, |placement| {
        assert!(placement.is_err());
    });
}

#[test]
fn hungry_cores_are_placed_first_if_need_be() {
    // In order, each small core would take a chip that a large one needs.
    let sdram = spinn3().sdram_bytes;
    let needs = [sdram / 4, sdram / 2, sdram / 4, sdram, sdram, sdram];
    check_all(&spinn3(), &needs, &[], |placement| {
        assert!(placement.is_ok());
    });
}

#[test]
fn too_little_sdram_is_refused_with_the_figures() {
    let sdram = spinn3().sdram_bytes;
    check_all(&spinn3(), &[sdram / 2 + 1; 5], &[], |placement| {
        let error = placement.unwrap_err();
        let PlaceError::TooLittleSdram {
            needed_bytes,
            most_left_bytes,
            ..
        } = error
        else {
            panic!("{error}")
        };
        assert_eq!(
            (needed_bytes, most_left_bytes),
            (sdram / 2 + 1, sdram - sdram / 2 - 1)
        );
    });
}

#[test]
fn annealing_shortens_the_wires_of_a_shuffled_ring() {
    let machine = Machine::load("spinn5").unwrap();
    let partition = cores(400);
    // Neighbours on the ring are 151 apart in the partition.
    let nets: Vec<_> = (0..400)
        .map(|n| Net {
            source: n * 151 % 400,
            targets: vec![(n + 1) * 151 % 400],
        })
        .collect();
    let sdram_bytes = [0; 400];
    let task = PlaceTask {
        machine: &machine,
        populations: &[],
        partition: &partition,
        sdram_bytes: &sdram_bytes,
        nets: &nets,
        constraints: &[],
    };
    let length = |placer| wire_length(&machine, &partition, &nets, &place(placer, &task).unwrap());
    let (before, after) = (
        length(Placer::Hilbert),
        length(Placer::Annealed { seed: 1 }),
    );
    assert!(after * 3 < before, "{before} to {after}");
}

#[test]
fn every_placer_has_its_name() {
    for (name, placer) in Placer::ALL {
        assert_eq!(Placer::named(name, 0), Some(placer));
    }
    assert_eq!(Placer::named("random", 7), Some(Placer::Random { seed: 7 }));
    assert_eq!(Placer::named("no-such", 0), None);
}

proptest! {
    #[test]
    fn every_placement_is_lawful(
        needs in prop::collection::vec(0_u64..40_000_000, 1..60),
        dead in prop::collection::btree_set(0_usize..4, 0..2),
        seed: u64,
        which in 0_usize..4,
    ) {
        let grid = spinn3().grid;
        let machine = dead.iter().fold(spinn3(), |machine, &chip| machine.without_chip(grid.chip(chip)));
        let partition = cores(needs.len());
        let nets = ring(needs.len());
        let task = PlaceTask { machine: &machine, populations: &[], partition: &partition, sdram_bytes: &needs, nets: &nets, constraints: &[] };
        let placer = Placer::named(Placer::ALL[which].0, seed).unwrap();
        let placement = place(placer, &task);
        prop_assert_eq!(&placement, &place(placer, &task), "the same again");
        let Ok(placement) = placement else { return Ok(()) };
        let mut used = BTreeMap::<ChipCoord, u64>::new();
        let mut seen = BTreeSet::new();
        for (place, &bytes) in placement.cores.iter().zip(&needs) {
            prop_assert!(seen.insert(*place));
            prop_assert!(machine.cores(place.chip).any(|core| core == place.core));
            *used.entry(place.chip).or_default() += bytes;
        }
        prop_assert!(used.values().all(|&bytes| bytes <= machine.sdram_bytes));
    }
}
