//! No key in use changes its way; the limit is met to the entry.

use super::*;
use proptest::prelude::*;

fn demand(base: u32, mask: u32, route: Route, arrival: Option<Link>) -> Demand {
    Demand {
        keys: KeySpace { base, mask },
        route,
        arrival,
    }
}

fn to(link: Link) -> Route {
    Route::NOWHERE.with_link(link)
}

/// A route that no other number has, to cores only.
fn distinct(number: u32) -> Route {
    (0..18)
        .filter(|core| number >> core & 1 == 1)
        .fold(Route::NOWHERE, Route::with_core)
}

/// So many spaces of 16 keys, no two with one route.
fn irreducible(count: u32) -> Vec<Demand> {
    (0..count)
        .map(|n| demand(n << 4, !15, distinct(n + 1), None))
        .collect()
}

/// Length and method.
fn check(demands: &[Demand], limit: usize) -> (usize, Method) {
    let Compressed { table, method } = compress(demands, limit, Aim::Fit);
    assert_eq!(first_broken(&table, demands), None);
    (table.entries.len(), method)
}

#[test]
fn the_limit_is_met_to_the_entry() {
    for count in [1023, 1024] {
        assert_eq!(
            check(&irreducible(count), 1024),
            (count as usize, Method::None)
        );
    }
    assert_eq!(check(&irreducible(1025), 1024), (1025, Method::None));
}

#[test]
fn a_straight_way_needs_no_entry() {
    let straight = demand(0, !15, to(Link::East), Some(Link::West));
    let turned = demand(16, !15, to(Link::North), Some(Link::West));
    assert_eq!(check(&[straight, turned], 1), (1, Method::DefaultRoutes));
    assert_eq!(check(&[straight, turned], 2), (2, Method::None));
}

#[test]
fn a_straight_way_with_a_core_keeps_its_entry() {
    let heard = demand(0, !15, to(Link::East).with_core(3), Some(Link::West));
    let local = demand(16, !15, to(Link::East), None);
    assert_eq!(check(&[heard, local], 1), (2, Method::None));
}

#[test]
fn siblings_become_one() {
    let demands: Vec<_> = (0..8)
        .map(|n| demand(n << 4, !15, to(Link::East), None))
        .collect();
    let Compressed { table, method } = compress(&demands, 1, Aim::Fit);
    let merged = Entry {
        key: 0,
        mask: !0x7f,
        route: to(Link::East),
    };
    assert_eq!((table.entries, method), (vec![merged], Method::Siblings));
}

#[test]
fn unused_keys_are_covered() {
    let demands = [1, 4, 7].map(|n| demand(n << 4, !15, to(Link::East), None));
    assert_eq!(check(&demands, 1), (1, Method::OrderedCovering));
}

#[test]
fn a_merge_goes_below_what_it_would_hide() {
    // 0001 and 0010 go east, 0000 and 0011 south and north: the merge 00XX must stand last.
    let demands = [
        demand(0b0001, 0xf, to(Link::East), None),
        demand(0b0010, 0xf, to(Link::East), None),
        demand(0b0000, 0xf, to(Link::South), None),
        demand(0b0011, 0xf, to(Link::North), None),
    ];
    let Compressed { table, .. } = compress(&demands, 3, Aim::Fit);
    assert_eq!(first_broken(&table, &demands), None);
    assert_eq!(
        table.entries.last(),
        Some(&Entry {
            key: 0,
            mask: 0xc,
            route: to(Link::East)
        })
    );
}

#[test]
fn a_merge_does_not_catch_what_goes_by_default() {
    let default = demand(1, !0, to(Link::East), Some(Link::West));
    let demands = [
        demand(0, !0, to(Link::North), None),
        default,
        demand(3, !0, to(Link::North), None),
    ];
    assert_eq!(check(&demands, 0).0, 2);
}

#[test]
fn an_empty_table_fits_nowhere_to_go() {
    assert_eq!(check(&[], 0), (0, Method::None));
}

#[test]
fn a_broken_table_is_noticed() {
    let demands = [
        demand(0, !15, to(Link::East), None),
        demand(16, !15, to(Link::North), None),
    ];
    let entry = |key, mask, link| Entry {
        key,
        mask,
        route: to(link),
    };
    let whole = entry(0, !15, Link::East);
    for wrong in [
        vec![whole],
        vec![whole, entry(16, !15, Link::East)],
        vec![entry(0, !31, Link::East), entry(16, !15, Link::North)],
        vec![
            entry(16, !0, Link::East),
            whole,
            entry(16, !15, Link::North),
        ],
    ] {
        assert_eq!(
            first_broken(&Table { entries: wrong }, &demands),
            Some(&demands[1])
        );
    }
}

prop_compose! {
    /// Disjoint key spaces of different sizes among few bits, with few routes, so that merges and conflicts abound.
    fn demands()(
        spaces in prop::collection::btree_map(0_u32..128, (0_u32..3, 0_usize..4, 0_usize..7, prop::bool::weighted(0.7)), 0..90)
    ) -> Vec<Demand> {
        let routes = [to(Link::East), to(Link::North), to(Link::South).with_core(2), to(Link::East).with_link(Link::West)];
        let mut next = 0;
        let mut demands = Vec::new();
        for (at, (bits, route, port, used)) in spaces {
            // Places are 4 keys apart; a space takes 1, 2 or 4 of them.
            let (base, size) = (at * 4, 1 << bits);
            if used && base >= next {
                next = base + size;
                demands.push(demand(base, !(size - 1), routes[route], Link::from_index(port)));
            }
        }
        demands
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn no_key_in_use_changes_its_way(demands in demands(), limit in 0_usize..60) {
        for aim in [Aim::Fit, Aim::Shortest] {
            let Compressed { table, .. } = compress(&demands, limit, aim);
            prop_assert_eq!(first_broken(&table, &demands), None);
            for demand in &demands {
                for key in demand.keys.base..=demand.keys.base + (demand.keys.size() - 1) as u32 {
                    prop_assert_eq!(table.decide(key, demand.arrival).route(), demand.route);
                }
            }
            prop_assert!(table.entries.len() <= demands.len());
        }
    }

    #[test]
    fn the_same_demands_in_any_order_give_the_same_table(demands in demands().prop_shuffle()) {
        let mut sorted = demands.clone();
        sorted.sort_unstable();
        prop_assert_eq!(compress(&demands, 0, Aim::Fit), compress(&sorted, 0, Aim::Fit));
    }
}
