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
    /// Of spines that came later.
    pub(crate) new: Ages,
}

/// How old some spines became.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ages {
    /// Spines, those that are still there included.
    pub(crate) spines: u64,
    /// How many were lost at which age in ticks.
    pub(crate) deaths: BTreeMap<u32, u64>,
    /// How many were last seen alive at which age.
    pub(crate) alive: BTreeMap<u32, u64>,
}

impl Ages {
    pub(crate) fn death(&mut self, age: u32) {
        *self.deaths.entry(kept(age)).or_default() += 1;
        self.spines += 1;
    }

    pub(crate) fn survivor(&mut self, age: u32) {
        *self.alive.entry(kept(age)).or_default() += 1;
        self.spines += 1;
    }

    /// Share of spines that live longer than each age at which one was lost: Kaplan and Meier's estimate, in which a
    /// spine counts for as long as it was watched. Ends where fewer than `fewest` are left to watch.
    pub(crate) fn survival(&self, fewest: u64) -> Vec<(u32, f64)> {
        let mut left = self.spines;
        let mut share = 1.0;
        let mut points = Vec::with_capacity(self.deaths.len() + 1);
        let mut gone = self.alive.iter().peekable();
        for (&age, &deaths) in &self.deaths {
            while let Some((_, count)) = gone.next_if(|(seen, _)| **seen < age) {
                left = left.saturating_sub(*count);
            }
            if left < fewest.max(1) {
                return points;
            }
            share *= 1.0 - deaths as f64 / left as f64;
            left = left.saturating_sub(deaths);
            points.push((age, share));
        }
        if let (Some(&(_, share)), Some((&age, _))) = (points.last(), self.alive.last_key_value()) {
            points.push((age, share));
        }
        points
    }
}

/// An age cut to its leading digits.
const fn kept(age: u32) -> u32 {
    let bits = (u32::BITS - age.leading_zeros()).saturating_sub(AGE_BITS);
    age >> bits << bits
}

impl Spines {
    /// Reads the table of a run that ended at `end`. A synapse whose first event is a loss, or that has none and θ > 0
    /// in `last`, was there at the start. A projection's synapses were watched until `frozen`.
    pub(crate) fn gather(
        tables: &Tables,
        end: u32,
        last: &[Theta],
        frozen: impl Fn(u32) -> u32,
    ) -> Result<Self, ResultsError> {
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
                            Some(tick) => spines.new.death(event.tick.saturating_sub(tick)),
                        }
                    }
                }
            }
        })?;
        let watched = |projection: u32| end.min(frozen(projection));
        for (&(projection, ..), tick) in &born {
            if let Some(tick) = tick {
                let age = watched(projection).saturating_sub(*tick);
                spines.new.survivor(age);
            }
        }
        for theta in last.iter().filter(|theta| theta.raw > 0) {
            if !born.contains_key(&(theta.projection, theta.pre, theta.post)) {
                spines.old.survivor(watched(theta.projection));
            }
        }
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

    #[test]
    fn a_spine_counts_for_as_long_as_it_was_watched() {
        let mut ages = Ages::default();
        for age in [10, 20, 40] {
            ages.death(age);
        }
        ages.survivor(30);
        ages.survivor(50);
        let close = |found: Vec<(u32, f64)>, expected: &[(u32, f64)]| {
            assert_eq!(found.len(), expected.len(), "{found:?}");
            for (found, expected) in found.iter().zip(expected) {
                assert!(found.0 == expected.0 && (found.1 - expected.1).abs() < 1e-12);
            }
        };
        // At 40, two are left to watch.
        let all = [(10, 0.8), (20, 0.6), (40, 0.3), (50, 0.3)];
        close(ages.survival(1), &all);
        close(ages.survival(3), &all[..2]);
    }
}
