//! Prints the digest and the speed of each workload: equal digests before and after a change mean the same bits.
//!
//! `digest [NAME [TICKS [THREADS]]]`; without a name all workloads run for a short while.

use spinedrift::description::{Integration, Network};
use spinedrift_benches::rig::Rig;
use spinedrift_benches::workload::{self, WorkloadError};
use spinedrift_core::kernel::Counter;
use std::error::Error;
use std::io::Write;

/// Workloads with the ticks that each runs when none are given.
const NAMES: [(&str, u32); 7] = [
    ("wta10", 10_000),
    ("wta100", 4_000),
    ("wta10-tick", 1_000),
    ("cuba", 3_000),
    ("ou", 20),
    ("digits", 10_000),
    ("digits-tick", 1_000),
];

/// Work that is told beside the time.
const WORK: [Counter; 5] = [
    Counter::Packets,
    Counter::Rows,
    Counter::SynapseUpdates,
    Counter::Kicks,
    Counter::StaticEvents,
];

fn network(name: &str, ticks: u32) -> Result<Network, WorkloadError> {
    match name {
        "wta10" => workload::wta(10, ticks, Integration::Lazy),
        "wta100" => workload::wta(100, ticks, Integration::Lazy),
        "wta10-tick" => workload::wta(10, ticks, Integration::EveryTick),
        "cuba" => workload::cuba_recorded(),
        "ou" => workload::ou(),
        "digits-tick" => workload::digits(200, Integration::EveryTick),
        _ => workload::digits(200, Integration::Lazy),
    }
}

fn report(
    name: &str,
    ticks: u32,
    threads: usize,
    out: &mut impl Write,
) -> Result<(), Box<dyn Error>> {
    let mut rig = Rig::new(network(name, ticks)?, threads)?;
    let time = rig.run(ticks)?;
    let (spikes, ns) = (rig.spikes(), time.as_nanos() as f64 / f64::from(ticks));
    let work = WORK.map(|counter| {
        let count = rig.counter(counter) as f64 / f64::from(ticks);
        format!("{count:.2} {counter:?}")
    });
    let digest = rig.digest()?;
    writeln!(
        out,
        "{name:12} {ticks:6} ticks {spikes:7} spikes {digest:.16} {ns:10.0} ns/tick; a tick: {}",
        work.join(", ")
    )?;
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut out = std::io::stdout().lock();
    let mut arguments = std::env::args().skip(1);
    let only = arguments.next();
    let ticks = arguments
        .next()
        .map(|ticks| ticks.parse::<u32>())
        .transpose()?;
    let threads = arguments.next().map(|threads| threads.parse::<usize>());
    let threads = threads.transpose()?.unwrap_or(1);
    for (name, default) in NAMES {
        if only.as_ref().is_none_or(|only| only == name) {
            report(name, ticks.unwrap_or(default), threads, &mut out)?;
        }
    }
    Ok(())
}
