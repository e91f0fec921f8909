//! A plasticity rule in fixed point: its parameters and its tables.

use super::{LoadingError, Source, jumps, law};
use crate::description::{Model, Network, Prior, Psp, SynapticSampling};
use spinedrift_core::image::Plastic;
use spinedrift_core::synapse::jump::JumpTable;
use spinedrift_core::synapse::step::Step;

/// Largest θ − θ0: weights are held in Q5.26, below 32 = e^3.4657.
const WEIGHT_LOG_MAX: f64 = 3.465;

/// A rule in fixed point, without what depends on scales and tables.
pub(super) fn plastic(name: &str, rule: &SynapticSampling) -> Result<Plastic, LoadingError> {
    let object = format!("projection '{name}'");
    let fixed = |value: f64, fraction: u32, parameter| {
        super::fixed::fixed(value, fraction, &object, parameter)
    };
    let (theta_min, theta_max) = rule.bounds();
    for (parameter, value) in [("theta_min", rule.theta_min), ("theta_max", rule.theta_max)] {
        if !(-6.25..=6.25).contains(&value) {
            return Err(LoadingError::Range {
                object: object.clone(),
                parameter,
                value,
                low: -6.25,
                high: 6.25,
            });
        }
    }
    // w = e^(θ − θ0) stays below 32, or it would saturate unseen.
    if theta_max - rule.offset > WEIGHT_LOG_MAX {
        return Err(LoadingError::Range {
            object: object.clone(),
            parameter: "theta_max − offset",
            value: theta_max - rule.offset,
            low: f64::NEG_INFINITY,
            high: WEIGHT_LOG_MAX,
        });
    }
    let mean = match (rule.own_scheme(), &rule.prior) {
        (None, Prior::Gaussian { mean, .. }) => *mean,
        _ => law::reference(rule).map_or(0.0, |reference| reference.0),
    };
    let gain = rule.experience * law::largest(rule).0;
    let raw_gain = fixed(gain, 24, "experience · speed")?;
    let drive = if gain > 0.0 {
        (rule.kick_max / gain).min(2000.0)
    } else {
        0.0
    };
    // α = 0 switches depression off: e^w · α below the last bit for any w that occurs.
    let log_alpha = if rule.alpha > 0.0 {
        libm::log(rule.alpha)
    } else {
        -31.0
    };
    Ok(Plastic {
        mean: fixed(mean, 28, "prior mean")?,
        theta_min: fixed(theta_min, 28, "theta_min")?,
        theta_max: fixed(theta_max, 28, "theta_max")?,
        offset: fixed(rule.offset, 28, "offset")?,
        log_alpha: fixed(log_alpha, 26, "alpha")?,
        floor: if rule.grows_from_nothing {
            fixed(libm::exp(-rule.offset), 26, "offset")?
        } else {
            0
        },
        gain: raw_gain,
        drive_max: libm::floor(drive * 1_048_576.0) as i32,
        retracted_learns: u32::from(rule.retracted_learns),
        frozen_from: rule.frozen_from_tick.unwrap_or(u32::MAX),
        unrecorded: u32::from(!rule.record_rewiring),
        ..Plastic::default()
    })
}

/// PSP of a plastic projection's target: its trace has the same shape.
fn psp_of(network: &Network, projection: usize) -> Psp {
    let post = network
        .projections
        .get(projection)
        .and_then(|p| network.populations.get(p.post));
    match post.map(|post| &post.model) {
        Some(Model::Wta(wta)) => wta.psp,
        Some(Model::Intensity(neuron)) => neuron.psp,
        _ => Psp {
            tau_m_ms: 20.0,
            tau_s_ms: 2.0,
        },
    }
}

/// Words of a projection's law table; 0 if its jump table says it all.
pub(super) fn law_words(rule: &SynapticSampling) -> u32 {
    law::size(rule) as u32
}

/// Whether rows that nothing kicks take [steps](spinedrift_core::synapse::step).
pub(crate) fn takes_steps(rule: &SynapticSampling, plastic: &Plastic, tick_s: f64) -> bool {
    // Most rules don't, and a table is long.
    if plastic.law != 0 || plastic.sweep_ticks != 1 {
        return false;
    }
    let words = jumps::jump_words(rule, tick_s, plastic.sweep_ticks);
    JumpTable::new(&words).is_some_and(|table| Step::new(plastic, table).is_some())
}

/// Words of the tables of a plastic projection, one after the other: jumps, trace decays, law.
pub(super) fn table_words(source: &Source<'_>, projection: usize) -> Vec<u32> {
    let rule = source
        .network
        .projections
        .get(projection)
        .and_then(|p| p.plasticity.as_ref());
    let Some(rule) = rule else { return Vec::new() };
    let sweep = source
        .scales
        .projections
        .get(projection)
        .map_or(1, |scale| scale.sweep_ticks);
    let tick_ms = f64::from(source.network.tick_us) * 1e-3;
    let psp = psp_of(source.network, projection);
    let mut words = jumps::jump_words(rule, tick_ms * 1e-3, sweep);
    words.extend(jumps::trace_words(tick_ms, psp.tau_m_ms, psp.tau_s_ms));
    words.extend(law::words(rule, tick_ms * 1e-3));
    words
}
