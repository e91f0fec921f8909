//! What a population's spikes tell about the stimulus: responses, tuning, and a decoder.

use crate::description::random::{Purpose, Stream};
use crate::session::SpikeAt;

/// Spike counts of one population for stimuli that were shown one after the other.
#[derive(Clone, Debug, PartialEq)]
pub struct Responses {
    classes: usize,
    neurons: usize,
    /// Class and counts of each showing.
    shown: Vec<(usize, Vec<u16>)>,
}

impl Responses {
    /// Counts the spikes of `population` while each stimulus was shown: the first from tick `from`, each for `show_ticks`.
    /// `labels` has the class of each.
    #[must_use]
    pub fn count(
        spikes: &[SpikeAt],
        (population, neurons): (usize, usize),
        labels: &[usize],
        (from, show_ticks): (u32, u32),
    ) -> Self {
        let silent = |label: &usize| (*label, vec![0; neurons]);
        let mut shown: Vec<(usize, Vec<u16>)> = labels.iter().map(silent).collect();
        for spike in spikes {
            if spike.population as usize != population || spike.tick < from {
                continue;
            }
            let at = ((spike.tick - from) / show_ticks.max(1)) as usize;
            let count = shown
                .get_mut(at)
                .and_then(|s| s.1.get_mut(spike.neuron as usize));
            if let Some(count) = count {
                *count = count.saturating_add(1);
            }
        }
        Self {
            classes: labels.iter().max().map_or(0, |label| label + 1),
            neurons,
            shown,
        }
    }

    /// Showings.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shown.len()
    }

    /// Whether nothing was shown.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.shown.is_empty()
    }

    /// The first `share` of the showings, and the rest: to train on and to test on.
    #[must_use]
    pub fn split(&self, share: f64) -> (Self, Self) {
        let at = (self.len() as f64 * share.clamp(0.0, 1.0)) as usize;
        let part = |shown: &[(usize, Vec<u16>)]| Self {
            shown: shown.to_vec(),
            ..*self
        };
        let (first, rest) = self.shown.split_at(at);
        (part(first), part(rest))
    }

    /// The same with labels dealt out anew: what a decoder must fail on.
    #[must_use]
    pub fn shuffled(&self, seed: u64) -> Self {
        let mut labels: Vec<usize> = self.shown.iter().map(|(label, _)| *label).collect();
        Stream::new(seed, Purpose::Experiment, 0, 1).shuffle(&mut labels);
        let shown = labels.into_iter().zip(&self.shown);
        Self {
            shown: shown
                .map(|(label, (_, counts))| (label, counts.clone()))
                .collect(),
            ..*self
        }
    }

    /// Mean count of each neuron for each class: `tuning[neuron][class]`.
    #[must_use]
    pub fn tuning(&self) -> Vec<Vec<f64>> {
        let mut sums = vec![vec![0.0; self.classes]; self.neurons];
        let mut times = vec![0.0_f64; self.classes];
        for (label, counts) in &self.shown {
            times
                .iter_mut()
                .skip(*label)
                .take(1)
                .for_each(|time| *time += 1.0);
            for (sums, count) in sums.iter_mut().zip(counts) {
                sums.iter_mut()
                    .skip(*label)
                    .take(1)
                    .for_each(|sum| *sum += f64::from(*count));
            }
        }
        for sums in &mut sums {
            for (sum, times) in sums.iter_mut().zip(&times) {
                *sum /= times.max(1.0);
            }
        }
        sums
    }

    /// What always naming the most frequent class would reach.
    #[must_use]
    pub fn chance(&self) -> f64 {
        let of = |class| {
            self.shown
                .iter()
                .filter(|(label, _)| *label == class)
                .count()
        };
        let most = (0..self.classes).map(of).max().unwrap_or(0);
        most as f64 / self.len().max(1) as f64
    }
}

/// Naive Bayes for Poisson counts: the most likely class if neurons fire independently at their mean rates.
#[derive(Clone, Debug, PartialEq)]
pub struct Decoder {
    /// Mean counts, `[neuron][class]`, held above a floor so that one spike can't exclude a class.
    means: Vec<Vec<f64>>,
    classes: usize,
}

/// Count that a neuron is given for a class for which it never fired.
const FLOOR: f64 = 0.05;

impl Decoder {
    /// Learns from labelled responses.
    #[must_use]
    pub fn train(responses: &Responses) -> Self {
        let mut means = responses.tuning();
        means
            .iter_mut()
            .flatten()
            .for_each(|mean| *mean = mean.max(FLOOR));
        Self {
            means,
            classes: responses.classes,
        }
    }

    /// The most likely class; of equal ones the lowest.
    #[must_use]
    pub fn decode(&self, counts: &[u16]) -> usize {
        let likelihood = |class: usize| -> f64 {
            let of = |(means, count): (&Vec<f64>, &u16)| {
                let mean = means.get(class).copied().unwrap_or(FLOOR);
                f64::from(*count) * mean.ln() - mean
            };
            self.means.iter().zip(counts).map(of).sum()
        };
        let best = (0..self.classes)
            .rev()
            .map(|class| (class, likelihood(class)));
        best.max_by(|a, b| a.1.total_cmp(&b.1))
            .map_or(0, |(class, _)| class)
    }

    /// Share of responses that are decoded rightly.
    #[must_use]
    pub fn accuracy(&self, responses: &Responses) -> f64 {
        let right = |(label, counts): &&(usize, Vec<u16>)| self.decode(counts) == *label;
        responses.shown.iter().filter(right).count() as f64 / responses.len().max(1) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Neuron k fires for class k; 40 showings of two classes.
    fn responses() -> Responses {
        let labels: Vec<usize> = (0..40).map(|k| k % 2).collect();
        let spike = |k: u32, neuron: u32| SpikeAt {
            tick: 10 * k + 3,
            population: 4,
            neuron,
        };
        let mut spikes: Vec<SpikeAt> = (0..40).map(|k| spike(k, k % 2)).collect();
        spikes.push(SpikeAt {
            population: 3,
            ..spike(0, 1)
        });
        Responses::count(&spikes, (4, 2), &labels, (0, 10))
    }

    #[test]
    fn tuning_is_the_mean_count() {
        assert_eq!(responses().tuning(), [[1.0, 0.0], [0.0, 1.0]]);
        assert!((responses().chance() - 0.5).abs() < 1e-12);
    }

    #[test]
    fn a_decoder_names_what_it_learned_and_shuffled_labels_teach_nothing() {
        let (train, test) = responses().split(0.5);
        assert_eq!((train.len(), test.len()), (20, 20));
        assert!((Decoder::train(&train).accuracy(&test) - 1.0).abs() < 1e-12);
        let wrong = responses().shuffled(1).split(0.5);
        assert!(Decoder::train(&wrong.0).accuracy(&wrong.1) < 0.9);
    }

    #[test]
    fn spikes_before_the_first_showing_dont_count() {
        let spikes = [SpikeAt {
            tick: 5,
            population: 0,
            neuron: 0,
        }];
        let none = Responses::count(&spikes, (0, 1), &[0], (6, 10));
        assert_eq!(none.tuning(), [[0.0]]);
    }
}
