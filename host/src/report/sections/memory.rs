//! Itemised memory of the cores against the limits.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::super::data::Data;
use super::super::facts::{CoreBudget, Memory};
use super::super::text::{escape, kib};
use super::{Block, Drawn, legend};

/// Cores drawn, the fullest.
const CORES: usize = 16;

/// Items of one memory of one core.
type Items = Vec<(String, u64)>;

pub(super) fn draw(data: &Data) -> Drawn {
    let Some(memory) = data
        .facts
        .memory
        .as_ref()
        .filter(|memory| !memory.cores.is_empty())
    else {
        return Err("no memory budget was handed over".to_owned());
    };
    let dtcm = block(memory, "DTCM", memory.dtcm_limit, |core| &core.dtcm, "core");
    let sdram = block(
        memory,
        "SDRAM",
        memory.sdram_limit,
        |core| &core.sdram,
        "chip, which its cores share",
    );
    Ok(vec![dtcm, sdram])
}

fn block(
    memory: &Memory,
    name: &str,
    limit: u64,
    of: fn(&CoreBudget) -> &Items,
    whose: &str,
) -> Block {
    let sum = |core: &CoreBudget| of(core).iter().map(|(_, bytes)| bytes).sum::<u64>();
    let mut fullest: Vec<&CoreBudget> = memory.cores.iter().collect();
    fullest.sort_by_key(|core| std::cmp::Reverse(sum(core)));
    let colours = colours(memory, of);
    // SDRAM is so large that the bars would vanish: then the fullest core is the measure.
    let most = fullest.first().map_or(0, |core| sum(core));
    let scale = if most < limit / 50 {
        most.max(1)
    } else {
        limit.max(1)
    };
    let mut html = r#"<div class="bars">"#.to_owned();
    for core in fullest.iter().take(CORES) {
        let _ = write!(
            html,
            r#"<div class="row"><span>{},{} core {} <small>{}</small></span><b>{}</b><div class="track">{}</div></div>"#,
            core.chip_x,
            core.chip_y,
            core.core,
            escape(&core.population),
            kib(sum(core)),
            pieces(of(core), &colours, scale)
        );
    }
    // Items that share the last colour share a line of the legend.
    let names: Vec<(String, String)> = colours
        .chunk_by(|a, b| a.1 == b.1)
        .filter_map(|items| {
            let all: Vec<&str> = items.iter().map(|(item, _)| item.as_str()).collect();
            Some((format!("c{}", items.first()?.1), all.join(", ")))
        })
        .collect();
    let full = if scale == limit {
        "a full bar is the limit"
    } else {
        "a full bar is the fullest core"
    };
    let rest = memory.cores.len().saturating_sub(CORES);
    let rest = if rest > 0 {
        format!(" The {CORES} fullest of {} cores.", memory.cores.len())
    } else {
        String::new()
    };
    Block {
        title: format!("{name}: {} for a {whose}", kib(limit)),
        html: html + "</div>" + &legend(&names),
        caption: format!(
            "Look for bars near the end: {full}; the fullest uses {:.1} % of the limit.{rest}",
            100.0 * most as f64 / limit.max(1) as f64
        ),
        wide: false,
    }
}

/// A colour for each item, the largest first.
fn colours(memory: &Memory, of: fn(&CoreBudget) -> &Items) -> Vec<(String, usize)> {
    let mut totals: BTreeMap<&str, u64> = BTreeMap::new();
    for (item, bytes) in memory.cores.iter().flat_map(of) {
        *totals.entry(item).or_default() += bytes;
    }
    let mut items: Vec<(&str, u64)> = totals.into_iter().filter(|&(_, bytes)| bytes > 0).collect();
    items.sort_by_key(|&(_, bytes)| std::cmp::Reverse(bytes));
    items
        .into_iter()
        .enumerate()
        .map(|(k, (item, _))| (item.to_owned(), k.min(7)))
        .collect()
}

fn pieces(items: &Items, colours: &[(String, usize)], scale: u64) -> String {
    let piece = |(item, colour): &(String, usize)| {
        let bytes: u64 = items
            .iter()
            .filter(|(name, _)| name == item)
            .map(|(_, bytes)| bytes)
            .sum();
        let share = 100.0 * bytes as f64 / scale as f64;
        format!(
            r#"<i class="c{colour}" style="width:{share:.2}%" title="{}: {}"></i>"#,
            escape(item),
            kib(bytes)
        )
    };
    colours.iter().map(piece).collect()
}
