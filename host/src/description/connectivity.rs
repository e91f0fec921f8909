//! The synapses of a projection, row by row: what mapping counts and loading writes.
//!
//! A row holds the synapses of one presynaptic neuron, postsynaptic neurons ascending. Weights are magnitudes in the
//! user's units (the projection's receptor gives the sign); nothing is rounded to fixed point here. How rows come
//! about is `expand`'s business.

use std::ops::Range;

/// One synapse of a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Synapse {
    /// Postsynaptic neuron.
    pub post: u32,
    /// Weight magnitude; of a plastic synapse, the largest that its θ may reach.
    pub weight: f32,
    /// Delay in ticks, 1–16.
    pub delay_ticks: u8,
}

/// Every pair, all with one weight and one delay: kept as this statement instead of as a list.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AllToAll {
    /// Neurons of the presynaptic population.
    pub pre_size: u32,
    /// Neurons of the postsynaptic population.
    pub post_size: u32,
    /// Leaves out i → i.
    pub skip_self: bool,
    /// Weight magnitude; of plastic synapses, the largest that θ may reach.
    pub weight: f32,
    /// Delay in ticks, 1–16.
    pub delay_ticks: u8,
}

/// Compressed sparse rows: synapse s of row i has `row_start[i]` ≤ s < `row_start[i + 1]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Csr {
    /// Neurons of the postsynaptic population.
    pub post_size: u32,
    /// Where each row starts, and after the last the total: one entry more than presynaptic neurons.
    pub row_start: Vec<u32>,
    /// Postsynaptic neuron of each synapse, ascending within a row.
    pub post: Vec<u32>,
    /// Weight magnitude of each synapse; of plastic ones, the largest that θ may reach.
    pub weight: Vec<f32>,
    /// Delay of each synapse in ticks, 1–16.
    pub delay_ticks: Vec<u8>,
}

/// The synapses of one projection.
#[derive(Clone, Debug, PartialEq)]
pub enum Connectivity {
    /// Every pair alike.
    AllToAll(AllToAll),
    /// Each synapse by itself.
    Sparse(Csr),
}

impl Connectivity {
    /// Neurons of the presynaptic population: the number of rows.
    #[must_use]
    pub fn pre_size(&self) -> u32 {
        match self {
            Self::AllToAll(all) => all.pre_size,
            Self::Sparse(csr) => csr.row_start.len().saturating_sub(1) as u32,
        }
    }

    /// Neurons of the postsynaptic population.
    #[must_use]
    pub fn post_size(&self) -> u32 {
        match self {
            Self::AllToAll(all) => all.post_size,
            Self::Sparse(csr) => csr.post_size,
        }
    }

    /// Number of synapses.
    #[must_use]
    pub fn synapses(&self) -> u64 {
        match self {
            Self::AllToAll(all) => {
                let skipped = if all.skip_self {
                    all.pre_size.min(all.post_size)
                } else {
                    0
                };
                u64::from(all.pre_size) * u64::from(all.post_size) - u64::from(skipped)
            }
            Self::Sparse(csr) => csr.post.len() as u64,
        }
    }

    /// The synapses of one presynaptic neuron; none if there is no such neuron.
    #[must_use]
    pub fn row(&self, pre: u32) -> Row<'_> {
        self.row_within(pre, 0..u32::MAX)
    }

    /// The synapses of one presynaptic neuron onto postsynaptic neurons of `posts`.
    #[must_use]
    pub fn row_within(&self, pre: u32, posts: Range<u32>) -> Row<'_> {
        Row(match self {
            Self::AllToAll(all) if pre < all.pre_size => Cursor::All {
                all: *all,
                skip: all.skip_self.then_some(pre),
                posts: posts.start..posts.end.min(all.post_size),
            },
            Self::AllToAll(_) => Cursor::Slots {
                csr: None,
                slots: 0..0,
            },
            Self::Sparse(csr) => Cursor::Slots {
                csr: Some(csr),
                slots: csr.slots_within(pre, &posts),
            },
        })
    }

    /// Most synapses that any row has onto postsynaptic neurons of `posts`.
    #[must_use]
    pub fn max_row_within(&self, posts: &Range<u32>) -> u32 {
        (0..self.pre_size())
            .map(|pre| self.row_within(pre, posts.clone()).len() as u32)
            .max()
            .unwrap_or(0)
    }

    /// Sum of the weights onto each postsynaptic neuron: what its input ring must hold if all arrive in one tick.
    #[must_use]
    pub fn fan_in_weights(&self) -> Vec<f64> {
        let mut sums = vec![0.0; self.post_size() as usize];
        match self {
            Self::AllToAll(all) => {
                for (post, sum) in (0..all.post_size).zip(&mut sums) {
                    *sum = f64::from(all.fan_in(post)) * f64::from(all.weight);
                }
            }
            Self::Sparse(csr) => {
                for (&post, &weight) in csr.post.iter().zip(&csr.weight) {
                    if let Some(sum) = sums.get_mut(post as usize) {
                        *sum += f64::from(weight);
                    }
                }
            }
        }
        sums
    }

    /// Largest weight; 0 if there is no synapse.
    #[must_use]
    pub fn weight_max(&self) -> f32 {
        match self {
            Self::AllToAll(all) => all.weight,
            Self::Sparse(csr) => csr.weight.iter().copied().fold(0.0, f32::max),
        }
    }
}

impl AllToAll {
    /// Number of presynaptic neurons of `post`.
    fn fan_in(&self, post: u32) -> u32 {
        self.pre_size - u32::from(self.skip_self && post < self.pre_size)
    }
}

impl Csr {
    /// Indices of row `pre`'s synapses onto neurons of `posts`.
    fn slots_within(&self, pre: u32, posts: &Range<u32>) -> Range<usize> {
        let bounds = (
            self.row_start.get(pre as usize),
            self.row_start.get(pre as usize + 1),
        );
        let (Some(&start), Some(&end)) = bounds else {
            return 0..0;
        };
        let row = self.post.get(start as usize..end as usize).unwrap_or(&[]);
        let first = row.partition_point(|&post| post < posts.start);
        let last = row.partition_point(|&post| post < posts.end);
        start as usize + first..start as usize + last.max(first)
    }
}

/// Iterates over the synapses of a row, postsynaptic neurons ascending.
#[derive(Clone, Debug)]
pub struct Row<'a>(Cursor<'a>);

#[derive(Clone, Debug)]
enum Cursor<'a> {
    All {
        all: AllToAll,
        skip: Option<u32>,
        posts: Range<u32>,
    },
    Slots {
        csr: Option<&'a Csr>,
        slots: Range<usize>,
    },
}

impl Iterator for Row<'_> {
    type Item = Synapse;

    fn next(&mut self) -> Option<Synapse> {
        match &mut self.0 {
            Cursor::All { all, skip, posts } => {
                let post = posts.find(|post| Some(*post) != *skip)?;
                Some(Synapse {
                    post,
                    weight: all.weight,
                    delay_ticks: all.delay_ticks,
                })
            }
            Cursor::Slots { csr, slots } => {
                let (csr, slot) = (csr.as_ref()?, slots.next()?);
                Some(Synapse {
                    post: *csr.post.get(slot)?,
                    weight: *csr.weight.get(slot)?,
                    delay_ticks: *csr.delay_ticks.get(slot)?,
                })
            }
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = match &self.0 {
            Cursor::All { skip, posts, .. } => {
                posts.len() - usize::from(skip.is_some_and(|skip| posts.contains(&skip)))
            }
            Cursor::Slots { slots, .. } => slots.len(),
        };
        (left, Some(left))
    }
}

impl ExactSizeIterator for Row<'_> {}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(skip_self: bool) -> Connectivity {
        let (pre_size, post_size) = (3, 4);
        Connectivity::AllToAll(AllToAll {
            pre_size,
            post_size,
            skip_self,
            weight: 0.5,
            delay_ticks: 1,
        })
    }

    /// Rows 0 → 1, 3; 1 → nothing; 2 → 0, 1, 2.
    fn sparse() -> Connectivity {
        Connectivity::Sparse(Csr {
            post_size: 4,
            row_start: vec![0, 2, 2, 5],
            post: vec![1, 3, 0, 1, 2],
            weight: vec![1.0, 2.0, 3.0, 4.0, 5.0],
            delay_ticks: vec![1, 2, 3, 4, 5],
        })
    }

    fn posts(connectivity: &Connectivity, pre: u32) -> Vec<u32> {
        connectivity.row(pre).map(|s| s.post).collect()
    }

    #[test]
    fn all_to_all_reaches_everyone_or_all_but_itself() {
        assert_eq!(posts(&all(false), 1), [0, 1, 2, 3]);
        assert_eq!(posts(&all(true), 1), [0, 2, 3]);
        assert_eq!((all(false).synapses(), all(true).synapses()), (12, 9));
        assert_eq!(all(true).fan_in_weights(), [1.0, 1.0, 1.0, 1.5]);
    }

    #[test]
    fn sparse_rows_are_what_was_stored() {
        let third: Vec<_> = sparse()
            .row(2)
            .map(|s| (s.post, s.weight as u32, s.delay_ticks))
            .collect();
        assert_eq!(third, [(0, 3, 3), (1, 4, 4), (2, 5, 5)]);
        assert_eq!(posts(&sparse(), 1), Vec::<u32>::new());
        assert_eq!(sparse().fan_in_weights(), [3.0, 5.0, 5.0, 2.0]);
        assert_eq!(sparse().synapses(), 5);
    }

    #[test]
    fn a_row_that_does_not_exist_is_empty() {
        for connectivity in [all(false), sparse()] {
            assert_eq!(connectivity.row(3).len(), 0);
            assert_eq!(connectivity.row(u32::MAX).next(), None);
        }
    }

    #[test]
    fn a_part_of_a_row_lies_within_its_range() {
        for connectivity in [all(false), all(true), sparse()] {
            for (pre, start, end) in
                (0..3).flat_map(|p| (0..5).flat_map(move |s| (0..6).map(move |e| (p, s, e))))
            {
                let part: Vec<_> = connectivity
                    .row_within(pre, start..end)
                    .map(|s| s.post)
                    .collect();
                let expected: Vec<_> = posts(&connectivity, pre)
                    .into_iter()
                    .filter(|p| (start..end).contains(p))
                    .collect();
                assert_eq!(part, expected);
                assert_eq!(
                    connectivity.row_within(pre, start..end).len(),
                    expected.len()
                );
            }
        }
    }

    #[test]
    fn the_longest_row_is_counted_within_the_range() {
        assert_eq!(sparse().max_row_within(&(0..4)), 3);
        assert_eq!(sparse().max_row_within(&(3..4)), 1);
        assert_eq!(all(true).max_row_within(&(0..2)), 2);
        assert_eq!(all(true).max_row_within(&(4..9)), 0);
    }
}
