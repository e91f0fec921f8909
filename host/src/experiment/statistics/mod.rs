//! Statistics that experiments share: intervals, effect sizes, distances between laws, fits.
//!
//! Every claim goes over seeds, which are independent; synapses of one network often aren't.

mod components;
mod estimate;
mod fit;
mod law;

pub use components::{Components, principal_components};
pub use estimate::{Estimate, bootstrap, paired, t_interval};
pub use fit::{Line, correlation, line};
pub use law::{
    autocorrelation, ks_distance, ks_distance_two, mean, normal_cdf, normal_cdf_above, quantile,
    standard_deviation,
};
