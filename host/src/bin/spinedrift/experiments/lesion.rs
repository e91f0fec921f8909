//! Lesions of the network that hears and sees (Kappel et al. 2015, Fig. 5): neurons die, connections are cut, and the rest
//! rewires.

use super::ensembles::{
    CONNECTIONS, EYES, Learning, Pairing, Part, Probe, SHOW_TICKS, Scores, Stimuli, network, probe,
    score,
};
use super::spoken_and_written::read;
use spinedrift::description::ThetaTable;
use spinedrift::experiment::{
    About, Cell, Check, Control, Data, Experiment, ExperimentError, Figures, Mark, Plot, Scenario,
};
use spinedrift::session::{Change, Session, Which};
use std::collections::BTreeMap;

/// The experiment.
pub(crate) struct Lesion;

/// Presentations of each kind in a probe.
const SHOWS: usize = 40;
/// Probes after each lesion.
const PROBES: usize = 6;
/// A neuron stands for digit 2 if it fires more for it by this share of its spikes, as a rule twice as much.
const SELECTIVE: f64 = 1.0 / 3.0;
/// θ of a synapse that was cut: retracted, but not far.
const CUT: f64 = -0.25;
/// Recovered: this share of what was lost is there again.
const RECOVERED: f64 = 0.75;

/// Conditions after the first lesion; before it all are the same.
const NO_NOISE: &str = "no noise";
const NO_PLASTICITY: &str = "no plasticity";
const NO_REGROWTH: &str = "no regrowth";

/// A network under test: what it was, and what became of it.
struct Patient<'a> {
    cell: &'a Cell,
    stimuli: &'a Stimuli,
    learning: &'a Learning,
    removed: Vec<u32>,
    curve: Vec<(f64, f64)>,
    connected: Vec<(f64, f64)>,
}

/// The rule from the first lesion on, in a condition: the network goes on from where its θ stand.
fn changed(
    learning: &Learning,
    start: BTreeMap<&'static str, ThetaTable>,
    condition: &str,
) -> Learning {
    Learning {
        start,
        temperature: if condition == NO_NOISE {
            0.0
        } else {
            learning.temperature
        },
        frozen: condition == NO_PLASTICITY,
        ..learning.clone()
    }
}

/// Takes away every functional synapse between the senses; how many there were.
fn cut(session: &mut Session, cell: &Cell) -> Result<f64, ExperimentError> {
    let mut cut = 0;
    for name in CONNECTIONS {
        let (projection, which) = (name.to_owned(), Which::Functional);
        let change = if cell.condition() == NO_REGROWTH {
            Change::Remove { projection, which }
        } else {
            Change::SetTheta {
                projection,
                which,
                theta: CUT,
            }
        };
        cut += session.intervene(&change)?.lost;
    }
    Ok(cut as f64)
}

impl Patient<'_> {
    /// Learns for so many ticks; three looks at the last third say what performance was before the lesions.
    fn learn(&mut self, session: &mut Session, ticks: u32) -> Result<Scores, ExperimentError> {
        session.run_ticks(ticks * 2 / 3)?;
        let mut scores = self.look(session, 0.0)?;
        for _ in 0..2 {
            session.run_ticks(ticks / 6)?;
            scores = self.look(session, 0.0)?;
        }
        Ok(scores)
    }

    /// Probes the network, whose session began at an hour, and notes how well V imagines what A hears.
    fn look(&mut self, session: &mut Session, began: f64) -> Result<Scores, ExperimentError> {
        let now = began + session.seconds() / 3600.0;
        // A look just after a lesion stands apart from the one just before it.
        let before = self.curve.last().map_or(f64::NEG_INFINITY, |point| point.0);
        let hour = now.max(before + 1e-4);
        let theta = read(session, self.stimuli)?;
        let between = CONNECTIONS.iter().filter_map(|name| theta.get(name));
        let shares: Vec<f64> = between.map(ThetaTable::connected).collect();
        let found = Probe {
            theta,
            learning: self.learning,
            removed: &self.removed,
            shows: SHOWS,
        };
        let scores = score(
            self.stimuli,
            &found,
            &probe(self.cell, self.stimuli, &found)?,
        );
        self.curve.push((hour, scores.imagines));
        self.connected.push((
            hour,
            shares.iter().sum::<f64>() / shares.len().max(1) as f64,
        ));
        Ok(scores)
    }
}

/// Notes a lesion: performance before, just after, at the end, and when it had recovered.
fn note(figures: &mut Figures, lesion: &str, before: f64, curve: &[(f64, f64)]) {
    let Some((&(start, after), later)) = curve.split_first() else {
        return;
    };
    let late: Vec<f64> = later.iter().rev().take(3).map(|point| point.1).collect();
    let end = late.iter().sum::<f64>() / late.len().max(1) as f64;
    let wanted = after + RECOVERED * (before - after);
    figures
        .number(format!("{lesion}: before"), before)
        .number(format!("{lesion}: just after"), after)
        .number(format!("{lesion}: later"), end)
        .number(format!("{lesion}: lost"), before - after)
        .number(format!("{lesion}: regained"), end - after);
    if let Some((hour, _)) = later.iter().find(|point| point.1 >= wanted) {
        figures.number(format!("{lesion}: recovery time (h)"), hour - start);
    }
}

impl Experiment for Lesion {
    fn about(&self) -> About {
        About {
            name: "lesion",
            title: "Lesions and recovery",
            claim: "When the neurons that stand for a digit are removed, or all connections between the two senses, \
                    performance falls, and the network that goes on sampling rewires and recovers.",
            source: "Kappel et al. 2015, Fig. 5",
            differs: "The network of `spoken-and-written`, with its choices. Neurons of V that stand for digit 2 are removed, \
                      later every spine between A and V is retracted (θ = −0.25). The paper may not have let those grow again: condition \
                      “no regrowth” removes them for good (full run only). Performance: share of unheard words for which the image \
                      that V imagines is more like the right digit.",
        }
    }

    fn seeds(&self, quick: bool) -> u64 {
        if quick { 4 } else { 8 }
    }

    fn conditions(&self, quick: bool) -> Vec<String> {
        let all = ["main", NO_NOISE, NO_PLASTICITY, NO_REGROWTH];
        let count = if quick { 3 } else { 4 };
        all.iter()
            .take(count)
            .map(|name| (*name).to_owned())
            .collect()
    }

    fn controls(&self) -> Vec<Control> {
        vec![
            Control {
                name: NO_PLASTICITY,
                what: "θ stands still from the first lesion on",
            },
            Control {
                name: NO_NOISE,
                what: "T = 0 from the first lesion on",
            },
        ]
    }

    fn run(&self, cell: &Cell) -> Result<Figures, ExperimentError> {
        let stimuli = Stimuli::load(cell)?;
        let learning = Learning::paced(cell.quick());
        let shows = |count: usize, stage: u64| {
            stimuli.shows(Part::Train, Pairing::Same, count, cell.seed(), stage)
        };
        let learn: usize = cell.either(1_200, 4_200);
        // Presentations between two looks after each lesion: new connections take longer than a new use of those there are.
        let recover: [usize; 2] = cell.either([100, 600], [350, 2_100]);
        let total = learn + PROBES * (recover[0] + recover[1]);
        let mut session = cell.start(network(&stimuli, &shows(learn, 0), &learning)?)?;
        let mut patient = Patient {
            cell,
            stimuli: &stimuli,
            learning: &learning,
            removed: Vec::new(),
            curve: Vec::new(),
            connected: Vec::new(),
        };
        let scores = patient.learn(&mut session, learn as u32 * SHOW_TICKS)?;
        let learnt = session.seconds() / 3600.0;
        let late =
            |curve: &[(f64, f64)]| curve.iter().rev().take(3).map(|p| p.1).sum::<f64>() / 3.0;
        let before = late(&patient.curve);
        cell.done(learn as f64 / total as f64);

        // From here on conditions differ: the network goes on from its θ under the condition's rule.
        let after = changed(&learning, read(&mut session, &stimuli)?, cell.condition());
        let rest = network(&stimuli, &shows(total - learn, 1), &after)?;
        let mut session = cell.start_seeded(rest, cell.seed() + (1 << 20))?;
        let selective = (0_u32..).zip(&scores.selectivity);
        patient.removed = selective
            .filter(|(_, s)| **s > SELECTIVE)
            .map(|(neuron, _)| neuron)
            .collect();
        let mut figures = Figures::new();
        figures.number("neurons removed", patient.removed.len() as f64);
        session.intervene(&Change::Silence {
            population: EYES.to_owned(),
            neurons: patient.removed.clone(),
        })?;
        let mut first = before;
        for (lesion, recover) in [("neurons", recover[0]), ("connections", recover[1])] {
            let from = patient.curve.len();
            patient.look(&mut session, learnt)?;
            for _ in 0..PROBES {
                session.run_ticks(recover as u32 * SHOW_TICKS)?;
                patient.look(&mut session, learnt)?;
                cell.done((learn as f64 + session.seconds() * 5.0) / total as f64);
            }
            let curve = patient.curve.get(from..).unwrap_or_default();
            note(&mut figures, lesion, first, curve);
            first = late(curve);
            if lesion == "neurons" {
                figures.number("synapses cut", cut(&mut session, cell)?);
                figures.number("second lesion (h)", learnt + session.seconds() / 3600.0);
            }
        }
        figures.number("first lesion (h)", learnt);
        figures.series("V imagines what A hears", patient.curve);
        figures.series("connected", patient.connected);
        Ok(figures)
    }

    fn check(&self, data: &Data, scenario: Scenario<'_>) -> Vec<Check> {
        let at = scenario.condition();
        let here = |name: &str| data.estimate(at, name);
        let mut checks = vec![
            Check::new(
                "before the lesions V imagines what A hears (share; chance 0.5)",
                here("neurons: before"),
            )
            .at_least(0.55),
        ];
        for (lesion, what) in [
            ("neurons", "neurons of digit 2 removed"),
            ("connections", "all spines between A and V cut"),
        ] {
            let noise = data.difference(
                (at, &format!("{lesion}: regained")),
                (NO_NOISE, &format!("{lesion}: regained")),
            );
            checks.extend([
                Check::new(
                    format!("{what}: performance lost at once"),
                    here(&format!("{lesion}: lost")),
                )
                .published("performance drops sharply", Mark::Recalled)
                .at_least(0.05),
                Check::new(
                    format!("{what}: performance regained"),
                    here(&format!("{lesion}: regained")),
                )
                .published("recovers by rewiring", Mark::Recalled)
                .at_least(0.05),
                Check::new(
                    format!("{what}: time to regain 75 % of the loss, of seeds that do (h)"),
                    here(&format!("{lesion}: recovery time (h)")),
                )
                .published("about 1–2 h at the paper's speed", Mark::Recalled)
                .told(),
                Check::new(
                    format!("{what}: regained beyond the same without noise"),
                    noise,
                )
                .published("noise lets the network explore", Mark::Recalled)
                .told(),
            ]);
        }
        checks
    }

    fn draw(&self, data: &Data) -> Vec<Plot> {
        let curve = |condition: &str, name: &str| data.curve(condition, name);
        let [first, second] =
            ["first lesion (h)", "second lesion (h)"].map(|name| data.estimate("main", name).mean);
        let plot = |title: &str, y: &str| {
            let plot = Plot::new(title).x("time (h)").y(y);
            plot.upright(first, "lesion 1").upright(second, "lesion 2")
        };
        let (mut performance, mut spines) = (
            plot(
                "Lesion, rewiring, recovery",
                "V imagines what A hears (share)",
            )
            .y_range(0.3, 1.0),
            plot("Spines between the senses", "share of potential synapses").y_range(0.0, 1.0),
        );
        for condition in data.conditions() {
            let name = if condition == "main" {
                "T = 1"
            } else {
                condition
            };
            performance = performance.band(name, &curve(condition, "V imagines what A hears"));
            spines = spines.band(name, &curve(condition, "connected"));
        }
        vec![
            performance.level(0.5, "chance").caption(
                "Lesion 1: V's neurons of digit 2 removed; lesion 2: all spines between A and V cut. Bands: 95 % over seeds.",
            ),
            spines.caption("Share of potential synapses with θ > 0."),
        ]
    }
}
