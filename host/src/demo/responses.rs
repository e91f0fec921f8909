//! How often each neuron fired while each image was shown.

use super::Timeline;
use crate::session::Sink;

/// Spike counts by image and neuron.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Responses {
    population: u32,
    neurons: usize,
    show_ticks: u32,
    counts: Vec<u16>,
}

impl Responses {
    /// For a population of so many neurons.
    #[must_use]
    pub fn new(population: u32, neurons: usize, timeline: &Timeline) -> Self {
        let counts = vec![0; neurons * timeline.order.len()];
        Self {
            population,
            neurons,
            show_ticks: timeline.show_ticks,
            counts,
        }
    }

    /// Counts of every neuron for the image at a position.
    #[must_use]
    pub fn of(&self, position: usize) -> &[u16] {
        self.counts
            .get(position * self.neurons..(position + 1) * self.neurons)
            .unwrap_or_default()
    }

    /// Neurons.
    #[must_use]
    pub const fn neurons(&self) -> usize {
        self.neurons
    }
}

impl Sink for Responses {
    fn spike(&mut self, tick: u32, population: u32, neuron: u32) {
        if population == self.population {
            let position = (tick / self.show_ticks) as usize;
            if let Some(count) = self
                .counts
                .get_mut(position * self.neurons + neuron as usize)
            {
                *count = count.saturating_add(1);
            }
        }
    }

    fn theta(&mut self, _: u32, _: u32, _: u32, _: u32, _: i32) {}
    fn rewiring(&mut self, _: u32, _: u32, _: u32, _: u32, _: bool) {}
    fn potential(&mut self, _: u32, _: u32, _: u32, _: f64) {}
}
