//! `cargo xtask prove gaussian`: the table variate on all 2³² words, and 2³⁰ draws of it against the normal law.
//!
//! The words are enumerated: moments are sums, not estimates. The draws come from 2¹⁴ streams; Kolmogorov–Smirnov and
//! Anderson–Darling are taken at the borders of bins 2⁻¹² wide, which hold at most 1e−4 of the law.

use super::Error;
use super::record;
use rayon::prelude::*;
use serde::Serialize;
use spinedrift_core::random::{Stream, gaussian};
use std::io::Write as _;

/// Permitted: distance of the variance from 1, of the fourth moment from 3, of a tail from its share.
const VARIANCE: f64 = 1e-6;
const FOURTH: f64 = 1e-5;
const TAIL: f64 = 1e-3;
/// Permitted: how far the variate may fall from a word to the next, in steps of 2⁻²⁸.
const FALL: i64 = 1;
/// A correct variate falls below this chance once in 10,000 choices of the seed.
const CHANCE: f64 = 1e-4;

/// Values of a unit.
const ONE: f64 = 268_435_456.0;
/// Width of a bin as a power of two of 2⁻²⁸, and bins to either side.
const BIN: u32 = 16;
const BINS: usize = 8 << 12;

/// What was found.
#[derive(Debug, Serialize)]
pub(crate) struct Found {
    function: &'static str,
    words: u64,
    mean: f64,
    variance: f64,
    skew: f64,
    fourth_moment: f64,
    largest: f64,
    antisymmetric: bool,
    /// Words whose successor gives less, and by how many steps of 2⁻²⁸ at most.
    falls: (u64, i64),
    worst_tail: f64,
    draws: u64,
    kolmogorov_smirnov: f64,
    kolmogorov_smirnov_chance: f64,
    anderson_darling: f64,
    anderson_darling_chance: f64,
    /// Draws beyond 1 … 6σ, and how many standard errors from what the law says.
    beyond: [(u64, f64); 6],
    pub(crate) pass: bool,
}

/// Sums over a piece of the words.
#[derive(Clone, Copy, Default)]
struct Sums {
    first: i128,
    second: u128,
    third: i128,
    fourth: u128,
    asymmetric: u64,
    falls: u64,
    deepest: i64,
}

impl Sums {
    fn add(mut self, other: Self) -> Self {
        self.first += other.first;
        self.second += other.second;
        self.third += other.third;
        self.fourth += other.fourth;
        self.asymmetric += other.asymmetric;
        self.falls += other.falls;
        self.deepest = self.deepest.max(other.deepest);
        self
    }

    /// Of the words `first + step · i`.
    fn of(first: u32, count: u32, step: u32) -> Self {
        let mut sums = Self::default();
        let (mut second, mut third, mut fourth) = (0_u128, 0_i128, 0_u128);
        for i in 0..count {
            let word = first.wrapping_add(i.wrapping_mul(step));
            let z = i64::from(gaussian(word));
            sums.first += i128::from(z);
            // Squares in Q24.32: their own squares then fit, 2⁻³² off.
            let square = ((z * z) >> 24) as u64;
            second += u128::from(square);
            third += i128::from(square) * i128::from(z);
            fourth += u128::from(square) * u128::from(square);
            sums.asymmetric += u64::from(i64::from(gaussian(!word)) != -z);
            let fall = if word == 0x7fff_ffff {
                0
            } else {
                z - i64::from(gaussian(word.wrapping_add(1)))
            };
            sums.falls += u64::from(fall > 0);
            sums.deepest = sums.deepest.max(fall);
        }
        (sums.second, sums.third, sums.fourth) = (second, third, fourth);
        sums
    }
}

/// Upper tail of the normal law.
fn tail(z: f64) -> f64 {
    libm::erfc(z / std::f64::consts::SQRT_2) / 2.0
}

/// Words at or beyond `z`: a bisection, since the variate rises with the word.
fn words_beyond(z: f64) -> u32 {
    let (mut inside, mut outside) = (0_u32, 0x7fff_ffff_u32);
    while outside - inside > 1 {
        let middle = u32::midpoint(inside, outside);
        if f64::from(gaussian(0x7fff_ffff - middle)) >= z * ONE {
            inside = middle;
        } else {
            outside = middle;
        }
    }
    inside + 1
}

/// A histogram of draws.
fn histogram(streams: u32, draws: u32) -> Vec<u64> {
    let one = |key: u32| {
        let mut counts = vec![0_u32; 2 * BINS];
        let mut stream = Stream::new(0x6a75_7374, 0, 0, 0, key);
        for _ in 0..draws {
            let bin = (gaussian(stream.next_u32()) >> BIN) + BINS as i32;
            if let Some(count) = counts.get_mut(bin as usize) {
                *count += 1;
            }
        }
        counts
    };
    let add = |mut sums: Vec<u64>, counts: Vec<u32>| {
        for (sum, count) in sums.iter_mut().zip(counts) {
            *sum += u64::from(count);
        }
        sums
    };
    let both = |a: Vec<u64>, b: Vec<u64>| a.iter().zip(b).map(|(a, b)| a + b).collect();
    (0..streams)
        .into_par_iter()
        .map(one)
        .fold(|| vec![0; 2 * BINS], add)
        .reduce(|| vec![0; 2 * BINS], both)
}

/// √n D and A², by the distribution function at the borders of the bins.
fn distances(histogram: &[u64]) -> (f64, f64) {
    let count = histogram.iter().sum::<u64>() as f64;
    let exact = |border: usize| {
        let z = (border as f64 - BINS as f64) * f64::from(1 << BIN) / ONE;
        tail(-z)
    };
    let (mut below, mut farthest, mut square) = (0, 0.0_f64, 0.0);
    for (bin, number) in histogram.iter().enumerate() {
        let before = below as f64 / count - exact(bin);
        below += number;
        let after = below as f64 / count - exact(bin + 1);
        farthest = farthest.max(after.abs());
        let (low, high) = (exact(bin), exact(bin + 1));
        let middle = f64::midpoint(low, high);
        let upper = tail(((bin as f64 + 0.5) - BINS as f64) * f64::from(1 << BIN) / ONE);
        let spread = middle * upper.max(f64::MIN_POSITIVE);
        if spread > 1e-14 {
            square += f64::midpoint(before * before, after * after) / spread * (high - low);
        }
    }
    (farthest * count.sqrt(), square * count)
}

/// Chance of √n D at least so large.
fn ks_chance(x: f64) -> f64 {
    let term = |k: i32| {
        let sign = if k % 2 == 1 { 2.0 } else { -2.0 };
        sign * libm::exp(-2.0 * f64::from(k * k) * x * x)
    };
    if x < 0.2 {
        1.0
    } else {
        (1..100).map(term).sum::<f64>().clamp(0.0, 1.0)
    }
}

/// Chance of A² at least so large (Marsaglia and Marsaglia 2004, for many draws).
fn ad_chance(a: f64) -> f64 {
    let below = if a < 2.0 {
        let p = [
            2.00012,
            0.247_105,
            -0.064_982_1,
            0.034_796_2,
            -0.011_672,
            0.001_686_91,
        ];
        let polynomial = p.iter().rev().fold(0.0, |sum, c| sum * a + c);
        libm::exp(-1.233_714_1 / a) / a.sqrt() * polynomial
    } else {
        let p = [
            1.0776,
            -2.30695,
            0.434_24,
            -0.082_433,
            0.008_056,
            -0.000_314_6,
        ];
        libm::exp(-libm::exp(p.iter().rev().fold(0.0, |sum, c| sum * a + c)))
    };
    (1.0 - below).clamp(0.0, 1.0)
}

/// Permitted: distance of the variance and of the fourth moment. A sample of the words is no enumeration: its moments are off
/// by what is left out of the tail.
const fn permitted(sample: bool) -> (f64, f64) {
    if sample {
        (1e-5, 1e-3)
    } else {
        (VARIANCE, FOURTH)
    }
}

/// Enumerates and draws, or a part of each.
fn examine(sample: bool) -> Found {
    let (step, streams) = if sample {
        (1 << 10, 1 << 8)
    } else {
        (1, 1 << 14)
    };
    let words = (1_u64 << 32) / u64::from(step);
    let pieces = 1_u32 << 12;
    let each = (words / u64::from(pieces)) as u32;
    let sums = (0..pieces)
        .into_par_iter()
        .map(|piece| Sums::of(piece.wrapping_mul(each).wrapping_mul(step), each, step))
        .reduce(Sums::default, Sums::add);
    let count = words as f64;
    let mean = sums.first as f64 / ONE / count;
    let variance = sums.second as f64 / 4_294_967_296.0 / count;
    let skew = sums.third as f64 / (4_294_967_296.0 * ONE) / count;
    let fourth_moment = sums.fourth as f64 / 4_294_967_296.0 / 4_294_967_296.0 / count;
    let tails = (1..=60).map(|tenth| {
        let z = f64::from(tenth) / 10.0;
        let exact = tail(z) * 4_294_967_296.0;
        ((f64::from(words_beyond(z)) - exact).abs() - 1.5).max(0.0) / exact
    });
    let worst_tail = tails.fold(0.0, f64::max);
    let histogram = histogram(streams, 1 << 16);
    let draws: u64 = histogram.iter().sum();
    let (ks, ad) = distances(&histogram);
    let beyond = [1, 2, 3, 4, 5, 6].map(|sigma: usize| {
        let bins = sigma << 12;
        let outside = histogram
            .iter()
            .take(BINS - bins)
            .chain(histogram.iter().skip(BINS + bins));
        let found: u64 = outside.sum();
        let expected = 2.0 * tail(sigma as f64) * draws as f64;
        (found, (found as f64 - expected) / expected.sqrt().max(1.0))
    });
    let (ks_chance, ad_chance) = (ks_chance(ks), ad_chance(ad));
    let antisymmetric = sums.asymmetric == 0;
    let pass = antisymmetric
        && sums.deepest <= FALL
        && (variance - 1.0).abs() < permitted(sample).0
        && (fourth_moment - 3.0).abs() < permitted(sample).1
        && (sample || mean == 0.0)
        && worst_tail < TAIL
        && ks_chance > CHANCE
        && ad_chance > CHANCE
        && beyond.iter().all(|(_, errors)| errors.abs() < 4.5);
    Found {
        function: "gaussian",
        words,
        mean,
        variance,
        skew,
        fourth_moment,
        largest: f64::from(gaussian(0x7fff_ffff)) / ONE,
        antisymmetric,
        falls: (sums.falls, sums.deepest),
        worst_tail,
        draws,
        kolmogorov_smirnov: ks,
        kolmogorov_smirnov_chance: ks_chance,
        anderson_darling: ad,
        anderson_darling_chance: ad_chance,
        beyond,
        pass,
    }
}

/// Examines the variate, keeps a record, and prints what was found.
///
/// # Errors
/// [`Error`] if the record or the answer can't be written.
pub(crate) fn run(sample: bool, quiet: bool) -> Result<Found, Error> {
    let found = examine(sample);
    record::write_value("gaussian", serde_json::to_value(&found)?, sample)?;
    if !quiet {
        print(&found)?;
    }
    Ok(found)
}

fn print(found: &Found) -> Result<(), Error> {
    let mut out = std::io::stdout();
    let verdict = if found.pass { "holds" } else { "BROKEN" };
    writeln!(
        out,
        "{:<22} {verdict:<6} {:>10} words",
        "gaussian", found.words
    )?;
    writeln!(
        out,
        "    mean {:e}, variance {:.9}, skew {:e}, fourth moment {:.9}, largest {:.4}σ",
        found.mean, found.variance, found.skew, found.fourth_moment, found.largest
    )?;
    writeln!(
        out,
        "    antisymmetric {}, falls at {} words by at most {} steps, worst tail to 6σ off by {:.1e} of itself",
        found.antisymmetric, found.falls.0, found.falls.1, found.worst_tail
    )?;
    writeln!(
        out,
        "    {} draws: √n D {:.3} (chance {:.2}), A² {:.3} (chance {:.2})",
        found.draws,
        found.kolmogorov_smirnov,
        found.kolmogorov_smirnov_chance,
        found.anderson_darling,
        found.anderson_darling_chance
    )?;
    for (sigma, (number, errors)) in (1..).zip(found.beyond) {
        writeln!(
            out,
            "    beyond {sigma}σ: {number}, {errors:+.2} standard errors"
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{ad_chance, examine, ks_chance};

    #[test]
    fn a_sample_keeps_every_promise() {
        let found = examine(true);
        assert!(found.pass, "{found:?}");
    }

    #[test]
    fn chances_are_those_of_the_tables() {
        assert!((ks_chance(1.358) - 0.05).abs() < 1e-3);
        assert!((ad_chance(2.492) - 0.05).abs() < 1e-3);
        assert!((ad_chance(3.857) - 0.01).abs() < 3e-4);
    }
}
