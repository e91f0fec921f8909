//! The published experiments, one a file. They lie in the binary's crate, so that the compiler lets them use nothing but the
//! library's public interface.

mod clusters;
mod deadlines;
mod digits_priors;
mod drift;
mod enriched_environment;
mod spine_counts;
mod spine_statistics;
mod temperature;

use spinedrift::experiment::Experiment;

/// All experiments.
pub(crate) const ALL: [&dyn Experiment; 6] = [
    &spine_statistics::SpineStatistics,
    &digits_priors::DigitsPriors,
    &enriched_environment::EnrichedEnvironment,
    &temperature::Temperature,
    &drift::Drift,
    &deadlines::Deadlines,
];
