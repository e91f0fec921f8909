//! Carries a run out: chunks of ticks, records handed on, checkpoints, Ctrl-C.

use super::intervention::{self, InterventionError};
use super::outcome::{health, provenance, sums};
use super::trace_file::{SIGHTS_MAX, TraceFile};
use super::{Decoder, Outcome, PrepareError, Prepared, Sink};
use crate::progress::{self, Display, Progress, Timing};
use crate::report::ReportFacts;
use crate::results::{
    CoreMemory, Interrupt, Recorder, ResultsDir, ResultsError, RunInfo, RunState,
};
use crate::target::{self, Target, TargetError};
use spinedrift_emulator::functional::CoreState;
use spinedrift_emulator::machine::Summary;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Ticks between two looks at the progress bar and at Ctrl-C. It changes no result.
const CHUNK_TICKS: u32 = 1_000;

/// How a network is run.
#[derive(Clone, Debug)]
pub struct RunOptions {
    /// Target by name.
    pub target: String,
    /// Ticks.
    pub ticks: u32,
    /// Threads; 0: one for each processor.
    pub threads: usize,
    /// Ticks between two checkpoints; 0: none but the last one of an interrupted run.
    pub checkpoint_ticks: u32,
    /// How progress is shown.
    pub display: Display,
    /// What the progress bar is called.
    pub label: String,
    /// File for a trace of the run, if the target can make one.
    pub trace: Option<PathBuf>,
}

/// Why a run ended early.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum RunError {
    /// Before its first tick.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Prepare(#[from] PrepareError),
    /// The target failed.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Target(#[from] TargetError),
    /// Results can't be written or read.
    #[error(transparent)]
    Results(#[from] ResultsError),
    /// The network can't be changed so.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Intervention(#[from] InterventionError),
    /// The machine's description can't be used.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Machine(Box<crate::board::MachineError>),
    /// Ctrl-C.
    #[error("interrupted at tick {tick}")]
    Interrupted {
        /// The tick that would have come next.
        tick: u32,
    },
    /// A name that no plastic projection has.
    #[error("there is no plastic projection `{name}`; there are: {}", plastic.join(", "))]
    NoProjection {
        /// The name.
        name: String,
        /// Names that there are.
        plastic: Vec<String>,
    },
    /// A trace can't be written.
    #[error("can't write the trace {}", path.display())]
    #[diagnostic(help(
        "give --trace a file in a folder that exists, on a disk with some 200 MB free"
    ))]
    Trace {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        error: std::io::Error,
    },
}

/// Runs a network and hands its records to a sink; nothing is written but a trace, if one is asked for.
///
/// # Errors
/// [`RunError`] if it can't be loaded or the target fails.
pub fn in_memory(
    prepared: &Prepared,
    options: &RunOptions,
    interrupt: &Interrupt,
    sink: &mut dyn Sink,
) -> Result<Outcome, RunError> {
    let (mut target, trace) = load(prepared, options)?;
    let decoder = Decoder::new(prepared);
    let mut progress = Progress::start(
        options.display,
        &options.label,
        prepared.network.tick_us,
        0,
        options.ticks,
    );
    while target.tick() < options.ticks && !interrupt.requested() {
        intervention::make_due((prepared, &decoder), target.as_mut(), sink)?;
        target.run(step(prepared, target.tick(), options.ticks))?;
        target.collect(&mut |core, words| decoder.decode(core, words, sink))?;
        progress.at(target.tick());
    }
    target.read_out()?;
    target.collect(&mut |core, words| decoder.decode(core, words, sink))?;
    let timing = progress.finish(target.tick());
    let mut outcome = outcome(prepared, options, target.as_ref(), timing, String::new());
    outcome.trace_missed = written(trace, target.as_ref())?;
    Ok(outcome)
}

pub(super) fn outcome(
    prepared: &Prepared,
    options: &RunOptions,
    target: &dyn Target,
    timing: Timing,
    digest: String,
) -> Outcome {
    let (cores, losses, ticks) = (target.counters(), target.losses(), target.tick());
    let counters = sums(&cores);
    let health = health(prepared, &cores, &counters, &losses);
    Outcome {
        ticks,
        interrupted: ticks < options.ticks,
        digest,
        timing,
        counters,
        cores,
        losses,
        health,
        machine: target.summary().map(|summary| named(prepared, summary)),
        trace_missed: 0,
    }
}

/// Tells who runs on each core, and where the figures of time and energy are from.
fn named(prepared: &Prepared, mut summary: Summary) -> Summary {
    for (core, figures) in summary.cores.iter_mut().enumerate() {
        figures.population = super::facts::names(prepared, core);
    }
    let timing = &prepared.setup.machine.timing;
    let marks = timing.marks(&["costs", "energy", "memory", "router", "link"]);
    let words: Vec<String> = marks.iter().map(ToString::to_string).collect();
    summary.basis = format!("{} figures", words.join(", "));
    summary
}

/// The facts of a run as `run.toml` keeps them.
#[must_use]
pub fn run_info(prepared: &Prepared, options: &RunOptions) -> RunInfo {
    let machine = &prepared.setup.machine;
    let network = format!("{:?}", prepared.network);
    // A network that is changed while it runs is another one.
    let described = if prepared.interventions.is_empty() {
        network
    } else {
        format!("{network}{:?}", prepared.interventions)
    };
    let hash = blake3::hash(described.as_bytes()).to_hex().to_string();
    let versions = [
        (
            "spinedrift".to_owned(),
            env!("CARGO_PKG_VERSION").to_owned(),
        ),
        (
            "image format".to_owned(),
            spinedrift_core::image::VERSION.to_string(),
        ),
    ];
    RunInfo {
        network_hash: hash,
        target: options.target.clone(),
        machine: machine.name.clone(),
        clock_mhz: f64::from(machine.clock_mhz),
        slow_down: prepared.setup.slow_down.get(),
        threads: options.threads as u32,
        versions: BTreeMap::from(versions),
        ..RunInfo::of(&prepared.network, prepared.setup.seed, options.ticks)
    }
}

/// Runs a network into a results directory: a new one, or one that an earlier run left unfinished (`resume`). A run whose
/// report was never completed counts as unfinished: it goes on from its last checkpoint.
///
/// # Errors
/// [`RunError`]; whatever was collected before stays readable.
pub fn into_directory(
    prepared: &Prepared,
    options: &RunOptions,
    interrupt: &Interrupt,
    out: &Path,
    resume: bool,
) -> Result<Outcome, RunError> {
    let info = run_info(prepared, options);
    // The directory is asked before images are built (a wrong --out costs no time), and made only when they are loaded.
    if !resume {
        ResultsDir::check_empty(out)?;
        let loaded = load(prepared, options)?;
        let recorder = ResultsDir::create(out, &info)?.recorder();
        return record(prepared, options, interrupt, loaded, recorder);
    }
    let directory = ResultsDir::resume(out, &info, !ReportFacts::is_complete(out))?;
    let (mut target, trace) = load(prepared, options)?;
    let (recorder, checkpoint) = directory.resume_recorder()?;
    if let Some(checkpoint) = checkpoint {
        let state = |core: CoreMemory| CoreState {
            dtcm: core.dtcm,
            sdram: core.sdram,
        };
        let cores = checkpoint.cores.into_iter().map(state).collect();
        target.restore(checkpoint.tick, cores)?;
    }
    record(prepared, options, interrupt, (target, trace), recorder)
}

/// Runs a network from its first tick into a recorder.
///
/// # Errors
/// [`RunError`]; whatever was collected before stays readable.
pub fn into_recorder(
    prepared: &Prepared,
    options: &RunOptions,
    interrupt: &Interrupt,
    recorder: Recorder,
) -> Result<Outcome, RunError> {
    let loaded = load(prepared, options)?;
    record(prepared, options, interrupt, loaded, recorder)
}

/// Builds the images and loads them, and makes the file of a trace.
fn load(
    prepared: &Prepared,
    options: &RunOptions,
) -> Result<(Box<dyn Target>, Option<TraceFile>), RunError> {
    let target = progress::stage(options.display, "building and loading images", || {
        let mut images = prepared.loadable()?;
        images.trace_limit = options.trace.as_ref().map_or(0, |_| SIGHTS_MAX);
        target::load(&options.target, &images, options.threads).map_err(RunError::from)
    })?;
    let trace = options.trace.as_deref().map(TraceFile::create);
    Ok((target, trace.transpose()?))
}

/// Writes the trace, if one is asked for, and returns how much is missing from it.
fn written(trace: Option<TraceFile>, target: &dyn Target) -> Result<u64, RunError> {
    trace.map_or(Ok(0), |trace| trace.write(target))
}

/// Runs a target from where it stands.
fn record(
    prepared: &Prepared,
    options: &RunOptions,
    interrupt: &Interrupt,
    (mut target, trace): (Box<dyn Target>, Option<TraceFile>),
    mut recorder: Recorder,
) -> Result<Outcome, RunError> {
    let from = target.tick();
    let mut progress = Progress::start(
        options.display,
        &options.label,
        prepared.network.tick_us,
        from,
        options.ticks,
    );
    let decoder = Decoder::new(prepared);
    let ticks = drive(
        (prepared, &decoder),
        options,
        interrupt,
        (target.as_mut(), &mut recorder, &mut progress),
    )?;
    if ticks < options.ticks {
        write_checkpoint(&decoder, target.as_mut(), &mut recorder)?;
    }
    target.read_out()?;
    target.collect(&mut |core, words| decoder.decode(core, words, &mut recorder))?;
    let timing = progress.finish(target.tick());
    let mut outcome = outcome(prepared, options, target.as_ref(), timing, String::new());
    let state = if outcome.interrupted {
        RunState::Interrupted
    } else {
        RunState::Finished
    };
    let figures = BTreeMap::from([(
        "realtime_factor".to_owned(),
        outcome.timing.realtime_factor(),
    )]);
    let finished = recorder.finish(
        state,
        ticks,
        &provenance(&outcome.cores, &outcome.losses),
        figures,
    )?;
    outcome.digest = finished.totals.digest;
    outcome.trace_missed = written(trace, target.as_ref())?;
    Ok(outcome)
}

/// Runs until the end or Ctrl-C. Returns the tick reached.
fn drive(
    (prepared, decoder): (&Prepared, &Decoder),
    options: &RunOptions,
    interrupt: &Interrupt,
    (target, recorder, progress): (&mut dyn Target, &mut Recorder, &mut Progress),
) -> Result<u32, RunError> {
    let mut saved = target.tick();
    while target.tick() < options.ticks && !interrupt.requested() {
        // Those planned for this tick are in no checkpoint of this tick: a run that is resumed makes them as well.
        intervention::make_due((prepared, decoder), target, recorder)?;
        let ran = target.run(step(prepared, target.tick(), options.ticks));
        target.collect(&mut |core, words| decoder.decode(core, words, recorder))?;
        let tick = target.tick();
        if let Err(error) = ran {
            // What was recorded before it failed is kept, up to the last tick that every core finished.
            recorder.seal(tick)?;
            recorder.flush()?;
            return Err(error.into());
        }
        if options.checkpoint_ticks > 0
            && tick - saved >= options.checkpoint_ticks
            && tick < options.ticks
        {
            write_checkpoint(decoder, target, recorder)?;
            saved = tick;
        } else {
            recorder.seal(target.settled())?;
        }
        progress.at(tick);
    }
    Ok(target.tick())
}

/// Ticks until a run from `now` to `end` looks up next: a chunk, or less if an intervention comes first.
pub(super) fn step(prepared: &Prepared, now: u32, end: u32) -> u32 {
    let planned = prepared.interventions.iter().map(|planned| planned.tick);
    let chunk = now.saturating_add(CHUNK_TICKS).min(end);
    let next = planned.filter(|tick| *tick > now).fold(chunk, u32::min);
    next.saturating_sub(now)
}

fn write_checkpoint(
    decoder: &Decoder,
    target: &mut dyn Target,
    recorder: &mut Recorder,
) -> Result<(), RunError> {
    let memory = |core: CoreState| CoreMemory {
        dtcm: core.dtcm,
        sdram: core.sdram,
    };
    let cores = target.checkpoint()?.into_iter().map(memory).collect();
    // A target that had something under way has come to rest, and may have recorded more.
    target.collect(&mut |core, words| decoder.decode(core, words, recorder))?;
    Ok(recorder.checkpoint(target.tick(), Vec::new(), cores)?)
}
