//! Experiment 9, yours: does activity protect a spine?
//!
//! Copy this file, change the network and the question. It uses nothing but the public library; what it leaves in its
//! directory opens in pandas, and `experiment.html` there is the page. Run it with
//! `cargo run --release -p spinedrift --example my_experiment`.

#![expect(clippy::print_stdout, reason = "an example shows its figures")]

use spinedrift::description::{NetworkBuilder, PoissonSource, Synapses, SynapticSampling, Wta};
use spinedrift::experiment::{
    About, Cell, Check, Control, Data, Experiment, ExperimentError, Figures, Mark, Options, Plot,
    Scenario, Sources, Which, run,
};
use spinedrift::progress::Display;
use spinedrift::results::Interrupt;

struct ActivityProtects;

impl Experiment for ActivityProtects {
    // What the page says at its top. `differs` is where you own up to what you did otherwise than the paper.
    fn about(&self) -> About {
        About {
            name: "activity-protects",
            title: "Does activity protect a spine?",
            claim: "Of two groups of axons the more active one keeps more spines, since its synapses are reinforced.",
            source: "this example",
            differs: "Nothing to differ from. The prior relaxes in 100 s, to see it within minutes of biological time.",
        }
    }

    // One seed is one animal. Claims are made over seeds, so have at least three.
    fn seeds(&self, _quick: bool) -> u64 {
        4
    }

    // Each condition runs with every seed. "main" is the experiment, the other one our negative control.
    fn conditions(&self, _quick: bool) -> Vec<String> {
        vec!["main".into(), "no learning".into()]
    }

    fn controls(&self) -> Vec<Control> {
        vec![Control {
            name: "no learning",
            what: "N = 0: prior and noise alone, synapses don't see any spikes",
        }]
    }

    // One condition, one seed: build the network, run it, measure.
    fn run(&self, cell: &Cell) -> Result<Figures, ExperimentError> {
        let learns = cell.condition() == "main";
        let rule = SynapticSampling {
            speed_per_s: 1e-2,
            experience: if learns { 20.0 } else { 0.0 },
            ..SynapticSampling::default()
        };
        let synapses = |name: &str| Synapses::all_to_all().plastic(rule.clone()).named(name);
        let network = NetworkBuilder::new("two groups of axons")
            .population("quiet", 40, PoissonSource::at_hz(2.0))
            .population("busy", 40, PoissonSource::at_hz(60.0))
            .population("circuit", 10, Wta::of(10))
            .project("quiet", "circuit", synapses("quiet"))
            .project("busy", "circuit", synapses("busy"))
            .build()?;
        let mut session = cell.start(network)?;
        let mut figures = Figures::new();
        let mut curves = [Vec::new(), Vec::new()];
        // Twenty looks through the microscope, ten seconds apart: who has a spine (θ > 0)?
        for look in 1..=20 {
            session.run_s(10.0)?;
            for (name, curve) in ["quiet", "busy"].into_iter().zip(&mut curves) {
                let share = 100.0 * session.theta(name)?.connected();
                curve.push((10.0 * f64::from(look), share));
                figures.number(format!("{name}: spines (%)"), share);
            }
        }
        let [quiet, busy] = curves;
        figures.series("quiet", quiet).series("busy", busy);
        Ok(figures)
    }

    // The question, as a check on the mean over seeds and its 95 % interval; the control must fail it.
    fn check(&self, data: &Data, scenario: Scenario<'_>) -> Vec<Check> {
        let at = scenario.condition();
        let more = data.difference((at, "busy: spines (%)"), (at, "quiet: spines (%)"));
        vec![
            Check::new("more spines of busy axons than of quiet ones (%)", more)
                .published("more", Mark::Ours)
                .at_least(5.0),
        ]
    }

    fn draw(&self, data: &Data) -> Vec<Plot> {
        let curve = |name: &str| data.curve("main", name);
        let plot = Plot::new("Spines of two groups")
            .x("time (s)")
            .y("spines (%)");
        vec![
            plot.band("quiet axons", &curve("quiet"))
                .band("busy axons", &curve("busy")),
        ]
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let options = Options {
        quick: false,
        which: Which::All,
        threads: 0,
        out: std::env::args()
            .nth(1)
            .unwrap_or_else(|| "results/my_experiment".into())
            .into(),
        display: Display::detect(false),
        sources: Sources::default(),
    };
    let finished = run(&ActivityProtects, &options, &Interrupt::install()?)?;
    let verdict = finished
        .verdict
        .ok_or("interrupted: the same command goes on")?;
    for check in &verdict.checks {
        println!(
            "{}: {:.1} [{:.1}, {:.1}]",
            check.name, check.here.mean, check.here.low, check.here.high
        );
    }
    println!("holds, and fails without learning: {}", verdict.pass());
    Ok(if verdict.pass() {
        Ok(())
    } else {
        Err("it does not hold")
    }?)
}
