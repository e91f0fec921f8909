//! One suite for all routers: trees are trees, reach exactly what they must, and use nothing dead.

use super::*;
use crate::mapping::types::CorePlace;
use proptest::prelude::*;
use spinedrift_emulator::geometry::Link;
use std::collections::{BTreeSet, VecDeque};

/// The tree from a chip to one core on each of these chips.
fn tree(
    router: Router,
    machine: &Machine,
    source: ChipCoord,
    targets: &[ChipCoord],
) -> Result<Tree, RouteError> {
    let place = |&chip: &ChipCoord| CorePlace { chip, core: 1 };
    let placement = Placement {
        cores: [source].iter().chain(targets).map(place).collect(),
    };
    let partition = Partition {
        core_of: vec![0],
        ..Partition::default()
    };
    let net = Net {
        source: 0,
        targets: (1..=targets.len()).collect(),
    };
    route(router, machine, &partition, &placement, &[net]).map(|mut trees| trees.remove(0))
}

/// Hops between two chips over what works.
fn living_distance(machine: &Machine, from: ChipCoord, to: ChipCoord) -> Option<usize> {
    let mut found = BTreeMap::from([(from, 0)]);
    let mut queue = VecDeque::from([from]);
    while let Some(chip) = queue.pop_front() {
        let next = found[&chip] + 1;
        for neighbour in Link::ALL
            .into_iter()
            .filter_map(|link| machine.neighbour(chip, link))
        {
            found.entry(neighbour).or_insert_with(|| {
                queue.push_back(neighbour);
                next
            });
        }
    }
    found.get(&to).copied()
}

/// Follows a packet: the chips that it visits, and the cores that it reaches. Fails if it visits a chip twice.
fn follow(machine: &Machine, tree: &Tree) -> (BTreeSet<ChipCoord>, BTreeSet<(ChipCoord, u8)>) {
    let hops: BTreeMap<_, _> = tree.hops.iter().map(|hop| (hop.chip, hop)).collect();
    assert_eq!(hops.len(), tree.hops.len(), "a chip is in the tree once");
    let (mut visited, mut reached) = (BTreeSet::new(), BTreeSet::new());
    let mut at: Vec<_> = tree
        .hops
        .first()
        .map(|hop| (hop.chip, None))
        .into_iter()
        .collect();
    while let Some((chip, arrival)) = at.pop() {
        assert!(visited.insert(chip), "{chip} is visited twice");
        assert_eq!(hops[&chip].arrival, arrival);
        reached.extend(hops[&chip].route.cores().map(|core| (chip, core)));
        for link in hops[&chip].route.links().iter() {
            let next = machine.neighbour(chip, link).expect("the link works");
            at.push((next, Some(link.opposite())));
        }
    }
    (visited, reached)
}

fn chip(x: u8, y: u8) -> ChipCoord {
    ChipCoord::new(x, y)
}

#[test]
fn a_core_of_the_same_chip_is_reached_without_a_link() {
    let machine = Machine::load("spinn5").unwrap();
    for (_, router) in Router::ALL {
        let tree = tree(router, &machine, chip(2, 2), &[chip(2, 2)]).unwrap();
        assert_eq!(tree.length(), 0);
        assert_eq!(tree.hops[0].route.cores().collect::<Vec<_>>(), [1]);
    }
}

#[test]
fn a_slice_that_nobody_hears_has_no_tree() {
    let machine = Machine::load("spinn5").unwrap();
    assert_eq!(
        tree(Router::DimensionOrder, &machine, chip(2, 2), &[])
            .unwrap()
            .hops,
        []
    );
}

#[test]
fn a_dead_link_is_walked_around() {
    let machine = Machine::load("spinn5")
        .unwrap()
        .without_link(chip(2, 2), Link::East);
    for (_, router) in Router::ALL {
        let tree = tree(router, &machine, chip(2, 2), &[chip(3, 2)]).unwrap();
        assert_eq!(tree.length(), 2);
    }
}

#[test]
fn a_chip_without_links_is_cut_off() {
    let lonely = chip(1, 1);
    let machine = Link::ALL
        .iter()
        .fold(Machine::load("spinn5").unwrap(), |m, &link| {
            m.without_link(lonely, link)
        });
    let expected = RouteError::CutOff {
        from: chip(0, 0),
        to: lonely,
        slice: 0,
        population: String::new(),
    };
    for (_, router) in Router::ALL {
        assert_eq!(
            tree(router, &machine, chip(0, 0), &[lonely]),
            Err(expected.clone())
        );
    }
}

#[test]
fn the_whole_board_is_reached_over_47_links() {
    let machine = Machine::load("spinn5").unwrap();
    let all: Vec<_> = machine.chips().collect();
    for (_, router) in Router::ALL {
        assert_eq!(
            tree(router, &machine, chip(0, 0), &all).unwrap().length(),
            47
        );
    }
}

#[test]
fn dimension_order_leaves_no_cycle_of_outputs_on_a_board() {
    let machine = Machine::load("spinn5").unwrap();
    let all: Vec<_> = machine.chips().collect();
    // Which axis an output lies on; packets may only climb.
    let rank = |link: Link| link.index() % 3;
    for &source in &all {
        for hop in tree(Router::DimensionOrder, &machine, source, &all)
            .unwrap()
            .hops
        {
            let Some(arrival) = hop.arrival else { continue };
            for link in hop.route.links().iter() {
                assert!(
                    rank(link) > rank(arrival) || link == arrival.opposite(),
                    "{source}: {arrival} to {link}"
                );
            }
        }
    }
}

#[test]
fn every_router_has_its_name() {
    for (name, router) in Router::ALL {
        assert_eq!(Router::named(name), Some(router));
    }
}

prop_compose! {
    /// A machine of some shape with some dead chips and links.
    fn machines()(
        which in 0_usize..4,
        chips in prop::collection::vec(0_usize..400, 0..6),
        links in prop::collection::vec((0_usize..400, 0_usize..6), 0..20),
    ) -> Machine {
        let shape = ["base = 'spinn5'", "base = 'spinn3'", "base = 'triad'",
            "base = 'spinn5'\ngrid = { outline = 'rectangle', width = 5, height = 3, wrap = true }"];
        let machine = Machine::parse("shape", shape[which]).unwrap();
        let at = |index: usize| machine.grid.chip(index % machine.grid.len());
        let dead = chips.iter().fold(machine.clone(), |m, &index| m.without_chip(at(index)));
        links.iter().fold(dead, |m, &(index, link)| m.without_link(at(index), Link::ALL[link]))
    }
}

proptest! {
    #[test]
    fn every_tree_is_a_tree_and_reaches_its_targets(
        machine in machines(),
        source in 0_usize..400,
        targets in prop::collection::vec(0_usize..400, 1..30),
        which in 0_usize..2,
    ) {
        let chips: Vec<_> = machine.chips().collect();
        prop_assume!(!chips.is_empty());
        let at = |index: usize| chips[index % chips.len()];
        let (source, router) = (at(source), Router::ALL[which].1);
        let targets: Vec<_> = targets.into_iter().map(at).collect();
        let found = tree(router, &machine, source, &targets);
        let reachable = targets.iter().all(|&to| living_distance(&machine, source, to).is_some());
        prop_assert_eq!(found.is_ok(), reachable);
        prop_assert_eq!(&found, &tree(router, &machine, source, &targets), "the same again");
        let Ok(tree) = found else { return Ok(()) };
        let (visited, reached) = follow(&machine, &tree);
        prop_assert_eq!(reached, targets.iter().map(|&chip| (chip, 1)).collect::<BTreeSet<_>>());
        prop_assert_eq!(visited.len(), tree.hops.len());
        for hop in &tree.hops {
            prop_assert!(!hop.route.is_nowhere(), "no dead end");
        }
    }

    #[test]
    fn one_target_is_reached_by_a_shortest_living_path(machine in machines(), a in 0_usize..400, b in 0_usize..400, which in 0_usize..2) {
        let chips: Vec<_> = machine.chips().collect();
        prop_assume!(!chips.is_empty());
        let (source, target) = (chips[a % chips.len()], chips[b % chips.len()]);
        let found = tree(Router::ALL[which].1, &machine, source, &[target]).ok();
        prop_assert_eq!(found.map(|tree| tree.length()), living_distance(&machine, source, target));
    }

    #[test]
    fn dimension_order_keeps_every_path_shortest(a in 0_usize..144, targets in prop::collection::vec(0_usize..144, 1..40)) {
        let machine = Machine::load("triad").unwrap();
        let source = machine.grid.chip(a);
        let targets: Vec<_> = targets.into_iter().map(|index| machine.grid.chip(index)).collect();
        let tree = tree(Router::DimensionOrder, &machine, source, &targets).unwrap();
        let mut depth = BTreeMap::new();
        for hop in &tree.hops {
            let parent = hop.arrival.and_then(|arrival| machine.neighbour(hop.chip, arrival));
            depth.insert(hop.chip, parent.map_or(0, |parent| depth[&parent] + 1));
        }
        for to in targets {
            prop_assert_eq!(depth[&to], machine.grid.distance(source, to));
        }
    }
}
