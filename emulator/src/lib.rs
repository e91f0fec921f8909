//! Runs spinedrift-core images as a many-core neuromorphic machine would.
//!
//! `geometry` says how chips are joined, `network` how packets find their way. The mapper uses both, so that the side
//! that writes a routing table and the side that obeys it can't disagree.

pub mod functional;
pub mod geometry;
pub mod machine;
pub mod network;
