//! `spinedrift completions SHELL`.

use super::{Cli, Failure};
use clap::{Args, CommandFactory};
use clap_complete::Shell;

/// Print a completion script for a shell.
#[derive(Debug, Args)]
pub(super) struct Completions {
    /// Shell.
    shell: Shell,
}

impl Completions {
    #[expect(
        clippy::unnecessary_wraps,
        reason = "every command answers with a result"
    )]
    pub(super) fn run(self) -> Result<(), Failure> {
        clap_complete::generate(
            self.shell,
            &mut Cli::command(),
            "spinedrift",
            &mut std::io::stdout(),
        );
        Ok(())
    }
}
