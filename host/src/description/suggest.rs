//! "Did you mean": the known name nearest to an unknown one.

/// The candidate that fewest edits turn `name` into, if those are at most a third of its letters (and at least one);
/// else one that goes on where `name` stops, or stops before it does: a forgotten or superfluous unit. Ties go to the
/// earlier candidate.
#[must_use]
pub fn closest<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str, IntoIter: Clone>,
) -> Option<&'a str> {
    let candidates = candidates.into_iter();
    let limit = (name.chars().count() / 3).max(1);
    let by_edits = candidates
        .clone()
        .map(|candidate| (strsim::damerau_levenshtein(name, candidate), candidate))
        .filter(|&(edits, _)| edits <= limit)
        .min_by_key(|&(edits, _)| edits)
        .map(|(_, candidate)| candidate);
    let stem = |short: &str, long: &str| short.len() > 2 && long.starts_with(short);
    by_edits.or_else(|| {
        let mut candidates = candidates;
        candidates.find(|candidate| stem(name, candidate) || stem(candidate, name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_is_recognised() {
        for (typed, meant) in [
            ("pixel", Some("pixels")),
            ("cricuit", Some("circuit")),
            ("circuit_hz", Some("circuit")),
            ("pix", Some("pixels")),
            ("zebra", None),
            ("", None),
        ] {
            assert_eq!(closest(typed, ["pixels", "circuit"]), meant, "{typed}");
        }
    }
}
