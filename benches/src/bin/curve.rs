//! `curve [LARGEST] [FIGURE.svg]`: what lazy sampling costs as the rate of the inputs and the number of synapses go up, beside
//! every-tick integration in the same process, and the memory of a synapse. `LARGEST` is a power of ten, up to 8.

use spinedrift::description::Integration;
use spinedrift::report::Plot;
use spinedrift::target::{self, Target};
use spinedrift_benches::rig::{self, thread_time};
use spinedrift_benches::workload::{self, GRID_NEURONS, GRID_RATES_HZ};
use spinedrift_core::kernel::Counter;
use std::error::Error;
use std::io::Write;
use std::time::Instant;

/// Synaptic events that a measurement takes at least, if it doesn't take more than [`TICKS_MAX`].
const EVENTS: u32 = 3_000_000;
/// Longest and shortest measurement of one rate.
const TICKS_MAX: u32 = 4000;
const TICKS_MIN: u32 = 30;
/// Every-tick integration is measured up to so many synapses.
const EVERY_TICK_MAX: u32 = 10_000_000;

/// What one rate came to.
struct Measured {
    rate_hz: f64,
    ns_per_tick: f64,
    updates_per_tick: f64,
    /// Presynaptic spikes × row length, in a tick.
    events_per_tick: f64,
}

impl Measured {
    fn ns_per_event(&self) -> f64 {
        self.ns_per_tick / self.events_per_tick
    }
}

/// All rates of one network.
struct Curve {
    measured: Vec<Measured>,
    /// Bytes of rows a synapse: all that belongs to it.
    row_bytes: f64,
    /// Bytes of images a synapse: neurons, keys and tables of all cores, too.
    image_bytes: f64,
}

fn run(synapses: u32, integration: Integration) -> Result<Curve, Box<dyn Error>> {
    let ticks = match integration {
        Integration::Lazy => (EVENTS / (synapses / 100).max(1)).clamp(TICKS_MIN, TICKS_MAX),
        Integration::EveryTick => (100_000_000 / synapses).clamp(5, 200),
    };
    let prepared = rig::prepare(workload::grid(synapses, ticks, integration)?)?;
    let loadable = prepared.loadable()?;
    let rows: u64 = prepared.plans.iter().map(|plan| 4 * plan.row_words).sum();
    let images: usize = loadable.images.iter().map(|image| image.bytes.len()).sum();
    let each = |bytes: f64| bytes / f64::from(synapses);
    let mut target = target::load("functional", &loadable, 1)?;
    let work = |target: &dyn Target| {
        [Counter::SynapseUpdates, Counter::Packets].map(|counter| rig::counter(target, counter))
    };
    let mut measured = Vec::new();
    for rate_hz in GRID_RATES_HZ {
        let before = work(target.as_ref());
        let clock = Instant::now();
        let start = thread_time(clock);
        target.run(ticks)?;
        let time = thread_time(clock).saturating_sub(start);
        target.collect(&mut |_, _| ())?;
        let after = work(target.as_ref());
        let a_tick = |value: u64| value as f64 / f64::from(ticks);
        measured.push(Measured {
            rate_hz,
            ns_per_tick: time.as_nanos() as f64 / f64::from(ticks),
            updates_per_tick: a_tick(after[0] - before[0]),
            events_per_tick: a_tick(after[1] - before[1]) * f64::from(GRID_NEURONS),
        });
    }
    Ok(Curve {
        measured,
        row_bytes: each(rows as f64),
        image_bytes: each(images as f64),
    })
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let largest: u32 = arguments.next().map_or(Ok(7), |text| text.parse())?;
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "| synapses | bytes a synapse: rows, all | rate | µs a tick | ns an event | updates a tick | fewer than every tick | faster |\n\
         |---|---|---|---|---|---|---|---|"
    )?;
    let mut plot = Plot::new("What a presynaptic spike costs")
        .x("rate of the inputs (Hz)")
        .y("ns for each synapse of its row")
        .log_x()
        .log_y();
    for synapses in (4..=largest.clamp(4, 8)).map(|power| 10_u32.pow(power)) {
        let lazy = run(synapses, Integration::Lazy)?;
        let every = (synapses <= EVERY_TICK_MAX)
            .then(|| run(synapses, Integration::EveryTick))
            .transpose()?;
        for (number, at) in lazy.measured.iter().enumerate() {
            let every = every.as_ref().and_then(|every| every.measured.get(number));
            let faster = every.map_or_else(
                || "–".to_owned(),
                |every| format!("{:.1}", every.ns_per_tick / at.ns_per_tick),
            );
            writeln!(
                out,
                "| {synapses:.0e} | {:.2}, {:.2} | {} Hz | {:.1} | {:.0} | {:.0} | {:.1} | {faster} |",
                lazy.row_bytes,
                lazy.image_bytes,
                at.rate_hz,
                at.ns_per_tick / 1e3,
                at.ns_per_event(),
                at.updates_per_tick,
                f64::from(synapses) / at.updates_per_tick,
                synapses = f64::from(synapses),
            )?;
            out.flush()?;
        }
        let points: Vec<(f64, f64)> = lazy
            .measured
            .iter()
            .map(|at| (at.rate_hz, at.ns_per_event()))
            .collect();
        let power = synapses.ilog10() as usize;
        let power = ["⁴", "⁵", "⁶", "⁷", "⁸"].get(power - 4).unwrap_or(&"");
        plot = plot.line(&format!("10{power} synapses"), &points);
    }
    if let Some(figure) = arguments.next() {
        std::fs::write(figure, plot.standalone())?;
    }
    Ok(())
}
