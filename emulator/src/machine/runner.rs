//! A kernel with its memories, run in one go by the machine when its time has come.

use super::costs::Costs;
use super::work::{Scribe, Script};
use crate::functional::{CoreImage, CoreState, LoadError};
use crate::geometry::ChipCoord;
use spinedrift_core::image::{ImageError, ImageView, Layout};
use spinedrift_core::kernel::{Arrival, Kernel, Memory};
use spinedrift_core::spike::{AerKey, Tick};

/// A kernel and its memories.
#[derive(Debug)]
pub struct Runner {
    /// Chip.
    pub chip: ChipCoord,
    /// Core on the chip.
    pub core: u8,
    kernel: Kernel,
    state: CoreState,
    scribe: Scribe,
    arch: pulp::Arch,
}

impl Runner {
    /// Loads an image.
    ///
    /// # Errors
    /// [`LoadError::Image`] names the core whose image is unusable.
    pub fn new(image: &CoreImage, costs: Costs) -> Result<Self, LoadError> {
        let (chip, core) = (image.chip, image.core);
        let load = || -> Result<(Kernel, CoreState), ImageError> {
            let view = ImageView::new(&image.bytes)?;
            let header = *view.header();
            let words = Layout::new(&header.counts).total_words() as usize;
            let mut state = CoreState {
                dtcm: vec![0; words],
                sdram: vec![0; header.counts.sdram_words as usize],
            };
            view.load(&mut state.dtcm, &mut state.sdram)?;
            let memory = Memory {
                dtcm: &mut state.dtcm,
                sdram: &mut state.sdram,
            };
            Ok((Kernel::open(&header, &memory)?, state))
        };
        let (kernel, state) = load().map_err(|error| LoadError::Image { chip, core, error })?;
        Ok(Self {
            chip,
            core,
            kernel,
            state,
            scribe: Scribe::new(costs),
            arch: pulp::Arch::new(),
        })
    }

    /// The kernel, with its records and counters.
    #[must_use]
    pub const fn kernel(&self) -> &Kernel {
        &self.kernel
    }

    /// Units of each kind of work so far.
    #[must_use]
    pub const fn units(&self) -> &[u64; super::work::KINDS] {
        &self.scribe.units
    }

    /// Computes a tick and writes its script.
    pub fn timer(&mut self, tick: u32, script: &mut Script) {
        self.call(tick, None, script);
    }

    /// Takes a packet in and writes its script.
    pub fn packet(&mut self, key: u32, tick: u32, script: &mut Script) {
        self.call(tick, Some(AerKey(key)), script);
    }

    fn call(&mut self, tick: u32, key: Option<AerKey>, script: &mut Script) {
        self.scribe.begin(Tick(tick));
        let mut memory = Memory {
            dtcm: &mut self.state.dtcm,
            sdram: &mut self.state.sdram,
        };
        self.arch.dispatch(Call {
            kernel: &mut self.kernel,
            memory: &mut memory,
            scribe: &mut self.scribe,
            key,
            tick: Tick(tick),
        });
        self.scribe.end(script);
    }

    /// Settles every plastic row to `tick` and records θ. This is the host's doing: it takes no time.
    pub fn read_out(&mut self, tick: u32) {
        let mut memory = Memory {
            dtcm: &mut self.state.dtcm,
            sdram: &mut self.state.sdram,
        };
        let units = self.scribe.units;
        self.scribe.begin(Tick(tick));
        self.kernel
            .read_out(&mut memory, &mut self.scribe, Tick(tick));
        self.scribe.units = units;
    }

    /// Hands over what was recorded.
    pub fn drain(&mut self, take: impl FnOnce(&[u32])) {
        take(&self.scribe.drained);
        self.scribe.drained.clear();
    }

    /// A copy of the memories.
    pub fn checkpoint(&mut self) -> CoreState {
        let mut memory = Memory {
            dtcm: &mut self.state.dtcm,
            sdram: &mut self.state.sdram,
        };
        self.kernel.store_counters(&mut memory);
        self.state.clone()
    }

    /// Words of DTCM and of SDRAM.
    #[must_use]
    pub const fn words(&self) -> (usize, usize) {
        (self.state.dtcm.len(), self.state.sdram.len())
    }

    /// Takes over the memories of a checkpoint.
    ///
    /// # Errors
    /// [`LoadError::Image`] if they hold no image.
    pub fn restore(&mut self, mut state: CoreState) -> Result<(), LoadError> {
        let (chip, core, header) = (self.chip, self.core, *self.kernel.header());
        let memory = Memory {
            dtcm: &mut state.dtcm,
            sdram: &mut state.sdram,
        };
        self.kernel = Kernel::open(&header, &memory).map_err(|error| LoadError::Image {
            chip,
            core,
            error,
        })?;
        self.state = state;
        Ok(())
    }

    /// Flips a bit of a word of DTCM (or of the core's share of SDRAM); a word beyond the last one counts from the first.
    pub fn flip(&mut self, sdram: bool, word: u32, bit: u8) {
        let words = if sdram {
            &mut self.state.sdram
        } else {
            &mut self.state.dtcm
        };
        let count = words.len().max(1);
        if let Some(word) = words.get_mut(word as usize % count) {
            *word ^= 1 << (bit % 32);
        }
    }
}

/// A call of the kernel, compiled once for each instruction set.
struct Call<'a, 'm> {
    kernel: &'a mut Kernel,
    memory: &'a mut Memory<'m>,
    scribe: &'a mut Scribe,
    key: Option<AerKey>,
    tick: Tick,
}

impl pulp::WithSimd for Call<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: pulp::Simd>(self, _: S) {
        match self.key {
            None => self.kernel.timer(self.memory, self.scribe, self.tick),
            Some(key) => {
                // A key that is in no table is counted by the kernel.
                let _: Arrival = self.kernel.packet(self.memory, self.scribe, key, self.tick);
            }
        }
    }
}
