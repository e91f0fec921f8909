//! `cargo xtask compare wta|cuba|ou`: rival programs and Spinedrift, in turns on one machine.
//!
//! On one thread both sides say how much processor time they took, so that other programs on the machine count for less; on
//! several, how long they took. Of several turns the median counts. A ratio above 1 means that Spinedrift is faster.

mod rival;
mod workload;

use rival::{Rival, RivalError};
use serde::Serialize;
use spinedrift_benches::rig::RigError;
use spinedrift_benches::workload::WorkloadError;
use std::io::Write;
use std::path::PathBuf;
pub(crate) use workload::Workload;

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// What both compute.
    workload: Workload,
    /// Print one JSON array instead of a table.
    #[arg(long)]
    json: bool,
    /// Folder with another `w2_wta.c` or `w1_sampler.c` to run as well.
    #[arg(long, env = "SPINEDRIFT_PEERS")]
    peer: Option<PathBuf>,
    /// Python that has the packages of benches/peers/requirements.txt.
    #[arg(long, env = "SPINEDRIFT_PEERS_PYTHON", default_value = "python3")]
    python: PathBuf,
    /// Vector instructions of both sides.
    #[arg(long, value_enum, default_value_t = Isa::Widest)]
    isa: Isa,
    /// Threads of both sides; more than one for `cuba` only.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    threads: u16,
    /// Turns that each side takes.
    #[arg(long, default_value_t = 5)]
    turns: usize,
}

/// Vector instructions that both sides are to use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Isa {
    /// The widest that this machine has.
    Widest,
    /// Those that every machine of its kind has: SSE2 on x86-64.
    Baseline,
}

/// Why nothing can be compared.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CompareError {
    /// A rival doesn't run.
    #[error(transparent)]
    Rival(#[from] RivalError),
    /// The network can't be built.
    #[error(transparent)]
    Workload(#[from] WorkloadError),
    /// Spinedrift doesn't run.
    #[error(transparent)]
    Rig(#[from] RigError),
    /// A rival takes the instructions that it likes.
    #[error("the rivals of `{0:?}` choose their instructions themselves: leave out `--isa`")]
    OwnIsa(Workload),
    /// A rival has one thread.
    #[error("the rivals of `{0:?}` run on one thread: leave out `--threads`")]
    OneThread(Workload),
    /// The result can't be printed.
    #[error("can't print: {0}")]
    Print(#[from] std::io::Error),
    /// The result can't be written as JSON.
    #[error("can't write JSON: {0}")]
    Json(#[from] serde_json::Error),
}

/// One line of the result.
#[derive(Debug, Serialize)]
struct Line {
    rival: String,
    isa: &'static str,
    threads: u16,
    rival_ns: f64,
    spinedrift_ns: f64,
    ratio: f64,
    unit: &'static str,
    /// What shows that both computed the same: rates in Hz, where there are any.
    #[serde(skip_serializing_if = "Option::is_none")]
    rival_rate_hz: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    spinedrift_rate_hz: Option<f64>,
}

/// What one side says of one turn.
#[derive(Clone, Copy, Debug)]
struct Turn {
    ns: f64,
    rate_hz: Option<f64>,
}

/// Runs the comparison. True: every rival ran.
pub(crate) fn run(arguments: &Arguments) -> Result<bool, Box<dyn std::error::Error>> {
    if arguments.isa != Isa::Widest && matches!(arguments.workload, Workload::Cuba) {
        return Err(CompareError::OwnIsa(arguments.workload).into());
    }
    if arguments.threads != 1 && !matches!(arguments.workload, Workload::Cuba) {
        return Err(CompareError::OneThread(arguments.workload).into());
    }
    let mut lines = Vec::new();
    let mut absent = Vec::new();
    for case in arguments.workload.cases() {
        for rival in case.rivals(
            arguments.peer.as_deref(),
            &arguments.python,
            arguments.threads,
        ) {
            match compare(&case, &rival, arguments) {
                Ok(line) => lines.push(line),
                Err(CompareError::Rival(error)) => absent.push(error),
                Err(error) => return Err(error.into()),
            }
        }
    }
    print(arguments, &lines)?;
    for error in &absent {
        eprintln!("left out: {error}");
    }
    Ok(absent.is_empty() && !lines.is_empty())
}

/// Takes turns, so that both sides meet the same state of the machine.
fn compare(
    case: &workload::Case,
    rival: &Rival,
    arguments: &Arguments,
) -> Result<Line, CompareError> {
    let (isa, threads) = (arguments.isa, arguments.threads);
    let program = rival.build(isa)?;
    let (mut theirs, mut ours) = (Vec::new(), Vec::new());
    for _ in 0..arguments.turns.max(1) {
        theirs.push(program.turn()?);
        ours.push(case.turn(isa, threads.into())?);
    }
    let (theirs, ours) = (median(theirs), median(ours));
    Ok(Line {
        rival: format!("{} ({})", rival.name, case.name),
        isa: isa.name(),
        threads,
        rival_ns: theirs.ns,
        spinedrift_ns: ours.ns,
        ratio: theirs.ns / ours.ns,
        unit: case.unit,
        rival_rate_hz: theirs.rate_hz,
        spinedrift_rate_hz: ours.rate_hz,
    })
}

/// The turn with the median time.
fn median(mut turns: Vec<Turn>) -> Turn {
    turns.sort_by(|a, b| a.ns.total_cmp(&b.ns));
    let middle = turns.len() / 2;
    turns.get(middle).copied().unwrap_or(Turn {
        ns: f64::NAN,
        rate_hz: None,
    })
}

impl Isa {
    /// Name of the instructions that both sides then use.
    fn name(self) -> &'static str {
        #[cfg(target_arch = "x86_64")]
        {
            if self == Self::Baseline {
                return "sse2";
            }
            if std::arch::is_x86_feature_detected!("avx512f") {
                return "avx512";
            }
            if std::arch::is_x86_feature_detected!("avx2") {
                return "avx2";
            }
        }
        std::env::consts::ARCH
    }
}

fn print(arguments: &Arguments, lines: &[Line]) -> Result<(), CompareError> {
    let mut out = std::io::stdout().lock();
    if arguments.json {
        writeln!(out, "{}", serde_json::to_string(lines)?)?;
        return Ok(());
    }
    let many = |threads| match threads {
        1 => String::new(),
        many => format!(", {many} threads"),
    };
    for line in lines {
        let rate = |hz: Option<f64>| hz.map_or_else(String::new, |hz| format!(" at {hz:.2} Hz"));
        writeln!(
            out,
            "{:28} {:>12.2}{} | Spinedrift {:>12.2}{} {} | ratio {:.3} ({}{})",
            line.rival,
            line.rival_ns,
            rate(line.rival_rate_hz),
            line.spinedrift_ns,
            rate(line.spinedrift_rate_hz),
            line.unit,
            line.ratio,
            line.isa,
            many(line.threads)
        )?;
    }
    Ok(())
}
