//! All cores, tick by tick, on as many threads as asked for.

use super::core::Core;
use super::fabric::{Fabric, Lost, Unrouted};
use super::loaded::{CoreImage, CoreState};
use super::static_rows::StaticRows;
use super::vectors::Vectors;
use super::{ahead, lockstep};
use crate::geometry::{ChipCoord, Grid};
use crate::network::Table;
use spinedrift_core::image::{ImageError, InletKind};
use spinedrift_core::kernel::{Counters, Kernel};
use spinedrift_core::spike::{AerKey, BLOCK_SLOTS, Tick};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::OnceLock;

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

/// Bytes of plastic rows up to which a spike kicks all rows at once. Rows that this computer's caches can't hold are better kicked when they
/// are fetched for a visit, by all spikes since the last one: same bits.
const AHEAD_MAX_BYTES: u64 = 16 << 20;

/// The functional machine.
#[derive(Debug)]
pub struct Functional {
    cores: Vec<Core>,
    fabric: Fabric,
    /// Copies of static rows, until memories change.
    static_rows: Option<StaticRows>,
    pool: rayon::ThreadPool,
    threads: usize,
    next: Tick,
    unrouted: BTreeSet<Unrouted>,
    unrouted_packets: u64,
}

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
        let mut cores: Vec<Core> = images.iter().map(Core::new).collect::<Result<_, _>>()?;
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
                .map(|core| (core.loaded.chip, core.loaded.core, slices(core.kernel()))),
        );
        let static_rows = Some(StaticRows::gather(&mut cores, &fabric));
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        let pool = pool.map_err(|error| LoadError::Threads {
            threads,
            reason: error.to_string(),
        })?;
        let threads = pool.current_num_threads().min(cores.len()).max(1);
        Ok(Self {
            cores,
            fabric,
            static_rows,
            pool,
            threads,
            next: Tick(0),
            unrouted: BTreeSet::new(),
            unrouted_packets: 0,
        })
    }

    /// The machine, computing with other vector instructions.
    #[must_use]
    pub fn with_vectors(mut self, vectors: Vectors) -> Self {
        for core in &mut self.cores {
            core.set_vectors(vectors);
        }
        self
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
    ///
    /// Cores that nobody sends to (sources) run a stretch ahead of the others, since nothing can change what they do;
    /// the others meet every tick. So a network of sources and one listening core needs no meeting at all.
    pub fn run(&mut self, ticks: u32) {
        let end = self.next.0.saturating_add(ticks);
        let bytes = |core: &Core| core.bytes_of(|kind| matches!(kind, InletKind::Plastic(_)));
        let plastic: u64 = self.cores.iter().map(bytes).sum();
        for core in &mut self.cores {
            core.kick_ahead(plastic <= AHEAD_MAX_BYTES);
        }
        let (cores, fabric) = (&mut self.cores, &self.fabric);
        let static_rows = &*self
            .static_rows
            .get_or_insert_with(|| StaticRows::gather(cores, fabric));
        let (mut sources, mut listeners): (Vec<_>, Vec<_>) = self
            .cores
            .iter_mut()
            .enumerate()
            .partition(|(_, core)| core.kernel().inlets().is_empty());
        let parallel = self.threads > 1;
        let together = self.threads.min(listeners.len()).max(1);
        let cores = sources.len() + listeners.len();
        let mut lost = Lost::default();
        let mut next = stretch(self.next.0, end);
        let mut ready = ahead::produce(&mut sources, fabric, cores, next.clone(), parallel);
        let mut work = || {
            while !next.is_empty() {
                let now = next.clone();
                next = stretch(now.end, end);
                let batch = std::mem::take(&mut ready);
                let listen = |listeners: &mut Vec<_>| {
                    let ways = (fabric, static_rows);
                    lockstep::consume(listeners, ways, &batch, now.clone(), together)
                };
                let more = if parallel && together < self.threads {
                    let (heard, batch) = rayon::join(
                        || listen(&mut listeners),
                        || ahead::produce(&mut sources, fabric, cores, next.clone(), false),
                    );
                    ready = batch;
                    heard
                } else {
                    let heard = listen(&mut listeners);
                    ready = ahead::produce(&mut sources, fabric, cores, next.clone(), parallel);
                    heard
                };
                lost.add(more.lost);
                lost.add(batch.lost);
                deliver_strays(&mut sources, &batch.inboxes, &more.strays, now);
            }
        };
        // One thread needs no other: the caller's own, whose clock then measures the work.
        if parallel {
            self.pool.install(work);
        } else {
            work();
        }
        self.unrouted.append(&mut lost.which);
        self.unrouted_packets += lost.packets;
        self.next = Tick(end);
        for core in &mut self.cores {
            core.kick_ahead(false);
        }
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
        self.cores.get(core).map(Core::kernel)
    }

    /// Counters of each core.
    pub fn counters(&self) -> impl Iterator<Item = (ChipCoord, u8, &Counters)> {
        self.cores
            .iter()
            .map(|core| (core.loaded.chip, core.loaded.core, core.kernel().counters()))
    }

    /// Packets that the tables led nowhere: how many, and which keys at which chips.
    #[must_use]
    pub const fn unrouted(&self) -> (u64, &BTreeSet<Unrouted>) {
        (self.unrouted_packets, &self.unrouted)
    }

    /// A copy of all memories. No packet is under way between ticks, so nothing else is needed.
    pub fn checkpoint(&mut self) -> Vec<CoreState> {
        let cores = self.cores.iter_mut();
        cores.map(|core| core.loaded.checkpoint()).collect()
    }

    /// Changes the memories of one core between two ticks; nothing happens for a core that isn't there.
    ///
    /// # Errors
    /// [`LoadError::Image`] if what is left is no image; the core then stays as it was.
    pub fn edit(
        &mut self,
        core: usize,
        change: impl FnOnce(&mut CoreState),
    ) -> Result<(), LoadError> {
        let Some(core) = self.cores.get_mut(core) else {
            return Ok(());
        };
        self.static_rows = None;
        let mut state = core.loaded.checkpoint();
        change(&mut state);
        core.loaded.restore(state)
    }

    /// Goes back to a checkpoint that was taken when `tick` was the next tick.
    ///
    /// # Errors
    /// [`LoadError`] if it belongs to another network or partition.
    pub fn restore(&mut self, tick: Tick, states: Vec<CoreState>) -> Result<(), LoadError> {
        CoreState::check_all(&states, self.cores.iter().map(|core| core.loaded.words()))?;
        self.static_rows = None;
        for (core, state) in self.cores.iter_mut().zip(states) {
            core.loaded.restore(state)?;
        }
        self.next = tick;
        Ok(())
    }
}

/// Ticks that sources run ahead of their listeners.
const AHEAD_TICKS: u32 = 250;

fn stretch(from: u32, end: u32) -> Range<u32> {
    from..end.min(from.saturating_add(AHEAD_TICKS))
}

/// Packets that a wrong table led to a source: taken in all the same, so that they are counted there.
fn deliver_strays(
    sources: &mut [(usize, &mut Core)],
    ahead: &[Vec<Vec<AerKey>>],
    strays: &[(u32, AerKey)],
    now: Range<u32>,
) {
    for (number, core) in sources {
        let early = ahead.get(*number).into_iter().flatten().flatten().copied();
        let late = strays
            .iter()
            .filter(|(target, _)| *target as usize == *number)
            .map(|(_, key)| *key);
        let arrived: Vec<_> = early
            .chain(late)
            .map(|key| (key, core.expect(key, &OnceLock::new())))
            .collect();
        core.packets(&arrived, Tick(now.start));
    }
}
