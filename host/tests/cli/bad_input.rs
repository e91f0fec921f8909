//! Bad input ends with exit code 2 and a message that says what is wrong and how to mend it.

use super::{LEARNER, call, learner, network, says};
use std::path::Path;

#[track_caller]
fn refused(arguments: &[&str], expected: &[&str]) {
    says(&call(arguments), 2, expected);
}

#[track_caller]
fn refused_network(from: &str, to: &str, expected: &[&str]) {
    let dir = tempfile::tempdir().unwrap();
    let text = LEARNER.replace("SECONDS", "1");
    assert!(text.contains(from), "{from}");
    refused(
        &["check", &network(dir.path(), &text.replace(from, to))],
        expected,
    );
}

#[test]
fn an_unknown_population_is_shown_in_its_line() {
    let expected = ["network.toml:20:7", "inptu", "did you mean `input`"];
    refused_network("pre = \"input\"", "pre = \"inptu\"", &expected);
}

#[test]
fn sizes_that_contradict_each_other_are_refused() {
    refused_network(
        "post = \"circuit\"",
        "post = \"circuit\"\nconnector = \"one_to_one\"",
        &["one_to_one", "64", "10"],
    );
}

#[test]
fn a_fan_in_that_could_overflow_is_refused() {
    refused_network(
        "plasticity = { speed_per_s = 0.01, experience = 10 }",
        "weight = 1e8",
        &["circuit", "lower its fan-in"],
    );
}

#[test]
fn a_network_larger_than_the_machine_says_by_how_much() {
    let dir = tempfile::tempdir().unwrap();
    let large = LEARNER
        .replace("SECONDS", "1")
        .replace("size = 64", "size = 5120");
    refused(
        &["check", &network(dir.path(), &large), "--machine", "single"],
        &["needs 21 cores", "17", "4 are missing"],
    );
}

#[test]
fn a_results_directory_in_use_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let file = learner(dir.path(), 1);
    let here = dir.path().display().to_string();
    for command in [&["run", &file][..], &["demo", "--quick"]] {
        refused(
            &[command, &["--out", &here]].concat(),
            &["is not empty", "network.toml", "--out"],
        );
    }
}

#[test]
fn a_damaged_image_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let (file, out) = (learner(dir.path(), 1), dir.path().join("images"));
    says(
        &call(&["image", "build", &file, "--out", &out.display().to_string()]),
        0,
        &["spdr"],
    );
    let image = std::fs::read_dir(&out)
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let name = image.display().to_string();
    says(&call(&["image", "dump", &name]), 0, &["checksum right"]);
    let mut bytes = std::fs::read(&image).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 16;
    std::fs::write(&image, &bytes).unwrap();
    refused(&["image", "dump", &name], &["spdr", "checksum"]);
    std::fs::write(&image, &bytes[..20]).unwrap();
    refused(&["image", "dump", &name], &["spdr"]);
}

/// Images and labels of MNIST's names, of which `damage` spoils the images.
fn mnist(folder: &Path, damage: impl Fn(&mut Vec<u8>)) {
    let idx = |magic: u32, sizes: &[u32], data: usize| {
        let words = std::iter::once(&magic).chain(sizes);
        let mut bytes: Vec<u8> = words.flat_map(|word| word.to_be_bytes()).collect();
        bytes.resize(bytes.len() + data, 1);
        bytes
    };
    let mut images = idx(0x803, &[8, 28, 28], 8 * 784);
    damage(&mut images);
    std::fs::write(folder.join("train-images-idx3-ubyte"), images).unwrap();
    std::fs::write(folder.join("train-labels-idx1-ubyte"), idx(0x801, &[8], 8)).unwrap();
}

#[test]
fn truncated_and_foreign_image_files_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let (folder, out) = (dir.path().display().to_string(), dir.path().join("out"));
    let out = out.display().to_string();
    let demo = ["demo", "--mnist", &folder, "--out", &out];
    mnist(dir.path(), |images| images.truncate(1000));
    refused(&demo, &["images-idx3-ubyte", "truncated", "1000"]);
    mnist(dir.path(), |images| images[3] = 7);
    refused(&demo, &["images-idx3-ubyte", "0x00000803"]);
    assert!(!Path::new(&out).exists());
}

#[test]
fn unknown_names_are_refused_with_those_there_are() {
    let dir = tempfile::tempdir().unwrap();
    let file = learner(dir.path(), 1);
    let out = dir.path().join("out").display().to_string();
    refused(
        &["check", &file, "--machine", "spinn9"],
        &["spinn9", "spinn5"],
    );
    refused(&["check", &file, "--placer", "dice"], &["dice", "hilbert"]);
    refused(
        &["run", &file, "--target", "dream", "--out", &out],
        &["dream", "functional"],
    );
    refused(&["check", "absent.toml"], &["absent.toml"]);
    refused(&["report", &out], &["out"]);
    refused(
        &["run", &file, "--seconds", "0", "--out", &out],
        &["--seconds"],
    );
}

#[test]
fn what_needs_cycles_is_refused_where_there_are_none() {
    let dir = tempfile::tempdir().unwrap();
    let file = learner(dir.path(), 1);
    let path = |name: &str| dir.path().join(name).display().to_string();
    let (out, trace, faults) = (path("out"), path("trace.json"), path("faults.toml"));
    std::fs::write(&faults, "[per_hour]\npackets = 10\n").unwrap();
    let run = ["run", &file, "--out", &out];
    for option in [["--trace", &trace], ["--faults", &faults]] {
        let expected = ["functional", option[0], "--target machine"];
        refused(&[&run[..], &option].concat(), &expected);
    }
    // A trace that can't be written is told before the run, which leaves no directory behind.
    let nowhere = path("absent/trace.json");
    let traced = ["--target", "machine", "--trace", &nowhere];
    says(
        &call(&[&run[..], &traced].concat()),
        1,
        &["absent/trace.json", "folder that exists"],
    );
    assert!(!Path::new(&out).exists() && !Path::new(&trace).exists());
}
