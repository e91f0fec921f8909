//! How packets find their way between chips.

pub mod table;

pub use table::{Decision, Entry, Route, Table, default_route};
