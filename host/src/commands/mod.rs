//! The command line: one file a subcommand, whose help text is its manual.
//!
//! Exit codes: 0 all well, 1 the run or check failed, 2 bad input.

mod check;
mod completions;
mod demo;
mod experiment;
mod firmware;
mod image;
mod map;
mod report;
mod run;
mod summary;

use crate::experiment::Experiment;
use crate::results::Interrupt;
use clap::{Parser, Subcommand};
use miette::{IntoDiagnostic, Report};
use std::process::ExitCode;

/// Synaptic sampling on many-core neuromorphic chips: describe, map, run, report.
///
/// Without a command: the demo, which learns handwritten digits by synaptic sampling and draws a report.
#[derive(Debug, Parser)]
#[command(
    name = "spinedrift",
    version,
    about,
    long_about,
    args_conflicts_with_subcommands = true
)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    demo: demo::Demo,
}

#[derive(Debug, Subcommand)]
enum Command {
    Demo(demo::Demo),
    Run(run::Run),
    Map(map::Map),
    Check(check::Check),
    Firmware(firmware::Firmware),
    Experiment(experiment::Run),
    Image(image::Image),
    Report(report::Draw),
    Completions(completions::Completions),
}

/// How a command failed.
#[derive(Debug)]
pub enum Failure {
    /// The user's input can't be used: exit code 2.
    Input(Report),
    /// A run or check failed: exit code 1.
    Run(Report),
}

impl Failure {
    pub(crate) fn input(error: impl Into<Report>) -> Self {
        Self::Input(error.into())
    }

    pub(crate) fn run(error: impl Into<Report>) -> Self {
        Self::Run(error.into())
    }
}

/// Carries a command out, and renders its error if it fails. `experiments` are those that `spinedrift experiment` knows: a
/// program with experiments of its own hands over its own list.
#[must_use]
pub fn main(cli: Cli, experiments: &[&dyn Experiment]) -> ExitCode {
    let result = Interrupt::install()
        .into_diagnostic()
        .map_err(Failure::Run)
        .and_then(|interrupt| match cli.command {
            None => cli.demo.run(&interrupt),
            Some(Command::Demo(command)) => command.run(&interrupt),
            Some(Command::Run(command)) => command.run(&interrupt),
            Some(Command::Map(command)) => command.run(),
            Some(Command::Check(command)) => command.run(),
            Some(Command::Firmware(command)) => command.run(),
            Some(Command::Experiment(command)) => command.run(experiments, &interrupt),
            Some(Command::Image(command)) => command.run(),
            Some(Command::Report(command)) => command.run(),
            Some(Command::Completions(command)) => command.run(),
        });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Run(error)) => {
            eprintln!("{error:?}");
            ExitCode::from(1)
        }
        Err(Failure::Input(error)) => {
            eprintln!("{error:?}");
            ExitCode::from(2)
        }
    }
}

/// Prints to standard output; a closed pipe ends the output, not the program.
pub(crate) fn print(text: &str) {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}
