//! The whole page, drawn from a directory with made-up but plausible data.

mod fixture;

use std::fs;
use std::path::Path;

use super::*;
use crate::results::{ResultsDir, RunState};

/// Draws the page of this directory.
fn page(dir: &Path) -> String {
    fs::read_to_string(render(dir).unwrap()).unwrap()
}

#[test]
fn every_section_is_on_the_page() {
    let here = tempfile::tempdir().unwrap();
    fixture::write(here.path());
    let html = page(here.path());
    for (id, title, _) in sections::ALL {
        let there = html.contains(&format!(r#"<section id="{id}">"#));
        // A functional run has no cycles to draw.
        assert_eq!(there, id != "timing", "{title}");
    }
    assert!(!html.contains("Not on this page"));
    // For looking at it: SPINEDRIFT_KEEP_REPORT=report.html cargo test -p spinedrift every_section
    if let Some(copy) = std::env::var_os("SPINEDRIFT_KEEP_REPORT") {
        fs::write(copy, html).unwrap();
    }
}

#[test]
fn the_page_needs_no_network_and_stays_small() {
    let here = tempfile::tempdir().unwrap();
    fixture::write(here.path());
    let html = page(here.path());
    assert!(html.len() < 3_000_000, "{} bytes", html.len());
    for forbidden in ["http://", "https://", "<script", "@import", "url("] {
        assert!(!html.contains(forbidden), "{forbidden}");
    }
}

#[test]
fn the_same_directory_gives_the_same_page() {
    let here = tempfile::tempdir().unwrap();
    fixture::write(here.path());
    assert_eq!(page(here.path()), page(here.path()));
}

#[test]
fn what_is_absent_is_named_with_its_reason_and_has_no_frame() {
    let here = tempfile::tempdir().unwrap();
    let dir = ResultsDir::create(here.path(), &fixture::info()).unwrap();
    dir.recorder()
        .finish(
            RunState::Interrupted,
            0,
            &[],
            std::collections::BTreeMap::new(),
        )
        .unwrap();
    let html = page(here.path());
    assert!(!html.contains("<svg"), "an empty frame is drawn");
    for reason in [
        "no spikes were recorded",
        "θ was not recorded",
        "no memory budget",
        "no labelled test",
    ] {
        assert!(html.contains(reason), "{reason}");
    }
    assert!(html.contains("interrupted: --resume goes on"));
}

#[test]
fn a_run_under_way_can_be_drawn_from_its_parts() {
    let here = tempfile::tempdir().unwrap();
    let dir = ResultsDir::create(here.path(), &fixture::info()).unwrap();
    let mut recorder = dir.recorder();
    recorder.spikes(1234, 1, &[3]);
    recorder.seal(2000).unwrap();
    recorder.flush().unwrap();
    let html = page(here.path());
    assert!(html.contains(r#"<section id="raster">"#) && html.contains("1,235 ticks"));
}

#[test]
fn names_from_outside_can_not_inject_markup() {
    let here = tempfile::tempdir().unwrap();
    let mut info = fixture::info();
    info.network = "<img src=x>".to_owned();
    info.populations[1].name = "a<b>".to_owned();
    let dir = ResultsDir::create(here.path(), &info).unwrap();
    let mut recorder = dir.recorder();
    recorder.spikes(5, 1, &[3]);
    recorder
        .finish(
            RunState::Finished,
            10,
            &[],
            std::collections::BTreeMap::new(),
        )
        .unwrap();
    let html = page(here.path());
    assert!(!html.contains("<img src=x>") && !html.contains("a<b>"));
}

#[test]
fn a_broken_report_json_is_an_error_that_names_it() {
    let here = tempfile::tempdir().unwrap();
    ResultsDir::create(here.path(), &fixture::info()).unwrap();
    fs::write(here.path().join("report.json"), "{").unwrap();
    let error = render(here.path()).unwrap_err().to_string();
    assert!(error.contains("report.json"), "{error}");
}
