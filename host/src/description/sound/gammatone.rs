//! Gammatone filters: what a place on the basilar membrane lets through.
//!
//! Impulse response t^(n−1) e^(−2π b t) cos(2π f t) with n = 4 and b = 1.019 ERB(f) (Patterson et al. 1987). Computed as
//! four complex one-pole low-passes of bandwidth b after a shift by −f, and a shift back: an all-digital gammatone by the
//! impulse-invariant transform (Holdsworth et al. 1988), with gain 1 at its centre.

use std::f64::consts::TAU;

/// Poles of a filter.
const ORDER: usize = 4;

/// Equivalent rectangular bandwidth of the ear at a frequency, Hz: 24.7 (4.37 f/1000 + 1) (Glasberg and Moore 1990).
#[must_use]
pub fn erb_hz(frequency_hz: f64) -> f64 {
    24.7 * (4.37e-3 * frequency_hz + 1.0)
}

/// Centre frequencies at equal distances on the scale of bandwidths, ascending, both ends included.
#[must_use]
pub fn erb_spaced(channels: usize, low_hz: f64, high_hz: f64) -> Vec<f64> {
    // The integral of 1/ERB, up to constants.
    let scale = |hz: f64| libm::log(4.37e-3 * hz + 1.0);
    let back = |value: f64| (libm::exp(value) - 1.0) / 4.37e-3;
    let (low, high) = (scale(low_hz), scale(high_hz));
    let steps = channels.saturating_sub(1).max(1) as f64;
    (0..channels)
        .map(|channel| back(low + (high - low) * channel as f64 / steps))
        .collect()
}

/// A filter with its state.
#[derive(Clone, Debug)]
pub(super) struct Gammatone {
    /// e^(−2π b / rate).
    decay: f64,
    /// Angle of the shift for each sample.
    turn: [f64; 2],
    /// e^(−i 2π f t) now.
    phase: [f64; 2],
    stages: [[f64; 2]; ORDER],
}

impl Gammatone {
    /// At this centre frequency, for so many samples a second.
    pub(super) fn new(centre_hz: f64, sample_hz: f64) -> Self {
        let bandwidth = 1.019 * erb_hz(centre_hz);
        let angle = TAU * centre_hz / sample_hz;
        Self {
            decay: libm::exp(-TAU * bandwidth / sample_hz),
            turn: [libm::cos(angle), -libm::sin(angle)],
            phase: [1.0, 0.0],
            stages: [[0.0; 2]; ORDER],
        }
    }

    /// Takes a sample; gives the membrane's movement, the real part.
    pub(super) fn step(&mut self, sample: f64) -> f64 {
        let [re, im] = self.phase;
        let mut value = [sample * re, sample * im];
        for stage in &mut self.stages {
            for (state, input) in stage.iter_mut().zip(value) {
                *state = self.decay * *state + (1.0 - self.decay) * input;
            }
            value = *stage;
        }
        // Shifted back: times the conjugate phase. Half of a real tone's power stands at −f, hence 2.
        let moved = 2.0 * (value[0] * re + value[1] * im);
        let [turn_re, turn_im] = self.turn;
        let turned = [re * turn_re - im * turn_im, re * turn_im + im * turn_re];
        let length = libm::sqrt(turned[0] * turned[0] + turned[1] * turned[1]);
        self.phase = turned.map(|part| part / length);
        moved
    }
}
