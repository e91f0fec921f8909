//! Enriched environment (Kappel et al. 2015, Fig. 4): more to see makes more spines, and they stay while it lasts.

use super::clusters::{World, network, shown_in};
use spinedrift::description::{SynapticSampling, ThetaTable};
use spinedrift::experiment::{
    About, Cell, Check, Control, Data, Experiment, ExperimentError, Figures, Mark, Plot, Scenario,
};

/// The experiment.
pub(crate) struct EnrichedEnvironment;

/// Clusters of the standard environment; the paper's are not known.
const STANDARD: [usize; 3] = [0, 1, 2];
/// Clusters of the enriched one: the remark of the program's copy says 3 to 7.
const ENRICHED: [usize; 5] = [2, 3, 4, 5, 6];
/// Half-hours of the standard environment, of the enriched one, and of what follows.
const PHASES: [u32; 3] = [6, 2, 6];
const HALF_HOUR_S: f64 = 1800.0;
const NEURONS: u32 = 10;

/// Environments of the three phases.
fn environments(condition: &str) -> [&'static [usize]; 3] {
    match condition {
        "EE-SE" => [&STANDARD, &ENRICHED, &STANDARD],
        "no enrichment" => [&STANDARD, &STANDARD, &STANDARD],
        _ => [&STANDARD, &ENRICHED, &ENRICHED],
    }
}

/// Percent of synapses that are there now and weren't before, of those there at the base.
fn formed(before: &ThetaTable, now: &ThetaTable, base: &ThetaTable) -> f64 {
    let new = before
        .thetas()
        .iter()
        .zip(now.thetas())
        .filter(|(b, n)| **n > 0.0 && **b <= 0.0)
        .count();
    let there = base.thetas().iter().filter(|theta| **theta > 0.0).count();
    100.0 * new as f64 / there.max(1) as f64
}

/// Percent of synapses gone since, of those there at the base.
fn lost(before: &ThetaTable, now: &ThetaTable, base: &ThetaTable) -> f64 {
    formed(now, before, base)
}

/// Percent of the spines that formed between two looks which are there at every later one, by hours since.
fn survival(images: &[ThetaTable], before: &ThetaTable, now: &ThetaTable) -> Vec<(f64, f64)> {
    let new: Vec<usize> = before
        .thetas()
        .iter()
        .zip(now.thetas())
        .enumerate()
        .filter(|(_, (before, now))| **before <= 0.0 && **now > 0.0)
        .map(|(k, _)| k)
        .collect();
    let lives = |k: &&usize, until: usize| {
        images
            .get(8..=until)
            .unwrap_or_default()
            .iter()
            .all(|look| look.thetas().get(**k).is_some_and(|t| *t > 0.0))
    };
    (8..images.len())
        .map(|until| {
            let alive = new.iter().filter(|k| lives(k, until)).count();
            (
                0.5 * (until - 8) as f64,
                100.0 * alive as f64 / new.len().max(1) as f64,
            )
        })
        .collect()
}

/// What is counted on the looks of a run.
fn figures(images: &[ThetaTable]) -> Figures {
    let mut figures = Figures::new();
    // Looks 5, 6, 7, 8 are 2.5, 3.0, 3.5, 4.0 h.
    if let [.., at_25, at_30, at_35, at_40] = images.get(..9).unwrap_or_default() {
        figures.number("formation in SE (%)", formed(at_25, at_30, at_25));
        figures.number("formation in EE (%)", formed(at_35, at_40, at_30));
        figures.number("elimination in SE (%)", lost(at_25, at_30, at_25));
        figures.number("elimination in EE (%)", lost(at_35, at_40, at_30));
        let survival = survival(images, at_35, at_40);
        for (hours, name) in [
            (2, "survival after 1 h (%)"),
            (4, "survival after 2 h (%)"),
            (6, "survival after 3 h (%)"),
        ] {
            figures.number(name, survival.get(hours).map_or(f64::NAN, |p| p.1));
        }
        let after = survival.get(1..).unwrap_or_default();
        figures.number(
            "mean survival (%)",
            after.iter().map(|p| p.1).sum::<f64>() / after.len().max(1) as f64,
        );
        figures.series("survival", survival);
    }
    figures.series(
        "functional share",
        (0..)
            .zip(images)
            .map(|(k, look)| (0.5 * f64::from(k), look.connected())),
    );
    let formation = images.windows(2).map(|pair| match pair {
        [before, now] => formed(before, now, before),
        _ => f64::NAN,
    });
    figures.series(
        "formation",
        (1..)
            .zip(formation)
            .map(|(k, share)| (0.5 * f64::from(k), share)),
    );
    figures
}

impl Experiment for EnrichedEnvironment {
    fn about(&self) -> About {
        About {
            name: "enriched-environment",
            title: "Enriched environment",
            claim: "More spines form when the environment becomes richer than while it stays as it was, and new spines survive \
                    longer if it stays rich than if it becomes poor again.",
            source: "Kappel et al. 2015, Fig. 4; Yang, Pan and Gan 2009",
            differs: "Cluster centres, input code, rule and definitions are those of the authors' program. Which clusters made up the \
                      standard environment is not known: 1–3 here, enriched 3–7 as a remark in the program's copy says. Time \
                      is compressed by a larger b: 10 times in the quick run, 4 times in the full one; N stays, so that one \
                      likelihood step is as much larger. 200 inputs (quick) or 400 instead of 1,000.",
        }
    }

    fn seeds(&self, quick: bool) -> u64 {
        if quick { 8 } else { 10 }
    }

    fn conditions(&self, _: bool) -> Vec<String> {
        ["main", "EE-SE", "no enrichment"]
            .map(str::to_owned)
            .to_vec()
    }

    fn controls(&self) -> Vec<Control> {
        vec![Control {
            name: "no enrichment",
            what: "the standard environment throughout",
        }]
    }

    fn run(&self, cell: &Cell) -> Result<Figures, ExperimentError> {
        let (faster, inputs) = cell.either((10.0, 200), (4.0, 400));
        let half_hour_s = HALF_HOUR_S / faster;
        let world = World::new(cell.seed(), inputs);
        let environments = environments(cell.condition());
        let phases: Vec<(&[usize], u32)> = environments
            .into_iter()
            .zip(PHASES)
            .map(|(clusters, half_hours)| (clusters, shown_in(half_hour_s) * half_hours))
            .collect();
        let (schedule, _) = world.show(&phases);
        let rule = SynapticSampling {
            speed_per_s: 1e-4 * faster,
            experience: 100.0,
            ..SynapticSampling::default()
        };
        let mut session = cell.start(network(inputs, NEURONS, schedule, rule)?)?;
        let looks = PHASES.iter().sum::<u32>();
        let mut images = vec![session.theta("synapses")?];
        for look in 0..looks {
            session.run_s(half_hour_s)?;
            session.take_spikes();
            session.take_rewiring();
            images.push(session.theta("synapses")?);
            cell.done(f64::from(look + 1) / f64::from(looks));
        }
        Ok(figures(&images))
    }

    fn check(&self, data: &Data, scenario: Scenario<'_>) -> Vec<Check> {
        let (rich, poor) = match scenario {
            Scenario::Main => ("main", "EE-SE"),
            Scenario::Control(_) => ("no enrichment", "no enrichment"),
        };
        vec![
            Check::new(
                "formation: EE minus SE (% of spines in half an hour)",
                data.difference((rich, "formation in EE (%)"), (rich, "formation in SE (%)")),
            )
            .published("clearly higher in EE", Mark::Recalled)
            .at_least(0.0),
            Check::new(
                "survival of new spines over 3 h: EE-EE minus EE-SE (%)",
                data.difference((rich, "mean survival (%)"), (poor, "mean survival (%)")),
            )
            .published("much longer in EE-EE", Mark::Recalled)
            .at_least(0.0),
            Check::new(
                "formation in SE (%)",
                data.estimate(rich, "formation in SE (%)"),
            )
            .published("number not known", Mark::Recalled)
            .told(),
            Check::new(
                "formation in EE (%)",
                data.estimate(rich, "formation in EE (%)"),
            )
            .published("number not known", Mark::Recalled)
            .told(),
            Check::new(
                "survival after 3 h, EE-EE (%)",
                data.estimate(rich, "survival after 3 h (%)"),
            )
            .published("number not known", Mark::Recalled)
            .told(),
            Check::new(
                "survival after 3 h, EE-SE (%)",
                data.estimate(poor, "survival after 3 h (%)"),
            )
            .published("number not known", Mark::Recalled)
            .told(),
        ]
    }

    fn draw(&self, data: &Data) -> Vec<Plot> {
        let curve = |condition: &str, name: &str| data.curve(condition, name);
        let bar = |at: f64, condition: &str, name: &str| {
            (at, at + 0.8, data.estimate(condition, name).mean)
        };
        vec![
            Plot::new("Formation of spines").x("standard, enriched").y("new spines in half an hour (%)")
                .bars("standard environment", &[bar(0.1, "main", "formation in SE (%)")])
                .bars("enriched environment", &[bar(1.1, "main", "formation in EE (%)")])
                .bars("control: not enriched", &[bar(2.1, "no enrichment", "formation in EE (%)")]).x_range(0.0, 3.0)
                .caption("Means over seeds; the table has the paired difference."),
            Plot::new("Survival of new spines").x("time since 4 h (h)").y("new spines that survive (%)").y_range(0.0, 100.0)
                .band("EE-EE", &curve("main", "survival")).band("EE-SE", &curve("EE-SE", "survival"))
                .caption("Spines formed between 3.5 and 4 h that are there at every later half-hour. Bands: 95 % over seeds."),
            Plot::new("Formation in time").x("time (h)").y("new spines in half an hour (%)")
                .band("EE-EE", &curve("main", "formation")).band("EE-SE", &curve("EE-SE", "formation"))
                .band("SE-SE", &curve("no enrichment", "formation")).upright(3.0, "enriched").caption("Bands: 95 % over seeds."),
            Plot::new("Connections").x("time (h)").y("functional share")
                .band("EE-EE", &curve("main", "functional share")).band("EE-SE", &curve("EE-SE", "functional share"))
                .band("SE-SE", &curve("no enrichment", "functional share")).upright(3.0, "enriched").caption("Bands: 95 % over seeds."),
        ]
    }
}
