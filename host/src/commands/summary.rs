//! What a run prints last: a short table for people, or one JSON object for programs.

use super::Failure;
use crate::demo::DemoOutcome;
use crate::report::number as number_of;
use crate::session::{Outcome, Prepared, grouped};
use serde_json::{Map, Value, json};
use spinedrift_core::kernel::Counter;
use std::fmt::Write as _;
use std::path::Path;

/// Figures in the order in which they are shown.
#[derive(Debug, Default)]
pub(super) struct Summary(Vec<(&'static str, Value)>);

impl Summary {
    /// The keys that every run has.
    pub(super) fn of_run(
        target: &str,
        network: &str,
        seed: u64,
        run: &Outcome,
        updates_every_tick: u64,
        out: &Path,
    ) -> Self {
        Self(vec![
            ("target", json!(target)),
            ("network", json!(network)),
            ("seed", json!(seed)),
            ("ticks", json!(run.ticks)),
            ("realtime_factor", json!(run.timing.realtime_factor())),
            ("spikes", json!(run.counter(Counter::Spikes))),
            (
                "synapse_updates",
                json!(run.counter(Counter::SynapseUpdates)),
            ),
            ("synapse_updates_every_tick", json!(updates_every_tick)),
            ("saturated", json!(run.saturated())),
            ("late", json!(run.losses.late)),
            ("dropped", json!(run.losses.dropped)),
            ("digest", json!(run.digest)),
            ("out", json!(out.display().to_string())),
            ("interrupted", json!(run.interrupted)),
        ])
        .and_machine(run)
    }

    /// Those of a target that has cycles.
    fn and_machine(mut self, run: &Outcome) -> Self {
        let Some(machine) = &run.machine else {
            return self;
        };
        let wall = run.timing.wall_seconds.max(1e-9);
        self.0.extend([
            (
                "slowdown",
                json!(1.0 / run.timing.realtime_factor().max(1e-9)),
            ),
            ("events_per_second", json!(machine.events as f64 / wall)),
            ("energy_joule", json!(machine.energy_joule())),
            ("worst_tick_cycles", json!(machine.worst_tick_cycles())),
            ("tick_budget_cycles", json!(machine.tick_cycles)),
            ("booting_seconds", json!(machine.booting.seconds)),
            ("loading_seconds", json!(machine.loading.seconds)),
            ("collecting_seconds", json!(machine.collecting.seconds)),
            ("time_and_energy_from", json!(machine.basis)),
        ]);
        self
    }

    /// Those and the demo's.
    pub(super) fn of_demo(target: &str, seed: u64, demo: &DemoOutcome, out: &Path) -> Self {
        let mut summary = Self::of_run(
            target,
            &demo.network,
            seed,
            &demo.run,
            demo.updates_every_tick,
            out,
        );
        let incomplete = demo.maximum_likelihood.is_none() || demo.random.is_none();
        summary.0.retain(|(key, _)| *key != "interrupted");
        summary
            .0
            .push(("interrupted", json!(demo.run.interrupted || incomplete)));
        let rate = |evaluation: Option<crate::demo::Evaluation>| evaluation.map(|e| e.accuracy);
        summary.0.extend([
            ("accuracy", json!(rate(demo.accuracy))),
            ("chance", json!(demo.accuracy.map(|e| e.chance))),
            (
                "accuracy_maximum_likelihood",
                json!(rate(demo.maximum_likelihood)),
            ),
            ("accuracy_random", json!(rate(demo.random))),
        ]);
        summary
    }

    /// Prints it.
    pub(super) fn print(self, as_json: bool) {
        if as_json {
            let object: Map<String, Value> = self
                .0
                .into_iter()
                .map(|(key, value)| (key.to_owned(), value))
                .collect();
            super::print(&Value::Object(object).to_string());
            return;
        }
        let mut text = String::new();
        for (key, value) in &self.0 {
            let _ = writeln!(text, "  {:<28}{}", key.replace('_', " "), shown(key, value));
        }
        super::print(text.trim_end());
    }
}

/// A value as a person reads it.
fn shown(key: &str, value: &Value) -> String {
    match value {
        Value::Null => "–".into(),
        Value::String(text) if key == "digest" => text.chars().take(16).collect::<String>() + "…",
        Value::String(text) => text.clone(),
        Value::Number(number) if number.is_f64() => {
            let value = number.as_f64().unwrap_or(0.0);
            if key.starts_with("accuracy") || key == "chance" {
                format!("{:.1} %", 100.0 * value)
            } else if value == 0.0 || value.abs() >= 10.0 {
                format!("{value:.1}")
            } else {
                number_of(value)
            }
        }
        Value::Number(number) => number.as_u64().map_or_else(|| number.to_string(), grouped),
        other => other.to_string(),
    }
}

/// The health table: nothing if all is well but a word that it is.
pub(super) fn health(run: &Outcome) -> String {
    let bad: Vec<_> = run
        .health
        .lines
        .iter()
        .filter(|line| line.count > 0)
        .collect();
    if bad.is_empty() {
        return "  health: nothing late, dropped, saturated or lost to rounding".into();
    }
    let mut text = String::from("  health, worst first:\n");
    for line in bad {
        let of = line.of.map_or_else(String::new, |of| format!(" of {of}"));
        let _ = writeln!(
            text,
            "    {:>12}{of} {} ({}); {}",
            line.count, line.what, line.object, line.remedy
        );
    }
    text.trim_end().to_owned()
}

/// Under `--strict`, an unhealthy run is an error.
pub(super) fn strict(run: &Outcome) -> Result<(), Failure> {
    match run.health.lines.iter().find(|line| line.count > 0) {
        None => Ok(()),
        Some(line) => Err(Failure::run(miette::miette!(
            help = line.remedy,
            "--strict: {} {} ({})",
            line.count,
            line.what,
            line.object
        ))),
    }
}

/// The first line of a run: target, machine, clock, time scale, seed.
pub(super) fn first_line(prepared: &Prepared, target: &str, threads: usize) -> String {
    let machine = &prepared.setup.machine;
    let threads = if threads == 0 {
        "all".to_owned()
    } else {
        threads.to_string()
    };
    format!(
        "target {target} (an emulator on this computer, no chip) · machine {} at {} MHz · {} cores used · tick {} ms, as \
         fast as it can · {threads} threads · seed {}",
        machine.name,
        machine.clock_mhz,
        prepared.mapping.partition.cores.len(),
        f64::from(prepared.network.tick_us) / 1000.0,
        prepared.setup.seed,
    )
}
