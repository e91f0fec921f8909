//! The law table of a projection whose θ doesn't follow the plain transition (see `spinedrift_core::synapse::law`).

mod functions;

use super::LoadingError;
use super::fixed::scale;
use crate::description::{Prior, Projection, Scheme, SynapticSampling};
use functions::Shape;
use spinedrift_core::synapse::law;

/// Largest kick of the prior in one step.
const KICK_MAX: f64 = 0.125;
/// Largest noise σ of a step as a share of the prior's shortest length.
const SIGMA_SHARE: f64 = 0.25;

/// Where the pieces of a law lie.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Grid {
    /// θ at which the first one begins, Q3.28.
    low: i32,
    /// Width as a power of two of 2^−28.
    shift: u32,
    /// Number of pieces.
    pieces: u32,
}

impl Grid {
    /// A grid over the bounds of θ; `None` if 256 pieces are too coarse for the prior.
    fn new(rule: &SynapticSampling) -> Option<Self> {
        let (low, high) = rule.bounds();
        let raw = |theta: f64| libm::round(theta * scale(28)) as i64;
        let (low, high) = (raw(low), raw(high));
        let span = (high - low) as f64;
        let length = rule.prior.length() * scale(28);
        let varies = rule.speed != crate::description::Speed::Constant;
        // b is constant within a piece of the Metropolis scheme: as many pieces as there may be.
        let finest = span / f64::from(law::PIECES_MAX - 6);
        let wanted = if varies {
            finest
        } else {
            (length / 8.0).max(finest)
        };
        let mut shift = libm::floor(libm::log2(wanted.min(scale(28)))).max(8.0) as u32;
        if scale(shift) < finest {
            shift += 1;
        }
        if scale(shift) > length / 2.0 {
            return None;
        }
        // A kink falls on a border.
        let kink = rule.prior.kink().map_or(low, raw);
        let low = kink - ((kink - low) + (1 << shift) - 1).div_euclid(1 << shift) * (1 << shift);
        let pieces = ((high - low) >> shift) + 1;
        Some(Self {
            low: low as i32,
            shift,
            pieces: pieces as u32,
        })
    }

    /// θ at the start of a piece.
    fn start(self, piece: u32) -> f64 {
        (f64::from(self.low) + f64::from(piece) * scale(self.shift)) / scale(28)
    }

    /// Width of a piece.
    fn width(self) -> f64 {
        scale(self.shift) / scale(28)
    }
}

/// b_max and T_max of a rule.
pub(super) fn largest(rule: &SynapticSampling) -> (f64, f64) {
    let (low, high) = rule.bounds();
    let (_, factor) = rule.speed.range(low, high);
    (rule.speed_per_s * factor, rule.temperatures().1)
}

/// The Gaussian round which a rule's scheme splits, if it does.
pub(super) fn reference(rule: &SynapticSampling) -> Option<(f64, f64)> {
    match rule.own_scheme() {
        Some(Scheme::Splitting) => rule.prior.near_gaussian(),
        _ => None,
    }
}

/// Whether a step over so many ticks is short enough for the scheme: kicks of the prior and noise against its lengths.
pub(super) fn fits(rule: &SynapticSampling, tick_s: f64, ticks: u32) -> bool {
    let Some(scheme) = rule.own_scheme() else {
        return true;
    };
    let Some(grid) = Grid::new(rule) else {
        return true;
    };
    let (speed, temperature) = largest(rule);
    let time = f64::from(ticks) * tick_s * speed;
    let kick = match scheme {
        Scheme::Metropolis => 0.0,
        Scheme::Splitting => 0.5 * time * Shape::new(rule, grid).largest,
        _ => time * Shape::new(rule, grid).largest,
    };
    let sigma = libm::sqrt(2.0 * time * temperature.max(1.0));
    kick < KICK_MAX && sigma <= SIGMA_SHARE * rule.prior.length()
}

/// Refuses a prior that the table can't show.
pub(super) fn check(projection: &Projection, rule: &SynapticSampling) -> Result<(), LoadingError> {
    if rule.own_scheme().is_none() || Grid::new(rule).is_some() {
        return Ok(());
    }
    let (low, high) = rule.bounds();
    Err(LoadingError::Narrow {
        projection: projection.name.clone(),
        length: rule.prior.length(),
        low,
        high,
        limit: (high - low) / f64::from(law::PIECES_MAX - 6) * 4.0,
    })
}

/// Words of a rule's law table; 0 if it has none.
pub(super) fn size(rule: &SynapticSampling) -> usize {
    let (Some(scheme), Some(grid)) = (rule.own_scheme(), Grid::new(rule)) else {
        return 0;
    };
    let heats = heats(rule).len() / law::HEAT_WORDS;
    law::HEADER_WORDS
        + heats * law::HEAT_WORDS
        + grid.pieces as usize * stored(scheme).piece_words()
}

/// A scheme as the image names it.
const fn stored(scheme: Scheme) -> law::Scheme {
    match scheme {
        Scheme::Splitting => law::Scheme::Splitting,
        Scheme::Metropolis => law::Scheme::Metropolis,
        Scheme::Auto | Scheme::Euler => law::Scheme::Euler,
    }
}

/// The words of a rule's law table.
pub(super) fn words(rule: &SynapticSampling, tick_s: f64) -> Vec<u32> {
    let (Some(scheme), Some(grid)) = (rule.own_scheme(), Grid::new(rule)) else {
        return Vec::new();
    };
    let shape = Shape::new(rule, grid);
    let (speed, _) = largest(rule);
    let share = if scheme == Scheme::Splitting {
        0.5
    } else {
        1.0
    };
    // Steps of θ in a tick for a piece value of 2^31; the rate is that for 2^24.
    let steps = share * speed * tick_s * shape.largest * scale(28);
    let (rate, rate_shift) = rate(steps / scale(7));
    let varies = rule.speed != crate::description::Speed::Constant;
    let reflects = !matches!(rule.prior, Prior::Bounded { .. });
    let heats = heats(rule);
    let mut words = vec![
        stored(scheme).number(),
        grid.low as u32,
        grid.shift,
        grid.pieces,
        (heats.len() / law::HEAT_WORDS) as u32,
        rate,
        rate_shift,
        u32::from(reflects) | (u32::from(varies) << 1),
    ];
    words.extend(heats);
    words.extend(shape.words);
    words
}

/// A positive number as mantissa / 2^shift, the mantissa of [`law::RATE_BITS`] bits.
fn rate(value: f64) -> (u32, u32) {
    if value <= 0.0 {
        return (0, 0);
    }
    let (_, exponent) = libm::frexp(value); // value < 2^exponent
    let shift = (law::RATE_BITS as i32 - exponent).clamp(0, 31) as u32;
    let largest = (1 << law::RATE_BITS) - 1;
    (
        (libm::round(value * scale(shift)) as u32).min(largest),
        shift,
    )
}

/// Each temperature of the run from its first tick on.
fn heats(rule: &SynapticSampling) -> Vec<u32> {
    let mut changes = rule.annealing.clone();
    if changes.first().is_none_or(|change| change.0 > 0) {
        changes.insert(0, (0, rule.temperature));
    }
    let (_, most) = rule.temperatures();
    let word = |(tick, temperature): (u32, f64)| {
        let share = if most > 0.0 { temperature / most } else { 0.0 };
        let inverse = if temperature > 0.0 {
            libm::round(scale(16) / temperature)
        } else {
            0.0
        };
        let unit = |value: f64| libm::round(value * scale(31)) as u32;
        [tick, unit(libm::sqrt(share)), inverse as u32, unit(share)]
    };
    changes.into_iter().flat_map(word).collect()
}

#[cfg(test)]
mod tests;
