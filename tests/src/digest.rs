//! The digest of a run in memory: the same number that a results directory holds.

use crate::sink::Collected;
use spinedrift::results::{Digest, Spike, Theta};

/// Digest of sorted records.
#[must_use]
pub fn digest(collected: &Collected) -> String {
    let spikes: Vec<Spike> = collected
        .spikes
        .iter()
        .map(|&(tick, population, neuron)| Spike {
            tick,
            population,
            neuron,
        })
        .collect();
    let theta = collected
        .theta
        .iter()
        .map(|&(tick, projection, pre, post, raw)| Theta {
            tick,
            projection,
            pre,
            post,
            raw,
        });
    let theta: Vec<Theta> = theta.collect();
    let mut digest = Digest::default();
    digest.spikes(&spikes);
    digest.theta(&theta);
    digest.hex()
}
