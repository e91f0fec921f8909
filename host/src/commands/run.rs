//! `spinedrift run NETWORK.toml`.

use super::{Failure, check, summary};
use crate::board::{self, Machine};
use crate::description::Network;
use crate::description::toml;
use crate::mapping::{self, Placer};
use crate::progress::{self, Display};
use crate::report;
use crate::results::forecast::{Forecast, Load, available_bytes, human};
use crate::results::{Interrupt, ResultsDir, ResultsError};
use crate::session::{self, Prepared, RunError, RunOptions, Setup};
use crate::target::{self, TargetError};
use clap::{Args, value_parser};
use miette::IntoDiagnostic;
use spinedrift_core::image::Layout;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

/// Where a network is put: shared by `run`, `map` and `check`.
#[derive(Debug, Args)]
pub(super) struct Place {
    /// Network file (docs/networks.md).
    pub(super) network: PathBuf,
    /// Machine: a name (spinn3, spinn5, triad, million, spinnaker2, single) or a TOML file.
    #[arg(long, default_value = "spinn5")]
    pub(super) machine: String,
    /// Seed of everything random; default: the file's, else 1.
    #[arg(long)]
    pub(super) seed: Option<u64>,
    /// Most neurons on a core.
    #[arg(long, value_name = "N")]
    pub(super) neurons_per_core: Option<u32>,
    /// Let small populations share a core.
    #[arg(long)]
    pub(super) pack: bool,
    /// Placement: hilbert, sequential, random or annealed.
    #[arg(long, default_value = "hilbert")]
    pub(super) placer: String,
    /// Let a tick take N times as long on the machine as in biology: more time for each deadline.
    #[arg(long, value_name = "N", default_value = "1", value_parser = value_parser!(u32).range(1..=i64::from(SLOW_DOWN_MAX)))]
    pub(super) slow_down: u32,
}

/// Slowest machine: a tick of a second, if the network's is a millisecond.
const SLOW_DOWN_MAX: u32 = 1000;

/// A prepared network and what its file says of the run.
pub(super) struct Placed {
    pub(super) prepared: Prepared,
    pub(super) seconds: f64,
}

impl Place {
    pub(super) fn prepare(&self, display: Display) -> Result<Placed, Failure> {
        self.prepare_for(display, None)
    }

    /// For cores that leave an image no more than so many bytes of DTCM.
    fn prepare_for(&self, display: Display, dtcm_bytes: Option<u32>) -> Result<Placed, Failure> {
        let (network, defaults): (Network, _) =
            toml::load(&self.network).map_err(Failure::input)?;
        let seed = self.seed.unwrap_or(defaults.seed);
        let machine = Machine::load(&self.machine).map_err(Failure::input)?;
        let mut setup = Setup::new(machine, seed);
        let dtcm = &mut setup.machine.dtcm_bytes;
        *dtcm = dtcm_bytes.unwrap_or(*dtcm).min(*dtcm);
        setup.mapping.partition = mapping::partition::Options {
            slots_per_core_max: self.neurons_per_core,
            pack: self.pack,
        };
        setup.mapping.placer = Placer::named(&self.placer, seed).ok_or_else(|| {
            Failure::Input(miette::miette!(
                help = "one of hilbert, sequential, random, annealed",
                "unknown placer `{}`",
                self.placer
            ))
        })?;
        setup.slow_down = NonZeroU32::new(self.slow_down).unwrap_or(NonZeroU32::MIN);
        let prepared = progress::stage(display, "expanding and mapping the network", || {
            Prepared::new(network, setup)
        })
        .map_err(Failure::input)?;
        Ok(Placed {
            prepared,
            seconds: defaults.seconds,
        })
    }
}

/// Run a network into a results directory.
#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "one flag of the command line each"
)]
pub(super) struct Run {
    #[command(flatten)]
    place: Place,
    /// Where it runs.
    #[arg(long, default_value = "functional")]
    target: String,
    /// Biological time; default: the file's.
    #[arg(long)]
    seconds: Option<f64>,
    /// Results directory; it must be new or empty.
    #[arg(long, value_name = "DIR", default_value = "results/run")]
    out: PathBuf,
    /// Go on with the unfinished run in --out.
    #[arg(long)]
    resume: bool,
    /// Host threads; 0: one for each processor. Any number gives the same bits.
    #[arg(long, default_value_t = 0)]
    threads: usize,
    /// Biological seconds between two checkpoints; 0: only when interrupted.
    #[arg(long, default_value_t = 60.0)]
    checkpoint_seconds: f64,
    /// Print the budget of every core and stop.
    #[arg(long = "dry-run")]
    only_budget: bool,
    /// What fails during the run (TOML; docs/machine.md). For the target `machine`.
    #[arg(long, value_name = "FILE")]
    faults: Option<PathBuf>,
    /// Write a trace for ui.perfetto.dev, or for GTKWave if FILE ends in .vcd. For the target `machine`.
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,
    /// Treat anything in the health table as an error: exit code 1, and the first of it is named.
    #[arg(long)]
    strict: bool,
    /// Print one JSON object instead of a table.
    #[arg(long)]
    json: bool,
}

impl Run {
    pub(super) fn run(self, interrupt: &Interrupt) -> Result<(), Failure> {
        // A directory in use is found out before anything is computed.
        if !self.resume && !self.only_budget {
            ResultsDir::check_empty(&self.out)
                .into_diagnostic()
                .map_err(Failure::Input)?;
        }
        let Placed {
            mut prepared,
            seconds,
        } = self.place.prepare_for(
            Display::detect(self.json),
            target::image_dtcm_bytes(&self.target),
        )?;
        if let Some(path) = &self.faults {
            prepared.setup.machine.faults = board::faults::load(path).map_err(Failure::input)?;
        }
        let seconds = self.seconds.unwrap_or(seconds);
        let ticks = ticks(&prepared.network, seconds)?;
        if self.only_budget {
            return check::print_budget(&prepared, self.json);
        }
        if !self.json {
            super::print(&summary::first_line(&prepared, &self.target, self.threads));
            warn_of_disk(&prepared, ticks, &self.out);
        }
        let options = RunOptions {
            target: self.target.clone(),
            ticks,
            threads: self.threads,
            checkpoint_ticks: prepared.network.ticks(self.checkpoint_seconds),
            display: Display::detect(self.json),
            label: prepared.network.name.clone(),
            trace: self.trace.clone(),
        };
        let outcome =
            session::run::into_directory(&prepared, &options, interrupt, &self.out, self.resume)
                .map_err(failure)?;
        self.tell(&prepared, &outcome)?;
        if self.strict {
            summary::strict(&outcome)
        } else {
            Ok(())
        }
    }
}

impl Run {
    /// Draws the report and prints the summary.
    fn tell(&self, prepared: &Prepared, outcome: &session::Outcome) -> Result<(), Failure> {
        let page = draw(
            prepared,
            outcome,
            &self.target,
            (&self.out, Display::detect(self.json)),
        )
        .into_diagnostic()
        .map_err(Failure::Run)?;
        if !self.json {
            super::print(&summary::health(outcome));
            if outcome.trace_missed > 0 {
                super::print(&format!(
                    "The trace is cut off: {} later events are not in it; run fewer --seconds for a whole one.",
                    outcome.trace_missed
                ));
            }
        }
        let every_tick = prepared.updates_every_tick(outcome.ticks);
        let (name, seed) = (&prepared.network.name, prepared.setup.seed);
        summary::Summary::of_run(&self.target, name, seed, outcome, every_tick, &self.out)
            .print(self.json);
        if !self.json {
            super::print(&format!("\nOpen {} in a browser.", page.display()));
            if outcome.interrupted {
                super::print("Interrupted: the same command with --resume goes on from here.");
            }
        }
        Ok(())
    }
}

fn draw(
    prepared: &Prepared,
    outcome: &session::Outcome,
    target: &str,
    (out, display): (&Path, Display),
) -> Result<PathBuf, ResultsError> {
    session::facts(prepared, outcome, target).store(out)?;
    progress::stage(display, "drawing the report", || report::render(out))
}

/// Whole ticks in a time, or why there are none.
fn ticks(network: &Network, seconds: f64) -> Result<u32, Failure> {
    let ticks = seconds * 1e6 / f64::from(network.tick_us);
    if ticks.is_finite() && (1.0..4.0e9).contains(&ticks.round()) {
        return Ok(ticks.round() as u32);
    }
    Err(Failure::Input(miette::miette!(
        help = "ask for at least one tick and at most 4·10⁹",
        "--seconds {seconds}: {ticks} ticks of {} µs",
        network.tick_us
    )))
}

/// Warns if the disk can't hold what the run will write.
fn warn_of_disk(prepared: &Prepared, ticks: u32, out: &Path) {
    let snapshots = prepared
        .network
        .snapshot_ticks
        .map_or(0, |every| ticks / every.max(1));
    let words = |plan: &crate::loading::CorePlan| {
        let counts = &plan.header.counts;
        u64::from(Layout::new(counts).total_words()) + u64::from(counts.sdram_words)
    };
    let load = Load {
        ticks,
        spikes_per_tick: prepared.spikes_per_tick(),
        synapses: prepared.plastic_synapses(),
        snapshots: u64::from(snapshots) + 1,
        core_words: prepared.plans.iter().map(words).sum(),
        ..Load::default()
    };
    let forecast = Forecast::of(&load);
    if let Some(warning) = available_bytes(out)
        .ok()
        .and_then(|available| forecast.warning(available))
    {
        super::print(&format!("warning: {warning}"));
    } else {
        super::print(&format!(
            "disk: about {} will be written to {}",
            human(forecast.peak),
            out.display()
        ));
    }
}

/// What can't be prepared, and a bad --out, are the user's to mend; the rest failed while running.
pub(super) fn failure(error: RunError) -> Failure {
    match &error {
        // A board that fails is no fault of the input.
        RunError::Target(TargetError::Board { .. }) => Failure::run(error),
        RunError::Prepare(_)
        | RunError::Target(_)
        | RunError::Machine(_)
        | RunError::Intervention(_)
        | RunError::NoProjection { .. } => Failure::input(error),
        RunError::Results(inner) if inner.is_input() => Failure::input(error),
        RunError::Results(_) | RunError::Trace { .. } | RunError::Interrupted { .. } => {
            Failure::run(error)
        }
    }
}
