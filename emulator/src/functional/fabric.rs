//! Where a packet ends up: the routing tables, walked from chip to chip.

use crate::geometry::{ChipCoord, Grid, Link};
use crate::network::Table;
use spinedrift_core::spike::AerKey;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

/// A packet, or a branch of one, that reached no core.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unrouted {
    /// Its key.
    pub key: AerKey,
    /// The chip where it was lost.
    pub chip: ChipCoord,
}

/// Targets of one key.
#[derive(Clone, Debug, Default)]
pub struct Targets {
    /// Indices of the cores that receive it, ascending.
    pub cores: Vec<u32>,
    /// Branches that lead nowhere.
    pub lost: Vec<Unrouted>,
}

/// What tables led nowhere.
#[derive(Debug, Default)]
pub struct Lost {
    /// Keys, and the chips where they were lost.
    pub which: BTreeSet<Unrouted>,
    /// Packets, or branches of them.
    pub packets: u64,
}

impl Lost {
    /// Counts what a packet's targets lack.
    pub fn count(&mut self, targets: &Targets) {
        if !targets.lost.is_empty() {
            self.packets += targets.lost.len() as u64;
            self.which.extend(targets.lost.iter().copied());
        }
    }

    pub(super) fn add(&mut self, mut other: Self) {
        self.which.append(&mut other.which);
        self.packets += other.packets;
    }
}

/// The routers of a machine, as far as delivery goes.
#[derive(Debug)]
pub struct Fabric {
    grid: Grid,
    tables: BTreeMap<ChipCoord, Table>,
    cores: BTreeMap<(ChipCoord, u8), u32>,
    /// For each core, for each of its slices: first key, and the targets of each slot, found when first needed.
    cache: Vec<Vec<(u32, Vec<OnceLock<Targets>>)>>,
}

/// More hops than any chip has: a packet that is still under way goes round in circles.
const HOPS_MAX: usize = 1 << 16;

impl Fabric {
    /// From tables, and each core with the first key and the slots of its slices.
    #[must_use]
    pub fn new(
        grid: Grid,
        tables: BTreeMap<ChipCoord, Table>,
        cores: impl IntoIterator<Item = (ChipCoord, u8, Vec<(u32, u32)>)>,
    ) -> Self {
        let mut index = BTreeMap::new();
        let mut cache = Vec::new();
        for (number, (chip, core, slices)) in cores.into_iter().enumerate() {
            index.insert((chip, core), number as u32);
            let slots = |slots| (0..slots).map(|_| OnceLock::new()).collect();
            cache.push(
                slices
                    .into_iter()
                    .map(|(key, count)| (key, slots(count)))
                    .collect(),
            );
        }
        Self {
            grid,
            tables,
            cores: index,
            cache,
        }
    }

    /// Targets of a packet that a core sends; `None` if no neuron of it has this key.
    pub fn targets(&self, core: usize, chip: ChipCoord, key: AerKey) -> Option<&Targets> {
        let slices = self.cache.get(core)?;
        let slot = slices
            .iter()
            .find_map(|(first, slots)| slots.get(key.0.checked_sub(*first)? as usize))?;
        Some(slot.get_or_init(|| self.walk(chip, key)))
    }

    fn walk(&self, from: ChipCoord, key: AerKey) -> Targets {
        let mut targets = Targets::default();
        let mut reached = BTreeSet::new();
        let mut open: Vec<(ChipCoord, Option<Link>)> = vec![(from, None)];
        let empty = Table::default();
        let mut hops = 0;
        while let Some((chip, arrival)) = open.pop() {
            hops += 1;
            let route = self
                .tables
                .get(&chip)
                .unwrap_or(&empty)
                .decide(key.0, arrival)
                .route();
            if route.is_nowhere() || hops > HOPS_MAX {
                targets.lost.push(Unrouted { key, chip });
                continue;
            }
            for core in route.cores() {
                match self.cores.get(&(chip, core)) {
                    Some(&number) => {
                        reached.insert(number);
                    }
                    None => targets.lost.push(Unrouted { key, chip }),
                }
            }
            for link in route.links().iter() {
                match self.grid.neighbour(chip, link) {
                    Some(next) => open.push((next, Some(link.opposite()))),
                    None => targets.lost.push(Unrouted { key, chip }),
                }
            }
        }
        targets.cores = reached.into_iter().collect();
        targets
    }
}
