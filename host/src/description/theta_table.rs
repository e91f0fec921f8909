//! θ of the synapses of one projection: what a session reads, and where another may start.

use std::sync::Arc;

/// θ by synapse, in the order of (pre, post). Cheap to clone.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ThetaTable {
    synapses: Arc<[(u32, u32)]>,
    thetas: Arc<[f64]>,
}

impl ThetaTable {
    /// From (pre, post, θ) in any order; of several entries for a synapse the last one counts.
    pub fn new(synapses: impl IntoIterator<Item = (u32, u32, f64)>) -> Self {
        let mut all: Vec<(u32, u32, f64)> = synapses.into_iter().collect();
        all.sort_by_key(|&(pre, post, _)| (pre, post));
        all.reverse();
        all.dedup_by_key(|&mut (pre, post, _)| (pre, post));
        all.reverse();
        Self {
            synapses: all.iter().map(|&(pre, post, _)| (pre, post)).collect(),
            thetas: all.iter().map(|&(_, _, theta)| theta).collect(),
        }
    }

    /// Number of synapses.
    #[must_use]
    pub fn len(&self) -> usize {
        self.thetas.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.thetas.is_empty()
    }

    /// All θ, in the order of (pre, post): two tables of one projection can be compared entry by entry.
    #[must_use]
    pub fn thetas(&self) -> &[f64] {
        &self.thetas
    }

    /// (pre, post) of each synapse, ascending.
    #[must_use]
    pub fn synapses(&self) -> &[(u32, u32)] {
        &self.synapses
    }

    /// (pre, post, θ) of each synapse.
    pub fn iter(&self) -> impl Iterator<Item = (u32, u32, f64)> + '_ {
        let both = self.synapses.iter().zip(self.thetas.iter());
        both.map(|(&(pre, post), &theta)| (pre, post, theta))
    }

    /// θ of a synapse; `None` if the table hasn't got it.
    #[must_use]
    pub fn get(&self, pre: u32, post: u32) -> Option<f64> {
        let at = self.synapses.binary_search(&(pre, post)).ok()?;
        self.thetas.get(at).copied()
    }

    /// Those synapses that `keep` wants: for a lesion, together with a list of pairs for the projection.
    #[must_use]
    pub fn filtered(&self, keep: impl Fn(u32, u32, f64) -> bool) -> Self {
        Self::new(
            self.iter()
                .filter(|&(pre, post, theta)| keep(pre, post, theta)),
        )
    }

    /// Share of synapses that are functional: θ > 0.
    #[must_use]
    pub fn connected(&self) -> f64 {
        let there = self.thetas.iter().filter(|&&theta| theta > 0.0).count();
        there as f64 / self.len().max(1) as f64
    }

    /// Mean of |θ − θ′| over the synapses of both tables; 0 if there are none.
    #[must_use]
    pub fn distance(&self, other: &Self) -> f64 {
        let mut count = 0_u32;
        let mut sum = 0.0;
        for (pre, post, theta) in self.iter() {
            if let Some(there) = other.get(pre, post) {
                count += 1;
                sum += (theta - there).abs();
            }
        }
        sum / f64::from(count.max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_ordered_and_its_last_entry_counts() {
        let table = ThetaTable::new([(1, 0, 0.5), (0, 7, 1.0), (1, 0, -0.5)]);
        assert_eq!(table.synapses(), [(0, 7), (1, 0)]);
        assert_eq!(table.thetas(), [1.0, -0.5]);
        assert_eq!(
            (table.get(0, 7), table.get(0, 8), table.get(1, 0)),
            (Some(1.0), None, Some(-0.5))
        );
        assert!((table.connected() - 0.5).abs() < 1e-12);
    }

    #[test]
    fn the_distance_counts_synapses_of_both() {
        let table = ThetaTable::new([(0, 0, 1.0), (0, 1, 2.0), (0, 2, 5.0)]);
        let other = ThetaTable::new([(0, 0, 2.0), (0, 1, 4.0)]);
        assert!((table.distance(&other) - 1.5).abs() < 1e-12);
        assert_eq!(table.filtered(|_, post, _| post == 2).len(), 1);
    }
}
