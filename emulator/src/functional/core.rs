//! One emulated core: its memories, its kernel, and a [`Hardware`] that keeps what the kernel hands out.

use super::aligned::Aligned;
use super::prefetch::Prefetch;
use crate::geometry::ChipCoord;
use spinedrift_core::image::{ImageError, ImageView, KeyEntry, Layout, Section};
use spinedrift_core::kernel::{Delivery, Hardware, Kernel, Memory, Transfer, Work};
use spinedrift_core::spike::{AerKey, Tick};
use std::sync::OnceLock;

/// An image and the core that loads it.
#[derive(Clone, Debug)]
pub struct CoreImage {
    /// Chip.
    pub chip: ChipCoord,
    /// Core on the chip.
    pub core: u8,
    /// Bytes of the image.
    pub bytes: Vec<u8>,
}

/// The memories of a core: all of its state, hence its checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoreState {
    /// DTCM, in words.
    pub dtcm: Vec<u32>,
    /// SDRAM share, in words.
    pub sdram: Vec<u32>,
}

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
    pub(super) chip: ChipCoord,
    pub(super) number: u8,
    pub(super) kernel: Kernel,
    dtcm: Aligned,
    sdram: Vec<u32>,
    pub(super) hardware: Ideal,
    arch: pulp::Arch,
    prefetch: Prefetch,
}

impl Core {
    pub(super) fn new(image: &CoreImage) -> Result<Self, ImageError> {
        let view = ImageView::new(&image.bytes)?;
        let header = *view.header();
        let layout = Layout::new(&header.counts);
        let words = layout.total_words() as usize;
        let mut dtcm = Aligned::new(words, layout.range(Section::State).start);
        let mut sdram = vec![0; header.counts.sdram_words as usize];
        view.load(dtcm.words_mut(), &mut sdram)?;
        let kernel = Kernel::open(
            &header,
            &Memory {
                dtcm: dtcm.words_mut(),
                sdram: &mut sdram,
            },
        )?;
        let (chip, number) = (image.chip, image.core);
        Ok(Self {
            chip,
            number,
            kernel,
            dtcm,
            sdram,
            hardware: Ideal::default(),
            arch: pulp::Arch::new(),
            prefetch: Prefetch::new(),
        })
    }

    /// Runs one part of the kernel under the widest instruction set of this machine: integers only, hence same bits.
    fn with_kernel(&mut self, work: impl FnOnce(&mut Kernel, &mut Memory<'_>, &mut Ideal)) {
        let mut memory = Memory {
            dtcm: self.dtcm.words_mut(),
            sdram: &mut self.sdram,
        };
        work(&mut self.kernel, &mut memory, &mut self.hardware);
    }

    pub(super) fn timer(&mut self, tick: Tick) {
        self.hardware.tick = tick;
        let arch = self.arch;
        self.with_kernel(|kernel, memory, hardware| {
            arch.dispatch(TimerTick {
                kernel,
                memory,
                hardware,
                tick,
            });
        });
    }

    /// Looks up a key that was sent to this core, and asks this computer's caches for the rows that it leads to. `entry`
    /// remembers what the key table had for an earlier key.
    #[inline]
    pub(super) fn expect(
        &mut self,
        key: AerKey,
        entry: &OnceLock<Option<KeyEntry>>,
    ) -> Option<Delivery> {
        let memory = Memory {
            dtcm: self.dtcm.words_mut(),
            sdram: &mut self.sdram,
        };
        let entry = entry.get_or_init(|| self.kernel.entry(&memory, key));
        let delivery = entry
            .and_then(|entry| Delivery::new(entry, key))
            .or_else(|| self.kernel.look_up(&memory, key))?;
        for row in self.kernel.rows_of(delivery) {
            self.prefetch.ask(memory.sdram.get(row).unwrap_or_default());
        }
        Some(delivery)
    }

    /// Takes in the packets of a tick.
    pub(super) fn packets(&mut self, arrived: &[Arrived], tick: Tick) {
        if arrived.is_empty() {
            return;
        }
        let arch = self.arch;
        self.with_kernel(|kernel, memory, hardware| {
            arch.dispatch(Packets {
                kernel,
                memory,
                hardware,
                arrived,
                tick,
            });
        });
    }

    pub(super) fn read_out(&mut self, tick: Tick) {
        self.with_kernel(|kernel, memory, hardware| kernel.read_out(memory, hardware, tick));
    }

    /// Takes over the memories of a checkpoint; they must be of the sizes that [`Core::sizes`] tells.
    pub(super) fn restore(&mut self, mut state: CoreState) -> Result<(), ImageError> {
        let header = *self.kernel.header();
        self.kernel = Kernel::open(
            &header,
            &Memory {
                dtcm: &mut state.dtcm,
                sdram: &mut state.sdram,
            },
        )?;
        let words = self.dtcm.words_mut().iter_mut().zip(state.dtcm);
        words.for_each(|(word, value)| *word = value);
        self.sdram = state.sdram;
        Ok(())
    }

    /// Words of DTCM and of SDRAM.
    pub(super) fn sizes(&self) -> [usize; 2] {
        [self.dtcm.words().len(), self.sdram.len()]
    }

    /// A copy of the memories, counters included.
    pub(super) fn checkpoint(&mut self) -> CoreState {
        self.store_counters();
        CoreState {
            dtcm: self.dtcm.words().to_vec(),
            sdram: self.sdram.clone(),
        }
    }

    fn store_counters(&mut self) {
        self.with_kernel(|kernel, memory, _| kernel.store_counters(memory));
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
