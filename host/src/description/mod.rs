//! What a network is: populations, projections, stimuli, and what to record.
//!
//! The types here are plain data in the user's units (ms, Hz, mV); nothing is rounded to fixed point yet.

pub mod builder;
pub mod check;
pub mod connectivity;
mod defaults;
pub mod expand;
pub mod images;
pub mod network;
pub mod plasticity;
pub mod population;
pub mod prior;
pub mod projection;
pub mod random;
pub mod ready_made;
pub mod slots;
pub mod sound;
pub mod speed;
pub mod stimulus;
pub mod suggest;
pub mod theta;
mod theta_table;
pub mod ticks;
pub mod toml;

pub use builder::{BuildError, NetworkBuilder, Synapses};
pub use check::{NetworkError, Object, Problem};
pub use connectivity::{AllToAll, Connectivity, Csr, Row, Synapse};
pub use expand::expand;
pub use network::Network;
pub use plasticity::{Integration, SynapticSampling, ThetaStart};
pub use population::{Adaptation, Escape, Intensity, Lif, Model, Population, Psp, Record, Wta};
pub use prior::{Component, Prior};
pub use projection::{Connector, Distribution, ListedSynapse, Projection, Receptor};
pub use ready_made::{boltzmann_machine, cuba};
pub use slots::{LANES, SlotLayout};
pub use speed::{Scheme, Speed, ramp};
pub use stimulus::{PoissonSource, PopulationCode, RateSchedule};
pub use theta::initial_theta;
pub use theta_table::ThetaTable;
pub use ticks::whole_ticks;
