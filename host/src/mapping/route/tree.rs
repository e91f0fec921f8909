//! A tree, and how it grows target by target.
//!
//! Every way that is added starts at the last of its chips that the tree already has; only the rest of it, which no tree
//! chip is on, becomes part of the tree. So every chip has one parent, whatever the ways look like.

use super::graph::{Graph, Node};
use super::{RouteError, Router};
use spinedrift_emulator::geometry::{ChipCoord, Link};
use spinedrift_emulator::network::Route;
use std::collections::{BTreeMap, VecDeque};

/// How far the nearest-node router looks, in hops: 20 in the paper, where more brought nothing.
const RADIUS: u32 = 20;

/// One chip of a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hop {
    /// The chip.
    pub chip: ChipCoord,
    /// The port that packets come in by; `None` on the source's chip.
    pub arrival: Option<Link>,
    /// Where they go from here.
    pub route: Route,
}

/// The way of a slice's spikes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tree {
    /// Index of the slice.
    pub slice: usize,
    /// Its chips, the source's first, parents before children; empty if nobody hears the slice.
    pub hops: Vec<Hop>,
}

impl Tree {
    /// Number of links that a spike passes.
    #[must_use]
    pub fn length(&self) -> usize {
        self.hops.len().saturating_sub(1)
    }
}

/// A tree that grows, and space for searches that is used again for every tree.
pub(super) struct Growth {
    graph: Graph,
    /// Where in `hops` a place is, if `stamp` is that of this tree.
    index: Vec<u32>,
    stamp: Vec<u32>,
    this_tree: u32,
    /// What the search has seen, stamped likewise; the link towards the target.
    seen: Vec<u32>,
    ahead: Vec<Link>,
    this_search: u32,
    hops: Vec<Hop>,
}

impl Growth {
    pub(super) fn new(graph: Graph) -> Self {
        let places = graph.len();
        Self {
            graph,
            index: vec![0; places],
            stamp: vec![0; places],
            this_tree: 0,
            seen: vec![0; places],
            ahead: vec![Link::East; places],
            this_search: 0,
            hops: Vec::new(),
        }
    }

    /// The tree from a chip to these cores.
    pub(super) fn grow(
        &mut self,
        router: Router,
        slice: usize,
        source: ChipCoord,
        targets: &BTreeMap<ChipCoord, Vec<u8>>,
    ) -> Result<Tree, RouteError> {
        if targets.is_empty() {
            return Ok(Tree {
                slice,
                hops: Vec::new(),
            });
        }
        self.this_tree += 1;
        self.hops.clear();
        let root = self.graph.node(source);
        self.add(root, None);
        let mut order: Vec<ChipCoord> = targets.keys().copied().collect();
        order.sort_by_key(|&chip| (self.graph.grid.distance(source, chip), chip));
        for chip in order {
            let target = self.graph.node(chip);
            let cut_off = RouteError::CutOff {
                from: source,
                to: chip,
                slice,
                population: String::new(),
            };
            self.reach(router, root, target).ok_or(cut_off)?;
            let hop = &mut self.hops[self.index[target as usize] as usize];
            hop.route = targets[&chip]
                .iter()
                .fold(hop.route, |route, &core| route.with_core(core));
        }
        Ok(Tree {
            slice,
            hops: std::mem::take(&mut self.hops),
        })
    }

    fn has(&self, node: Node) -> bool {
        self.stamp[node as usize] == self.this_tree
    }

    fn add(&mut self, node: Node, arrival: Option<Link>) {
        self.stamp[node as usize] = self.this_tree;
        self.index[node as usize] = self.hops.len() as u32;
        self.hops.push(Hop {
            chip: self.graph.chip(node),
            arrival,
            route: Route::NOWHERE,
        });
    }

    /// Makes a chip part of the tree; `None` if nothing leads there.
    fn reach(&mut self, router: Router, root: Node, target: Node) -> Option<()> {
        if self.has(target) {
            return Some(());
        }
        let from = match router {
            Router::DimensionOrder => root,
            Router::NearestNode => self.nearest(target).unwrap_or(root),
        };
        let walk = self.graph.walk(from, target);
        let (from, new) = match walk.iter().rposition(|&(_, node)| self.has(node)) {
            Some(last) => (walk[last].1, &walk[last + 1..]),
            None => (from, walk.as_slice()),
        };
        if self.works(from, new) {
            self.join(from, new);
        } else {
            let (from, detour) = self.detour(target)?;
            self.join(from, &detour);
        }
        Some(())
    }

    /// The chip of the tree that is nearest to a place, the earliest of equal ones; `None` beyond the radius.
    fn nearest(&self, target: Node) -> Option<Node> {
        let to = self.graph.chip(target);
        let distance = |hop: &Hop| self.graph.grid.distance(hop.chip, to);
        let nearest = self.hops.iter().min_by_key(|hop| distance(hop))?;
        (distance(nearest) <= RADIUS).then(|| self.graph.node(nearest.chip))
    }

    fn works(&self, from: Node, walk: &[(Link, Node)]) -> bool {
        let mut at = from;
        walk.iter().all(|&(link, next)| {
            let works = self.graph.neighbour(at, link) == Some(next);
            at = next;
            works
        })
    }

    fn join(&mut self, from: Node, walk: &[(Link, Node)]) {
        let mut at = from;
        for &(link, next) in walk {
            let hop = &mut self.hops[self.index[at as usize] as usize];
            hop.route = hop.route.with_link(link);
            self.add(next, Some(link.opposite()));
            at = next;
        }
    }

    /// A shortest living way from the tree to a chip, found from the chip's end; of equal ones that by the lower links.
    fn detour(&mut self, target: Node) -> Option<(Node, Vec<(Link, Node)>)> {
        self.this_search += 1;
        self.seen[target as usize] = self.this_search;
        let mut queue = VecDeque::from([target]);
        while let Some(node) = queue.pop_front() {
            if self.has(node) {
                return Some((node, self.follow(node, target)));
            }
            for link in Link::ALL {
                // Dead links are dead both ways, so the way out is also the way in.
                let Some(next) = self.graph.neighbour(node, link) else {
                    continue;
                };
                if self.seen[next as usize] != self.this_search {
                    self.seen[next as usize] = self.this_search;
                    self.ahead[next as usize] = link.opposite();
                    queue.push_back(next);
                }
            }
        }
        None
    }

    /// The way that a search has left, from where it ended to where it began.
    fn follow(&self, from: Node, target: Node) -> Vec<(Link, Node)> {
        let mut at = from;
        let mut walk = Vec::new();
        while at != target {
            let link = self.ahead[at as usize];
            let Some(next) = self.graph.neighbour(at, link) else {
                break;
            };
            walk.push((link, next));
            at = next;
        }
        walk
    }
}
