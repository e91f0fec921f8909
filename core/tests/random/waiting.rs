//! Waiting times and counts follow their laws.

use super::chi_square::excess;
use spinedrift_core::random::{Stream, exponential, poisson, ticks_until};

const DRAWS: u32 = 1 << 20;
/// Standard deviations of χ² that still pass.
const LIMIT: f64 = 4.5;

/// Counts of the draws below each end; the last cell takes the rest.
fn histogram(cells: usize, mut draw: impl FnMut() -> u32) -> Vec<u64> {
    let mut counts = vec![0; cells];
    for _ in 0..DRAWS {
        counts[(draw() as usize).min(cells - 1)] += 1;
    }
    counts
}

/// What `DRAWS` draws should give, from probabilities of all cells but the last, which gets the rest.
fn expected(probabilities: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut cells: Vec<f64> = probabilities.map(|p| p * f64::from(DRAWS)).collect();
    cells.push(f64::from(DRAWS) - cells.iter().sum::<f64>());
    cells
}

#[test]
fn waits_are_geometric() {
    for (mean, cells) in [(1.0_f64, 9), (2.5, 20), (10.0, 80), (50.0, 300)] {
        let mut stream = Stream::new(1, cells, 2, 3, 4);
        let inverse = (mean * 16_f64.exp2()) as u64;
        let counts = histogram(cells as usize, || {
            ticks_until(stream.next_u32(), inverse) - 1
        });
        let p = 1.0 - (-1.0 / mean).exp();
        let law = expected((1..cells as i32).map(|k| (1.0 - p).powi(k - 1) * p));
        let found = excess(&counts, &law);
        assert!(found < LIMIT, "mean {mean}: {found}");
    }
}

#[test]
fn a_hazard_off_by_two_percent_would_be_seen() {
    let mut stream = Stream::new(1, 80, 2, 3, 4);
    let counts = histogram(80, || ticks_until(stream.next_u32(), 668_467) - 1);
    let p = 1.0 - (-0.1_f64).exp();
    let law = expected((1..80).map(|k| (1.0 - p).powi(k - 1) * p));
    assert!(excess(&counts, &law) > 2.0 * LIMIT);
}

#[test]
fn long_waits_saturate() {
    assert_eq!(ticks_until(0, u64::MAX), u32::MAX);
    assert_eq!(ticks_until(u32::MAX, u64::MAX), 1);
    assert_eq!(ticks_until(0, 0), 1);
}

#[test]
fn an_exponential_is_the_logarithm_of_its_word() {
    let mut last = u32::MAX;
    for k in 0..=1_u32 << 16 {
        let word = (k << 16).wrapping_sub(u32::from(k > 0));
        let e = exponential(word);
        let truth = -((f64::from(word) + 1.0) / 32_f64.exp2()).ln() * 27_f64.exp2();
        assert!((f64::from(e) - truth).abs() < 5.0, "{word}: {e} {truth}");
        assert!(e <= last);
        last = e;
    }
}

#[test]
fn counts_are_poisson() {
    for (mean, cells) in [(0.3_f64, 6), (3.0, 14), (20.0, 40)] {
        let mut stream = Stream::new(9, cells, 2, 3, 4);
        let fixed = (mean * 16_f64.exp2()) as u32;
        let counts = histogram(cells as usize, || poisson(&mut stream, fixed));
        let mut term = (-mean).exp();
        let law = expected((1..cells).map(|k| {
            let here = term;
            term *= mean / f64::from(k);
            here
        }));
        let (counts, law) = pooled(&counts, &law);
        let found = excess(&counts, &law);
        assert!(found < LIMIT, "mean {mean}: {found}");
    }
}

/// Neighbouring cells joined until each expects at least ten.
fn pooled(counts: &[u64], law: &[f64]) -> (Vec<u64>, Vec<f64>) {
    let (mut n, mut e) = (vec![0], vec![0.0]);
    for (&count, &expected) in counts.iter().zip(law) {
        let last = n.len() - 1;
        if e[last] >= 10.0 && expected >= 10.0 {
            n.push(count);
            e.push(expected);
        } else {
            n[last] += count;
            e[last] += expected;
        }
    }
    (n, e)
}
