//! What a core counts: work done, and every bound that was hit, with the first object that hit it.

use crate::spike::Tick;

/// A counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Counter {
    /// Spikes fired.
    Spikes,
    /// Packets taken in.
    Packets,
    /// Packets whose key is not in the key table.
    UnknownKeys,
    /// Rows visited.
    Rows,
    /// Static synaptic events.
    StaticEvents,
    /// Plastic synaptic events: a functional synapse that transmitted.
    PlasticEvents,
    /// Transitions of single plastic synapses.
    SynapseUpdates,
    /// Likelihood kicks of single synapses.
    Kicks,
    /// Spines gained.
    Gained,
    /// Spines lost.
    Lost,
    /// Kicks cut to their bound.
    KickBound,
    /// θ held at its lower or upper bound.
    ThetaBound,
    /// Potentials or currents saturated.
    PotentialSaturated,
    /// Traces saturated.
    TraceSaturated,
    /// A block's spike history was full, so that all its rows were visited early.
    HistoryFull,
    /// Rows with an index outside their slice: damaged memory.
    BadRow,
}

/// Number of counters.
pub const COUNTERS: usize = 16;

/// Every counter with its name in tables and in `provenance.parquet`.
pub const NAMES: [(Counter, &str); COUNTERS] = [
    (Counter::Spikes, "spikes"),
    (Counter::Packets, "packets"),
    (Counter::UnknownKeys, "unknown_keys"),
    (Counter::Rows, "rows"),
    (Counter::StaticEvents, "static_events"),
    (Counter::PlasticEvents, "plastic_events"),
    (Counter::SynapseUpdates, "synapse_updates"),
    (Counter::Kicks, "kicks"),
    (Counter::Gained, "spines_gained"),
    (Counter::Lost, "spines_lost"),
    (Counter::KickBound, "kick_bound"),
    (Counter::ThetaBound, "theta_bound"),
    (Counter::PotentialSaturated, "potential_saturated"),
    (Counter::TraceSaturated, "trace_saturated"),
    (Counter::HistoryFull, "history_full"),
    (Counter::BadRow, "bad_rows"),
];

/// The object that hit a bound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Object {
    /// Projection for synapses, population for neurons.
    pub owner: u32,
    /// Presynaptic slot; [`Object::NEURON`] for a neuron.
    pub pre: u32,
    /// Postsynaptic slot, or slot of the neuron, in its population.
    pub post: u32,
}

impl Object {
    /// Value of `pre` that says "not a synapse, a neuron".
    pub const NEURON: u32 = u32::MAX;
}

/// An object with the tick at which it hit the bound first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct First {
    /// When.
    pub tick: Tick,
    /// What.
    pub object: Object,
}

/// Words that a core's counters take in DTCM: two a counter, then five a counter for its first object.
pub const COUNTER_WORDS: usize = COUNTERS * 7;

/// The counters of a core.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    values: [u64; COUNTERS],
    first: [Option<First>; COUNTERS],
}

impl Counters {
    /// Nothing counted.
    pub const NONE: Self = Self {
        values: [0; COUNTERS],
        first: [None; COUNTERS],
    };

    /// Value of a counter.
    #[must_use]
    pub fn get(&self, counter: Counter) -> u64 {
        self.values.get(counter as usize).copied().unwrap_or(0)
    }

    /// The first object that hit a bound.
    #[must_use]
    pub fn first(&self, counter: Counter) -> Option<First> {
        self.first.get(counter as usize).copied().flatten()
    }

    /// Adds to a counter.
    #[inline(always)]
    pub fn add(&mut self, counter: Counter, count: u32) {
        if let Some(value) = self.values.get_mut(counter as usize) {
            *value = value.wrapping_add(u64::from(count));
        }
    }

    /// Counts a bound that was hit, and keeps the object if it is the first: the earliest tick, then the lowest object,
    /// so that the answer doesn't depend on the order of visits.
    #[cold]
    pub fn hit(&mut self, counter: Counter, count: u32, tick: Tick, object: Object) {
        self.add(counter, count);
        if let Some(first) = self.first.get_mut(counter as usize) {
            let key = |f: &First| (f.tick, f.object.owner, f.object.pre, f.object.post);
            let new = First { tick, object };
            if first.as_ref().is_none_or(|old| key(&new) < key(old)) {
                *first = Some(new);
            }
        }
    }

    /// Writes the counters to their section.
    pub fn store(&self, words: &mut [u32]) {
        let (chunks, _) = words.as_chunks_mut::<7>();
        for ((chunk, value), first) in chunks.iter_mut().zip(self.values).zip(self.first) {
            let (there, f) = first.map_or(
                (
                    0,
                    First {
                        tick: Tick(0),
                        object: Object::default(),
                    },
                ),
                |f| (1, f),
            );
            *chunk = [
                value as u32,
                (value >> 32) as u32,
                there,
                f.tick.0,
                f.object.owner,
                f.object.pre,
                f.object.post,
            ];
        }
    }

    /// Reads the counters from their section.
    #[must_use]
    pub fn load(words: &[u32]) -> Self {
        let mut counters = Self::default();
        let (chunks, _) = words.as_chunks::<7>();
        for ((chunk, value), first) in chunks
            .iter()
            .zip(&mut counters.values)
            .zip(&mut counters.first)
        {
            let [low, high, there, tick, owner, pre, post] = *chunk;
            *value = u64::from(low) | (u64::from(high) << 32);
            *first = (there == 1).then_some(First {
                tick: Tick(tick),
                object: Object { owner, pre, post },
            });
        }
        counters
    }
}

#[cfg(test)]
mod tests {
    use super::{COUNTER_WORDS, Counter, Counters, NAMES, Object};
    use crate::spike::Tick;

    #[test]
    fn counters_survive_their_words() {
        let mut counters = Counters::default();
        counters.add(Counter::Spikes, u32::MAX);
        counters.add(Counter::Spikes, 2);
        counters.hit(
            Counter::KickBound,
            3,
            Tick(9),
            Object {
                owner: 1,
                pre: 2,
                post: 3,
            },
        );
        let mut words = [0; COUNTER_WORDS];
        counters.store(&mut words);
        assert_eq!(Counters::load(&words), counters);
        assert_eq!(counters.get(Counter::Spikes), u64::from(u32::MAX) + 2);
    }

    #[test]
    fn the_first_object_does_not_depend_on_the_order_of_hits() {
        let hits = [(5, 1), (4, 9), (4, 2), (7, 0)];
        let run = |order: [usize; 4]| {
            let mut counters = Counters::default();
            for i in order {
                counters.hit(
                    Counter::ThetaBound,
                    1,
                    Tick(hits[i].0),
                    Object {
                        owner: 0,
                        pre: 0,
                        post: hits[i].1,
                    },
                );
            }
            counters
        };
        assert_eq!(run([0, 1, 2, 3]), run([3, 2, 1, 0]));
        assert_eq!(
            run([2, 0, 3, 1])
                .first(Counter::ThetaBound)
                .map(|f| f.object.post),
            Some(2)
        );
    }

    #[test]
    fn names_stand_in_the_order_of_the_counters() {
        for (i, (counter, _)) in NAMES.iter().enumerate() {
            assert_eq!(*counter as usize, i);
        }
    }
}
