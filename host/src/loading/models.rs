//! A population's model in the kernel's formats: parameters of a slice record, and the state its neurons start with.

use super::LoadingError;
use super::fixed::{decay, fixed, probability, scale, unit31};
use crate::description::random::{Purpose, Stream};
use crate::description::{Escape, Intensity, Lif, Model, Network, Population, Psp, Wta};
use spinedrift_core::image::slice as image;
use spinedrift_core::neuron::adaptation::PERIOD_TICKS;
use spinedrift_core::neuron::lif::LIMIT;
use spinedrift_core::spike::BLOCK;

/// Fraction bits of potentials.
const POTENTIAL: u32 = 16;

fn psp_decay(psp: Psp, tick_ms: f64) -> image::PspDecay {
    image::PspDecay {
        fast: decay(tick_ms, psp.tau_m_ms),
        slow: decay(tick_ms, psp.tau_s_ms),
    }
}

fn wta(model: &Wta, tick_ms: f64, object: &str) -> Result<image::Wta, LoadingError> {
    let period_ms = f64::from(PERIOD_TICKS) * tick_ms;
    let adaptation = model.adaptation;
    let slow = |tau_s: Option<f64>| tau_s.map_or(0, |tau_s| decay(period_ms, tau_s * 1e3));
    Ok(image::Wta {
        psp: psp_decay(model.psp, tick_ms),
        fire: probability(-libm::expm1(-model.rate_hz * tick_ms * 1e-3)),
        adapt_fall: slow(adaptation.map(|a| a.tau_fall_s)),
        adapt_rise: slow(adaptation.map(|a| a.tau_rise_s)),
        adapt_amplitude: fixed(
            adaptation.map_or(0.0, |a| a.amplitude),
            POTENTIAL,
            object,
            "adaptation amplitude",
        )?
        .max(0) as u32,
    })
}

fn intensity(
    model: &Intensity,
    tick_ms: f64,
    object: &str,
) -> Result<image::Intensity, LoadingError> {
    Ok(image::Intensity {
        psp: psp_decay(model.psp, tick_ms),
        log_hazard: fixed(
            libm::log(model.rate_hz * tick_ms * 1e-3),
            POTENTIAL,
            object,
            "rate_hz",
        )?,
        refractory: libm::round(model.refractory_ms / tick_ms) as u32,
        logistic: u32::from(model.escape == Escape::Logistic),
    })
}

/// A membrane potential, within what the kernel can hold.
fn membrane(mv: f64, object: &str, parameter: &'static str) -> Result<i32, LoadingError> {
    let high = f64::from(LIMIT) / scale(POTENTIAL);
    if mv.abs() > high {
        return Err(LoadingError::Range {
            object: object.to_owned(),
            parameter,
            value: mv,
            low: -high,
            high,
        });
    }
    fixed(mv, POTENTIAL, object, parameter)
}

/// Exact propagators of a linear membrane (Rotter & Diesmann 1999).
fn lif(model: &Lif, tick_ms: f64, object: &str) -> Result<image::Lif, LoadingError> {
    let gain = |tau_ms: f64| {
        let (m, s) = (
            libm::exp(-tick_ms / model.tau_m_ms),
            libm::exp(-tick_ms / tau_ms),
        );
        let apart = tau_ms - model.tau_m_ms;
        let gain = if apart.abs() < 1e-9 {
            tick_ms / tau_ms * s
        } else {
            tau_ms / apart * (s - m)
        };
        unit31(gain)
    };
    Ok(image::Lif {
        decay_v: decay(tick_ms, model.tau_m_ms),
        decay_e: decay(tick_ms, model.tau_e_ms),
        decay_i: decay(tick_ms, model.tau_i_ms),
        gain_e: gain(model.tau_e_ms),
        gain_i: gain(model.tau_i_ms),
        threshold: membrane(model.v_threshold_mv, object, "v_threshold_mv")?,
        reset: membrane(model.v_reset_mv, object, "v_reset_mv")?,
        refractory: libm::round(model.refractory_ms / tick_ms) as u32,
    })
}

/// Model parameters of a slice; those of sources that point into memory are filled in by the caller.
pub(super) fn parameters(
    network: &Network,
    population: &Population,
) -> Result<image::Model, LoadingError> {
    let tick_ms = f64::from(network.tick_us) * 1e-3;
    let object = format!("population '{}'", population.name);
    Ok(match &population.model {
        Model::Wta(model) => image::Model::Wta(wta(model, tick_ms, &object)?),
        Model::Intensity(model) => image::Model::Intensity(intensity(model, tick_ms, &object)?),
        Model::Lif(model) => image::Model::Lif(lif(model, tick_ms, &object)?),
        Model::Poisson(_) => image::Model::Poisson(image::Poisson::default()),
        Model::SpikeArray(_) => image::Model::SpikeArray(image::SpikeArray::default()),
    })
}

/// One value for all, or one a neuron.
fn of_neuron(values: &[f64], neuron: u32) -> f64 {
    values
        .get(neuron as usize)
        .or_else(|| values.first())
        .copied()
        .unwrap_or(0.0)
}

/// Initial state of one block. `neurons` says which neuron, if any, each lane holds.
pub(super) fn state(
    source: &super::Source<'_>,
    index: usize,
    population: &Population,
    neurons: &[Option<u32>; BLOCK],
) -> Result<Vec<u32>, LoadingError> {
    let object = format!("population '{}'", population.name);
    let per_lane = |f: &dyn Fn(u32) -> Result<i32, LoadingError>| {
        neurons
            .iter()
            .map(|neuron| neuron.map_or(Ok(0), f).map(|value| value as u32))
            .collect::<Result<Vec<_>, _>>()
    };
    let bias = |values: &[f64]| {
        per_lane(&|neuron| fixed(of_neuron(values, neuron), POTENTIAL, &object, "bias"))
    };
    let zero = || vec![0; BLOCK];
    Ok(match &population.model {
        Model::Wta(model) => [zero(), zero(), bias(&model.bias)?, zero(), zero()].concat(),
        Model::Intensity(model) => [zero(), zero(), bias(&model.bias)?, zero()].concat(),
        Model::Lif(model) => {
            let start = per_lane(&|neuron| {
                let mut stream = Stream::new(
                    source.seed,
                    Purpose::Potential,
                    index as u64,
                    u64::from(neuron),
                );
                membrane(model.v_start_mv.draw(&mut stream), &object, "v_start_mv")
            })?;
            let rest = per_lane(&|neuron| {
                let offset = of_neuron(&model.offset_mv, neuron);
                membrane(model.v_rest_mv + offset, &object, "v_rest_mv + offset_mv")
            })?;
            [start, zero(), zero(), rest].concat()
        }
        // No spike is due until rates are set; levels are 0.
        Model::Poisson(_) => [vec![u32::MAX; BLOCK], vec![0; 4]].concat(),
        Model::SpikeArray(_) => Vec::new(),
    })
}
