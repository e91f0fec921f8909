//! `cargo xtask prove row-words`: what the variates of a row's sixteen lanes have to do with each other, over all 2³² words of rows.
//!
//! A row draws its lanes from one word of 32 bits, so there is nothing to sample: correlations are sums over all words. Those of a
//! random function would have a standard deviation of 2⁻¹⁶.

use super::{Error, record};
use rayon::prelude::*;
use serde::Serialize;
use spinedrift_core::random::{Curve, PASSES, nibble_gaussian_lanes, row_words_lanes};
use spinedrift_core::spike::BLOCK;
use std::io::Write as _;

/// Name of the record and of the proof.
pub(super) const NAME: &str = "row-words";

/// Words computed together.
const TOGETHER: usize = 256;
/// Words of a piece of work, as a power of two.
const PIECE_BITS: u32 = 20;
/// Words of a sample, as a power of two.
const SAMPLE_BITS: u32 = 22;
/// Largest correlation permitted, in standard deviations of a random function's: of 480 of them one in 10⁵ times beyond.
const LIMIT: f64 = 5.8;
/// σ of the variates, by 16.
const SIGMA: u32 = 0x5a82_799a;

/// What was found: the largest correlation of two lanes, in standard deviations of that of a random function.
#[derive(Debug, Serialize)]
pub(crate) struct Found {
    function: &'static str,
    words: u64,
    /// Of the variates themselves.
    variates: f64,
    /// Of their squares.
    squares: f64,
    /// Of one lane's variate with another's square.
    mixed: f64,
    pub(crate) pass: bool,
}

/// Sums of products of lanes i and j: variates, squares, a variate (i) and a square (j).
type Sums = [[[f64; BLOCK]; BLOCK]; 3];
/// A number for each lane and each of some words.
type Table = [[f32; TOGETHER]; BLOCK];

/// The variates of a row with this word.
fn row(word: u32, curve: &Curve) -> [f32; BLOCK] {
    let words = row_words_lanes(word, &PASSES);
    let Some(words) = words.first_chunk::<BLOCK>() else {
        return [0.0; BLOCK];
    };
    let (mut normal, tails) = nibble_gaussian_lanes(words, &curve.lanes());
    if tails {
        curve.put_tails(&mut normal, words);
    }
    normal.map(|normal| normal as f32 / (SIGMA as f32 / 16.0))
}

/// Variates, and squares less their mean in units of their standard deviation.
fn variates(first: u32, step: u32, curve: &Curve) -> [Box<Table>; 2] {
    let [mut values, mut squares] = [(); 2].map(|()| Box::new([[0.0; TOGETHER]; BLOCK]));
    let mut word = first;
    for index in 0..TOGETHER {
        let row = row(word, curve);
        for ((z, values), squares) in row.iter().zip(&mut *values).zip(&mut *squares) {
            values[index] = *z;
            squares[index] = (z * z - 1.0) / std::f32::consts::SQRT_2;
        }
        word = word.wrapping_add(step);
    }
    [values, squares]
}

/// The sums over 2^bits words from `first` on, `step` apart.
fn sums(first: u32, bits: u32, step: u32) -> Sums {
    let mut sums = [[[0.0; BLOCK]; BLOCK]; 3];
    let Some(curve) = Curve::new(SIGMA) else {
        return sums;
    };
    let dot = |a: &[f32; TOGETHER], b: &[f32; TOGETHER]| {
        // Eight partial sums, which vectors add side by side.
        let mut parts = [0.0_f32; 8];
        for (a, b) in a.chunks_exact(8).zip(b.chunks_exact(8)) {
            for ((part, a), b) in parts.iter_mut().zip(a).zip(b) {
                *part += a * b;
            }
        }
        f64::from(parts.iter().sum::<f32>())
    };
    for part in 0..(1_u32 << bits) / TOGETHER as u32 {
        let from = first.wrapping_add(part.wrapping_mul(TOGETHER as u32).wrapping_mul(step));
        let [z, q] = variates(from, step, &curve);
        for i in 0..BLOCK {
            for j in 0..BLOCK {
                if i < j {
                    sums[0][i][j] += dot(&z[i], &z[j]);
                    sums[1][i][j] += dot(&q[i], &q[j]);
                }
                if i != j {
                    sums[2][i][j] += dot(&z[i], &q[j]);
                }
            }
        }
    }
    sums
}

fn add(mut a: Sums, b: &Sums) -> Sums {
    let numbers = a.as_flattened_mut().as_flattened_mut();
    for (a, b) in numbers.iter_mut().zip(b.as_flattened().as_flattened()) {
        *a += b;
    }
    a
}

/// Examines all words, or a sample.
fn examine(sample: bool) -> Found {
    let (words, total) = if sample {
        // An odd step goes through words of all sizes.
        (1_u64 << SAMPLE_BITS, sums(0, SAMPLE_BITS, 0x9e37_79b9))
    } else {
        let pieces = 1_u32 << (32 - PIECE_BITS);
        let bar = super::sweep::bar(NAME, pieces.into());
        let all = (0..pieces)
            .into_par_iter()
            .map(|piece| {
                let sums = sums(piece << PIECE_BITS, PIECE_BITS, 1);
                bar.inc(1);
                sums
            })
            .collect::<Vec<_>>();
        bar.finish_and_clear();
        let none = [[[0.0; BLOCK]; BLOCK]; 3];
        (1 << 32, all.iter().fold(none, add))
    };
    let [variates, squares, mixed] = total.map(|of| {
        let largest = of.as_flattened().iter().copied();
        largest.map(f64::abs).fold(0.0, f64::max) / (words as f64).sqrt()
    });
    Found {
        function: NAME,
        words,
        variates,
        squares,
        mixed,
        pass: variates.max(squares).max(mixed) < LIMIT && variates > 0.0,
    }
}

/// Examines the words, keeps a record, and prints what was found.
///
/// # Errors
/// [`Error`] if the record or the answer can't be written.
pub(super) fn run(sample: bool, quiet: bool) -> Result<Found, Error> {
    let found = examine(sample);
    record::write_value(NAME, serde_json::to_value(&found)?, sample)?;
    if !quiet {
        writeln!(
            std::io::stdout(),
            "{NAME:<22} {:<6} {:>10} words of rows; largest correlation of two lanes, in standard deviations: variates {:.2}, squares {:.2}, mixed {:.2} (permitted {LIMIT})",
            if found.pass { "holds" } else { "BROKEN" },
            found.words,
            found.variates,
            found.squares,
            found.mixed
        )?;
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::examine;

    #[test]
    fn lanes_of_a_sample_of_rows_hang_together_by_chance_only() {
        let found = examine(true);
        assert!(found.pass, "{found:?}");
    }
}
