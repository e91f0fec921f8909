//! The command line from outside: the binary itself, its exit codes, its JSON keys and its messages.
#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests fail by panicking, as tests do"
)]

mod bad_input;
mod experiment;
mod run;
#[cfg(unix)]
mod trouble;

use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};

/// A network that learns, with room for its length and its recording.
const LEARNER: &str = "
name = \"learner\"
seconds = SECONDS
snapshot_s = 5

[[population]]
name = \"input\"
model = \"poisson\"
size = 64
rate_hz = 30
record = { spikes = true }

[[population]]
name = \"circuit\"
model = \"wta\"
size = 10
record = { spikes = true }

[[projection]]
pre = \"input\"
post = \"circuit\"
plasticity = { speed_per_s = 0.01, experience = 10 }
";

/// Writes that network beside a run; its path.
fn learner(folder: &Path, seconds: u32) -> String {
    network(folder, &LEARNER.replace("SECONDS", &seconds.to_string()))
}

/// Writes a network file; its path.
fn network(folder: &Path, text: &str) -> String {
    let path = folder.join("network.toml");
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

fn spinedrift() -> Command {
    Command::new(env!("CARGO_BIN_EXE_spinedrift"))
}

fn call(arguments: &[&str]) -> Output {
    spinedrift().args(arguments).output().unwrap()
}

/// What it wrote, errors last.
fn words(output: &Output) -> String {
    let all = [&output.stdout[..], &output.stderr[..]].concat();
    // Messages are folded to the width of a terminal: unfold them.
    let text = String::from_utf8_lossy(&all).replace(['│', '\n'], " ");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// It ends with this exit code and says all of these words.
#[track_caller]
fn says(output: &Output, code: i32, expected: &[&str]) {
    let text = words(output);
    assert_eq!(output.status.code(), Some(code), "{text}");
    for word in expected {
        assert!(text.contains(word), "`{word}` is missing in: {text}");
    }
}

/// The one JSON object that it prints.
#[track_caller]
fn json(output: &Output) -> Value {
    assert_eq!(output.status.code(), Some(0), "{}", words(output));
    serde_json::from_slice(&output.stdout).unwrap()
}
