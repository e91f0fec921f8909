//! `cargo xtask prove`: holds the unary functions of `numeric` against a reference, on all 2³² inputs or a sample.
//!
//! The claims and their references are those of the tests in `core/tests/proof`, included as they stand, so that test
//! and proof can't disagree. Not here: functions of several arguments, which the tests prove by properties.

#[path = "../../../core/tests/proof/claims/mod.rs"]
mod claims;
mod date;
mod gaussian;
mod record;
mod row_words;
mod sweep;

use claims::{CLAIMS, Claim, Finding};
use serde::Serialize;
use spinedrift_core::numeric::bounds::Bound;
use std::io::Write as _;

/// Names that are no unary function of `numeric`: of one its moments and its law are proven, of the other that lanes don't hang together.
const GAUSSIAN: &str = "gaussian";
const OTHERS: [&str; 2] = [GAUSSIAN, row_words::NAME];

/// Prove the error bounds of the numeric functions.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Functions to prove, `gaussian` or `row-words`; all if none is named.
    names: Vec<String>,
    /// Ask one input of each of 2^22 equal parts, and all edges, instead of all 2^32 inputs.
    #[arg(long)]
    sample: bool,
    /// Print the findings as one JSON array.
    #[arg(long)]
    json: bool,
}

/// Why nothing was proven.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// No such function.
    #[error("no function {name}; there are {known}")]
    Unknown {
        /// What was asked for.
        name: String,
        /// What there is.
        known: String,
    },
    /// The record can't be written or read.
    #[error("{path}: {cause}")]
    Record {
        /// The file.
        path: String,
        /// What the system says.
        cause: std::io::Error,
    },
    /// Standard output is closed.
    #[error("can't print: {0}")]
    Output(#[from] std::io::Error),
    /// JSON that can't be.
    #[error("can't encode: {0}")]
    Json(#[from] serde_json::Error),
}

/// One line of the answer.
#[derive(Debug, Serialize)]
struct Answer {
    function: &'static str,
    inputs: u64,
    max_ulp: f64,
    bound_ulp: f64,
    pass: bool,
    worst_input: u32,
    monotone: bool,
}

impl Answer {
    fn new(claim: &Claim, bound: Bound, finding: &Finding) -> Self {
        let bound_ulp = f64::from(bound.milli_ulp) / 1000.0;
        // What integers have shown to lie within the bound is not beyond it by the reference's own error.
        let settled = claim.exact.is_some() && finding.exact;
        let most = if settled { bound_ulp } else { f64::INFINITY };
        Self {
            function: claim.function,
            inputs: finding.inputs,
            max_ulp: round_up(finding.max_ulp).min(most),
            bound_ulp,
            pass: finding.keeps(claim, bound),
            worst_input: finding.worst_input,
            monotone: finding.monotone,
        }
    }
}

/// Proves what was asked for; whether all promises were kept.
///
/// # Errors
/// [`Error`] names what is wrong with the request, or the file that can't be written.
pub(crate) fn run(options: &Options) -> Result<bool, Error> {
    let mut answers = Vec::new();
    let mut pass = true;
    for claim in chosen(&options.names)? {
        let finding = sweep::sweep(claim, options.sample);
        let answer = Answer::new(claim, claim.bound(), &finding);
        record::write(claim, &answer, options.sample)?;
        if !options.json {
            print_line(&answer)?;
        }
        pass &= answer.pass;
        answers.push(serde_json::to_value(&answer)?);
    }
    let asked = |name: &str| options.names.is_empty() || options.names.iter().any(|n| n == name);
    if asked(GAUSSIAN) {
        let found = gaussian::run(options.sample, options.json)?;
        pass &= found.pass;
        answers.push(serde_json::to_value(&found)?);
    }
    if asked(row_words::NAME) {
        let found = row_words::run(options.sample, options.json)?;
        pass &= found.pass;
        answers.push(serde_json::to_value(&found)?);
    }
    if options.json {
        writeln!(std::io::stdout(), "{}", serde_json::to_string(&answers)?)?;
    }
    Ok(pass)
}

fn chosen(names: &[String]) -> Result<Vec<&'static Claim>, Error> {
    if names.is_empty() {
        return Ok(CLAIMS.to_vec());
    }
    let find = |name: &String| {
        let claim = CLAIMS.iter().find(|claim| claim.function == name);
        claim.copied().ok_or_else(|| Error::Unknown {
            name: name.clone(),
            known: CLAIMS.map(|claim| claim.function).join(", ") + ", " + &OTHERS.join(", "),
        })
    };
    let unary = names.iter().filter(|name| !OTHERS.contains(&name.as_str()));
    unary.map(find).collect()
}

fn print_line(answer: &Answer) -> Result<(), Error> {
    let verdict = if answer.pass { "holds" } else { "BROKEN" };
    let order = if answer.monotone {
        "monotone"
    } else {
        "not monotone"
    };
    writeln!(
        std::io::stdout(),
        "{:<22} {verdict:<6} {:>10} inputs, worst {:.4} of {:.3} ulp at {:#010x}, {order}",
        answer.function,
        answer.inputs,
        answer.max_ulp,
        answer.bound_ulp,
        answer.worst_input,
    )?;
    Ok(())
}

/// To five places, upwards: no shorter figure may look better than the finding.
fn round_up(ulp: f64) -> f64 {
    (ulp * 1e5).ceil() / 1e5
}
