//! How the chips are joined, and what a packet is worth: the number of cores that the tables lead it to.

use super::lookup::Lookup;
use super::outputs::Outputs;
use super::packet::{Emergency, Kind, Packet};
use crate::geometry::{ChipCoord, Grid, Link};
use crate::network::{Table, default_route};
use std::collections::{BTreeMap, BTreeSet};

/// The other end of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Neighbour {
    /// Index of the chip.
    pub chip: u32,
    /// Whether the link leads to another board.
    pub between_boards: bool,
}

/// A chip as the fabric sees it.
#[derive(Clone, Debug)]
pub struct Site {
    /// Place.
    pub chip: ChipCoord,
    /// Origin of its board.
    pub board: ChipCoord,
    /// What its links lead to; dead ones to nothing.
    pub neighbours: [Option<Neighbour>; 6],
    lookup: Lookup,
}

/// What a machine looks like before its first tick.
#[derive(Clone, Debug, Default)]
pub struct Outline {
    /// The chips that work, each with the origin of its board.
    pub chips: Vec<(ChipCoord, ChipCoord)>,
    /// Links that don't, one end each.
    pub dead_links: BTreeSet<(ChipCoord, Link)>,
}

impl Outline {
    /// All chips of a grid work and lie on one board; these links don't.
    #[must_use]
    pub fn one_board(grid: Grid, dead_links: &[(ChipCoord, Link)]) -> Self {
        let chips = grid.chips().map(|chip| (chip, ChipCoord::default()));
        Self {
            chips: chips.collect(),
            dead_links: dead_links.iter().copied().collect(),
        }
    }
}

/// All chips.
#[derive(Clone, Debug)]
pub struct Fabric {
    sites: Vec<Site>,
    index: BTreeMap<ChipCoord, u32>,
    grid: Grid,
    /// For each chip that point-to-point packets go to: the link by which each chip sends them on.
    hops: BTreeMap<u32, Vec<Option<Link>>>,
}

/// Branches of one packet that are followed; more than any tree has.
const BRANCHES_MAX: usize = 1 << 17;

impl Fabric {
    /// Joins chips.
    #[must_use]
    pub fn new(grid: Grid, outline: &Outline, tables: &BTreeMap<ChipCoord, Table>) -> Self {
        let places = || outline.chips.iter();
        let index: BTreeMap<ChipCoord, u32> =
            places().map(|(chip, _)| *chip).zip(0_u32..).collect();
        let board = |at: u32| outline.chips.get(at as usize).map(|(_, board)| *board);
        let empty = Table::default();
        let sites = places().map(|&(chip, own)| {
            let joined = |link: Link| {
                let to = grid.neighbour(chip, link)?;
                let dead = outline.dead_links.contains(&(chip, link))
                    || outline.dead_links.contains(&(to, link.opposite()));
                let at = *index.get(&to)?;
                (!dead).then(|| Neighbour {
                    chip: at,
                    between_boards: board(at) != Some(own),
                })
            };
            Site {
                chip,
                board: own,
                neighbours: Link::ALL.map(joined),
                lookup: Lookup::new(tables.get(&chip).unwrap_or(&empty)),
            }
        });
        let sites = sites.collect();
        Self {
            sites,
            index,
            grid,
            hops: BTreeMap::new(),
        }
    }

    /// All chips.
    #[must_use]
    pub fn sites(&self) -> &[Site] {
        &self.sites
    }

    /// Fills the point-to-point tables for packets to a chip: from everywhere by a shortest living way, as the system
    /// software finds it by flooding.
    pub fn lead_to(&mut self, to: u32) {
        let mut hops = vec![None; self.sites.len()];
        let mut open = std::collections::VecDeque::from([to]);
        while let Some(chip) = open.pop_front() {
            for link in Link::ALL {
                let Some(next) = self.neighbour(chip, link) else {
                    continue;
                };
                if let Some(hop @ None) = hops.get_mut(next.chip as usize)
                    && next.chip != to
                {
                    *hop = Some(link.opposite());
                    open.push_back(next.chip);
                }
            }
        }
        self.hops.insert(to, hops);
    }

    /// The link by which a chip sends a point-to-point packet on.
    #[must_use]
    pub fn hop(&self, from: u32, to: ChipCoord) -> Option<Link> {
        let hops = self.hops.get(&self.index(to)?)?;
        hops.get(from as usize).copied().flatten()
    }

    /// The grid.
    #[must_use]
    pub const fn grid(&self) -> Grid {
        self.grid
    }

    /// Index of a chip.
    #[must_use]
    pub fn index(&self, chip: ChipCoord) -> Option<u32> {
        self.index.get(&chip).copied()
    }

    /// A copy of a chip's table, for its router.
    #[must_use]
    pub fn lookup(&self, chip: u32) -> Option<Lookup> {
        self.sites
            .get(chip as usize)
            .map(|site| site.lookup.clone())
    }

    /// The link at the other end of which a neighbour lies.
    #[must_use]
    pub fn neighbour(&self, chip: u32, link: Link) -> Option<Neighbour> {
        *self
            .sites
            .get(chip as usize)?
            .neighbours
            .get(link.index())?
    }

    /// Where the table of a chip sends a key that came in by a link (`None`: from a core of the chip).
    #[must_use]
    pub fn outputs(&self, chip: u32, key: u32, arrival: Option<Link>) -> Outputs {
        let found = self
            .sites
            .get(chip as usize)
            .and_then(|site| site.lookup.peek(key));
        found.unwrap_or_else(|| default_route(arrival).map_or_else(Outputs::default, Outputs::link))
    }

    /// Deliveries that outputs of a chip stand for: one for each core, and one for each branch that ends nowhere, since
    /// there it is lost and counted. `None` if the tables lead it in a circle.
    #[must_use]
    pub fn worth(&self, chip: u32, key: u32, outputs: Outputs) -> Option<u64> {
        let mut open = vec![(chip, outputs)];
        let (mut seen, mut worth) = (BTreeSet::new(), 0);
        while let Some((chip, outputs)) = open.pop() {
            worth += outputs.cores().count() as u64 + u64::from(outputs.is_empty());
            for link in outputs.links() {
                let Some(next) = self.neighbour(chip, link) else {
                    worth += 1;
                    continue;
                };
                let arrival = link.opposite();
                if !seen.insert((next.chip, arrival)) || seen.len() > BRANCHES_MAX {
                    return None;
                }
                open.push((next.chip, self.outputs(next.chip, key, Some(arrival))));
            }
        }
        Some(worth)
    }

    /// Where a packet goes on that has come to a chip by a link, its emergency state considered.
    #[must_use]
    pub fn outputs_of(&self, chip: u32, packet: &Packet, arrival: Option<Link>) -> Outputs {
        match packet.emergency {
            Emergency::First(blocked) => Outputs::link(second_side(blocked)),
            Emergency::Second(blocked) => self.outputs(chip, packet.key, Some(blocked.opposite())),
            Emergency::No => self.outputs(chip, packet.key, arrival),
        }
    }

    /// Deliveries that a packet is worth that has come to a chip by a link.
    #[must_use]
    pub fn worth_at(&self, chip: u32, packet: &Packet, arrival: Option<Link>) -> Option<u64> {
        if packet.kind != Kind::Multicast {
            return Some(1);
        }
        let outputs = self.outputs_of(chip, packet, arrival);
        if let Emergency::First(blocked) = packet.emergency {
            // Beyond the second side it is as if it had come by the blocked link.
            let next = self.neighbour(chip, second_side(blocked));
            return next.map_or(Some(1), |next| {
                let arrival = Some(blocked.opposite());
                self.worth(
                    next.chip,
                    packet.key,
                    self.outputs(next.chip, packet.key, arrival),
                )
            });
        }
        self.worth(chip, packet.key, outputs)
    }

    /// Chips that a packet passes from its source to where it was lost, as far as the tables say; both included.
    #[must_use]
    pub fn path(&self, from: u32, to: u32, key: u32) -> Vec<ChipCoord> {
        let mut before: BTreeMap<u32, u32> = BTreeMap::new();
        let mut open = vec![(from, self.outputs(from, key, None))];
        while let Some((chip, outputs)) = open.pop() {
            if chip == to || before.len() > BRANCHES_MAX {
                break;
            }
            for link in outputs.links() {
                let next = self.neighbour(chip, link).map(|next| next.chip);
                if let Some(next) = next.filter(|next| *next != from && !before.contains_key(next))
                {
                    before.insert(next, chip);
                    open.push((next, self.outputs(next, key, Some(link.opposite()))));
                }
            }
        }
        let mut path = vec![to];
        while let Some(&chip) = path.last().and_then(|last| before.get(last)) {
            path.push(chip);
        }
        path.reverse();
        let place = |chip: u32| self.sites.get(chip as usize).map(|site| site.chip);
        path.into_iter().filter_map(place).collect()
    }
}

/// The first side of the triangle round a blocked link.
#[must_use]
pub fn first_side(blocked: Link) -> Link {
    Link::ALL
        .into_iter()
        .cycle()
        .skip(blocked.index() + 1)
        .take(1)
        .next()
        .unwrap_or(blocked)
}

/// The second side.
#[must_use]
pub fn second_side(blocked: Link) -> Link {
    Link::ALL
        .into_iter()
        .cycle()
        .skip(blocked.index() + 5)
        .take(1)
        .next()
        .unwrap_or(blocked)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::LinkSet;
    use crate::network::{Entry, Route};

    fn torus(tables: &BTreeMap<ChipCoord, Table>) -> Fabric {
        let grid = Grid::new(4, 4, true);
        Fabric::new(grid, &Outline::one_board(grid, &[]), tables)
    }

    fn line(route: Route) -> Table {
        Table {
            entries: vec![Entry {
                key: 7,
                mask: !0,
                route,
            }],
        }
    }

    #[test]
    fn two_sides_of_a_triangle_lead_where_the_third_does() {
        for link in Link::ALL {
            let (a, b) = (first_side(link).vector(), second_side(link).vector());
            assert_eq!((a.0 + b.0, a.1 + b.1), link.vector());
        }
    }

    #[test]
    fn a_packet_is_worth_the_cores_that_its_tables_lead_to() {
        let start = Route::to_links(LinkSet::EMPTY.with(Link::East).with(Link::North)).with_core(3);
        let tables = BTreeMap::from([
            (ChipCoord::new(0, 0), line(start)),
            (
                ChipCoord::new(2, 0),
                line(Route::NOWHERE.with_core(1).with_core(2)),
            ),
            (ChipCoord::new(0, 1), line(Route::NOWHERE.with_core(9))),
        ]);
        let fabric = torus(&tables);
        assert_eq!(fabric.worth(0, 7, fabric.outputs(0, 7, None)), Some(4));
        let path = fabric.path(0, 2, 7);
        assert_eq!(
            path,
            [(0, 0), (1, 0), (2, 0)].map(|(x, y)| ChipCoord::new(x, y))
        );
        // No table knows this key: it is dropped at once, which is one loss.
        assert_eq!(fabric.worth(0, 8, fabric.outputs(0, 8, None)), Some(1));
    }

    #[test]
    fn a_circle_is_worth_nothing_that_can_be_told() {
        let tables = BTreeMap::from([(
            ChipCoord::new(0, 0),
            line(Route::NOWHERE.with_link(Link::East)),
        )]);
        let fabric = torus(&tables);
        assert_eq!(fabric.worth(0, 7, fabric.outputs(0, 7, None)), None);
    }
}
