//! `spinedrift experiment`: runs, goes on, judges, and its controls fail.

use super::call;
use serde_json::Value;

/// Runs the spine statistics, quick, and gives its exit code and its JSON.
fn spines(out: &str, more: &[&str]) -> (Option<i32>, Value) {
    let first = [
        "experiment",
        "spine-statistics",
        "--quick",
        "--json",
        "--out",
        out,
    ];
    let arguments = [&first, more].concat();
    let output = call(&arguments);
    let json = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
    (output.status.code(), json)
}

#[test]
fn one_seed_is_one_process_and_is_not_run_again() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().display().to_string();
    let (code, first) = spines(&out, &["--seed", "2"]);
    assert_eq!(
        (code, &first["ran"], &first["kept"]),
        (Some(0), &4.into(), &0.into())
    );
    let (code, again) = spines(&out, &["--seed", "2"]);
    assert_eq!(
        (code, &again["ran"], &again["kept"]),
        (Some(0), &0.into(), &4.into())
    );
    // One seed proves nothing, whatever its figures.
    let (code, judged) = spines(&out, &["--judge"]);
    assert_eq!(
        (code, &judged["pass"], &judged["seeds"]),
        (Some(1), &false.into(), &1.into())
    );
}

#[test]
fn the_controls_fail_the_checks_of_the_experiment() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().display().to_string();
    let (_, verdict) = spines(&out, &["--seeds", "3", "--threads", "2"]);
    let controls = verdict["controls"].as_array().unwrap();
    assert_eq!(controls.len(), 2);
    assert!(
        controls.iter().all(|control| control["caught"] == true),
        "{verdict}"
    );
    let law = &verdict["checks"][0];
    assert_eq!(law["pass"], true, "{law}");
    let page = std::fs::read_to_string(folder.path().join("experiment.html")).unwrap();
    assert!(page.contains("autocorrelation") && page.contains("time (days)"));
}

#[test]
fn a_name_that_isnt_there_is_bad_input() {
    let output = call(&["experiment", "spines"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("spine-statistics"));
    let list = call(&["experiment", "list"]);
    assert_eq!(list.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&list.stdout).contains("enriched-environment"));
}
