//! `cargo xtask calibrate`: what each section of the kernel takes on ARM.
//!
//! The firmware that would be flashed runs in QEMU with `-icount shift=10`: every instruction advances QEMU's clock by
//! exactly 1,024 ns, so that the difference of two readings of a 24 or 25 MHz timer is a count of instructions, exact to
//! one. The board reads its timer around each call of the kernel. The same images run here too, with a counter in the
//! kernel's place of hardware: it says how many units of which work each call did. Least squares over all calls gives
//! instructions a unit. Cycles are instructions times the mean of each class's cycles over a trace ([`mix`]).

mod count;
mod fit;
mod mix;
mod table;
mod workload;

use clap::Args;
use spinedrift::target::Target as _;
use spinedrift::target::qemu::{self, MACHINES, Machine};
use spinedrift_link::Request;
use std::error::Error;
use std::io::Write as _;
use std::path::PathBuf;

/// QEMU's clock advances by 2 to this in ns with each instruction.
const SHIFT: u32 = 10;

/// Nanoseconds an instruction.
const INSTRUCTION_NS: f64 = (1_u64 << SHIFT) as f64;

/// Options.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Folder for the cost tables.
    #[arg(long, default_value = "host/machines/costs")]
    out: PathBuf,
    /// Print only, write nothing.
    #[arg(long)]
    print: bool,
}

/// One call of the kernel: units of each work, and instructions.
#[derive(Clone, Debug)]
struct Sample {
    /// 0 a tick, 1 a packet.
    kind: u32,
    units: count::Units,
    instructions: f64,
}

/// Measures all machines. `true`: every call of the board was matched by one here.
pub(crate) fn run(arguments: &Arguments) -> Result<bool, Box<dyn Error>> {
    let mut out = std::io::stdout().lock();
    for machine in &MACHINES {
        let mut samples = Vec::new();
        for workload in workload::all() {
            samples.extend(measure(machine, &workload)?);
        }
        let fitted = fit::fit(&samples);
        let part = |kind| {
            let of = samples.iter().filter(|sample| sample.kind == kind);
            fit::fit(&of.cloned().collect::<Vec<_>>())
        };
        let (ticks, packets) = (part(0), part(1));
        let mix = mix::measure(machine)?;
        let table = table::Table {
            machine: *machine,
            calls: samples.len(),
            fitted,
            ticks,
            packets,
            mix,
        };
        writeln!(out, "{}", table.markdown())?;
        if !arguments.print {
            std::fs::create_dir_all(&arguments.out)?;
            let file = arguments.out.join(format!("{}.toml", machine.board));
            std::fs::write(&file, table.toml())?;
            writeln!(out, "written to {}\n", file.display())?;
        }
    }
    Ok(true)
}

/// Runs a workload on a machine and here, and puts the two side by side.
fn measure(
    machine: &Machine,
    workload: &workload::Workload,
) -> Result<Vec<Sample>, Box<dyn Error>> {
    let prepared = workload.prepare()?;
    let loadable = prepared.loadable()?;
    let shift = format!("shift={SHIFT}");
    let mut boards = qemu::load_with(machine, &loadable, &["-icount", &shift])?;
    for node in boards.nodes() {
        node.peer().done(Request::Measure { on: true }, &[])?;
    }
    boards.run(workload.ticks)?;
    let counted = count::run(&loadable, workload.ticks)?;
    let mut samples = Vec::new();
    for (node, calls) in boards.nodes().iter().zip(counted) {
        if node.times.len() != calls.len() {
            let (there, here) = (node.times.len(), calls.len());
            return Err(
                format!("{}: {there} calls on the board, {here} here", workload.name).into(),
            );
        }
        for (&[kind, tick, counts], call) in node.times.iter().zip(calls) {
            if kind != call.kind || (kind == 0 && tick != call.tick) {
                return Err(format!("{}: calls don't match at tick {tick}", workload.name).into());
            }
            let instructions = f64::from(counts) * 1e9 / f64::from(node.clock_hz) / INSTRUCTION_NS;
            samples.push(Sample {
                kind,
                units: call.units,
                instructions,
            });
        }
    }
    Ok(samples)
}
