//! The functions of a law in pieces, in the kernel's formats.

use super::super::fixed::scale;
use super::{Grid, largest, reference};
use crate::description::{Scheme, SynapticSampling};

/// log₂ p is held above this: 2^−200 of the largest density is never met.
const LOG_MIN: f64 = -200.0;

/// The pieces of a law, and the size of its largest piece value.
pub(super) struct Shape {
    /// Largest value or coefficient, which the words hold as just below 2^31.
    pub(super) largest: f64,
    /// The words of all pieces.
    pub(super) words: Vec<u32>,
}

impl Shape {
    pub(super) fn new(rule: &SynapticSampling, grid: Grid) -> Self {
        match rule.own_scheme() {
            Some(Scheme::Splitting) => splitting(rule, grid),
            Some(Scheme::Metropolis) => metropolis(rule, grid),
            _ => euler(rule, grid),
        }
    }
}

/// Quadratic through both ends and the middle of a piece. The ends are taken from just inside, so that a jump at a border
/// stays a jump.
fn fit(function: impl Fn(f64) -> f64, grid: Grid, piece: u32) -> [f64; 3] {
    let (start, width) = (grid.start(piece), grid.width());
    let [a, m, e] = [1e-9, 0.5, 1.0 - 1e-9].map(|share| function(start + share * width));
    [a, -3.0 * a + 4.0 * m - e, 2.0 * a - 4.0 * m + 2.0 * e]
}

/// The largest of all partial sums that the kernel forms.
fn most(fits: &[[f64; 3]]) -> f64 {
    let sums = fits
        .iter()
        .flat_map(|[a, b, c]| [*a, *b, *c, b + c, a + b, a + b + c]);
    sums.map(f64::abs).fold(0.0, f64::max)
}

fn fixed(value: f64, unit: f64) -> u32 {
    libm::round(value * unit).clamp(-2_147_483_648.0, 2_147_483_647.0) as i32 as u32
}

fn all(grid: Grid, function: impl Fn(f64) -> f64) -> Vec<[f64; 3]> {
    (0..grid.pieces)
        .map(|piece| fit(&function, grid, piece))
        .collect()
}

/// What is left of the score when the reference Gaussian's is taken away.
fn splitting(rule: &SynapticSampling, grid: Grid) -> Shape {
    let near = reference(rule);
    let fits = all(grid, |theta| {
        let pull = near.map_or(0.0, |(mean, sd)| (mean - theta) / (sd * sd));
        rule.prior.score(theta) - pull
    });
    let largest = most(&fits);
    // A plain Gaussian leaves rounding errors of its own score: nothing.
    if largest < 1e-9 {
        return Shape {
            largest: 0.0,
            words: vec![0; 3 * fits.len()],
        };
    }
    let unit = 2_147_483_600.0 / largest;
    let words = fits.iter().flatten().map(|value| fixed(*value, unit));
    Shape {
        largest,
        words: words.collect(),
    }
}

/// b ∂log p and T_max b′ as shares of b_max, and √(b/b_max).
fn euler(rule: &SynapticSampling, grid: Grid) -> Shape {
    let (speed, temperature) = largest(rule);
    let b_max = if speed > 0.0 {
        speed / rule.speed_per_s
    } else {
        1.0
    };
    let drift = all(grid, |theta| {
        rule.speed.factor(theta) / b_max * rule.prior.score(theta)
    });
    let slope = all(grid, |theta| {
        if rule.speed_drift {
            temperature * rule.speed.slope(theta) / b_max
        } else {
            0.0
        }
    });
    // Both are added, each within half of the range.
    let largest = 2.0 * most(&drift).max(most(&slope)).max(1e-9);
    let unit = 2_147_483_600.0 / largest;
    let mut words = Vec::new();
    for (piece, (drift, slope)) in (0..grid.pieces).zip(drift.iter().zip(&slope)) {
        words.extend(drift.iter().chain(slope).map(|value| fixed(*value, unit)));
        let root = |theta: f64| libm::sqrt((rule.speed.factor(theta) / b_max).clamp(0.0, 1.0));
        let (start, width) = (grid.start(piece), grid.width());
        let (here, there) = (root(start), root(start + width));
        words.extend([here, there - here, 0.0].map(|value| fixed(value, scale(30))));
    }
    Shape { largest, words }
}

/// log₂ p, and where a piece lies in the Lamperti coordinate.
fn metropolis(rule: &SynapticSampling, grid: Grid) -> Shape {
    let (low, high) = rule.bounds();
    let b_max = rule.speed.range(low, high).1;
    let log2 = |theta: f64| rule.prior.log_density(theta) * std::f64::consts::LOG2_E;
    let borders = (0..=grid.pieces).map(|piece| log2(grid.start(piece)));
    let middles = (0..grid.pieces).map(|piece| log2(grid.start(piece) + 0.5 * grid.width()));
    let highest = borders.chain(middles).fold(f64::NEG_INFINITY, f64::max);
    let fits = all(grid, |theta| (log2(theta) - highest).max(LOG_MIN));
    let mut words = Vec::new();
    let mut start = 0_u64;
    for (piece, fit) in (0..grid.pieces).zip(&fits) {
        words.extend(fit.map(|value| fixed(value, scale(23))));
        let middle = (grid.start(piece) + 0.5 * grid.width()).clamp(low, high);
        let root = libm::sqrt((rule.speed.factor(middle) / b_max).clamp(1e-4, 1.0));
        // Width in x, in units of 2^8 steps: what is stored is what counts, so the slope follows from it.
        let width = libm::round(scale(grid.shift - 8) / root);
        let slope = scale(grid.shift - 8) / width;
        words.extend([
            start.min(u64::from(u32::MAX)) as u32,
            width.min(4_294_967_295.0) as u32,
            libm::round(slope * scale(32)).min(4_294_967_295.0) as u32,
            fixed(libm::log2(slope), scale(23)),
        ]);
        start += width as u64;
    }
    Shape {
        largest: 0.0,
        words,
    }
}
