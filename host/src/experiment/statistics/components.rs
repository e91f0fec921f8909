//! Principal components of a trajectory of many dimensions and few points.

/// Rounds of rotations; for matrices of up to a few hundred rows a dozen suffice.
const SWEEPS: usize = 30;

/// Where each point stands on the principal components, largest first, and the share of variance of each.
#[derive(Clone, Debug, PartialEq)]
pub struct Components {
    /// Scores of each component, one for each point.
    pub scores: Vec<Vec<f64>>,
    /// Share of the variance.
    pub shares: Vec<f64>,
}

/// The first `count` principal components of points of equal dimension: from the matrix of their inner products, so that
/// the number of dimensions costs little. The sign of a component is such that it ends above where it began.
#[must_use]
pub fn principal_components(points: &[Vec<f64>], count: usize) -> Components {
    let number = points.len();
    let dimensions = points.iter().map(Vec::len).min().unwrap_or(0);
    let mut mean = vec![0.0; dimensions];
    for point in points {
        for (mean, value) in mean.iter_mut().zip(point) {
            *mean += value / number as f64;
        }
    }
    let centred: Vec<Vec<f64>> = points
        .iter()
        .map(|point| {
            point
                .iter()
                .zip(&mean)
                .map(|(value, mean)| value - mean)
                .collect()
        })
        .collect();
    let dot = |a: &Vec<f64>, b: &Vec<f64>| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let products: Vec<Vec<f64>> = centred
        .iter()
        .map(|a| centred.iter().map(|b| dot(a, b)).collect())
        .collect();
    let mut pairs = eigen(products);
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0));
    let total: f64 = pairs.iter().map(|pair| pair.0.max(0.0)).sum();
    let mut found = Components {
        scores: Vec::new(),
        shares: Vec::new(),
    };
    for (value, vector) in pairs.into_iter().take(count) {
        let falls = vector.last() < vector.first();
        let scale = value.max(0.0).sqrt() * if falls { -1.0 } else { 1.0 };
        found
            .scores
            .push(vector.into_iter().map(|part| part * scale).collect());
        found
            .shares
            .push(value.max(0.0) / total.max(f64::MIN_POSITIVE));
    }
    found
}

/// Eigenvalues and eigenvectors of a symmetric matrix, by Jacobi's rotations.
fn eigen(mut matrix: Vec<Vec<f64>>) -> Vec<(f64, Vec<f64>)> {
    let size = matrix.len();
    let at = |matrix: &[Vec<f64>], i: usize, j: usize| {
        matrix
            .get(i)
            .and_then(|row| row.get(j))
            .copied()
            .unwrap_or(0.0)
    };
    // Rows of `vectors` become the eigenvectors.
    let unit = |i: usize| (0..size).map(|j| if i == j { 1.0 } else { 0.0 }).collect();
    let mut vectors: Vec<Vec<f64>> = (0..size).map(unit).collect();
    for _ in 0..SWEEPS {
        for p in 0..size {
            for q in p + 1..size {
                let off = at(&matrix, p, q);
                if off.abs() < 1e-300 {
                    continue;
                }
                let theta = (at(&matrix, q, q) - at(&matrix, p, p)) / (2.0 * off);
                let t = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
                let t = if theta == 0.0 { 1.0 } else { t };
                let c = 1.0 / (t * t + 1.0).sqrt();
                rotate(&mut matrix, (p, q), (c, t * c));
                for row in &mut matrix {
                    turn(row, (p, q), (c, t * c));
                }
                rotate(&mut vectors, (p, q), (c, t * c));
            }
        }
    }
    let values = (0..size).map(|i| at(&matrix, i, i));
    values.zip(vectors).collect()
}

/// Turns rows p and q.
fn rotate(rows: &mut [Vec<f64>], (p, q): (usize, usize), (c, s): (f64, f64)) {
    if let Ok([a, b]) = rows.get_disjoint_mut([p, q]) {
        for (a, b) in a.iter_mut().zip(b) {
            (*a, *b) = (c * *a - s * *b, s * *a + c * *b);
        }
    }
}

/// Turns columns p and q of a row.
fn turn(row: &mut [f64], (p, q): (usize, usize), (c, s): (f64, f64)) {
    if let Ok([a, b]) = row.get_disjoint_mut([p, q]) {
        (*a, *b) = (c * *a - s * *b, s * *a + c * *b);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_in_space_is_one_component() {
        let points: Vec<Vec<f64>> = (0..9)
            .map(f64::from)
            .map(|t| vec![t, 2.0 * t, 5.0 - t])
            .collect();
        let found = principal_components(&points, 2);
        assert!((found.shares[0] - 1.0).abs() < 1e-12, "{:?}", found.shares);
        // The distance of the ends is 8 √6.
        let ends = found.scores[0][8] - found.scores[0][0];
        assert!((ends - 8.0 * 6.0_f64.sqrt()).abs() < 1e-9, "{ends}");
    }

    #[test]
    fn a_flat_ellipse_has_two_components_of_its_axes() {
        let angle = |k: i32| f64::from(k) * std::f64::consts::TAU / 40.0;
        let points: Vec<Vec<f64>> = (0..40)
            .map(|k| vec![3.0 * angle(k).cos(), 0.0, angle(k).sin(), 7.0])
            .collect();
        let found = principal_components(&points, 3);
        assert!((found.shares[0] - 0.9).abs() < 1e-9 && (found.shares[1] - 0.1).abs() < 1e-9);
        assert!(found.shares[2] < 1e-12);
    }

    #[test]
    fn nothing_has_no_components() {
        assert!(principal_components(&[], 3).shares.is_empty());
    }
}
