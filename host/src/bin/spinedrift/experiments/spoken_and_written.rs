//! Hearing and seeing the same digits (Kappel et al. 2015, Fig. 5): two circuits learn to call each other's assemblies.

use super::ensembles::{
    CONNECTIONS, HEARD, Learning, Pairing, Part, Probe, SEEN, SHOW_TICKS, Scores, Stimuli, network,
    probe, score,
};
use spinedrift::description::ThetaTable;
use spinedrift::experiment::statistics::principal_components;
use spinedrift::experiment::{
    About, Cell, Check, Control, Data, Experiment, ExperimentError, Figures, Mark, Picture, Plot,
    Scenario, Tile,
};
use spinedrift::session::Session;
use std::collections::BTreeMap;

/// The experiment.
pub(crate) struct SpokenAndWritten;

/// Probes of a run, its end included.
const PROBES: usize = 10;
/// Presentations of each kind in a probe.
const SHOWS: usize = 60;
/// Name of the control.
const SHUFFLED: &str = "shuffled";

/// θ of every projection.
pub(super) fn read(
    session: &mut Session,
    stimuli: &Stimuli,
) -> Result<BTreeMap<&'static str, ThetaTable>, ExperimentError> {
    let mut theta = BTreeMap::new();
    let seen = SEEN
        .into_iter()
        .take(if stimuli.shows_paper() { 2 } else { 1 });
    for name in seen.chain([HEARD]).chain(CONNECTIONS) {
        theta.insert(name, session.theta(name)?);
    }
    Ok(theta)
}

/// Adds what a probe found at an hour.
fn note(curves: &mut BTreeMap<&'static str, Vec<(f64, f64)>>, hour: f64, scores: &Scores) {
    let all = [
        ("V names what it sees", scores.seen),
        ("A names what it hears", scores.heard),
        ("V names what A hears", scores.heard_in_eyes),
        ("A names what V sees", scores.seen_in_ears),
        ("V imagines what A hears", scores.imagines),
        ("reconstruction", scores.reconstruction),
    ];
    for (name, value) in all {
        curves.entry(name).or_default().push((hour, value));
    }
}

/// The trajectory of θ on its principal components, and how far θ still moves at the end.
fn trajectory(figures: &mut Figures, hours: &[f64], points: &[Vec<f64>]) {
    let components = principal_components(points, 3);
    for (number, scores) in (1..).zip(&components.scores) {
        let curve = hours.iter().copied().zip(scores.iter().copied());
        figures.series(format!("PC{number}"), curve);
    }
    let explained: f64 = components.shares.iter().sum();
    figures.number("share of variance in 3 components", explained);
    let moved = |a: &Vec<f64>, b: &Vec<f64>| {
        let squares = a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>();
        (squares / a.len().max(1) as f64).sqrt()
    };
    if let [.., before, last] = points {
        figures.number(
            "RMS change of θ between the last two looks",
            moved(before, last),
        );
    }
}

impl Experiment for SpokenAndWritten {
    fn about(&self) -> About {
        About {
            name: "spoken-and-written",
            title: "Spoken and written digits",
            claim: "Two circuits, one that sees digits 1 and 2 and one that hears them, learn by synaptic sampling alone to \
                    call each other's assemblies: what is only heard makes the seeing circuit fire, and imagine, as if it \
                    saw it. The parameters go on moving all the time.",
            source: "Kappel et al. 2015, Fig. 5",
            differs: "Numbers of circuits and neurons, stimulus times and α aren't known to us; chosen: one circuit of 10 neurons for each \
                      sense at 200 Hz, 200 ms for each digit, words stretched to that time. Sampling runs ten times (quick) or \
                      three times (full) faster than in the authors' program, so that hours become minutes. No lateral \
                      synapses within a circuit. θ between the circuits is bounded at 2.7: without the bound pairs of \
                      neurons lock into loops. Without --fsdd the words are synthetic, without --mnist the digits are 8×8.",
        }
    }

    fn seeds(&self, quick: bool) -> u64 {
        if quick { 4 } else { 8 }
    }

    fn conditions(&self, _: bool) -> Vec<String> {
        ["main", SHUFFLED].map(str::to_owned).to_vec()
    }

    fn controls(&self) -> Vec<Control> {
        vec![Control {
            name: SHUFFLED,
            what: "spoken and written digits are paired at random",
        }]
    }

    fn run(&self, cell: &Cell) -> Result<Figures, ExperimentError> {
        let stimuli = Stimuli::load(cell)?;
        let learning = Learning::paced(cell.quick());
        let pairing = if cell.condition() == SHUFFLED {
            Pairing::Shuffled
        } else {
            Pairing::Same
        };
        let count = cell.either(1_600, 9_000);
        let shows = stimuli.shows(Part::Train, pairing, count, cell.seed(), 0);
        let mut session = cell.start(network(&stimuli, &shows, &learning)?)?;
        let mut figures = Figures::new();
        let (mut hours, mut points, mut curves) = (Vec::new(), Vec::new(), BTreeMap::new());
        let mut last = None;
        for step in 1..=PROBES {
            session.run_ticks((count / PROBES) as u32 * SHOW_TICKS)?;
            let found = Probe {
                theta: read(&mut session, &stimuli)?,
                learning: &learning,
                removed: &[],
                shows: SHOWS,
            };
            let scores = score(&stimuli, &found, &probe(cell, &stimuli, &found)?);
            let hour = session.seconds() / 3600.0;
            note(&mut curves, hour, &scores);
            let all = found.theta.values().flat_map(ThetaTable::thetas);
            points.push(all.copied().collect());
            hours.push(hour);
            last = Some(scores);
            cell.done(step as f64 / PROBES as f64);
        }
        for (name, curve) in curves {
            let late = curve.iter().rev().take(3).map(|point| point.1);
            figures.number(name, late.sum::<f64>() / 3.0);
            figures.series(name, curve);
        }
        trajectory(&mut figures, &hours, &points);
        for (class, image) in (1..).zip(last.into_iter().flat_map(|scores| scores.imagined)) {
            let pixels = (0_u32..).map(f64::from).zip(image);
            figures.series(format!("imagined on hearing {class}"), pixels);
        }
        figures.number("width of an image", f64::from(stimuli.images.width));
        Ok(figures)
    }

    fn check(&self, data: &Data, scenario: Scenario<'_>) -> Vec<Check> {
        let at = scenario.condition();
        let here = |name: &str| data.estimate(at, name);
        let beyond = |name: &str| data.difference((at, name), (SHUFFLED, name));
        vec![
            Check::new("V names unseen written digits (share; chance 0.5)", here("V names what it sees"))
                .at_least(0.8),
            Check::new("A names unheard spoken digits (share; chance 0.5)", here("A names what it hears"))
                .at_least(0.8),
            Check::new("V names what only A hears (share; chance 0.5)", here("V names what A hears"))
                .published("the right assembly is activated", Mark::Recalled)
                .at_least(0.65),
            Check::new("A names what only V sees (share; chance 0.5)", here("A names what V sees"))
                .published("the right assembly is activated", Mark::Recalled)
                .at_least(0.58),
            Check::new("V imagines what only A hears: the image is more like the right digit (share; chance 0.5)", here("V imagines what A hears"))
                .published("the visual stimulus is reconstructed", Mark::Recalled)
                .at_least(0.65),
            Check::new("V names what only A hears: beyond shuffled pairs", beyond("V names what A hears"))
                .at_least(0.1),
            Check::new("A names what only V sees: beyond shuffled pairs", beyond("A names what V sees"))
                .at_least(0.05),
            Check::new("RMS change of θ between the last two looks", here("RMS change of θ between the last two looks"))
                .published("parameters go on moving after convergence", Mark::Recalled)
                .at_least(0.05),
            Check::new("share of variance in 3 components of the trajectory", here("share of variance in 3 components"))
                .published("a low-dimensional manifold", Mark::Recalled)
                .told(),
        ]
    }

    fn draw(&self, data: &Data) -> Vec<Plot> {
        let curve = |condition: &str, name: &str| data.curve(condition, name);
        let share = |title: &str| {
            Plot::new(title)
                .x("time (h)")
                .y("share named rightly")
                .y_range(0.2, 1.0)
        };
        let width = data.estimate("main", "width of an image").mean;
        let tiles: Vec<Tile> = ["main", SHUFFLED]
            .into_iter()
            .flat_map(|at| [tile(data, at, 1), tile(data, at, 2)])
            .collect();
        let side = width as u32;
        let mut plots = vec![
            share("One sense alone drives the other's assembly")
                .band(
                    "V, while only A hears",
                    &curve("main", "V names what A hears"),
                )
                .band(
                    "A, while only V sees",
                    &curve("main", "A names what V sees"),
                )
                .band(
                    "V, shuffled pairs",
                    &curve(SHUFFLED, "V names what A hears"),
                )
                .level(0.5, "chance")
                .caption(
                    "Test digits and words that were never shown; θ stands still during a test.",
                ),
            share("Each sense by itself")
                .band("V sees", &curve("main", "V names what it sees"))
                .band("A hears", &curve("main", "A names what it hears")),
            Plot::new("θ keeps moving: first principal components")
                .x("time (h)")
                .y("score")
                .band("PC 1", &curve("main", "PC1"))
                .band("PC 2", &curve("main", "PC2"))
                .band("PC 3", &curve("main", "PC3"))
                .caption("Of all θ, for each seed its own components; bands: 95 % over seeds."),
        ];
        if side > 0 {
            plots.push(
                Plot::new("What V imagines while A hears")
                    .pictures(Picture { width: side, height: side, brightest: 1.0, tiles })
                    .caption("Receptive fields of V's neurons, weighted by their spikes while no image is shown; mean over seeds."),
            );
        }
        plots
    }
}

/// What V imagines on hearing a word, brightest pixel 1.
fn tile(data: &Data, condition: &str, class: u32) -> Tile {
    let band = data.band(condition, &format!("imagined on hearing {class}"));
    let values: Vec<f64> = band
        .iter()
        .map(|(_, estimate)| estimate.mean.max(0.0))
        .collect();
    let most = values.iter().copied().fold(1e-9, f64::max);
    let shuffled = if condition == "main" {
        ""
    } else {
        ", shuffled"
    };
    Tile {
        label: format!("hears {class}{shuffled}"),
        pixels: values.into_iter().map(|value| value / most).collect(),
    }
}
