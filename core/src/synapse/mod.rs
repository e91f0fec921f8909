//! Synapses: what a row in SDRAM holds and how it moves.
//!
//! A *static* row is a list of (weight, delay, target). A *plastic* row is one sub-row for each block of 16
//! postsynaptic slots: θ of 16 synapses and the presynaptic trace they share. [`visit`] brings a sub-row up to a tick:
//! for each postsynaptic spike since its last visit, [`jump`] to that tick and apply the [`likelihood`] kick (or did so when the spike
//! came: [`ahead`]), then jump to now; under another prior than a Gaussian, or where speed or temperature vary, [`law`] takes the place of [`jump`].
//! Where rows are visited at every
//! tick, one that no spike has kicked takes a [`step`]. What a spike transmits is [`efficacy`] of θ.

pub mod ahead;
mod alone;
mod arrive;
pub(crate) mod bounds;
pub mod efficacy;
pub mod history;
pub mod jump;
mod kicks;
pub mod law;
pub mod likelihood;
pub mod static_row;
pub mod step;
pub mod subrow;
pub mod trace;
pub mod traces;
pub mod transmit;
pub mod visit;
