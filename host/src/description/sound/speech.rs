//! Synthetic words: a stand-in for recordings where there are none.
//!
//! Not speech, but like it in what a filter bank sees: a voice (pulses with a falling pitch) or noise goes through three
//! formants (two-pole resonators in cascade, as in Klatt 1980) that move on the word's track. Pitch, length, length of the
//! vocal tract, loudness and noise are drawn for each word, so that no two are alike. "One" glides from /w/ to /ʌ/ and ends
//! in a murmur; "two" begins with a burst of noise and falls from /t/ to /u/. Formant values are rounded from tables of
//! English vowels (Peterson and Barney 1952).

use super::{Sound, SoundSet};
use crate::description::random::{Purpose, Stream};
use std::f64::consts::TAU;

/// Samples a second: those of the recordings that it stands for.
const SAMPLE_HZ: u32 = 8_000;

/// A word that can be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// "One", label 1.
    One,
    /// "Two", label 2.
    Two,
}

/// A point of a word's track: when (share of its length), three formants in Hz, voice and noise (amplitudes).
type Point = (f64, [f64; 3], f64, f64);

const ONE: [Point; 5] = [
    (0.00, [300.0, 650.0, 2_200.0], 0.5, 0.0),
    (0.20, [400.0, 800.0, 2_300.0], 1.0, 0.0),
    (0.45, [680.0, 1_200.0, 2_400.0], 1.0, 0.0),
    (0.70, [500.0, 1_350.0, 2_500.0], 0.8, 0.0),
    (1.00, [280.0, 1_500.0, 2_500.0], 0.3, 0.0),
];

const TWO: [Point; 5] = [
    (0.00, [400.0, 2_000.0, 3_000.0], 0.0, 1.2),
    (0.15, [320.0, 1_900.0, 2_800.0], 0.2, 0.8),
    (0.25, [310.0, 1_700.0, 2_500.0], 1.0, 0.1),
    (0.60, [310.0, 1_050.0, 2_300.0], 1.0, 0.0),
    (1.00, [300.0, 880.0, 2_250.0], 0.4, 0.0),
];

/// Bandwidths of the formants in Hz.
const BANDWIDTHS_HZ: [f64; 3] = [70.0, 90.0, 130.0];

/// Says so many words by turns, "one" first, each in another voice.
///
/// ```
/// use spinedrift::description::sound::synthetic_words;
/// let words = synthetic_words(4, 1);
/// let labels: Vec<u8> = words.sounds.iter().map(|word| word.label).collect();
/// assert_eq!(labels, [1, 2, 1, 2]);
/// assert_ne!(words.sounds[0].samples, words.sounds[2].samples);
/// ```
#[must_use]
pub fn synthetic_words(count: usize, seed: u64) -> SoundSet {
    let say = |number: usize| {
        let word = if number.is_multiple_of(2) {
            Word::One
        } else {
            Word::Two
        };
        let mut stream = Stream::new(seed, Purpose::Sounds, 0, number as u64);
        word.say(&mut stream)
    };
    SoundSet {
        name: "synthetic words".to_owned(),
        sounds: (0..count).map(say).collect(),
    }
}

impl Word {
    /// Says the word once.
    #[must_use]
    pub fn say(self, stream: &mut Stream) -> Sound {
        let (label, name, track) = match self {
            Self::One => (1, "one", &ONE),
            Self::Two => (2, "two", &TWO),
        };
        let mut between = |low: f64, high: f64| low + (high - low) * stream.unit();
        let seconds = between(0.25, 0.55);
        let (pitch_hz, falls) = (between(90.0, 230.0), between(0.05, 0.3));
        // A short vocal tract raises all formants.
        let tract = between(0.88, 1.14);
        let (loudness, hiss) = (between(0.05, 0.3), between(0.0, 0.02));
        let count = (seconds * f64::from(SAMPLE_HZ)) as usize;
        let mut formants = BANDWIDTHS_HZ.map(Resonator::new);
        let mut phase = 0.0;
        let mut samples = Vec::with_capacity(count);
        for number in 0..count {
            let time = number as f64 / count as f64;
            let (frequencies, voice, noise) = at(track, time);
            phase += pitch_hz * (1.0 - falls * time) / f64::from(SAMPLE_HZ);
            let pulse = if phase >= 1.0 { 1.0 } else { 0.0 };
            phase -= pulse;
            let mut value = voice * pulse * 8.0 + noise * stream.normal();
            for (formant, frequency) in formants.iter_mut().zip(frequencies) {
                value = formant.step(value, frequency * tract);
            }
            samples.push(value + hiss * stream.normal());
        }
        let peak = samples.iter().fold(1e-9_f64, |peak, s| peak.max(s.abs()));
        let scaled = samples.iter().map(|s| (s / peak * loudness) as f32);
        Sound {
            name: name.to_owned(),
            sample_hz: SAMPLE_HZ,
            samples: scaled.collect(),
            label,
        }
    }
}

/// The track at a time, linear between its points.
fn at(track: &[Point], time: f64) -> ([f64; 3], f64, f64) {
    let after = track.partition_point(|point| point.0 <= time);
    let (Some(a), Some(b)) = (
        track.get(after.saturating_sub(1)),
        track.get(after.min(track.len().saturating_sub(1))),
    ) else {
        return ([0.0; 3], 0.0, 0.0);
    };
    let part = ((time - a.0) / (b.0 - a.0).max(1e-9)).clamp(0.0, 1.0);
    let mix = |a: f64, b: f64| a + (b - a) * part;
    let [f1, f2, f3] = a.1;
    let [g1, g2, g3] = b.1;
    (
        [mix(f1, g1), mix(f2, g2), mix(f3, g3)],
        mix(a.2, b.2),
        mix(a.3, b.3),
    )
}

/// A two-pole resonator.
#[derive(Clone, Debug)]
struct Resonator {
    bandwidth_hz: f64,
    before: [f64; 2],
}

impl Resonator {
    fn new(bandwidth_hz: f64) -> Self {
        Self {
            bandwidth_hz,
            before: [0.0; 2],
        }
    }

    /// y = a x + b y₋₁ + c y₋₂ with gain 1 at 0 Hz (Klatt 1980, eq. 2).
    fn step(&mut self, input: f64, frequency_hz: f64) -> f64 {
        let rate = f64::from(SAMPLE_HZ);
        let decay = libm::exp(-TAU / 2.0 * self.bandwidth_hz / rate);
        let b = 2.0 * decay * libm::cos(TAU * frequency_hz / rate);
        let c = -decay * decay;
        let [one, two] = self.before;
        let output = (1.0 - b - c) * input + b * one + c * two;
        self.before = [output, one];
        output
    }
}
