//! Synaptic sampling on a projection.

use super::distribution::{distribution, five_sd};
use super::error::Flaw;
use super::fields::Fields;
use super::network::Context;
use super::prior::{annealing, prior, speed};
use crate::description::{Integration, Scheme, SynapticSampling, ThetaStart};

/// `false` (the default), `true`, or a table of what differs from the authors' values.
pub(super) fn plasticity(
    fields: &mut Fields<'_>,
    context: &Context<'_>,
) -> Result<Option<SynapticSampling>, Flaw> {
    let Some(node) = fields.get("plasticity") else {
        return Ok(None);
    };
    let default = SynapticSampling::default();
    if let Some(on) = node.value.as_bool() {
        return Ok(on.then_some(default));
    }
    let mut table = node.table(
        "`plasticity`".to_owned(),
        "true, false, or a table such as { temperature = 1 }",
    )?;
    let temperature = table.number("temperature", default.temperature)?;
    let rule = SynapticSampling {
        prior: prior(&mut table)?,
        temperature,
        annealing: annealing(&mut table, temperature, context)?,
        speed_per_s: table.number("speed_per_s", default.speed_per_s)?,
        speed: speed(&mut table)?,
        speed_drift: table.flag("speed_drift", default.speed_drift)?,
        scheme: match table.choice(
            "scheme",
            &["auto", "euler", "splitting", "metropolis"],
            "auto",
        )? {
            "euler" => Scheme::Euler,
            "splitting" => Scheme::Splitting,
            "metropolis" => Scheme::Metropolis,
            _ => Scheme::Auto,
        },
        experience: table.number("experience", default.experience)?,
        alpha: table.number("alpha", default.alpha)?,
        offset: table.number("offset", default.offset)?,
        theta_min: table.number("theta_min", default.theta_min)?,
        theta_max: table.number("theta_max", default.theta_max)?,
        start: start(&mut table)?,
        integration: match table.choice("integration", &["lazy", "every_tick"], "lazy")? {
            "every_tick" => Integration::EveryTick,
            _ => Integration::Lazy,
        },
        grows_from_nothing: table.flag("grows_from_nothing", default.grows_from_nothing)?,
        retracted_learns: table.flag("retracted_learns", default.retracted_learns)?,
        kick_max: table.number("kick_max", default.kick_max)?,
        frozen_from_tick: table
            .get("frozen_from_s")
            .map(|node| node.ticks(1e3, context.tick_us))
            .transpose()?,
        record_rewiring: table.flag("record_rewiring", default.record_rewiring)?,
    };
    table.finish()?;
    Ok(Some(rule))
}

/// `"prior"` (the default) or a distribution.
fn start(table: &mut Fields<'_>) -> Result<ThetaStart, Flaw> {
    match table.get("start") {
        None => Ok(ThetaStart::Prior),
        Some(node) if node.value.is_str() => node.choice(&["prior"]).map(|_| ThetaStart::Prior),
        Some(node) => distribution(&node, five_sd).map(ThetaStart::From),
    }
}
