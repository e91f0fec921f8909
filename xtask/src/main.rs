//! Developer tasks: `cargo xtask COMMAND`.

mod compare;
mod demo_law;
mod instructions;
mod law;
mod prove;

use clap::Parser;
use std::process::ExitCode;

/// Developer tasks.
#[derive(Debug, Parser)]
#[command(name = "xtask", bin_name = "cargo xtask")]
enum Command {
    /// Run a rival program and Spinedrift side by side.
    Compare(compare::Arguments),
    /// Count instructions under valgrind and compare them with the figures that are checked in.
    Instructions(instructions::Arguments),
    DemoLaw(demo_law::Options),
    Law(law::Arguments),
    Prove(prove::Options),
}

fn main() -> ExitCode {
    let result = match Command::parse() {
        Command::Compare(arguments) => compare::run(&arguments).map_err(|error| error.to_string()),
        Command::Instructions(arguments) => {
            instructions::run(&arguments).map_err(|error| error.to_string())
        }
        Command::DemoLaw(options) => demo_law::run(&options).map_err(|error| error.to_string()),
        Command::Law(arguments) => law::run(&arguments).map_err(|error| error.to_string()),
        Command::Prove(options) => prove::run(&options).map_err(|error| error.to_string()),
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}
