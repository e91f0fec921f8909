//! Time on the machine: where it is full, what came too late and why, the worst tick, what it costs in joules.

use std::fmt::Write;

use spinedrift_emulator::machine::Summary;
use spinedrift_emulator::machine::summary::{ChipSummary, task_names};

use super::super::axis::Axis;
use super::super::chart::Chart;
use super::super::data::Data;
use super::super::text::{count, escape, number, percent};
use super::hexagons::{Cell, Edge, map};
use super::incidents::{cores, incidents};
use super::{Block, Drawn, legend};

pub(super) fn draw(data: &Data) -> Drawn {
    let Some(run) = data.facts.cycles.as_ref() else {
        return Err("this target has no cycles; run with --target machine".to_owned());
    };
    let mut blocks = vec![verdict(run)];
    blocks.extend(maps(run));
    blocks.extend([slack(run), energy(run), worst_tick(run), cores(run)]);
    if !run.incidents.is_empty() {
        blocks.push(incidents(run));
    }
    Ok(blocks)
}

pub(super) fn block(title: &str, html: String, caption: String, wide: bool) -> Block {
    Block {
        title: title.to_owned(),
        html,
        caption,
        wide,
    }
}

/// The busiest core, link and memory; of the core, what its time goes into.
fn verdict(run: &Summary) -> Block {
    let busiest = run.cores.iter().max_by(|a, b| a.worst.0.cmp(&b.worst.0));
    let core = busiest.map_or_else(String::new, |core| {
        let tasks = task_names().into_iter().zip(&core.tasks);
        let (task, share) = tasks
            .max_by(|a, b| a.1.total_cmp(b.1))
            .unwrap_or(("", &0.0));
        format!(
            "<li><b>Tightest core</b>: {} on chip {}, core {}: its longest tick took {} of {} cycles ({}); most goes into <b>{task}</b> \
             ({} of the time). {} ticks missed their deadline.</li>",
            escape(&core.population),
            core.chip,
            core.core,
            count(core.worst.0),
            count(run.tick_cycles),
            percent(core.worst.0 as f64 / run.tick_cycles.max(1) as f64),
            percent(*share),
            count(run.cores.iter().map(|core| core.overruns).sum())
        )
    });
    let link = run.links.iter().max_by(|a, b| a.busy.total_cmp(&b.busy));
    let link = link.map_or_else(
        || "<li><b>Links</b>: no packet leaves its chip.</li>".to_owned(),
        |link| {
            format!(
                "<li><b>Busiest link</b>: {} of chip {}: {} of the time, {} packets.</li>",
                link.link,
                link.chip,
                percent(link.busy),
                count(link.packets)
            )
        },
    );
    let memory = run.chips.iter().max_by(|a, b| a.sdram.total_cmp(&b.sdram));
    let memory = memory.map_or_else(String::new, |chip| {
        format!(
            "<li><b>Busiest SDRAM</b>: chip {}: {} of the time; at most {} cores waited for it.</li>",
            chip.chip,
            percent(chip.sdram),
            chip.sdram_waiting_max
        )
    });
    let lost = losses(run);
    let caption = format!(
        "Giving every chip the program would take {} s, loading {} bytes {} s, collecting {} bytes {} s. {} packets were sent, worth {} deliveries: {} made, {} lost; {} were taken in late, {} dropped, {} sent again. \
         Times and joules rest on {}.",
        number(run.booting.seconds),
        count(run.loading.bytes),
        number(run.loading.seconds),
        count(run.collecting.bytes),
        number(run.collecting.seconds),
        count(run.sent),
        count(run.expected),
        count(run.delivered),
        count(
            run.lost
                .iter()
                .map(|(_, deliveries, _, _)| deliveries)
                .sum()
        ),
        count(run.late),
        count(run.dropped),
        count(run.reinjected),
        escape(&run.basis)
    );
    block(
        "Where it is tight",
        format!("<ul>{core}{link}{memory}{lost}</ul>"),
        caption,
        true,
    )
}

/// What was lost, by reason, with what to do.
fn losses(run: &Summary) -> String {
    run.lost.iter().fold(
        String::new(),
        |mut html, (what, deliveries, packets, remedy)| {
            let _ = write!(
                html,
                "<li><b>{}</b>: {} packets, {} deliveries; {}.</li>",
                escape(what),
                count(*packets),
                count(*deliveries),
                escape(remedy)
            );
            html
        },
    )
}

/// A map for each of load, packets and drops.
fn maps(run: &Summary) -> Vec<Block> {
    let most = |of: fn(&ChipSummary) -> f64| run.chips.iter().map(of).fold(0.0, f64::max);
    let cells = |of: fn(&ChipSummary) -> f64, scale: f64, text: fn(f64) -> String| {
        let cell = |chip: &ChipSummary| Cell {
            chip: chip.chip,
            share: if scale > 0.0 { of(chip) / scale } else { 0.0 },
            label: if of(chip) > 0.0 {
                text(of(chip))
            } else {
                String::new()
            },
            dead: chip.dead,
        };
        run.chips.iter().map(cell).collect::<Vec<_>>()
    };
    let busiest = run.links.iter().map(|link| link.busy).fold(0.0, f64::max);
    let edges = edges(run, busiest);
    let dropped = most(|chip| chip.dropped as f64);
    let mut blocks = vec![
        block(
            "Load of each chip's busiest core",
            map(
                &cells(|chip| chip.load, 1.0, |x| format!("{:.0}", 100.0 * x)),
                &[],
            ),
            "Per cent of the time. Look for a chip near 100: its core has no slack left."
                .to_owned(),
            false,
        ),
        block(
            "Packets through each router, and on links",
            map(
                &cells(
                    |chip| chip.packets as f64,
                    most(|chip| chip.packets as f64),
                    short,
                ),
                &edges,
            ),
            format!(
                "The darker a side, the busier the link; the busiest is in use {} of the time.",
                percent(busiest)
            ),
            false,
        ),
    ];
    if dropped > 0.0 {
        blocks.push(block(
            "Packets dropped by each router",
            map(&cells(|chip| chip.dropped as f64, dropped, short), &[]),
            "A router drops what its output has kept waiting too long: look one link further on for the cause.".to_owned(),
            false,
        ));
    }
    blocks
}

/// The links, the busiest as dark as can be.
fn edges(run: &Summary, busiest: f64) -> Vec<Edge> {
    run.links
        .iter()
        .map(|link| Edge {
            chip: link.chip,
            link: link.link,
            share: if busiest > 0.0 {
                link.busy / busiest
            } else {
                0.0
            },
            title: format!(
                "{} of the time, {} packets",
                percent(link.busy),
                count(link.packets)
            ),
        })
        .collect()
}

/// A count in few characters.
fn short(value: f64) -> String {
    match value {
        1e9.. => format!("{:.0}G", value / 1e9),
        1e6.. => format!("{:.0}M", value / 1e6),
        1e3.. => format!("{:.0}k", value / 1e3),
        _ => format!("{value:.0}"),
    }
}

fn slack(run: &Summary) -> Block {
    let most = run.slack.iter().copied().max().unwrap_or(1).max(1) as f64;
    let x = Axis::linear("part of the tick that was left", -0.05, 1.0);
    let mut chart = Chart::new(x, Axis::log("ticks of a core", 0.5, 2.0 * most));
    for (bin, ticks) in run
        .slack
        .iter()
        .enumerate()
        .filter(|(_, ticks)| **ticks > 0)
    {
        let last = bin + 1 == run.slack.len();
        let from = if last { -0.05 } else { bin as f64 / 20.0 };
        let class = if last { "fill c3" } else { "fill c0" };
        chart.bar((from, from + 0.05), (0.5, *ticks as f64), class);
    }
    block(
        "Slack before the deadline",
        chart.finish("Histogram of deadline slack"),
        "Look at the left end: the red bar, if there is one, counts ticks that missed their deadline.".to_owned(),
        false,
    )
}

fn worst_tick(run: &Summary) -> Block {
    let Some(worst) = &run.worst else {
        return block(
            "Worst tick",
            String::new(),
            "No tick was computed.".to_owned(),
            false,
        );
    };
    let us = |cycles: u64| cycles as f64 / f64::from(run.clock_mhz.max(1));
    let end = us(worst.cycles.max(run.tick_cycles)) * 1.02;
    let mut chart = Chart::sized(
        1080.0,
        150.0,
        Axis::linear("µs after the timer event", 0.0, end),
        Axis::linear("", 0.0, 1.0),
    );
    for (task, from, length) in &worst.slices {
        chart.bar(
            (us(*from), us(from + length)),
            (0.1, 0.8),
            &format!("fill c{task}"),
        );
    }
    chart.upright(us(run.tick_cycles), "deadline", "muted");
    let names: Vec<(String, String)> = task_names()
        .iter()
        .enumerate()
        .map(|(task, name)| (format!("c{task}"), (*name).to_owned()))
        .collect();
    let population = run
        .cores
        .iter()
        .find(|core| (core.chip, core.core) == worst.place)
        .map_or("", |core| core.population.as_str());
    block(
        "The worst tick",
        chart.finish("Timeline of the worst tick") + &legend(&names),
        format!(
            "Tick {} of core {} on chip {} ({population}): {} µs of {}. The colour that fills most of it is the cause. Drawn are \
             its first 512 stretches.",
            count(u64::from(worst.tick)),
            worst.place.1,
            worst.place.0,
            number(us(worst.cycles)),
            number(us(run.tick_cycles))
        ),
        true,
    )
}

fn energy(run: &Summary) -> Block {
    let all = run.energy_joule();
    let mut html = r#"<div class="bars">"#.to_owned();
    for (name, joules) in &run.energy {
        let share = 100.0 * joules / all.max(f64::MIN_POSITIVE);
        let _ = write!(
            html,
            r#"<div class="row"><span>{}</span><b>{} J</b><div class="track"><i class="c2" style="width:{share:.1}%"></i></div></div>"#,
            escape(name),
            number(*joules)
        );
    }
    let events: u64 = run
        .work
        .iter()
        .filter(|(section, _)| section.ends_with("_synapse"))
        .map(|(_, units)| units)
        .sum();
    let active: f64 = run.energy.iter().skip(2).map(|(_, joules)| joules).sum();
    let each = if events > 0 {
        format!(
            " {} nJ of it for each of {} synaptic events, idle chips left out; {} nJ with them.",
            number(1e9 * active / events as f64),
            count(events),
            number(1e9 * all / events as f64)
        )
    } else {
        String::new()
    };
    let hottest = run
        .chips
        .iter()
        .max_by(|a, b| a.energy.total_cmp(&b.energy));
    let hottest = hottest.map_or_else(String::new, |chip| {
        format!(
            " Most on one chip: {} J on {}.",
            number(chip.energy),
            chip.chip
        )
    });
    block(
        "Energy",
        html + "</div>",
        format!(
            "{} J in all.{each}{hottest} From {}.",
            number(all),
            run.basis
        ),
        false,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use spinedrift_emulator::machine::summary::CoreSummary;

    #[test]
    fn counts_are_told_in_few_characters() {
        assert_eq!(
            [7.0, 1500.0, 2.5e6, 3e9].map(short),
            ["7", "2k", "2M", "3G"]
        );
    }

    #[test]
    fn an_overloaded_core_is_the_first_thing_told() {
        let core = CoreSummary {
            population: "too <many>".into(),
            tasks: vec![0.1, 0.0, 0.8, 0.0, 0.0, 0.0],
            worst: (300, 7),
            overruns: 9,
            ..CoreSummary::default()
        };
        let run = Summary {
            tick_cycles: 200,
            cores: vec![CoreSummary::default(), core],
            ..Summary::default()
        };
        let html = verdict(&run).html;
        assert!(
            html.contains("too &lt;many&gt;") && html.contains("<b>row</b>"),
            "{html}"
        );
    }
}
