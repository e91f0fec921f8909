//! Spike raster of the last seconds: sources above, computed neurons below.

use super::super::axis::Axis;
use super::super::chart::{Chart, NARROW, WIDE};
use super::super::data::Data;
use super::super::text::count;
use super::{Block, Drawn};
use crate::results::{PopulationInfo, Spike};

/// Spikes drawn of one population.
const SPIKES: usize = 6000;
/// Populations drawn.
const PANELS: usize = 6;

pub(super) fn draw(data: &Data) -> Drawn {
    if data.spikes.is_empty() {
        return Err("no spikes were recorded".to_owned());
    }
    let mut order: Vec<(usize, &PopulationInfo)> =
        data.info.populations.iter().enumerate().collect();
    order.sort_by_key(|(_, population)| !population.is_source());
    let blocks: Vec<Block> = order
        .into_iter()
        .filter_map(|(index, population)| panel(data, index, population))
        .collect();
    Ok(blocks.into_iter().take(PANELS).collect())
}

fn panel(data: &Data, index: usize, population: &PopulationInfo) -> Option<Block> {
    let spikes: Vec<Spike> = data
        .spikes
        .iter()
        .filter(|s| s.population as usize == index)
        .copied()
        .collect();
    if spikes.is_empty() {
        return None;
    }
    let (from, to) = data.window;
    let seconds = data.info.seconds(to - from);
    let rate = spikes.len() as f64 / seconds / f64::from(population.size);
    let stride = spikes.len().div_ceil(SPIKES);
    let drawn: Vec<Spike> = spikes
        .iter()
        .filter(|s| scattered(s).is_multiple_of(stride as u32))
        .copied()
        .collect();
    let thinned = if stride > 1 {
        format!("; one of {stride} spikes is drawn")
    } else {
        String::new()
    };
    let caption = if population.is_source() {
        "Look for stripes: while one input pattern is shown, the same neurons fire."
    } else if population.model == "wta" {
        "Look for rows that fire alone: one neuron answers to one kind of input while the others stay silent."
    } else {
        "Look for rhythm and for neurons that never fire."
    };
    Some(Block {
        title: format!(
            "{}: {} neurons, {:.1} spikes/s each",
            population.name,
            count(u64::from(population.size)),
            rate
        ),
        html: format!(
            r#"<div class="only-wide">{}</div><div class="only-narrow">{}</div>"#,
            chart(data, &drawn, population, WIDE),
            chart(data, &drawn, population, NARROW)
        ),
        caption: format!(
            "{caption} {} spikes in the last {seconds:.1} s{thinned}.",
            count(spikes.len() as u64)
        ),
        wide: true,
    })
}

fn chart(data: &Data, spikes: &[Spike], population: &PopulationInfo, width: f64) -> String {
    let (from, to) = data.window;
    let seconds = |tick: u32| data.info.seconds(tick);
    let height = 86.0 + (f64::from(population.size) * 6.0).clamp(80.0, 300.0);
    let x = Axis::linear("biological time (s)", seconds(from), seconds(to));
    let y = Axis::linear("neuron", -0.5, f64::from(population.size) - 0.5);
    let mut chart = Chart::sized(width, height, x, y);
    let points: Vec<(f64, f64)> = spikes
        .iter()
        .map(|s| (seconds(s.tick), f64::from(s.neuron)))
        .collect();
    let stroke = ((height - 86.0) / f64::from(population.size)).clamp(1.6, 7.0);
    let class = if population.is_source() {
        "muted"
    } else {
        "c0"
    };
    chart.ticks(&points, stroke, class);
    chart.finish(&format!("Spike raster of {}", population.name))
}

/// Spreads the spikes that are left out over neurons and ticks alike.
fn scattered(spike: &Spike) -> u32 {
    (spike.tick.wrapping_mul(2_654_435_761) ^ spike.neuron.wrapping_mul(2_246_822_519)) >> 8
}
