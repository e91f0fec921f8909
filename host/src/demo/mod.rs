//! The demo: one winner-take-all circuit learns handwritten digits by synaptic sampling, without labels.
//!
//! Pixels become Poisson rates; the circuit's plastic synapses have a Gaussian prior on θ and never stop moving.
//! Afterwards θ stands still: neurons get labels from a labelling set, and accuracy is measured on images that were in
//! neither set. The same network without prior and noise (maximum likelihood), and with random weights that never
//! learn, are run beside it.

mod evaluate;
mod network;
mod responses;
mod run;
mod timeline;

pub use evaluate::{Evaluation, Labels};
pub use network::{DemoKind, Variant, network};
pub use responses::Responses;
pub use run::{DIGITS_SETS, DIGITS_SHOWN, DemoError, DemoOptions, DemoOutcome, SHOW_TICKS, run};
pub use timeline::Timeline;
