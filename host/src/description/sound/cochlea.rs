//! From samples to what the auditory nerve and the cochlear nucleus would carry.

use super::gammatone::{Gammatone, erb_spaced};
use super::{Sound, SoundError};
use std::f64::consts::TAU;

/// A bank of gammatone filters with hair cells (half-wave rectification, compression, low-pass) and the lateral inhibition of
/// what follows them, which leaves the peaks of a spectrum.
///
/// It is like a cochlea in its frequency axis (equal steps of the ear's bandwidth), its filter shape and its compression;
/// it has no middle ear, no level-dependent tuning, no adaptation of hair cells, no efferents.
#[derive(Clone, Debug, PartialEq)]
pub struct Cochlea {
    /// Channels, from low to high.
    pub channels: usize,
    /// Lowest centre frequency in Hz.
    pub low_hz: f64,
    /// Highest centre frequency in Hz.
    pub high_hz: f64,
    /// Exponent of the compression of the rectified movement.
    pub exponent: f64,
    /// Cut-off of the low-pass of the hair cell in Hz (two poles).
    pub cut_off_hz: f64,
    /// Length of a frame in ms: the level of a frame is the mean over it.
    pub frame_ms: f64,
    /// Lateral inhibition: so much of a frame's mean level is taken from each of its channels, and what falls below 0 is 0.
    pub contrast: f64,
    /// What is softer than the loudest frame of all channels by this, in dB, at the ends of a sound is cut off.
    pub trim_db: f64,
}

impl Default for Cochlea {
    /// 32 channels from 120 to 3,400 Hz: what a sound of 8,000 samples a second holds. Exponent 0.3 (loudness, Stevens
    /// 1957), low-pass 20 Hz, frames of 10 ms, the mean of a frame taken from each channel, ends below −35 dB cut off.
    fn default() -> Self {
        Self {
            channels: 32,
            low_hz: 120.0,
            high_hz: 3_400.0,
            exponent: 0.3,
            cut_off_hz: 20.0,
            frame_ms: 10.0,
            contrast: 1.0,
            trim_db: 35.0,
        }
    }
}

/// Levels of every channel in every frame, 0 to 1, the largest being 1; all 0 for silence.
#[derive(Clone, Debug, PartialEq)]
pub struct Cochleagram {
    /// Centre frequency of each channel in Hz, ascending.
    pub centres_hz: Vec<f64>,
    /// Length of a frame in ms.
    pub frame_ms: f64,
    /// Levels of each frame.
    pub frames: Vec<Vec<f64>>,
    /// What is said.
    pub label: u8,
}

/// Amplitude below which a sound is silence: −90 dB of full scale, below one step of 15 bits.
const SILENCE: f64 = 3e-5;

impl Cochlea {
    /// Hears a sound.
    ///
    /// # Errors
    /// [`SoundError::Cochlea`] if it has no channels, or they reach beyond half the sound's sample rate.
    pub fn hear(&self, sound: &Sound) -> Result<Cochleagram, SoundError> {
        let sample_hz = f64::from(sound.sample_hz);
        let frame_samples = libm::round(self.frame_ms * 1e-3 * sample_hz);
        let possible = self.channels >= 1
            && self.low_hz > 0.0
            && self.low_hz < self.high_hz
            && self.high_hz < sample_hz / 2.0
            && (1.0..1e9).contains(&frame_samples)
            && self.exponent > 0.0
            && self.cut_off_hz > 0.0;
        if !possible {
            return Err(SoundError::Cochlea {
                channels: self.channels,
                low_hz: self.low_hz,
                high_hz: self.high_hz,
                sample_hz: sound.sample_hz,
            });
        }
        let centres_hz = erb_spaced(self.channels, self.low_hz, self.high_hz);
        let channel = |centre: &f64| self.channel(*centre, sound, frame_samples as usize);
        let channels: Vec<Vec<f64>> = centres_hz.iter().map(channel).collect();
        let count = channels.first().map_or(0, Vec::len);
        let frame = |number: usize| {
            let level = |channel: &Vec<f64>| channel.get(number).copied().unwrap_or(0.0);
            channels.iter().map(level).collect()
        };
        let frames: Vec<Vec<f64>> = (0..count).map(frame).collect();
        Ok(Cochleagram {
            centres_hz,
            frame_ms: self.frame_ms,
            frames: self.finished(frames),
            label: sound.label,
        })
    }

    /// Level of one channel in each frame: the hair cell's output.
    fn channel(&self, centre_hz: f64, sound: &Sound, frame_samples: usize) -> Vec<f64> {
        let sample_hz = f64::from(sound.sample_hz);
        let mut filter = Gammatone::new(centre_hz, sample_hz);
        let decay = libm::exp(-TAU * self.cut_off_hz / sample_hz);
        let mut low_pass = [0.0; 2];
        let mut cell = |sample: &f32| {
            let rectified = filter.step(f64::from(*sample)).max(0.0);
            let mut value = if rectified > SILENCE {
                libm::pow(rectified, self.exponent)
            } else {
                0.0
            };
            for stage in &mut low_pass {
                *stage = decay * *stage + (1.0 - decay) * value;
                value = *stage;
            }
            value
        };
        let output: Vec<f64> = sound.samples.iter().map(&mut cell).collect();
        let frames = output.chunks(frame_samples);
        frames
            .map(|frame| frame.iter().sum::<f64>() / frame.len() as f64)
            .collect()
    }

    /// Soft ends cut off, and the largest level made 1.
    fn finished(&self, frames: Vec<Vec<f64>>) -> Vec<Vec<f64>> {
        let loudness = |frame: &Vec<f64>| frame.iter().sum::<f64>();
        let largest = frames.iter().map(loudness).fold(0.0, f64::max);
        // What a level falls by when its amplitude falls by so many dB.
        let least = largest * libm::pow(10.0, -self.trim_db / 20.0 * self.exponent);
        let heard = |frame: &Vec<f64>| loudness(frame) >= least && largest > 0.0;
        let (Some(first), Some(last)) = (
            frames.iter().position(heard),
            frames.iter().rposition(heard),
        ) else {
            return frames
                .into_iter()
                .map(|frame| vec![0.0; frame.len()])
                .collect();
        };
        let frames: Vec<Vec<f64>> = frames.iter().map(|frame| self.contrasted(frame)).collect();
        let peak = frames.iter().flatten().copied().fold(0.0, f64::max);
        let kept = frames.into_iter().skip(first).take(last + 1 - first);
        kept.map(|frame| frame.into_iter().map(|level| level / peak).collect())
            .collect()
    }
}

impl Cochlea {
    /// A frame after lateral inhibition.
    fn contrasted(&self, frame: &[f64]) -> Vec<f64> {
        let mean = frame.iter().sum::<f64>() / frame.len().max(1) as f64;
        let inhibited = frame.iter().map(|level| level - self.contrast * mean);
        inhibited.map(|level| level.max(0.0)).collect()
    }
}

impl Cochleagram {
    /// The same picture in so many frames: stretched or squeezed in time, levels interpolated linearly. A word then takes
    /// the same time whoever says it.
    #[must_use]
    pub fn stretched(&self, frames: usize) -> Self {
        let last = self.frames.len().saturating_sub(1) as f64;
        let steps = frames.saturating_sub(1).max(1) as f64;
        let at = |number: usize| {
            let place = last * number as f64 / steps;
            let (before, part) = (libm::floor(place) as usize, place - libm::floor(place));
            let frame = |number: usize| self.frames.get(number).or_else(|| self.frames.last());
            let (Some(a), Some(b)) = (frame(before), frame(before + 1)) else {
                return vec![0.0; self.centres_hz.len()];
            };
            let mixed = a.iter().zip(b).map(|(a, b)| a + (b - a) * part);
            mixed.collect()
        };
        let stretched = self.frames.len() as f64 / frames.max(1) as f64;
        Self {
            frames: (0..frames).map(at).collect(),
            frame_ms: self.frame_ms * stretched,
            ..self.clone()
        }
    }
}
