//! The chips on their triangular grid with the use of each core, and the fill of the router tables.
//!
//! Coordinates as on the machine: east is (1, 0), north-east (1, 1), north (0, 1); drawn as hexagons that touch where
//! a link is.

use std::fmt::Write;

use super::super::data::Data;
use super::super::facts::{Chip, CoreUse, Machine};
use super::super::text::{count, escape};
use super::{Block, Drawn, legend};

/// Distance from the centre of a hexagon to its corners.
const RADIUS: f64 = 46.0;
/// Chips of which more than a colour is drawn.
const DETAILED: usize = 160;
/// Chips drawn at all.
const CHIPS: usize = 3000;
/// Routers in the table.
const ROUTERS: usize = 16;

pub(super) fn draw(data: &Data) -> Drawn {
    let Some(machine) = data
        .facts
        .machine
        .as_ref()
        .filter(|machine| !machine.chips.is_empty())
    else {
        return Err("no map of the machine was handed over".to_owned());
    };
    let whole = machine.chips.len() <= CHIPS;
    let used: Vec<Chip> = machine
        .chips
        .iter()
        .filter(|c| whole || on(machine, c).next().is_some())
        .copied()
        .collect();
    let mut names: Vec<(String, String)> = Vec::new();
    for core in &machine.cores {
        let whole = data
            .population(&core.population)
            .and_then(|index| data.info.populations.get(index));
        let name = whole.map_or(&core.population, |population| &population.name);
        let entry = (format!("c{}", data.colour(&core.population)), name.clone());
        if names.len() < 8 && !names.contains(&entry) {
            names.push(entry);
        }
    }
    names.push(("empty".to_owned(), "free".to_owned()));
    if machine.chips.iter().any(|chip| chip.dead) {
        names.push(("dead".to_owned(), "dead chip".to_owned()));
    }
    let chips_used = machine
        .chips
        .iter()
        .filter(|chip| on(machine, chip).next().is_some())
        .count();
    Ok(vec![Block {
        title: if machine.name.is_empty() {
            "Chips and cores".to_owned()
        } else {
            machine.name.clone()
        },
        html: maps(data, machine, &used) + &legend(&names),
        caption: format!(
            "Look for crowding: each hexagon is a chip with its links at its sides, each dot a core, the fuller the \
             darker. {} of {} cores on {chips_used} of {} chips are in use.",
            count(machine.cores.len() as u64),
            count(u64::from(machine.cores_per_chip) * machine.chips.len() as u64),
            count(machine.chips.len() as u64)
        ),
        wide: true,
    }])
}

fn on<'a>(machine: &'a Machine, chip: &Chip) -> impl Iterator<Item = &'a CoreUse> {
    let (x, y) = (chip.x, chip.y);
    machine
        .cores
        .iter()
        .filter(move |core| (core.x, core.y) == (x, y))
}

/// Centre of a chip; y grows downwards.
fn centre(chip: &Chip) -> (f64, f64) {
    let (x, y) = (f64::from(chip.x), f64::from(chip.y));
    (RADIUS * 3_f64.sqrt() * (x - y / 2.0), -1.5 * RADIUS * y)
}

/// The map for a desk; and for a phone the chips in use with their neighbours, if that leaves most out.
fn maps(data: &Data, machine: &Machine, chips: &[Chip]) -> String {
    let busy: Vec<&Chip> = chips
        .iter()
        .filter(|chip| on(machine, chip).next().is_some())
        .collect();
    let near = |chip: &&Chip| {
        let (x, y) = centre(chip);
        busy.iter()
            .map(|b| centre(b))
            .any(|(bx, by)| (bx - x).hypot(by - y) < 2.0 * RADIUS)
    };
    let part: Vec<Chip> = chips.iter().filter(near).copied().collect();
    if part.is_empty() || 2 * part.len() > chips.len() {
        return map(data, machine, chips);
    }
    format!(
        r#"<div class="only-wide">{}</div><div class="only-narrow"><p>The chips in use and their neighbours, of {}:</p>{}</div>"#,
        map(data, machine, chips),
        chips.len(),
        map(data, machine, &part)
    )
}

fn map(data: &Data, machine: &Machine, chips: &[Chip]) -> String {
    let centres: Vec<(f64, f64)> = chips.iter().map(centre).collect();
    let low = |f: fn(&(f64, f64)) -> f64| centres.iter().map(f).fold(f64::INFINITY, f64::min);
    let high = |f: fn(&(f64, f64)) -> f64| centres.iter().map(f).fold(f64::NEG_INFINITY, f64::max);
    let (x0, y0) = (low(|c| c.0) - RADIUS, low(|c| c.1) - RADIUS - 2.0);
    let (width, height) = (
        high(|c| c.0) + RADIUS - x0,
        high(|c| c.1) + RADIUS + 2.0 - y0,
    );
    let mut svg = format!(
        r#"<svg class="map" style="max-width:{:.0}px" viewBox="{x0:.1} {y0:.1} {width:.1} {height:.1}" role="img" aria-label="Map of the machine">"#,
        width * 1.15
    );
    let detailed = chips.len() <= DETAILED;
    for (chip, &(x, y)) in chips.iter().zip(&centres) {
        let class = if chip.dead { "chip dead" } else { "chip" };
        let _ = write!(
            svg,
            r#"<g transform="translate({x:.1} {y:.1})"><path class="{class}" d="{}"/>"#,
            hexagon()
        );
        if !chip.dead {
            svg += &if detailed {
                cores(data, machine, chip)
            } else {
                summary(machine, chip)
            };
        }
        if detailed {
            let _ = write!(
                svg,
                r#"<text y="{:.1}" text-anchor="middle">{},{}</text>"#,
                RADIUS - 18.0,
                chip.x,
                chip.y
            );
        }
        svg += "</g>";
    }
    svg + "</svg>"
}

/// Corners up and down, so that the sides face east, north-east, north and their opposites.
fn hexagon() -> String {
    let corner = |k: u32| {
        let angle = f64::from(60 * k + 30).to_radians();
        format!(
            "{:.1} {:.1}",
            (RADIUS - 1.5) * angle.cos(),
            (RADIUS - 1.5) * angle.sin()
        )
    };
    format!("M{}Z", (0..6).map(corner).collect::<Vec<_>>().join("L"))
}

/// The cores as dots, 4 to 5 a row.
fn cores(data: &Data, machine: &Machine, chip: &Chip) -> String {
    let mut svg = String::new();
    let rows = [(0, 4_u32), (4, 5), (9, 5), (14, 4)];
    let places = rows.iter().enumerate().flat_map(|(row, &(before, room))| {
        let n = machine.cores_per_chip.saturating_sub(before).clamp(1, room);
        (0..n).map(move |k| {
            (
                12.6 * (f64::from(k) - f64::from(n - 1) / 2.0),
                11.8 * row as f64 - 25.0,
            )
        })
    });
    for (core, (x, y)) in (1..=machine.cores_per_chip).zip(places) {
        let found = on(machine, chip).find(|c| c.core == core);
        let _ = match found {
            Some(c) => write!(
                svg,
                r#"<circle class="fill c{}" style="opacity:{:.2}" cx="{x:.1}" cy="{y:.1}" r="5.2"><title>chip {},{} core {core}: {}, {:.0} % used</title></circle>"#,
                data.colour(&c.population),
                0.4 + 0.6 * c.used.clamp(0.0, 1.0),
                chip.x,
                chip.y,
                escape(&c.population),
                100.0 * c.used
            ),
            None => write!(
                svg,
                r#"<circle class="empty" cx="{x:.1}" cy="{y:.1}" r="4.2"/>"#
            ),
        };
    }
    svg
}

/// One disc for a chip of a large machine: its area is the share of cores in use.
fn summary(machine: &Machine, chip: &Chip) -> String {
    let share = on(machine, chip).count() as f64 / f64::from(machine.cores_per_chip.max(1));
    format!(
        r#"<circle class="fill c0" r="{:.1}"/>"#,
        0.8 * RADIUS * share.sqrt()
    )
}

pub(super) fn draw_tables(data: &Data) -> Drawn {
    let Some(machine) = data.facts.machine.as_ref() else {
        return Err("no map of the machine was handed over".to_owned());
    };
    let mut chips: Vec<&Chip> = machine
        .chips
        .iter()
        .filter(|chip| chip.table_entries > 0)
        .collect();
    if chips.is_empty() {
        return Err(
            "no router needs an entry: all packets stay on their chip or go by default".to_owned(),
        );
    }
    chips.sort_by_key(|chip| (std::cmp::Reverse(chip.table_entries), chip.x, chip.y));
    let mut html = r#"<div class="bars">"#.to_owned();
    for chip in chips.iter().take(ROUTERS) {
        let share = 100.0 * f64::from(chip.table_entries) / f64::from(machine.table_limit.max(1));
        let _ = write!(
            html,
            r#"<div class="row"><span>chip {},{}</span><b>{}</b><div class="track"><i class="c4" style="width:{share:.1}%"></i></div></div>"#,
            chip.x,
            chip.y,
            count(u64::from(chip.table_entries))
        );
    }
    let rest = if chips.len() > ROUTERS {
        format!(" The {ROUTERS} fullest of {}.", chips.len())
    } else {
        String::new()
    };
    Ok(vec![Block {
        title: format!(
            "Entries in use, of {} a router",
            count(u64::from(machine.table_limit))
        ),
        html: html + "</div>",
        caption: format!(
            "Look for a bar near its end: a router with a full table is where a larger network would stop fitting.{rest}"
        ),
        wide: false,
    }])
}
