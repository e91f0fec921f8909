//! `cargo xtask law`: the stationary laws of θ on the real kernel, at greater length than in CI, and pictures of them.
//!
//! The experiments are those of `spinedrift_tests::laws`. Exit code 1 says that a sampler failed its test, or that something
//! wrong on purpose passed it.

mod picture;

use serde::Serialize;
use spinedrift_tests::laws::{EXPERIMENTS, Finding};
use std::io::Write as _;
use std::path::PathBuf;

/// Test the stationary laws of θ, or draw them.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Experiments to run; all if none is named.
    names: Vec<String>,
    /// How many times longer than in CI to sample.
    #[arg(long, default_value_t = 8)]
    scale: u32,
    /// Print the findings as one JSON array.
    #[arg(long)]
    json: bool,
    /// Draw sampled against exact densities into this directory, as SVG, instead of testing.
    #[arg(long, value_name = "DIR")]
    draw: Option<PathBuf>,
}

/// Why nothing was tested.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// No such experiment.
    #[error("no experiment {name}; there are {known}")]
    Unknown {
        /// What was asked for.
        name: String,
        /// What there is.
        known: String,
    },
    /// A picture can't be written.
    #[error("{path}: {cause}")]
    Picture {
        /// The file.
        path: String,
        /// What the system says.
        cause: std::io::Error,
    },
    /// Standard output is closed.
    #[error("can't print: {0}")]
    Output(#[from] std::io::Error),
    /// JSON that can't be.
    #[error("can't encode: {0}")]
    Json(#[from] serde_json::Error),
}

/// A finding as JSON.
#[derive(Serialize)]
struct Line {
    experiment: &'static str,
    what: String,
    statistic: String,
    chance: f64,
    control: bool,
    pass: bool,
}

/// Runs what was asked for; whether all is as it should be.
///
/// # Errors
/// [`Error`] names what is wrong with the request, or the file that can't be written.
pub(crate) fn run(arguments: &Arguments) -> Result<bool, Error> {
    if let Some(folder) = &arguments.draw {
        picture::draw_all(folder)?;
        return Ok(true);
    }
    let known = || EXPERIMENTS.map(|one| one.0).join(", ");
    if let Some(name) = arguments
        .names
        .iter()
        .find(|name| !EXPERIMENTS.iter().any(|one| one.0 == *name))
    {
        return Err(Error::Unknown {
            name: name.clone(),
            known: known(),
        });
    }
    let mut lines = Vec::new();
    for (experiment, run) in EXPERIMENTS {
        if !arguments.names.is_empty() && !arguments.names.iter().any(|name| name == experiment) {
            continue;
        }
        for finding in run(arguments.scale.max(1)) {
            if !arguments.json {
                print(experiment, &finding)?;
            }
            lines.push(Line {
                experiment,
                pass: finding.passes(),
                what: finding.what,
                statistic: finding.statistic,
                chance: finding.chance,
                control: finding.control,
            });
        }
    }
    if arguments.json {
        writeln!(std::io::stdout(), "{}", serde_json::to_string(&lines)?)?;
    }
    Ok(lines.iter().all(|line| line.pass))
}

fn print(experiment: &str, finding: &Finding) -> Result<(), Error> {
    let verdict = match (finding.passes(), finding.control) {
        (true, false) => "holds",
        (true, true) => "found out",
        (false, false) => "BROKEN",
        (false, true) => "MISSED",
    };
    writeln!(
        std::io::stdout(),
        "{experiment:<17} {verdict:<9} chance {:<8.1e} {}: {}",
        finding.chance,
        finding.what,
        finding.statistic
    )?;
    Ok(())
}
