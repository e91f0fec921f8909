//! The machine in clock cycles: cores, DMA, SDRAM, router, links, faults, energy.

pub mod queue;
pub mod time;
