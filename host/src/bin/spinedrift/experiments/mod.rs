//! The published experiments, one a file. They lie in the binary's crate, so that the compiler lets them use nothing but the
//! library's public interface.

mod spine_statistics;

use spinedrift::experiment::Experiment;

/// All experiments, in the order of the papers.
pub(crate) const ALL: [&dyn Experiment; 1] = [&spine_statistics::SpineStatistics];
