//! Value change dump: chips as modules, cores as modules in them; of each core its task, the length of its input queue, what
//! its DMA engine does, and the keys that it sends and receives.

use spinedrift_emulator::geometry::ChipCoord;
use spinedrift_emulator::machine::Machine;
use spinedrift_emulator::machine::dma::Purpose;
use spinedrift_emulator::machine::time::Cycle;
use spinedrift_emulator::machine::trace::{Seen, Sight};
use std::collections::BTreeMap;
use std::io::{self, Write};
use vcd::{IdCode, TimescaleUnit, Value, VarType, Writer};

/// Picoseconds of a microsecond: the dump counts picoseconds, of which a cycle of any whole clock in MHz takes nearly a whole
/// number.
const PS_PER_US: u64 = 1_000_000;

/// Signals of a core.
#[derive(Clone, Copy)]
struct Signals {
    task: IdCode,
    queue: IdCode,
    reads: IdCode,
    writes: IdCode,
    sent: IdCode,
    received: IdCode,
}

/// What a signal changes to.
#[derive(Clone, Copy)]
enum Change {
    /// A core is idle.
    Idle,
    /// A core's task.
    Task(&'static str),
    /// Packets.
    Queue(u32),
    /// A transfer from SDRAM begins or ends,
    Reads(bool),
    /// or one to it.
    Writes(bool),
    /// A packet's key.
    Sent(u32),
    /// A packet's key.
    Received(u32),
}

impl Change {
    /// Whether something begins: what ends in the same cycle comes before it, so that the beginning stays.
    const fn begins(self) -> bool {
        !matches!(self, Self::Idle | Self::Reads(false) | Self::Writes(false))
    }
}

/// Writes a trace.
///
/// # Errors
/// If it can't be written.
pub(super) fn write(machine: &Machine, out: &mut dyn Write) -> io::Result<()> {
    let mhz = u64::from(machine.shared().figures.clock_mhz.max(1));
    let mut writer = Writer::new(out);
    writer.timescale(1, TimescaleUnit::PS)?;
    let cores = machine
        .cores()
        .map(|core| (core.runner.loaded.chip, core.runner.loaded.core));
    let signals = declare(&mut writer, cores)?;
    writer.enddefinitions()?;
    writer.timestamp(0)?;
    for signals in signals.values() {
        begin(&mut writer, signals)?;
    }
    let seen = machine.tracers().flat_map(|tracer| &tracer.seen);
    let mut changes: Vec<_> = seen
        .flat_map(|seen| {
            changes_of(seen)
                .into_iter()
                .map(|(at, change)| (at.0, change, (seen.chip, seen.core)))
        })
        .collect();
    // Those of one core and cycle stay in the order in which they were seen.
    changes.sort_by_key(|(at, change, core)| (*at, change.begins(), *core));
    let mut now = 0;
    for (at, change, core) in changes {
        if at != now {
            writer.timestamp(at.saturating_mul(PS_PER_US) / mhz)?;
            now = at;
        }
        if let Some(signals) = signals.get(&core) {
            put(&mut writer, signals, change)?;
        }
    }
    writer.flush()
}

fn declare<W: Write>(
    writer: &mut Writer<W>,
    cores: impl Iterator<Item = (ChipCoord, u8)>,
) -> io::Result<BTreeMap<(ChipCoord, u8), Signals>> {
    let mut chips: BTreeMap<ChipCoord, Vec<u8>> = BTreeMap::new();
    for (chip, core) in cores {
        chips.entry(chip).or_default().push(core);
    }
    let mut all = BTreeMap::new();
    for (chip, cores) in chips {
        writer.add_module(&format!("chip_{}_{}", chip.x, chip.y))?;
        for core in cores {
            writer.add_module(&format!("core_{core}"))?;
            let signals = Signals {
                task: writer.add_var(VarType::String, 1, "task", None)?,
                queue: writer.add_var(VarType::Integer, 32, "queue", None)?,
                reads: writer.add_wire(1, "dma_reads")?,
                writes: writer.add_wire(1, "dma_writes")?,
                sent: writer.add_wire(32, "sent_key")?,
                received: writer.add_wire(32, "received_key")?,
            };
            all.insert((chip, core), signals);
            writer.upscope()?;
        }
        writer.upscope()?;
    }
    Ok(all)
}

fn begin<W: Write>(writer: &mut Writer<W>, signals: &Signals) -> io::Result<()> {
    for change in [
        Change::Idle,
        Change::Queue(0),
        Change::Reads(false),
        Change::Writes(false),
    ] {
        put(writer, signals, change)?;
    }
    for key in [signals.sent, signals.received] {
        writer.change_vector(key, [Value::X; 32])?;
    }
    Ok(())
}

fn put<W: Write>(writer: &mut Writer<W>, signals: &Signals, change: Change) -> io::Result<()> {
    let bits = |word: u32| {
        (0..32)
            .rev()
            .map(move |bit| Value::from(word >> bit & 1 == 1))
    };
    match change {
        Change::Idle => writer.change_string(signals.task, "idle"),
        // A value ends at a space.
        Change::Task(name) => writer.change_string(signals.task, &name.replace(' ', "_")),
        Change::Queue(waiting) => writer.change_vector(signals.queue, bits(waiting)),
        Change::Reads(on) => writer.change_scalar(signals.reads, on),
        Change::Writes(on) => writer.change_scalar(signals.writes, on),
        Change::Sent(key) => writer.change_vector(signals.sent, bits(key)),
        Change::Received(key) => writer.change_vector(signals.received, bits(key)),
    }
}

/// When something seen changes which signal.
fn changes_of(seen: &Seen) -> Vec<(Cycle, Change)> {
    match seen.sight {
        Sight::Sent(at, packet) => vec![(at, Change::Sent(packet.key))],
        Sight::Received(at, packet) => vec![(at, Change::Received(packet.key))],
        Sight::Slice(_, slice) if slice.from == slice.to => Vec::new(),
        Sight::Slice(_, slice) => vec![
            (slice.from, Change::Task(slice.task.name())),
            (slice.to, Change::Idle),
        ],
        Sight::Transfer(purpose, from, to) => {
            let change = match purpose {
                Purpose::Read => Change::Reads,
                Purpose::Write => Change::Writes,
            };
            vec![(from, change(true)), (to, change(false))]
        }
        Sight::Queue(at, waiting) => vec![(at, Change::Queue(waiting))],
    }
}
