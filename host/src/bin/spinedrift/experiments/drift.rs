//! Representational drift: tuning changes, decoding stays.

use super::clusters::{SHOW_TICKS, World, network, shown_in};
use spinedrift::description::{Distribution, SynapticSampling, ThetaStart, ThetaTable};
use spinedrift::experiment::statistics::{correlation, mean};
use spinedrift::experiment::{
    About, Cell, Check, Control, Data, Decoder, Experiment, ExperimentError, Figures, Mark, Plot,
    Responses, Scenario,
};

/// The experiment.
pub(crate) struct Drift;

/// Neurons of the circuit.
const NEURONS: u32 = 20;
/// Sessions ("days") after the first.
const DAYS: u32 = 8;

/// Temperature and speed of a condition.
fn temperature(condition: &str) -> f64 {
    match condition {
        "no noise" => 0.0,
        "half the noise" => 0.5,
        _ => 1.0,
    }
}

/// Mean over neurons of the correlation of tuning curves; neurons that are silent in either are left out.
fn similarity(a: &Responses, b: &Responses) -> f64 {
    let (a, b) = (a.tuning(), b.tuning());
    let each = a.iter().zip(&b).map(|(a, b)| correlation(a, b));
    mean(&each.filter(|r| r.is_finite()).collect::<Vec<_>>())
}

/// Curves over days, and their ends.
fn figures(days: &[Responses], thetas: &[ThetaTable]) -> Figures {
    let mut figures = Figures::new();
    let Some((first, theta)) = days.first().zip(thetas.first()) else {
        return figures;
    };
    let halves = |day: &Responses| day.split(0.5);
    let old = Decoder::train(&halves(first).0);
    let wrong = Decoder::train(&halves(&first.shuffled(1)).0);
    let of = |score: &dyn Fn(&Responses) -> f64| -> Vec<(f64, f64)> {
        (0..)
            .zip(days)
            .map(|(k, day)| (f64::from(k), score(day)))
            .collect()
    };
    let curves = [
        (
            "similarity of tuning",
            of(&|day| similarity(&halves(first).0, &halves(day).1)),
        ),
        ("decoder of day 0", of(&|day| old.accuracy(&halves(day).1))),
        (
            "retrained decoder",
            of(&|day| Decoder::train(&halves(day).0).accuracy(&halves(day).1)),
        ),
        (
            "shuffled: decoder of day 0",
            of(&|day| wrong.accuracy(&halves(day).1)),
        ),
        (
            "shuffled: retrained decoder",
            of(&|day| {
                let (train, test) = day.shuffled(2).split(0.5);
                Decoder::train(&train).accuracy(&test)
            }),
        ),
        (
            "displacement of θ",
            (0..)
                .zip(thetas)
                .map(|(k, now)| (f64::from(k), now.distance(theta)))
                .collect(),
        ),
    ];
    for (name, curve) in curves {
        for (when, point) in [("at first", curve.first()), ("at last", curve.last())] {
            figures.number(format!("{name} {when}"), point.map_or(f64::NAN, |p| p.1));
        }
        figures.series(name, curve);
    }
    figures
}

impl Experiment for Drift {
    fn about(&self) -> About {
        About {
            name: "drift",
            title: "Representational drift",
            claim: "Synapses that never rest change what single neurons answer to, while the population goes on telling the \
                    stimuli apart: a decoder trained on the first day loses, one trained each day does not.",
            source: "follows from Kappel et al. 2015; compared with reports of drift in cortex (Driscoll et al. 2017 and others)",
            differs: "No figure of the paper; the claim is that of later work which explains drift by noisy synapses. Seven \
                      clusters, 100 inputs, 20 neurons, b = 4·10^−3 /s and N = 2.5: the prior relaxes in 250 s instead of 10^4 s, while one likelihood step \
                      keeps the paper's size, so that noise and prior weigh more against the likelihood than in the paper. A day is a session of stimuli with learning going on, \
                      and as long a pause from what is scored.",
        }
    }

    fn seeds(&self, quick: bool) -> u64 {
        if quick { 8 } else { 12 }
    }

    fn conditions(&self, _: bool) -> Vec<String> {
        ["main", "no noise", "half the noise"]
            .map(str::to_owned)
            .to_vec()
    }

    fn controls(&self) -> Vec<Control> {
        vec![
            Control {
                name: "no noise",
                what: "T = 0: learning alone",
            },
            Control {
                name: "shuffled labels",
                what: "decoders learn from labels dealt out anew",
            },
        ]
    }

    fn run(&self, cell: &Cell) -> Result<Figures, ExperimentError> {
        let (learning_s, session_s) = cell.either((300.0, 150.0), (600.0, 300.0));
        let whole_s = learning_s + session_s * (1.0 + 2.0 * f64::from(DAYS));
        let world = World::new(cell.seed(), 100);
        let (schedule, labels) = world.show(&[(&[0, 1, 2, 3, 4, 5, 6], shown_in(whole_s))]);
        let rule = SynapticSampling {
            temperature: temperature(cell.condition()),
            speed_per_s: 4e-3,
            experience: 2.5,
            start: ThetaStart::From(Distribution::normal(3.5, 0.5)),
            ..SynapticSampling::default()
        };
        let mut session = cell.start(network(100, NEURONS, schedule, rule)?)?;
        session.run_s(learning_s)?;
        let mut days = Vec::new();
        let mut thetas = Vec::new();
        for day in 0..=DAYS {
            session.take_spikes();
            let from = session.tick();
            session.run_s(session_s)?;
            let first = (from / SHOW_TICKS) as usize;
            let shown = labels
                .get(first..first + shown_in(session_s) as usize)
                .unwrap_or_default();
            let spikes = session.take_spikes();
            days.push(Responses::count(
                &spikes,
                (1, NEURONS as usize),
                shown,
                (from, SHOW_TICKS),
            ));
            thetas.push(session.theta("synapses")?);
            if day < DAYS {
                session.run_s(session_s)?;
            }
            cell.done(f64::from(day) / f64::from(DAYS));
        }
        Ok(figures(&days, &thetas))
    }

    fn check(&self, data: &Data, scenario: Scenario<'_>) -> Vec<Check> {
        let shuffled = scenario == Scenario::Control("shuffled labels");
        let at = if shuffled {
            "main"
        } else {
            scenario.condition()
        };
        let name = |figure: &str| {
            if shuffled {
                format!("shuffled: {figure}")
            } else {
                figure.to_owned()
            }
        };
        let (old, new) = (
            name("decoder of day 0 at last"),
            name("retrained decoder at last"),
        );
        let before = name("retrained decoder at first");
        vec![
            Check::new(
                "tuning drifts: loss of its similarity with day 0 by the last day",
                data.difference(
                    (at, "similarity of tuning at first"),
                    (at, "similarity of tuning at last"),
                ),
            )
            .published(
                "tuning of single neurons changes over days to weeks",
                Mark::Recalled,
            )
            .at_least(0.1),
            Check::new(
                "decoding stays: accuracy of the retrained decoder on the last day (chance 0.14)",
                data.estimate(at, &new),
            )
            .published("information stays", Mark::Recalled)
            .at_least(0.7),
            Check::new(
                "decoding stays: change of the retrained decoder since day 0",
                data.difference((at, &new), (at, &before)),
            )
            .published("0", Mark::Recalled)
            .at_least(-0.1),
            Check::new(
                "the decoder of day 0 ages: retrained minus old on the last day",
                data.difference((at, &new), (at, &old)),
            )
            .published("a fixed decoder loses", Mark::Recalled)
            .at_least(0.0),
        ]
    }

    fn draw(&self, data: &Data) -> Vec<Plot> {
        let curve = |condition: &str, name: &str| data.curve(condition, name);
        vec![
            Plot::new("Tuning drifts").x("day").y("similarity of tuning with day 0").y_range(0.0, 1.0)
                .band("T = 1", &curve("main", "similarity of tuning"))
                .band("T = 0.5", &curve("half the noise", "similarity of tuning"))
                .band("T = 0", &curve("no noise", "similarity of tuning"))
                .caption("Mean correlation of single neurons' tuning curves; bands: 95 % over seeds. Day 0 itself is compared half with half."),
            Plot::new("Decoding stays").x("day").y("accuracy").y_range(0.0, 1.0)
                .band("retrained each day", &curve("main", "retrained decoder"))
                .band("trained on day 0", &curve("main", "decoder of day 0"))
                .band("retrained, shuffled labels", &curve("main", "shuffled: retrained decoder"))
                .level(1.0 / 7.0, "chance").caption("T = 1."),
            Plot::new("Without noise").x("day").y("accuracy").y_range(0.0, 1.0)
                .band("retrained each day", &curve("no noise", "retrained decoder"))
                .band("trained on day 0", &curve("no noise", "decoder of day 0"))
                .level(1.0 / 7.0, "chance").caption("T = 0: the decoder of day 0 should stay with the retrained one."),
            Plot::new("Parameters move on").x("day").y("mean |θ − θ of day 0|")
                .band("T = 1", &curve("main", "displacement of θ"))
                .band("T = 0.5", &curve("half the noise", "displacement of θ"))
                .band("T = 0", &curve("no noise", "displacement of θ")).caption("Bands: 95 % over seeds."),
        ]
    }
}
