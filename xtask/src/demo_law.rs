//! `cargo xtask demo-law`: the whole demo, lazy against every-tick, compared in law; and lazily with too little noise, which
//! must be found out.

use rayon::prelude::*;
use spinedrift::demo::DIGITS_SHOWN;
use spinedrift::description::Integration;
use spinedrift_tests::demo_law::{Difference, Figures, Way, compare, farthest, limit, measure};
use std::io::Write as _;

/// Compare lazy and every-tick integration in law on the demo's network.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Seeds; each runs three times.
    #[arg(long, default_value_t = 12, value_parser = clap::value_parser!(u32).range(8..))]
    seeds: u32,
    /// Training images shown; default: the demo's.
    #[arg(long, default_value_t = DIGITS_SHOWN)]
    shown: usize,
    /// Factor on the noise of the control.
    #[arg(long, default_value_t = 0.9)]
    control: f64,
}

/// Why nothing was compared.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// A run failed.
    #[error("{0}")]
    Run(String),
    /// Standard output is closed.
    #[error("can't print: {0}")]
    Output(#[from] std::io::Error),
}

/// Compares; whether lazy agrees and the control does not.
///
/// # Errors
/// [`Error`] if a run fails.
pub(crate) fn run(options: &Options) -> Result<bool, Error> {
    let way = |integration, noise| Way {
        integration,
        noise,
        shown: options.shown,
    };
    let ways = [
        way(Integration::EveryTick, 1.0),
        way(Integration::Lazy, 1.0),
        way(Integration::Lazy, options.control),
    ];
    let bar = indicatif::ProgressBar::new(u64::from(options.seeds) * ways.len() as u64);
    bar.set_style(
        indicatif::ProgressStyle::with_template("{bar:24} run {pos} of {len}, {eta} left")
            .unwrap_or_else(|_| indicatif::ProgressStyle::default_bar()),
    );
    let all = |way: &Way| -> Result<Vec<Figures>, Error> {
        let one = |seed| {
            let figures = measure(*way, u64::from(seed)).map_err(Error::Run);
            bar.inc(1);
            figures
        };
        (1..=options.seeds).into_par_iter().map(one).collect()
    };
    let [every_tick, lazy, control] = [all(&ways[0])?, all(&ways[1])?, all(&ways[2])?];
    bar.finish_and_clear();
    let (found, missed) = (compare(&every_tick, &lazy), compare(&every_tick, &control));
    print(options, &found, &missed)?;
    let updates = |runs: &[Figures]| runs.iter().map(|run| run.updates).sum::<u64>() as f64;
    writeln!(
        std::io::stdout(),
        "synapse updates: {:.1} times fewer when lazy",
        updates(&every_tick) / updates(&lazy)
    )?;
    let far = limit(options.seeds as usize);
    let (agrees, tells) = (farthest(&found) < far, farthest(&missed) > far);
    writeln!(
        std::io::stdout(),
        "lazy and every-tick {} in law; {} of the noise {}",
        if agrees { "agree" } else { "DIFFER" },
        options.control,
        if tells { "is found out" } else { "is NOT SEEN" },
    )?;
    Ok(agrees && tells)
}

fn print(options: &Options, found: &[Difference], missed: &[Difference]) -> Result<(), Error> {
    let mut out = std::io::stdout();
    writeln!(
        out,
        "{} seeds, {} training images; |t| beyond {} is a difference\n\n{:<32}{:>14}{:>14}{:>8}{:>10}",
        options.seeds,
        options.shown,
        limit(options.seeds as usize),
        "mean over the seeds",
        "every tick",
        "lazy",
        "t",
        "t control"
    )?;
    for (line, control) in found.iter().zip(missed) {
        let [every_tick, lazy] = line.means;
        writeln!(
            out,
            "{:<32}{:>14}{:>14}{:>8.1}{:>10.1}",
            line.figure,
            figure(every_tick),
            figure(lazy),
            line.t,
            control.t
        )?;
    }
    writeln!(out)?;
    Ok(())
}

/// Counts whole, all else with the digits that tell.
fn figure(value: f64) -> String {
    if value.abs() >= 100.0 {
        format!("{value:.0}")
    } else {
        format!("{value:.6}")
    }
}
