//! Temperature and prior width: exploration against stability.

use super::clusters::{SHOW_TICKS, World, network, shown_in};
use spinedrift::description::{Distribution, Prior, SynapticSampling, ThetaStart};
use spinedrift::experiment::statistics::standard_deviation;
use spinedrift::experiment::{
    About, Cell, Check, Control, Data, Decoder, Experiment, ExperimentError, Figures, Mark, Plot,
    Responses, Scenario,
};

/// The experiment.
pub(crate) struct Temperature;

/// Temperatures at σ = 1.
const TEMPERATURES: [f64; 7] = [0.0, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0];
/// Prior widths at T = 1.
const WIDTHS: [f64; 2] = [0.5, 2.0];
/// Seconds over which displacement and turnover are counted.
const STEP_S: f64 = 30.0;

fn conditions() -> Vec<(String, f64, f64)> {
    let by_temperature = TEMPERATURES.map(|t| (format!("T={t}"), t, 1.0));
    let by_width = WIDTHS.map(|sd| (format!("sd={sd}"), 1.0, sd));
    by_temperature.into_iter().chain(by_width).collect()
}

/// Mean displacement, turnover and functional share between looks.
fn exploration(looks: &[Vec<f64>], figures: &mut Figures) {
    let (mut moved, mut changed, mut there) = (0.0, 0.0, 0.0);
    let mut pairs = 0.0;
    for pair in looks.windows(2) {
        let [before, after] = pair else { continue };
        for (a, b) in before.iter().zip(after) {
            pairs += 1.0;
            moved += (a - b).abs();
            changed += f64::from(u8::from((*a > 0.0) != (*b > 0.0)));
            there += f64::from(u8::from(*a > 0.0));
        }
    }
    figures.number("displacement of θ in 30 s", moved / pairs);
    figures.number(
        "turnover (%/min)",
        100.0 * changed / (2.0 * there) * 60.0 / STEP_S,
    );
    figures.number("functional share", there / pairs);
    let last = looks.last().map_or(&[][..], Vec::as_slice);
    figures.number("spread of θ", standard_deviation(last));
}

impl Experiment for Temperature {
    fn about(&self) -> About {
        About {
            name: "temperature",
            title: "Temperature: exploration against stability",
            claim: "Temperature sets how far parameters explore around good solutions: without noise the network stays where \
                    learning left it, at T = 1 it wanders and still performs, far above it forgets.",
            source: "Kappel et al. 2015, Eq. 1 and discussion of T",
            differs: "No figure of the paper sweeps T; bounds are ours. Five of the paper's clusters, 100 inputs, 10 neurons. \
                      Time is compressed: b = 10^−3 /s and N = 10 instead of 10^−4 /s and 100, so that the prior relaxes in \
                      1,000 s and one likelihood step stays as large as the paper's; noise and prior weigh ten times more \
                      against the likelihood than there. θ starts strong, N(3.5, 0.5).",
        }
    }

    fn seeds(&self, quick: bool) -> u64 {
        if quick { 3 } else { 12 }
    }

    fn conditions(&self, _: bool) -> Vec<String> {
        conditions().into_iter().map(|c| c.0).collect()
    }

    fn controls(&self) -> Vec<Control> {
        vec![
            Control {
                name: "no noise",
                what: "every temperature above 0 replaced by the runs at T = 0",
            },
            Control {
                name: "shuffled labels",
                what: "the decoder learns from labels dealt out anew",
            },
        ]
    }

    fn run(&self, cell: &Cell) -> Result<Figures, ExperimentError> {
        let found = conditions().into_iter().find(|c| c.0 == cell.condition());
        let (_, temperature, sd) = found.unwrap_or_default();
        let (learning_s, looks) = cell.either((600.0, 4_u32), (1800.0, 20));
        let measured_s = f64::from(looks) * STEP_S;
        let world = World::new(cell.seed(), 100);
        let clusters = [0, 2, 3, 4, 5];
        let (schedule, labels) = world.show(&[(&clusters, shown_in(learning_s + measured_s))]);
        let rule = SynapticSampling {
            prior: Prior::Gaussian { mean: 0.5, sd },
            temperature,
            speed_per_s: 1e-3,
            experience: 10.0,
            start: ThetaStart::From(Distribution::normal(3.5, 0.5)),
            ..SynapticSampling::default()
        };
        let mut session = cell.start(network(100, 10, schedule, rule)?)?;
        session.run_s(learning_s)?;
        session.take_spikes();
        cell.done(0.6);
        let from = session.tick();
        let mut images = vec![session.theta("synapses")?.thetas().to_vec()];
        for _ in 0..looks {
            session.run_s(STEP_S)?;
            images.push(session.theta("synapses")?.thetas().to_vec());
        }
        let mut figures = Figures::new();
        exploration(&images, &mut figures);
        let labels = labels
            .get((from / SHOW_TICKS) as usize..)
            .unwrap_or_default();
        let responses =
            Responses::count(&session.take_spikes(), (1, 10), labels, (from, SHOW_TICKS));
        let (train, test) = responses.split(0.5);
        figures.number("accuracy", Decoder::train(&train).accuracy(&test));
        figures.number("chance", test.chance());
        let (train, test) = responses.shuffled(cell.seed()).split(0.5);
        figures.number(
            "accuracy with shuffled labels",
            Decoder::train(&train).accuracy(&test),
        );
        Ok(figures)
    }

    fn check(&self, data: &Data, scenario: Scenario<'_>) -> Vec<Check> {
        let quiet = scenario == Scenario::Control("no noise");
        let shuffled = scenario == Scenario::Control("shuffled labels");
        let at = |condition: &'static str| if quiet { "T=0" } else { condition };
        let accuracy = if shuffled {
            "accuracy with shuffled labels"
        } else {
            "accuracy"
        };
        let moved = "displacement of θ in 30 s";
        let mut slope = data.log_ratio((at("T=3"), moved), (at("T=0.3"), moved));
        for value in [&mut slope.mean, &mut slope.low, &mut slope.high] {
            *value /= 10.0_f64.ln();
        }
        vec![
            Check::new(
                "exploration: ln ratio of displacement, T = 1 over T = 0",
                data.log_ratio((at("T=1"), moved), ("T=0", moved)),
            )
            .published("θ moves on for ever with noise", Mark::Recalled)
            .at_least(0.3),
            Check::new(
                "displacement grows as T to the power of (T = 0.3 to 3)",
                slope,
            )
            .published("0.5: diffusion √(2Tb)", Mark::Derived)
            .within(0.35, 0.6),
            Check::new(
                "turnover at T = 1 beyond T = 0 (%/min)",
                data.difference((at("T=1"), "turnover (%/min)"), ("T=0", "turnover (%/min)")),
            )
            .published("rewiring never stops", Mark::Recalled)
            .at_least(0.05),
            Check::new(
                "stability: accuracy of the decoder at T = 1 (chance 0.2)",
                data.estimate(at("T=1"), accuracy),
            )
            .published("performance is kept", Mark::Ours)
            .at_least(0.7),
            Check::new(
                "too hot: loss of accuracy from T = 1 to T = 30",
                data.difference((at("T=1"), accuracy), (at("T=30"), accuracy)),
            )
            .published("exploration costs stability", Mark::Ours)
            .at_least(0.0),
            Check::new(
                "a wide prior lets θ spread: ln ratio, σ = 2 over σ = 0.5",
                data.log_ratio((at("sd=2"), "spread of θ"), (at("sd=0.5"), "spread of θ")),
            )
            .published("stationary spread grows with σ", Mark::Derived)
            .at_least(0.05),
        ]
    }

    fn draw(&self, data: &Data) -> Vec<Plot> {
        let dots = |name: &str| dots(data, name);
        let curve = |name: &str| -> Vec<(f64, f64)> {
            dots(name).into_iter().map(|d| (d.0, d.1)).collect()
        };
        let widths = |name: &str| widths(data, name);
        let note = "T = 0 is drawn at 0.03. Bars: 95 % over seeds.";
        vec![
            Plot::new("Exploration")
                .x("temperature T")
                .y("mean |Δθ| in 30 s")
                .log_x()
                .log_y()
                .dots("on the chip", &dots("displacement of θ in 30 s"))
                .line("on the chip", &curve("displacement of θ in 30 s"))
                .line(
                    "√T through T = 1",
                    &[0.1_f64, 10.0].map(|t| {
                        (
                            t,
                            t.sqrt() * data.estimate("T=1", "displacement of θ in 30 s").mean,
                        )
                    }),
                )
                .caption(note),
            Plot::new("Rewiring")
                .x("temperature T")
                .y("turnover (% a minute)")
                .log_x()
                .dots("on the chip", &dots("turnover (%/min)"))
                .line("on the chip", &curve("turnover (%/min)"))
                .caption(note),
            Plot::new("Stability")
                .x("temperature T")
                .y("accuracy")
                .log_x()
                .y_range(0.0, 1.0)
                .dots("decoder", &dots("accuracy"))
                .line("decoder", &curve("accuracy"))
                .dots("shuffled labels", &dots("accuracy with shuffled labels"))
                .level(0.2, "chance")
                .caption(note),
            Plot::new("Exploration against stability")
                .x("mean |Δθ| in 30 s")
                .y("accuracy")
                .log_x()
                .y_range(0.0, 1.0)
                .dots("one seed each", &seeds(data))
                .caption("To the right: hotter."),
            Plot::new("Width of the prior")
                .x("σ of the prior")
                .y("spread of θ")
                .log_x()
                .dots("spread of θ", &widths("spread of θ"))
                .dots("functional share", &widths("functional share"))
                .caption("T = 1. Bars: 95 % over seeds."),
        ]
    }
}

/// A figure by temperature; T = 0 is put at 0.03, where a logarithmic axis can show it.
fn dots(data: &Data, name: &str) -> Vec<(f64, f64, f64, f64)> {
    let dot = |t: f64| {
        let here = data.estimate(&format!("T={t}"), name);
        (t.max(0.03), here.mean, here.low, here.high)
    };
    TEMPERATURES.map(dot).to_vec()
}

/// A figure by the width of the prior.
fn widths(data: &Data, name: &str) -> Vec<(f64, f64, f64, f64)> {
    let dot = |(condition, sd): (&str, f64)| {
        let here = data.estimate(condition, name);
        (sd, here.mean, here.low, here.high)
    };
    [("sd=0.5", 0.5), ("T=1", 1.0), ("sd=2", 2.0)]
        .map(dot)
        .to_vec()
}

/// Displacement and accuracy of each seed and temperature.
fn seeds(data: &Data) -> Vec<(f64, f64, f64, f64)> {
    let of = |(condition, ..): (String, f64, f64)| {
        let moved = data.numbers(&condition, "displacement of θ in 30 s");
        let right = data.numbers(&condition, "accuracy");
        moved.into_iter().zip(right).map(|(x, y)| (x, y, y, y))
    };
    conditions()
        .into_iter()
        .flat_map(|c| of(c).collect::<Vec<_>>())
        .collect()
}
