//! The host: describes networks, maps them onto a machine, runs them and reports.
//!
//! Layers, each using only what stands below it:
//! `commands` ▸ `target` ▸ `loading` / `report` ▸ `mapping` ▸ `description` / `board` / `results` / `progress`.

pub mod description;
pub mod progress;
pub mod report;
pub mod results;
