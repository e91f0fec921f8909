//! The published experiments, one a file. They lie in the binary's crate, so that the compiler lets them use nothing but the
//! library's public interface.

mod boltzmann;
mod ensembles;
mod lesion;
mod spine_statistics;
mod spoken_and_written;

use spinedrift::experiment::Experiment;

/// All experiments, in the order of the papers.
pub(crate) const ALL: [&dyn Experiment; 4] = [
    &spine_statistics::SpineStatistics,
    &boltzmann::Boltzmann,
    &spoken_and_written::SpokenAndWritten,
    &lesion::Lesion,
];
