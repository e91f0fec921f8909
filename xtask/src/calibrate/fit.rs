//! Least squares: instructions of a call = Σ units · instructions a unit. Relative errors count, so that short calls weigh
//! as much as long ones.

use super::Sample;
use spinedrift_emulator::machine::costs::SECTIONS;

const N: usize = SECTIONS.len();

/// Instructions a unit of each work, and how well they explain the calls.
#[derive(Clone, Debug)]
pub(super) struct Fit {
    /// Instructions a unit.
    pub(super) each: [f64; N],
    /// Calls that did any of this work.
    pub(super) calls: [usize; N],
    /// Root mean square of (explained − counted) / counted.
    pub(super) error: f64,
}

/// Fits. No work takes less than nothing: one that comes out so can't be told apart from another in these calls, and its
/// cost is left to that other.
pub(super) fn fit(samples: &[Sample]) -> Fit {
    let mut used = [true; N];
    loop {
        let fitted = fit_to(samples, &used);
        let least = (0..N).min_by(|&a, &b| fitted.each[a].total_cmp(&fitted.each[b]));
        match least {
            Some(least) if fitted.each[least] < 0.0 => used[least] = false,
            _ => return fitted,
        }
    }
}

/// Fits some of the works; the others cost nothing.
fn fit_to(samples: &[Sample], used: &[bool; N]) -> Fit {
    let mut matrix = [[0.0; N]; N];
    let mut right = [0.0; N];
    let mut calls = [0; N];
    for sample in samples {
        let weight = sample.instructions.max(1.0).powi(-2);
        let mut units = sample.units.map(f64::from);
        for (units, used) in units.iter_mut().zip(used) {
            *units *= f64::from(u8::from(*used));
        }
        for (row, (line, right)) in matrix.iter_mut().zip(&mut right).enumerate() {
            *right += weight * units[row] * sample.instructions;
            for (cell, there) in line.iter_mut().zip(units) {
                *cell += weight * units[row] * there;
            }
        }
        for (count, units) in calls.iter_mut().zip(units) {
            *count += usize::from(units > 0.0);
        }
    }
    let each = solve(matrix, right);
    let explained = |sample: &Sample| {
        let terms = sample.units.iter().zip(each);
        terms
            .map(|(&units, each)| f64::from(units) * each)
            .sum::<f64>()
    };
    let square = |sample: &Sample| (explained(sample) / sample.instructions.max(1.0) - 1.0).powi(2);
    Fit {
        each,
        calls,
        error: (samples.iter().map(square).sum::<f64>() / samples.len().max(1) as f64).sqrt(),
    }
}

/// Solves a symmetric system by elimination with pivots; a work that no call did comes out as 0.
fn solve(mut matrix: [[f64; N]; N], mut right: [f64; N]) -> [f64; N] {
    for (row, line) in matrix.iter_mut().enumerate() {
        if line.iter().all(|cell| *cell == 0.0)
            && let Some(cell) = line.get_mut(row)
        {
            *cell = 1.0;
        }
    }
    let scale = matrix
        .iter()
        .flatten()
        .fold(0.0_f64, |most, cell| most.max(cell.abs()));
    for column in 0..N {
        let size = |row: &usize| matrix.get(*row).map_or(0.0, |line| line[column].abs());
        let pivot = (column..N).max_by(|a, b| size(a).total_cmp(&size(b)));
        let pivot = pivot.unwrap_or(column);
        matrix.swap(column, pivot);
        right.swap(column, pivot);
        // A work that always comes with another can't be told apart from it, and is left to it.
        if matrix[column][column].abs() < 1e-9 * scale {
            (matrix[column], right[column]) = ([0.0; N], 0.0);
            matrix[column][column] = 1.0;
        }
        let (head, value) = (matrix[column], right[column]);
        for row in 0..N {
            if row != column {
                let factor = matrix[row][column] / head[column];
                for (cell, above) in matrix[row].iter_mut().zip(head) {
                    *cell -= factor * above;
                }
                right[row] -= factor * value;
            }
        }
    }
    let mut each = [0.0; N];
    for (index, each) in each.iter_mut().enumerate() {
        *each = right[index] / matrix[index][index];
    }
    each
}

#[cfg(test)]
mod tests {
    use super::{N, Sample, fit};

    #[test]
    fn costs_that_were_put_in_come_out() {
        let each: [f64; N] = std::array::from_fn(|i| 10.0 + 3.0 * i as f64);
        let sample = |seed: u32| {
            let units: [u32; N] =
                std::array::from_fn(|i| (seed.wrapping_mul(2_654_435_761) >> (i + 3)) % 7);
            let instructions = units.iter().zip(each).map(|(&u, e)| f64::from(u) * e).sum();
            Sample {
                kind: 0,
                units,
                instructions,
            }
        };
        let fitted = fit(&(1..400).map(sample).collect::<Vec<_>>());
        for (found, expected) in fitted.each.iter().zip(each) {
            assert!((found - expected).abs() < 1e-6, "{found} {expected}");
        }
        assert!(fitted.error < 1e-9);
    }
}
