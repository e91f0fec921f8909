//! A restricted Boltzmann machine in fixed point, and its likelihood in floating point.
//!
//! Potentials are sums of Q3.28 weights; a unit fires with the kernel's own logistic probability
//! (`spinedrift_core::neuron::intensity`) on the kernel's own random words. Only the likelihood, which judges and never
//! teaches, is computed in `f64`.

use spinedrift_core::image::slice::Intensity;
use spinedrift_core::neuron::intensity::fire_probability;
use spinedrift_core::random::{Stream, bernoulli};

/// Hidden units: as in the paper, so few that all their states can be enumerated.
pub(crate) const HIDDEN: usize = 9;
/// Domain of the random streams of Gibbs sampling; no population or projection has it.
const DOMAIN: u32 = 0x4242_0000;

/// Binary visible units.
pub(crate) type Image = Vec<bool>;

/// A machine at one moment: p(v, h) ∝ exp(Σ a v_i + Σ W_ij v_i h_j).
#[derive(Clone, Debug)]
pub(crate) struct Machine {
    /// Weights by visible unit, Q3.28.
    pub(crate) weights: Vec<[i32; HIDDEN]>,
    /// Bias of every visible unit, Q3.28. Hidden units have none.
    pub(crate) bias: i32,
}

/// σ(u) of a unit: whether it fires on this word. u is Q3.28 with more integer bits.
fn fires(u: i64, word: u32) -> bool {
    let logistic = Intensity {
        logistic: 1,
        ..Intensity::default()
    };
    // e^u ends at 32 in the kernel's format; e^−|u| doesn't, and σ(u) = 1 − σ(−u).
    let below = (-(u.abs() >> 12)).max(i64::from(i32::MIN)) as i32;
    let rare = bernoulli(word, fire_probability(&logistic, below));
    rare != (u > 0)
}

impl Machine {
    /// Hidden units given the visible ones.
    pub(crate) fn hidden(&self, visible: &[bool], stream: &mut Stream) -> [bool; HIDDEN] {
        let mut sums = [0_i64; HIDDEN];
        for (weights, _) in self.weights.iter().zip(visible).filter(|(_, on)| **on) {
            for (sum, weight) in sums.iter_mut().zip(weights) {
                *sum += i64::from(*weight);
            }
        }
        sums.map(|sum| fires(sum, stream.next_u32()))
    }

    /// Visible units given the hidden ones.
    pub(crate) fn visible(&self, hidden: [bool; HIDDEN], stream: &mut Stream) -> Image {
        let unit = |weights: &[i32; HIDDEN]| {
            let on = weights.iter().zip(hidden).filter(|(_, on)| *on);
            let sum: i64 = on.map(|(weight, _)| i64::from(*weight)).sum();
            fires(sum + i64::from(self.bias), stream.next_u32())
        };
        self.weights.iter().map(unit).collect()
    }

    /// Contrastive divergence with one step of Gibbs sampling: Σ over images of (v h)⁰ − (v h)¹, by weight.
    pub(crate) fn divergence(&self, images: &[Image], seed: u64, step: u32) -> Vec<[i32; HIDDEN]> {
        let mut sums = vec![[0; HIDDEN]; self.weights.len()];
        for (number, image) in (0_u32..).zip(images) {
            let mut stream = Stream::new(seed, DOMAIN, number, 0, step);
            let before = self.hidden(image, &mut stream);
            let dreamt = self.visible(before, &mut stream);
            let after = self.hidden(&dreamt, &mut stream);
            for ((sum, seen), dreamt) in sums.iter_mut().zip(image).zip(dreamt) {
                for ((sum, before), after) in sum.iter_mut().zip(before).zip(after) {
                    *sum += i32::from(*seen && before) - i32::from(dreamt && after);
                }
            }
        }
        sums
    }

    /// Mean ln p(v) of some images in nats: exact, the normaliser summed over all 2⁹ hidden states.
    pub(crate) fn log_likelihood(&self, images: &[Image]) -> f64 {
        let one = f64::from(1 << 28);
        let bias = f64::from(self.bias) / one;
        let weights: Vec<[f64; HIDDEN]> = self
            .weights
            .iter()
            .map(|row| row.map(|weight| f64::from(weight) / one))
            .collect();
        let states = (0..1_u32 << HIDDEN).map(|state| {
            let visible = weights.iter().map(|row| {
                let on = (0..).zip(row).filter(|(bit, _)| state >> bit & 1 == 1);
                softplus(bias + on.map(|(_, weight)| weight).sum::<f64>())
            });
            visible.sum::<f64>()
        });
        let normaliser = log_sum(&states.collect::<Vec<f64>>());
        let free = |image: &Image| {
            let mut sums = [0.0; HIDDEN];
            let mut energy = 0.0;
            for (row, _) in weights.iter().zip(image).filter(|(_, on)| **on) {
                energy += bias;
                for (sum, weight) in sums.iter_mut().zip(row) {
                    *sum += weight;
                }
            }
            energy + sums.map(softplus).iter().sum::<f64>()
        };
        images
            .iter()
            .map(|image| free(image) - normaliser)
            .sum::<f64>()
            / images.len().max(1) as f64
    }
}

/// ln(1 + e^x).
fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

fn log_sum(logs: &[f64]) -> f64 {
    let largest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    largest
        + logs
            .iter()
            .map(|log| (log - largest).exp())
            .sum::<f64>()
            .ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn machine() -> Machine {
        let weights = (0..4).map(|i| {
            let mut row = [0; HIDDEN];
            row[0] = (i - 1) << 28;
            row[1] = (2 - i) << 27;
            row
        });
        Machine {
            weights: weights.collect(),
            bias: -(1 << 27),
        }
    }

    #[test]
    fn all_images_together_are_certain() {
        let all: Vec<Image> = (0..16)
            .map(|bits| (0..4).map(|i| bits >> i & 1 == 1).collect())
            .collect();
        let machine = machine();
        let total: f64 = all
            .iter()
            .map(|image| machine.log_likelihood(std::slice::from_ref(image)).exp())
            .sum();
        assert!((total - 1.0).abs() < 1e-12, "{total}");
    }

    #[test]
    fn gibbs_samples_follow_the_exact_law() {
        const DRAWS: u32 = 200_000;
        let machine = machine();
        let mut image = vec![false; 4];
        let mut counts = [0_u32; 16];
        let mut stream = Stream::new(1, DOMAIN, 0, 0, 0);
        for _ in 0..DRAWS {
            let hidden = machine.hidden(&image, &mut stream);
            image = machine.visible(hidden, &mut stream);
            let index = image
                .iter()
                .rev()
                .fold(0, |index, on| 2 * index + usize::from(*on));
            counts[index] += 1;
        }
        for (index, count) in counts.iter().enumerate() {
            let image: Image = (0..4).map(|i| index >> i & 1 == 1).collect();
            let expected = machine.log_likelihood(&[image]).exp();
            let here = f64::from(*count) / f64::from(DRAWS);
            // 6 standard errors of independent draws, doubled: successive draws aren't.
            let error = 12.0 * (expected / f64::from(DRAWS)).sqrt();
            assert!(
                (here - expected).abs() < error,
                "{index}: {here} {expected}"
            );
        }
    }

    #[test]
    fn a_strong_drive_leaves_no_doubt() {
        let sure = (0..1_000)
            .filter(|i| fires(20 << 28, i * 0x41_8937 + 1))
            .count();
        assert_eq!(sure, 1_000);
        assert_eq!(
            (0..1_000)
                .filter(|i| fires(-(20 << 28), i * 0x41_8937 + 1))
                .count(),
            0
        );
    }
}
