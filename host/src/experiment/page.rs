//! The page of an experiment.

use super::{About, Check, ControlVerdict, ExperimentError, Verdict};
use crate::report::{Article, Chapter, Plot};

/// The page as HTML.
pub(super) fn html(
    about: &About,
    verdict: &Verdict,
    plots: &[Plot],
    quick: bool,
) -> Result<String, ExperimentError> {
    let counting = || verdict.checks.iter().filter(|check| check.counts);
    let passed = counting().filter(|check| check.pass()).count();
    let caught = verdict.controls.iter().filter(|c| c.caught()).count();
    let mut published = Chapter::new("Published and here").table(
        "",
        &["figure", "published", "known how", "here: mean and 95 % interval", "effect size d", "accepted", "pass"],
        &verdict.checks.iter().map(row).collect::<Vec<_>>(),
        "The whole interval must lie within what is accepted. A line marked “told” has no influence on the exit code.",
    );
    for control in &verdict.controls {
        published = published.table(
            &format!("Control: {}", control.name),
            &["figure", "here", "accepted", "pass"],
            &control.checks.iter().map(short).collect::<Vec<_>>(),
            &said(control),
        );
    }
    let figures = plots.iter().fold(Chapter::new("Figures"), Chapter::plot);
    let article = Article {
        title: about.title.to_owned(),
        headline: about.claim.to_owned(),
        line: format!(
            "{} · {} seeds{} · {passed} of {} checks pass, {caught} of {} controls are caught",
            about.source,
            verdict.seeds,
            if quick { ", a quick run" } else { "" },
            counting().count(),
            verdict.controls.len(),
        ),
        chapters: vec![
            published,
            figures,
            Chapter::new("What differs from the paper").text("", about.differs),
        ],
        tables: vec!["numbers", "series"],
        again: format!("spinedrift experiment {} --judge --out DIR", about.name),
    };
    article.html().map_err(ExperimentError::Other)
}

fn said(control: &ControlVerdict) -> String {
    let word = if control.caught() {
        "It fails, as it must."
    } else {
        "It passes, which it must not: the checks prove nothing."
    };
    format!("{}. {word}", control.what)
}

fn row(check: &Check) -> Vec<String> {
    let effect = check.here.effect.map_or("–".to_owned(), number);
    vec![
        check.name.clone(),
        check.published.clone(),
        check.source.word().to_owned(),
        here(check),
        effect,
        accepted(check),
        passed(check),
    ]
}

fn short(check: &Check) -> Vec<String> {
    vec![
        check.name.clone(),
        here(check),
        accepted(check),
        passed(check),
    ]
}

/// E.g. "0.69 [0.68, 0.70], n = 10".
pub(crate) fn here(check: &Check) -> String {
    let here = &check.here;
    match here.count {
        0 => "–".to_owned(),
        1 => number(here.mean),
        n => format!(
            "{} [{}, {}], n = {n}",
            number(here.mean),
            number(here.low),
            number(here.high)
        ),
    }
}

/// E.g. "≥ 0.5".
pub(crate) fn accepted(check: &Check) -> String {
    match (check.least.is_finite(), check.most.is_finite()) {
        (true, true) => format!("{} … {}", number(check.least), number(check.most)),
        (true, false) => format!("≥ {}", number(check.least)),
        (false, true) => format!("≤ {}", number(check.most)),
        (false, false) => "–".to_owned(),
    }
}

/// "yes", "no", and whether it counts.
pub(crate) fn passed(check: &Check) -> String {
    let word = if check.pass() { "yes" } else { "no" };
    if check.counts {
        word.to_owned()
    } else {
        format!("{word} (told)")
    }
}

/// A number with the digits that count.
pub(crate) fn number(value: f64) -> String {
    crate::report::number(value)
}
