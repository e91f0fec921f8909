//! Poisson and spike-array sources.

use std::collections::BTreeMap;

use super::ShownImages;
use super::error::{FileProblem, Flaw};
use super::fields::Fields;
use super::network::Context;
use super::node::Node;
use super::population::size_of;
use crate::description::check::{LEVELS_MAX, POPULATION_SIZE_MAX};
use crate::description::{Model, PoissonSource, RateSchedule};

/// Size, rates, and the images that are shown.
type Source = (u32, PoissonSource, Option<ShownImages>);

pub(super) fn poisson(
    fields: &mut Fields<'_>,
    population: usize,
    context: &Context<'_>,
) -> Result<Source, Flaw> {
    fields.either("rate_hz", "stimulus")?;
    let Some(node) = fields.get("stimulus") else {
        let size = fields.need("size", "size = 100")?.whole()?;
        let rates_hz = fields.need("rate_hz", "rate_hz = 20")?.one_or_each()?;
        return Ok((size, PoissonSource::Constant(rates_hz), None));
    };
    let mut stimulus = node.table(
        "`stimulus`".to_owned(),
        "a table such as { images = \"digits\" }",
    )?;
    stimulus.either("images", "changes")?;
    if stimulus.get("images").is_some() {
        let (shown, schedule) = ShownImages::read(&mut stimulus, population, context)?;
        stimulus.finish()?;
        let pixels = shown.width.saturating_mul(shown.height);
        let reason = || format!("images of {} × {} pixels need", shown.width, shown.height);
        let size = size_of(fields, pixels, reason)?;
        return Ok((size, PoissonSource::Schedule(schedule), Some(shown)));
    }
    let changes = stimulus.need("changes", "changes = [{ at_s = 0, rate_hz = 20 }]")?;
    stimulus.finish()?;
    let size = fields.need("size", "size = 100")?.whole()?;
    Ok((
        size,
        PoissonSource::Schedule(schedule(&changes, size, context)?),
        None,
    ))
}

/// `changes = [{ at_s = 0, rate_hz = 20 }, { at_tick = 500, rate_hz = [1, 2, 3] }]`.
fn schedule(node: &Node<'_>, size: u32, context: &Context<'_>) -> Result<RateSchedule, Flaw> {
    let mut changes = Vec::new();
    for item in node.list("a list of changes such as [{ at_s = 0, rate_hz = 20 }]")? {
        let mut change = item.table(
            "a change".to_owned(),
            "a table such as { at_s = 0, rate_hz = 20 }",
        )?;
        change.either("at_s", "at_tick")?;
        let tick = match (change.get("at_s"), change.get("at_tick")) {
            (_, Some(tick)) => tick.whole()?,
            (Some(time), None) => time.ticks(1e3, context.tick_us)?,
            (None, None) => change.need("at_s", "at_s = 0")?.whole()?,
        };
        let rates_hz = change.need("rate_hz", "rate_hz = 20")?.one_or_each()?;
        change.finish()?;
        changes.push((tick, rates_hz));
    }
    let mut level_of = BTreeMap::new();
    let mut levels_hz = Vec::new();
    for &rate_hz in changes.iter().flat_map(|(_, rates_hz)| rates_hz) {
        level_of.entry(rate_hz.to_bits()).or_insert_with(|| {
            levels_hz.push(rate_hz);
            levels_hz.len() - 1
        });
    }
    let found = levels_hz.len();
    if found > LEVELS_MAX {
        return Err(node.flaw(FileProblem::TooManyRates {
            found,
            limit: LEVELS_MAX,
        }));
    }
    // A size that no population may have is left to the check of the whole.
    let everyone = size.min(POPULATION_SIZE_MAX) as usize;
    let mut schedule = RateSchedule {
        levels_hz,
        ..RateSchedule::default()
    };
    let level = |rate_hz: &f64| {
        level_of
            .get(&rate_hz.to_bits())
            .map_or(0, |&level| level as u8)
    };
    for (number, (tick, rates_hz)) in changes.iter().enumerate() {
        let levels: Vec<u8> = match &rates_hz[..] {
            [all] => vec![level(all); everyone],
            each => each.iter().map(level).collect(),
        };
        schedule.patterns.push(levels);
        schedule.changes.push((*tick, number as u32));
    }
    Ok(schedule)
}

/// `spikes_ms = [[1, 5], []]`, or the same in `spike_ticks`.
pub(super) fn spike_array(
    fields: &mut Fields<'_>,
    context: &Context<'_>,
) -> Result<(u32, Model), Flaw> {
    const EXPECTED: &str = "a list of times for each neuron, such as [[1, 5], []]";
    fields.either("spikes_ms", "spike_ticks")?;
    let in_ticks = fields.get("spike_ticks");
    let node = match in_ticks.clone() {
        Some(node) => node,
        None => fields.need("spikes_ms", "spikes_ms = [[1, 5], []]")?,
    };
    let one = |item: Node<'_>| {
        if in_ticks.is_some() {
            item.whole()
        } else {
            item.ticks(1.0, context.tick_us)
        }
    };
    let mut spikes = Vec::new();
    for neuron in node.list(EXPECTED)? {
        spikes.push(
            neuron
                .list(EXPECTED)?
                .map(one)
                .collect::<Result<Vec<u32>, _>>()?,
        );
    }
    let size = size_of(fields, spikes.len() as u32, || {
        "the lists of spikes are".to_owned()
    })?;
    Ok((size, Model::SpikeArray(spikes)))
}
