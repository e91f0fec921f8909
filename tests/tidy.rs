//! The rules of style that a machine can check: headers, sizes, layers, no floats in `core`, nothing half done, no paths
//! of one machine, no dead links.
#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests fail by panicking, as tests do"
)]

use std::fs;
use std::path::{Path, PathBuf};

/// Longest file in lines.
const LINES_MAX: usize = 400;

/// Files that may be longer, and why.
const LONG: [(&str, &str); 4] = [
    (
        "core/src/image/slice.rs",
        "one record of five models: words in, words out, checks",
    ),
    ("core/src/random/gaussian_table.rs", "a table"),
    (
        "host/tests/description/check.rs",
        "one line of test for each flaw of a network",
    ),
    (
        "host/tests/description/toml.rs",
        "one line of test for each flaw of a file",
    ),
];

/// Files that need no header: none that stay.
const HEADLESS: [&str; 0] = [];

/// Documents that the code names and that are still to be written.
const UNWRITTEN: [&str; 0] = [];

/// Folders of the repository that people write in.
const FOLDERS: [&str; 12] = [
    "core", "link", "emulator", "host", "tests", "benches", "xtask", "firmware", "docs",
    "examples", ".ci", ".cargo",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_path_buf()
}

/// Every text file by its path from the root, `/` between folders, sorted; with its text.
fn texts(endings: &[&str]) -> Vec<(String, String)> {
    let root = root();
    let mut found = Vec::new();
    let mut waiting: Vec<PathBuf> = FOLDERS
        .iter()
        .map(|folder| root.join(folder))
        .filter(|folder| folder.is_dir())
        .collect();
    let mut files: Vec<PathBuf> = fs::read_dir(&root)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .collect();
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true if path.file_name().is_some_and(|name| name == "target") => {}
                true => waiting.push(path),
                false => files.push(path),
            }
        }
    }
    for path in files {
        let name = path
            .strip_prefix(&root)
            .unwrap()
            .to_string_lossy()
            .replace('\\', "/");
        if endings.iter().any(|ending| name.ends_with(ending)) {
            found.push((name, fs::read_to_string(path).unwrap()));
        }
    }
    found.sort();
    assert!(found.len() > 3, "no files under {}", root.display());
    found
}

#[track_caller]
fn none(flaws: &[String]) {
    assert!(flaws.is_empty(), "{}", flaws.join("\n"));
}

/// A file's lines before its unit tests.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let before_tests = |line: &(usize, &str)| !line.1.trim_start().starts_with("#[cfg(test)]");
    (1..).zip(text.lines()).take_while(before_tests)
}

/// A line without its comment.
fn statement(line: &str) -> &str {
    line.split("//").next().unwrap_or_default()
}

#[test]
fn every_file_says_what_it_is() {
    let silent = |(name, text): &(String, String)| {
        !text.starts_with("//!") && !HEADLESS.contains(&name.as_str())
    };
    none(
        &texts(&[".rs"])
            .iter()
            .filter(|file| silent(file))
            .map(|file| format!("{}: no //! header", file.0))
            .collect::<Vec<_>>(),
    );
}

#[test]
fn no_file_is_longer_than_it_should_be() {
    let long = |name: &str| LONG.iter().any(|(known, _)| *known == name);
    let flaw = |(name, text): (String, String)| {
        let lines = text.lines().count();
        (lines > LINES_MAX && !long(&name))
            .then(|| format!("{name}: {lines} lines; move its second idea out"))
    };
    none(
        &texts(&[".rs"])
            .into_iter()
            .filter_map(flaw)
            .collect::<Vec<_>>(),
    );
}

#[test]
fn nothing_is_half_done_or_ignored() {
    // Put together here, so that this file doesn't contain them.
    let words = [
        ["to", "do!("],
        ["unimple", "mented!("],
        ["#[ig", "nore"],
        ["#[should_", "panic"],
    ]
    .map(|parts| parts.concat());
    let mut flaws = Vec::new();
    for (name, text) in texts(&[".rs"]) {
        for (number, line) in (1..).zip(text.lines()) {
            if words
                .iter()
                .any(|word| statement(line).contains(word.as_str()))
            {
                flaws.push(format!("{name}:{number}: {line}"));
            }
        }
    }
    none(&flaws);
}

#[test]
fn no_file_names_a_place_of_one_machine() {
    let places =
        ["work", "tmp", "home", "root", "Users", "mnt"].map(|folder| format!("/{folder}/"));
    let mut flaws = Vec::new();
    for (name, text) in texts(&[
        ".rs", ".toml", ".md", ".html", ".sh", ".yml", ".ci/run", ".x", ".ld",
    ]) {
        for (number, line) in (1..).zip(text.lines()) {
            let at_start = |at: usize| {
                line[..at]
                    .chars()
                    .next_back()
                    .is_none_or(|before| !before.is_alphanumeric() && !"./-_".contains(before))
            };
            if places.iter().any(|place| {
                line.match_indices(place.as_str())
                    .any(|(at, _)| at_start(at))
            }) {
                flaws.push(format!("{name}:{number}: {line}"));
            }
        }
    }
    none(&flaws);
}

#[test]
fn core_computes_without_floats() {
    let mut flaws = Vec::new();
    for (name, text) in texts(&[".rs"])
        .into_iter()
        .filter(|file| file.0.starts_with("core/src/") && !file.0.ends_with("/tests.rs"))
    {
        for (number, line) in code(&text) {
            let words = |word: &str| {
                statement(line)
                    .split(|c: char| !c.is_alphanumeric() && c != '_')
                    .any(|part| part == word)
            };
            if words("f32") || words("f64") {
                flaws.push(format!("{name}:{number}: {line}"));
            }
        }
    }
    none(&flaws);
}

/// Layers of a crate from the top: a module uses what stands below it. Modules of one layer don't know each other.
type Layers = &'static [&'static [&'static str]];

/// `kernel::counters` and `kernel::hardware` are the kernel's vocabulary: what is counted and charged below it.
const CORE: Layers = &[
    &["kernel"],
    &["synapse"],
    &["neuron"],
    &["image"],
    &["kernel::counters", "kernel::hardware"],
    &["random"],
    &["numeric", "spike"],
];

const EMULATOR: Layers = &[
    &["machine"],
    &["functional"],
    &["network"],
    &["machine::queue"],
    &["geometry", "machine::time"],
];

const LINK: Layers = &[&["client", "server"], &["frame", "message"], &["block"]];

const FIRMWARE: Layers = &[
    &["runner"],
    &["world"],
    &["wire"],
    &["queue", "stack"],
    &["platform"],
];

const HOST: Layers = &[
    &["commands"],
    &["experiment"],
    &["demo"],
    &["session"],
    &["target", "report"],
    &["loading"],
    &["mapping"],
    &["results"],
    &["description", "board", "link", "firmware", "progress"],
];

/// Layer of a path inside a crate, and the module that it belongs to; the longest name counts.
fn layer(layers: Layers, path: &str) -> Option<(usize, &'static str)> {
    let within = |module: &str| path == module || path.starts_with(&format!("{module}::"));
    let all = (0..)
        .zip(layers)
        .flat_map(|(depth, modules)| modules.iter().map(move |module| (depth, *module)));
    all.filter(|(_, module)| within(module))
        .max_by_key(|(_, module)| module.len())
}

/// Paths that a line of code takes from its own crate.
fn uses(line: &str) -> impl Iterator<Item = &str> {
    let line = statement(line);
    line.match_indices("crate::")
        .filter(|(at, _)| !line[..*at].ends_with(|c: char| c == '$' || c.is_alphanumeric()))
        .map(|(at, start)| {
            let path = &line[at + start.len()..];
            let end = path
                .find(|c: char| !c.is_alphanumeric() && c != '_' && c != ':')
                .unwrap_or(path.len());
            path[..end].trim_end_matches("::")
        })
}

fn check_layers(folder: &str, layers: Layers) {
    let mut flaws = Vec::new();
    for (name, text) in texts(&[".rs"]) {
        let Some(path) = name.strip_prefix(folder) else {
            continue;
        };
        let module = path
            .trim_end_matches(".rs")
            .trim_end_matches("/mod")
            .replace('/', "::");
        let Some((here, from)) = layer(layers, &module) else {
            if !["lib", "bin", "main"]
                .iter()
                .any(|root| module.starts_with(root))
            {
                flaws.push(format!("{name}: its module stands in no layer"));
            }
            continue;
        };
        for (number, line) in code(&text) {
            for used in uses(line) {
                if let Some((there, to)) = layer(layers, used)
                    && from != to
                    && there <= here
                {
                    flaws.push(format!("{name}:{number}: `{from}` may not use `{to}`, which stands above or beside it"));
                }
            }
        }
    }
    none(&flaws);
}

#[test]
fn layers_of_core_point_one_way() {
    check_layers("core/src/", CORE);
}

#[test]
fn layers_of_the_emulator_point_one_way() {
    check_layers("emulator/src/", EMULATOR);
}

#[test]
fn layers_of_the_link_point_one_way() {
    check_layers("link/src/", LINK);
}

#[test]
fn layers_of_the_firmware_point_one_way() {
    check_layers("firmware/common/src/", FIRMWARE);
}

#[test]
fn layers_of_the_host_point_one_way() {
    check_layers("host/src/", HOST);
}

#[test]
fn a_path_is_found_where_code_uses_it() {
    let used = |line| uses(line).collect::<Vec<_>>();
    assert_eq!(
        used("use crate::kernel::counters::{Counter, Counters};"),
        ["kernel::counters"]
    );
    assert_eq!(
        used("let x = crate::image::Slice::WORDS; // crate::kernel"),
        ["image::Slice::WORDS"]
    );
    assert_eq!(
        layer(CORE, "kernel::counters"),
        Some((4, "kernel::counters"))
    );
    assert_eq!(layer(CORE, "kernel::timer"), Some((0, "kernel")));
}

/// Relative links of documents, and `docs/….md` wherever it is named.
#[test]
fn every_link_leads_somewhere() {
    let mut flaws = Vec::new();
    for (name, text) in texts(&[".md", ".rs", ".toml", ".html"]) {
        for (number, line) in (1..).zip(text.lines()) {
            let mut links: Vec<PathBuf> = named_documents(line)
                .map(|link| root().join(link))
                .collect();
            if is_document(&name) {
                let folder = root().join(Path::new(&name).parent().unwrap());
                links.extend(markdown_links(line).map(|link| folder.join(link)));
            }
            flaws.extend(
                links
                    .iter()
                    .filter(|link| !link.exists())
                    .map(|link| format!("{name}:{number}: {} isn't there", link.display())),
            );
        }
    }
    none(&flaws);
}

fn is_document(name: &str) -> bool {
    Path::new(name)
        .extension()
        .is_some_and(|extension| extension == "md")
}

fn named_documents(line: &str) -> impl Iterator<Item = &str> {
    let part = |at: usize| {
        line[at..]
            .split(|c: char| !c.is_alphanumeric() && !"/._-".contains(c))
            .next()
            .unwrap_or_default()
    };
    let starts = line
        .match_indices("docs/")
        .filter(|(at, _)| !line[..*at].ends_with(['/', '.']));
    let named = starts.map(move |(at, _)| part(at).trim_end_matches('.'));
    named.filter(|link| is_document(link) && !UNWRITTEN.contains(link))
}

fn markdown_links(line: &str) -> impl Iterator<Item = &str> {
    let targets = line
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split([')', '#', ' ']).next());
    targets.filter(|target| !target.is_empty() && !target.contains(':'))
}
