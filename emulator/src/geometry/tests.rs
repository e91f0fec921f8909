//! Geometry against breadth-first search and against counts that are known.

use super::outline::{board_of, hexagon_chips, triad_dimensions};
use super::{ChipCoord, Grid, Link, Move};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Hops from `from` to everywhere, by breadth-first search over `neighbour` alone.
fn hops(grid: Grid, from: ChipCoord) -> BTreeMap<ChipCoord, u32> {
    let mut found = BTreeMap::from([(from, 0)]);
    let mut queue = VecDeque::from([from]);
    while let Some(chip) = queue.pop_front() {
        let next = found[&chip] + 1;
        for neighbour in Link::ALL
            .into_iter()
            .filter_map(|link| grid.neighbour(chip, link))
        {
            found.entry(neighbour).or_insert_with(|| {
                queue.push_back(neighbour);
                next
            });
        }
    }
    found
}

#[test]
fn the_opposite_of_a_link_is_three_on() {
    for link in Link::ALL {
        assert_eq!(link.opposite().index(), (link.index() + 3) % 6);
        let ((x, y), (bx, by)) = (link.vector(), link.opposite().vector());
        assert_eq!((x + bx, y + by), (0, 0));
    }
}

#[test]
fn east_north_and_south_west_lead_back() {
    let grid = Grid::new(8, 8, false);
    let start = ChipCoord::new(3, 3);
    let end = [Link::East, Link::North, Link::SouthWest]
        .into_iter()
        .try_fold(start, |at, link| grid.neighbour(at, link));
    assert_eq!(end, Some(start));
}

#[test]
fn the_edge_has_no_neighbour_without_wrap() {
    let corner = ChipCoord::new(0, 0);
    assert_eq!(Grid::new(2, 2, false).neighbour(corner, Link::West), None);
    assert_eq!(
        Grid::new(2, 2, true).neighbour(corner, Link::West),
        Some(ChipCoord::new(1, 0))
    );
}

#[test]
fn a_grid_of_256_by_256_wraps_at_its_edge() {
    let grid = Grid::new(256, 256, true);
    assert_eq!(
        grid.neighbour(ChipCoord::new(255, 255), Link::NorthEast),
        Some(ChipCoord::new(0, 0))
    );
    assert_eq!(
        grid.distance(ChipCoord::new(0, 0), ChipCoord::new(255, 255)),
        1
    );
}

#[test]
fn the_hexagon_has_48_chips_with_240_link_ends() {
    let chips: BTreeSet<_> = hexagon_chips().collect();
    let grid = Grid::new(8, 8, false);
    let ends = chips
        .iter()
        .flat_map(|&chip| Link::ALL.map(|link| grid.neighbour(chip, link)))
        .flatten();
    assert_eq!(chips.len(), 48);
    // 48 chips have 288 link ends; 8 leave the board on each of its six sides (facts: 16 a pair of sides).
    assert_eq!(ends.filter(|to| chips.contains(to)).count(), 288 - 48);
}

#[test]
fn three_hexagons_tile_a_triad() {
    let mut boards = BTreeMap::<ChipCoord, usize>::new();
    for chip in Grid::new(24, 12, true).chips() {
        *boards.entry(board_of(chip, 24, 12)).or_default() += 1;
    }
    let origins =
        [(0, 0), (4, 8), (8, 4), (12, 0), (16, 8), (20, 4)].map(|(x, y)| ChipCoord::new(x, y));
    assert_eq!(
        boards,
        origins.into_iter().map(|origin| (origin, 48)).collect()
    );
}

#[test]
fn boards_are_laid_as_square_as_possible() {
    let cases = [
        (3, Some((12, 12))),
        (6, Some((24, 12))),
        (24, Some((48, 24))),
        (1200, Some((240, 240))),
    ];
    for (boards, dimensions) in
        cases
            .into_iter()
            .chain([(0, None), (1, None), (4, None), (3 * 23, None)])
    {
        assert_eq!(triad_dimensions(boards), dimensions, "{boards} boards");
    }
}

proptest! {
    #[test]
    fn the_distance_is_that_of_a_search(width in 1_u16..14, height in 1_u16..14, wrap: bool, at in 0_usize..196) {
        let grid = Grid::new(width, height, wrap);
        let from = grid.chip(at % grid.len());
        for (to, hops) in hops(grid, from) {
            prop_assert_eq!(grid.distance(from, to), hops, "{} to {}", from, to);
        }
    }

    #[test]
    fn the_legs_lead_to_the_end(width in 1_u16..14, height in 1_u16..14, wrap: bool, a in 0_usize..196, b in 0_usize..196) {
        let grid = Grid::new(width, height, wrap);
        let (from, to) = (grid.chip(a % grid.len()), grid.chip(b % grid.len()));
        let way = grid.shortest(from, to);
        let links = way.legs().into_iter().flat_map(|(link, count)| (0..count).map(move |_| link));
        prop_assert_eq!(links.clone().count() as u32, way.length());
        prop_assert_eq!(links.into_iter().try_fold(from, |at, link| grid.neighbour(at, link)), Some(to));
    }

    #[test]
    fn a_minimal_move_has_two_axes_at_most(dx in -300_i32..300, dy in -300_i32..300) {
        let way = Move::minimal(dx, dy);
        prop_assert!(way.x == 0 || way.y == 0 || way.z == 0);
        prop_assert_eq!(way.displacement(), (dx, dy));
    }
}
