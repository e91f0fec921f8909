//! What comes from outside: Ctrl-C, a full disk. The run ends cleanly, and `--resume` goes on to the same bits.

use super::{call, json, learner, says, spinedrift};
use spinedrift::results::{Checkpoint, ResultsDir, RunState, Spike};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

/// Long enough for a signal to come in between.
const SECONDS: u32 = 300;

fn digest(file: &str, out: &Path) -> serde_json::Value {
    let out = out.display().to_string();
    json(&call(&["run", file, "--json", "--out", &out]))["digest"].clone()
}

/// What Ctrl-C does.
#[track_caller]
fn interrupt(running: &Child) {
    let id = running.id().to_string();
    let kill = Command::new("kill").args(["-INT", &id]).status().unwrap();
    assert!(kill.success());
}

#[test]
fn ctrl_c_stops_cleanly_and_resume_ends_with_the_same_digest() {
    let dir = tempfile::tempdir().unwrap();
    let file = learner(dir.path(), SECONDS);
    let expected = digest(&file, &dir.path().join("whole"));

    let out = dir.path().join("parts");
    let name = out.display().to_string();
    let every = ["--checkpoint-seconds", "5", "--threads", "1"];
    let first = ["run", &file, "--json", "--out", &name];
    let mut running = spinedrift()
        .args(first)
        .args(every)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    while Checkpoint::load(&out).ok().flatten().is_none() && running.try_wait().unwrap().is_none() {
        std::thread::yield_now();
    }
    interrupt(&running);
    let stopped = running.wait_with_output().unwrap();

    let printed = json(&stopped);
    let ticks = printed["ticks"].as_u64().unwrap();
    assert_eq!(printed["interrupted"], true);
    assert!(
        (5000..u64::from(SECONDS) * 1000).contains(&ticks),
        "{ticks} ticks"
    );
    let results = ResultsDir::open(&out).unwrap();
    assert_eq!(results.info().state, RunState::Interrupted);
    assert!(results.tables().count::<Spike>().unwrap() > ticks / 2);
    assert!(out.join("report.html").exists());

    let second = json(&call(&[&first[..], &["--resume"]].concat()));
    assert_eq!(second["digest"], expected);
    assert_eq!(second["interrupted"], false);
    says(
        &call(&[&first[..], &["--resume"]].concat()),
        2,
        &["has finished", "nothing to resume", "--seconds"],
    );
}

/// Calls the binary under a limit on the size of files. The signal that would end it is ignored, so that it sees the error.
fn limited(blocks: u32, arguments: &[&str]) -> Output {
    let limited = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\"");
    Command::new("sh")
        .args(["-c", &limited, "sh", env!("CARGO_BIN_EXE_spinedrift")])
        .args(arguments)
        .output()
        .unwrap()
}

/// A limit on the size of a file stands for a full disk: the system refuses to write on. In blocks of 512 bytes: one that
/// the first parts already exceed, and one that only the joined tables do.
#[test]
fn a_full_disk_ends_the_run_with_the_file_and_resume_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let file = learner(dir.path(), 60);
    let expected = digest(&file, &dir.path().join("whole"));
    for blocks in [16, 80] {
        let out = dir.path().join(format!("full-{blocks}"));
        let name = out.display().to_string();
        let arguments = ["run", &file, "--out", &name, "--checkpoint-seconds", "1"];
        let full = limited(blocks, &arguments);
        let expected_words = ["writing", "File too large", "Free some space", "--resume"];
        says(&full, 1, &expected_words);
        let parts = || std::fs::read_dir(out.join("parts")).unwrap();
        let unfinished = parts().filter(|part| {
            let path = part.as_ref().unwrap().path();
            path.extension() == Some("partial".as_ref())
        });
        assert_eq!(unfinished.count(), 0);
        let tables = ResultsDir::open(&out).unwrap().tables();
        let kept = tables.count::<Spike>().unwrap();
        assert!(kept > 1000, "{kept} spikes");

        let resumed = json(&call(&[&arguments[..], &["--resume", "--json"]].concat()));
        assert_eq!(resumed["digest"], expected, "{blocks} blocks");
    }
}

/// The tables fit, the page does not: it is drawn later.
#[test]
fn a_page_without_room_is_drawn_once_there_is_room() {
    let dir = tempfile::tempdir().unwrap();
    let (file, out) = (learner(dir.path(), 2), dir.path().join("out"));
    let name = out.display().to_string();
    let full = limited(100, &["run", &file, "--out", &name]);
    says(&full, 1, &["report.html", "spinedrift report DIR"]);
    assert!(!out.join("report.html").exists() && !out.join("report.html.partial").exists());
    says(&call(&["report", &name]), 0, &["report.html"]);
    let page = std::fs::read_to_string(out.join("report.html")).unwrap();
    assert!(
        page.contains("Health") && page.trim_end().ends_with("</html>"),
        "{}",
        page.len()
    );
}

/// The sampling run has ended and only the networks beside it are missing.
#[test]
fn a_demo_stopped_during_its_comparisons_resumes_to_them() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("demo");
    let name = out.display().to_string();
    let arguments = [
        "demo",
        "--quick",
        "--json",
        "--threads",
        "1",
        "--out",
        &name,
    ];
    let mut running = spinedrift()
        .args(arguments)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let finished =
        || ResultsDir::open(&out).is_ok_and(|results| results.info().state == RunState::Finished);
    while !finished() && running.try_wait().unwrap().is_none() {
        std::thread::yield_now();
    }
    interrupt(&running);
    let first = json(&running.wait_with_output().unwrap());
    assert_eq!(first["interrupted"], true);
    assert!(
        first["accuracy"].is_f64() && first["accuracy_random"].is_null(),
        "{first}"
    );

    let second = json(&call(&[&arguments[..], &["--resume"]].concat()));
    assert_eq!(
        (&second["digest"], &second["accuracy"]),
        (&first["digest"], &first["accuracy"])
    );
    assert!(second["accuracy_maximum_likelihood"].is_f64());
    assert!(second["accuracy_random"].is_f64());
}
