//! Developer tasks: `cargo xtask COMMAND`.

mod calibrate;
mod compare;
mod demo_law;
mod instructions;
mod law;
mod prove;
mod sizes;
mod stack;

use clap::Parser;
use std::process::ExitCode;

/// Developer tasks.
#[derive(Debug, Parser)]
#[command(name = "xtask", bin_name = "cargo xtask")]
enum Command {
    /// Measure what each section of the kernel takes on ARM, in QEMU, and write the cost tables.
    Calibrate(calibrate::Arguments),
    /// Run a rival program and Spinedrift side by side.
    Compare(compare::Arguments),
    /// Count instructions under valgrind and compare them with the figures that are checked in.
    Instructions(instructions::Arguments),
    DemoLaw(demo_law::Options),
    Law(law::Arguments),
    Prove(prove::Options),
    /// Print the firmware's code and constants by feature.
    Sizes(sizes::Arguments),
    /// Print how deep each board's stack can get, and what is left of it.
    Stack(stack::Arguments),
}

fn main() -> ExitCode {
    let result = match Command::parse() {
        Command::Compare(arguments) => compare::run(&arguments).map_err(|error| error.to_string()),
        Command::Instructions(arguments) => {
            instructions::run(&arguments).map_err(|error| error.to_string())
        }
        Command::DemoLaw(options) => demo_law::run(&options).map_err(|error| error.to_string()),
        Command::Law(arguments) => law::run(&arguments).map_err(|error| error.to_string()),
        Command::Calibrate(arguments) => {
            calibrate::run(&arguments).map_err(|error| error.to_string())
        }
        Command::Sizes(arguments) => sizes::run(&arguments).map_err(|error| error.to_string()),
        Command::Stack(arguments) => stack::run(&arguments).map_err(|error| error.to_string()),
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
