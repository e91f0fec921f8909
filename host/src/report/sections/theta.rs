//! θ over time, and its distribution at the end against the prior.

use super::super::axis::Axis;
use super::super::chart::Chart;
use super::super::data::Data;
use super::super::text::{count, number, percent};
use super::{Block, Drawn, legend};
use crate::results::PlasticityInfo;

/// Bars of the histogram.
const BINS: usize = 48;
/// Projections drawn.
const PROJECTIONS: usize = 3;

pub(super) fn draw(data: &Data) -> Drawn {
    if data.last_theta.is_empty() {
        return Err("θ was not recorded".to_owned());
    }
    let plastic = data.plastic();
    Ok(plastic
        .into_iter()
        .take(PROJECTIONS)
        .flat_map(|p| [traces(data, p), Some(histogram(data, p))])
        .flatten()
        .collect())
}

fn traces(data: &Data, projection: u32) -> Option<Block> {
    if data.snapshots.len() < 2 {
        return None;
    }
    let lines: Vec<Vec<(f64, f64)>> = data
        .traces
        .iter()
        .filter(|trace| trace.projection == projection)
        .map(|trace| {
            trace
                .points
                .iter()
                .map(|&(tick, theta)| (data.time(tick), theta))
                .collect()
        })
        .collect();
    let values = || lines.iter().flatten().map(|&(_, theta)| theta);
    let (low, high) = (values().fold(0.0, f64::min), values().fold(0.0, f64::max));
    let x = Axis::linear(data.time_unit().label, 0.0, data.time(data.end));
    let mut chart = Chart::new(x, Axis::linear("θ", low - 0.3, high + 0.3));
    for (k, line) in lines.iter().enumerate() {
        chart.line(line, &format!("thin c{}", k % 8));
    }
    chart.level(0.0, "", true, "strong");
    let frozen = data
        .plasticity(projection)
        .and_then(|rule| rule.frozen_from_tick)
        .filter(|tick| *tick < data.end);
    let mut caption = "Look for lines that never settle: learning goes on as sampling. Below the heavy line (θ = 0) a \
                       spine is retracted; crossing it is a spine lost or gained."
        .to_owned();
    if let Some(tick) = frozen {
        chart.upright(data.time(tick), "frozen", "muted");
        caption += " From the upright line on θ was held for the test.";
    }
    Some(Block {
        title: format!(
            "θ of {} synapses of {}",
            lines.len(),
            data.projection(projection)
        ),
        html: chart.finish("Traces of θ over time"),
        caption,
        wide: false,
    })
}

fn histogram(data: &Data, projection: u32) -> Block {
    let values: Vec<f64> = data
        .theta_of(projection)
        .iter()
        .map(crate::results::Theta::theta)
        .collect();
    let plasticity = data.plasticity(projection);
    let prior = plasticity.and_then(|p| Some((p.prior_mean?, p.prior_sd?)));
    let low = values
        .iter()
        .copied()
        .fold(prior.map_or(0.0, |(mean, sd)| mean - 3.5 * sd), f64::min);
    let high = values
        .iter()
        .copied()
        .fold(prior.map_or(0.0, |(mean, sd)| mean + 3.5 * sd), f64::max);
    // A bin border falls on 0, so that no bar mixes retracted and functional synapses.
    let width = ((high - low) / BINS as f64).max(1e-6);
    let first = (low / width).floor();
    let mut bins = vec![0_u64; BINS + 2];
    for value in &values {
        if let Some(bin) = bins.get_mut((value / width - first) as usize) {
            *bin += 1;
        }
    }
    let density = |n: u64| n as f64 / values.len() as f64 / width;
    let gauss = |x: f64, mean: f64, sd: f64| {
        (-0.5 * ((x - mean) / sd).powi(2)).exp() / (sd * (2.0 * std::f64::consts::PI).sqrt())
    };
    let tallest = bins.iter().map(|&n| density(n)).fold(
        prior.map_or(0.0, |(mean, sd)| gauss(mean, mean, sd)),
        f64::max,
    );
    let x = Axis::linear("θ", first * width, (first + BINS as f64 + 1.0) * width);
    let mut chart = Chart::new(x, Axis::linear("density", 0.0, 1.08 * tallest));
    for (k, &n) in bins.iter().enumerate() {
        let from = (first + k as f64) * width;
        let class = if from < -0.5 * width { "muted" } else { "c0" };
        chart.bar((from, from + width), (0.0, density(n)), class);
    }
    if let Some((mean, sd)) = prior {
        let curve: Vec<(f64, f64)> = (0..=120)
            .map(|i| first * width + f64::from(i) / 120.0 * (BINS as f64 + 1.0) * width)
            .map(|x| (x, gauss(x, mean, sd)))
            .collect();
        chart.line(&curve, "c1 thick");
    }
    chart.upright(0.0, "", "strong");
    let functional = values.iter().filter(|&&v| v > 0.0).count() as f64 / values.len() as f64;
    Block {
        title: format!("All θ of {} at the end", data.projection(projection)),
        html: chart.finish("Histogram of θ against the prior") + &legend(&entries(plasticity)),
        caption: format!(
            "Look for where the bars leave the curve: that is what the inputs taught. {} synapses, {} of them with θ > 0.",
            count(values.len() as u64),
            percent(functional)
        ),
        wide: false,
    }
}

fn entries(plasticity: Option<&PlasticityInfo>) -> Vec<(String, String)> {
    let mut entries = vec![
        ("c0".to_owned(), "functional (θ > 0)".to_owned()),
        ("muted".to_owned(), "retracted".to_owned()),
    ];
    if let Some((mean, sd)) = plasticity.and_then(|p| Some((p.prior_mean?, p.prior_sd?))) {
        let name = format!("prior N({}, {}²)", number(mean), number(sd));
        entries.push(("c1".to_owned(), name));
    } else {
        let prior = plasticity.map_or("uniform", |p| p.prior.as_str());
        entries.push((String::new(), format!("prior {prior}: no curve")));
    }
    entries
}
