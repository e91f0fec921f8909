//! A kernel with its memories, run in one go by the machine when its time has come.

use super::costs::Costs;
use super::work::{Scribe, Script};
use crate::functional::{CoreImage, LoadError, Loaded};
use spinedrift_core::kernel::{Arrival, Kernel, Memory};
use spinedrift_core::spike::{AerKey, Tick};

/// A loaded image, and what writes down its calls.
#[derive(Debug)]
pub struct Runner {
    /// Kernel and memories.
    pub loaded: Loaded,
    scribe: Scribe,
    arch: pulp::Arch,
}

impl Runner {
    /// Loads an image.
    ///
    /// # Errors
    /// [`LoadError::Image`] names the core whose image is unusable.
    pub fn new(image: &CoreImage, costs: Costs) -> Result<Self, LoadError> {
        Ok(Self {
            loaded: Loaded::new(image)?,
            scribe: Scribe::new(costs),
            arch: pulp::Arch::new(),
        })
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
        let (kernel, mut memory) = self.loaded.parts();
        self.arch.dispatch(Call {
            kernel,
            memory: &mut memory,
            scribe: &mut self.scribe,
            key,
            tick: Tick(tick),
        });
        self.scribe.end(script);
    }

    /// Settles every plastic row to `tick` and records θ. This is the host's doing: it takes no time.
    pub fn read_out(&mut self, tick: u32) {
        let (kernel, mut memory) = self.loaded.parts();
        let units = self.scribe.units;
        self.scribe.begin(Tick(tick));
        kernel.read_out(&mut memory, &mut self.scribe, Tick(tick));
        self.scribe.units = units;
    }

    /// Hands over what was recorded.
    pub fn drain(&mut self, take: impl FnOnce(&[u32])) {
        take(&self.scribe.drained);
        self.scribe.drained.clear();
    }

    /// Flips a bit of a word of DTCM (or of the core's share of SDRAM); a word beyond the last one counts from the first.
    pub fn flip(&mut self, sdram: bool, word: u32, bit: u8) {
        let (_, memory) = self.loaded.parts();
        let words = if sdram { memory.sdram } else { memory.dtcm };
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
