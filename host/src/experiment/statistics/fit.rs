//! Straight lines through points.

use super::law::mean;

/// A line y = intercept + slope · x, and how much of y's variance it explains.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    /// Slope.
    pub slope: f64,
    /// y at x = 0.
    pub intercept: f64,
    /// R².
    pub explained: f64,
}

/// Least squares; `None` if all x are the same.
#[must_use]
pub fn line(points: &[(f64, f64)]) -> Option<Line> {
    let (xs, ys): (Vec<f64>, Vec<f64>) = points.iter().copied().unzip();
    let (x0, y0) = (mean(&xs), mean(&ys));
    let sum = |f: &dyn Fn(f64, f64) -> f64| -> f64 {
        points.iter().map(|&(x, y)| f(x - x0, y - y0)).sum()
    };
    let (xx, xy, yy) = (sum(&|x, _| x * x), sum(&|x, y| x * y), sum(&|_, y| y * y));
    (xx > 0.0).then(|| {
        let slope = xy / xx;
        Line {
            slope,
            intercept: y0 - slope * x0,
            explained: if yy > 0.0 { xy * xy / (xx * yy) } else { 1.0 },
        }
    })
}

/// Pearson's r of paired values; NaN if either doesn't vary.
#[must_use]
pub fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let (a0, b0) = (mean(a), mean(b));
    let both: f64 = a.iter().zip(b).map(|(a, b)| (a - a0) * (b - b0)).sum();
    let square =
        |values: &[f64], centre: f64| -> f64 { values.iter().map(|v| (v - centre).powi(2)).sum() };
    both / (square(a, a0) * square(b, b0)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_found_again() {
        let points: Vec<(f64, f64)> = (0..10)
            .map(|x| (f64::from(x), 3.0 - 0.5 * f64::from(x)))
            .collect();
        let fit = line(&points).unwrap();
        assert!((fit.slope + 0.5).abs() < 1e-12 && (fit.intercept - 3.0).abs() < 1e-12);
        assert!((fit.explained - 1.0).abs() < 1e-12);
        assert_eq!(line(&[(1.0, 2.0), (1.0, 3.0)]), None);
    }

    #[test]
    fn correlation_has_its_sign() {
        let a = [1.0, 2.0, 4.0];
        assert!((correlation(&a, &[2.0, 4.0, 8.0]) - 1.0).abs() < 1e-12);
        assert!(correlation(&a, &[3.0, 1.0, 0.0]) < -0.9);
        assert!(correlation(&a, &[1.0, 1.0, 1.0]).is_nan());
    }
}
