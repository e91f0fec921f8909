//! Turns trees and keys into one table a router.

use super::compress::{Aim, Compressed, Demand, Method, compress, first_broken};
use super::keys::Keys;
use super::route::Tree;
use crate::board::Machine;
use miette::Diagnostic;
use rayon::prelude::*;
use serde::Serialize;
use spinedrift_emulator::geometry::ChipCoord;
use spinedrift_emulator::network::Table;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use thiserror::Error;

/// The table of one chip's router.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChipTable {
    /// The chip.
    pub chip: ChipCoord,
    /// What its router obeys.
    pub table: Table,
    /// How the table was made.
    pub method: Method,
    /// Key spaces that pass the chip: the table's length before compression.
    pub full: usize,
}

/// Why there is no table.
#[derive(Clone, Debug, PartialEq, Eq, Error, Diagnostic)]
pub enum TablesError {
    /// No method makes the table short enough.
    #[error(
        "the routing table of chip {chip} is too long: {entries} key spaces pass it, the shortest table found has {best} \
         entries, {} more than the {limit} the router holds",
        best - limit
    )]
    #[diagnostic(help(
        "try another placer (annealed) or router, larger slices (more neurons a core), or a machine with more \
                       chips or router entries"
    ))]
    TableTooLong {
        /// The chip.
        chip: ChipCoord,
        /// Length before compression.
        entries: usize,
        /// Length of the shortest table that was found.
        best: usize,
        /// Entries of the router.
        limit: usize,
    },
}

/// The tables of all routers that packets pass, by chip.
///
/// # Errors
/// If a table can't be made short enough; names the first such chip.
pub fn build(
    machine: &Machine,
    keys: &Keys,
    trees: &[Tree],
    aim: Aim,
) -> Result<Vec<ChipTable>, TablesError> {
    let limit = machine.router_entries as usize;
    let mut demands = BTreeMap::<ChipCoord, Vec<Demand>>::new();
    for tree in trees {
        for hop in &tree.hops {
            let demand = Demand {
                keys: keys.spaces[tree.slice],
                route: hop.route,
                arrival: hop.arrival,
            };
            demands.entry(hop.chip).or_default().push(demand);
        }
    }
    let demands: Vec<_> = demands.into_iter().collect();
    // In parallel, but the error that is returned is always that of the first chip: none before it is skipped.
    let first_failed = AtomicUsize::new(usize::MAX);
    let table = |(index, (chip, demands)): (usize, &(ChipCoord, Vec<Demand>))| {
        if index > first_failed.load(Ordering::Relaxed) {
            return None;
        }
        let table = one(*chip, demands, limit, aim);
        if table.is_err() {
            first_failed.fetch_min(index, Ordering::Relaxed);
        }
        Some(table)
    };
    let tables: Vec<_> = demands.par_iter().enumerate().map(table).collect();
    tables.into_iter().flatten().collect()
}

fn one(
    chip: ChipCoord,
    demands: &[Demand],
    limit: usize,
    aim: Aim,
) -> Result<ChipTable, TablesError> {
    let Compressed { table, method } = compress(demands, limit, aim);
    debug_assert_eq!(
        first_broken(&table, demands),
        None,
        "compression keeps the way of every key in use"
    );
    let (full, best) = (demands.len(), table.entries.len());
    if best > limit {
        return Err(TablesError::TableTooLong {
            chip,
            entries: full,
            best,
            limit,
        });
    }
    Ok(ChipTable {
        chip,
        table,
        method,
        full,
    })
}
