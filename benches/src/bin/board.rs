//! `board [TICKS] [THREADS]`: how fast the cycle-level machine computes a 48-chip board at full load, and in how much memory.

use spinedrift::target;
use spinedrift_benches::{rig, workload};
use spinedrift_core::kernel::Counter;
use std::error::Error;
use std::io::Write;
use std::time::Instant;

/// Ticks before the clock starts.
const WARM_UP: u32 = 20;

fn main() -> Result<(), Box<dyn Error>> {
    let mut numbers = std::env::args().skip(1).map(|text| text.parse::<u32>());
    let ticks = numbers.next().transpose()?.unwrap_or(200);
    let threads = numbers.next().transpose()?.unwrap_or(2);
    let prepared = rig::prepare(workload::board()?)?;
    let loadable = prepared.loadable()?;
    let mut machine = target::load("machine", &loadable, threads as usize)?;
    machine.run(WARM_UP)?;
    let events = |machine: &dyn target::Target| machine.summary().map_or(0, |run| run.events);
    let synaptic = |machine: &dyn target::Target| rig::counter(machine, Counter::StaticEvents);
    let before = (events(machine.as_ref()), synaptic(machine.as_ref()));
    let clock = Instant::now();
    machine.run(ticks)?;
    let wall = clock.elapsed().as_secs_f64();
    let after = (events(machine.as_ref()), synaptic(machine.as_ref()));
    machine.read_out()?;
    let run = machine.summary().unwrap_or_default();
    let biological = f64::from(ticks) * 1e-3;
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "{} cores, {ticks} ticks, {}: {:.1} × real time; {:.2e} events/s; {:.2e} synaptic events a biological second",
        loadable.images.len(),
        machine.describe(),
        wall / biological,
        (after.0 - before.0) as f64 / wall,
        (after.1 - before.1) as f64 / biological,
    )?;
    writeln!(
        out,
        "sent {}, delivered {}, late {}, dropped {}, worst tick {} of {} cycles",
        run.sent,
        run.delivered,
        run.late,
        run.dropped,
        run.worst_tick_cycles(),
        run.tick_cycles
    )?;
    for (what, deliveries, packets, _) in &run.lost {
        writeln!(out, "  {what}: {packets} packets, {deliveries} deliveries")?;
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let memory = status.lines().find(|line| line.starts_with("VmHWM"));
    writeln!(out, "memory, most: {}", memory.unwrap_or("unknown"))?;
    Ok(())
}
