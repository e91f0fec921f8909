//! Goes through the inputs on all threads, with a bar. The finding does not depend on how the work was cut.

use super::claims::{Claim, Finding, stratified};
use indicatif::{ProgressBar, ProgressStyle};
use rayon::prelude::*;

/// Places of one piece of work, as a power of two.
const PIECE_BITS: u32 = 20;
/// Size of a sample, as a power of two.
const SAMPLE_BITS: u32 = 22;

/// What all inputs show, or those of a sample.
pub(crate) fn sweep(claim: &Claim, sample: bool) -> Finding {
    if sample {
        return claim
            .examine(claim.around_edges())
            .and(claim.examine(stratified(SAMPLE_BITS)));
    }
    let pieces = 1_u32 << (32 - PIECE_BITS);
    let bar = bar(claim.function, pieces.into());
    let findings: Vec<Finding> = (0..pieces)
        .into_par_iter()
        .map(|piece| {
            let first = piece << PIECE_BITS;
            let finding = claim.examine_all(first..=first | ((1 << PIECE_BITS) - 1));
            bar.inc(1);
            finding
        })
        .collect();
    bar.finish_and_clear();
    findings.into_iter().fold(Finding::NONE, Finding::and)
}

/// Goes to standard error, and only to a terminal.
pub(super) fn bar(function: &'static str, pieces: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg:22} {wide_bar} {percent:>3} %, {eta} left");
    ProgressBar::new(pieces)
        .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        .with_message(function)
}

#[cfg(test)]
mod tests {
    use super::super::claims::CLAIMS;
    use super::sweep;

    #[test]
    fn a_sample_keeps_every_promise() {
        for claim in CLAIMS {
            let finding = sweep(claim, true);
            assert!(
                finding.keeps(claim, claim.bound()),
                "{}: {finding:?}",
                claim.function
            );
        }
    }
}
