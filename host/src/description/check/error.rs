//! What can be wrong with a network, and how to mend it.

use std::fmt;

use thiserror::Error;

/// A flaw of a network: where it lies, and what it is.
#[derive(Clone, Debug, PartialEq, Error)]
#[error("{object}, `{field}`: {problem}; {}", problem.remedy())]
pub struct NetworkError {
    /// The object that the flaw lies in.
    pub object: Object,
    /// The field of that object as network files spell it, with dots into nested ones: `plasticity.prior.sd`.
    pub field: String,
    /// What is wrong.
    pub problem: Problem,
}

/// A part of a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Object {
    /// The network itself.
    Network,
    /// A population.
    Population {
        /// Its index.
        index: usize,
        /// Its name.
        name: String,
    },
    /// A projection.
    Projection {
        /// Its index.
        index: usize,
        /// Its name.
        name: String,
    },
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Network => f.write_str("network"),
            Self::Population { name, .. } => write!(f, "population `{name}`"),
            Self::Projection { name, .. } => write!(f, "projection `{name}`"),
        }
    }
}

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum Problem {
    /// The tick has no length.
    #[error("the tick is 0 µs long")]
    NoTick,
    /// An interval of 0 ticks.
    #[error("the interval is 0 ticks")]
    NoInterval,
    /// Nothing where at least one is needed.
    #[error("there is no {what}")]
    Empty {
        /// What is missing.
        what: &'static str,
    },
    /// Two objects of one name.
    #[error("number {first} (from 0) has this name already")]
    NameTaken {
        /// Index of the first of that name.
        first: usize,
    },
    /// A name with control characters, or longer than the limit.
    #[error("the name has control characters or more than {limit_bytes} bytes")]
    BadName {
        /// Longest name.
        limit_bytes: usize,
    },
    /// NaN or infinite.
    #[error("{value} is not a finite number")]
    NotFinite {
        /// The value.
        value: f64,
    },
    /// A value that must be above 0.
    #[error("{value} is not above 0")]
    NotPositive {
        /// The value.
        value: f64,
    },
    /// A value outside its limits.
    #[error("{value} {}", outside(*low, *high))]
    OutOfRange {
        /// The value.
        value: f64,
        /// Smallest value allowed.
        low: f64,
        /// Largest value allowed.
        high: f64,
        /// How to mend it.
        remedy: &'static str,
    },
    /// Two values in the wrong order.
    #[error("{smaller} must be below {larger}")]
    NotBelow {
        /// The value that must be the smaller one.
        smaller: f64,
        /// The value that must be the larger one.
        larger: f64,
    },
    /// A distribution that hardly ever hits its window.
    #[error(
        "a normal distribution of mean {mean} and standard deviation {sd} lies in {low} to {high} less than once in 100 draws"
    )]
    WindowMissed {
        /// Mean.
        mean: f64,
        /// Standard deviation.
        sd: f64,
        /// Lower bound.
        low: f64,
        /// Upper bound.
        high: f64,
    },
    /// A list of the wrong length.
    #[error("{found} values for {needed} neurons")]
    WrongLength {
        /// Entries given.
        found: usize,
        /// Entries needed.
        needed: u32,
    },
    /// A population that its circuits do not fill.
    #[error("{size} neurons are not a whole number of circuits of {circuit_size}")]
    NotWholeCircuits {
        /// Size of the population.
        size: u32,
        /// Neurons of a circuit.
        circuit_size: u32,
    },
    /// A time that is not a whole number of ticks.
    #[error("{time_ms} ms is not a whole number of ticks of {tick_ms} ms")]
    NotWholeTicks {
        /// The time in ms.
        time_ms: f64,
        /// The tick in ms.
        tick_ms: f64,
    },
    /// A delay that the ring of delayed input cannot hold.
    #[error("a delay of {delay_ms} ms is outside 1 to {limit_ticks} ticks of {tick_ms} ms")]
    DelayOutOfRange {
        /// The delay in ms.
        delay_ms: f64,
        /// The tick in ms.
        tick_ms: f64,
        /// Longest delay in ticks.
        limit_ticks: u32,
    },
    /// An index of a population that does not exist.
    #[error("there is no population number {index} (from 0); the network has {count}")]
    NoSuchPopulation {
        /// The index.
        index: usize,
        /// Number of populations.
        count: usize,
    },
    /// Sources have no input.
    #[error("`{target}` is a source (`{model}`) and takes no input")]
    TargetIsSource {
        /// Name of the postsynaptic population.
        target: String,
        /// Its model.
        model: &'static str,
    },
    /// One-to-one between populations of different sizes.
    #[error("one-to-one needs equal sizes, but {pre} neurons project to {post}")]
    SizesDiffer {
        /// Presynaptic size.
        pre: u32,
        /// Postsynaptic size.
        post: u32,
    },
    /// More distinct presynaptic neurons than there are.
    #[error("a fan-in of {number} distinct neurons, but only {available} are there")]
    FanInTooLarge {
        /// Fan-in asked for.
        number: u32,
        /// Neurons to choose from.
        available: u32,
    },
    /// More synapses than the host expands.
    #[error("about {synapses} synapses, but at most {limit} are expanded one by one")]
    TooManySynapses {
        /// Expected number.
        synapses: u64,
        /// Limit.
        limit: u64,
    },
    /// A listed neuron that does not exist.
    #[error("synapse {position} (from 0) names neuron {neuron}, but its population has {size} (0 to {})", size.saturating_sub(1))]
    NoSuchNeuron {
        /// Position in the list.
        position: usize,
        /// Neuron.
        neuron: u32,
        /// Size of the population.
        size: u32,
    },
    /// A pair that is listed twice.
    #[error("the pair {pre} → {post} is listed more than once")]
    ListedTwice {
        /// Presynaptic neuron.
        pre: u32,
        /// Postsynaptic neuron.
        post: u32,
    },
    /// Synaptic sampling onto a model without a likelihood term.
    #[error("synaptic sampling has no likelihood term for neurons of model `{model}`")]
    NotPlasticModel {
        /// Model of the postsynaptic population.
        model: &'static str,
    },
    /// Synaptic sampling of inhibitory synapses.
    #[error("synaptic sampling is derived for excitatory synapses, this projection is inhibitory")]
    PlasticInhibition,
    /// A plastic projection whose delays differ.
    #[error("a plastic projection has one constant delay for all its synapses")]
    PlasticDelays,
    /// No prior to draw θ from.
    #[error("θ cannot start from the prior, because the prior is uniform")]
    NoPriorToStartFrom,
    /// More rate levels than a byte can number.
    #[error("{found} rate levels, but at most {limit} are possible")]
    TooManyLevels {
        /// Levels given.
        found: usize,
        /// Limit.
        limit: usize,
    },
    /// A pattern with an unknown level.
    #[error("pattern {pattern} uses level {level}, but there are {count} levels")]
    NoSuchLevel {
        /// Index of the pattern.
        pattern: usize,
        /// Level.
        level: u8,
        /// Number of levels.
        count: usize,
    },
    /// A pattern of the wrong length.
    #[error("pattern {pattern} has {found} levels for {needed} neurons")]
    PatternLength {
        /// Index of the pattern.
        pattern: usize,
        /// Levels given.
        found: usize,
        /// Neurons.
        needed: u32,
    },
    /// A change to an unknown pattern.
    #[error("the change at tick {tick} shows pattern {pattern}, but there are {count}")]
    NoSuchPattern {
        /// Tick of the change.
        tick: u32,
        /// Pattern.
        pattern: u32,
        /// Number of patterns.
        count: usize,
    },
    /// Ticks that do not ascend.
    #[error("tick {tick} comes after tick {before}")]
    NotAscending {
        /// The tick before.
        before: u32,
        /// The tick that is not above it.
        tick: u32,
    },
    /// Spikes of a neuron that do not ascend.
    #[error("neuron {neuron} spikes at tick {tick} after tick {before}")]
    SpikesNotAscending {
        /// Neuron.
        neuron: usize,
        /// The tick before.
        before: u32,
        /// The tick that is not above it.
        tick: u32,
    },
    /// A recorded neuron that does not exist.
    #[error("neuron {neuron} does not exist; the population has {size}")]
    RecordsNoSuchNeuron {
        /// Neuron.
        neuron: u32,
        /// Size of the population.
        size: u32,
    },
    /// Recorded neurons that do not ascend.
    #[error("neuron {neuron} comes after neuron {before}")]
    RecordNotAscending {
        /// The neuron before.
        before: u32,
        /// The neuron that is not above it.
        neuron: u32,
    },
    /// More changes of temperature than a law holds.
    #[error("{found} changes of temperature, but at most {limit} are possible")]
    TooManyChanges {
        /// Changes given.
        found: usize,
        /// Limit.
        limit: usize,
    },
    /// Two settings that don't go together.
    #[error("{what}")]
    Unfit {
        /// Why not.
        what: &'static str,
        /// How to mend it.
        remedy: &'static str,
    },
    /// Sources have no potential.
    #[error("a source (`{model}`) has no membrane potential")]
    NoPotential {
        /// Model.
        model: &'static str,
    },
}

fn outside(low: f64, high: f64) -> String {
    if high.is_finite() {
        format!("is outside {low} to {high}")
    } else {
        format!("is below {low}")
    }
}
