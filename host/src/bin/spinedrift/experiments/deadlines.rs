//! The biggest experiment network on the cycle-level machine: does it fit, is it in time, what does it cost?

use super::clusters::{World, network, shown_in};
use spinedrift::board::Machine;
use spinedrift::description::{Distribution, SynapticSampling, ThetaStart, ThetaTable};
use spinedrift::experiment::{
    About, Cell, Check, Control, Data, Experiment, ExperimentError, Figures, Mark, Plot, Scenario,
};
use spinedrift::session::{Outcome, Prepared, RunError, Session, Setup, SpikeAt};
use std::num::NonZeroU32;

/// The experiment.
pub(crate) struct Deadlines;

/// Inputs and neurons of the paper's Fig. 4 at full size: 10,000 plastic synapses.
const INPUTS: u32 = 1000;
const NEURONS: u32 = 10;

/// How many times as long as in biology a tick of the main condition takes on the machine.
const SLOW_DOWN: NonZeroU32 = NonZeroU32::MIN.saturating_add(5);

impl Experiment for Deadlines {
    fn about(&self) -> About {
        About {
            name: "deadlines",
            title: "The biggest experiment on the machine",
            claim: "The network of the enriched environment at the paper's full size, 1,000 inputs and 10,000 plastic synapses, fits \
                    a four-chip SpiNNaker board; at a sixth of real time it keeps every deadline, loses no packet, and computes \
                    the same bits as the functional emulator. One winner-take-all circuit lies on one core, which sets the pace.",
            source: "no figure of the paper; the machine's figures and how sure they are: docs/machine.md",
            differs: "Runs on the cycle-level machine (--target machine), an emulator whose costs rest on the figures that the \
                      report of a run names.",
        }
    }

    fn seeds(&self, quick: bool) -> u64 {
        if quick { 3 } else { 6 }
    }

    fn conditions(&self, _: bool) -> Vec<String> {
        [
            "main",
            "real time",
            "400 inputs",
            "100 inputs",
            "slow clock",
        ]
        .map(str::to_owned)
        .to_vec()
    }

    fn controls(&self) -> Vec<Control> {
        vec![Control {
            name: "slow clock",
            what: "the same machine at a tenth of its clock: 20 MHz",
        }]
    }

    fn run(&self, cell: &Cell) -> Result<Figures, ExperimentError> {
        let seconds = cell.either(2.0, 20.0);
        let inputs = match cell.condition() {
            "400 inputs" => 400,
            "100 inputs" => 100,
            _ => INPUTS,
        };
        let world = World::new(cell.seed(), inputs);
        let (schedule, _) = world.show(&[(&[0, 1, 2, 3, 4, 5, 6], shown_in(seconds))]);
        let rule = SynapticSampling {
            start: ThetaStart::From(Distribution::normal(2.0, 1.0)),
            ..SynapticSampling::default()
        };
        let network = network(inputs, NEURONS, schedule, rule)?;
        let mut machine =
            Machine::load("spinn3").map_err(|error| RunError::Machine(Box::new(error)))?;
        if cell.condition() == "slow clock" {
            machine.clock_mhz /= 10;
        }
        let mut setup = Setup::new(machine, cell.seed());
        if matches!(cell.condition(), "main" | "slow clock") {
            setup.slow_down = SLOW_DOWN;
        }
        let slow_down = f64::from(setup.slow_down.get());
        let prepared = Prepared::new(network.clone(), setup.clone())?;
        let mut session = Session::on(prepared, "machine", 1)?.interrupted_by(cell.interrupt());
        for part in 0..10 {
            session.run_s(seconds / 10.0)?;
            cell.done(f64::from(part) / 10.0);
        }
        let outcome = session.outcome();
        let mut figures = Figures::new();
        figures.number("cores", session.prepared().plans.len() as f64);
        figures.number("late packets", outcome.losses.late as f64);
        figures.number("lost packets", outcome.losses.dropped as f64);
        let mut plain = Session::on(Prepared::new(network, setup)?, "functional", 1)?;
        plain.run_s(seconds)?;
        let same = bits(&mut plain)? == bits(&mut session)?;
        figures.number("same bits", f64::from(u8::from(same)));
        figures.number(
            "biological hours in a wall hour of the emulator",
            outcome.timing.realtime_factor(),
        );
        note_machine(&outcome, slow_down, seconds, &mut figures);
        Ok(figures)
    }

    fn check(&self, data: &Data, scenario: Scenario<'_>) -> Vec<Check> {
        let at = scenario.condition();
        let here = |name: &str| data.estimate(at, name);
        let real_time = |name: &str, condition: &str| {
            let worst = data.estimate(condition, "worst tick (% of its time)");
            Check::new(
                format!("worst tick in % of 1 ms, {name}: in real time?"),
                worst,
            )
            .published("100: in real time", Mark::Ours)
            .at_most(100.0)
            .told()
        };
        let told = |name: &str, published: &str| {
            Check::new(name, here(name))
                .published(published, Mark::Ours)
                .told()
        };
        let none = |what: &str, name: &str| {
            Check::new(what, here(name))
                .published("0", Mark::Ours)
                .at_most(0.0)
        };
        vec![
            Check::new("cores it takes (a four-chip board has 68)", here("cores"))
                .published("fits", Mark::Ours)
                .at_most(68.0),
            none("packets lost", "lost packets"),
            none("packets late", "late packets"),
            none("ticks that overran (%)", "overruns (% of ticks)"),
            Check::new(
                "worst tick in % of its time",
                here("worst tick (% of its time)"),
            )
            .published("100: its deadline", Mark::Ours)
            .at_most(100.0),
            Check::new(
                "spikes and θ are the functional emulator's",
                here("same bits"),
            )
            .published("1: always", Mark::Ours)
            .at_least(1.0),
            real_time("1,000 inputs", "real time"),
            real_time("400 inputs", "400 inputs"),
            real_time("100 inputs", "100 inputs"),
            told("energy (J in a biological hour)", "not known"),
            told(
                "biological hours in an hour of the chip, if every tick took as long as the worst",
                "1 in real time",
            ),
            told("biological hours in a wall hour of the emulator", "–"),
        ]
    }

    fn draw(&self, data: &Data) -> Vec<Plot> {
        let bars = |condition: &str, from: f64, to: f64| -> Vec<(f64, f64, f64)> {
            let band = data.band(condition, "worst tick by core");
            band.into_iter()
                .map(|(core, e)| (core + from, core + to, e.mean))
                .collect()
        };
        let parts: Vec<(f64, f64, f64)> = (0..)
            .zip(energies(data))
            .map(|(k, (_, joule))| (f64::from(k) + 0.1, f64::from(k) + 0.9, joule))
            .collect();
        let names: Vec<String> = energies(data).into_iter().map(|(name, _)| name).collect();
        vec![
            Plot::new("Worst tick of each core")
                .x("core")
                .y("% of the tick")
                .bars("at 200 MHz, a sixth of real time", &bars("main", 0.1, 0.48))
                .bars("in real time", &bars("real time", 0.52, 0.9))
                .level(100.0, "deadline")
                .caption("Mean over seeds."),
            Plot::new("The same at 20 MHz")
                .x("core")
                .y("% of the tick")
                .bars("at 20 MHz", &bars("slow clock", 0.1, 0.9))
                .level(100.0, "deadline")
                .caption("The control: a core that exceeds its tick."),
            Plot::new("Energy by part")
                .x("part")
                .y("J in a biological hour")
                .bars("energy", &parts)
                .caption(format!("From left to right: {}.", names.join(", "))),
        ]
    }
}

/// What the machine says of a run: its longest tick, overruns, energy.
fn note_machine(outcome: &Outcome, slow_down: f64, seconds: f64, figures: &mut Figures) {
    let Some(summary) = &outcome.machine else {
        return;
    };
    let budget = summary.tick_cycles as f64;
    figures.number(
        "worst tick (% of its time)",
        100.0 * summary.worst_tick_cycles() as f64 / budget,
    );
    let overruns: u64 = summary.cores.iter().map(|core| core.overruns).sum();
    let ticks = f64::from(outcome.ticks.max(1));
    figures.number("overruns (% of ticks)", 100.0 * overruns as f64 / ticks);
    figures.number(
        "biological hours in an hour of the chip, if every tick took as long as the worst",
        budget / slow_down / summary.worst_tick_cycles().max(1) as f64,
    );
    figures.number(
        "energy (J in a biological hour)",
        summary.energy_joule() / seconds * 3600.0,
    );
    let worst = summary
        .cores
        .iter()
        .map(|core| 100.0 * core.worst.0 as f64 / budget);
    figures.series(
        "worst tick by core",
        (0..).zip(worst).map(|(k, share)| (f64::from(k), share)),
    );
    for (name, joule) in &summary.energy {
        figures.number(format!("energy of {name} (J/h)"), joule / seconds * 3600.0);
    }
}

/// What a run came to: spikes and parameters.
fn bits(session: &mut Session) -> Result<(Vec<SpikeAt>, ThetaTable), RunError> {
    Ok((session.take_spikes(), session.theta("synapses")?))
}

/// Parts and their mean energy in J an hour.
fn energies(data: &Data) -> Vec<(String, f64)> {
    let names = data
        .of("main")
        .next()
        .into_iter()
        .flat_map(|(_, figures)| figures.numbers.keys());
    let part = |name: &String| {
        let part = name.strip_prefix("energy of ")?.strip_suffix(" (J/h)")?;
        Some((part.to_owned(), data.estimate("main", name).mean))
    };
    names.filter_map(part).collect()
}
