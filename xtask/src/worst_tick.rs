//! `cargo xtask worst-tick`: what the calibrated costs say of a core in real time: its worst tick, and how many plastic synapses
//! it sustains at a tick of 1 ms.

use clap::Args;
use spinedrift_core::spike::BLOCK_SLOTS;
use std::collections::BTreeMap;
use std::error::Error;
use std::io::Write as _;
use std::path::PathBuf;

/// Options.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Folder of the cost tables.
    #[arg(long, default_value = "host/machines/costs")]
    costs: PathBuf,
    /// Neurons of the core, one winner-take-all circuit.
    #[arg(long, default_value_t = 64)]
    neurons: u32,
    /// Inputs, each with a plastic synapse to every neuron.
    #[arg(long, default_value_t = 200)]
    inputs: u32,
    /// Spikes a second of an input.
    #[arg(long, default_value_t = 20.0)]
    input_hz: f64,
    /// Spikes a second of the circuit.
    #[arg(long, default_value_t = 100.0)]
    output_hz: f64,
    /// Ticks in which the sweep visits each row once.
    #[arg(long, default_value_t = 1024)]
    sweep_ticks: u32,
}

/// A processor: cost table, what it stands for, clock.
const PROCESSORS: [(&str, &str, f64); 2] = [
    ("arm9", "ARM968 at 200 MHz", 200e6),
    ("cortex-m4", "Cortex-M4F at 300 MHz", 300e6),
];

/// A tick.
const SECONDS: f64 = 1e-3;

/// Chance that a tick takes longer than the worst that is stated.
const RARE: f64 = 1e-9;

/// Cycles a unit of each work.
struct Costs(BTreeMap<String, f64>);

impl Costs {
    fn of(&self, work: &str) -> Result<f64, String> {
        let found = self.0.get(work);
        found.copied().ok_or_else(|| format!("no cost of `{work}`"))
    }
}

/// What a core does in a tick: units of work.
struct Load {
    packets: f64,
    swept: f64,
    kicks: f64,
    fires: f64,
}

pub(crate) fn run(arguments: &Arguments) -> Result<bool, Box<dyn Error>> {
    let mut out = std::io::stdout().lock();
    let (inputs, outputs) = (f64::from(arguments.inputs), arguments.output_hz * SECONDS);
    let packets = inputs * arguments.input_hz * SECONDS;
    let mean = Load {
        packets,
        swept: inputs / f64::from(arguments.sweep_ticks),
        // Each spike of the circuit is a kick of one synapse of every row, whenever that row is visited.
        kicks: inputs * outputs,
        fires: outputs,
    };
    // Kicks of a tick: those that wait in the rows that are visited, over the time since the visits before.
    let visits = mean.packets + mean.swept;
    let worst_packets = quantile(packets);
    let worst = Load {
        packets: worst_packets,
        swept: mean.swept.ceil(),
        kicks: quantile((worst_packets + mean.swept.ceil()) * mean.kicks / visits),
        fires: 1.0,
    };
    writeln!(
        out,
        "A circuit of {} neurons at {} Hz, {} inputs at {} Hz, {} plastic synapses, a sweep of {} ticks. Worst: what a tick in \
         10^9 exceeds, {} packets and {} kicks at once.\n",
        arguments.neurons,
        arguments.output_hz,
        arguments.inputs,
        arguments.input_hz,
        arguments.neurons * arguments.inputs,
        arguments.sweep_ticks,
        worst.packets,
        worst.kicks,
    )?;
    writeln!(
        out,
        "| | {} | {} |\n|---|---|---|",
        PROCESSORS[0].1, PROCESSORS[1].1
    )?;
    let mut columns = Vec::new();
    for (table, _, hz) in PROCESSORS {
        let costs = read(&arguments.costs.join(format!("{table}.toml")))?;
        columns.push(column(arguments, &costs, hz * SECONDS, &mean, &worst)?);
    }
    let [first, second] = columns.as_slice() else {
        return Err("two processors".into());
    };
    for ((name, one), (_, other)) in first.iter().zip(second) {
        writeln!(out, "| {name} | {one} | {other} |")?;
    }
    Ok(true)
}

/// The figures of one processor.
fn column(
    arguments: &Arguments,
    costs: &Costs,
    cycles: f64,
    mean: &Load,
    worst: &Load,
) -> Result<Vec<(&'static str, String)>, String> {
    let neurons = f64::from(arguments.neurons);
    let synapse = costs.of("plastic_synapse")?;
    let tick = |load: &Load| -> Result<f64, String> {
        let rows = load.packets + load.swept;
        Ok(costs.of("tick")?
            + neurons * (costs.of("wta_neuron")? + load.fires * costs.of("softmax")?)
            + load.packets * costs.of("packet")?
            + rows * (costs.of("row")? + neurons * synapse)
            + load.kicks * costs.of("kick")?)
    };
    let idle = tick(&Load {
        packets: 0.0,
        swept: 0.0,
        kicks: 0.0,
        fires: worst.fires,
    })?;
    let per_input = (tick(mean)?
        - tick(&Load {
            packets: 0.0,
            swept: 0.0,
            kicks: 0.0,
            fires: mean.fires,
        })?)
        / f64::from(arguments.inputs);
    let lazy = ((cycles - idle) / per_input * neurons).max(0.0);
    let every = ((cycles - idle) / every_tick(arguments, costs)? * neurons).max(0.0);
    let ms = |cycles_needed: f64| format!("{:.2} ms", cycles_needed / cycles);
    Ok(vec![
        ("mean tick", ms(tick(mean)?)),
        ("worst tick", ms(tick(worst)?)),
        ("tick without input, the circuit fires", ms(idle)),
        (
            "plastic synapses at 1 ms, each moved every tick",
            format!("{every:.0}"),
        ),
        (
            "plastic synapses at 1 ms, lazy, in the mean",
            format!("{lazy:.0}"),
        ),
        (
            "lazy against every tick",
            format!("{:.1}", lazy / every.max(1.0)),
        ),
    ])
}

/// Cycles that an input takes in a mean tick if its synapses move at every tick: in steps, but for the block of a neuron that fired.
fn every_tick(arguments: &Arguments, costs: &Costs) -> Result<f64, String> {
    let (packets, kicks) = (arguments.input_hz * SECONDS, arguments.output_hz * SECONDS);
    let neurons = f64::from(arguments.neurons);
    let kicked = (kicks * f64::from(BLOCK_SLOTS)).min(neurons);
    Ok(packets * costs.of("packet")?
        + costs.of("row")?
        + (neurons - kicked) * costs.of("plastic_step")?
        + kicked * costs.of("plastic_synapse")?
        + kicks * costs.of("kick")?)
}

/// The count that a Poisson variate of this mean exceeds with a chance of [`RARE`].
fn quantile(mean: f64) -> f64 {
    let mut term = (-mean).exp();
    let (mut count, mut left) = (0.0, 1.0 - term);
    // Far out the terms fall faster than geometrically, so that the rest can be summed up to rounding.
    while left > RARE && count < 1e6 {
        count += 1.0;
        term *= mean / count;
        left -= term;
    }
    count
}

fn read(file: &std::path::Path) -> Result<Costs, Box<dyn Error>> {
    let text = std::fs::read_to_string(file)?;
    let table: toml::Table = text.parse()?;
    let costs = table.get("costs").and_then(toml::Value::as_table);
    let costs = costs.ok_or("no table `costs`")?.iter();
    let value = |value: &toml::Value| value.get("value")?.as_float();
    Ok(Costs(
        costs
            .filter_map(|(name, entry)| Some((name.clone(), value(entry)?)))
            .collect(),
    ))
}

#[cfg(test)]
mod tests {
    use super::quantile;

    #[test]
    fn rare_counts_are_those_of_poissons_law() {
        // P(N > 10) of mean 1 is 1.0e-8, P(N > 11) is 8.3e-10.
        assert!((quantile(1.0) - 11.0).abs() < 0.5);
        assert!(quantile(0.0) < 0.5);
        assert!(quantile(20.0) > 45.0 && quantile(20.0) < 55.0);
    }
}
