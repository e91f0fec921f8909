//! (b) Gaussian prior × Gaussian likelihood: the posterior in closed form.
//!
//! The kernel's own splitting scheme on rows made here: the prior is the Ornstein–Uhlenbeck jump, the likelihood's score
//! (m − θ)/s² stands in the law's pieces. Precisions add; the mean is the weighted one.

use super::Finding;
use crate::exact::{Exact, by_chance};
use spinedrift_core::image::Plastic;
use spinedrift_core::kernel::Counters;
use spinedrift_core::synapse::history::History;
use spinedrift_core::synapse::jump::{self, JumpTable};
use spinedrift_core::synapse::law::{Law, settle};
use spinedrift_core::synapse::subrow::{self, SubRow};
use spinedrift_core::synapse::trace::{self, DecayTable};
use spinedrift_core::synapse::visit::{Place, Rules};

/// Prior and likelihood: mean and σ of each.
const PRIOR: (f64, f64) = (0.5, 1.0);
const LIKELIHOOD: (f64, f64) = (2.0, 0.7);
/// b a tick.
const SPEED: f64 = 2e-4;
const ROWS: u32 = 256;
/// Ticks between two visits of a row.
const WAIT: u32 = 50;

fn power(exponent: u32) -> f64 {
    2.0_f64.powi(exponent as i32)
}

/// A jump table's number: a mantissa of 26 bits and a right shift of five, `value` · 2^scale.
fn floating(value: f64, scale: u32) -> u32 {
    if value <= 0.0 {
        return 0;
    }
    let shift = 30 - (value * power(scale)).log2().floor() as i32;
    ((value * power(scale) * 2.0_f64.powi(shift)) as u32 & !31) | shift as u32
}

/// The Ornstein–Uhlenbeck jumps of the prior at a temperature.
fn jumps(temperature: f64) -> Vec<u32> {
    let rate = SPEED / (PRIOR.1 * PRIOR.1);
    let entry = |ticks: u32| {
        let time = rate * f64::from(ticks.min(256));
        let sigma = (-(-2.0 * time).exp_m1() * temperature).sqrt() * PRIOR.1;
        [floating(-(-time).exp_m1(), 33), floating(sigma, 32)]
    };
    let short = (0..jump::SHORT_TICKS).flat_map(entry);
    short.chain((0..16).flat_map(|j| entry(j * 256))).collect()
}

/// A splitting law whose pieces hold the likelihood's score.
fn law() -> Vec<u32> {
    let (mean, sd) = LIKELIHOOD;
    let (low, shift, pieces) = (-6.0, 26, 50_u32);
    let width = power(shift) / power(28);
    let score = |theta: f64| (mean - theta) / (sd * sd);
    let largest = score(low).abs().max(score(low + 50.0 * width).abs());
    // Half a kick: steps of 2^−28 in a tick for a piece value of 2^24 = 2^31 / 2^7.
    let rate = 0.5 * SPEED * largest * power(28) / power(7);
    let rate_shift = 18 - rate.log2().floor() as i32;
    let mantissa = (rate * 2.0_f64.powi(rate_shift)) as u32;
    let head = [
        2,
        (low * power(28)) as i32 as u32,
        shift,
        pieces,
        1,
        mantissa,
        rate_shift as u32,
        1,
    ];
    let heat = [0, 1 << 31, 1 << 16, 1 << 31];
    let unit = 2_147_483_600.0 / largest;
    let piece = |piece: u32| {
        let start = low + f64::from(piece) * width;
        let slope = score(start + width) - score(start);
        [score(start) * unit, slope * unit, 0.0].map(|value| value as i32 as u32)
    };
    head.into_iter()
        .chain(heat)
        .chain((0..pieces).flat_map(piece))
        .collect()
}

/// θ of all rows, read every so many visits, which is five relaxation times.
#[expect(clippy::expect_used, reason = "the tables are of the right size")]
fn sampled(temperature: f64, readings: u32) -> Vec<f64> {
    let (jumps, law, decays) = (jumps(temperature), law(), [0; trace::TABLE_WORDS]);
    let fixed = |value: f64| (value * power(28)) as i32;
    let plastic = Plastic {
        mean: fixed(PRIOR.0),
        theta_min: fixed(-6.0),
        theta_max: fixed(6.2),
        frozen_from: u32::MAX,
        delay: 1,
        ..Plastic::default()
    };
    let law = Law::new(&law).expect("a law");
    let rules = Rules {
        plastic: &plastic,
        jumps: JumpTable::new(&jumps).expect("a table"),
        traces: DecayTable::new(&decays).expect("a table"),
        law: Some(law),
        step: None,
        seed: 11,
    };
    let posterior = (PRIOR.1.powi(-2) + LIKELIHOOD.1.powi(-2)).recip();
    let visits = (5.0 * posterior / SPEED / f64::from(WAIT)).ceil() as u32;
    let mut rows = vec![subrow::fresh(0xFFFF, &[1 << 28; 16]); ROWS as usize];
    let mut counters = Counters::default();
    let mut values = Vec::new();
    for visit in 1..=readings * visits {
        for (pre, words) in (0..ROWS).zip(&mut rows) {
            let place = Place {
                projection: 0,
                pre,
                post: 0,
            };
            let row = SubRow::new(words).expect("a row");
            settle(
                row,
                visit * WAIT,
                place,
                (&rules, &law),
                History::new(&[]),
                &mut counters,
            );
        }
        if visit.is_multiple_of(visits) {
            values.extend(
                rows.iter()
                    .flat_map(|row| row[4..].to_vec())
                    .map(|raw| f64::from(raw as i32) / power(28)),
            );
        }
    }
    values
}

pub(super) fn run(scale: u32) -> Vec<Finding> {
    let precision = PRIOR.1.powi(-2) + LIKELIHOOD.1.powi(-2);
    let mean = (PRIOR.0 * PRIOR.1.powi(-2) + LIKELIHOOD.0 * LIKELIHOOD.1.powi(-2)) / precision;
    let posterior = Exact::new(-6.0, 6.2, |theta| -0.5 * precision * (theta - mean).powi(2));
    [
        (1.0, "conjugate Gaussian posterior", false),
        (0.81, "conjugate, noise × 0.9", true),
    ]
    .map(|(temperature, what, control)| {
        let values = sampled(temperature, 4 * scale);
        let distance = posterior.distance(&values);
        // Readings are e^−5 = 0.7 % correlated: counted as independent.
        let count = values.len() as f64;
        Finding {
            what: what.to_owned(),
            statistic: format!("KS {distance:.5} on {count}"),
            chance: by_chance(distance, count),
            control,
        }
    })
    .to_vec()
}
