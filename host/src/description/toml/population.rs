//! A `[[population]]`.

use super::error::{FileProblem, Flaw};
use super::fields::Fields;
use super::network::Context;
use super::node::Node;
use super::{ShownImages, models, source};
use crate::description::check::POPULATION_SIZE_MAX;
use crate::description::{Model, Population, Record};

const MODELS: &[&str] = &["wta", "intensity", "lif", "poisson", "spike_array"];

/// A population, and the images that it shows.
pub(super) fn read(
    node: &Node<'_>,
    index: usize,
    context: &Context<'_>,
) -> Result<(Population, Option<ShownImages>), Flaw> {
    let mut fields = node
        .table(
            format!("population {index} (from 0)"),
            "a table under a line [[population]]",
        )?
        .top();
    let name = fields
        .need("name", "name = \"circuit\"")?
        .text()?
        .to_owned();
    fields.object = format!("population `{name}`");
    let kind = fields.need("model", "model = \"wta\"")?.choice(MODELS)?;
    fields.object = format!("population `{name}` of model {kind}");
    let mut shown = None;
    let (size, model) = match kind {
        "spike_array" => source::spike_array(&mut fields, context)?,
        "poisson" => {
            let (size, source, images) = source::poisson(&mut fields, index, context)?;
            shown = images;
            (size, Model::Poisson(source))
        }
        _ => {
            let size = fields.need("size", "size = 100")?.whole()?;
            (size, neurons(kind, size, &mut fields)?)
        }
    };
    let record = record(&mut fields, size, &model, context)?;
    fields.finish()?;
    Ok((
        Population {
            name,
            size,
            model,
            record,
        },
        shown,
    ))
}

fn neurons(kind: &str, size: u32, fields: &mut Fields<'_>) -> Result<Model, Flaw> {
    Ok(match kind {
        "wta" => Model::Wta(models::wta(fields, size)?),
        "intensity" => Model::Intensity(models::intensity(fields)?),
        _ => Model::Lif(models::lif(fields)?),
    })
}

/// The size, given or not, of a population whose parts have a number of their own.
pub(super) fn size_of(
    fields: &mut Fields<'_>,
    needed: u32,
    reason: impl Fn() -> String,
) -> Result<u32, Flaw> {
    let Some(node) = fields.get("size") else {
        return Ok(needed);
    };
    let size = node.whole()?;
    if size == needed {
        Ok(size)
    } else {
        Err(node.flaw(FileProblem::SizeConflict {
            size,
            reason: reason(),
            needed,
        }))
    }
}

fn record(
    fields: &mut Fields<'_>,
    size: u32,
    model: &Model,
    context: &Context<'_>,
) -> Result<Record, Flaw> {
    let Some(node) = fields.get("record") else {
        return Ok(Record::default());
    };
    let mut record = node.table("`record`".to_owned(), "a table such as { spikes = true }")?;
    let spikes = record.flag("spikes", false)?;
    let (mut potentials, mut potential_ticks) = (Vec::new(), 0);
    let (listed, interval) = (record.get("potentials"), record.get("potential_ms"));
    if let Some(node) = listed {
        const EXPECTED: &str = "a list of neurons, or \"all\"";
        // A size that no population may have is left to the check of the whole.
        let everyone = size.min(POPULATION_SIZE_MAX);
        potentials = match node.value.as_str() {
            // A source has no potential, as the check of the whole will say.
            Some("all") if model.is_source() => vec![0],
            Some("all") => (0..everyone).collect(),
            _ => node
                .list(EXPECTED)?
                .map(|item| item.whole())
                .collect::<Result<_, _>>()?,
        };
        potential_ticks = interval.map_or(Ok(1), |node| node.ticks(1.0, context.tick_us))?;
    }
    record.finish()?;
    Ok(Record {
        spikes,
        potentials,
        potential_ticks,
    })
}
