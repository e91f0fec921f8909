//! A restricted Boltzmann machine that learns from five images (Kappel et al. 2015, Fig. 2): a prior on weights keeps it from
//! overfitting.
//!
//! What runs where. θ is the weight itself (signed, no exponential); it lives in plastic rows on the emulated chip, where the kernel moves it by prior and noise,
//! a tenth of a second of b a tick. After every ten ticks the machine dreams: one step of contrastive divergence on the
//! kernel's own logistic neurons and random words, in integers, and an intervention adds b N times its gradient to θ. The
//! kernel's own likelihood term is that of a winner-take-all circuit and plays no part.

mod machine;

use machine::{HIDDEN, Image, Machine};
use spinedrift::description::images::{ImageSet, digits, read_directory};
use spinedrift::description::random::{Purpose, Stream};
use spinedrift::description::{
    Component, Distribution, Intensity, Network, NetworkBuilder, PoissonSource, Prior, Synapses,
    SynapticSampling, ThetaStart, ThetaTable,
};
use spinedrift::experiment::{
    About, Cell, Check, Control, Data, Experiment, ExperimentError, Figures, Mark, Plot, Scenario,
};
use spinedrift::session::Change;

/// The experiment.
pub(crate) struct Boltzmann;

/// Images that the machine learns from.
const SAMPLES: usize = 5;
/// N, as in the authors' later program: how many images the samples stand for.
const EXPERIENCE: f64 = 100.0;
/// b in 1/s, and ticks of a step of one second.
const SPEED_PER_S: f64 = 1e-3;
const STEP_TICKS: u32 = 10;
/// θ is held within these bounds on either side.
const BOUND: f64 = 5.0;
/// Weights nearer to a mode than this belong to it.
const NEAR: f64 = 0.5;
/// Looks at the likelihood in a run.
const LOOKS: u32 = 60;
/// Bins of the histogram of weights, each 0.1 wide, from −4 to 4.
const BINS: usize = 80;
/// One in Q3.28.
const ONE: f64 = 268_435_456.0;

const NO_PRIOR: &str = "no prior";
const NOISE_ONLY: &str = "noise without prior";
const PRIOR_ONLY: &str = "prior alone";
const GAUSSIAN: &str = "Gaussian prior";

/// What a condition changes: prior, T, N.
fn rule(condition: &str) -> (Prior, f64, f64) {
    let mode = |weight, mean| Component {
        weight,
        mean,
        sd: 0.15,
    };
    let bimodal = Prior::Mixture(vec![mode(0.8, 0.0), mode(0.2, 1.0)]);
    match condition {
        NO_PRIOR => (Prior::Uniform, 0.0, EXPERIENCE),
        NOISE_ONLY => (Prior::Uniform, 1.0, EXPERIENCE),
        PRIOR_ONLY => (bimodal, 1.0, 0.0),
        // As wide as the mixture: a fifth of the mass at 1.
        GAUSSIAN => (
            Prior::Gaussian {
                mean: 0.2,
                sd: 0.427,
            },
            1.0,
            EXPERIENCE,
        ),
        _ => (bimodal, 1.0, EXPERIENCE),
    }
}

/// Five images of a 1 to learn from, and all others; each seed draws its own.
fn images(cell: &Cell) -> Result<(Vec<Image>, Vec<Image>), ExperimentError> {
    let set: ImageSet = match cell.mnist() {
        Some(folder) => read_directory(folder)?,
        None => digits(),
    };
    let ones = set
        .labels
        .iter()
        .zip(&set.pixels)
        .filter(|(label, _)| **label == 1);
    let binary = |pixels: &Vec<u8>| pixels.iter().map(|grey| *grey > 127).collect();
    let mut all: Vec<Image> = ones.map(|(_, pixels)| binary(pixels)).collect();
    if all.len() < 2 * SAMPLES {
        let what = format!(
            "{} holds fewer than {} images of a 1",
            set.name,
            2 * SAMPLES
        );
        return Err(ExperimentError::Data { what });
    }
    Stream::new(cell.seed(), Purpose::Experiment, 60, 0).shuffle(&mut all);
    let test = all.split_off(SAMPLES);
    Ok((all, test))
}

/// The network that holds θ: nothing in it ever fires, so that prior and noise alone move its synapses.
fn holder(visible: usize, (prior, temperature): (Prior, f64)) -> Result<Network, ExperimentError> {
    let rule = SynapticSampling {
        prior,
        temperature,
        speed_per_s: SPEED_PER_S,
        experience: 0.0,
        theta_min: -BOUND,
        theta_max: BOUND,
        start: ThetaStart::From(Distribution::Normal {
            mean: 0.0,
            sd: 0.05,
            low: -0.2,
            high: 0.2,
        }),
        ..SynapticSampling::default()
    };
    let silent = Intensity {
        rate_hz: 1e-3,
        bias: vec![-1000.0],
        ..Intensity::default()
    };
    Ok(NetworkBuilder::new("restricted Boltzmann machine")
        .tick_ms(1e3 / f64::from(STEP_TICKS))
        .population("visible", visible as u32, PoissonSource::at_hz(0.0))
        .population("hidden", HIDDEN as u32, silent)
        .project(
            "visible",
            "hidden",
            Synapses::all_to_all().plastic(rule).named("weights"),
        )
        .build()?)
}

/// Bias of every visible unit: that of the mean ink of the samples, less 1, so that weights of either mode can make an image.
fn bias(train: &[Image]) -> f64 {
    let ink = train.iter().flatten().filter(|on| **on).count() as f64;
    let paper = train.iter().map(Vec::len).sum::<usize>() as f64 - ink;
    (ink.max(1.0) / paper.max(1.0)).ln() - 1.0
}

/// The weights as the machine takes them.
fn machine(table: &ThetaTable, visible: usize, bias: f64) -> Machine {
    let mut weights = vec![[0; HIDDEN]; visible];
    for (pre, post, theta) in table.iter() {
        let weight = weights
            .get_mut(pre as usize)
            .and_then(|row| row.get_mut(post as usize));
        if let Some(weight) = weight {
            *weight = (theta * ONE) as i32;
        }
    }
    Machine {
        weights,
        bias: (bias * ONE) as i32,
    }
}

/// θ after a step up the gradient.
fn learnt(
    table: &ThetaTable,
    machine: &Machine,
    train: &[Image],
    experience: f64,
    (seed, step): (u64, u32),
) -> ThetaTable {
    let gradient = machine.divergence(train, seed, step);
    let gain = SPEED_PER_S * experience / train.len().max(1) as f64;
    let moved = table.iter().map(|(pre, post, theta)| {
        let slope = gradient
            .get(pre as usize)
            .and_then(|row| row.get(post as usize));
        let theta = theta + gain * f64::from(slope.copied().unwrap_or(0));
        (pre, post, theta.clamp(-BOUND, BOUND))
    });
    ThetaTable::new(moved)
}

/// Likelihoods over a run.
fn note(figures: &mut Figures, curve: &[(f64, [f64; 2])]) {
    let test = curve.iter().map(|point| point.1[1]);
    let best = test.clone().fold(f64::NEG_INFINITY, f64::max);
    let late = curve.len().div_ceil(5);
    let mean = |which: usize| {
        let values = curve
            .iter()
            .rev()
            .take(late)
            .filter_map(|point| point.1.get(which));
        values.sum::<f64>() / late.max(1) as f64
    };
    let first = test.clone().next().unwrap_or(f64::NAN);
    figures
        .number("held-out, late (nats)", mean(1))
        .number("held-out, fall from the best (nats)", best - mean(1))
        .number("held-out, rise from the start (nats)", mean(1) - first)
        .number("samples beyond held-out, late (nats)", mean(0) - mean(1));
    for (which, name) in [(0, "samples"), (1, "held-out")] {
        let points = curve
            .iter()
            .filter_map(|(step, values)| Some((*step, *values.get(which)?)));
        figures.series(name, points);
    }
}

/// Where weights lie.
fn shape(figures: &mut Figures, table: &ThetaTable) {
    let thetas = table.thetas();
    let near = |mode: f64| {
        let there = thetas
            .iter()
            .filter(|theta| (*theta - mode).abs() < NEAR)
            .count();
        there as f64 / thetas.len().max(1) as f64
    };
    figures.number("share of weights at the mode 0", near(0.0));
    figures.number("share of weights at the mode 1", near(1.0));
    let mut bins = [0_u32; BINS];
    for theta in thetas {
        let bin = ((theta + 4.0) * 10.0).max(0.0) as usize;
        if let Some(count) = bins.get_mut(bin) {
            *count += 1;
        }
    }
    let share = |(bin, count): (u32, &u32)| {
        (
            f64::from(bin) * 0.1 - 4.0,
            f64::from(*count) / thetas.len().max(1) as f64,
        )
    };
    figures.series("weights", (0..).zip(&bins).map(share));
}

impl Experiment for Boltzmann {
    fn about(&self) -> About {
        About {
            name: "boltzmann",
            title: "A prior against overfitting",
            claim: "A Boltzmann machine with 9 hidden units that learns from five images of a 1 overfits: the likelihood of \
                    images that it never saw falls again. With a bimodal prior on its weights it stays high, and most \
                    weights stay near zero.",
            source: "Kappel et al. 2015, Fig. 2",
            differs: "Without --mnist the images are 8×8 (64 visible units instead of 784). Modes at 0 and 1 with standard \
                      deviation 0.15 and masses 0.8 and 0.2, N = 100 and one fixed bias for all visible units are our choice; the \
                      paper's are not known to us. The likelihood is exact: all 2⁹ hidden states are summed.",
        }
    }

    fn seeds(&self, quick: bool) -> u64 {
        if quick { 6 } else { 40 }
    }

    fn conditions(&self, _: bool) -> Vec<String> {
        ["main", NO_PRIOR, NOISE_ONLY, PRIOR_ONLY, GAUSSIAN]
            .map(str::to_owned)
            .to_vec()
    }

    fn controls(&self) -> Vec<Control> {
        vec![
            Control {
                name: NO_PRIOR,
                what: "maximum likelihood: no prior, no noise",
            },
            Control {
                name: NOISE_ONLY,
                what: "the noise of T = 1 without a prior",
            },
            Control {
                name: PRIOR_ONLY,
                what: "N = 0: nothing is learned",
            },
        ]
    }

    fn run(&self, cell: &Cell) -> Result<Figures, ExperimentError> {
        let (train, test) = images(cell)?;
        let visible = train.first().map_or(0, Vec::len);
        let (prior, temperature, experience) = rule(cell.condition());
        let bias = bias(&train);
        let mut session = cell.start(holder(visible, (prior, temperature))?)?;
        let steps: u32 = cell.either(1_800, 6_000);
        let mut curve = Vec::new();
        let mut table = session.theta("weights")?;
        for step in 0..=steps {
            let machine = machine(&table, visible, bias);
            if step.is_multiple_of(steps / LOOKS) {
                let both = [&train, &test].map(|images| machine.log_likelihood(images));
                curve.push((f64::from(step), both));
                cell.done(f64::from(step) / f64::from(steps));
            }
            if experience > 0.0 {
                let table = learnt(&table, &machine, &train, experience, (cell.seed(), step));
                session.intervene(&Change::LoadTheta {
                    projection: "weights".to_owned(),
                    table,
                })?;
            }
            session.run_ticks(STEP_TICKS)?;
            table = session.theta("weights")?;
        }
        let mut figures = Figures::new();
        note(&mut figures, &curve);
        shape(&mut figures, &table);
        Ok(figures)
    }

    fn check(&self, data: &Data, scenario: Scenario<'_>) -> Vec<Check> {
        let at = scenario.condition();
        let here = |name: &str| data.estimate(at, name);
        let late = "held-out, late (nats)";
        vec![
            Check::new(
                "held-out log-likelihood, fall from its best (nats)",
                here("held-out, fall from the best (nats)"),
            )
            .published("stays constantly high with the prior", Mark::Recalled)
            .at_most(1.75),
            Check::new(
                "held-out log-likelihood, rise from the start (nats)",
                here("held-out, rise from the start (nats)"),
            )
            .published("it learns", Mark::Recalled)
            .at_least(8.0),
            Check::new(
                "held-out log-likelihood, late: beyond maximum likelihood (nats)",
                data.difference((at, late), (NO_PRIOR, late)),
            )
            .published("degrades without a prior", Mark::Recalled)
            .at_least(0.5),
            Check::new(
                "held-out log-likelihood, late: beyond noise without prior (nats)",
                data.difference((at, late), (NOISE_ONLY, late)),
            )
            .at_least(3.0),
            Check::new(
                "share of weights at the mode 0 (|w| < 0.5)",
                here("share of weights at the mode 0"),
            )
            .published("most weights sit in the mode at 0", Mark::Recalled)
            .at_least(0.6),
            Check::new(
                "held-out log-likelihood, late: beyond a Gaussian prior as wide (nats)",
                data.difference((at, late), (GAUSSIAN, late)),
            )
            .told(),
        ]
    }

    fn draw(&self, data: &Data) -> Vec<Plot> {
        let curve = |condition: &str, name: &str| -> Vec<(f64, f64, f64, f64)> {
            let points = data.curve(condition, name).into_iter();
            points.filter(|point| point.0 > 0.0).collect()
        };
        let plot = |title: &str| Plot::new(title).x("step").y("mean log-likelihood (nats)");
        let bars = |condition: &str| -> Vec<(f64, f64, f64)> {
            let band = data.band(condition, "weights").into_iter();
            band.map(|(x, estimate)| (x, x + 0.1, estimate.mean))
                .collect()
        };
        vec![
            plot("Images never seen")
                .band("bimodal prior", &curve("main", "held-out"))
                .band("no prior, no noise", &curve(NO_PRIOR, "held-out"))
                .band("noise, no prior", &curve(NOISE_ONLY, "held-out"))
                .band("Gaussian prior", &curve(GAUSSIAN, "held-out"))
                .caption("Exact, in nats per image; bands: 95 % over seeds, each with five samples of its own."),
            plot("The five samples")
                .band("bimodal prior", &curve("main", "samples"))
                .band("no prior, no noise", &curve(NO_PRIOR, "samples"))
                .band("noise, no prior", &curve(NOISE_ONLY, "samples")),
            Plot::new("Weights with the bimodal prior").x("w").y("share").bars("late", &bars("main")).x_range(-4.0, 4.0),
            Plot::new("Weights without prior").x("w").y("share").bars("late", &bars(NO_PRIOR)).x_range(-4.0, 4.0),
        ]
    }
}
