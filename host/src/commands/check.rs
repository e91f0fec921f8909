//! `spinedrift check NETWORK.toml`.

use super::Failure;
use super::run::Place;
use crate::mapping::{Budget, CorePlace, Memory};
use crate::progress::Display;
use crate::session::{CoreLoad, Prepared};
use clap::Args;
use serde_json::json;
use std::fmt::Write as _;

/// Check a network against a machine: does it hold together, does it fit, what does each core need in memory.
///
/// The bytes are those of the images that would be loaded. Nothing is run.
#[derive(Debug, Args)]
pub(super) struct Check {
    #[command(flatten)]
    place: Place,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

impl Check {
    pub(super) fn run(self) -> Result<(), Failure> {
        print_budget(
            &self.place.prepare(Display::detect(self.json))?.prepared,
            self.json,
        )
    }
}

/// Prints the itemised budget of every core.
#[expect(clippy::unnecessary_wraps, reason = "the last call of two commands")]
pub(super) fn print_budget(prepared: &Prepared, as_json: bool) -> Result<(), Failure> {
    let machine = &prepared.setup.machine;
    let loads = prepared.predicted_load();
    if as_json {
        let core = |(core, budget, place): (usize, &Budget, &CorePlace)| json!({ "core": core, "chip": [place.chip.x, place.chip.y], "processor": place.core, "items": budget.items, "cycles": loads.get(core).map(CoreLoad::cycles) });
        let budget = loads.first().map(|load| load.budget);
        let limits = json!({ "dtcm": machine.dtcm_bytes, "sdram": machine.sdram_bytes, "tick_cycles": budget, "cycles_from": prepared.load_basis() });
        super::print(
            &json!({ "limits": limits, "cores": prepared.cores().map(core).collect::<Vec<_>>() })
                .to_string(),
        );
        return Ok(());
    }
    let mut text = format!(
        "'{}' fits {}: {} cores of {} available\n",
        prepared.network.name,
        machine.name,
        prepared.mapping.partition.cores.len(),
        machine.cores_available(),
    );
    for (core, budget, place) in prepared.cores() {
        let names = prepared
            .mapping
            .partition
            .on_core(core)
            .filter_map(|slice| {
                let name = &prepared.network.populations.get(slice.population)?.name;
                Some(format!(
                    "{name}[{}..{}]",
                    slice.first_slot,
                    slice.first_slot + slice.slots
                ))
            });
        let names = names.collect::<Vec<_>>().join(", ");
        let (dtcm, sdram) = (budget.bytes(Memory::Dtcm), budget.bytes(Memory::Sdram));
        let share = 100.0 * dtcm as f64 / f64::from(machine.dtcm_bytes);
        let _ = writeln!(
            text,
            "\ncore {core} on chip {} processor {}: {names}\n  DTCM {dtcm} of {} bytes ({share:.0} %), SDRAM {sdram} bytes",
            place.chip, place.core, machine.dtcm_bytes,
        );
        if let Some(load) = loads.get(core) {
            let _ = writeln!(text, "  {}", deadline(load));
        }
        for item in &budget.items {
            let _ = writeln!(
                text,
                "    {:<6} {:<18}{:>12} bytes",
                item.memory.to_string(),
                item.name,
                item.bytes
            );
        }
    }
    if prepared.scales.weights_lost() > 0 {
        let _ = writeln!(
            text,
            "\n{} weights are lost to rounding",
            prepared.scales.weights_lost()
        );
    }
    let _ = writeln!(
        text,
        "\ncycles are predicted from mean rates and {}; `run --target machine` finds out",
        prepared.load_basis()
    );
    super::print(text.trim_end());
    Ok(())
}

/// The deadline budget of a core in one line.
pub(super) fn deadline(load: &CoreLoad) -> String {
    format!(
        "tick {:.0} of {:.0} cycles ({:.0} %): update {:.0}, packets {:.0}, rows {:.0}{}",
        load.cycles(),
        load.budget,
        100.0 * load.share(),
        load.update,
        load.packets,
        load.rows,
        if load.share() > 1.0 {
            "; the deadline will be missed"
        } else {
            ""
        }
    )
}
