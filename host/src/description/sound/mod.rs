//! Sounds with labels, and how they become Poisson rates: a cochlea-like filter bank.
//!
//! A recording ([`read_wav`], [`read_recordings`]) or a synthetic word ([`synthetic_words`]) goes through a [`Cochlea`]: gammatone
//! filters, half-wave rectification, compression, low-pass. What comes out, a [`Cochleagram`], has a level for each
//! channel and frame; [`sound_schedule`] shows such pictures one after the other to a population with a Poisson source
//! for each channel.

mod cochlea;
mod error;
mod gammatone;
mod presentation;
mod recordings;
mod speech;

pub use cochlea::{Cochlea, Cochleagram};
pub use error::SoundError;
pub use gammatone::{erb_hz, erb_spaced};
pub use presentation::{SoundPresentation, sound_schedule};
pub use recordings::{read_recordings, read_wav};
pub use speech::{Word, synthetic_words};

/// A mono sound.
#[derive(Clone, Debug, PartialEq)]
pub struct Sound {
    /// Where it comes from.
    pub name: String,
    /// Samples a second.
    pub sample_hz: u32,
    /// Samples, full scale ±1.
    pub samples: Vec<f32>,
    /// What is said.
    pub label: u8,
}

impl Sound {
    /// Length in s.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        self.samples.len() as f64 / f64::from(self.sample_hz.max(1))
    }
}

/// Sounds of one source.
#[derive(Clone, Debug, PartialEq)]
pub struct SoundSet {
    /// Where they come from, for reports.
    pub name: String,
    /// The sounds.
    pub sounds: Vec<Sound>,
}
