//! Images become rates: darker pixel, more spikes.

use std::collections::BTreeMap;

use super::{ImageError, ImageSet};
use crate::description::RateSchedule;
use crate::description::random::{Purpose, Stream};

/// How images are shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Presentation {
    /// Rate in Hz of a pixel without ink.
    pub low_hz: f64,
    /// Rate in Hz of a pixel of full ink.
    pub high_hz: f64,
    /// Ticks that each image is shown for.
    pub show_ticks: u32,
    /// Ticks of `low_hz` everywhere after each image.
    pub gap_ticks: u32,
    /// Tick of the first image.
    pub start_tick: u32,
}

impl Presentation {
    /// First tick after `images` images and their gaps; `None` beyond the last tick.
    #[must_use]
    pub fn end_tick(&self, images: usize) -> Option<u32> {
        self.start_of(images as u64)
    }

    /// Tick at which the image at this position begins.
    fn start_of(&self, position: u64) -> Option<u32> {
        let period = u64::from(self.show_ticks) + u64::from(self.gap_ticks);
        let tick = position
            .checked_mul(period)?
            .checked_add(u64::from(self.start_tick))?;
        u32::try_from(tick).ok()
    }
}

/// Shows images one after the other: a source for each pixel, its rate between `low_hz` and `high_hz` as its ink.
///
/// Levels are the grey values in use, patterns the images in use, each once. After the last image all rates fall to
/// `low_hz`, so that it is shown no longer than the others.
///
/// # Errors
/// An index without an image, no time to show it, or an end beyond the last tick.
pub fn rate_schedule(
    images: &ImageSet,
    order: &[usize],
    presentation: &Presentation,
) -> Result<RateSchedule, ImageError> {
    if presentation.show_ticks == 0 {
        return Err(ImageError::NoTime);
    }
    let too_many = || ImageError::TooMany {
        images: order.len(),
    };
    let mut patterns: Vec<&[u8]> = Vec::new();
    let mut pattern_of = BTreeMap::new();
    let mut changes = Vec::new();
    let blank = vec![0; images.pixels_per_image() as usize];
    for (position, &index) in order.iter().enumerate() {
        let pixels = images
            .pixels
            .get(index)
            .ok_or_else(|| no_such_image(images, index))?;
        let pattern = *pattern_of
            .entry(Some(index))
            .or_insert_with(|| number(&mut patterns, pixels));
        let start = presentation
            .start_of(position as u64)
            .ok_or_else(too_many)?;
        changes.push((start, pattern));
        if presentation.gap_ticks > 0 || position + 1 == order.len() {
            let pattern = *pattern_of
                .entry(None)
                .or_insert_with(|| number(&mut patterns, &blank));
            changes.push((
                start
                    .checked_add(presentation.show_ticks)
                    .ok_or_else(too_many)?,
                pattern,
            ));
        }
    }
    Ok(with_levels(&patterns, changes, presentation))
}

fn no_such_image(images: &ImageSet, index: usize) -> ImageError {
    ImageError::NoSuchImage {
        name: images.name.clone(),
        index,
        available: images.len(),
    }
}

/// Adds a pattern and returns its number.
fn number<'a>(patterns: &mut Vec<&'a [u8]>, pixels: &'a [u8]) -> u32 {
    patterns.push(pixels);
    patterns.len() as u32 - 1
}

/// Replaces grey values by the numbers of the rates they stand for.
fn with_levels(
    patterns: &[&[u8]],
    changes: Vec<(u32, u32)>,
    presentation: &Presentation,
) -> RateSchedule {
    let mut used = [false; 256];
    for &value in patterns.iter().copied().flatten() {
        used[usize::from(value)] = true;
    }
    let mut level_of = [0_u8; 256];
    let mut levels_hz = Vec::new();
    for value in (0..=255_u8).filter(|&value| used[usize::from(value)]) {
        level_of[usize::from(value)] = levels_hz.len() as u8;
        let ink = f64::from(value) / 255.0;
        levels_hz.push(presentation.low_hz + (presentation.high_hz - presentation.low_hz) * ink);
    }
    let to_levels = |pixels: &&[u8]| {
        pixels
            .iter()
            .map(|&value| level_of[usize::from(value)])
            .collect()
    };
    RateSchedule {
        levels_hz,
        patterns: patterns.iter().map(to_levels).collect(),
        changes,
    }
}

/// The order in which `count` of `images` are shown: as they stand, or shuffled anew each time all have been shown.
#[must_use]
pub fn order(images: usize, count: usize, shuffle_seed: Option<u64>) -> Vec<usize> {
    let mut order = Vec::with_capacity(count);
    let mut round: Vec<usize> = (0..images).collect();
    let mut rounds = 1..;
    while order.len() < count && images > 0 {
        if let (Some(seed), Some(number)) = (shuffle_seed, rounds.next()) {
            Stream::new(seed, Purpose::Images, 1, number).shuffle(&mut round);
        }
        order.extend(round.iter().take(count - order.len()));
    }
    order
}
