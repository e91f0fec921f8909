//! Rewiring boiled down as it is read: how many spines came and went when, and how old they became. Memory grows with
//! the synapses that rewire, not with how often they do.

use std::collections::BTreeMap;

use crate::results::{Direction, ResultsError, Rewiring, Tables, Theta};

/// Intervals in which gains and losses are counted.
const INTERVALS: u32 = 40;
/// Ages are kept to so many binary digits: 0.2 %.
const AGE_BITS: u32 = 9;

/// What the page tells of rewiring.
#[derive(Debug, Default)]
pub(crate) struct Spines {
    /// Ticks of an interval.
    pub(crate) interval_ticks: u32,
    /// Gained and lost in each interval that saw any.
    pub(crate) intervals: BTreeMap<u32, (u64, u64)>,
    /// All gains.
    pub(crate) gained: u64,
    /// All losses.
    pub(crate) lost: u64,
    /// Of spines that were there at the start.
    pub(crate) old: Ages,
    /// Of spines that came in the first fifth of the run.
    pub(crate) young: Ages,
}

/// How old some spines became.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ages {
    /// Spines, those that are still there included.
    pub(crate) spines: u64,
    /// How many were lost at which age in ticks.
    pub(crate) deaths: BTreeMap<u32, u64>,
}

impl Ages {
    fn survivor(&mut self) {
        self.spines += 1;
    }

    pub(crate) fn death(&mut self, age: u32) {
        let bits = (u32::BITS - age.leading_zeros()).saturating_sub(AGE_BITS);
        *self.deaths.entry(age >> bits << bits).or_default() += 1;
        self.spines += 1;
    }
}

impl Spines {
    /// Reads the table of a run that ended at `end`. A synapse whose first event is a loss, or that has none and θ > 0
    /// in `last`, was there at the start.
    pub(crate) fn gather(tables: &Tables, end: u32, last: &[Theta]) -> Result<Self, ResultsError> {
        let interval_ticks = end.div_ceil(INTERVALS).max(1);
        let mut spines = Self {
            interval_ticks,
            ..Self::default()
        };
        // Of each synapse that rewired: when its spine came, if it has one.
        let mut born: BTreeMap<(u32, u32, u32), Option<u32>> = BTreeMap::new();
        tables.for_each(|events: &[Rewiring]| {
            for event in events {
                let key = (event.projection, event.pre, event.post);
                let interval = event.tick.min(end.saturating_sub(1)) / interval_ticks;
                let counts = spines.intervals.entry(interval).or_default();
                match event.direction {
                    Direction::Gained => {
                        counts.0 += 1;
                        spines.gained += 1;
                        born.insert(key, Some(event.tick));
                    }
                    Direction::Lost => {
                        counts.1 += 1;
                        spines.lost += 1;
                        match born.insert(key, None).flatten() {
                            None => spines.old.death(event.tick),
                            Some(tick) if tick < end / 5 => {
                                spines.young.death(event.tick.saturating_sub(tick));
                            }
                            Some(_) => {}
                        }
                    }
                }
            }
        })?;
        let young = born.values().flatten().filter(|tick| **tick < end / 5);
        young.for_each(|_| spines.young.survivor());
        let constant = last.iter().filter(|theta| {
            theta.raw > 0 && !born.contains_key(&(theta.projection, theta.pre, theta.post))
        });
        constant.for_each(|_| spines.old.survivor());
        Ok(spines)
    }

    /// Whether no spine was gained or lost.
    pub(crate) fn is_still(&self) -> bool {
        self.intervals.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::Ages;

    #[test]
    fn ages_are_kept_to_two_parts_in_a_thousand() {
        let mut ages = Ages::default();
        for age in [0, 1, 511, 512, 513, 1_000_003, u32::MAX] {
            ages.death(age);
            let kept = ages.deaths.keys().filter(|kept| **kept <= age);
            let nearest = kept.max().copied().unwrap();
            assert!(age - nearest <= age / 256, "{age} became {nearest}");
        }
        assert_eq!(ages.spines, 7);
    }
}
