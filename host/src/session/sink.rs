//! Who takes what a run records.

use crate::results::{Direction, Recorder};

/// Takes records in the network's own terms. Within one tick their order carries no meaning.
pub trait Sink {
    /// A spike.
    fn spike(&mut self, tick: u32, population: u32, neuron: u32);
    /// θ of one synapse, Q3.28.
    fn theta(&mut self, tick: u32, projection: u32, pre: u32, post: u32, raw: i32);
    /// A spine gained or lost.
    fn rewiring(&mut self, tick: u32, projection: u32, pre: u32, post: u32, gained: bool);
    /// A membrane potential.
    fn potential(&mut self, tick: u32, population: u32, neuron: u32, u: f64);
}

impl Sink for Recorder {
    fn spike(&mut self, tick: u32, population: u32, neuron: u32) {
        Self::spike(self, tick, population, neuron);
    }

    fn theta(&mut self, tick: u32, projection: u32, pre: u32, post: u32, raw: i32) {
        Self::theta(self, tick, projection, pre, post, raw);
    }

    fn rewiring(&mut self, tick: u32, projection: u32, pre: u32, post: u32, gained: bool) {
        let direction = if gained {
            Direction::Gained
        } else {
            Direction::Lost
        };
        Self::rewiring(self, tick, projection, pre, post, direction);
    }

    fn potential(&mut self, tick: u32, population: u32, neuron: u32, u: f64) {
        Self::potential(self, tick, population, neuron, u);
    }
}

/// Hands every record to two sinks.
pub struct Tee<'a>(pub &'a mut dyn Sink, pub &'a mut dyn Sink);

impl Sink for Tee<'_> {
    fn spike(&mut self, tick: u32, population: u32, neuron: u32) {
        self.0.spike(tick, population, neuron);
        self.1.spike(tick, population, neuron);
    }

    fn theta(&mut self, tick: u32, projection: u32, pre: u32, post: u32, raw: i32) {
        self.0.theta(tick, projection, pre, post, raw);
        self.1.theta(tick, projection, pre, post, raw);
    }

    fn rewiring(&mut self, tick: u32, projection: u32, pre: u32, post: u32, gained: bool) {
        self.0.rewiring(tick, projection, pre, post, gained);
        self.1.rewiring(tick, projection, pre, post, gained);
    }

    fn potential(&mut self, tick: u32, population: u32, neuron: u32, u: f64) {
        self.0.potential(tick, population, neuron, u);
        self.1.potential(tick, population, neuron, u);
    }
}

/// Hands everything on but θ.
pub(super) struct WithoutTheta<'a>(pub(super) &'a mut dyn Sink);

impl Sink for WithoutTheta<'_> {
    fn spike(&mut self, tick: u32, population: u32, neuron: u32) {
        self.0.spike(tick, population, neuron);
    }

    fn theta(&mut self, _: u32, _: u32, _: u32, _: u32, _: i32) {}

    fn rewiring(&mut self, tick: u32, projection: u32, pre: u32, post: u32, gained: bool) {
        self.0.rewiring(tick, projection, pre, post, gained);
    }

    fn potential(&mut self, tick: u32, population: u32, neuron: u32, u: f64) {
        self.0.potential(tick, population, neuron, u);
    }
}

/// Drops everything: for timing a network alone.
impl Sink for () {
    fn spike(&mut self, _: u32, _: u32, _: u32) {}
    fn theta(&mut self, _: u32, _: u32, _: u32, _: u32, _: i32) {}
    fn rewiring(&mut self, _: u32, _: u32, _: u32, _: u32, _: bool) {}
    fn potential(&mut self, _: u32, _: u32, _: u32, _: f64) {}
}
