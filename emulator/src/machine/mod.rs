//! The machine in clock cycles: cores, DMA, SDRAM, router, links, faults, energy.
//!
//! Discrete events in the order of a [`queue`]; time in cycles of the cores' clock ([`time`]). A part is a module that knows
//! its own state and nothing of the others: [`processor`] (what pre-empts what on a core), [`dma`] and [`sdram`] behind the
//! system network-on-chip ([`noc`]), [`router`], [`link`]; [`net`] is the communications side of a chip, [`chip`] wires all
//! of it, [`region`] computes chips on one thread in step with others, and [`run`] is the machine from outside.
//!
//! The kernel of `spinedrift-core` runs here as it does everywhere: when a packet is looked up, or a tick begins, it is called
//! and its [`work`] written down; the machine then plays that out in time. So the bits are those of the functional emulator
//! as long as every packet is looked up before the next timer event, and each one that is not is named ([`losses`]).
//! What each figure is and where it is from: `docs/machine.md`.

pub mod activity;
pub mod booting;
pub mod bus;
pub mod chip;
pub mod costs;
pub mod dma;
pub mod energy;
pub mod event;
pub mod fabric;
mod failure;
pub mod faults;
pub mod figures;
mod flood;
pub mod link;
pub mod loading;
pub mod lookup;
pub mod losses;
mod monitor;
pub mod net;
pub mod noc;
pub mod outputs;
pub mod packet;
pub mod processor;
pub mod queue;
pub mod region;
pub mod router;
pub mod run;
pub mod runner;
pub mod sdram;
pub mod setup;
pub mod summary;
pub mod time;
pub mod trace;
mod transfer;
mod update;
pub mod work;

pub use run::Machine;
pub use setup::{BuildError, Setup};
pub use summary::Summary;
