//! What sources need in memory: rate levels in DTCM, patterns and spike lists in SDRAM.

use super::reach::neurons;
use super::{LoadingError, Source};
use crate::description::{Model, PoissonSource, Population};
use crate::mapping::types::Slice;
use spinedrift_core::image::slice as image;
use spinedrift_core::spike::BLOCK;

/// Memory of one slice of sources, with offsets counted from the start of each part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct SourceMemory {
    /// Rate levels: two words each.
    pub(super) levels: Vec<u32>,
    /// (tick, pattern) pairs, or (tick, slot) pairs of a spike array.
    pub(super) events: Vec<u32>,
    /// Patterns.
    pub(super) patterns: Vec<u32>,
}

/// Mean wait in ticks of a source that spikes with probability rate · Δt a tick, as Q32.16.
fn mean_wait(rate_hz: f64, tick_s: f64) -> u64 {
    let p = rate_hz * tick_s;
    if p <= 0.0 {
        return u64::MAX;
    }
    // A certain spike every tick: the wait is 1 whatever the variate.
    if p >= 1.0 {
        return 0;
    }
    libm::round(-65_536.0 / libm::log1p(-p)) as u64
}

fn level_words(rates: &[f64], tick_s: f64) -> Vec<u32> {
    let word = |rate: &f64| {
        let wait = mean_wait(*rate, tick_s);
        [wait as u32, (wait >> 32) as u32]
    };
    rates.iter().flat_map(word).collect()
}

/// Packs one level a slot, four a word.
fn pack(levels: impl Iterator<Item = u8>) -> Vec<u32> {
    let bytes: Vec<u8> = levels.collect();
    bytes
        .chunks(4)
        .map(|four| {
            four.iter()
                .rev()
                .fold(0, |word, byte| (word << 8) | u32::from(*byte))
        })
        .collect()
}

/// Rate of a neuron: one for all, or one a neuron.
fn rate_of(rates: &[f64], neuron: u32) -> f64 {
    rates
        .get(neuron as usize)
        .or_else(|| rates.first())
        .copied()
        .unwrap_or(0.0)
}

/// The different rates of some neurons, ascending: the levels of their pattern.
fn distinct_rates(rates: &[f64], neurons: impl Iterator<Item = u32>) -> Vec<f64> {
    let mut distinct: Vec<f64> = neurons.map(|neuron| rate_of(rates, neuron)).collect();
    distinct.sort_by(f64::total_cmp);
    distinct.dedup();
    distinct
}

/// Constant rates: one pattern, whose levels are the different rates of the slice.
fn constant_rates(
    population: &str,
    rates: &[f64],
    neurons: &[Option<u32>],
    tick_s: f64,
) -> Result<SourceMemory, LoadingError> {
    let distinct = distinct_rates(rates, neurons.iter().copied().flatten());
    if distinct.len() > 256 {
        return Err(LoadingError::Levels {
            population: population.to_owned(),
            found: distinct.len(),
        });
    }
    let level = |neuron: &Option<u32>| {
        let at = neuron.map(|neuron| {
            distinct.partition_point(|known| known.total_cmp(&rate_of(rates, neuron)).is_lt())
        });
        at.unwrap_or(0) as u8
    };
    Ok(SourceMemory {
        levels: level_words(&distinct, tick_s),
        events: vec![0, 0],
        patterns: pack(neurons.iter().map(level)),
    })
}

/// Memory of a slice of sources; empty for neurons.
pub(super) fn source_memory(
    source: &Source<'_>,
    population: &Population,
    slice: &Slice,
) -> Result<SourceMemory, LoadingError> {
    let layout = population.slots();
    let neurons: Vec<Option<u32>> = (slice.first_slot..slice.first_slot + slice.slots)
        .map(|slot| layout.neuron_of(slot))
        .collect();
    let tick_s = f64::from(source.network.tick_us) * 1e-6;
    match &population.model {
        Model::Poisson(PoissonSource::Constant(rates)) => {
            constant_rates(&population.name, rates, &neurons, tick_s)
        }
        Model::Poisson(PoissonSource::Schedule(schedule)) => {
            let pattern = |levels: &Vec<u8>| {
                let level =
                    |n: &Option<u32>| n.and_then(|n| levels.get(n as usize)).copied().unwrap_or(0);
                pack(neurons.iter().map(level))
            };
            Ok(SourceMemory {
                levels: level_words(&schedule.levels_hz, tick_s),
                events: schedule
                    .changes
                    .iter()
                    .flat_map(|&(tick, pattern)| [tick, pattern])
                    .collect(),
                patterns: schedule.patterns.iter().flat_map(pattern).collect(),
            })
        }
        Model::SpikeArray(spikes) => {
            let mut events: Vec<(u32, u32)> = Vec::new();
            for (slot, neuron) in (0..).zip(&neurons) {
                let ticks = neuron.and_then(|neuron| spikes.get(neuron as usize));
                events.extend(ticks.into_iter().flatten().map(|tick| (*tick, slot)));
            }
            events.sort_unstable();
            let events = events
                .into_iter()
                .flat_map(|(tick, slot)| [tick, slot])
                .collect();
            Ok(SourceMemory {
                events,
                ..SourceMemory::default()
            })
        }
        Model::Wta(_) | Model::Intensity(_) | Model::Lif(_) => Ok(SourceMemory::default()),
    }
}

/// Sizes in words of what [`source_memory`] gives, without making it: levels, events, patterns.
pub(super) fn source_words(population: &Population, slice: &Slice) -> [u32; 3] {
    let blocks = slice.slots / BLOCK as u32;
    match &population.model {
        Model::Poisson(PoissonSource::Constant(rates)) => {
            let distinct = distinct_rates(rates, neurons(population.slots(), slice));
            [2 * distinct.len() as u32, 2, 4 * blocks]
        }
        Model::Poisson(PoissonSource::Schedule(schedule)) => {
            let patterns = schedule.patterns.len() as u32 * 4 * blocks;
            [
                2 * schedule.levels_hz.len() as u32,
                2 * schedule.changes.len() as u32,
                patterns,
            ]
        }
        Model::SpikeArray(spikes) => {
            // Ticks ascend within a neuron, and no tick stands twice.
            let count: usize = neurons(population.slots(), slice)
                .filter_map(|neuron| spikes.get(neuron as usize))
                .map(Vec::len)
                .sum();
            [0, 2 * count as u32, 0]
        }
        Model::Wta(_) | Model::Intensity(_) | Model::Lif(_) => [0; 3],
    }
}

/// Puts the offsets of a slice's memory into its model.
pub(super) fn place(
    model: image::Model,
    words: [u32; 3],
    blocks: u32,
    table: u32,
    sdram: u32,
) -> image::Model {
    let [levels, events, patterns] = words;
    match model {
        image::Model::Poisson(_) => image::Model::Poisson(image::Poisson {
            levels: table,
            level_count: levels / 2,
            changes: sdram,
            change_count: events / 2,
            patterns: sdram + events,
            pattern_count: patterns / (4 * blocks).max(1),
        }),
        image::Model::SpikeArray(_) => image::Model::SpikeArray(image::SpikeArray {
            spikes: sdram,
            spike_count: events / 2,
        }),
        other => other,
    }
}
