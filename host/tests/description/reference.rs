//! `docs/networks.md` names every key of the format, and its examples are networks.

use std::path::Path;

use spinedrift::description::toml::{FileProblem, parse};

const REFERENCE: &str = include_str!("../../../docs/networks.md");

/// Keys that the table at `UNKNOWN` takes, as the error about an unknown one lists them.
fn keys(text: &str) -> Vec<&'static str> {
    let error = parse(&text.replace("UNKNOWN", "zzzzz = 0"), Path::new("")).unwrap_err();
    match error.problem() {
        FileProblem::UnknownKey { known, .. } => known.clone(),
        other => panic!("{other}"),
    }
}

/// Whether a table of the reference has a row for the key, which may stand behind the table it belongs to.
fn documented(key: &str) -> bool {
    REFERENCE
        .lines()
        .filter(|line| line.starts_with('|'))
        .any(|line| {
            let named = line.split('`').skip(1).step_by(2);
            named
                .into_iter()
                .any(|name| name == key || name.ends_with(&format!(".{key}")))
        })
}

#[test]
fn every_key_is_in_the_reference() {
    let population = |model: &str, rest: &str| {
        format!("[[population]]\nname = \"p\"\nmodel = \"{model}\"\n{rest}")
    };
    let projection = |rest: &str| {
        population(
            "wta",
            &format!("size = 1\n[[projection]]\npre = \"p\"\npost = \"p\"\n{rest}"),
        )
    };
    let connector = |inside: &str| projection(&format!("connector = {{ {inside}, UNKNOWN }}"));
    for text in [
        "UNKNOWN".to_owned(),
        population("wta", "size = 1\nUNKNOWN"),
        population("wta", "size = 1\nadaptation = { UNKNOWN }"),
        population("wta", "size = 1\nrecord = { UNKNOWN }"),
        population("intensity", "size = 1\nUNKNOWN"),
        population("lif", "size = 1\nUNKNOWN"),
        population("lif", "size = 1\nv_start_mv = { normal = [0, 1], UNKNOWN }"),
        population("poisson", "size = 1\nrate_hz = 1\nUNKNOWN"),
        population("poisson", "size = 1\nstimulus = { changes = [], UNKNOWN }"),
        population(
            "poisson",
            "size = 1\nstimulus = { changes = [{ at_s = 0, rate_hz = 1, UNKNOWN }] }",
        ),
        population("poisson", "stimulus = { images = \"digits\", UNKNOWN }"),
        population("spike_array", "spikes_ms = [[]]\nUNKNOWN"),
        projection("UNKNOWN"),
        connector("kind = \"all_to_all\""),
        connector("kind = \"one_to_one\""),
        connector("kind = \"fixed_probability\", probability = 0"),
        connector("kind = \"fixed_number\", number = 0"),
        connector("kind = \"list\", synapses = []"),
        projection("plasticity = { UNKNOWN }"),
        projection("plasticity = { prior = { UNKNOWN } }"),
        projection(
            "plasticity = { prior = { kind = \"mixture\", components = [[1, 0, 1]], UNKNOWN } }",
        ),
        projection("plasticity = { prior = { kind = \"student_t\", UNKNOWN } }"),
        projection("plasticity = { prior = { kind = \"uniform\", low = 0, high = 1, UNKNOWN } }"),
        projection("plasticity = { speed = { slope = 0.1, UNKNOWN } }"),
        projection("plasticity = { annealing = { from = 1, end_s = 1, UNKNOWN } }"),
    ] {
        for key in keys(&text) {
            let explained = ["low", "high", "uniform", "normal"].contains(&key)
                && REFERENCE.contains(&format!("{key} ="));
            assert!(
                explained || documented(key),
                "`{key}` is missing from docs/networks.md"
            );
        }
    }
}

#[test]
fn the_examples_of_the_reference_are_networks() {
    let blocks = REFERENCE
        .split("```toml\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next());
    let errors: Vec<_> = blocks
        .clone()
        .filter_map(|text| parse(text, Path::new("")).err())
        .collect();
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!(blocks.count(), 4);
}
