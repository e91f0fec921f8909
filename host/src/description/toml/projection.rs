//! A `[[projection]]`.

use super::connector::connector;
use super::distribution::{distribution, five_sd_from_zero};
use super::error::{FileProblem, Flaw};
use super::network::Context;
use super::node::Node;
use super::plasticity::plasticity;
use crate::description::suggest::closest;
use crate::description::ticks::DELAY_TICKS_MAX;
use crate::description::{Distribution, Network, Projection, Receptor};

pub(super) fn read(
    node: &Node<'_>,
    index: usize,
    network: &Network,
    context: &Context<'_>,
) -> Result<Projection, Flaw> {
    let mut fields = node
        .table(
            format!("projection {index} (from 0)"),
            "a table under a line [[projection]]",
        )?
        .top();
    let name = fields.get("name").map(|node| node.text()).transpose()?;
    let (pre_node, post_node) = (
        fields.need("pre", "pre = \"input\"")?,
        fields.need("post", "post = \"circuit\"")?,
    );
    let (pre, post) = (
        population(&pre_node, network)?,
        population(&post_node, network)?,
    );
    let name = match name {
        Some(name) => name.to_owned(),
        None => network.free_projection_name(pre_node.text()?, post_node.text()?),
    };
    fields.object = format!("projection `{name}`");
    let connector = connector(&mut fields, context)?;
    let one_tick = Distribution::Constant(context.tick_ms());
    let delays = |_, _| {
        (
            context.tick_ms(),
            f64::from(DELAY_TICKS_MAX) * context.tick_ms(),
        )
    };
    let projection = Projection {
        name,
        pre,
        post,
        connector,
        weight: fields
            .get("weight")
            .map_or(Ok(Distribution::Constant(1.0)), |node| {
                distribution(&node, five_sd_from_zero)
            })?,
        delay_ms: fields
            .get("delay_ms")
            .map_or(Ok(one_tick), |node| distribution(&node, delays))?,
        receptor: match fields.choice("receptor", &["excitatory", "inhibitory"], "excitatory")? {
            "inhibitory" => Receptor::Inhibitory,
            _ => Receptor::Excitatory,
        },
        plasticity: plasticity(&mut fields, context)?,
    };
    fields.finish()?;
    Ok(projection)
}

/// Index of the population that is named.
fn population(node: &Node<'_>, network: &Network) -> Result<usize, Flaw> {
    let name = node.text()?;
    network.population(name).ok_or_else(|| {
        let known: Vec<String> = network.populations.iter().map(|p| p.name.clone()).collect();
        let suggestion = closest(name, known.iter().map(String::as_str)).map(str::to_owned);
        node.flaw(FileProblem::UnknownPopulation {
            name: name.to_owned(),
            suggestion,
            known,
        })
    })
}
