//! A toy experiment through the whole frame: run, stop, go on, judge, control.

use super::*;
use crate::progress::Display;
use crate::results::Interrupt;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Its figure is the seed plus what the condition adds. The control adds nothing.
#[derive(Default)]
struct Toy {
    runs: AtomicUsize,
    honest: bool,
}

impl Experiment for Toy {
    fn about(&self) -> About {
        About {
            name: "toy",
            title: "Toy",
            claim: "10 is added",
            source: "nobody",
            differs: "",
        }
    }

    fn seeds(&self, _: bool) -> u64 {
        3
    }

    fn conditions(&self, _: bool) -> Vec<String> {
        vec!["main".into(), "nothing added".into()]
    }

    fn controls(&self) -> Vec<Control> {
        vec![Control {
            name: "nothing added",
            what: "0 is added",
        }]
    }

    fn run(&self, cell: &Cell) -> Result<Figures, ExperimentError> {
        self.runs.fetch_add(1, Ordering::SeqCst);
        let added = if cell.condition() == "main" {
            10.0
        } else {
            0.0
        };
        let mut figures = Figures::new();
        figures.number("sum", cell.seed() as f64 + added);
        figures.series("curve", [(0.0, 1.0), (1.0, added)]);
        Ok(figures)
    }

    fn check(&self, data: &Data, scenario: Scenario<'_>) -> Vec<Check> {
        let least = if self.honest { 5.0 } else { -100.0 };
        let sum = data.estimate(scenario.condition(), "sum");
        vec![Check::new("sum", sum).at_least(least)]
    }

    fn draw(&self, data: &Data) -> Vec<Plot> {
        let curve = data.band("main", "curve");
        let points: Vec<_> = curve.iter().map(|(x, e)| (*x, e.mean)).collect();
        vec![Plot::new("curve").x("x").y("y").line("main", &points)]
    }
}

fn options(out: &Path, which: Which) -> Options {
    Options {
        sources: Sources::default(),
        quick: true,
        which,
        threads: 2,
        out: out.to_owned(),
        display: Display::Silent,
    }
}

fn go(toy: &Toy, out: &Path, which: Which) -> Finished {
    run(toy, &options(out, which), &Interrupt::default()).unwrap()
}

fn honest() -> Toy {
    Toy {
        honest: true,
        ..Toy::default()
    }
}

#[test]
fn a_cell_that_is_done_is_not_run_again() {
    let (toy, folder) = (honest(), tempfile::tempdir().unwrap());
    let one = go(&toy, folder.path(), Which::One(2));
    assert_eq!((one.ran, one.kept, one.verdict.is_none()), (2, 0, true));
    let all = go(&toy, folder.path(), Which::All);
    assert_eq!((all.ran, all.kept), (4, 2));
    assert_eq!(toy.runs.load(Ordering::SeqCst), 6);
    let judged = go(&toy, folder.path(), Which::None);
    assert_eq!((judged.ran, judged.data.seeds()), (0, 3));
    assert_eq!(judged.verdict, all.verdict);
    for name in [
        "experiment.html",
        "numbers.parquet",
        "series.parquet",
        "verdict.json",
        "plots/toy-1.svg",
    ] {
        assert!(folder.path().join(name).is_file(), "{name}");
    }
}

#[test]
fn a_control_that_isnt_caught_fails_the_experiment() {
    let folder = tempfile::tempdir().unwrap();
    let verdict = go(&honest(), folder.path(), Which::All).verdict.unwrap();
    assert!(verdict.pass());
    let blind = go(&Toy::default(), folder.path(), Which::All)
        .verdict
        .unwrap();
    assert!(blind.checks.iter().all(Check::pass) && !blind.pass());
}

#[test]
fn ctrl_c_leaves_cells_undone_and_judges_nothing() {
    let (toy, folder) = (honest(), tempfile::tempdir().unwrap());
    let interrupt = Interrupt::default();
    interrupt.request();
    let finished = run(&toy, &options(folder.path(), Which::All), &interrupt).unwrap();
    assert_eq!((finished.ran, finished.undone), (0, 6));
    assert!(finished.verdict.is_none());
}

#[test]
fn a_directory_of_another_kind_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    go(&honest(), folder.path(), Which::One(1));
    let mut full = options(folder.path(), Which::All);
    full.quick = false;
    let error = run(&honest(), &full, &Interrupt::default()).unwrap_err();
    assert!(error.to_string().contains("quick"), "{error}");
}

#[test]
fn a_damaged_cell_is_named() {
    let folder = tempfile::tempdir().unwrap();
    go(&honest(), folder.path(), Which::All);
    let file = folder.path().join("main/seed-2/figures.json");
    std::fs::write(&file, "{").unwrap();
    let error = run(
        &honest(),
        &options(folder.path(), Which::None),
        &Interrupt::default(),
    );
    assert!(error.unwrap_err().to_string().contains("seed-2"));
}
