//! Who connects to whom.

use super::csv;
use super::error::Flaw;
use super::fields::Fields;
use super::network::Context;
use super::node::Node;
use crate::description::{Connector, ListedSynapse};

const KINDS: &[&str] = &[
    "all_to_all",
    "one_to_one",
    "fixed_probability",
    "fixed_number",
    "list",
];
const EXPECTED: &str = "a word such as \"all_to_all\", or a table such as { kind = \"fixed_probability\", probability = 0.1 }";

/// `connector = "all_to_all"` (the default), or a table with its parameters.
pub(super) fn connector(fields: &mut Fields<'_>, context: &Context<'_>) -> Result<Connector, Flaw> {
    let Some(node) = fields.get("connector") else {
        return Ok(Connector::AllToAll {
            self_connections: true,
        });
    };
    if node.value.is_str() {
        return Ok(match node.choice(KINDS)? {
            "all_to_all" => Connector::AllToAll {
                self_connections: true,
            },
            "one_to_one" => Connector::OneToOne,
            _ => return Err(node.wrong_type("a table, for its parameters: { kind = …, … }")),
        });
    }
    let mut table = node.table("`connector`".to_owned(), EXPECTED)?;
    let kind = table.need("kind", "kind = \"all_to_all\"")?.choice(KINDS)?;
    table.object = format!("`connector` of kind {kind}");
    let connector = match kind {
        "all_to_all" => Connector::AllToAll {
            self_connections: table.flag("self_connections", true)?,
        },
        "one_to_one" => Connector::OneToOne,
        "fixed_probability" => Connector::FixedProbability {
            probability: table.need("probability", "probability = 0.1")?.number()?,
            self_connections: table.flag("self_connections", true)?,
        },
        "fixed_number" => Connector::FixedNumberPre {
            number: table.need("number", "number = 10")?.whole()?,
            self_connections: table.flag("self_connections", true)?,
        },
        _ => Connector::List(list(&mut table, context)?),
    };
    table.finish()?;
    Ok(connector)
}

/// `synapses = [[pre, post], [pre, post, weight], [pre, post, weight, delay_ms]]`, or `file = "synapses.csv"`.
fn list(table: &mut Fields<'_>, context: &Context<'_>) -> Result<Vec<ListedSynapse>, Flaw> {
    table.either("synapses", "file")?;
    if let Some(node) = table.get("file") {
        let file = context.base_dir.join(node.text()?);
        return csv::read(&file).map_err(|problem| node.flaw(problem));
    }
    let node = table.need("synapses", "synapses = [[0, 0], [0, 1, 0.5]]")?;
    node.list("a list of synapses such as [[0, 0], [0, 1, 0.5]]")?
        .map(|item| synapse(&item))
        .collect()
}

fn synapse(item: &Node<'_>) -> Result<ListedSynapse, Flaw> {
    const EXPECTED: &str = "[pre, post], [pre, post, weight] or [pre, post, weight, delay_ms]";
    let parts: Vec<Node<'_>> = item.list(EXPECTED)?.collect();
    let [pre, post, rest @ ..] = &parts[..] else {
        return Err(item.wrong_type(EXPECTED));
    };
    if rest.len() > 2 {
        return Err(item.wrong_type(EXPECTED));
    }
    let number = |index: usize| rest.get(index).map(Node::number).transpose();
    Ok(ListedSynapse {
        pre: pre.whole()?,
        post: post.whole()?,
        weight: number(0)?,
        delay_ms: number(1)?,
    })
}
