//! Two winner-take-all circuits that learn each other's language: one sees written digits 1 and 2, the other hears them
//! spoken (Kappel et al. 2015, Fig. 5). Shared by `spoken-and-written` and `lesion`.

mod network;
mod probe;
mod stimuli;

pub(super) use network::{CONNECTIONS, EARS, EYES, HEARD, Learning, SEEN, SHOW_TICKS, network};
pub(super) use probe::{Probe, Scores, probe, score};
pub(super) use stimuli::{Pairing, Part, Show, Stimuli};
