//! What the prior does to a network that learns digits: weights, connectivity, and networks that differ while their
//! function stays.

use spinedrift::description::images::{ImageSet, digits, order};
use spinedrift::description::{
    Adaptation, Distribution, Network, NetworkBuilder, Prior, RateSchedule, Synapses,
    SynapticSampling, ThetaStart, Wta,
};
use spinedrift::experiment::statistics::{correlation, mean};
use spinedrift::experiment::{
    About, Cell, Check, Control, Data, Decoder, Experiment, ExperimentError, Figures, Mark,
    Picture, Plot, Responses, Scenario, Tile,
};
use spinedrift::session::Session;

/// The experiment.
pub(crate) struct DigitsPriors;

const NEURONS: u32 = 40;
const SHOW_TICKS: u32 = 200;
const STRONGER: &str = "stronger connection prior";
const PROJECTIONS: [&str; 2] = ["ink", "paper"];

/// Prior and temperature of a condition.
fn prior(condition: &str) -> (Prior, f64) {
    match condition {
        // Most of its mass lies where there is no spine: P(θ > 0) = 0.31.
        "connection prior" => (gaussian(-0.5), 1.0),
        // P(θ > 0) = 0.16.
        STRONGER => (gaussian(-1.0), 1.0),
        "no prior" => (Prior::Uniform, 0.0),
        _ => (gaussian(0.5), 1.0),
    }
}

const fn gaussian(mean: f64) -> Prior {
    Prior::Gaussian { mean, sd: 1.0 }
}

/// What is shown: training in rounds, then images to label neurons with, then held-out ones.
struct Shown {
    images: ImageSet,
    order: Vec<usize>,
    train: usize,
    labelling: usize,
}

impl Shown {
    fn new(cell: &Cell) -> Result<Self, ExperimentError> {
        let images = digits();
        let split = images.split(1100, 300, 397, cell.seed())?;
        let rounds = order(
            split.train.len(),
            cell.either(5000, 15_000),
            Some(cell.seed()),
        );
        let mut order: Vec<usize> = rounds
            .into_iter()
            .filter_map(|k| split.train.get(k).copied())
            .collect();
        let train = order.len();
        order.extend(&split.label);
        order.extend(&split.test);
        Ok(Self {
            images,
            order,
            train,
            labelling: split.label.len(),
        })
    }

    /// Rates of the sources for ink, or for its absence.
    fn schedule(&self, ink: bool) -> RateSchedule {
        let rate = |pixel: &u8| 90.0 * f64::from(if ink { *pixel } else { 255 - pixel }) / 255.0;
        let pattern = |pixels: &Vec<u8>| pixels.iter().map(rate).collect();
        let patterns: Vec<Vec<f64>> = self.images.pixels.iter().map(pattern).collect();
        let order: Vec<u32> = self.order.iter().map(|k| *k as u32).collect();
        RateSchedule::showing(&patterns, &order, SHOW_TICKS)
    }

    fn labels(&self) -> Vec<usize> {
        let label = |k: &usize| self.images.labels.get(*k).copied().map_or(0, usize::from);
        self.order.iter().map(label).collect()
    }
}

fn network(cell: &Cell, shown: &Shown) -> Result<Network, ExperimentError> {
    let (prior, temperature) = prior(cell.condition());
    let rule = SynapticSampling {
        prior,
        temperature,
        speed_per_s: 1e-3,
        experience: 14.0,
        alpha: 0.3,
        start: ThetaStart::From(Distribution::normal(4.0, 0.3)),
        frozen_from_tick: Some(shown.train as u32 * SHOW_TICKS),
        ..SynapticSampling::default()
    };
    let circuit = Wta {
        adaptation: Some(Adaptation {
            amplitude: 0.12,
            tau_rise_s: 1.0,
            tau_fall_s: 20.0,
        }),
        ..Wta::of(NEURONS)
    };
    let mut builder = NetworkBuilder::new("digits").population("circuit", NEURONS, circuit);
    for name in PROJECTIONS {
        let size = shown.images.pixels_per_image();
        let synapses = Synapses::all_to_all().plastic(rule.clone()).named(name);
        builder = builder
            .population(name, size, shown.schedule(name == "ink"))
            .project(name, "circuit", synapses);
    }
    Ok(builder.record_spikes("circuit").build()?)
}

/// θ of both projections, one after the other.
fn theta(session: &mut Session) -> Result<Vec<f64>, ExperimentError> {
    let mut all = Vec::new();
    for name in PROJECTIONS {
        all.extend_from_slice(session.theta(name)?.thetas());
    }
    Ok(all)
}

/// Share of functional synapses of either network that only one of them has.
fn rewired(a: &[f64], b: &[f64]) -> f64 {
    let there = |theta: &f64| *theta > 0.0;
    let both = a
        .iter()
        .zip(b)
        .filter(|(a, b)| there(a) && there(b))
        .count();
    let either = a
        .iter()
        .zip(b)
        .filter(|(a, b)| there(a) || there(b))
        .count();
    1.0 - both as f64 / either.max(1) as f64
}

impl Experiment for DigitsPriors {
    fn about(&self) -> About {
        About {
            name: "digits-priors",
            title: "Digits: what the prior does",
            claim: "The prior shapes weights and connectivity while the network learns the same: with a prior for few \
                    connections a sparse network reaches the accuracy of a dense one, and networks sampled from one posterior \
                    differ in their synapses while their function stays.",
            source: "Kappel et al. 2015, Fig. 4 and NIPS 2015",
            differs: "8×8 digits with a source for ink and one for its absence at each pixel, as in the demo, instead of MNIST. \
                      The prior relaxes in 1,000 s: b = 10^−3 /s and N = 14 give the likelihood steps of the paper and more \
                      noise than there, which costs accuracy. The paper's connection prior is not known; here it is N(−0.5, 1), under which a synapse is functional with probability 0.31; \
                      N(−1, 1) shows what a stronger one does.",
        }
    }

    fn seeds(&self, quick: bool) -> u64 {
        if quick { 8 } else { 10 }
    }

    fn conditions(&self, _: bool) -> Vec<String> {
        ["main", "connection prior", STRONGER, "no prior"]
            .map(str::to_owned)
            .to_vec()
    }

    fn controls(&self) -> Vec<Control> {
        vec![
            Control {
                name: "no prior",
                what: "maximum likelihood, no prior and no noise, in the place of both priors",
            },
            Control {
                name: "shuffled labels",
                what: "neurons are labelled by images with labels dealt out anew",
            },
        ]
    }

    fn run(&self, cell: &Cell) -> Result<Figures, ExperimentError> {
        let shown = Shown::new(cell)?;
        let labels = shown.labels();
        let mut session = cell.start(network(cell, &shown)?)?;
        let part = shown.train as u32 * SHOW_TICKS / 2;
        session.run_ticks(part)?;
        cell.done(0.3);
        let halfway = theta(&mut session)?;
        session.run_ticks(part)?;
        cell.done(0.6);
        let end = theta(&mut session)?;
        session.take_spikes();
        let from = shown.train as u32 * SHOW_TICKS;
        session.run_ticks(labels.len() as u32 * SHOW_TICKS - from)?;
        let shown_labels = labels.get(shown.train..).unwrap_or_default();
        let responses = Responses::count(
            &session.take_spikes(),
            (0, NEURONS as usize),
            shown_labels,
            (from, SHOW_TICKS),
        );
        let share = shown.labelling as f64 / shown_labels.len().max(1) as f64;
        let mut figures = Figures::new();
        for (name, responses) in [
            ("accuracy", responses.clone()),
            (
                "accuracy with shuffled labels",
                responses.shuffled(cell.seed()),
            ),
        ] {
            let (train, test) = responses.split(share);
            figures.number(name, Decoder::train(&train).accuracy(&test));
        }
        let functional: Vec<f64> = end.iter().copied().filter(|theta| *theta > 0.0).collect();
        figures.number(
            "connected",
            functional.len() as f64 / end.len().max(1) as f64,
        );
        figures.number(
            "mean weight of functional synapses",
            mean(
                &functional
                    .iter()
                    .map(|t| (t - 3.0).exp())
                    .collect::<Vec<_>>(),
            ),
        );
        figures.number("rewired in the second half", rewired(&halfway, &end));
        figures.number("correlation of θ, half to end", correlation(&halfway, &end));
        let share = |low: f64| {
            let within = end
                .iter()
                .filter(|theta| (low..low + 0.25).contains(*theta))
                .count();
            within as f64 / end.len().max(1) as f64 / 0.25
        };
        let lows = (-20..24).map(|k| 0.25 * f64::from(k));
        figures.series("θ", lows.map(|low| (low + 0.125, share(low))));
        // Inputs of the first 20 neurons: ink, pre-major.
        let field = |neuron: usize| end.iter().skip(neuron).step_by(NEURONS as usize).take(64);
        for neuron in 0..20 {
            let weights = field(neuron).map(|t| if *t > 0.0 { (t - 3.0).exp() } else { 0.0 });
            figures.series(
                format!("field {neuron:02}"),
                (0..).zip(weights).map(|(k, w)| (f64::from(k), w)),
            );
        }
        Ok(figures)
    }

    fn check(&self, data: &Data, scenario: Scenario<'_>) -> Vec<Check> {
        let bare = scenario == Scenario::Control("no prior");
        let shuffled = scenario == Scenario::Control("shuffled labels");
        let accuracy = if shuffled {
            "accuracy with shuffled labels"
        } else {
            "accuracy"
        };
        let (main, sparse) = if bare {
            ("no prior", "no prior")
        } else {
            ("main", "connection prior")
        };
        vec![
            Check::new(
                "accuracy on held-out digits, Gaussian prior (chance 0.1)",
                data.estimate(main, accuracy),
            )
            .published("digits are told apart", Mark::Ours)
            .at_least(0.5),
            Check::new(
                "connections fewer with the connection prior: difference of functional shares",
                data.difference((main, "connected"), (sparse, "connected")),
            )
            .published("sparse solution", Mark::Recalled)
            .at_least(0.1),
            Check::new(
                "accuracy: connection prior minus Gaussian prior",
                data.difference((sparse, accuracy), (main, accuracy)),
            )
            .published("the same accuracy", Mark::Recalled)
            .at_least(-0.08),
            Check::new(
                "networks differ: functional synapses that changed in the second half of training",
                data.estimate(main, "rewired in the second half"),
            )
            .published("sampled networks differ", Mark::Recalled)
            .at_least(0.05),
            Check::new(
                "accuracy without prior and noise",
                data.estimate("no prior", accuracy),
            )
            .published("", Mark::Ours)
            .told(),
            Check::new(
                "functional share, Gaussian prior",
                data.estimate(main, "connected"),
            )
            .published("no number known", Mark::Recalled)
            .told(),
            Check::new(
                "functional share, connection prior",
                data.estimate(sparse, "connected"),
            )
            .published("no number known", Mark::Recalled)
            .told(),
            Check::new(
                "functional share, stronger connection prior",
                data.estimate(STRONGER, "connected"),
            )
            .published("no number known", Mark::Recalled)
            .told(),
            Check::new(
                "accuracy: stronger connection prior minus Gaussian prior",
                data.difference((STRONGER, accuracy), (main, accuracy)),
            )
            .published("no number known", Mark::Recalled)
            .told(),
        ]
    }

    fn draw(&self, data: &Data) -> Vec<Plot> {
        let curve = |condition: &str| data.curve(condition, "θ");
        let conditions = [
            ("main", "Gaussian prior"),
            ("connection prior", "connection prior"),
            (STRONGER, STRONGER),
            ("no prior", "no prior, no noise"),
        ];
        let mut theta = Plot::new("Parameters after learning").x("θ").y("density");
        let mut accuracy = Plot::new("Connections and accuracy")
            .x("functional share of synapses")
            .y("accuracy on held-out digits")
            .y_range(0.0, 1.0)
            .x_range(0.0, 1.0);
        for (condition, name) in conditions {
            theta = theta.band(name, &curve(condition));
            let (xs, ys) = (
                data.numbers(condition, "connected"),
                data.numbers(condition, "accuracy"),
            );
            let dots: Vec<_> = xs.into_iter().zip(ys).map(|(x, y)| (x, y, y, y)).collect();
            accuracy = accuracy.dots(name, &dots);
        }
        let fields = |condition: &str, name: &str| {
            let first = data.of(condition).next();
            let curves = first
                .into_iter()
                .flat_map(|(_, figures)| figures.series.iter());
            let tile = |(name, points): (&String, &Vec<(f64, f64)>)| {
                name.strip_prefix("field ").map(|label| Tile {
                    label: label.to_owned(),
                    pixels: points.iter().map(|p| p.1).collect(),
                })
            };
            Plot::new(format!("Weights of ink, {name}"))
                .caption("One picture a neuron: the first 20 of 40, seed 1.")
                .pictures(Picture {
                    width: 8,
                    height: 8,
                    brightest: 5.0,
                    tiles: curves.filter_map(tile).collect(),
                })
        };
        vec![
            theta
                .upright(0.0, "spine")
                .caption("Mean and 95 % over seeds. Left of the line a synapse is retracted."),
            accuracy.level(0.1, "chance").caption("One dot a seed."),
            fields("main", "Gaussian prior"),
            fields("connection prior", "connection prior"),
            fields("no prior", "no prior"),
        ]
    }
}
