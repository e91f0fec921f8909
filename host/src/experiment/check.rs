//! A published figure beside ours, and the verdict over all of them.

use super::statistics::Estimate;
use serde::Serialize;

/// How sure it is what was published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Mark {
    /// Read in the source.
    Verified,
    /// From memory.
    Recalled,
    /// By arithmetic from the model.
    Derived,
    /// A bound of ours, where no figure is known.
    Ours,
}

impl Mark {
    /// The word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Recalled => "recalled",
            Self::Derived => "derived",
            Self::Ours => "our bound",
        }
    }
}

/// One line of the table *published | here | pass*.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Check {
    /// What is measured, with its unit.
    pub name: String,
    /// What was published, in words.
    pub published: String,
    /// How sure that is.
    pub source: Mark,
    /// What came out here.
    pub here: Estimate,
    /// Smallest value that agrees.
    pub least: f64,
    /// Largest value that agrees.
    pub most: f64,
    /// Whether the exit code depends on it.
    pub counts: bool,
}

impl Check {
    /// A figure that is shown and judged by nothing until a bound is given.
    #[must_use]
    pub fn new(name: impl Into<String>, here: Estimate) -> Self {
        Self {
            name: name.into(),
            published: String::new(),
            source: Mark::Ours,
            here,
            least: f64::NEG_INFINITY,
            most: f64::INFINITY,
            counts: true,
        }
    }

    /// What was published, and how sure that is.
    #[must_use]
    pub fn published(mut self, text: impl Into<String>, source: Mark) -> Self {
        (self.published, self.source) = (text.into(), source);
        self
    }

    /// Agrees from this value on.
    #[must_use]
    pub const fn at_least(mut self, least: f64) -> Self {
        self.least = least;
        self
    }

    /// Agrees up to this value.
    #[must_use]
    pub const fn at_most(mut self, most: f64) -> Self {
        self.most = most;
        self
    }

    /// Agrees between two values.
    #[must_use]
    pub const fn within(self, least: f64, most: f64) -> Self {
        self.at_least(least).at_most(most)
    }

    /// Shown, judged, but without influence on the exit code: what is not claimed to hold.
    #[must_use]
    pub const fn told(mut self) -> Self {
        self.counts = false;
        self
    }

    /// Whether the whole 95 % interval agrees; a figure that is missing doesn't.
    #[must_use]
    pub fn pass(&self) -> bool {
        let here = &self.here;
        let bound = |value: f64| value.is_finite();
        here.mean.is_finite()
            && (!bound(self.least) || here.low >= self.least)
            && (!bound(self.most) || here.high <= self.most)
    }
}

/// The same check applied to a network that lacks what the claim rests on. It must fail there.
#[derive(Clone, Debug, PartialEq)]
pub struct ControlVerdict {
    /// Its name.
    pub name: String,
    /// What is different.
    pub what: String,
    /// The checks, as they came out.
    pub checks: Vec<Check>,
}

impl ControlVerdict {
    /// Whether at least one check that counts failed.
    #[must_use]
    pub fn caught(&self) -> bool {
        self.failed().next().is_some()
    }

    /// The checks that failed.
    pub fn failed(&self) -> impl Iterator<Item = &Check> {
        let counting = self.checks.iter().filter(|check| check.counts);
        counting.filter(|check| !check.pass())
    }
}

/// All checks and controls of an experiment.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// Seeds that it rests on.
    pub seeds: usize,
    /// The experiment's own.
    pub checks: Vec<Check>,
    /// Its negative controls.
    pub controls: Vec<ControlVerdict>,
}

impl Verdict {
    /// Whether every check that counts passed and every control was caught.
    #[must_use]
    pub fn pass(&self) -> bool {
        self.checks
            .iter()
            .all(|check| check.pass() || !check.counts)
            && self.checks.iter().any(|check| check.counts)
            && self.controls.iter().all(ControlVerdict::caught)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::statistics::t_interval;

    #[test]
    fn the_whole_interval_must_agree() {
        let sure = t_interval(&[1.0, 1.1, 0.9, 1.0]);
        assert!(Check::new("x", sure).at_least(0.5).pass());
        assert!(!Check::new("x", sure).at_least(0.99).pass());
        assert!(!Check::new("x", sure).at_most(1.01).pass());
    }

    #[test]
    fn one_seed_or_none_passes_nothing() {
        assert!(!Check::new("x", t_interval(&[1.0])).at_least(0.0).pass());
        assert!(!Check::new("x", t_interval(&[])).pass());
    }

    #[test]
    fn a_control_that_passes_fails_the_experiment() {
        let good = Check::new("x", Estimate::exact(1.0)).at_least(0.0);
        let control = |value: f64| ControlVerdict {
            name: "none".into(),
            what: String::new(),
            checks: vec![Check::new("x", Estimate::exact(value)).at_least(0.0)],
        };
        let verdict = |value| Verdict {
            seeds: 1,
            checks: vec![good.clone()],
            controls: vec![control(value)],
        };
        assert!(verdict(-1.0).pass());
        assert!(!verdict(1.0).pass());
    }
}
