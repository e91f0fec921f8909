//! Disjoint sets to train, to label and to test.

use super::{ImageError, ImageSet};
use crate::description::random::{Purpose, Stream};

/// Indices of images; no image is in two of the sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    /// To learn from.
    pub train: Vec<usize>,
    /// To find out which class each neuron stands for.
    pub label: Vec<usize>,
    /// To measure with.
    pub test: Vec<usize>,
}

impl ImageSet {
    /// Draws disjoint sets with equal numbers of each class, in random order. Where a class runs out, the others fill
    /// its places: the test set is filled first, the training set last.
    ///
    /// # Errors
    /// More images asked for than there are.
    pub fn split(
        &self,
        train: usize,
        label: usize,
        test: usize,
        seed: u64,
    ) -> Result<Split, ImageError> {
        let available = self.labels.len().min(self.len());
        if [label, test]
            .iter()
            .try_fold(train, |sum, n| sum.checked_add(*n))
            .is_none_or(|n| n > available)
        {
            return Err(ImageError::TooFew {
                name: self.name.clone(),
                train,
                label,
                test,
                available,
            });
        }
        let mut stream = Stream::new(seed, Purpose::Images, 0, 0);
        let mut dealt = self.dealt(&mut stream).into_iter();
        let mut hand = |count| {
            let mut hand: Vec<usize> = dealt.by_ref().take(count).collect();
            stream.shuffle(&mut hand);
            hand
        };
        let (test, label, train) = (hand(test), hand(label), hand(train));
        Ok(Split { train, label, test })
    }

    /// All images, shuffled within their class, one of each class in turn.
    fn dealt(&self, stream: &mut Stream) -> Vec<usize> {
        let mut classes = vec![Vec::new(); self.classes()];
        for (index, &label) in self.labels.iter().enumerate() {
            if let Some(class) = classes.get_mut(usize::from(label)) {
                class.push(index);
            }
        }
        for class in &mut classes {
            stream.shuffle(class);
        }
        let rounds = classes.iter().map(Vec::len).max().unwrap_or(0);
        (0..rounds)
            .flat_map(|round| {
                classes
                    .iter()
                    .filter_map(move |class| class.get(round).copied())
            })
            .collect()
    }
}
