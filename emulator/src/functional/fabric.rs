//! Where a packet ends up: the routing tables, walked from chip to chip.

use crate::geometry::{ChipCoord, Grid, Link};
use crate::network::Table;
use spinedrift_core::image::KeyEntry;
use spinedrift_core::spike::AerKey;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// A packet, or a branch of one, that reached no core.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unrouted {
    /// Its key.
    pub key: AerKey,
    /// The chip where it was lost.
    pub chip: ChipCoord,
}

/// A core that receives the packets of a slice.
#[derive(Debug)]
pub struct Target {
    /// Index of the core.
    pub core: u32,
    /// What its key table has for the first packet that came: most likely also right for the next, which saves a search.
    pub entry: OnceLock<Option<KeyEntry>>,
}

/// Where a key leads.
#[derive(Debug, Default)]
pub struct Targets {
    /// The cores that receive it, ascending.
    pub cores: Vec<Target>,
    /// Branches that lead nowhere.
    pub lost: Vec<Unrouted>,
}

/// Where the keys of a slice lead, found when first needed.
#[derive(Debug)]
struct Routes {
    /// First key.
    first: u32,
    /// Number of its first neuron among those of the machine.
    number: usize,
    slots: Vec<OnceLock<Arc<Targets>>>,
    /// The different ones: neurons of a slice mostly share their targets, and so stay together in this computer's caches.
    shared: Mutex<Vec<Arc<Targets>>>,
}

impl Routes {
    fn new(first: u32, number: usize, slots: u32) -> Self {
        Self {
            first,
            number,
            slots: (0..slots).map(|_| OnceLock::new()).collect(),
            shared: Mutex::default(),
        }
    }

    /// The same targets, shared with other slots if one of them has the same.
    fn share(&self, new: Targets) -> Arc<Targets> {
        let cores = |targets: &Targets| targets.cores.iter().map(|target| target.core).collect();
        let wanted: Vec<u32> = cores(&new);
        if !new.lost.is_empty() {
            return Arc::new(new);
        }
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = shared.iter().find(|known| cores(known) == wanted) {
            return Arc::clone(known);
        }
        let new = Arc::new(new);
        shared.push(Arc::clone(&new));
        new
    }
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
    /// For each core, for each of its slices.
    routes: Vec<Vec<Routes>>,
    neurons: usize,
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
        let (mut routes, mut neurons) = (Vec::new(), 0);
        for (number, (chip, core, slices)) in cores.into_iter().enumerate() {
            index.insert((chip, core), number as u32);
            let slices = slices.into_iter().map(|(key, slots)| {
                let first = neurons;
                neurons += slots as usize;
                Routes::new(key, first, slots)
            });
            routes.push(slices.collect());
        }
        Self {
            grid,
            tables,
            cores: index,
            routes,
            neurons,
        }
    }

    /// Neurons of the machine, padding included.
    pub(super) const fn neurons(&self) -> usize {
        self.neurons
    }

    /// The slice of a core to which a key belongs, and the neuron's slot in it.
    fn slot(&self, core: usize, key: AerKey) -> Option<(&Routes, usize)> {
        self.routes.get(core)?.iter().find_map(|routes| {
            let slot = key.0.checked_sub(routes.first)? as usize;
            (slot < routes.slots.len()).then_some((routes, slot))
        })
    }

    /// Number of a neuron of a core among those of the machine, by its key.
    pub(super) fn neuron(&self, core: usize, key: AerKey) -> Option<usize> {
        let (routes, slot) = self.slot(core, key)?;
        Some(routes.number + slot)
    }

    /// The keys of a core's neurons, in the order of their numbers.
    pub(super) fn keys(&self, core: usize) -> impl Iterator<Item = AerKey> {
        let slices = self.routes.get(core).into_iter().flatten();
        slices.flat_map(|routes| {
            let slots = routes.slots.len() as u32;
            (routes.first..routes.first.saturating_add(slots)).map(AerKey)
        })
    }

    /// Targets of a packet that a core sends; `None` if no neuron of it has this key.
    #[must_use]
    pub fn targets(&self, core: usize, chip: ChipCoord, key: AerKey) -> Option<&Targets> {
        let (routes, slot) = self.slot(core, key)?;
        let slot = routes.slots.get(slot)?;
        Some(slot.get_or_init(|| routes.share(self.walk(chip, key))))
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
        let target = |core| Target {
            core,
            entry: OnceLock::new(),
        };
        targets.cores = reached.into_iter().map(target).collect();
        targets
    }
}
