//! The `spinedrift` binary: parses, calls, and renders the error.

mod experiments;

use clap::Parser;
use spinedrift::commands::{self, Cli};
use std::process::ExitCode;

fn main() -> ExitCode {
    commands::main(Cli::parse(), &experiments::ALL)
}
