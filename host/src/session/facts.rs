//! What the report tells besides the tables: health, memory, machine.

use super::{Outcome, Prepared};
use crate::mapping::{Budget, BudgetItem, CorePlace, Memory as MemoryKind};
use crate::report::{
    Chip, CoreBudget, CoreUse, Figure, HealthCounter, Machine, Memory, ReportFacts,
};
use spinedrift_core::kernel::Counter;

/// The facts of a finished run of any network; the demo adds its own.
#[must_use]
pub fn facts(prepared: &Prepared, outcome: &Outcome, target: &str) -> ReportFacts {
    let network = &prepared.network;
    let seconds = outcome.timing.biological_seconds;
    let figure = |name: &str, value: String, note: &str| Figure {
        name: name.into(),
        value,
        note: note.into(),
    };
    let updates = outcome.counter(Counter::SynapseUpdates);
    let figures = vec![
        figure("target", target.to_owned(), ""),
        figure(
            "seed",
            prepared.setup.seed.to_string(),
            "the same seed gives the same bits on any number of threads",
        ),
        figure("biological time", format!("{seconds:.1} s"), ""),
        figure(
            "speed",
            format!("{:.0} × real time", outcome.timing.realtime_factor()),
            "",
        ),
        figure("spikes", grouped(outcome.counter(Counter::Spikes)), ""),
        figure(
            "synapse updates",
            grouped(updates),
            "what lazy integration really computed",
        ),
        figure(
            "every-tick updates",
            grouped(prepared.updates_every_tick(outcome.ticks)),
            "what one step a tick for each synapse would have cost",
        ),
        figure(
            "digest",
            outcome.digest.chars().take(12).collect(),
            "BLAKE3 of all recorded spikes and the final θ",
        ),
    ];
    ReportFacts {
        title: network.name.clone(),
        headline: format!(
            "{seconds:.0} s of biological time at {:.0} times real time; {} spines gained, {} lost.",
            outcome.timing.realtime_factor(),
            outcome.counter(Counter::Gained),
            outcome.counter(Counter::Lost),
        ),
        figures,
        realtime_factor: Some(outcome.timing.realtime_factor()),
        health: health(outcome),
        memory: Some(memory(prepared)),
        machine: Some(machine(prepared)),
        cycles: outcome.machine.clone(),
        complete: !outcome.interrupted,
        ..ReportFacts::default()
    }
}

/// A count with its thousands apart.
#[must_use]
pub fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let (head, tail) = digits.split_at(digits.len() % 3);
    let groups = tail
        .as_bytes()
        .chunks(3)
        .filter_map(|group| std::str::from_utf8(group).ok());
    let groups = Some(head)
        .filter(|head| !head.is_empty())
        .into_iter()
        .chain(groups);
    groups.collect::<Vec<_>>().join("\u{202f}")
}

fn health(outcome: &Outcome) -> Vec<HealthCounter> {
    let line = |line: &super::HealthLine| HealthCounter {
        counter: line.what.to_owned(),
        count: line.count,
        of: line.of,
        object: line.object.clone(),
        remedy: if line.count > 0 {
            line.remedy.to_owned()
        } else {
            String::new()
        },
    };
    outcome.health.lines.iter().map(line).collect()
}

pub(super) fn names(prepared: &Prepared, core: usize) -> String {
    let slices = prepared.mapping.partition.on_core(core);
    let name = |slice: &crate::mapping::Slice| {
        prepared
            .network
            .populations
            .get(slice.population)
            .map(|p| p.name.clone())
    };
    slices.filter_map(name).collect::<Vec<_>>().join(" + ")
}

fn memory(prepared: &Prepared) -> Memory {
    let machine = &prepared.setup.machine;
    let items = |items: &[BudgetItem], kind: MemoryKind| {
        let of_kind = items.iter().filter(|item| item.memory == kind);
        of_kind
            .map(|item| (item.name.to_owned(), item.bytes))
            .collect()
    };
    let core = |(core, budget, place): (usize, &Budget, &CorePlace)| CoreBudget {
        chip_x: u32::from(place.chip.x),
        chip_y: u32::from(place.chip.y),
        core: u32::from(place.core),
        population: names(prepared, core),
        dtcm: items(&budget.items, MemoryKind::Dtcm),
        sdram: items(&budget.items, MemoryKind::Sdram),
    };
    Memory {
        dtcm_limit: u64::from(machine.dtcm_bytes),
        sdram_limit: machine.sdram_bytes,
        cores: prepared.cores().map(core).collect(),
    }
}

fn machine(prepared: &Prepared) -> Machine {
    let machine = &prepared.setup.machine;
    let entries = |chip| {
        let table = prepared
            .mapping
            .tables
            .iter()
            .find(|table| table.chip == chip);
        table.map_or(0, |table| table.table.entries.len() as u32)
    };
    let dead = machine.dead_chips();
    let chip = |at: spinedrift_emulator::geometry::ChipCoord| Chip {
        x: u32::from(at.x),
        y: u32::from(at.y),
        table_entries: entries(at),
        dead: dead.contains(&at),
    };
    let limit = f64::from(machine.dtcm_bytes);
    let used = |(core, budget, place): (usize, &Budget, &CorePlace)| CoreUse {
        x: u32::from(place.chip.x),
        y: u32::from(place.chip.y),
        core: u32::from(place.core),
        population: names(prepared, core),
        used: budget.bytes(MemoryKind::Dtcm) as f64 / limit,
    };
    Machine {
        name: machine.name.clone(),
        cores_per_chip: u32::from(machine.application_cores),
        table_limit: machine.router_entries,
        chips: machine
            .chips()
            .chain(dead.iter().copied())
            .map(chip)
            .collect(),
        cores: prepared.cores().map(used).collect(),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn thousands_stand_apart() {
        assert_eq!(
            [7, 123, 1234, 1_234_567].map(super::grouped),
            ["7", "123", "1\u{202f}234", "1\u{202f}234\u{202f}567"]
        );
    }
}
