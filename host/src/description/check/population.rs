//! Checks of a population.

use super::values::Checker;
use super::{CIRCUIT_SIZE_MAX, NetworkError, Object, POPULATION_SIZE_MAX, Problem, stimulus};
use crate::description::{Adaptation, Intensity, Lif, Model, Network, Population, Psp, Wta};

/// Longest name in bytes.
const NAME_BYTES_MAX: usize = 64;

type Checked = Result<(), NetworkError>;

pub(super) fn check(network: &Network, index: usize) -> Checked {
    let Some(population) = network.populations.get(index) else {
        return Ok(());
    };
    let object = Object::Population {
        index,
        name: population.name.clone(),
    };
    let checker = Checker { network, object };
    let first = network.population(&population.name);
    name(&checker, &population.name, first, index)?;
    size(&checker, population)?;
    match &population.model {
        Model::Wta(model) => wta(&checker, model, population.size)?,
        Model::Intensity(model) => intensity(&checker, model, population.size)?,
        Model::Lif(model) => lif(&checker, model, population.size)?,
        Model::Poisson(model) => stimulus::poisson(&checker, model, population.size)?,
        Model::SpikeArray(spikes) => stimulus::spike_array(&checker, spikes, population.size)?,
    }
    record(&checker, population)
}

/// A name that is there, short, printable, and taken by no object before this one.
pub(super) fn name(
    checker: &Checker<'_>,
    name: &str,
    first: Option<usize>,
    index: usize,
) -> Checked {
    checker.refuse_if(name.is_empty(), "name", || Problem::Empty { what: "name" })?;
    let bad = name.len() > NAME_BYTES_MAX || name.chars().any(char::is_control);
    checker.refuse_if(bad, "name", || Problem::BadName {
        limit_bytes: NAME_BYTES_MAX,
    })?;
    let taken = first.filter(|&first| first < index);
    taken.map_or(Ok(()), |first| {
        Err(checker.refuse("name", Problem::NameTaken { first }))
    })
}

fn size(checker: &Checker<'_>, population: &Population) -> Checked {
    let limit = f64::from(POPULATION_SIZE_MAX);
    let remedy = "a population has at least one neuron and at most 2^24; split a larger one";
    checker.within("size", f64::from(population.size), 1.0, limit, remedy)
}

fn wta(checker: &Checker<'_>, model: &Wta, size: u32) -> Checked {
    let limit = f64::from(CIRCUIT_SIZE_MAX);
    let remedy = "a circuit lives on one core, which holds up to 256 neurons: make it smaller";
    checker.within(
        "circuit_size",
        f64::from(model.circuit_size),
        1.0,
        limit,
        remedy,
    )?;
    let circuit_size = model.circuit_size;
    let torn = !size.is_multiple_of(circuit_size);
    checker.refuse_if(torn, "size", || Problem::NotWholeCircuits {
        size,
        circuit_size,
    })?;
    checker.rate("rate_hz", model.rate_hz)?;
    psp(checker, &model.psp)?;
    checker.one_or_each("bias", &model.bias, size)?;
    model
        .adaptation
        .map_or(Ok(()), |adaptation| self::adaptation(checker, &adaptation))
}

fn adaptation(checker: &Checker<'_>, adaptation: &Adaptation) -> Checked {
    checker.not_negative("adaptation.amplitude", adaptation.amplitude)?;
    checker.positive("adaptation.tau_rise_s", adaptation.tau_rise_s)?;
    checker.positive("adaptation.tau_fall_s", adaptation.tau_fall_s)?;
    checker.below(
        "adaptation.tau_rise_s",
        adaptation.tau_rise_s,
        adaptation.tau_fall_s,
    )
}

fn psp(checker: &Checker<'_>, psp: &Psp) -> Checked {
    // An infinite time constant is a step that never decays.
    if psp.tau_m_ms != f64::INFINITY {
        checker.positive("tau_m_ms", psp.tau_m_ms)?;
    }
    checker.not_negative("tau_s_ms", psp.tau_s_ms)?;
    checker.below("tau_s_ms", psp.tau_s_ms, psp.tau_m_ms)
}

fn intensity(checker: &Checker<'_>, model: &Intensity, size: u32) -> Checked {
    checker.rate("rate_hz", model.rate_hz)?;
    checker.whole_ticks("refractory_ms", model.refractory_ms)?;
    psp(checker, &model.psp)?;
    checker.one_or_each("bias", &model.bias, size)
}

fn lif(checker: &Checker<'_>, model: &Lif, size: u32) -> Checked {
    checker.positive("tau_m_ms", model.tau_m_ms)?;
    checker.positive("tau_e_ms", model.tau_e_ms)?;
    checker.positive("tau_i_ms", model.tau_i_ms)?;
    checker.finite("v_rest_mv", model.v_rest_mv)?;
    checker.finite("v_threshold_mv", model.v_threshold_mv)?;
    checker.finite("v_reset_mv", model.v_reset_mv)?;
    checker.below("v_reset_mv", model.v_reset_mv, model.v_threshold_mv)?;
    checker.whole_ticks("refractory_ms", model.refractory_ms)?;
    checker.one_or_each("offset_mv", &model.offset_mv, size)?;
    checker.distribution("v_start_mv", &model.v_start_mv)
}

fn record(checker: &Checker<'_>, population: &Population) -> Checked {
    const FIELD: &str = "record.potentials";
    let (record, size) = (&population.record, population.size);
    let Some(&last) = record.potentials.last() else {
        return Ok(());
    };
    let model = population.model.name();
    checker.refuse_if(population.model.is_source(), FIELD, || {
        Problem::NoPotential { model }
    })?;
    for pair in record.potentials.windows(2) {
        if let &[before, neuron] = pair
            && neuron <= before
        {
            return Err(checker.refuse(FIELD, Problem::RecordNotAscending { before, neuron }));
        }
    }
    checker.refuse_if(last >= size, FIELD, || Problem::RecordsNoSuchNeuron {
        neuron: last,
        size,
    })?;
    checker.refuse_if(record.potential_ticks == 0, "record.potential_ms", || {
        Problem::NoInterval
    })
}
