//! `spinedrift firmware`.

use super::Failure;
use crate::firmware::{self, BOARDS, CHECKED, FirmwareError};
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Build the firmware that boards, and QEMU's machines, run.
#[derive(Debug, Args)]
pub(super) struct Firmware {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Build it for one board, or for all.
    Build {
        /// Board; `spinedrift firmware boards` lists them. Default: all.
        #[arg(long)]
        board: Option<String>,
        /// Folder of the sources.
        #[arg(long, value_name = "DIR", default_value = "firmware")]
        source: PathBuf,
    },
    /// List the boards.
    Boards,
    /// Check that kernel and runner compile for processors without a board crate: ARMv6-M, RISC-V.
    Check {
        /// Folder of the sources.
        #[arg(long, value_name = "DIR", default_value = "firmware")]
        source: PathBuf,
    },
}

impl Firmware {
    pub(super) fn run(self) -> Result<(), Failure> {
        match self.command {
            Command::Boards => {
                for board in BOARDS {
                    super::print(&format!(
                        "{:18} {:22} {}",
                        board.name, board.target, board.about
                    ));
                }
                Ok(())
            }
            Command::Check { source } => {
                firmware::check(&CHECKED, &source).map_err(failure)?;
                for target in CHECKED {
                    super::print(&format!("{target}: compiles"));
                }
                Ok(())
            }
            Command::Build { board, source } => {
                let boards = match &board {
                    Some(name) => vec![firmware::board(name).map_err(Failure::input)?],
                    None => BOARDS.iter().collect(),
                };
                for board in boards {
                    let file = firmware::build(board, &source, None).map_err(failure)?;
                    super::print(&format!("{} → {}", board.name, file.display()));
                }
                Ok(())
            }
        }
    }
}

/// A build that fails is a failed run; the rest is the user's to mend.
fn failure(error: FirmwareError) -> Failure {
    match error {
        FirmwareError::Build { .. } | FirmwareError::Io { .. } => Failure::run(error),
        _ => Failure::input(error),
    }
}
