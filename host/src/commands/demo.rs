//! `spinedrift demo`, and `spinedrift` alone.

use super::{Failure, summary};
use crate::board::Machine;
use crate::demo::{self, DemoError, DemoOptions};
use crate::description::Integration;
use crate::progress::Display;
use crate::results::Interrupt;
use crate::session::Prepared;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Learn handwritten digits by synaptic sampling on an emulated many-core chip, and draw a report.
///
/// One winner-take-all circuit sees the digits as Poisson spikes and learns without labels. Held-out accuracy is printed
/// beside chance, the same network without prior and noise, and random weights.
#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "one flag of the command line each"
)]
pub(super) struct Demo {
    /// Directory with MNIST's IDX files (images-idx3-ubyte, labels-idx1-ubyte; gzipped or not) instead of the embedded
    /// 8×8 digits; a quarter of the images is held out.
    #[arg(long, value_name = "DIR")]
    mnist: Option<PathBuf>,
    /// A short training: the whole takes less than ten seconds.
    #[arg(long)]
    quick: bool,
    /// Host threads; 0: one for each processor. Any number gives the same bits.
    #[arg(long, default_value_t = 0)]
    threads: usize,
    /// How θ moves between events.
    #[arg(long, value_enum, default_value_t = Integrate::Lazy)]
    integration: Integrate,
    /// Where it runs.
    #[arg(long, default_value = "functional")]
    target: String,
    /// Machine: a name (spinn3, spinn5, triad, million, spinnaker2, single) or a TOML file.
    #[arg(long, default_value = "spinn3")]
    machine: String,
    /// Seed of everything random.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Results directory; it must be new or empty. Default: results/demo, or the next free number after it.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Go on with the unfinished run in --out.
    #[arg(long, requires = "out")]
    resume: bool,
    /// Treat anything in the health table as an error.
    #[arg(long)]
    strict: bool,
    /// Print one JSON object instead of a table.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Integrate {
    /// Exact Ornstein–Uhlenbeck transitions when a row is visited.
    Lazy,
    /// One Euler–Maruyama step a tick: the slow reference.
    Tick,
}

impl Demo {
    pub(super) fn run(self, interrupt: &Interrupt) -> Result<(), Failure> {
        let machine = Machine::load(&self.machine).map_err(Failure::input)?;
        let out = self.out.unwrap_or_else(free_directory);
        let options = DemoOptions {
            mnist: self.mnist,
            quick: self.quick,
            integration: match self.integration {
                Integrate::Lazy => Integration::Lazy,
                Integrate::Tick => Integration::EveryTick,
            },
            machine,
            target: self.target,
            threads: self.threads,
            seed: self.seed,
            out,
            resume: self.resume,
            display: Display::detect(self.json),
        };
        let (json, threads) = (self.json, self.threads);
        let announce = |prepared: &Prepared| {
            if !json {
                super::print(&summary::first_line(prepared, &options.target, threads));
            }
        };
        let outcome = demo::run(&options, interrupt, announce).map_err(failure)?;
        if !self.json {
            super::print(&summary::health(&outcome.run));
        }
        summary::Summary::of_demo(&options.target, options.seed, &outcome, &options.out)
            .print(self.json);
        if !self.json {
            super::print(&format!(
                "\nOpen {} in a browser.",
                outcome.report.display()
            ));
            if outcome.random.is_none() || outcome.maximum_likelihood.is_none() {
                super::print(&format!(
                    "Interrupted: the same command with --out {} --resume goes on from here.",
                    options.out.display()
                ));
            }
        }
        if self.strict {
            summary::strict(&outcome.run)
        } else {
            Ok(())
        }
    }
}

/// Bad images and a bad --out are the user's to mend; the rest failed while running.
fn failure(error: DemoError) -> Failure {
    match error {
        DemoError::Images(_) => Failure::input(error),
        DemoError::Run(error) => super::run::failure(error),
        DemoError::Results(_) => Failure::run(error),
    }
}

/// `results/demo`, or the first of `results/demo-2`, … that doesn't exist yet.
fn free_directory() -> PathBuf {
    let candidates = std::iter::once("results/demo".to_owned())
        .chain((2..).map(|n| format!("results/demo-{n}")));
    candidates
        .map(PathBuf::from)
        .find(|path| !path.exists())
        .unwrap_or_default()
}
