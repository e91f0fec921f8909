//! Developer tasks: `cargo xtask COMMAND`.

mod prove;

use clap::Parser;
use std::process::ExitCode;

/// Developer tasks.
#[derive(Debug, Parser)]
#[command(name = "xtask", bin_name = "cargo xtask")]
enum Command {
    Prove(prove::Options),
}

fn main() -> ExitCode {
    let result = match Command::parse() {
        Command::Prove(options) => prove::run(&options),
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
