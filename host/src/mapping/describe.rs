//! A mapping in plain text, one table a stage, for people.

use super::budget::Memory;
use super::report::{CoreFigures, MapReport};
use std::cmp::Reverse;
use std::fmt::Write;

/// Rows of the longer tables; the rest is counted in one line.
const ROWS_MAX: usize = 12;

/// The figures of a mapping, stage by stage.
#[must_use]
pub fn text(report: &MapReport) -> String {
    let parts = [
        summary(report),
        partition(report),
        memory(report),
        placement(report),
        routes(report),
        tables(report),
    ];
    parts.join("\n")
}

/// Rows under a heading, columns as wide as they must be: the first to the left, all others to the right.
fn aligned(title: &str, heading: &[&str], rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = rows
            .iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count());
        cells
            .chain(heading.get(column).map(|cell| cell.len()))
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..heading.len()).map(width).collect();
    let mut text = format!("{title}\n");
    let heading = heading.iter().map(|&cell| cell.to_owned()).collect();
    for row in [&heading].into_iter().chain(rows) {
        let mut line = String::from(" ");
        for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let padding = " ".repeat(width - cell.chars().count().min(*width));
            let cell = if column == 0 {
                format!(" {cell}{padding}")
            } else {
                format!("  {padding}{cell}")
            };
            line.push_str(&cell);
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// The first rows, and a line on how many there are besides.
fn shortened(title: &str, heading: &[&str], rows: &[Vec<String>], what: &str) -> String {
    let mut text = aligned(title, heading, &rows[..rows.len().min(ROWS_MAX)]);
    if rows.len() > ROWS_MAX {
        let more = rows.len() - ROWS_MAX;
        // Writing to a string can't fail.
        let _ = writeln!(text, "  … and {more} {what}");
    }
    text
}

fn percent(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "–".to_owned();
    }
    format!("{:.1} %", 100.0 * part as f64 / whole as f64)
}

fn summary(report: &MapReport) -> String {
    let machine = &report.machine;
    let row = |what: &str, used: usize, of: usize| {
        vec![
            what.to_owned(),
            used.to_string(),
            of.to_string(),
            percent(used as u64, of as u64),
        ]
    };
    let rows = [
        row("cores", report.cores_used, machine.cores),
        row("chips", report.chips_used, machine.chips),
        row(
            "longest table",
            report.table_entries_max,
            machine.router_entries as usize,
        ),
    ];
    aligned(
        &format!("Machine {}", machine.name),
        &["", "used", "of", ""],
        &rows,
    )
}

fn partition(report: &MapReport) -> String {
    let row = |population: &super::report::PopulationFigures| {
        vec![
            population.name.clone(),
            population.slots.to_string(),
            population.slices.to_string(),
            population.slice_slots_max.to_string(),
            format!("{:08x}–{:08x}", population.keys.0, population.keys.1),
        ]
    };
    let rows: Vec<_> = report.populations.iter().map(row).collect();
    shortened(
        "Partition and keys",
        &["population", "slots", "slices", "largest", "keys"],
        &rows,
        "populations",
    )
}

/// The fullest core, itemised.
fn memory(report: &MapReport) -> String {
    let fullest = |core: &&CoreFigures| (core.dtcm_bytes, core.sdram_bytes, Reverse(core.place));
    let Some(core) = report.cores.iter().max_by_key(fullest) else {
        return "Memory: no core is in use\n".to_owned();
    };
    let limit = |memory| match memory {
        Memory::Dtcm => u64::from(report.machine.dtcm_bytes),
        Memory::Sdram => report.machine.sdram_bytes,
    };
    let row = |name: &str, memory: Memory, bytes: u64| {
        vec![
            name.to_owned(),
            memory.to_string(),
            bytes.to_string(),
            percent(bytes, limit(memory)),
        ]
    };
    let mut rows: Vec<_> = core
        .items
        .iter()
        .map(|item| row(item.name, item.memory, item.bytes))
        .collect();
    rows.push(row("in all", Memory::Dtcm, core.dtcm_bytes));
    rows.push(row("in all", Memory::Sdram, core.sdram_bytes));
    let title = format!(
        "Memory of the fullest core, {} of chip {}",
        core.place.core, core.place.chip
    );
    aligned(&title, &["item", "memory", "bytes", "of limit"], &rows)
}

fn placement(report: &MapReport) -> String {
    let mut used: Vec<_> = report
        .chips
        .iter()
        .filter(|chip| chip.cores_used > 0)
        .collect();
    used.sort_by_key(|chip| {
        (
            Reverse(chip.cores_used),
            Reverse(chip.sdram_bytes),
            chip.chip,
        )
    });
    let row = |chip: &&super::report::ChipFigures| {
        let sdram = percent(chip.sdram_bytes, report.machine.sdram_bytes);
        vec![
            chip.chip.to_string(),
            format!("{} of {}", chip.cores_used, chip.cores),
            sdram,
        ]
    };
    let rows: Vec<_> = used.iter().map(row).collect();
    shortened(
        "Placement, fullest chips first",
        &["chip", "cores", "SDRAM"],
        &rows,
        "chips",
    )
}

fn routes(report: &MapReport) -> String {
    let mut links: Vec<_> = report.links.iter().filter(|link| link.routes > 0).collect();
    links.sort_by_key(|link| (Reverse(link.routes), link.chip, link.link));
    let totals = format!(
        "Routes: {} slices are heard; a spike of each passes {} links ({} without multicast)",
        report.nets, report.tree_links, report.wire_length
    );
    let rows: Vec<_> = links
        .iter()
        .map(|link| {
            vec![
                link.chip.to_string(),
                link.link.to_string(),
                link.routes.to_string(),
            ]
        })
        .collect();
    shortened(&totals, &["chip", "link", "routes"], &rows, "links in use")
}

fn tables(report: &MapReport) -> String {
    let mut chips: Vec<_> = report
        .chips
        .iter()
        .filter(|chip| chip.table_full > 0)
        .collect();
    chips.sort_by_key(|chip| {
        (
            Reverse(chip.table_entries),
            Reverse(chip.table_full),
            chip.chip,
        )
    });
    let row = |chip: &&super::report::ChipFigures| {
        vec![
            chip.chip.to_string(),
            chip.table_full.to_string(),
            chip.table_entries.to_string(),
            percent(
                chip.table_entries as u64,
                u64::from(report.machine.router_entries),
            ),
            chip.method.to_string(),
        ]
    };
    let rows: Vec<_> = chips.iter().map(row).collect();
    let heading = ["chip", "key spaces", "entries", "of limit", "compressed by"];
    shortened("Routing tables, longest first", &heading, &rows, "chips")
}
