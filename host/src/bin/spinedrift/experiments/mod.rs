//! The published experiments, one a file. They lie in the binary's crate, so that the compiler lets them use nothing but the
//! library's public interface.

mod boltzmann;
mod clusters;
mod deadlines;
mod digits_priors;
mod drift;
mod enriched_environment;
mod ensembles;
mod lesion;
mod spine_counts;
mod spine_statistics;
mod spoken_and_written;
mod temperature;

use spinedrift::experiment::Experiment;

/// All experiments.
pub(crate) const ALL: [&dyn Experiment; 9] = [
    &spine_statistics::SpineStatistics,
    &boltzmann::Boltzmann,
    &digits_priors::DigitsPriors,
    &enriched_environment::EnrichedEnvironment,
    &spoken_and_written::SpokenAndWritten,
    &lesion::Lesion,
    &temperature::Temperature,
    &drift::Drift,
    &deadlines::Deadlines,
];
