//! A mean over seeds, how sure it is, and how large an effect.

use super::law::{mean, standard_deviation};
use crate::description::random::{Purpose, Stream};
use serde::Serialize;
use statrs::distribution::{ContinuousCDF, StudentsT};

/// Draws of a bootstrap.
const RESAMPLES: usize = 2000;

/// A mean with its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Estimate {
    /// Mean.
    pub mean: f64,
    /// Lower end of the interval; −∞ if there are fewer than two values.
    pub low: f64,
    /// Upper end of the interval; ∞ if there are fewer than two values.
    pub high: f64,
    /// Values.
    pub count: usize,
    /// Cohen's d of a difference: its mean over the standard deviation of the differences between seeds.
    pub effect: Option<f64>,
}

impl Estimate {
    /// A number that has no uncertainty, such as a count of cores.
    #[must_use]
    pub const fn exact(value: f64) -> Self {
        Self {
            mean: value,
            low: value,
            high: value,
            count: 1,
            effect: None,
        }
    }

    /// Nothing is known.
    const NONE: Self = Self {
        mean: f64::NAN,
        low: f64::NEG_INFINITY,
        high: f64::INFINITY,
        count: 0,
        effect: None,
    };
}

/// Mean and 95 % interval by Student's t.
#[must_use]
pub fn t_interval(values: &[f64]) -> Estimate {
    let count = values.len();
    if count == 0 {
        return Estimate::NONE;
    }
    let mean = mean(values);
    if count == 1 {
        let (low, high) = (f64::NEG_INFINITY, f64::INFINITY);
        return Estimate {
            mean,
            low,
            high,
            count,
            effect: None,
        };
    }
    let factor = StudentsT::new(0.0, 1.0, count as f64 - 1.0)
        .map_or(f64::INFINITY, |law| law.inverse_cdf(0.975));
    let half = factor * standard_deviation(values) / (count as f64).sqrt();
    Estimate {
        mean,
        low: mean - half,
        high: mean + half,
        count,
        effect: None,
    }
}

/// Mean of paired differences with its interval and effect size.
#[must_use]
pub fn paired(differences: &[f64]) -> Estimate {
    let estimate = t_interval(differences);
    let spread = standard_deviation(differences);
    let effect = (differences.len() > 1 && spread > 0.0).then(|| estimate.mean / spread);
    Estimate { effect, ..estimate }
}

/// A statistic of values with its 95 % interval by the percentile bootstrap; `seed` keys the resampling.
#[must_use]
pub fn bootstrap(values: &[f64], seed: u64, statistic: impl Fn(&[f64]) -> f64) -> Estimate {
    if values.len() < 2 {
        let mean = if values.is_empty() {
            f64::NAN
        } else {
            statistic(values)
        };
        return Estimate {
            mean,
            count: values.len(),
            ..Estimate::NONE
        };
    }
    let mut stream = Stream::new(seed, Purpose::Resampling, 0, values.len() as u64);
    let mut resample = Vec::with_capacity(values.len());
    let mut statistics: Vec<f64> = (0..RESAMPLES)
        .map(|_| {
            resample.clear();
            let draws = (0..values.len()).map(|_| stream.below(values.len() as u32) as usize);
            resample.extend(draws.filter_map(|at| values.get(at).copied()));
            statistic(&resample)
        })
        .collect();
    statistics.sort_by(f64::total_cmp);
    let at = |share: f64| super::law::quantile(&statistics, share);
    Estimate {
        mean: statistic(values),
        low: at(0.025),
        high: at(0.975),
        count: values.len(),
        effect: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_students() {
        // t(0.975; 4) = 2.7764; standard deviation of 1..5 is √2.5.
        let estimate = t_interval(&[1.0, 2.0, 3.0, 4.0, 5.0]);
        let half = 2.776_445 * 2.5_f64.sqrt() / 5.0_f64.sqrt();
        assert!((estimate.mean - 3.0).abs() < 1e-12);
        assert!((estimate.high - 3.0 - half).abs() < 1e-5);
    }

    #[test]
    fn one_value_says_nothing_about_the_mean() {
        let estimate = t_interval(&[4.0]);
        assert!(estimate.low.is_infinite() && estimate.high.is_infinite());
        assert_eq!(t_interval(&[]).count, 0);
    }

    #[test]
    fn the_interval_covers_the_truth_as_often_as_it_says() {
        let mut stream = Stream::new(5, Purpose::Resampling, 1, 1);
        let covered = (0..2000)
            .filter(|_| {
                let values: Vec<f64> = (0..6).map(|_| stream.normal()).collect();
                let estimate = t_interval(&values);
                (estimate.low..=estimate.high).contains(&0.0)
            })
            .count();
        // 95 % of 2,000 is 1,900; five standard errors are 49.
        assert!((1850..=1950).contains(&covered), "{covered}");
    }

    #[test]
    fn an_effect_is_counted_in_standard_deviations() {
        let estimate = paired(&[1.0, 2.0, 3.0]);
        assert!((estimate.effect.unwrap() - 2.0).abs() < 1e-12);
        assert_eq!(paired(&[2.0, 2.0]).effect, None);
    }

    #[test]
    fn a_bootstrap_of_the_mean_agrees_with_students_interval() {
        let values: Vec<f64> = (0..200).map(|i| f64::from(i % 20)).collect();
        let (ours, theirs) = (bootstrap(&values, 1, mean), t_interval(&values));
        assert!((ours.low - theirs.low).abs() < 0.15 && (ours.high - theirs.high).abs() < 0.15);
    }
}
