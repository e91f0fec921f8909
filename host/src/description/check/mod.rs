//! What a network must satisfy before anything is mapped: one pass over the description, first flaw reported.
//!
//! Only what the description itself shows is judged here. Whether a network fits a machine is the mapping's question.

mod error;
mod population;
mod projection;
mod remedy;
mod sampling;
mod stimulus;
mod synapses;
mod values;

pub use error::{NetworkError, Object, Problem};

use super::Network;
pub use sampling::{ANNEALING_MAX, SPEED_RATIO_MIN};

use values::Checker;

/// Largest circuit: one core holds a circuit, and at most so many neurons.
pub const CIRCUIT_SIZE_MAX: u32 = 256;
/// Largest population: keys give 24 bits to the neuron.
pub const POPULATION_SIZE_MAX: u32 = 1 << 24;
/// Most synapses of one projection that are not implicit: 4.5 GiB on the host.
pub const EXPLICIT_SYNAPSES_MAX: u64 = 1 << 29;
/// θ is held in (−8, 8): 32 bits with 28 of them fractional.
pub const THETA_LIMIT: f64 = 8.0;
/// Most rate levels of a source: a level is one byte.
pub const LEVELS_MAX: usize = 256;

impl Network {
    /// Finds out whether the network can be simulated at all.
    ///
    /// # Errors
    /// The first flaw, with the object and field it lies in, the value, the limit, and how to mend it. Populations
    /// are looked at before projections, each in the order of their index.
    pub fn check(&self) -> Result<(), NetworkError> {
        let network = Checker::network(self);
        if self.tick_us == 0 {
            return Err(network.refuse("tick_ms", Problem::NoTick));
        }
        if self.populations.is_empty() {
            return Err(network.refuse("population", Problem::Empty { what: "population" }));
        }
        if self.snapshot_ticks == Some(0) {
            return Err(network.refuse("snapshot_s", Problem::NoInterval));
        }
        for index in 0..self.populations.len() {
            population::check(self, index)?;
        }
        for index in 0..self.projections.len() {
            projection::check(self, index)?;
        }
        Ok(())
    }
}
