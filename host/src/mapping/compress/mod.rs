//! Makes a router's table short enough, and never changes where a key in use goes.
//!
//! Cheap ways first; the first result within the limit is taken:
//! 1. **none**: an entry for each key space that passes the chip;
//! 2. **default routes**: what goes straight on needs no entry (`default_routes`);
//! 3. **siblings**: two entries with one route whose keys differ in one bit become one, which matches neither more nor
//!    less (`siblings`);
//! 4. **ordered covering**: entries with one route become one that may also match keys in nobody's use
//!    (`ordered_covering`), once with and once without the default routes among them.
//!
//! If there are more different routes than the limit has entries, the last step is left out: no table can be that short.
//! Keys that no slice sends may go anywhere afterwards.

mod default_routes;
mod ordered_covering;
mod siblings;

use serde::Serialize;
use spinedrift_emulator::geometry::Link;
use spinedrift_emulator::network::{Entry, Route, Table, default_route};
use std::collections::BTreeSet;

use super::keys::KeySpace;

/// What a router must do with one key space in use. The key spaces of one router are disjoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Demand {
    /// The keys.
    pub keys: KeySpace,
    /// Where they go.
    pub route: Route,
    /// The port that they come in by; `None`: from a core of this chip.
    pub arrival: Option<Link>,
}

impl Demand {
    /// Whether a router without an entry for the keys would do the same.
    #[must_use]
    pub fn is_default(&self) -> bool {
        default_route(self.arrival).is_some_and(|link| self.route == Route::NOWHERE.with_link(link))
    }
}

/// How a table was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// An entry for each key space.
    None,
    /// Without what goes straight on.
    DefaultRoutes,
    /// And siblings merged.
    Siblings,
    /// And merged over unused keys.
    OrderedCovering,
}

impl std::fmt::Display for Method {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::None => "nothing",
            Self::DefaultRoutes => "default routes",
            Self::Siblings => "siblings",
            Self::OrderedCovering => "ordered covering",
        })
    }
}

/// When to stop.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Aim {
    /// At the first table within the limit.
    #[default]
    Fit,
    /// At the shortest table that any method finds.
    Shortest,
}

/// A table within the limit, or the shortest there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compressed {
    /// The table.
    pub table: Table,
    /// How it was made.
    pub method: Method,
}

/// Makes a table for these demands. What comes back is longer than `limit` only if no method gets below it; it is then the
/// shortest that was found.
#[must_use]
pub fn compress(demands: &[Demand], limit: usize, aim: Aim) -> Compressed {
    let methods: [(Method, Make); 4] = [
        (Method::None, |demands, _| full(demands)),
        (Method::DefaultRoutes, |demands, _| {
            default_routes::without(demands)
        }),
        (Method::Siblings, |demands, _| siblings::merged(demands)),
        (Method::OrderedCovering, ordered_covering::covered),
    ];
    let target = match aim {
        Aim::Fit => limit,
        Aim::Shortest => 0,
    };
    let mut best: Option<Compressed> = None;
    for (method, make) in methods {
        if method == Method::OrderedCovering && aim == Aim::Fit && routes(demands) > limit {
            // Every route needs an entry of its own; the costly search is in vain.
            break;
        }
        let table = make(demands, target);
        let length = table.entries.len();
        if best
            .as_ref()
            .is_none_or(|best| length < best.table.entries.len())
        {
            best = Some(Compressed { table, method });
        }
        if length <= target {
            break;
        }
    }
    best.unwrap_or(Compressed {
        table: Table::default(),
        method: Method::None,
    })
}

/// A way to make a table, of at most so many entries if it can.
type Make = fn(&[Demand], usize) -> Table;

/// Number of different routes that need an entry.
fn routes(demands: &[Demand]) -> usize {
    let explicit = demands.iter().filter(|demand| !demand.is_default());
    explicit
        .map(|demand| demand.route)
        .collect::<BTreeSet<Route>>()
        .len()
}

/// An entry for each demand, in the order of their keys.
fn full(demands: &[Demand]) -> Table {
    let mut entries: Vec<Entry> = demands.iter().map(entry).collect();
    entries.sort_unstable_by_key(|entry| (entry.key, entry.mask));
    Table { entries }
}

fn entry(demand: &Demand) -> Entry {
    Entry {
        key: demand.keys.base,
        mask: demand.keys.mask,
        route: demand.route,
    }
}

/// Whether some key matches both.
fn intersect(one: (u32, u32), other: (u32, u32)) -> bool {
    (one.0 ^ other.0) & one.1 & other.1 == 0
}

/// The first demand whose keys a table would send elsewhere; `None` if all is well.
///
/// Entries are asked in turn until one matches all keys of the demand; any that matches some of them must have its route.
/// (A table in which several entries match all keys only together would be called broken. Compression makes none.)
#[must_use]
pub fn first_broken<'a>(table: &Table, demands: &'a [Demand]) -> Option<&'a Demand> {
    demands.iter().find(|demand| {
        let keys = (demand.keys.base, demand.keys.mask);
        for entry in table
            .entries
            .iter()
            .filter(|entry| intersect((entry.key, entry.mask), keys))
        {
            let matches_all = entry.mask & keys.1 == entry.mask;
            if entry.route != demand.route || matches_all {
                return entry.route != demand.route;
            }
        }
        !demand.is_default()
    })
}

#[cfg(test)]
mod tests;
