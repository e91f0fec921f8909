//! A number, `{ uniform = [low, high] }`, or `{ normal = [mean, sd], low = …, high = … }`.

use super::error::Flaw;
use super::node::Node;
use crate::description::Distribution;

const EXPECTED: &str = "a number, { uniform = [low, high] } or { normal = [mean, sd] }";

/// Reads a distribution; `bounds` gives a normal one's default bounds from its mean and standard deviation.
pub(super) fn distribution(
    node: &Node<'_>,
    bounds: impl Fn(f64, f64) -> (f64, f64),
) -> Result<Distribution, Flaw> {
    if let Some(value) = node.as_number() {
        return Ok(Distribution::Constant(value));
    }
    let mut fields = node.table(format!("`{}`", node.key), EXPECTED)?;
    fields.either("uniform", "normal")?;
    let distribution = if let Some(ends) = fields.get("uniform") {
        let (low, high) = ends.pair("a list of two numbers, [low, high]")?;
        Distribution::Uniform { low, high }
    } else if let Some(moments) = fields.get("normal") {
        let (mean, sd) = moments.pair("a list of two numbers, [mean, sd]")?;
        let (low, high) = bounds(mean, sd);
        Distribution::Normal {
            mean,
            sd,
            low: fields.number("low", low)?,
            high: fields.number("high", high)?,
        }
    } else {
        fields.finish()?;
        return Err(node.wrong_type(EXPECTED));
    };
    fields.finish()?;
    Ok(distribution)
}

/// Five standard deviations to either side.
pub(super) fn five_sd(mean: f64, sd: f64) -> (f64, f64) {
    (mean - 5.0 * sd, mean + 5.0 * sd)
}

/// The same, but never below 0.
pub(super) fn five_sd_from_zero(mean: f64, sd: f64) -> (f64, f64) {
    let (low, high) = five_sd(mean, sd);
    (low.max(0.0), high)
}
