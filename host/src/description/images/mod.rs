//! Images with labels, and how they become Poisson rates.
//!
//! Labels never reach a network: they serve the report, which asks which digit a neuron stands for.

mod digits;
mod error;
mod idx;
mod presentation;
mod split;

pub use digits::digits;
pub use error::ImageError;
pub use idx::{read_directory, read_files};
pub use presentation::{Presentation, order, rate_schedule};
pub use split::Split;

/// Grey images of one size, each with a label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageSet {
    /// Where they come from, for reports.
    pub name: String,
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Pixels of each image, row by row; 0 is background, 255 full ink. As many as `labels`.
    pub pixels: Vec<Vec<u8>>,
    /// Label of each image.
    pub labels: Vec<u8>,
}

impl ImageSet {
    /// Number of images.
    #[must_use]
    pub fn len(&self) -> usize {
        self.pixels.len()
    }

    /// Whether there is no image.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pixels.is_empty()
    }

    /// Number of classes: the largest label and one.
    #[must_use]
    pub fn classes(&self) -> usize {
        self.labels
            .iter()
            .max()
            .map_or(0, |&label| usize::from(label) + 1)
    }

    /// Pixels of an image: the size of a population that shows it.
    #[must_use]
    pub fn pixels_per_image(&self) -> u32 {
        self.width.saturating_mul(self.height)
    }
}
