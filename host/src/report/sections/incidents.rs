//! Tables of a run on the machine: the tightest cores, and the packets that were late or lost.

use std::fmt::Write;

use spinedrift_emulator::geometry::ChipCoord;
use spinedrift_emulator::machine::Summary;
use spinedrift_emulator::machine::summary::{CoreSummary, Told, task_names};

use super::super::text::{count, escape, percent};
use super::Block;
use super::timing::block;

/// Rows of a table.
const ROWS: usize = 12;

pub(super) fn cores(run: &Summary) -> Block {
    let mut cores: Vec<&CoreSummary> = run.cores.iter().collect();
    cores.sort_by_key(|core| (std::cmp::Reverse(core.worst.0), core.chip, core.core));
    let mut html = "<table class=\"stacking\"><thead><tr><th>core</th><th class=\"n\">longest tick</th><th class=\"n\">missed</th>\
                    <th class=\"n\">late</th><th class=\"n\">queue</th><th>where its time goes</th></tr></thead><tbody>"
        .to_owned();
    for core in cores.iter().take(ROWS) {
        let tasks = task_names().into_iter().zip(&core.tasks);
        let shares: Vec<String> = tasks
            .filter(|(_, share)| **share >= 0.0005)
            .map(|(name, share)| format!("{name} {}", percent(*share)))
            .collect();
        let _ = write!(
            html,
            "<tr><th scope=\"row\">{} ({}, core {}){}</th><td class=\"n\" data-label=\"longest tick\">{}</td><td class=\"n\" data-label=\"missed\">{}</td>\
             <td class=\"n\" data-label=\"late\">{}</td><td class=\"n\" data-label=\"queue\">{}</td><td data-label=\"where its time goes\">{}</td></tr>",
            escape(&core.population),
            core.chip,
            core.core,
            if core.stuck { " stopped" } else { "" },
            percent(core.worst.0 as f64 / run.tick_cycles.max(1) as f64),
            count(core.overruns),
            count(core.late),
            core.queue_max,
            shares.join(", ")
        );
    }
    let rest = run.cores.len().saturating_sub(ROWS);
    let caption = format!(
        "The tightest first{}.",
        if rest > 0 {
            format!("; {rest} more have more slack")
        } else {
            String::new()
        }
    );
    block("Cores", html + "</tbody></table>", caption, true)
}

pub(super) fn incidents(run: &Summary) -> Block {
    let mut html = "<table class=\"stacking\"><thead><tr><th>what</th><th class=\"n\">µs</th><th>key</th><th>sent by</th><th>where</th>\
                    <th>way</th></tr></thead><tbody>"
        .to_owned();
    let chip = |chip: &ChipCoord| chip.to_string();
    for told in run.incidents.iter().take(2 * ROWS) {
        let Told {
            what,
            at_us,
            key,
            tick,
            source,
            place,
            path,
        } = told;
        let way: Vec<String> = path.iter().map(chip).collect();
        let _ = write!(
            html,
            "<tr><th scope=\"row\">{}</th><td class=\"n\" data-label=\"µs\">{}</td><td data-label=\"key\">{key:#010x} of tick {tick}</td>\
             <td data-label=\"sent by\">core {} of {}</td><td data-label=\"where\">{}</td><td data-label=\"way\">{}</td></tr>",
            escape(what),
            count(*at_us),
            source.1,
            source.0,
            escape(place),
            way.join(" → ")
        );
    }
    block(
        "Packets late or lost",
        html + "</tbody></table>",
        "The first ones, in the order of time; the way is that of the routing tables from the source to the place.".to_owned(),
        true,
    )
}
