//! The parameters of each neuron model.

use super::distribution::{distribution, five_sd};
use super::error::Flaw;
use super::fields::Fields;
use crate::description::{Adaptation, Escape, Intensity, Lif, Psp, Wta};

pub(super) fn wta(fields: &mut Fields<'_>, size: u32) -> Result<Wta, Flaw> {
    let default = Wta::of(size);
    Ok(Wta {
        circuit_size: fields
            .get("circuit_size")
            .map_or(Ok(size), |node| node.whole())?,
        rate_hz: fields.number("rate_hz", default.rate_hz)?,
        psp: psp(fields)?,
        bias: fields.one_or_each("bias", 0.0)?,
        adaptation: adaptation(fields)?,
    })
}

fn psp(fields: &mut Fields<'_>) -> Result<Psp, Flaw> {
    let default = Psp::default();
    Ok(Psp {
        tau_m_ms: fields.number("tau_m_ms", default.tau_m_ms)?,
        tau_s_ms: fields.number("tau_s_ms", default.tau_s_ms)?,
    })
}

/// `true` (the default), `false`, or a table.
fn adaptation(fields: &mut Fields<'_>) -> Result<Option<Adaptation>, Flaw> {
    let default = Adaptation::default();
    let Some(node) = fields.get("adaptation") else {
        return Ok(Some(default));
    };
    if let Some(on) = node.value.as_bool() {
        return Ok(on.then_some(default));
    }
    let mut fields = node.table(
        "`adaptation`".to_owned(),
        "true, false, or a table such as { amplitude = 8 }",
    )?;
    let adaptation = Adaptation {
        amplitude: fields.number("amplitude", default.amplitude)?,
        tau_rise_s: fields.number("tau_rise_s", default.tau_rise_s)?,
        tau_fall_s: fields.number("tau_fall_s", default.tau_fall_s)?,
    };
    fields.finish()?;
    Ok(Some(adaptation))
}

pub(super) fn intensity(fields: &mut Fields<'_>) -> Result<Intensity, Flaw> {
    let default = Intensity::default();
    Ok(Intensity {
        rate_hz: fields.number("rate_hz", default.rate_hz)?,
        escape: match fields.choice("escape", &["exponential", "logistic"], "exponential")? {
            "logistic" => Escape::Logistic,
            _ => Escape::Exponential,
        },
        refractory_ms: fields.number("refractory_ms", default.refractory_ms)?,
        psp: psp(fields)?,
        bias: fields.one_or_each("bias", 0.0)?,
    })
}

pub(super) fn lif(fields: &mut Fields<'_>) -> Result<Lif, Flaw> {
    let default = Lif::default();
    Ok(Lif {
        tau_m_ms: fields.number("tau_m_ms", default.tau_m_ms)?,
        tau_e_ms: fields.number("tau_e_ms", default.tau_e_ms)?,
        tau_i_ms: fields.number("tau_i_ms", default.tau_i_ms)?,
        v_rest_mv: fields.number("v_rest_mv", default.v_rest_mv)?,
        v_threshold_mv: fields.number("v_threshold_mv", default.v_threshold_mv)?,
        v_reset_mv: fields.number("v_reset_mv", default.v_reset_mv)?,
        refractory_ms: fields.number("refractory_ms", default.refractory_ms)?,
        offset_mv: fields.one_or_each("offset_mv", 0.0)?,
        v_start_mv: fields
            .get("v_start_mv")
            .map_or(Ok(default.v_start_mv), |node| distribution(&node, five_sd))?,
    })
}
