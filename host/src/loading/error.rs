//! Why a network can't be put into fixed point.

/// A network that the kernel's numbers can't hold, with the figure and how to mend it.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum LoadingError {
    /// The sum of all weights of a neuron could overflow its accumulator.
    #[error(
        "population '{population}': the synapses of neuron {neuron} can add up to {sum:.0}, more than the accumulator \
         holds ({limit:.0}); lower its fan-in or its weights (for plastic ones: theta_max)"
    )]
    FanIn {
        /// Population.
        population: String,
        /// The neuron with the largest sum.
        neuron: u32,
        /// Sum of its largest possible weights.
        sum: f64,
        /// What 32 bits hold with the fewest fraction bits.
        limit: f64,
    },
    /// θ moves too far in one tick for its jump table.
    #[error(
        "projection '{projection}': in one tick θ would {what} by {value:.3}, the limit is {limit}; lower the sampling \
         speed (now {speed_per_s} per s) or the temperature, or shorten the tick"
    )]
    TooFast {
        /// Projection.
        projection: String,
        /// "drift (as a share of its distance)" or "diffuse".
        what: &'static str,
        /// The value.
        value: f64,
        /// The limit.
        limit: f64,
        /// b.
        speed_per_s: f64,
    },
    /// θ moves too far in one tick for its prior.
    #[error(
        "projection '{projection}': in one tick θ would move further than its prior is smooth; lower the sampling speed (now \
         {speed_per_s} per s) or the temperature, widen the prior, or shorten the tick"
    )]
    TooFastForPrior {
        /// Projection.
        projection: String,
        /// b.
        speed_per_s: f64,
    },
    /// The prior changes within a piece of its table.
    #[error(
        "projection '{projection}': the prior changes over {length}, too little for a table of 256 pieces over θ = {low} \
         to {high}; make its scale {limit:.3} or more, or bring theta_min and theta_max closer together"
    )]
    Narrow {
        /// Projection.
        projection: String,
        /// The prior's shortest length.
        length: f64,
        /// Lower bound of θ.
        low: f64,
        /// Upper bound of θ.
        high: f64,
        /// Shortest length that the table shows.
        limit: f64,
    },
    /// A parameter lies outside its fixed-point range.
    #[error(
        "{object}: {parameter} = {value} is outside [{low}, {high}], which its fixed-point format holds"
    )]
    Range {
        /// Population or projection.
        object: String,
        /// Parameter.
        parameter: &'static str,
        /// Value.
        value: f64,
        /// Lower limit.
        low: f64,
        /// Upper limit.
        high: f64,
    },
    /// A core's slice has more different rates than a table holds.
    #[error(
        "population '{population}': {found} different rates on one core, at most 256; round them or use levels"
    )]
    Levels {
        /// Population.
        population: String,
        /// Different rates.
        found: usize,
    },
    /// More projections end on one core than its records hold.
    #[error(
        "population '{population}' (core {core}): {found} projections end on this core, at most {limit}; \
         join projections, or don't let populations share cores"
    )]
    Inlets {
        /// Populations on the core.
        population: String,
        /// Core.
        core: usize,
        /// Inlets needed.
        found: usize,
        /// Inlets possible.
        limit: usize,
    },
    /// The image can't be encoded.
    #[error("core {core}: {error}")]
    Image {
        /// Core.
        core: usize,
        /// What is wrong.
        error: spinedrift_core::image::ImageError,
    },
}
