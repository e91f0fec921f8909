//! Developer tasks: `cargo xtask …`.

mod compare;
mod instructions;

use clap::Parser;
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "cargo xtask")]
enum Task {
    /// Run a rival program and Spinedrift side by side.
    Compare(compare::Arguments),
    /// Count instructions under valgrind and compare them with the figures that are checked in.
    Instructions(instructions::Arguments),
}

fn main() -> ExitCode {
    let done = match Task::parse() {
        Task::Compare(arguments) => compare::run(&arguments),
        Task::Instructions(arguments) => instructions::run(&arguments),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}
