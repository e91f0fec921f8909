//! The figures of all seeds: what an experiment is judged by and drawn from.

use super::Figures;
use super::statistics::{Estimate, paired, t_interval};
use std::collections::BTreeMap;

/// A curve over seeds: mean and 95 % interval of the mean at each x.
pub type Band = Vec<(f64, Estimate)>;

/// Figures by condition and seed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Data {
    cells: BTreeMap<String, BTreeMap<u64, Figures>>,
}

impl Data {
    /// Adds the figures of a condition and seed.
    pub fn add(&mut self, condition: &str, seed: u64, figures: Figures) {
        let seeds = self.cells.entry(condition.to_owned()).or_default();
        seeds.insert(seed, figures);
    }

    /// Conditions that ran.
    pub fn conditions(&self) -> impl Iterator<Item = &str> {
        self.cells.keys().map(String::as_str)
    }

    /// Figures of a condition, by ascending seed.
    pub fn of(&self, condition: &str) -> impl Iterator<Item = (u64, &Figures)> {
        let seeds = self.cells.get(condition).into_iter().flatten();
        seeds.map(|(seed, figures)| (*seed, figures))
    }

    /// Seeds of the condition that has fewest.
    #[must_use]
    pub fn seeds(&self) -> usize {
        self.cells.values().map(BTreeMap::len).min().unwrap_or(0)
    }

    /// A number of every seed that has it, by ascending seed.
    #[must_use]
    pub fn numbers(&self, condition: &str, name: &str) -> Vec<f64> {
        let all = self.of(condition);
        all.filter_map(|(_, figures)| figures.numbers.get(name).copied())
            .collect()
    }

    /// Mean over seeds with its 95 % interval (Student's t).
    #[must_use]
    pub fn estimate(&self, condition: &str, name: &str) -> Estimate {
        t_interval(&self.numbers(condition, name))
    }

    /// Difference a − b of two numbers, (condition, name) each, paired by seed, with its effect size.
    #[must_use]
    pub fn difference(&self, a: (&str, &str), b: (&str, &str)) -> Estimate {
        paired(&self.pairs(a, b, |a, b| a - b))
    }

    /// Natural logarithm of the ratio a / b, paired by seed: 0 if nothing differs. Seeds in which either isn't positive
    /// are left out.
    #[must_use]
    pub fn log_ratio(&self, a: (&str, &str), b: (&str, &str)) -> Estimate {
        let logs = self.pairs(a, b, |a, b| (a / b).ln());
        let finite: Vec<f64> = logs.into_iter().filter(|log| log.is_finite()).collect();
        paired(&finite)
    }

    fn pairs(&self, a: (&str, &str), b: (&str, &str), join: impl Fn(f64, f64) -> f64) -> Vec<f64> {
        let of = |seed: u64, (condition, name): (&str, &str)| {
            let figures = self.cells.get(condition)?.get(&seed)?;
            figures.numbers.get(name).copied()
        };
        let seeds = self.of(a.0).map(|(seed, _)| seed);
        seeds
            .filter_map(|seed| Some(join(of(seed, a)?, of(seed, b)?)))
            .collect()
    }

    /// A curve over seeds; an x counts if more than half of the seeds have it.
    #[must_use]
    pub fn band(&self, condition: &str, series: &str) -> Band {
        let mut columns: BTreeMap<u64, (f64, Vec<f64>)> = BTreeMap::new();
        let mut curves = 0;
        for (_, figures) in self.of(condition) {
            let Some(points) = figures.series.get(series) else {
                continue;
            };
            curves += 1;
            for &(x, y) in points {
                columns.entry(order(x)).or_insert((x, Vec::new())).1.push(y);
            }
        }
        let common = columns
            .into_values()
            .filter(|(_, ys)| 2 * ys.len() > curves);
        common.map(|(x, ys)| (x, t_interval(&ys))).collect()
    }

    /// [`Self::band`] as a plot takes it ([`crate::report::Plot::band`]): (x, mean, low, high).
    #[must_use]
    pub fn curve(&self, condition: &str, series: &str) -> Vec<(f64, f64, f64, f64)> {
        let band = self.band(condition, series).into_iter();
        band.map(|(x, at)| (x, at.mean, at.low, at.high)).collect()
    }
}

/// A key that orders as the numbers do.
fn order(x: f64) -> u64 {
    let bits = (x + 0.0).to_bits();
    if bits >> 63 == 1 {
        !bits
    } else {
        bits | 1 << 63
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data() -> Data {
        let mut data = Data::default();
        for seed in 1..=3_u64 {
            let mut figures = Figures::new();
            figures
                .number("a", seed as f64)
                .number("b", 2.0 * seed as f64)
                .series("curve", [(-1.0, seed as f64), (2.0, 1.0)]);
            data.add("main", seed, figures);
        }
        data
    }

    #[test]
    fn a_band_has_the_mean_at_each_x_in_order() {
        let band = data().band("main", "curve");
        let means: Vec<(f64, f64)> = band.iter().map(|(x, e)| (*x, e.mean)).collect();
        assert_eq!(means, [(-1.0, 2.0), (2.0, 1.0)]);
    }

    #[test]
    fn differences_are_paired_by_seed() {
        let data = data();
        assert!((data.difference(("main", "b"), ("main", "a")).mean - 2.0).abs() < 1e-12);
        let ratio = data.log_ratio(("main", "b"), ("main", "a"));
        assert!((ratio.mean - 2.0_f64.ln()).abs() < 1e-12 && ratio.high - ratio.low < 1e-9);
    }

    #[test]
    fn a_missing_figure_is_no_zero() {
        let mut data = data();
        data.add("main", 4, Figures::new());
        assert_eq!(data.numbers("main", "a"), [1.0, 2.0, 3.0]);
        assert_eq!(data.estimate("main", "none").count, 0);
    }
}
