//! `cargo xtask instructions`: counts instructions under valgrind, which no other program on the machine can disturb.
//!
//! Each workload runs for two lengths; the difference is what the ticks between them cost, without set-up. Valgrind hides
//! AVX-512 from the program, so it is the AVX2 code that is counted.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Workloads, with two numbers of ticks.
const RUNS: [(&str, u32, u32); 7] = [
    ("wta10", 500, 1500),
    ("wta100", 300, 800),
    ("wta10-tick", 20, 60),
    ("cuba", 100, 1100),
    ("ou", 1, 3),
    ("digits", 300, 1300),
    ("digits-tick", 20, 60),
];

/// Relative change that is let through.
const TOLERANCE: f64 = 0.03;

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Workloads; none: all.
    names: Vec<String>,
    /// Write the figures down as the new ones.
    #[arg(long, conflicts_with = "names")]
    bless: bool,
}

/// Counts, compares, and says whether all figures are within the tolerance.
pub(crate) fn run(arguments: &Arguments) -> Result<bool, Box<dyn Error>> {
    if let Some(name) = arguments.names.iter().find(|name| !is_known(name)) {
        let known: Vec<&str> = RUNS.iter().map(|(name, ..)| *name).collect();
        return Err(format!("no workload `{name}`; there are: {}", known.join(", ")).into());
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let file = root.join("benches/instructions.toml");
    let built = Command::new("cargo")
        .args([
            "build",
            "--release",
            "-p",
            "spinedrift-benches",
            "--bin",
            "digest",
        ])
        .current_dir(&root)
        .status()?;
    if !built.success() {
        return Err("the benches don't build".into());
    }
    let known: BTreeMap<String, u64> =
        toml::from_str(&std::fs::read_to_string(&file).unwrap_or_default())?;
    let digest = root.join("target/release/digest");
    let mut out = std::io::stdout().lock();
    let mut counted = BTreeMap::new();
    let mut good = true;
    let asked =
        |name: &str| arguments.names.is_empty() || arguments.names.iter().any(|n| n == name);
    for (name, short, long) in RUNS.into_iter().filter(|(name, ..)| asked(name)) {
        let (few, many) = (count(&digest, name, short)?, count(&digest, name, long)?);
        let each = many.saturating_sub(few) / u64::from(long - short);
        let change = known.get(name).map(|&old| each as f64 / old as f64 - 1.0);
        good &= change.is_some_and(|change| change.abs() <= TOLERANCE);
        let change = change.map_or_else(
            || "new".to_owned(),
            |change| format!("{:+.2} %", change * 1e2),
        );
        writeln!(out, "{name:12} {each:>12} instructions/tick  {change}")?;
        counted.insert(name.to_owned(), each);
    }
    if arguments.bless {
        let head =
            "# Instructions of a tick, by workload (AVX2 code): cargo xtask instructions --bless\n";
        std::fs::write(&file, format!("{head}{}", toml::to_string(&counted)?))?;
        return Ok(true);
    }
    if !good {
        writeln!(
            out,
            "a figure moved by more than {} %; if that is right: --bless",
            TOLERANCE * 1e2
        )?;
    }
    Ok(good)
}

fn is_known(name: &str) -> bool {
    RUNS.iter().any(|(known, ..)| *known == name)
}

/// Instructions of one run.
fn count(program: &PathBuf, name: &str, ticks: u32) -> Result<u64, Box<dyn Error>> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args([name, &ticks.to_string()])
        // Threads that wait for work spin, and so would be counted for as long as they happen to wait.
        .env("RAYON_NUM_THREADS", "1")
        .output()
        .map_err(|error| {
            format!("can't start valgrind: {error}; it is Debian's package valgrind")
        })?;
    let text = String::from_utf8_lossy(&output.stderr);
    collected(&text).ok_or_else(|| format!("{name}: valgrind counted nothing: {text}").into())
}

/// The figure of the line `==pid== Collected : N`.
fn collected(text: &str) -> Option<u64> {
    let line = text.lines().find(|line| line.contains("Collected :"))?;
    line.rsplit(':').next()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::collected;

    #[test]
    fn the_count_is_the_figure_after_collected() {
        assert_eq!(collected("==1== x\n==1== Collected : 1234\n"), Some(1234));
        assert_eq!(collected("==1== nothing"), None);
    }
}
