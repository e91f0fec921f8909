//! The facts of the run, its network, the largest counters, and how to open the tables.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::super::data::Data;
use super::super::text::{count, duration, escape, number};
use super::{Block, Drawn};
use crate::results::{Provenance, RunState};

/// Lines of the counter table.
const COUNTERS: usize = 20;

#[expect(clippy::unnecessary_wraps, reason = "all sections have one signature")]
pub(super) fn draw(data: &Data) -> Drawn {
    let mut blocks = vec![run(data), network(data)];
    if !data.provenance.is_empty() {
        blocks.push(counters(&data.provenance));
    }
    Ok(blocks)
}

fn pairs(rows: &[(&str, String)]) -> String {
    let mut html = "<table class=\"pairs\"><tbody>".to_owned();
    for (name, value) in rows.iter().filter(|(_, value)| !value.is_empty()) {
        let (name, value) = (escape(name), escape(value));
        let _ = write!(
            html,
            "<tr><th scope=\"row\">{name}</th><td>{value}</td></tr>"
        );
    }
    html + "</tbody></table>"
}

fn run(data: &Data) -> Block {
    let info = &data.info;
    let state = match info.state {
        RunState::Running => "under way, or killed: --resume goes on",
        RunState::Interrupted => "interrupted: --resume goes on",
        RunState::Finished => "finished",
    };
    let ran = format!(
        "{} ({} ticks of {} µs)",
        duration(info.seconds(data.end)),
        count(u64::from(data.end)),
        count(u64::from(info.tick_us))
    );
    let asked = if data.end == info.ticks {
        String::new()
    } else {
        format!("{} ticks", count(u64::from(info.ticks)))
    };
    let clock = if info.clock_mhz > 0.0 {
        format!("{} MHz", number(info.clock_mhz))
    } else {
        String::new()
    };
    let slow_down = if info.slow_down > 1 {
        format!("a tick takes {} × its biological time", info.slow_down)
    } else {
        String::new()
    };
    let mut rows = vec![
        ("state", state.to_owned()),
        ("target", info.target.clone()),
        ("machine", info.machine.clone()),
        ("clock", clock),
        ("slow-down", slow_down),
        ("seed", info.seed.to_string()),
        ("biological time", ran),
        ("asked for", asked),
        (
            "speed",
            data.facts
                .realtime_factor
                .map_or_else(String::new, |f| format!("{} × real time", number(f))),
        ),
        ("host threads", info.threads.to_string()),
    ];
    rows.extend(
        info.versions
            .iter()
            .map(|(name, version)| (name.as_str(), version.clone())),
    );
    if let Some(totals) = &info.totals {
        rows.push(("spikes recorded", count(totals.spikes)));
        rows.push(("digest", totals.digest.clone()));
    }
    Block {
        title: "Run".to_owned(),
        html: pairs(&rows),
        caption: "Equal digests mean the same spikes and the same final θ, bit for bit, whatever target, partition or \
                  number of threads."
            .to_owned(),
        wide: false,
    }
}

fn network(data: &Data) -> Block {
    let info = &data.info;
    let populations: Vec<(&str, String)> = info
        .populations
        .iter()
        .map(|p| {
            (
                p.name.as_str(),
                format!("{} × {}", count(u64::from(p.size)), p.model),
            )
        })
        .collect();
    let projections: Vec<(&str, String)> = info
        .projections
        .iter()
        .map(|p| {
            let plastic = p.plasticity.as_ref().map_or("static".to_owned(), |s| {
                let prior = match (s.prior_mean, s.prior_sd) {
                    (Some(mean), Some(sd)) => format!("prior N({}, {}²)", number(mean), number(sd)),
                    _ => format!("prior {}", s.prior),
                };
                format!(
                    "{prior}, T = {}, N = {}, {}",
                    number(s.temperature),
                    number(s.experience),
                    s.integration
                )
            });
            (
                p.name.as_str(),
                format!("{} → {}: {plastic}", p.pre, p.post),
            )
        })
        .collect();
    Block {
        title: format!("Network {}", info.network),
        html: pairs(&populations) + &pairs(&projections),
        caption: "Populations, then projections; run.toml has it all.".to_owned(),
        wide: false,
    }
}

fn counters(provenance: &[Provenance]) -> Block {
    /// Sum, largest value, and where that is.
    type Sum<'a> = (u64, u64, Option<&'a Provenance>);
    let mut sums: BTreeMap<(&str, &str), Sum> = BTreeMap::new();
    for row in provenance {
        let sum = sums.entry((&row.scope, &row.counter)).or_default();
        sum.0 = sum.0.saturating_add(row.value);
        if row.value >= sum.1 {
            (sum.1, sum.2) = (row.value, Some(row));
        }
    }
    let rows: Vec<(&str, String)> = sums
        .iter()
        .take(COUNTERS)
        .map(|((_, counter), (sum, most, at))| {
            let place = at.map_or_else(String::new, place);
            let most = if most == sum {
                String::new()
            } else {
                format!(" ({})", count(*most))
            };
            (
                *counter,
                if *sum == 0 {
                    "0".to_owned()
                } else {
                    format!("{}, most on {place}{most}", count(*sum))
                },
            )
        })
        .collect();
    let rest = sums.len().saturating_sub(COUNTERS);
    let rest = if rest > 0 {
        format!(" {rest} more counters are in the file.")
    } else {
        String::new()
    };
    Block {
        title: "Counters of the machine".to_owned(),
        html: pairs(&rows),
        caption: format!(
            "Sums over cores, chips and links, with the place that counts most; provenance.parquet has each.{rest}"
        ),
        wide: false,
    }
}

fn place(row: &Provenance) -> String {
    match (row.chip_x, row.chip_y, row.core) {
        (Some(x), Some(y), Some(core)) => format!(
            "chip {x},{y} {} {core}",
            if row.scope == "link" { "link" } else { "core" }
        ),
        (Some(x), Some(y), None) => format!("chip {x},{y}"),
        _ => "whole run".to_owned(),
    }
}
