//! A core that has taken its image: a kernel and its memories, whatever then calls it and counts its time.

use super::aligned::Aligned;
use super::run::LoadError;
use crate::geometry::ChipCoord;
use spinedrift_core::image::{ImageError, ImageView, Layout, Section};
use spinedrift_core::kernel::{Kernel, Memory};

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

impl CoreState {
    /// Whether the states of a checkpoint fit cores with so many words of DTCM and of SDRAM.
    ///
    /// # Errors
    /// [`LoadError::Cores`] or [`LoadError::Words`] if they belong to another network or partition.
    pub fn check_all(
        states: &[Self],
        cores: impl ExactSizeIterator<Item = [usize; 2]>,
    ) -> Result<(), LoadError> {
        let (found, needed) = (states.len(), cores.len());
        if found != needed {
            return Err(LoadError::Cores { found, needed });
        }
        for (index, (state, words)) in states.iter().zip(cores).enumerate() {
            for (found, needed) in [state.dtcm.len(), state.sdram.len()].into_iter().zip(words) {
                if found != needed {
                    return Err(LoadError::Words {
                        index,
                        found,
                        needed,
                    });
                }
            }
        }
        Ok(())
    }
}

/// A kernel and its memories.
#[derive(Debug)]
pub struct Loaded {
    /// Chip.
    pub chip: ChipCoord,
    /// Core on the chip.
    pub core: u8,
    kernel: Kernel,
    dtcm: Aligned,
    sdram: Vec<u32>,
}

impl Loaded {
    /// Loads an image.
    ///
    /// # Errors
    /// [`LoadError::Image`] names the core whose image is unusable.
    pub fn new(image: &CoreImage) -> Result<Self, LoadError> {
        let (chip, core) = (image.chip, image.core);
        let load = || -> Result<Self, ImageError> {
            let view = ImageView::new(&image.bytes)?;
            let header = *view.header();
            let layout = Layout::new(&header.counts);
            let words = layout.total_words() as usize;
            let mut dtcm = Aligned::new(words, layout.range(Section::State).start);
            let mut sdram = vec![0; header.counts.sdram_words as usize];
            view.load(dtcm.words_mut(), &mut sdram)?;
            let memory = Memory {
                dtcm: dtcm.words_mut(),
                sdram: &mut sdram,
            };
            Ok(Self {
                chip,
                core,
                kernel: Kernel::open(&header, &memory)?,
                dtcm,
                sdram,
            })
        };
        load().map_err(|error| LoadError::Image { chip, core, error })
    }

    /// The kernel, with its records and counters.
    #[must_use]
    pub const fn kernel(&self) -> &Kernel {
        &self.kernel
    }

    /// Kernel and memories, for a call.
    #[inline(always)]
    pub fn parts(&mut self) -> (&mut Kernel, Memory<'_>) {
        let memory = Memory {
            dtcm: self.dtcm.words_mut(),
            sdram: &mut self.sdram,
        };
        (&mut self.kernel, memory)
    }

    /// Words of DTCM and of SDRAM.
    #[must_use]
    pub fn words(&self) -> [usize; 2] {
        [self.dtcm.words().len(), self.sdram.len()]
    }

    /// A copy of the memories, counters included.
    pub fn checkpoint(&mut self) -> CoreState {
        let (kernel, mut memory) = self.parts();
        kernel.store_counters(&mut memory);
        CoreState {
            dtcm: memory.dtcm.to_vec(),
            sdram: memory.sdram.to_vec(),
        }
    }

    /// Takes over the memories of a checkpoint; [`CoreState::check_all`] has seen that they fit.
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
        let words = self.dtcm.words_mut().iter_mut().zip(state.dtcm);
        words.for_each(|(word, value)| *word = value);
        self.sdram = state.sdram;
        Ok(())
    }
}
