//! Published experiments as programs: a network, seeds, figures, a table *published | here | pass*, a negative control.
//!
//! An [`Experiment`] says which conditions there are, runs one of them with one seed ([`Cell`]) and returns its
//! [`Figures`]; when all cells are there it checks them ([`Check`]) and draws them. All the rest is here: seeds in
//! parallel, each cell stored when it is done and never run twice, the verdict, the page, the tables.
//!
//! ```text
//! DIR/experiment.json                          which experiment, full or quick
//! DIR/CONDITION/seed-N/figures.json            figures of a cell: written last, so that it marks the cell as done
//! DIR/numbers.parquet, DIR/series.parquet      all of them, for pandas
//! DIR/verdict.json, DIR/experiment.html, DIR/plots/*.svg
//! ```
//!
//! The experiments themselves are no part of the library: they use what anyone can use. `host/examples/my_experiment.rs` is one
//! to start from; docs/experiments.md tells what came out.

mod cell;
mod check;
mod data;
mod decoding;
mod error;
mod figures;
mod page;
pub mod run;
pub mod statistics;
mod store;
mod tables;
#[cfg(test)]
mod tests;

pub use cell::Cell;
pub use check::{Check, ControlVerdict, Mark, Verdict};
pub use data::{Band, Data};
pub use decoding::{Decoder, Responses};
pub use error::ExperimentError;
pub use figures::Figures;
pub(crate) use page::{accepted, here, passed};
pub use run::{Finished, Options, Sources, Which, run};

pub use crate::report::{Picture, Plot, Tile};

/// What an experiment is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct About {
    /// Name on the command line.
    pub name: &'static str,
    /// Title of its page.
    pub title: &'static str,
    /// The paper's claim, in a sentence or two.
    pub claim: &'static str,
    /// Where it was published.
    pub source: &'static str,
    /// What is done differently here, and why.
    pub differs: &'static str,
}

/// A network that lacks what the claim rests on, so that the experiment's own checks must fail on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Control {
    /// Name; also that of its condition, if the control needs runs of its own.
    pub name: &'static str,
    /// What is different.
    pub what: &'static str,
}

/// What is checked: the experiment itself, or one of its controls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scenario<'a> {
    /// The experiment.
    Main,
    /// The control of this name.
    Control(&'a str),
}

impl<'a> Scenario<'a> {
    /// Name of its condition: that of the experiment is "main".
    #[must_use]
    pub const fn condition(self) -> &'a str {
        match self {
            Self::Main => "main",
            Self::Control(name) => name,
        }
    }
}

/// A published experiment.
pub trait Experiment: Sync {
    /// What it is about.
    fn about(&self) -> About;

    /// Seeds of a full or quick run: 1, 2, … up to this.
    fn seeds(&self, quick: bool) -> u64;

    /// Conditions, each run with every seed.
    fn conditions(&self, quick: bool) -> Vec<String>;

    /// Negative controls.
    fn controls(&self) -> Vec<Control>;

    /// Runs one condition with one seed. The same cell gives the same figures, bit for bit.
    ///
    /// # Errors
    /// [`ExperimentError`]; a cell that fails is not stored.
    fn run(&self, cell: &Cell) -> Result<Figures, ExperimentError>;

    /// Published figures beside ours. Asked once for the experiment and once for each control, which must fail at least one
    /// of the same checks.
    fn check(&self, data: &Data, scenario: Scenario<'_>) -> Vec<Check>;

    /// Plots as a reader of the paper knows them.
    fn draw(&self, data: &Data) -> Vec<Plot>;
}

/// Judges the figures that are there.
#[must_use]
pub fn judge(experiment: &dyn Experiment, data: &Data) -> Verdict {
    let control = |control: Control| ControlVerdict {
        name: control.name.to_owned(),
        what: control.what.to_owned(),
        checks: experiment.check(data, Scenario::Control(control.name)),
    };
    Verdict {
        seeds: data.seeds(),
        checks: experiment.check(data, Scenario::Main),
        controls: experiment.controls().into_iter().map(control).collect(),
    }
}
