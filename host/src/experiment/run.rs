//! Runs the cells that are missing, on as many threads as asked for, then judges and draws what is there.

use super::store::{Store, make};
use super::{Cell, Data, Experiment, ExperimentError, Verdict, judge, page, tables};
use crate::progress::{Display, Tally};
use crate::results::Interrupt;
use rayon::prelude::*;
use std::path::{Path, PathBuf};

/// Which cells are run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// All seeds up to the experiment's own number.
    All,
    /// Seeds 1 … this.
    Seeds(u64),
    /// One seed, as one process of many; nothing is judged.
    One(u64),
    /// None: what is there is judged.
    None,
}

/// Data that the user has, for experiments that can use them instead of what is embedded or made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources {
    /// Folder with MNIST's IDX files; `None`: the embedded 8×8 digits.
    pub mnist: Option<PathBuf>,
    /// Folder or archive of spoken digits; `None`: synthetic words.
    pub recordings: Option<PathBuf>,
}

impl Sources {
    /// What there is, in words.
    fn words(&self) -> String {
        let named = [(&self.mnist, "MNIST"), (&self.recordings, "recordings")];
        let there = named.iter().filter(|(folder, _)| folder.is_some());
        let names: Vec<&str> = there.map(|(_, name)| *name).collect();
        names.join(" and ")
    }
}

/// How an experiment is run.
#[derive(Clone, Debug)]
pub struct Options {
    /// A short run.
    pub quick: bool,
    /// Which cells.
    pub which: Which,
    /// Cells at a time; 0: one for each processor.
    pub threads: usize,
    /// Data to use.
    pub sources: Sources,
    /// Directory; made if it isn't there, gone on with if it is.
    pub out: PathBuf,
    /// How progress is shown.
    pub display: Display,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Finished {
    /// Cells that ran now.
    pub ran: usize,
    /// Cells that had been there.
    pub kept: usize,
    /// Cells that Ctrl-C left undone; then nothing was judged.
    pub undone: usize,
    /// All figures.
    pub data: Data,
    /// The verdict; `None` if it was not asked for or cells are missing.
    pub verdict: Option<Verdict>,
    /// The page, if there is a verdict.
    pub page: Option<PathBuf>,
}

/// Runs an experiment.
///
/// # Errors
/// [`ExperimentError`] of the first cell that failed; finished cells stay.
pub fn run(
    experiment: &dyn Experiment,
    options: &Options,
    interrupt: &Interrupt,
) -> Result<Finished, ExperimentError> {
    let about = experiment.about();
    let store = Store::open(
        &options.out,
        about.name,
        options.quick,
        options.sources.words(),
    )?;
    let (missing, kept) = cells(experiment, options, &store)?;
    let tally = Tally::start(options.display, about.name, missing.len());
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(options.threads)
        .build()
        .map_err(|error| ExperimentError::Other(error.to_string()))?;
    let one = |(condition, seed): &(String, u64)| -> Result<bool, ExperimentError> {
        if interrupt.requested() {
            return Ok(false);
        }
        let cell = Cell {
            condition: condition.clone(),
            seed: *seed,
            quick: options.quick,
            dir: store.cell(condition, *seed),
            interrupt: interrupt.clone(),
            sources: options.sources.clone(),
            share: tally.share(),
        };
        make(&cell.dir)?;
        match experiment.run(&cell) {
            Ok(figures) => store.save(condition, *seed, &figures).map(|()| true),
            Err(error) if error.interrupted() => Ok(false),
            Err(error) => Err(error),
        }
    };
    let done = pool.install(|| {
        let all = missing.par_iter().map(one);
        all.collect::<Result<Vec<bool>, _>>()
    });
    tally.finish();
    let ran = done?.into_iter().filter(|done| *done).count();
    let data = store.gather(experiment, options.quick)?;
    let mut finished = Finished {
        ran,
        kept,
        undone: missing.len() - ran,
        data,
        verdict: None,
        page: None,
    };
    if finished.undone == 0 && !matches!(options.which, Which::One(_)) {
        let verdict = judge(experiment, &finished.data);
        finished.page = Some(draw(experiment, options, &store, &finished.data, &verdict)?);
        finished.verdict = Some(verdict);
    }
    Ok(finished)
}

/// Cells to run, and how many of those asked for are there.
fn cells(
    experiment: &dyn Experiment,
    options: &Options,
    store: &Store,
) -> Result<(Vec<(String, u64)>, usize), ExperimentError> {
    let seeds = match options.which {
        Which::All => 1..=experiment.seeds(options.quick),
        Which::Seeds(count) => 1..=count,
        Which::One(seed) => seed..=seed,
        Which::None => return Ok((Vec::new(), 0)),
    };
    let conditions = experiment.conditions(options.quick);
    let (mut missing, mut kept) = (Vec::new(), 0);
    // Seeds outside: after Ctrl-C the first seeds have all conditions.
    for seed in seeds {
        for condition in &conditions {
            if store.load(condition, seed)?.is_some() {
                kept += 1;
            } else {
                missing.push((condition.clone(), seed));
            }
        }
    }
    Ok((missing, kept))
}

fn draw(
    experiment: &dyn Experiment,
    options: &Options,
    store: &Store,
    data: &Data,
    verdict: &Verdict,
) -> Result<PathBuf, ExperimentError> {
    let about = experiment.about();
    tables::write(store, data)?;
    let plots = experiment.draw(data);
    for (number, plot) in (1..).zip(&plots) {
        let name = format!("plots/{}-{number}.svg", about.name);
        store.write(&name, plot.standalone().as_bytes())?;
    }
    let html = page::html(&about, verdict, &plots, options.quick)?;
    store.write("experiment.html", html.as_bytes())?;
    let json = verdict_json(about.name, options.quick, verdict, &options.out).to_string();
    store.write("verdict.json", json.as_bytes())?;
    Ok(store.path("experiment.html"))
}

/// The verdict as programs read it.
#[must_use]
pub fn verdict_json(
    experiment: &str,
    quick: bool,
    verdict: &Verdict,
    out: &Path,
) -> serde_json::Value {
    use serde_json::json;
    let finite = |value: f64| value.is_finite().then_some(value);
    let check = |check: &super::Check| {
        json!({
            "name": check.name, "published": check.published, "source": check.source.word(),
            "here": finite(check.here.mean), "low": finite(check.here.low), "high": finite(check.here.high),
            "count": check.here.count, "effect": check.here.effect.and_then(finite),
            "least": finite(check.least), "most": finite(check.most),
            "counts": check.counts, "pass": check.pass(),
        })
    };
    let control = |control: &super::ControlVerdict| {
        json!({
            "name": control.name, "what": control.what, "caught": control.caught(),
            "checks": control.checks.iter().map(check).collect::<Vec<_>>(),
        })
    };
    json!({
        "experiment": experiment, "quick": quick, "seeds": verdict.seeds, "pass": verdict.pass(),
        "checks": verdict.checks.iter().map(check).collect::<Vec<_>>(),
        "controls": verdict.controls.iter().map(control).collect::<Vec<_>>(),
        "out": out.display().to_string(),
    })
}
