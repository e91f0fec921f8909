//! The working chips and links of a machine, for quick walks.

use crate::board::Machine;
use spinedrift_emulator::geometry::{ChipCoord, Grid, Link};

/// A chip, by its index on the grid.
pub(super) type Node = u32;

/// Working chips and the links between them.
pub(super) struct Graph {
    pub(super) grid: Grid,
    neighbours: Vec<[Option<Node>; 6]>,
}

impl Graph {
    /// The graph of a machine.
    pub(super) fn new(machine: &Machine) -> Self {
        let grid = machine.grid;
        let to = |chip, link| Some(grid.index(machine.neighbour(chip, link)?) as Node);
        let neighbours = grid
            .chips()
            .map(|chip| Link::ALL.map(|link| to(chip, link)))
            .collect();
        Self { grid, neighbours }
    }

    /// Number of places, those without a chip included.
    pub(super) fn len(&self) -> usize {
        self.neighbours.len()
    }

    /// The chip that a working link leads to.
    pub(super) fn neighbour(&self, from: Node, link: Link) -> Option<Node> {
        self.neighbours[from as usize][link.index()]
    }

    pub(super) fn node(&self, chip: ChipCoord) -> Node {
        self.grid.index(chip) as Node
    }

    pub(super) fn chip(&self, node: Node) -> ChipCoord {
        self.grid.chip(node as usize)
    }

    /// The fixed shortest walk between two places: each link with the place that it leads to, working or not.
    pub(super) fn walk(&self, from: Node, to: Node) -> Vec<(Link, Node)> {
        let (mut at, end) = (self.chip(from), self.chip(to));
        let mut walk = Vec::new();
        for (link, count) in self.grid.shortest(at, end).legs() {
            for _ in 0..count {
                let Some(next) = self.grid.neighbour(at, link) else {
                    return walk;
                };
                at = next;
                walk.push((link, self.node(at)));
            }
        }
        walk
    }
}
