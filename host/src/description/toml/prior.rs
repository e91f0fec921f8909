//! A prior, the speed's dependence on θ and the temperature's course, as network files write them.

use super::error::Flaw;
use super::fields::Fields;
use super::network::Context;
use super::node::Node;
use crate::description::{Component, Prior, Speed, ramp};

/// `"uniform"`, `{ mean = 0.5, sd = 1 }`, or a table that names its `kind`.
pub(super) fn prior(table: &mut Fields<'_>) -> Result<Prior, Flaw> {
    let (mean, sd) = (0.5, 1.0);
    let Some(node) = table.get("prior") else {
        return Ok(Prior::Gaussian { mean, sd });
    };
    if node.value.is_str() {
        return node.choice(&["uniform"]).map(|_| Prior::Uniform);
    }
    let mut fields = node.table(
        "`prior`".to_owned(),
        "\"uniform\" or a table such as { mean = 0.5, sd = 1 } or { kind = \"laplace\", scale = 0.7 }",
    )?;
    let kinds = &[
        "gaussian",
        "mixture",
        "laplace",
        "student_t",
        "cauchy",
        "uniform",
    ];
    let prior = match fields.choice("kind", kinds, "gaussian")? {
        "mixture" => {
            let example = "components = [[0.5, -1, 0.5], [0.5, 1.5, 0.5]]";
            Prior::Mixture(components(&fields.need("components", example)?)?)
        }
        "laplace" => Prior::Laplace {
            mean: fields.number("mean", mean)?,
            scale: fields.number("scale", 1.0)?,
        },
        "student_t" => Prior::StudentT {
            mean: fields.number("mean", mean)?,
            scale: fields.number("scale", 1.0)?,
            freedom: fields.number("freedom", 3.0)?,
        },
        "cauchy" => Prior::StudentT {
            mean: fields.number("mean", mean)?,
            scale: fields.number("scale", 1.0)?,
            freedom: 1.0,
        },
        "uniform" => Prior::Bounded {
            low: fields.need("low", "low = -1")?.number()?,
            high: fields.need("high", "high = 3")?.number()?,
        },
        _ => Prior::Gaussian {
            mean: fields.number("mean", mean)?,
            sd: fields.number("sd", sd)?,
        },
    };
    fields.finish()?;
    Ok(prior)
}

/// `[[weight, mean, sd], …]`.
fn components(node: &Node<'_>) -> Result<Vec<Component>, Flaw> {
    const EXPECTED: &str = "a list of [weight, mean, sd]";
    let component = |item: Node<'_>| match item.numbers()?[..] {
        [weight, mean, sd] => Ok(Component { weight, mean, sd }),
        _ => Err(item.wrong_type(EXPECTED)),
    };
    node.list(EXPECTED)?.map(component).collect()
}

/// `{ slope = 0.2, at = 0 }` or `[[θ, factor], …]`; constant if it isn't there.
pub(super) fn speed(table: &mut Fields<'_>) -> Result<Speed, Flaw> {
    const EXPECTED: &str = "a table such as { slope = 0.1, at = 0 } or a list of [θ, factor]";
    let Some(node) = table.get("speed") else {
        return Ok(Speed::Constant);
    };
    if node.value.as_array().is_some() {
        let points = node
            .list(EXPECTED)?
            .map(|item| item.pair("a pair [θ, factor]"));
        return Ok(Speed::Table(points.collect::<Result<_, _>>()?));
    }
    let mut fields = node.table("`speed`".to_owned(), EXPECTED)?;
    let speed = Speed::Linear {
        at: fields.number("at", 0.0)?,
        slope: fields.need("slope", "slope = 0.1")?.number()?,
    };
    fields.finish()?;
    Ok(speed)
}

/// `[[at_s, T], …]`, or a ramp `{ from = 4, start_s = 0, end_s = 100, steps = 32 }` down to `temperature`.
pub(super) fn annealing(
    table: &mut Fields<'_>,
    temperature: f64,
    context: &Context<'_>,
) -> Result<Vec<(u32, f64)>, Flaw> {
    const EXPECTED: &str =
        "a list of [s, T] or a ramp such as { from = 4, start_s = 0, end_s = 100, steps = 32 }";
    let Some(node) = table.get("annealing") else {
        return Ok(Vec::new());
    };
    if node.value.as_array().is_some() {
        let change = |item: Node<'_>| {
            let parts: Vec<Node<'_>> = item.list("a pair [s, T]")?.collect();
            match &parts[..] {
                [at, temperature] => Ok((at.ticks(1e3, context.tick_us)?, temperature.number()?)),
                _ => Err(item.wrong_type("a pair [s, T]")),
            }
        };
        return node.list(EXPECTED)?.map(change).collect();
    }
    let mut fields = node.table("`annealing`".to_owned(), EXPECTED)?;
    let from = fields.need("from", "from = 4")?.number()?;
    let start = fields
        .get("start_s")
        .map_or(Ok(0), |node| node.ticks(1e3, context.tick_us))?;
    let end = fields
        .need("end_s", "end_s = 100")?
        .ticks(1e3, context.tick_us)?;
    let steps = fields
        .get("steps")
        .map_or(Ok(32), |node| node.whole::<u32>())?;
    fields.finish()?;
    Ok(ramp((from, temperature), (start, end), steps.min(1 << 16)))
}
