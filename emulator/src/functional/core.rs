//! One emulated core: a loaded image, and a [`Hardware`] that keeps what the kernel hands out.

use super::loaded::{CoreImage, Loaded};
use super::prefetch::Prefetch;
use super::run::LoadError;
use super::static_rows::Row;
use super::vectors::Vectors;
use spinedrift_core::image::{InletKind, KeyEntry};
use spinedrift_core::kernel::{Delivery, Hardware, Kernel, Memory, Transfer, Work};
use spinedrift_core::spike::{AerKey, Tick};
use std::sync::OnceLock;

/// Hardware without cost or latency.
#[derive(Debug, Default)]
pub(super) struct Ideal {
    pub(super) tick: Tick,
    pub(super) sent: Vec<AerKey>,
    pub(super) drained: Vec<u32>,
}

impl Hardware for Ideal {
    #[inline(always)]
    fn send(&mut self, key: AerKey) {
        self.sent.push(key);
    }

    #[inline(always)]
    fn start_dma(&mut self, _transfer: Transfer) {}

    #[inline(always)]
    fn drain(&mut self, words: &[u32]) {
        self.drained.extend_from_slice(words);
    }

    #[inline(always)]
    fn tick(&self) -> Tick {
        self.tick
    }

    #[inline(always)]
    fn charge(&mut self, _work: Work, _units: u32) {}
}

/// A packet that was sent to a core, with what the core's key table says of it. Packets are taken in sorted by key.
pub(super) type Arrived = (AerKey, Option<Delivery>);

/// One core.
#[derive(Debug)]
pub(super) struct Core {
    pub(super) loaded: Loaded,
    pub(super) hardware: Ideal,
    arch: pulp::Arch,
    prefetch: Prefetch,
}

impl Core {
    pub(super) fn new(image: &CoreImage) -> Result<Self, LoadError> {
        Ok(Self {
            loaded: Loaded::new(image)?,
            hardware: Ideal::default(),
            arch: Vectors::default().arch(),
            prefetch: Prefetch::new(),
        })
    }

    /// Computes with other vector instructions from now on.
    pub(super) fn set_vectors(&mut self, vectors: Vectors) {
        self.arch = vectors.arch();
    }

    /// The kernel, with its records and counters.
    pub(super) const fn kernel(&self) -> &Kernel {
        self.loaded.kernel()
    }

    pub(super) fn timer(&mut self, tick: Tick) {
        self.hardware.tick = tick;
        let (kernel, mut memory) = self.loaded.parts();
        // The widest instruction set of this machine, unless another is asked for: integers only, hence same bits.
        self.arch.dispatch(TimerTick {
            kernel,
            memory: &mut memory,
            hardware: &mut self.hardware,
            tick,
        });
    }

    /// Looks up a key that was sent to this core, and asks this computer's caches for the rows that it leads to. `entry`
    /// remembers what the key table had for an earlier key.
    #[inline(always)]
    pub(super) fn expect(
        &mut self,
        key: AerKey,
        entry: &OnceLock<Option<KeyEntry>>,
    ) -> Option<Delivery> {
        let (kernel, memory) = self.loaded.parts();
        let entry = entry.get_or_init(|| kernel.entry(&memory, key));
        let delivery = entry
            .and_then(|entry| Delivery::new(entry, key))
            .or_else(|| kernel.look_up(&memory, key))?;
        for row in kernel.rows_of(delivery) {
            self.prefetch.ask(memory.sdram.get(row).unwrap_or_default());
        }
        Some(delivery)
    }

    /// Takes in the packets of a tick.
    pub(super) fn packets(&mut self, arrived: &[Arrived], tick: Tick) {
        if arrived.is_empty() {
            return;
        }
        let (kernel, mut memory) = self.loaded.parts();
        self.arch.dispatch(Packets {
            kernel,
            memory: &mut memory,
            hardware: &mut self.hardware,
            arrived,
            tick,
        });
    }

    /// Takes in one row of a packet, of those that lie together.
    #[inline]
    pub(super) fn static_row(&mut self, row: Row<'_>, tick: Tick) {
        let (kernel, mut memory) = self.loaded.parts();
        if row.first {
            kernel.count_packet(&mut self.hardware);
        }
        let (row, hardware) = ((row.site, row.words), &mut self.hardware);
        kernel.static_row(&mut memory, hardware, row, tick);
    }

    /// Bytes of its rows of some kind.
    pub(super) fn bytes_of(&self, kind: impl Fn(&InletKind) -> bool) -> u64 {
        let inlets = self.kernel().inlets().iter();
        inlets
            .filter(|inlet| kind(&inlet.kind))
            .map(|inlet| u64::from(inlet.pre_count) * u64::from(inlet.stride) * 4)
            .sum()
    }

    /// Lets spikes kick all rows at once, or no longer.
    pub(super) fn kick_ahead(&mut self, ahead: bool) {
        let (kernel, mut memory) = self.loaded.parts();
        kernel.kick_ahead(&mut memory, ahead);
    }

    pub(super) fn read_out(&mut self, tick: Tick) {
        let (kernel, mut memory) = self.loaded.parts();
        kernel.read_out(&mut memory, &mut self.hardware, tick);
    }
}

/// A tick, compiled once for each instruction set. (A closure is not: it is not always inlined into the function that
/// enables the set.)
struct TimerTick<'a, 'm> {
    kernel: &'a mut Kernel,
    memory: &'a mut Memory<'m>,
    hardware: &'a mut Ideal,
    tick: Tick,
}

impl pulp::WithSimd for TimerTick<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: pulp::Simd>(self, _: S) {
        self.kernel.timer(self.memory, self.hardware, self.tick);
    }
}

/// The packets of a tick, likewise.
struct Packets<'a, 'm> {
    kernel: &'a mut Kernel,
    memory: &'a mut Memory<'m>,
    hardware: &'a mut Ideal,
    arrived: &'a [Arrived],
    tick: Tick,
}

impl pulp::WithSimd for Packets<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: pulp::Simd>(self, _: S) {
        let deliveries = self.arrived.iter().map(|(_, delivery)| *delivery);
        self.kernel
            .packets(self.memory, self.hardware, deliveries, self.tick);
    }
}
