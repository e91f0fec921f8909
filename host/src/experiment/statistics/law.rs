//! Moments, quantiles, autocorrelation, and the distance between laws.

/// Mean; 0 of nothing.
#[must_use]
pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

/// Standard deviation with n − 1; 0 of fewer than two values.
#[must_use]
pub fn standard_deviation(values: &[f64]) -> f64 {
    let centre = mean(values);
    let squares: f64 = values.iter().map(|value| (value - centre).powi(2)).sum();
    (squares / values.len().saturating_sub(1).max(1) as f64).sqrt()
}

/// Quantile of ascending values, interpolated; NaN of nothing.
#[must_use]
pub fn quantile(ascending: &[f64], share: f64) -> f64 {
    let Some(last) = ascending.len().checked_sub(1) else {
        return f64::NAN;
    };
    let place = share.clamp(0.0, 1.0) * last as f64;
    let (below, part) = (place.floor() as usize, place.fract());
    let at = |index: usize| ascending.get(index.min(last)).copied().unwrap_or(f64::NAN);
    at(below) + part * (at(below + 1) - at(below))
}

/// Φ(z).
#[must_use]
pub fn normal_cdf(z: f64) -> f64 {
    0.5 * libm::erfc(-z * std::f64::consts::FRAC_1_SQRT_2)
}

/// Distribution function of N(mean, sd²) given that it exceeds `floor`.
#[must_use]
pub fn normal_cdf_above(value: f64, (mean, sd): (f64, f64), floor: f64) -> f64 {
    let below = normal_cdf((floor - mean) / sd);
    ((normal_cdf((value - mean) / sd) - below) / (1.0 - below)).clamp(0.0, 1.0)
}

/// Largest distance between the values' distribution and a law (Kolmogorov and Smirnov); 1 of no values.
#[must_use]
pub fn ks_distance(values: &[f64], cdf: impl Fn(f64) -> f64) -> f64 {
    let mut ascending = values.to_vec();
    ascending.sort_by(f64::total_cmp);
    let count = ascending.len() as f64;
    if ascending.is_empty() {
        return 1.0;
    }
    let distance = |(rank, value): (usize, &f64)| {
        let here = cdf(*value);
        (here - rank as f64 / count)
            .abs()
            .max((rank as f64 + 1.0) / count - here)
    };
    ascending
        .iter()
        .enumerate()
        .map(distance)
        .fold(0.0, f64::max)
}

/// Largest distance between the distributions of two sets of values; 1 if one is empty.
#[must_use]
pub fn ks_distance_two(a: &[f64], b: &[f64]) -> f64 {
    let mut sorted = b.to_vec();
    sorted.sort_by(f64::total_cmp);
    if sorted.is_empty() {
        return 1.0;
    }
    let count = sorted.len() as f64;
    let mut sorted_a = a.to_vec();
    sorted_a.sort_by(f64::total_cmp);
    let of_b = |value: f64| sorted.partition_point(|b| *b <= value) as f64 / count;
    let of_a = |value: f64| {
        sorted_a.partition_point(|a| *a <= value) as f64 / sorted_a.len().max(1) as f64
    };
    if sorted_a.is_empty() {
        return 1.0;
    }
    let all = sorted_a.iter().chain(&sorted);
    all.map(|value| (of_a(*value) - of_b(*value)).abs())
        .fold(0.0, f64::max)
}

/// Correlation, over objects, between their values at one time and another: Pearson's r about the given mean, so that
/// an ensemble that drifts as a whole is not taken for one at rest.
#[must_use]
pub fn autocorrelation(now: &[f64], later: &[f64], centre: f64) -> f64 {
    let product = |(a, b): (&f64, &f64)| (a - centre) * (b - centre);
    let square = |values: &[f64]| values.iter().map(|v| (v - centre).powi(2)).sum::<f64>();
    let both: f64 = now.iter().zip(later).map(product).sum();
    both / (square(now) * square(later)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::description::random::{Purpose, Stream};

    fn normals(count: usize, sd: f64) -> Vec<f64> {
        let mut stream = Stream::new(3, Purpose::Resampling, 0, 0);
        (0..count).map(|_| sd * stream.normal()).collect()
    }

    #[test]
    fn the_right_law_is_near_and_a_narrower_one_is_not() {
        // The 99.9 % point of the distance is 1.95/√n.
        let limit = 1.95 / 10_000.0_f64.sqrt();
        assert!(ks_distance(&normals(10_000, 1.0), normal_cdf) < limit);
        assert!(ks_distance(&normals(10_000, 0.9), normal_cdf) > limit);
        assert!(ks_distance_two(&normals(10_000, 1.0), &normals(5_000, 1.0)) < 2.0 * limit);
        assert!(ks_distance_two(&normals(10_000, 1.0), &normals(5_000, 0.8)) > 2.0 * limit);
    }

    #[test]
    fn known_values_of_the_normal_law() {
        for (z, value) in [(0.0, 0.5), (1.0, 0.841_344_746), (-3.0, 0.001_349_898)] {
            assert!((normal_cdf(z) - value).abs() < 1e-9, "{z}");
        }
        assert!((normal_cdf_above(0.0, (0.0, 1.0), 0.0)).abs() < 1e-12);
        let half = normal_cdf_above(0.674_489_75, (0.0, 1.0), 0.0);
        assert!((half - 0.5).abs() < 1e-8);
    }

    #[test]
    fn quantiles_lie_between_their_neighbours() {
        let values = [1.0, 2.0, 3.0, 4.0];
        assert!((quantile(&values, 0.5) - 2.5).abs() < 1e-12);
        assert_eq!((quantile(&values, 0.0), quantile(&values, 1.0)), (1.0, 4.0));
        assert!(quantile(&[], 0.5).is_nan());
    }

    #[test]
    fn autocorrelation_is_one_with_itself() {
        let values = normals(100, 1.0);
        let negative: Vec<f64> = values.iter().map(|v| -v).collect();
        assert!((autocorrelation(&values, &values, 0.0) - 1.0).abs() < 1e-12);
        assert!((autocorrelation(&values, &negative, 0.0) + 1.0).abs() < 1e-12);
    }
}
