//! `spinedrift experiment`.

use super::Failure;
use crate::experiment::{
    Check, Experiment, ExperimentError, Finished, Options, Sources, Verdict, Which, run,
};
use crate::progress::Display;
use crate::results::Interrupt;
use clap::Args;
use std::fmt::Write as _;
use std::path::PathBuf;

/// Run a published experiment, draw its figure, and check its published numbers.
///
/// Runs every seed that isn't in --out yet, in parallel; the same command after Ctrl-C goes on. The exit code is the check: 0
/// if every check that counts passes and every negative control fails it, 1 otherwise, 2 for bad input.
///
/// `experiment list` names all experiments. On many machines: one process for each `--seed K --out DIR`, then `--judge --out DIR`
/// once (docs/experiments.md has scripts for Slurm and MPI).
#[derive(Debug, Args)]
pub(super) struct Run {
    /// Name of the experiment, or `list`.
    name: String,
    /// Under two minutes on two cores: fewer seeds, shorter runs.
    #[arg(long)]
    quick: bool,
    /// So many seeds (1, 2, …) instead of the experiment's own number.
    #[arg(long, value_name = "N")]
    seeds: Option<u64>,
    /// Run this seed alone and judge nothing: one process of many.
    #[arg(long, value_name = "K", conflicts_with = "seeds")]
    seed: Option<u64>,
    /// Run nothing: judge and draw what is in --out.
    #[arg(long, requires = "out", conflicts_with_all = ["seed", "seeds"])]
    judge: bool,
    /// Runs at a time; 0: one for each processor.
    #[arg(long, default_value_t = 0)]
    threads: usize,
    /// Directory; what it holds of this experiment is kept. Default: results/experiments/NAME, or NAME-quick.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Folder with MNIST's IDX files, for experiments with written digits. Default: the embedded 8×8 digits.
    #[arg(long, value_name = "DIR")]
    mnist: Option<PathBuf>,
    /// Spoken digits, named as those of the Free Spoken Digit Dataset: a folder of WAV files, or one with their
    /// recordings.tar.gz. Default: synthetic words.
    #[arg(long, value_name = "DIR")]
    fsdd: Option<PathBuf>,
    /// Print one JSON object instead of a table.
    #[arg(long)]
    json: bool,
}

impl Run {
    pub(super) fn run(
        self,
        experiments: &[&dyn Experiment],
        interrupt: &Interrupt,
    ) -> Result<(), Failure> {
        if self.name == "list" {
            super::print(&listed(experiments, self.json));
            return Ok(());
        }
        let Some(experiment) = experiments.iter().find(|e| e.about().name == self.name) else {
            let names: Vec<&str> = experiments.iter().map(|e| e.about().name).collect();
            return Err(Failure::input(miette::miette!(
                help = format!("there are: {}", names.join(", ")),
                "there is no experiment `{}`",
                self.name
            )));
        };
        let kind = if self.quick { "-quick" } else { "" };
        let out = self
            .out
            .clone()
            .unwrap_or_else(|| format!("results/experiments/{}{kind}", self.name).into());
        let options = Options {
            quick: self.quick,
            which: self.which(),
            threads: self.threads,
            sources: self.sources(),
            out,
            display: Display::detect(self.json),
        };
        let finished = run(*experiment, &options, interrupt).map_err(failure)?;
        self.tell(*experiment, &options, &finished)
    }

    fn sources(&self) -> Sources {
        Sources {
            mnist: self.mnist.clone(),
            recordings: self.fsdd.clone(),
        }
    }

    const fn which(&self) -> Which {
        match (self.judge, self.seed, self.seeds) {
            (true, ..) => Which::None,
            (_, Some(seed), _) => Which::One(seed),
            (_, _, Some(count)) => Which::Seeds(count),
            _ => Which::All,
        }
    }

    fn tell(
        &self,
        experiment: &dyn Experiment,
        options: &Options,
        finished: &Finished,
    ) -> Result<(), Failure> {
        let name = experiment.about().name;
        let Some(verdict) = &finished.verdict else {
            let Finished {
                ran, kept, undone, ..
            } = finished;
            let out = options.out.display();
            if self.json {
                let object = serde_json::json!({
                    "experiment": name, "ran": ran, "kept": kept, "undone": undone, "out": out.to_string(),
                });
                super::print(&object.to_string());
            } else {
                super::print(&format!(
                    "  {ran} runs done, {kept} were there, {undone} left undone; in {out}"
                ));
            }
            return if *undone == 0 {
                Ok(())
            } else {
                Err(Failure::run(miette::miette!(
                    help = "the same command goes on with what is missing",
                    "interrupted"
                )))
            };
        };
        if self.json {
            let json =
                crate::experiment::run::verdict_json(name, self.quick, verdict, &options.out);
            super::print(&json.to_string());
        } else {
            super::print(&table(verdict));
            if let Some(page) = &finished.page {
                super::print(&format!("\nOpen {} in a browser.", page.display()));
            }
        }
        if verdict.pass() {
            Ok(())
        } else {
            Err(Failure::run(miette::miette!(
                "{name} does not hold: {}",
                why(verdict)
            )))
        }
    }
}

/// Bad directories are the user's to mend; the rest failed while running.
fn failure(error: ExperimentError) -> Failure {
    match error {
        ExperimentError::OtherExperiment { .. } | ExperimentError::Data { .. } => {
            Failure::input(error)
        }
        _ => Failure::run(error),
    }
}

fn listed(experiments: &[&dyn Experiment], json: bool) -> String {
    let abouts = experiments.iter().map(|e| (e.about(), e.seeds(false)));
    if json {
        let all: Vec<_> = abouts
            .map(|(about, seeds)| {
                serde_json::json!({"name": about.name, "title": about.title, "claim": about.claim, "seeds": seeds})
            })
            .collect();
        return serde_json::Value::from(all).to_string();
    }
    let mut text = String::new();
    for (about, seeds) in abouts {
        let _ = writeln!(text, "  {:<22}{} ({seeds} seeds)", about.name, about.title);
    }
    text.trim_end().to_owned()
}

fn table(verdict: &Verdict) -> String {
    let mut text = String::new();
    let line = |text: &mut String, check: &Check| {
        let _ = writeln!(
            text,
            "  {:<4} {}\n         here {}; accepted {}{}",
            crate::experiment::passed(check),
            check.name,
            crate::experiment::here(check),
            crate::experiment::accepted(check),
            if check.published.is_empty() {
                String::new()
            } else {
                format!("; published: {} ({})", check.published, check.source.word())
            }
        );
    };
    for check in &verdict.checks {
        line(&mut text, check);
    }
    for control in &verdict.controls {
        let word = if control.caught() {
            "caught"
        } else {
            "NOT caught"
        };
        let failed: Vec<&str> = control.failed().map(|c| c.name.as_str()).collect();
        let _ = writeln!(
            text,
            "  control “{}” {word}; it fails: {}",
            control.name,
            failed.join("; ")
        );
    }
    text.trim_end().to_owned()
}

fn why(verdict: &Verdict) -> String {
    let failed = verdict.checks.iter().filter(|c| c.counts && !c.pass());
    let failed = failed.map(|check| check.name.clone());
    let missed = verdict.controls.iter().filter(|control| !control.caught());
    let missed = missed.map(|control| format!("the control “{}” passes", control.name));
    let all: Vec<String> = failed.chain(missed).collect();
    if all.is_empty() {
        "nothing was checked".to_owned()
    } else {
        all.join("; ")
    }
}
