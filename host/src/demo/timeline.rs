//! Which image is shown when: training, then labelling, then test.

use crate::description::images::{ImageError, ImageSet, Split, order};
use std::ops::Range;

/// The images of a run, in the order in which they are shown, one after the other without a gap: the circuit keeps
/// firing at ρ_net whatever is shown, so every spike in a gap would only depress.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeline {
    /// Index of each image.
    pub order: Vec<usize>,
    /// How many of them are for training, labelling, test.
    pub counts: [usize; 3],
    /// Ticks that each is shown.
    pub show_ticks: u32,
}

impl Timeline {
    /// Shows `train` training images (drawn from the split's, reshuffled each round), then all labelling and test images
    /// of the split.
    ///
    /// # Errors
    /// If the image set is too small for the split.
    pub fn new(
        split: &Split,
        train: usize,
        show_ticks: u32,
        seed: u64,
    ) -> Result<Self, ImageError> {
        let shown = order(split.train.len(), train, Some(seed));
        let mut all: Vec<usize> = shown
            .into_iter()
            .filter_map(|i| split.train.get(i).copied())
            .collect();
        let counts = [all.len(), split.label.len(), split.test.len()];
        all.extend(&split.label);
        all.extend(&split.test);
        Ok(Self {
            order: all,
            counts,
            show_ticks,
        })
    }

    /// Positions of the labelling images.
    #[must_use]
    pub const fn labelling(&self) -> Range<usize> {
        let [train, label, _] = self.counts;
        train..train + label
    }

    /// Positions of the test images.
    #[must_use]
    pub const fn test(&self) -> Range<usize> {
        let [train, label, test] = self.counts;
        train + label..train + label + test
    }

    /// Tick at which training ends and θ is frozen.
    #[must_use]
    pub const fn frozen_from(&self) -> u32 {
        self.counts[0] as u32 * self.show_ticks
    }

    /// Ticks of the whole.
    #[must_use]
    pub const fn ticks(&self) -> u32 {
        self.order.len() as u32 * self.show_ticks
    }

    /// Class of the image at a position.
    #[must_use]
    pub fn class(&self, images: &ImageSet, position: usize) -> usize {
        let image = self.order.get(position).copied().unwrap_or(0);
        images.labels.get(image).copied().map_or(0, usize::from)
    }
}
