//! All cores, tick by tick, on as many threads as asked for.

use super::barrier::SpinBarrier;
use super::core::{Core, CoreImage, CoreState};
use super::fabric::{Fabric, Unrouted};
use crate::geometry::{ChipCoord, Grid};
use crate::network::Table;
use spinedrift_core::image::ImageError;
use spinedrift_core::kernel::{Counters, Kernel};
use spinedrift_core::spike::{AerKey, BLOCK_SLOTS, Tick};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

/// Why a machine can't be loaded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LoadError {
    /// An image is damaged or not one.
    #[error("chip {chip}, core {core}: {error}")]
    Image {
        /// Chip.
        chip: ChipCoord,
        /// Core.
        core: u8,
        /// What is wrong.
        error: ImageError,
    },
    /// A checkpoint doesn't fit the images.
    #[error(
        "checkpoint holds {found} cores, the network has {needed}: it belongs to another network or partition"
    )]
    Cores {
        /// Cores in the checkpoint.
        found: usize,
        /// Cores of the machine.
        needed: usize,
    },
    /// A core's memory in a checkpoint has another size.
    #[error(
        "checkpoint: core {index} has {found} words, its image {needed}: it belongs to another network or partition"
    )]
    Words {
        /// Index of the core.
        index: usize,
        /// Words in the checkpoint.
        found: usize,
        /// Words of the image.
        needed: usize,
    },
    /// The thread pool can't be built.
    #[error("can't start {threads} threads: {reason}")]
    Threads {
        /// Threads asked for.
        threads: usize,
        /// Reason.
        reason: String,
    },
}

/// The functional machine.
#[derive(Debug)]
pub struct Functional {
    cores: Vec<Core>,
    fabric: Fabric,
    pool: rayon::ThreadPool,
    threads: usize,
    next: Tick,
    unrouted: BTreeSet<Unrouted>,
    unrouted_packets: u64,
}

/// Packets of one tick for one core.
type Inbox = Mutex<Vec<AerKey>>;

impl Functional {
    /// Loads images onto their cores. `threads` = 0 takes one for each processor.
    ///
    /// # Errors
    /// [`LoadError`] names the core whose image is unusable.
    pub fn new(
        images: &[CoreImage],
        tables: BTreeMap<ChipCoord, Table>,
        grid: Grid,
        threads: usize,
    ) -> Result<Self, LoadError> {
        let load = |image: &CoreImage| {
            Core::new(image).map_err(|error| LoadError::Image {
                chip: image.chip,
                core: image.core,
                error,
            })
        };
        let cores: Vec<Core> = images.iter().map(load).collect::<Result<_, _>>()?;
        let slices = |kernel: &Kernel| {
            kernel
                .slices()
                .iter()
                .map(|slice| (slice.key, u32::from(slice.blocks) * BLOCK_SLOTS))
                .collect()
        };
        let fabric = Fabric::new(
            grid,
            tables,
            cores
                .iter()
                .map(|core| (core.chip, core.core, slices(&core.kernel))),
        );
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        let pool = pool.map_err(|error| LoadError::Threads {
            threads,
            reason: error.to_string(),
        })?;
        let threads = pool.current_num_threads().min(cores.len()).max(1);
        Ok(Self {
            cores,
            fabric,
            pool,
            threads,
            next: Tick(0),
            unrouted: BTreeSet::new(),
            unrouted_packets: 0,
        })
    }

    /// The tick that is computed next: so many have been.
    #[must_use]
    pub const fn tick(&self) -> Tick {
        self.next
    }

    /// Threads that run.
    #[must_use]
    pub const fn threads(&self) -> usize {
        self.threads
    }

    /// Runs so many ticks.
    pub fn run(&mut self, ticks: u32) {
        let first = self.next;
        let shares = shares(&mut self.cores, self.threads);
        let inboxes: [Vec<Inbox>; 2] =
            [0, 1].map(|_| shares.order.iter().map(|_| Inbox::default()).collect());
        let barrier = SpinBarrier::new(shares.parts.len());
        let lost = Mutex::new((BTreeSet::new(), 0_u64));
        let fabric = &self.fabric;
        let (inboxes, barrier, lost_all) = (&inboxes, &barrier, &lost);
        let work = |mut part: Vec<(usize, &mut Core)>| {
            let mut lost = Lost::default();
            let mut keys: Vec<Vec<AerKey>> = part.iter().map(|_| Vec::new()).collect();
            for tick in (first.0..).take(ticks as usize).map(Tick) {
                let [even, odd] = inboxes;
                let inbox = if tick.0.is_multiple_of(2) { even } else { odd };
                for (number, core) in &mut part {
                    core.timer(tick);
                    send(*number, core, fabric, inbox, &mut lost);
                }
                barrier.wait();
                for ((number, core), keys) in part.iter_mut().zip(&mut keys) {
                    take(inbox.get(*number), keys);
                    core.glance(keys);
                }
                for ((_, core), keys) in part.iter_mut().zip(&keys) {
                    core.packets(keys, tick);
                }
            }
            let mut all = lost_all.lock().unwrap_or_else(PoisonError::into_inner);
            all.0.append(&mut lost.which);
            all.1 += lost.packets;
        };
        let mut parts = shares.parts;
        if parts.len() == 1 {
            parts.into_iter().for_each(work);
        } else {
            let mine = parts.pop();
            self.pool.in_place_scope(|scope| {
                for part in parts {
                    scope.spawn(move |_| work(part));
                }
                mine.into_iter().for_each(work);
            });
        }
        let (mut which, packets) = lost.into_inner().unwrap_or_else(PoisonError::into_inner);
        self.unrouted.append(&mut which);
        self.unrouted_packets += packets;
        self.next = Tick(first.0.saturating_add(ticks));
    }

    /// Settles every plastic row to the current tick and records θ.
    pub fn read_out(&mut self) {
        let tick = self.next;
        for core in &mut self.cores {
            core.read_out(tick);
        }
    }

    /// Hands over the records of each core since the last call: its index, and words for
    /// [`spinedrift_core::kernel::record::Frames`].
    pub fn drain(&mut self, mut take: impl FnMut(usize, &[u32])) {
        for (index, core) in self.cores.iter_mut().enumerate() {
            take(index, &core.hardware.drained);
            core.hardware.drained.clear();
        }
    }

    /// The kernel of a core, with its records and counters.
    #[must_use]
    pub fn kernel(&self, core: usize) -> Option<&Kernel> {
        self.cores.get(core).map(|core| &core.kernel)
    }

    /// Counters of each core.
    pub fn counters(&self) -> impl Iterator<Item = (ChipCoord, u8, &Counters)> {
        self.cores
            .iter()
            .map(|core| (core.chip, core.core, core.kernel.counters()))
    }

    /// Packets that the tables led nowhere: how many, and which keys at which chips.
    #[must_use]
    pub const fn unrouted(&self) -> (u64, &BTreeSet<Unrouted>) {
        (self.unrouted_packets, &self.unrouted)
    }

    /// A copy of all memories. No packet is under way between ticks, so nothing else is needed.
    pub fn checkpoint(&mut self) -> Vec<CoreState> {
        let copy = |core: &mut Core| {
            core.store_counters();
            core.state.clone()
        };
        self.cores.iter_mut().map(copy).collect()
    }

    /// Goes back to a checkpoint that was taken when `tick` was the next tick.
    ///
    /// # Errors
    /// [`LoadError`] if it belongs to another network or partition.
    pub fn restore(&mut self, tick: Tick, states: Vec<CoreState>) -> Result<(), LoadError> {
        if states.len() != self.cores.len() {
            return Err(LoadError::Cores {
                found: states.len(),
                needed: self.cores.len(),
            });
        }
        for (index, (core, state)) in self.cores.iter().zip(&states).enumerate() {
            for (old, new) in [
                (&core.state.dtcm, &state.dtcm),
                (&core.state.sdram, &state.sdram),
            ] {
                if old.len() != new.len() {
                    return Err(LoadError::Words {
                        index,
                        found: new.len(),
                        needed: old.len(),
                    });
                }
            }
        }
        for (core, state) in self.cores.iter_mut().zip(states) {
            let (chip, number) = (core.chip, core.core);
            core.restore(state).map_err(|error| LoadError::Image {
                chip,
                core: number,
                error,
            })?;
        }
        self.next = tick;
        Ok(())
    }
}

#[derive(Default)]
struct Lost {
    which: BTreeSet<Unrouted>,
    packets: u64,
}

/// Puts what a core sent into the inboxes of its targets.
fn send(number: usize, core: &mut Core, fabric: &Fabric, inboxes: &[Inbox], lost: &mut Lost) {
    let chip = core.chip;
    for key in core.hardware.sent.drain(..) {
        let Some(targets) = fabric.targets(number, chip, key) else {
            continue;
        };
        for inbox in targets
            .cores
            .iter()
            .filter_map(|target| inboxes.get(*target as usize))
        {
            inbox
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(key);
        }
        if !targets.lost.is_empty() {
            lost.packets += targets.lost.len() as u64;
            lost.which.extend(targets.lost.iter().copied());
        }
    }
}

/// Empties an inbox, in the order of keys: whichever thread came first, the records come out the same.
fn take(inbox: Option<&Inbox>, keys: &mut Vec<AerKey>) {
    keys.clear();
    if let Some(inbox) = inbox {
        std::mem::swap(
            &mut *inbox.lock().unwrap_or_else(PoisonError::into_inner),
            keys,
        );
        keys.sort_unstable();
    }
}

/// Cores dealt out to threads.
struct Shares<'a> {
    order: Vec<usize>,
    parts: Vec<Vec<(usize, &'a mut Core)>>,
}

/// Deals the cores out by the work they did so far, largest first, each to the thread that has least. This decides who
/// computes, never what.
fn shares(cores: &mut [Core], threads: usize) -> Shares<'_> {
    let work = |core: &Core| {
        let blocks: u64 = core
            .kernel
            .slices()
            .iter()
            .map(|slice| u64::from(slice.blocks))
            .sum();
        let counters = core.kernel.counters();
        use spinedrift_core::kernel::Counter::{Packets, Rows, StaticEvents, SynapseUpdates};
        let done = [
            (SynapseUpdates, 4),
            (Rows, 20),
            (StaticEvents, 2),
            (Packets, 20),
        ];
        let done: u64 = done
            .iter()
            .map(|(counter, cost)| counters.get(*counter) * cost)
            .sum();
        done + blocks * 16 * 1000
    };
    let mut order: Vec<(u64, usize)> = cores
        .iter()
        .enumerate()
        .map(|(i, core)| (work(core), i))
        .collect();
    order.sort_by_key(|&(work, index)| (std::cmp::Reverse(work), index));
    let mut load = vec![0_u64; threads];
    let mut owner = vec![0_usize; cores.len()];
    for (work, index) in &order {
        let least = (0..threads)
            .min_by_key(|thread| load.get(*thread).copied().unwrap_or(u64::MAX))
            .unwrap_or(0);
        if let (Some(load), Some(owner)) = (load.get_mut(least), owner.get_mut(*index)) {
            *load += work;
            *owner = least;
        }
    }
    let mut parts: Vec<Vec<(usize, &mut Core)>> = (0..threads).map(|_| Vec::new()).collect();
    for (index, (core, owner)) in cores.iter_mut().zip(owner).enumerate() {
        if let Some(part) = parts.get_mut(owner) {
            part.push((index, core));
        }
    }
    Shares {
        order: order.into_iter().map(|(_, index)| index).collect(),
        parts,
    }
}
