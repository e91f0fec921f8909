//! Labels for neurons that learned without any, and how well they tell held-out images.
//!
//! A neuron gets the class for whose labelling images it fired most on average. An image is classified by the votes of
//! the spikes that it caused, each for the class of its neuron.

use super::{Responses, Timeline};
use crate::description::images::ImageSet;
use std::ops::Range;

/// Class of each neuron; `None` for one that never fired on labelling images: it has no vote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Labels(pub Vec<Option<usize>>);

/// Accuracy on some images.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Evaluation {
    /// Share of images classified rightly.
    pub accuracy: f64,
    /// What always naming the most frequent class would reach.
    pub chance: f64,
    /// Images.
    pub images: usize,
}

impl Labels {
    /// Labels from the images at these positions.
    #[must_use]
    pub fn new(
        responses: &Responses,
        timeline: &Timeline,
        images: &ImageSet,
        positions: Range<usize>,
    ) -> Self {
        let classes = images.classes();
        let mut sums = vec![vec![0_u64; classes]; responses.neurons()];
        let shown = shown(timeline, images, positions.clone());
        for position in positions {
            let class = timeline.class(images, position);
            for (neuron, count) in sums.iter_mut().zip(responses.of(position)) {
                neuron
                    .iter_mut()
                    .skip(class)
                    .take(1)
                    .for_each(|sum| *sum += u64::from(*count));
            }
        }
        let label = |sums: &Vec<u64>| {
            let mean = |class: usize| {
                let (sum, shown) = (
                    sums.get(class).copied().unwrap_or(0),
                    shown.get(class).copied().unwrap_or(0),
                );
                sum as f64 / shown.max(1) as f64
            };
            // Of equal ones the lowest class.
            let best = (0..classes)
                .rev()
                .max_by(|a, b| mean(*a).total_cmp(&mean(*b)))?;
            (mean(best) > 0.0).then_some(best)
        };
        Self(sums.iter().map(label).collect())
    }

    /// Class of the image at a position, by votes; of equal ones the lowest.
    #[must_use]
    pub fn classify(&self, responses: &Responses, classes: usize, position: usize) -> usize {
        let mut votes = vec![0_u64; classes];
        for (label, count) in self.0.iter().zip(responses.of(position)) {
            if let Some(vote) = label.and_then(|label| votes.get_mut(label)) {
                *vote += u64::from(*count);
            }
        }
        (0..classes)
            .rev()
            .max_by_key(|class| votes.get(*class).copied())
            .unwrap_or(0)
    }

    /// Accuracy on the images at these positions.
    #[must_use]
    pub fn evaluate(
        &self,
        responses: &Responses,
        timeline: &Timeline,
        images: &ImageSet,
        positions: Range<usize>,
    ) -> Evaluation {
        let classes = images.classes();
        let shown = shown(timeline, images, positions.clone());
        let mut right = 0;
        let count = positions.len();
        for position in positions {
            let class = timeline.class(images, position);
            right += usize::from(self.classify(responses, classes, position) == class);
        }
        let total = count.max(1) as f64;
        let commonest = shown.into_iter().max().unwrap_or(0);
        Evaluation {
            accuracy: right as f64 / total,
            chance: commonest as f64 / total,
            images: count,
        }
    }
}

/// How many images of each class are shown at these positions.
fn shown(timeline: &Timeline, images: &ImageSet, positions: Range<usize>) -> Vec<u64> {
    let mut shown = vec![0; images.classes()];
    for position in positions {
        if let Some(count) = shown.get_mut(timeline.class(images, position)) {
            *count += 1;
        }
    }
    shown
}

/// Accuracy in the course of training: labels from one window of images, tested on the next. (tick, accuracy) pairs.
#[must_use]
pub(super) fn over_time(
    responses: &Responses,
    timeline: &Timeline,
    images: &ImageSet,
    window: usize,
) -> Vec<(u32, f64)> {
    let windows = timeline.counts[0] / window.max(1);
    let point = |number: usize| {
        let labels = Labels::new(
            responses,
            timeline,
            images,
            (number - 1) * window..number * window,
        );
        let result = labels.evaluate(
            responses,
            timeline,
            images,
            number * window..(number + 1) * window,
        );
        (
            ((number + 1) * window) as u32 * timeline.show_ticks,
            result.accuracy,
        )
    };
    (1..windows).map(point).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::Sink;

    fn images() -> ImageSet {
        ImageSet {
            name: "two".into(),
            width: 1,
            height: 1,
            pixels: vec![vec![0]; 4],
            labels: vec![0, 1, 0, 1],
        }
    }

    fn timeline() -> Timeline {
        Timeline {
            order: vec![0, 1, 2, 3],
            counts: [0, 2, 2],
            show_ticks: 10,
        }
    }

    #[test]
    fn neurons_vote_for_the_class_they_fired_for() {
        let mut responses = Responses::new(7, 3, &timeline());
        // Neuron 0 answers to class 0, neuron 1 to class 1, neuron 2 to nothing; another population doesn't count.
        for (tick, population, neuron) in [
            (3, 7, 0),
            (12, 7, 1),
            (13, 7, 1),
            (25, 7, 0),
            (35, 7, 0),
            (36, 7, 1),
            (37, 7, 1),
            (4, 6, 2),
        ] {
            responses.spike(tick, population, neuron);
        }
        let labels = Labels::new(&responses, &timeline(), &images(), 0..2);
        assert_eq!(labels.0, [Some(0), Some(1), None]);
        let result = labels.evaluate(&responses, &timeline(), &images(), 2..4);
        assert_eq!(
            result,
            Evaluation {
                accuracy: 1.0,
                chance: 0.5,
                images: 2
            }
        );
    }

    #[test]
    fn shuffled_labels_are_found_out() {
        let mut responses = Responses::new(0, 2, &timeline());
        for (tick, neuron) in [(3, 0), (12, 1), (25, 1), (35, 0)] {
            responses.spike(tick, 0, neuron);
        }
        let labels = Labels::new(&responses, &timeline(), &images(), 0..2);
        let result = labels.evaluate(&responses, &timeline(), &images(), 2..4);
        assert_eq!(
            result,
            Evaluation {
                accuracy: 0.0,
                chance: 0.5,
                images: 2
            }
        );
    }
}
