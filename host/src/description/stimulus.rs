//! Poisson sources and rates that change in time.

/// Poisson sources: each neuron spikes in a tick with probability rate · Δt, so that the mean rate is exact.
#[derive(Clone, Debug, PartialEq)]
pub enum PoissonSource {
    /// Constant rates in Hz: one value for all, or one a neuron.
    Constant(Vec<f64>),
    /// Rates that change at given ticks.
    Schedule(RateSchedule),
}

/// Patterns of rate levels, shown one after the other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RateSchedule {
    /// Rate in Hz of each level; at most 256 levels.
    pub levels_hz: Vec<f64>,
    /// One level for each neuron of the population, for each pattern.
    pub patterns: Vec<Vec<u8>>,
    /// (tick, pattern), ticks ascending: from that tick on the pattern is shown. Before the first: all rates are 0.
    pub changes: Vec<(u32, u32)>,
}
