//! `docs/proofs/NAME.json`: what the last full proof and the last sample found, and of which bits.

use super::claims::{Claim, scramble, stratified};
use super::{Answer, Error, date};
use serde_json::{Value, json};
use std::path::PathBuf;

/// Where the record of a function stands.
fn path(function: &str) -> PathBuf {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/proofs");
    PathBuf::from(root).join(format!("{function}.json"))
}

/// Replaces the record's full or sampled part and keeps the other one.
///
/// # Errors
/// [`Error::Record`] if the file can't be written.
pub(crate) fn write(claim: &Claim, answer: &Answer, sample: bool) -> Result<(), Error> {
    let value = json!({
        "inputs": answer.inputs,
        "worst_input": answer.worst_input,
        "max_ulp": answer.max_ulp,
        "bound_ulp": answer.bound_ulp,
        "monotone": answer.monotone,
        "pass": answer.pass,
        "fingerprint": fingerprint(claim),
    });
    write_value(claim.function, value, sample)
}

/// Replaces one part of the record of this name.
///
/// # Errors
/// [`Error::Record`] if the file can't be written.
pub(crate) fn write_value(name: &str, mut value: Value, sample: bool) -> Result<(), Error> {
    let path = path(name);
    let failed = |cause| Error::Record {
        path: path.display().to_string(),
        cause,
    };
    let mut record = read(&path).unwrap_or_else(|| json!({"full": null, "sample": null}));
    value["date"] = json!(date::today());
    record["function"] = json!(name);
    record[if sample { "sample" } else { "full" }] = value;
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    let text = serde_json::to_string_pretty(&record)?;
    std::fs::write(&path, text + "\n").map_err(failed)
}

fn read(path: &PathBuf) -> Option<Value> {
    serde_json::from_str(&std::fs::read_to_string(path).ok()?).ok()
}

/// A hash of the function's results on 2^16 inputs: a record whose hash differs is about other bits.
fn fingerprint(claim: &Claim) -> String {
    let hash = stratified(16).fold(0, |hash: u64, place| {
        scramble(hash ^ (claim.compute)(claim.argument(place)) as u64)
    });
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::super::claims::CLAIMS;
    use super::{fingerprint, path, read};

    #[test]
    fn records_are_of_the_functions_as_they_stand() {
        for claim in CLAIMS {
            let name = claim.function;
            let record =
                read(&path(name)).unwrap_or_else(|| panic!("run cargo xtask prove {name}"));
            for part in ["full", "sample"].map(|part| &record[part]) {
                let current = part["fingerprint"] == fingerprint(claim).as_str();
                assert!(
                    part.is_null() || (current && part["pass"] == true),
                    "{name}"
                );
            }
        }
    }
}
