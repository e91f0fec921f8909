//! A run as a trace that ui.perfetto.dev opens: chips as processes, cores as threads, tasks and transfers as slices, packets
//! as flows, input queues as counters. Format: the JSON of Chrome's trace events.

use serde_json::{Value, json};
use spinedrift_emulator::machine::Machine;
use spinedrift_emulator::machine::dma::Purpose;
use spinedrift_emulator::machine::packet::Packet;
use spinedrift_emulator::machine::time::Cycle;
use spinedrift_emulator::machine::trace::{Seen, Sight};
use std::collections::BTreeSet;
use std::io::{self, Write};

/// Threads of a chip: cores first, then their DMA engines.
const DMA: u32 = 256;

/// Writes a trace.
///
/// # Errors
/// If it can't be written.
pub(super) fn write(machine: &Machine, out: &mut dyn Write) -> io::Result<()> {
    let mhz = f64::from(machine.shared().figures.clock_mhz.max(1));
    write!(out, "{{\"displayTimeUnit\":\"ns\",\"traceEvents\":[")?;
    let mut first = true;
    let mut put = |event: &Value| -> io::Result<()> {
        let comma = if std::mem::take(&mut first) { "" } else { "," };
        write!(out, "{comma}\n{event}")
    };
    let mut chips = BTreeSet::new();
    for core in machine.cores() {
        let (chip, number) = (core.runner.loaded.chip, core.runner.loaded.core);
        let pid = pid(chip.x, chip.y);
        if chips.insert(chip) {
            put(
                &json!({"ph": "M", "name": "process_name", "pid": pid, "args": {"name": format!("chip {chip}")}}),
            )?;
        }
        for (tid, name) in [
            (u32::from(number), "core"),
            (DMA + u32::from(number), "DMA of core"),
        ] {
            put(
                &json!({"ph": "M", "name": "thread_name", "pid": pid, "tid": tid, "args": {"name": format!("{name} {number}")}}),
            )?;
        }
    }
    for seen in machine.tracers().flat_map(|tracer| &tracer.seen) {
        put(&event(seen, mhz))?;
    }
    out.write_all(b"\n]}\n")
}

const fn pid(x: u8, y: u8) -> u32 {
    (x as u32) << 8 | y as u32
}

/// Packets of one spike share an identity.
fn flow(packet: &Packet) -> u64 {
    u64::from(packet.tick) << 32 | u64::from(packet.key)
}

fn event(seen: &Seen, mhz: f64) -> Value {
    let (pid, tid) = (pid(seen.chip.x, seen.chip.y), u32::from(seen.core));
    let us = |at: Cycle| at.0 as f64 / mhz;
    let length = |from: Cycle, to: Cycle| (to - from) as f64 / mhz;
    match seen.sight {
        Sight::Sent(at, packet) => {
            json!({"ph": "s", "cat": "packet", "name": "packet", "id": flow(&packet), "ts": us(at), "pid": pid, "tid": tid, "args": {"key": packet.key}})
        }
        Sight::Received(at, packet) => {
            json!({"ph": "t", "cat": "packet", "name": "packet", "id": flow(&packet), "ts": us(at), "pid": pid, "tid": tid, "args": {"key": packet.key}})
        }
        Sight::Slice(tick, slice) => {
            let name = slice.task.name();
            json!({"ph": "X", "name": name, "ts": us(slice.from), "dur": length(slice.from, slice.to), "pid": pid, "tid": tid, "args": {"tick": tick}})
        }
        Sight::Transfer(purpose, from, to) => {
            let name = if purpose == Purpose::Read {
                "read row"
            } else {
                "write back"
            };
            json!({"ph": "X", "name": name, "ts": us(from), "dur": length(from, to), "pid": pid, "tid": DMA + tid})
        }
        Sight::Queue(at, waiting) => {
            json!({"ph": "C", "name": format!("queue of core {tid}"), "ts": us(at), "pid": pid, "args": {"packets": waiting}})
        }
    }
}
