//! Checks of a projection.

use super::values::Checker;
use super::{NetworkError, Object, Problem, population, sampling, synapses};
use crate::description::ticks::DELAY_TICKS_MAX;
use crate::description::{
    Connector, Distribution, Model, Network, Population, Projection, Receptor, SynapticSampling,
    whole_ticks,
};

type Checked = Result<(), NetworkError>;

pub(super) fn check(network: &Network, index: usize) -> Checked {
    let Some(projection) = network.projections.get(index) else {
        return Ok(());
    };
    let object = Object::Projection {
        index,
        name: projection.name.clone(),
    };
    let checker = Checker { network, object };
    population::name(
        &checker,
        &projection.name,
        network.projection(&projection.name),
        index,
    )?;
    let pre = end(&checker, "pre", projection.pre)?;
    let post = end(&checker, "post", projection.post)?;
    let model = post.model.name();
    checker.refuse_if(post.model.is_source(), "post", || Problem::TargetIsSource {
        target: post.name.clone(),
        model,
    })?;
    delays(&checker, projection)?;
    weights(&checker, projection)?;
    synapses::check(&checker, projection, pre.size, post.size)?;
    projection.plasticity.as_ref().map_or(Ok(()), |rule| {
        plastic(&checker, projection, &post.model, rule)
    })
}

fn end<'a>(
    checker: &Checker<'a>,
    field: &str,
    index: usize,
) -> Result<&'a Population, NetworkError> {
    let count = checker.network.populations.len();
    let population = checker.network.populations.get(index);
    population.ok_or_else(|| checker.refuse(field, Problem::NoSuchPopulation { index, count }))
}

fn weights(checker: &Checker<'_>, projection: &Projection) -> Checked {
    checker.distribution("weight", &projection.weight)?;
    let (low, _) = projection.weight.bounds();
    let remedy =
        "weights are magnitudes: make the receptor inhibitory instead of the weight negative";
    checker.within("weight", low, 0.0, f64::INFINITY, remedy)
}

/// One delay: whole ticks, 1–16 of them.
pub(super) fn delay(checker: &Checker<'_>, field: &str, delay_ms: f64) -> Checked {
    let tick_ms = checker.tick_ms();
    checker.finite(field, delay_ms)?;
    let refused = Problem::DelayOutOfRange {
        delay_ms,
        tick_ms,
        limit_ticks: DELAY_TICKS_MAX,
    };
    let ticks = delay_ms / tick_ms;
    // Half a tick is too short rather than not whole: the remedy is a tick, not 0.
    let far = ticks < 0.999 || ticks > f64::from(DELAY_TICKS_MAX) + 0.001;
    checker.refuse_if(far, field, || refused.clone())?;
    match whole_ticks(delay_ms, checker.network.tick_us) {
        Some(1..=DELAY_TICKS_MAX) => Ok(()),
        Some(_) => Err(checker.refuse(field, refused)),
        None => Err(checker.refuse(
            field,
            Problem::NotWholeTicks {
                time_ms: delay_ms,
                tick_ms,
            },
        )),
    }
}

fn delays(checker: &Checker<'_>, projection: &Projection) -> Checked {
    const FIELD: &str = "delay_ms";
    checker.distribution(FIELD, &projection.delay_ms)?;
    let (low, high) = projection.delay_ms.bounds();
    delay(checker, FIELD, low)?;
    delay(checker, FIELD, high)
}

fn plastic(
    checker: &Checker<'_>,
    projection: &Projection,
    post: &Model,
    rule: &SynapticSampling,
) -> Checked {
    const FIELD: &str = "plasticity";
    if !matches!(post, Model::Wta(_) | Model::Intensity(_)) {
        return Err(checker.refuse(FIELD, Problem::NotPlasticModel { model: post.name() }));
    }
    let inhibitory = projection.receptor == Receptor::Inhibitory;
    checker.refuse_if(inhibitory, "receptor", || Problem::PlasticInhibition)?;
    let constant = matches!(projection.delay_ms, Distribution::Constant(_));
    checker.refuse_if(!constant, "delay_ms", || Problem::PlasticDelays)?;
    if let Connector::List(listed) = &projection.connector {
        let (common, _) = projection.delay_ms.bounds();
        let differs = |ms: f64| (ms - common).abs() > f64::EPSILON * common;
        let any = listed
            .iter()
            .any(|synapse| synapse.delay_ms.is_some_and(differs));
        checker.refuse_if(any, "connector", || Problem::PlasticDelays)?;
    }
    sampling::check(checker, rule)
}
