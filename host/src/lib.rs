//! The host: describes networks, maps them onto a machine, runs them and reports.
//!
//! Layers, each using only what stands below it:
//! `commands` ▸ `experiment` ▸ `demo` ▸ `session` ▸ `target` ▸ `loading` / `report` ▸ `mapping` ▸ `description` / `board` / `link` / `results` / `progress`.

pub mod board;
pub mod commands;
pub mod demo;
pub mod description;
pub mod experiment;
pub mod firmware;
pub mod link;
pub mod loading;
pub mod mapping;
pub mod progress;
pub mod report;
pub mod results;
pub mod session;
pub mod target;
