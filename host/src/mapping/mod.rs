//! wip
pub mod budget;
pub mod constraint;
pub mod keys;
pub mod net;
pub mod partition;
pub mod place;
pub mod route;
pub mod types;
