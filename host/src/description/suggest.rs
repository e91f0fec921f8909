//! "Did you mean": the known name nearest to an unknown one.

/// The candidate that fewest edits turn `name` into, if those are at most a third of its letters (and at least one).
/// Ties go to the earlier candidate.
#[must_use]
pub fn closest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (name.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(name, candidate), candidate))
        .filter(|&(edits, _)| edits <= limit)
        .min_by_key(|&(edits, _)| edits)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_is_recognised() {
        for (typed, meant) in [
            ("pixel", Some("pixels")),
            ("cricuit", Some("circuit")),
            ("zebra", None),
            ("", None),
        ] {
            assert_eq!(closest(typed, ["pixels", "circuit"]), meant, "{typed}");
        }
    }
}
