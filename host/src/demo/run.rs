//! Runs the demo: synaptic sampling into a results directory, its two rivals in memory beside it.

use super::{DemoKind, Evaluation, Labels, Responses, Timeline, Variant, evaluate, network};
use crate::board::Machine;
use crate::description::Integration;
use crate::description::images::{ImageError, ImageSet, digits, read_directory};
use crate::progress::{self, Display};
use crate::report::{self, Accuracy, AccuracyPoint, ReportFacts, WeightImages};
use crate::results::{Interrupt, ResultsDir, ResultsError};
use crate::session::{self, Outcome, PrepareError, Prepared, RunError, RunOptions, Setup, Sink};
use std::path::{Path, PathBuf};

/// What a user can choose.
#[derive(Clone, Debug)]
pub struct DemoOptions {
    /// Directory with MNIST's IDX files; `None`: the embedded 8×8 digits.
    pub mnist: Option<PathBuf>,
    /// A short training: under ten seconds for the whole.
    pub quick: bool,
    /// How θ moves.
    pub integration: Integration,
    /// Machine.
    pub machine: Machine,
    /// Target by name.
    pub target: String,
    /// Threads; 0: one for each processor.
    pub threads: usize,
    /// Seed.
    pub seed: u64,
    /// Results directory.
    pub out: PathBuf,
    /// Goes on with an unfinished run.
    pub resume: bool,
    /// How progress is shown.
    pub display: Display,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct DemoOutcome {
    /// Network's name.
    pub network: String,
    /// The sampling run.
    pub run: Outcome,
    /// Updates that every-tick integration would have taken.
    pub updates_every_tick: u64,
    /// Accuracy on held-out images; `None` if the run was interrupted.
    pub accuracy: Option<Evaluation>,
    /// The same without prior and noise.
    pub maximum_likelihood: Option<Evaluation>,
    /// The same with random weights that never learned.
    pub random: Option<Evaluation>,
    /// The page.
    pub report: PathBuf,
}

/// Why there is no demo.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum DemoError {
    /// Images can't be read or shown.
    #[error(transparent)]
    Images(#[from] ImageError),
    /// The run failed.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Run(#[from] RunError),
    /// Results can't be written or read.
    #[error(transparent)]
    Results(#[from] ResultsError),
}

impl From<PrepareError> for DemoError {
    fn from(error: PrepareError) -> Self {
        Self::Run(error.into())
    }
}

/// Images, split and sizes of a demo.
struct Stage {
    kind: DemoKind,
    images: ImageSet,
    split: crate::description::images::Split,
    train: usize,
}

/// Ticks that each image is shown.
pub const SHOW_TICKS: u32 = 200;
/// Of the embedded digits: how many are there to learn from, to label with, to test on.
pub const DIGITS_SETS: [usize; 3] = [1100, 300, 397];
/// Of the embedded digits: how many training images are shown, in rounds.
pub const DIGITS_SHOWN: usize = 5000;

impl Stage {
    fn new(options: &DemoOptions) -> Result<Self, DemoError> {
        let (kind, images, counts, train) = match &options.mnist {
            // Labelling uses training images: the 2,000 of the test set are seen by nobody before.
            Some(directory) => {
                let images = read_directory(directory)?;
                let test = images.len() / 4;
                let train = images.len() - test;
                let shown = if options.quick { 500 } else { train };
                (DemoKind::Mnist, images, [train, 0, test], shown)
            }
            None => (
                DemoKind::Digits,
                digits(),
                DIGITS_SETS,
                if options.quick { 750 } else { DIGITS_SHOWN },
            ),
        };
        let [train_set, label, test] = counts;
        let mut split = images.split(train_set, label, test, options.seed)?;
        if label == 0 {
            split.label = split
                .train
                .iter()
                .copied()
                .take(if options.quick { 300 } else { 1500 })
                .collect();
        }
        if options.quick {
            split.test.truncate(300);
        }
        Ok(Self {
            kind,
            images,
            split,
            train,
        })
    }

    fn prepare(
        &self,
        options: &DemoOptions,
        variant: Variant,
    ) -> Result<(Prepared, Timeline), DemoError> {
        let train = if variant == Variant::Random {
            0
        } else {
            self.train
        };
        let timeline = Timeline::new(&self.split, train, SHOW_TICKS, options.seed)?;
        let network = network(
            self.kind,
            variant,
            options.integration,
            &self.images,
            &timeline,
        )?;
        let setup = Setup::new(options.machine.clone(), options.seed);
        Ok((Prepared::new(network, setup)?, timeline))
    }

    fn responses(&self, timeline: &Timeline) -> Responses {
        Responses::new(0, self.kind.neurons() as usize, timeline)
    }

    fn evaluate(&self, responses: &Responses, timeline: &Timeline) -> (Labels, Evaluation) {
        let labels = Labels::new(responses, timeline, &self.images, timeline.labelling());
        let result = labels.evaluate(responses, timeline, &self.images, timeline.test());
        (labels, result)
    }

    /// One of the two rivals, in memory; `None` if interrupted.
    fn rival(
        &self,
        options: &DemoOptions,
        interrupt: &Interrupt,
        variant: Variant,
        label: &str,
    ) -> Result<Option<Evaluation>, DemoError> {
        let (prepared, timeline) = self.prepare(options, variant)?;
        let mut responses = self.responses(&timeline);
        let run = run_options(options, &timeline, label);
        let outcome = session::run::in_memory(&prepared, &run, interrupt, &mut responses)?;
        Ok((!outcome.interrupted).then(|| self.evaluate(&responses, &timeline).1))
    }
}

fn run_options(options: &DemoOptions, timeline: &Timeline, label: &str) -> RunOptions {
    RunOptions {
        target: options.target.clone(),
        ticks: timeline.ticks(),
        threads: options.threads,
        checkpoint_ticks: (timeline.ticks() / 8).max(50_000),
        display: options.display,
        label: label.to_owned(),
        trace: None,
    }
}

/// Runs the demo and draws its report. `announce` is told what will run before it does. Ctrl-C ends it early: what was collected is on disk, and `resume` goes on.
///
/// # Errors
/// [`DemoError`]; whatever was collected before stays readable.
pub fn run(
    options: &DemoOptions,
    interrupt: &Interrupt,
    announce: impl FnOnce(&Prepared),
) -> Result<DemoOutcome, DemoError> {
    let stage = Stage::new(options)?;
    let (prepared, timeline) = stage.prepare(options, Variant::Sampling)?;
    announce(&prepared);
    let run = run_options(options, &timeline, "synaptic sampling");
    let outcome =
        session::run::into_directory(&prepared, &run, interrupt, &options.out, options.resume)?;
    let mut facts = session::facts(&prepared, &outcome, &options.target);
    let mut accuracy = None;
    let (mut maximum_likelihood, mut random) = (None, None);
    if !outcome.interrupted {
        let mut responses = stage.responses(&timeline);
        read_spikes(&options.out, &mut responses)?;
        let (labels, result) = stage.evaluate(&responses, &timeline);
        accuracy = Some(result);
        maximum_likelihood = stage.rival(
            options,
            interrupt,
            Variant::MaximumLikelihood,
            "maximum likelihood",
        )?;
        random = stage.rival(options, interrupt, Variant::Random, "random weights")?;
        let window = (timeline.counts[0] / 12).clamp(50, 500);
        let points = evaluate::over_time(&responses, &timeline, &stage.images, window);
        facts.accuracy_over_time = points
            .into_iter()
            .map(|(tick, accuracy)| AccuracyPoint {
                tick,
                accuracy,
                band: None,
            })
            .collect();
        let name =
            |label: &Option<usize>| label.map_or_else(|| "–".to_owned(), |label| label.to_string());
        facts.images = Some(WeightImages {
            projection: "on → wta".into(),
            width: stage.images.width,
            height: stage.images.height,
            labels: labels.0.iter().map(name).collect(),
        });
    }
    facts.complete = maximum_likelihood.is_some() && random.is_some();
    tell(&mut facts, accuracy, maximum_likelihood, random);
    facts.store(&options.out)?;
    let report = progress::stage(options.display, "drawing the report", || {
        report::render(&options.out)
    })?;
    Ok(DemoOutcome {
        network: prepared.network.name.clone(),
        updates_every_tick: prepared.updates_every_tick(outcome.ticks),
        run: outcome,
        accuracy,
        maximum_likelihood,
        random,
        report,
    })
}

/// The headline in plain words.
fn tell(
    facts: &mut ReportFacts,
    accuracy: Option<Evaluation>,
    maximum_likelihood: Option<Evaluation>,
    random: Option<Evaluation>,
) {
    facts.title = "Digits learned by synaptic sampling".into();
    let Some(result) = accuracy else {
        facts.headline =
            "Interrupted before the test; `spinedrift demo --resume --out …` goes on from here."
                .into();
        return;
    };
    let rate = |evaluation: Option<Evaluation>| evaluation.map(|e| e.accuracy);
    facts.headline = format!(
        "{:.0} % of {} held-out digits named rightly (chance: {:.0} %), learned without labels while every synapse kept \
         moving.",
        100.0 * result.accuracy,
        result.images,
        100.0 * result.chance,
    );
    facts.accuracy = Some(Accuracy {
        accuracy: result.accuracy,
        chance: result.chance,
        maximum_likelihood: rate(maximum_likelihood),
        random: rate(random),
        images: result.images as u32,
    });
}

/// The spikes of a finished run, from its table: the same whether it ran in one go or was resumed.
fn read_spikes(out: &Path, responses: &mut Responses) -> Result<(), ResultsError> {
    let directory = ResultsDir::open(out)?;
    directory
        .tables()
        .for_each(|spikes: &[crate::results::Spike]| {
            for spike in spikes {
                responses.spike(spike.tick, spike.population, spike.neuron);
            }
        })
}
