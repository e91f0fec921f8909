//! The top level of a network file.

use std::path::Path;

use ::toml::Spanned;
use ::toml::de::DeTable;

use super::error::{FileProblem, Flaw};
use super::fields::Fields;
use super::{FileDefaults, population, projection};
use crate::description::{Network, whole_ticks};

/// Seconds to run where the file says nothing and shows no images.
const SECONDS: f64 = 10.0;

const POPULATIONS: &str = "a list of tables, each under a line [[population]]";
const PROJECTIONS: &str = "a list of tables, each under a line [[projection]]";

/// What every part of the file is read against.
pub(super) struct Context<'a> {
    pub(super) base_dir: &'a Path,
    pub(super) tick_us: u32,
    pub(super) seed: u64,
    /// As the file gives it.
    pub(super) seconds: Option<f64>,
}

impl Context<'_> {
    pub(super) fn tick_ms(&self) -> f64 {
        f64::from(self.tick_us) / 1e3
    }
}

pub(super) fn read(
    root: &Spanned<DeTable<'_>>,
    base_dir: &Path,
) -> Result<(Network, FileDefaults), Flaw> {
    let mut fields = Fields::new(
        "the network".to_owned(),
        String::new(),
        root.span(),
        root.get_ref(),
    );
    let name = fields
        .get("name")
        .map_or(Ok("network"), |node| node.text())?
        .to_owned();
    let context = Context {
        base_dir,
        tick_us: tick_us(&mut fields)?,
        seconds: seconds(&mut fields)?,
        seed: fields.get("seed").map_or(Ok(1), |node| node.whole())?,
    };
    let snapshot_ticks = fields
        .get("snapshot_s")
        .map(|node| node.ticks(1e3, context.tick_us))
        .transpose()?;
    let mut network = Network {
        name,
        tick_us: context.tick_us,
        populations: Vec::new(),
        projections: Vec::new(),
        snapshot_ticks,
    };
    let mut shown = Vec::new();
    if let Some(node) = fields.get("population") {
        for (index, item) in node.list(POPULATIONS)?.enumerate() {
            let (population, images) = population::read(&item, index, &context)?;
            network.populations.push(population);
            shown.extend(images);
        }
    }
    if let Some(node) = fields.get("projection") {
        for (index, item) in node.list(PROJECTIONS)?.enumerate() {
            let projection = projection::read(&item, index, &network, &context)?;
            network.projections.push(projection);
        }
    }
    fields.finish()?;
    let seconds = context.seconds.unwrap_or_else(|| {
        let ends = shown.iter().filter_map(super::ShownImages::end_tick).max();
        ends.map_or(SECONDS, |ticks| f64::from(ticks) * context.tick_ms() / 1e3)
    });
    Ok((
        network,
        FileDefaults {
            seconds,
            seed: context.seed,
            shown,
        },
    ))
}

fn tick_us(fields: &mut Fields<'_>) -> Result<u32, Flaw> {
    let Some(node) = fields.get("tick_ms") else {
        return Ok(1_000);
    };
    let tick_ms = node.number()?;
    whole_ticks(tick_ms, 1)
        .filter(|&us| us > 0)
        .ok_or_else(|| node.flaw(FileProblem::BadTick { tick_ms }))
}

fn seconds(fields: &mut Fields<'_>) -> Result<Option<f64>, Flaw> {
    let Some(node) = fields.get("seconds") else {
        return Ok(None);
    };
    let seconds = node.number()?;
    if seconds > 0.0 && seconds.is_finite() {
        Ok(Some(seconds))
    } else {
        Err(node.flaw(FileProblem::BadSeconds { seconds }))
    }
}
