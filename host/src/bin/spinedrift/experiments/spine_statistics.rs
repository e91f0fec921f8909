//! Spines under the prior alone (Kappel et al. 2015, Fig. 3): sizes, memory, survival, turnover.
//!
//! 10,000 potential synapses onto neurons that never fire, so that θ is an Ornstein–Uhlenbeck process. All start without a
//! spine, so that the law of sizes is what the noise makes, not what was put in.

use super::spine_counts::{LOOK_D, multiplicative, power_law, survival};
use spinedrift::description::random::{Purpose, Stream};
use spinedrift::description::{
    Distribution, Intensity, NetworkBuilder, PoissonSource, Prior, Synapses, SynapticSampling,
    ThetaStart,
};
use spinedrift::experiment::statistics::{
    autocorrelation, ks_distance, normal_cdf, normal_cdf_above,
};
use spinedrift::experiment::{
    About, Cell, Check, Control, Data, Experiment, ExperimentError, Figures, Mark, Plot, Scenario,
};

/// Prior of the authors' program.
const MU: f64 = 0.5;
const SIGMA: f64 = 1.0;
/// Relaxation time σ²/b in days. The paper's is not known; spines in vivo take days to weeks.
const RELAXATION_D: f64 = 7.0;
const DAY_S: f64 = 86_400.0;
/// Pairs of images whose changes of size are measured.
const SLOPES: usize = 20;

/// The experiment.
pub(crate) struct SpineStatistics;

/// What a condition changes.
struct Values {
    temperature: f64,
    relaxation_d: f64,
}

fn values(condition: &str) -> Values {
    let (temperature, relaxation_d) = match condition {
        "no noise" => (0.0, RELAXATION_D),
        "half the noise" => (0.5, RELAXATION_D),
        "twice as fast" => (1.0, RELAXATION_D / 2.0),
        _ => (1.0, RELAXATION_D),
    };
    Values {
        temperature,
        relaxation_d,
    }
}

/// θ of all synapses at each look, after `burn_in` looks that aren't kept.
fn imaged(
    cell: &Cell,
    values: &Values,
    burn_in: u32,
    looks: u32,
) -> Result<Vec<Vec<f64>>, ExperimentError> {
    let rule = SynapticSampling {
        prior: Prior::Gaussian {
            mean: MU,
            sd: SIGMA,
        },
        temperature: values.temperature,
        speed_per_s: SIGMA * SIGMA / (values.relaxation_d * DAY_S),
        start: ThetaStart::From(Distribution::Constant(-1.0)),
        ..SynapticSampling::default()
    };
    let silent = Intensity {
        rate_hz: 1e-6,
        bias: vec![-10.0],
        ..Intensity::default()
    };
    let network = NetworkBuilder::new("spines under their prior")
        .tick_ms(600_000.0)
        .population("axons", 100, PoissonSource::at_hz(0.0))
        .population("dendrites", 100, silent)
        .project(
            "axons",
            "dendrites",
            Synapses::all_to_all().plastic(rule).named("spines"),
        )
        .build()?;
    let mut session = cell.start(network)?;
    session.run_s(f64::from(burn_in) * LOOK_D * DAY_S)?;
    let mut images = Vec::new();
    for look in 0..looks {
        session.run_s(LOOK_D * DAY_S)?;
        images.push(session.theta("spines")?.thetas().to_vec());
        cell.done(f64::from(look) / f64::from(looks));
    }
    Ok(images)
}

/// The same process in floating point, exact at each look: what theory says of counts that have no formula.
fn theory(relaxation_d: f64, looks: u32) -> Vec<Vec<f64>> {
    let keep = (-LOOK_D / relaxation_d).exp();
    let kick = SIGMA * (1.0 - keep * keep).sqrt();
    let mut stream = Stream::new(1, Purpose::Experiment, 1, 0);
    let mut theta: Vec<f64> = (0..20_000).map(|_| MU + SIGMA * stream.normal()).collect();
    (0..looks)
        .map(|_| {
            for value in &mut theta {
                *value = MU + keep * (*value - MU) + kick * stream.normal();
            }
            theta.clone()
        })
        .collect()
}

impl Experiment for SpineStatistics {
    fn about(&self) -> About {
        About {
            name: "spine-statistics",
            title: "Spines under their prior",
            claim: "With a Gaussian prior and noise alone, spine sizes become log-normal, forget their past as the \
                    prior's relaxation says, and newly formed spines survive along a near power law while old ones last.",
            source: "Kappel et al. 2015, Fig. 3",
            differs: "The paper's b for this figure is not known. Relaxation takes σ²/b = 7 days here, within what chronic \
                      imaging shows; the condition “twice as fast” shows that all times scale with 1/b. Spines are looked \
                      at every 12 hours: new ones were formed within the preceding 12 hours, as in the paper. A tick is \
                      10 minutes of biological time, since nothing fires.",
        }
    }

    fn seeds(&self, quick: bool) -> u64 {
        if quick { 8 } else { 20 }
    }

    fn conditions(&self, _: bool) -> Vec<String> {
        ["main", "twice as fast", "no noise", "half the noise"]
            .map(str::to_owned)
            .to_vec()
    }

    fn controls(&self) -> Vec<Control> {
        vec![
            Control {
                name: "no noise",
                what: "T = 0: θ moves down the prior's slope alone",
            },
            Control {
                name: "half the noise",
                what: "T = 0.5: the same prior at the wrong temperature",
            },
        ]
    }

    fn run(&self, cell: &Cell) -> Result<Figures, ExperimentError> {
        let values = values(cell.condition());
        let looks = cell.either(110, 200);
        let images = imaged(cell, &values, 70, looks)?;
        let mut figures = Figures::new();
        let last = images.last().cloned().unwrap_or_default();
        let functional: Vec<f64> = last.iter().copied().filter(|theta| *theta > 0.0).collect();
        let law = |theta: f64| normal_cdf_above(theta, (MU, SIGMA), 0.0);
        figures.number("KS distance of log size", ks_distance(&functional, law));
        figures.number(
            "functional share",
            functional.len() as f64 / last.len() as f64,
        );
        let first = images.first().cloned().unwrap_or_default();
        let memory: Vec<(f64, f64)> = (0..)
            .zip(&images)
            .take(57)
            .map(|(k, later)| (f64::from(k) * LOOK_D, autocorrelation(&first, later, MU)))
            .collect();
        let off = memory
            .iter()
            .map(|(day, r)| (r - (-day / values.relaxation_d).exp()).abs());
        figures.number("memory: largest deviation", off.fold(f64::NAN, f64::max));
        figures.series("memory", memory);
        figures.number("multiplicative slope", mean_slope(&images));
        let (here, expected) = (
            survival(&images),
            survival(&theory(values.relaxation_d, looks)),
        );
        for (name, ours, theirs) in [
            ("new", &here.new, &expected.new),
            ("old", &here.old, &expected.old),
        ] {
            let pairs = ours.iter().zip(theirs);
            let off = pairs.map(|(a, b)| (a.1 - b.1).abs()).fold(0.0, f64::max);
            figures.number(format!("survival of {name}: largest deviation"), off);
            figures.series(format!("survival of {name}"), ours.iter().copied());
            figures.series(format!("theory of {name}"), theirs.iter().copied());
        }
        if let Some((exponent, straight)) = power_law(&here.new) {
            figures
                .number("power law exponent", exponent)
                .number("power law R²", straight);
        }
        figures.number("new after 5 d", here.new.get(10).map_or(f64::NAN, |p| p.1));
        figures.number("old after 5 d", here.old.get(10).map_or(f64::NAN, |p| p.1));
        figures.number("turnover (%/day)", 100.0 * here.turnover_a_day);
        figures.number("formation (%/day)", 100.0 * here.formed_a_day);
        figures.number(
            "turnover in theory (%/day)",
            100.0 * expected.turnover_a_day,
        );
        let bins = (-12..=24).map(|k| f64::from(k) * 0.125);
        let share = |low: f64| {
            let within = functional
                .iter()
                .filter(|theta| (low..low + 0.125).contains(*theta));
            within.count() as f64 / functional.len().max(1) as f64 / 0.125
        };
        figures.series(
            "log size",
            bins.filter(|low| *low >= 0.0)
                .map(|low| (low + 0.0625 - 3.0, share(low))),
        );
        Ok(figures)
    }

    fn check(&self, data: &Data, scenario: Scenario<'_>) -> Vec<Check> {
        let at = scenario.condition();
        let here = |name: &str| data.estimate(at, name);
        let share = normal_cdf(MU / SIGMA);
        let turnover =
            data.difference((at, "turnover (%/day)"), (at, "turnover in theory (%/day)"));
        vec![
            Check::new(
                "log size of spines: KS distance from the truncated normal law",
                here("KS distance of log size"),
            )
            .published(
                "log-normal: w = exp(θ − θ0) under a Gaussian prior",
                Mark::Recalled,
            )
            .at_most(0.02),
            Check::new(
                "share of synapses that are functional",
                here("functional share"),
            )
            .published("Φ(0.5) = 0.691", Mark::Derived)
            .within(share - 0.015, share + 0.015),
            Check::new(
                "autocorrelation of θ: largest deviation from exp(−t b/σ²) over 28 days",
                here("memory: largest deviation"),
            )
            .published("exp(−t b/σ²)", Mark::Derived)
            .at_most(0.06),
            Check::new(
                "change of size in 12 h against size: log–log slope",
                here("multiplicative slope"),
            )
            .published(
                "1: changes are multiplicative (Loewenstein et al. 2011)",
                Mark::Recalled,
            )
            .within(0.85, 1.15),
            Check::new(
                "survival of new spines in log–log: R² of a line over 10 days",
                here("power law R²"),
            )
            .published("a straight line (power law)", Mark::Recalled)
            .at_least(0.95),
            Check::new(
                "survival of new spines: exponent",
                here("power law exponent"),
            )
            .published("depends on b; no number known", Mark::Recalled)
            .told(),
            Check::new(
                "survival of new spines: largest deviation from theory",
                here("survival of new: largest deviation"),
            )
            .published("the same process in floating point", Mark::Derived)
            .at_most(0.05),
            Check::new(
                "survival of old spines: largest deviation from theory",
                here("survival of old: largest deviation"),
            )
            .published("the same process in floating point", Mark::Derived)
            .at_most(0.05),
            Check::new(
                "old spines outlive new ones: difference of survival after 5 days",
                data.difference((at, "old after 5 d"), (at, "new after 5 d")),
            )
            .published("old spines are more stable", Mark::Recalled)
            .at_least(0.2),
            Check::new("turnover beyond theory (%/day)", turnover)
                .published("0", Mark::Derived)
                .within(-0.5, 0.5),
        ]
    }

    fn draw(&self, data: &Data) -> Vec<Plot> {
        let curve = |condition: &str, name: &str| data.curve(condition, name);
        let middle = |condition: &str, name: &str| -> Vec<(f64, f64)> {
            curve(condition, name)
                .into_iter()
                .map(|p| (p.0, p.1))
                .collect()
        };
        let positive = |points: Vec<(f64, f64, f64, f64)>| -> Vec<(f64, f64, f64, f64)> {
            points
                .into_iter()
                .filter(|p| p.0 > 0.0 && p.2 > 0.0)
                .collect()
        };
        let normal = |x: f64| {
            let z = (x + 3.0 - MU) / SIGMA;
            (-0.5 * z * z).exp()
                / (2.0 * std::f64::consts::PI).sqrt()
                / SIGMA
                / normal_cdf(MU / SIGMA)
        };
        let law: Vec<(f64, f64)> = (0..=60)
            .map(|k| -3.0 + 0.05 * f64::from(k))
            .map(|x| (x, normal(x)))
            .collect();
        let bars: Vec<(f64, f64, f64)> = middle("main", "log size")
            .into_iter()
            .map(|(x, y)| (x - 0.0625, x + 0.0625, y))
            .collect();
        let memory: Vec<(f64, f64)> = (0..=56)
            .map(|k| f64::from(k) * LOOK_D)
            .map(|day| (day, (-day / RELAXATION_D).exp()))
            .collect();
        let late = |name: &str| {
            middle("main", name)
                .into_iter()
                .filter(|p| p.0 > 0.0 && p.1 > 0.0)
                .collect::<Vec<_>>()
        };
        vec![
            Plot::new("Spine sizes are log-normal").x("ln w").y("density").bars("on the chip", &bars)
                .line("Gaussian prior, cut at θ = 0", &law)
                .caption("All spines grew from θ = −1; the smallest has w = e^−3."),
            Plot::new("Memory of θ").x("time (days)").y("autocorrelation")
                .line("exp(−t b/σ²)", &memory)
                .band("on the chip", &curve("main", "memory"))
                .band("b twice as large", &curve("twice as fast", "memory"))
                .caption("Bands: 95 % over seeds. The line should hide in the first band."),
            Plot::new("Survival of spines").x("time (days)").y("share that survives").log_x().log_y().y_range(0.01, 1.0)
                .line("theory", &late("theory of new")).line("theory", &late("theory of old"))
                .band("new: formed within 12 h", &positive(curve("main", "survival of new")))
                .band("old: there for 5 days", &positive(curve("main", "survival of old")))
                .caption("A straight line would be a power law: new spines follow one for days, then bend at the relaxation time."),
            Plot::new("The time scale is b's").x("time · b/σ²").y("survival of new spines").log_x().log_y().y_range(0.02, 1.0)
                .line("σ²/b = 7 days", &late("survival of new").into_iter().map(|p| (p.0 / 7.0, p.1)).collect::<Vec<_>>())
                .line("σ²/b = 3.5 days", &positive(curve("twice as fast", "survival of new")).into_iter().map(|p| (p.0 / 3.5, p.1)).collect::<Vec<_>>())
                .caption("The curves differ where they start: 12 hours between looks are a longer part of a shorter memory."),
        ]
    }
}

/// How changes of size go with size, from image to image. The mean of many pairs: one has too few large spines for a slope that
/// eight runs agree on.
fn mean_slope(images: &[Vec<f64>]) -> f64 {
    let pairs = images.iter().zip(images.iter().skip(1)).take(SLOPES);
    let slopes: Vec<f64> = pairs
        .filter_map(|(from, to)| multiplicative(from, to))
        .collect();
    slopes.iter().sum::<f64>() / slopes.len() as f64
}
