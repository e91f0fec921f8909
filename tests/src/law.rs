//! Plain statistics: moments, Kolmogorov–Smirnov, and how far two sets of independent runs are apart.

/// Mean and unbiased variance.
#[must_use]
pub fn moments(values: &[f64]) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (mean, squares / (count - 1.0))
}

/// Largest distance between the empirical law of `values` and N(mean, variance).
#[must_use]
pub fn kolmogorov_smirnov(values: &[f64], mean: f64, variance: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let count = sorted.len() as f64;
    let scale = (2.0 * variance).sqrt();
    let distance = |(index, value): (usize, &f64)| {
        let exact = 0.5 * libm::erfc(-(value - mean) / scale);
        (exact - index as f64 / count)
            .abs()
            .max(((index + 1) as f64 / count - exact).abs())
    };
    sorted.iter().enumerate().map(distance).fold(0.0, f64::max)
}

/// Distance of the means of two sets of independent values, in standard errors.
#[must_use]
pub fn apart(a: &[f64], b: &[f64]) -> f64 {
    let ((mean_a, var_a), (mean_b, var_b)) = (moments(a), moments(b));
    (mean_a - mean_b).abs() / (var_a / a.len() as f64 + var_b / b.len() as f64).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Draw;

    #[test]
    fn a_sum_of_twelve_uniforms_is_nearly_normal_and_a_uniform_is_not() {
        let mut draw = Draw::new(1);
        let normal: Vec<f64> = (0..5000)
            .map(|_| (0..12).map(|_| draw.real(-0.5, 0.5)).sum())
            .collect();
        let flat: Vec<f64> = (0..5000).map(|_| draw.real(-1.732, 1.732)).collect();
        assert!(kolmogorov_smirnov(&normal, 0.0, 1.0) < 0.0275);
        assert!(kolmogorov_smirnov(&flat, 0.0, 1.0) > 0.04);
        assert!(apart(&normal, &flat) < 5.0);
    }
}
