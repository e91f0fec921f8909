//! A whole network.

use super::{Population, Projection};

/// Populations and the projections between them, with the length of a tick.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    /// Name, as the report's title shows it.
    pub name: String,
    /// Length of a tick in microseconds of biological time (1,000 = 1 ms).
    pub tick_us: u32,
    /// Populations, in the order of their index.
    pub populations: Vec<Population>,
    /// Projections, in the order of their index.
    pub projections: Vec<Projection>,
    /// θ of every plastic synapse is read out each so many ticks (and at the end of a run); `None`: at the end only.
    pub snapshot_ticks: Option<u32>,
}

impl Network {
    /// Index of the population with this name.
    #[must_use]
    pub fn population(&self, name: &str) -> Option<usize> {
        self.populations.iter().position(|p| p.name == name)
    }

    /// Index of the projection with this name.
    #[must_use]
    pub fn projection(&self, name: &str) -> Option<usize> {
        self.projections.iter().position(|p| p.name == name)
    }

    /// Ticks in so many seconds of biological time, rounded to the nearest.
    #[must_use]
    pub fn ticks(&self, seconds: f64) -> u32 {
        (seconds * 1e6 / f64::from(self.tick_us)).round() as u32
    }
}
