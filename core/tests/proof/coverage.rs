//! Nothing public in `numeric` without a bound and a proof.

use super::claims::CLAIMS;
use spinedrift_core::numeric::bounds::{BOUNDS, bound};

/// Functions of more than one argument: exact, or bounded in their own terms; and the file that proves each.
const OTHERS: [(&str, &str); 16] = [
    ("add_sat_count", include_str!("counting.rs")),
    ("sub_sat_count", include_str!("counting.rs")),
    ("mul_sat_count", include_str!("counting.rs")),
    ("shl_sat_count", include_str!("counting.rs")),
    ("narrow_sat_count", include_str!("counting.rs")),
    ("mul_hi", include_str!("multiply.rs")),
    ("mul_hi_unsigned", include_str!("multiply.rs")),
    ("mul_shift", include_str!("multiply.rs")),
    ("saturate", include_str!("multiply.rs")),
    ("exp_lanes", include_str!("lanes.rs")),
    ("mul_hi_lanes", include_str!("lanes.rs")),
    ("softmax", include_str!("softmax.rs")),
    ("softmax_in_place", include_str!("softmax.rs")),
    ("probabilities", include_str!("softmax.rs")),
    ("pick", include_str!("pick.rs")),
    ("share", include_str!("share.rs")),
];

/// Names of the functions that `numeric` gives away.
fn public_functions() -> Vec<&'static str> {
    include_str!("../../src/numeric/mod.rs")
        .lines()
        .filter(|line| line.starts_with("pub use"))
        .flat_map(|line| line.split(|c: char| !c.is_alphanumeric() && c != '_'))
        .filter(|word| !["", "pub", "use"].contains(word))
        .filter(|word| word.starts_with(|c: char| c.is_lowercase()))
        .filter(|word| !["counting", "lanes", "multiply"].contains(word))
        .collect()
}

#[test]
fn every_public_function_has_a_proof() {
    let functions = public_functions();
    assert!(functions.len() >= BOUNDS.len() + OTHERS.len());
    for name in functions {
        let claimed = CLAIMS.iter().any(|claim| claim.function == name) && bound(name).is_some();
        let tested = OTHERS
            .iter()
            .any(|(other, text)| *other == name && text.contains(&format!("{name}(")));
        assert!(claimed || tested, "{name} has no bound or no proof");
    }
}

#[test]
fn claims_and_bounds_are_the_same_list() {
    let claims: Vec<_> = CLAIMS.iter().map(|claim| claim.function).collect();
    let bounds: Vec<_> = BOUNDS.iter().map(|bound| bound.function).collect();
    assert_eq!(claims, bounds);
}
