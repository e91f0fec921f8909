//! The whole pipeline: every spike arrives where it must and nowhere else, and the same task gives the same bytes.

use super::*;
use proptest::prelude::*;
use spinedrift_emulator::geometry::{ChipCoord, Link};
use spinedrift_emulator::network::Decision;
use std::collections::{BTreeMap, BTreeSet};

/// A network of populations, and who sends to whom: pairs of populations.
#[derive(Debug)]
pub(super) struct Sample {
    pub(super) machine: Machine,
    pub(super) populations: Vec<PopulationSlots>,
    pub(super) projections: BTreeSet<(usize, usize)>,
    pub(super) options: Options,
}

impl Sample {
    fn new(
        machine: &str,
        sizes: &[u32],
        projections: impl IntoIterator<Item = (usize, usize)>,
    ) -> Self {
        let population = |(index, &total): (usize, &u32)| PopulationSlots {
            name: format!("p{index}"),
            slots: SlotCount { total, unit: 16 },
            slots_per_core_max: None,
        };
        Self {
            machine: Machine::load(machine).unwrap(),
            populations: sizes.iter().enumerate().map(population).collect(),
            projections: projections.into_iter().collect(),
            options: Options::default(),
        }
    }

    fn targets(&self, partition: &Partition, slice: usize) -> BTreeSet<usize> {
        let pre = partition.slices[slice].population;
        let hears = |post: usize| self.projections.contains(&(pre, post));
        let hearing = |core: &usize| {
            partition
                .on_core(*core)
                .any(|slice| hears(slice.population))
        };
        (0..partition.cores.len()).filter(hearing).collect()
    }

    pub(super) fn map(&self) -> Result<Mapping, MapError> {
        let footprint = |partition: &Partition, core: usize| {
            let slots = u64::from(partition.slots(core));
            let item = |name, memory, bytes| BudgetItem {
                name,
                memory,
                bytes,
            };
            Budget {
                items: vec![
                    item("neurons", Memory::Dtcm, slots * 100),
                    item("rows", Memory::Sdram, slots * 10_000),
                ],
            }
        };
        let connectivity = |partition: &Partition, slice: usize| self.targets(partition, slice);
        map(&Task {
            machine: &self.machine,
            populations: &self.populations,
            footprint: &footprint,
            connectivity: &connectivity,
            constraints: &[],
            options: self.options,
        })
    }

    pub(super) fn report(&self) -> MapReport {
        MapReport::new(&self.machine, &self.populations, &self.map().unwrap())
    }
}

/// One population that hears itself.
pub(super) fn all_to_all(neurons: u32) -> Sample {
    Sample::new("spinn5", &[neurons.next_multiple_of(16)], [(0, 0)])
}

/// Lets the routers deliver one spike, default routes and all; the cores that get it.
fn deliver(
    machine: &Machine,
    mapping: &Mapping,
    from: ChipCoord,
    key: u32,
) -> BTreeMap<CorePlace, u32> {
    let tables: BTreeMap<_, _> = mapping
        .tables
        .iter()
        .map(|table| (table.chip, &table.table))
        .collect();
    let (mut got, mut passed) = (BTreeMap::new(), 0);
    let mut packets: Vec<(ChipCoord, Option<Link>)> = vec![(from, None)];
    while let Some((chip, arrival)) = packets.pop() {
        passed += 1;
        assert!(passed < 100_000, "a packet goes round in circles");
        let decision = tables.get(&chip).map(|table| table.decide(key, arrival));
        let default = arrival.map_or(Decision::Dropped, |link| Decision::Default(link.opposite()));
        let route = decision.unwrap_or(default).route();
        for core in route.cores() {
            *got.entry(CorePlace { chip, core }).or_insert(0) += 1;
        }
        for link in route.links().iter() {
            let next = machine
                .neighbour(chip, link)
                .expect("the packet leaves by a working link");
            packets.push((next, Some(link.opposite())));
        }
    }
    got
}

/// Sends the first and the last spike of every slice that is heard.
fn check_delivery(sample: &Sample, mapping: &Mapping) {
    for (index, slice) in mapping
        .partition
        .slices
        .iter()
        .enumerate()
        .filter(|&(index, _)| mapping.is_heard(index))
    {
        let from = mapping.placement.cores[mapping.partition.core_of[index]].chip;
        let expected: BTreeMap<_, _> = sample
            .targets(&mapping.partition, index)
            .into_iter()
            .map(|core| (mapping.placement.cores[core], 1))
            .collect();
        for slot in [0, slice.slots - 1] {
            let key = mapping.keys.spaces[index].base + slot;
            assert_eq!(
                deliver(&sample.machine, mapping, from, key),
                expected,
                "slice {index}, slot {slot}"
            );
        }
    }
}

#[test]
fn a_hundred_thousand_neurons_are_mapped_the_same_each_time() {
    let sample = all_to_all(100_000);
    let mapping = sample.map().unwrap();
    assert_eq!(mapping.partition.cores.len(), 391);
    let again = sample.map().unwrap();
    assert_eq!(mapping, again);
    let json = |mapping| {
        serde_json::to_string(&MapReport::new(
            &sample.machine,
            &sample.populations,
            mapping,
        ))
        .unwrap()
    };
    assert_eq!(json(&mapping), json(&again));
    check_delivery(&sample, &mapping);
}

#[test]
fn a_network_larger_than_the_machine_says_by_how_much() {
    let error = Sample::new("single", &[18 * 256], []).map().unwrap_err();
    assert!(error.to_string().contains("needs 18 cores"), "{error}");
    assert!(error.to_string().contains("1 are missing"), "{error}");
    let MapError::Place(place::PlaceError::MachineTooSmall { short_by: 1, .. }) = error else {
        panic!("{error}")
    };
}

/// So many sources of 16 slots, each heard by its own subset of eleven cores on one chip.
fn tangle(sources: usize) -> Sample {
    let mut sizes = vec![16; 11];
    sizes.resize(11 + sources, 16);
    let subset = |source: usize| (0..11).filter(move |core| (source + 1) >> core & 1 == 1);
    let projections =
        (0..sources).flat_map(|source| subset(source).map(move |core| (11 + source, core)));
    Sample::new("triad", &sizes, projections)
}

#[test]
fn a_thousand_and_twenty_four_irreducible_entries_fit() {
    for sources in [1023, 1024] {
        let sample = tangle(sources);
        let mapping = sample.map().unwrap();
        assert_eq!(mapping.tables[0].full, sources);
        check_delivery(&sample, &mapping);
    }
}

#[test]
fn one_irreducible_entry_more_is_refused_with_the_figures() {
    let error = tangle(1025).map().unwrap_err();
    let chip = ChipCoord::new(0, 0);
    let expected = tables::TablesError::TableTooLong {
        chip,
        entries: 1025,
        best: 1025,
        limit: 1024,
    };
    assert_eq!(error, MapError::Tables(expected));
    assert!(
        error.to_string().contains("1 more than the 1024"),
        "{error}"
    );
}

#[test]
fn a_table_too_long_for_the_router_is_compressed_until_it_fits() {
    let mut sample = Sample::new(
        "spinn5",
        &[12_800, 6_400, 3_200],
        [(0, 1), (1, 0), (2, 0), (2, 1), (1, 2)],
    );
    let full = sample.map().unwrap();
    let longest = full.tables.iter().map(|table| table.full).max().unwrap();
    sample.machine.router_entries = 12;
    let short = sample.map().unwrap();
    assert!(
        longest > 40
            && short
                .tables
                .iter()
                .all(|table| table.table.entries.len() <= 12)
    );
    check_delivery(&sample, &short);
}

#[test]
fn a_slice_that_nobody_hears_is_known_as_such() {
    let mapping = Sample::new("single", &[16, 16], [(0, 1)]).map().unwrap();
    assert_eq!(
        (
            mapping.is_heard(0),
            mapping.is_heard(1),
            mapping.is_heard(2)
        ),
        (true, false, false)
    );
}

#[test]
fn the_report_adds_up() {
    let sample = Sample::new("spinn5", &[5_120, 1_024, 48], [(0, 1), (1, 0), (2, 0)]);
    let (report, mapping) = (sample.report(), sample.map().unwrap());
    assert_eq!(
        report.cores_used,
        report
            .chips
            .iter()
            .map(|chip| chip.cores_used)
            .sum::<usize>()
    );
    assert_eq!(
        report.tree_links,
        report.links.iter().map(|link| link.routes).sum::<usize>()
    );
    assert_eq!(
        report.tree_links,
        mapping.trees.iter().map(Tree::length).sum::<usize>()
    );
    assert_eq!(
        report.slices,
        report
            .populations
            .iter()
            .map(|population| population.slices)
            .sum::<usize>()
    );
    assert!(report.tree_links as u64 <= report.wire_length);
}

#[test]
fn the_text_names_every_stage_and_population() {
    let text = describe::text(&Sample::new("spinn5", &[5_120, 48], [(0, 1), (1, 0)]).report());
    for part in [
        "Machine spinn5",
        "Partition and keys",
        "p0",
        "p1",
        "Memory of the fullest core",
        "Placement",
        "Routes",
        "Routing tables",
    ] {
        assert!(text.contains(part), "{part} is missing in\n{text}");
    }
    assert!(
        text.lines().all(|line| line.chars().count() <= 100),
        "{text}"
    );
}

#[test]
fn an_empty_network_maps_to_nothing() {
    let sample = Sample::new("single", &[], []);
    assert_eq!(sample.map().unwrap().tables, []);
    assert!(describe::text(&sample.report()).contains("no core is in use"));
    assert!(draw::cores(&sample.report()).ends_with("</svg>\n"));
}

prop_compose! {
    fn samples()(
        machine in prop::sample::select(vec!["spinn3", "spinn5", "triad", "single"]),
        sizes in prop::collection::vec(1_u32..60, 1..7),
        projections in prop::collection::btree_set((0_usize..7, 0_usize..7), 0..14),
        dead in prop::collection::vec((0_usize..48, 0_usize..6), 0..6),
        per_core in 1_u32..17,
        (placer, seed) in (0_usize..4, any::<u64>()),
        router in 0_usize..2,
        (pack, entries, shortest) in (any::<bool>(), 1_u32..40, any::<bool>()),
    ) -> Sample {
        let sizes: Vec<u32> = sizes.into_iter().map(|units| units * 16).collect();
        let mut sample = Sample::new(machine, &sizes, projections);
        for (chip, link) in dead {
            let chip = sample.machine.grid.chip(chip % sample.machine.grid.len());
            sample.machine = sample.machine.without_link(chip, Link::ALL[link]).without_core(chip, link as u8 + 1);
        }
        sample.machine.router_entries = entries;
        sample.options = Options {
            partition: partition::Options { slots_per_core_max: Some(per_core * 16), pack },
            placer: Placer::named(Placer::ALL[placer].0, seed).unwrap(),
            router: Router::ALL[router].1,
            aim: if shortest { Aim::Shortest } else { Aim::Fit },
        };
        sample
    }
}

proptest! {
    #[test]
    fn every_spike_arrives_where_it_is_heard_and_nowhere_else(sample in samples()) {
        let mapping = sample.map();
        prop_assert_eq!(&mapping, &sample.map(), "the same again");
        if let Ok(mapping) = mapping {
            check_delivery(&sample, &mapping);
        }
    }
}
