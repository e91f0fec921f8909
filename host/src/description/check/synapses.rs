//! Checks of a connector against the sizes it connects.

use super::values::Checker;
use super::{EXPLICIT_SYNAPSES_MAX, NetworkError, Problem, projection};
use crate::description::{Connector, Distribution, ListedSynapse, Projection};

type Checked = Result<(), NetworkError>;

const FIELD: &str = "connector";

pub(super) fn check(
    checker: &Checker<'_>,
    projection: &Projection,
    pre: u32,
    post: u32,
) -> Checked {
    let pairs = u64::from(pre) * u64::from(post);
    match &projection.connector {
        Connector::AllToAll { .. } => {
            let constant = |d: &Distribution| matches!(d, Distribution::Constant(_));
            let alike = constant(&projection.delay_ms)
                && (constant(&projection.weight) || projection.plasticity.is_some());
            count(checker, if alike { 0 } else { pairs })
        }
        Connector::OneToOne => {
            checker.refuse_if(pre != post, FIELD, || Problem::SizesDiffer { pre, post })
        }
        Connector::FixedProbability { probability, .. } => {
            let remedy = "a probability lies between 0 and 1";
            checker.within("connector.probability", *probability, 0.0, 1.0, remedy)?;
            count(checker, expected(pairs, *probability))
        }
        Connector::FixedNumberPre {
            number,
            self_connections,
        } => {
            let left_out = !self_connections && projection.pre == projection.post;
            let (number, available) = (*number, pre - u32::from(left_out));
            let field = "connector.number";
            checker.refuse_if(number > available, field, || Problem::FanInTooLarge {
                number,
                available,
            })?;
            count(checker, u64::from(number) * u64::from(post))
        }
        Connector::List(listed) => {
            count(checker, listed.len() as u64)?;
            list(checker, listed, pre, post)
        }
    }
}

/// Mean number of hits and six standard deviations, rounded up.
fn expected(pairs: u64, probability: f64) -> u64 {
    let mean = pairs as f64 * probability;
    (mean + 6.0 * mean.sqrt()).ceil() as u64
}

fn count(checker: &Checker<'_>, synapses: u64) -> Checked {
    let limit = EXPLICIT_SYNAPSES_MAX;
    checker.refuse_if(synapses > limit, FIELD, || Problem::TooManySynapses {
        synapses,
        limit,
    })
}

fn list(checker: &Checker<'_>, listed: &[ListedSynapse], pre: u32, post: u32) -> Checked {
    for (position, synapse) in listed.iter().enumerate() {
        for (neuron, size) in [(synapse.pre, pre), (synapse.post, post)] {
            let unknown = neuron >= size;
            checker.refuse_if(unknown, FIELD, || Problem::NoSuchNeuron {
                position,
                neuron,
                size,
            })?;
        }
        if let Some(weight) = synapse.weight {
            checker.not_negative(FIELD, weight)?;
        }
        if let Some(delay_ms) = synapse.delay_ms {
            projection::delay(checker, FIELD, delay_ms)?;
        }
    }
    let mut pairs: Vec<(u32, u32)> = listed.iter().map(|s| (s.pre, s.post)).collect();
    pairs.sort_unstable();
    let twice = pairs.windows(2).find(|pair| pair.first() == pair.last());
    twice
        .and_then(|pair| pair.first())
        .map_or(Ok(()), |&(pre, post)| {
            Err(checker.refuse(FIELD, Problem::ListedTwice { pre, post }))
        })
}
