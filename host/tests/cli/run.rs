//! What goes well: runs, the demo, maps, images, reports.

use super::{call, json, learner, says, spinedrift};
use serde_json::Value;

/// The keys that every run prints.
const KEYS: [&str; 13] = [
    "target",
    "network",
    "seed",
    "ticks",
    "realtime_factor",
    "spikes",
    "synapse_updates",
    "synapse_updates_every_tick",
    "saturated",
    "late",
    "dropped",
    "digest",
    "out",
];

#[track_caller]
fn has(object: &Value, keys: &[&str]) {
    for key in keys {
        assert!(
            object.get(key).is_some_and(|value| !value.is_null()),
            "`{key}` is missing in {object}"
        );
    }
}

#[test]
fn a_run_prints_its_keys_and_leaves_its_files() {
    let dir = tempfile::tempdir().unwrap();
    let (file, out) = (learner(dir.path(), 10), dir.path().join("out"));
    let printed = json(&call(&[
        "run",
        &file,
        "--json",
        "--out",
        &out.display().to_string(),
    ]));
    has(&printed, &KEYS);
    assert_eq!(printed["ticks"], 10_000);
    for name in [
        "run.toml",
        "spikes.parquet",
        "theta.parquet",
        "rewiring.parquet",
        "provenance.parquet",
        "report.html",
    ] {
        assert!(out.join(name).exists(), "{name}");
    }
    assert!(!out.join("parts").exists());
}

#[test]
fn a_machine_leaves_traces_that_their_readers_open() {
    let dir = tempfile::tempdir().unwrap();
    let file = learner(dir.path(), 1);
    let trace = |name: &str| {
        let (out, trace) = (
            dir.path().join(format!("{name}-out")),
            dir.path().join(name),
        );
        let (out, file_of) = (out.display().to_string(), trace.display().to_string());
        let machine = ["run", &file, "--json", "--target", "machine", "--trace"];
        let printed = json(&call(&[&machine[..], &[&file_of, "--out", &out]].concat()));
        has(&printed, &["booting_seconds", "loading_seconds"]);
        std::fs::read(trace).unwrap()
    };
    let events: Value = serde_json::from_slice(&trace("trace.json")).unwrap();
    let events = events["traceEvents"].as_array().unwrap();
    let of = |phase: &str| events.iter().filter(|event| event["ph"] == phase).count();
    assert!(of("X") > 1000 && of("s") > 10, "{} slices", of("X"));

    let dump = trace("trace.vcd");
    let mut reader = vcd::Parser::new(&dump[..]);
    let header = reader.parse_header().unwrap();
    assert_eq!(header.timescale, Some((1, vcd::TimescaleUnit::PS)));
    let task = header
        .find_var(&["chip_0_0", "core_1", "task"])
        .unwrap()
        .code;
    let signals = |name: &str| -> Vec<vcd::IdCode> {
        let cores = (1..18).map(|core| format!("core_{core}"));
        let found = cores.filter_map(|core| header.find_var(&["chip_0_0", core.as_str(), name]));
        found.map(|var| var.code).collect()
    };
    let sent = signals("sent_key");
    let (mut now, mut packets, mut updates) = (0, 0, Vec::new());
    for command in reader {
        match command.unwrap() {
            vcd::Command::Timestamp(time) => {
                assert!(time >= now, "{time} after {now}");
                now = time;
            }
            vcd::Command::ChangeVector(code, value) => {
                let known = value.iter().all(|bit| bit != vcd::Value::X);
                packets += usize::from(known && sent.contains(&code));
            }
            vcd::Command::ChangeString(code, value) if code == task && value == "update" => {
                updates.push(now);
            }
            _ => {}
        }
    }
    // The same run: as many packets as in the other trace, and an update each millisecond.
    assert_eq!(packets, of("s"));
    assert!(
        updates.len() >= 1000 && now > 999_000_000_000,
        "{} updates",
        updates.len()
    );
}

#[test]
fn threads_and_partition_change_no_bit() {
    let dir = tempfile::tempdir().unwrap();
    let file = learner(dir.path(), 5);
    let digest = |name: &str, options: &[&str]| {
        let out = dir.path().join(name).display().to_string();
        let fixed = ["run", &file, "--json", "--out", &out];
        json(&call(&[&fixed, options].concat()))["digest"].clone()
    };
    let expected = digest("a", &["--threads", "1"]);
    let other = [
        "--threads",
        "2",
        "--neurons-per-core",
        "16",
        "--machine",
        "spinn3",
    ];
    assert_eq!(digest("b", &other), expected);
    assert_ne!(digest("c", &["--seed", "2"]), expected);
}

/// The demo at its shortest: it learns more than nothing, and prints what programs rely on.
#[test]
fn the_demo_learns_and_prints_its_keys() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("demo");
    let printed = json(&call(&[
        "demo",
        "--quick",
        "--json",
        "--out",
        &out.display().to_string(),
    ]));
    has(&printed, &KEYS);
    has(
        &printed,
        &[
            "accuracy",
            "chance",
            "accuracy_maximum_likelihood",
            "accuracy_random",
        ],
    );
    let accuracy = printed["accuracy"].as_f64().unwrap();
    assert!(accuracy > 0.7, "{accuracy}");
    assert!(printed["accuracy_random"].as_f64().unwrap() < accuracy - 0.2);
    let page = std::fs::read_to_string(out.join("report.html")).unwrap();
    for foreign in [
        "src=\"http",
        "href=\"http",
        "<script",
        "@import",
        "url(http",
    ] {
        assert!(!page.contains(foreign), "the report needs `{foreign}`");
    }
}

#[test]
fn a_map_comes_with_pictures() {
    let dir = tempfile::tempdir().unwrap();
    let (file, out) = (learner(dir.path(), 1), dir.path().join("map"));
    let output = call(&["map", &file, "--out", &out.display().to_string()]);
    says(
        &output,
        0,
        &["Placement", "Routing tables", "input", "circuit"],
    );
    for name in ["cores.svg", "tables.svg"] {
        assert!(
            std::fs::read_to_string(out.join(name))
                .unwrap()
                .ends_with("</svg>\n")
        );
    }
}

#[test]
fn a_dry_run_prints_the_budget_and_runs_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let (file, out) = (learner(dir.path(), 1), dir.path().join("out"));
    let out = out.display().to_string();
    let dry = call(&["run", &file, "--dry-run", "--out", &out]);
    says(&dry, 0, &["DTCM", "SDRAM", "bytes"]);
    assert_eq!(dry.stdout, call(&["check", &file]).stdout);
    assert!(!std::path::Path::new(&out).exists());
}

#[test]
fn a_report_is_drawn_again() {
    let dir = tempfile::tempdir().unwrap();
    let (file, out) = (learner(dir.path(), 2), dir.path().join("out"));
    let name = out.display().to_string();
    says(&call(&["run", &file, "--out", &name]), 0, &["report.html"]);
    let page = out.join("report.html");
    let first = std::fs::read(&page).unwrap();
    std::fs::remove_file(&page).unwrap();
    says(&call(&["report", &name]), 0, &["report.html"]);
    assert_eq!(std::fs::read(&page).unwrap(), first);
}

#[test]
fn every_command_has_a_manual_and_every_shell_its_completions() {
    for command in [
        "demo",
        "run",
        "map",
        "check",
        "image",
        "report",
        "completions",
    ] {
        says(&call(&[command, "--help"]), 0, &["Usage"]);
    }
    for shell in ["bash", "zsh", "fish"] {
        let output = spinedrift().args(["completions", shell]).output().unwrap();
        says(&output, 0, &["spinedrift"]);
    }
}
