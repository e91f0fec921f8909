//! Where a network runs. One trait; a backend is chosen by `--target`.
//!
//! A target takes images, runs ticks and hands over what the cores recorded. It knows nothing of populations.

#[cfg(unix)]
pub mod boards;
pub mod functional;
pub mod machine;
#[cfg(unix)]
pub mod qemu;
#[cfg(unix)]
pub mod serial;
pub mod trace;

pub use functional::FunctionalTarget;
pub use machine::MachineTarget;
use trace::TraceFormat;

use crate::link::LinkError;
use crate::mapping::types::CorePlace;
use spinedrift_core::kernel::Counters;
use spinedrift_emulator::functional::{CoreImage, CoreState, LoadError, Unrouted};
use spinedrift_emulator::geometry::{ChipCoord, Grid};
use spinedrift_emulator::machine::costs::Costs;
use spinedrift_emulator::machine::energy::Rates;
use spinedrift_emulator::machine::fabric::Outline;
use spinedrift_emulator::machine::faults::Plan;
use spinedrift_emulator::machine::figures::Figures;
use spinedrift_emulator::machine::{BuildError, Summary};
use spinedrift_emulator::network::Table;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// Lost packets that are named, of each kind.
const EXAMPLES_MAX: usize = 5;

/// What a target loads.
#[derive(Clone, Debug)]
pub struct Loadable {
    /// One image a core.
    pub images: Vec<CoreImage>,
    /// Routing table of each chip that has one.
    pub tables: BTreeMap<ChipCoord, Table>,
    /// The machine's grid.
    pub grid: Grid,
    /// What a target in clock cycles knows besides.
    pub hardware: Hardware,
    /// Most packets that such a target keeps for a trace; 0: none.
    pub trace_limit: usize,
}

/// The machine in figures.
#[derive(Clone, Debug)]
pub struct Hardware {
    /// Chips that work, and links that don't.
    pub outline: Outline,
    /// Figures of the parts.
    pub figures: Figures,
    /// Processor time.
    pub costs: Costs,
    /// Energy.
    pub energy: Rates,
    /// Length of a tick on the machine in µs: in biology's, times the slow-down.
    pub tick_us: u32,
    /// What fails during the run.
    pub faults: Plan,
}

/// Counters of one core.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoreCounters {
    /// Where it is.
    pub place: CorePlace,
    /// What it counted.
    pub counters: Counters,
}

impl From<(ChipCoord, u8, &Counters)> for CoreCounters {
    fn from((chip, core, counters): (ChipCoord, u8, &Counters)) -> Self {
        Self {
            place: CorePlace { chip, core },
            counters: *counters,
        }
    }
}

/// Packets that a target lost.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Losses {
    /// Packets that came after their deadline.
    pub late: u64,
    /// Packets (or branches of packets) that reached no core.
    pub dropped: u64,
    /// Some of them, in words: key and place.
    pub examples: Vec<String>,
    /// Cores that stopped, in words.
    pub stopped: Vec<String>,
}

impl Losses {
    /// Those of a target on which nothing is late: packets that the tables lead nowhere.
    fn unrouted(dropped: u64, which: &BTreeSet<Unrouted>) -> Self {
        let name = |lost: &Unrouted| {
            format!(
                "key {:#010x} is led nowhere at chip {}",
                lost.key.0, lost.chip
            )
        };
        Self {
            dropped,
            examples: which.iter().take(EXAMPLES_MAX).map(name).collect(),
            ..Self::default()
        }
    }
}

/// Why a target can't do what it is asked.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum TargetError {
    /// No target has this name.
    #[error("unknown target `{name}`")]
    #[diagnostic(help("this version has: {}", TARGETS.join(", ")))]
    Unknown {
        /// The name asked for.
        name: String,
    },
    /// Its memories can't be changed while it runs.
    #[error("{target} can't change a network while it runs")]
    #[diagnostic(help("run it with `--target functional`"))]
    NoEdit {
        /// The target.
        target: String,
    },
    /// Something was asked for that only a machine with cycles has.
    #[error("{target} knows no cycles, so it can't have {what}")]
    #[diagnostic(help("add `--target machine`, or leave it out"))]
    NoCycles {
        /// The target.
        target: String,
        /// What was asked for.
        what: &'static str,
    },
    /// Images or checkpoint don't fit.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The machine can't be built, or has lost count.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// A board fails or refuses.
    #[error("chip {}, core {}: {error}", place.chip, place.core)]
    #[diagnostic(forward(error))]
    Board {
        /// The core that it stands for.
        place: CorePlace,
        /// What is wrong.
        error: LinkError,
    },
    /// QEMU can't be started.
    #[error("can't start qemu-system-arm: {source}")]
    #[diagnostic(help("it is Debian's package qemu-system-arm"))]
    NoQemu {
        /// Reason.
        source: std::io::Error,
    },
    /// There is no firmware.
    #[error("no firmware at {}: {source}", file.display())]
    #[diagnostic(help(
        "`spinedrift firmware build --board {board}` makes it; SPINEDRIFT_FIRMWARE names another folder"
    ))]
    NoFirmware {
        /// File.
        file: PathBuf,
        /// Board.
        board: String,
        /// Reason.
        source: std::io::Error,
    },
    /// Firmware of another board.
    #[error("{} is for {found}, not for {needed}", file.display())]
    #[diagnostic(help("`spinedrift firmware build --board {needed}` makes the right one"))]
    OtherFirmware {
        /// File.
        file: PathBuf,
        /// Board that is needed.
        needed: String,
        /// Board that the file is for.
        found: String,
    },
    /// A port's name ends in a speed that is none.
    #[error("`{baud}` is no speed for serial port {port}")]
    #[diagnostic(help("baud is a whole number, as in serial:{port}@921600"))]
    Baud {
        /// What stands behind the `@`.
        baud: String,
        /// Port.
        port: String,
    },
    /// A port can't be opened.
    #[error("can't open serial port {port}: {source}")]
    #[diagnostic(help(
        "is the board plugged in, and may you use the port? (On Linux: the group dialout)"
    ))]
    NoPort {
        /// Port.
        port: String,
        /// Reason.
        source: serialport::Error,
    },
    /// One board runs one core.
    #[error("the network takes {cores} cores, a serial port leads to one board with one core")]
    #[diagnostic(help(
        "make it smaller, or let populations share a core: --pack; with several cores use a qemu target"
    ))]
    OneBoard {
        /// Cores of the network.
        cores: usize,
    },
}

/// Names of all targets.
pub const TARGETS: [&str; 5] = [
    "functional",
    "machine",
    "qemu-cortex-m4",
    "qemu-arm9",
    "serial:PORT",
];

/// A machine that runs images.
pub trait Target {
    /// What runs: target, threads, clock; for the first line of a run.
    fn describe(&self) -> String;

    /// The tick that is computed next.
    fn tick(&self) -> u32;

    /// The tick before which nothing more will be recorded. A target whose cores can be late says less than
    /// [`Target::tick`].
    fn settled(&self) -> u32 {
        self.tick()
    }

    /// Runs so many ticks.
    ///
    /// # Errors
    /// [`TargetError`] if the machine fails; what it recorded before can still be collected.
    fn run(&mut self, ticks: u32) -> Result<(), TargetError>;

    /// Settles every plastic row to the current tick and records θ.
    ///
    /// # Errors
    /// [`TargetError`] if the machine fails.
    fn read_out(&mut self) -> Result<(), TargetError>;

    /// Hands over the words that each core recorded since the last call.
    ///
    /// # Errors
    /// [`TargetError`] if the machine fails.
    fn collect(&mut self, take: &mut dyn FnMut(usize, &[u32])) -> Result<(), TargetError>;

    /// Counters of every core.
    fn counters(&self) -> Vec<CoreCounters>;

    /// What was lost.
    fn losses(&self) -> Losses;

    /// All memories, between two ticks.
    ///
    /// # Errors
    /// [`TargetError`] if the machine fails.
    fn checkpoint(&mut self) -> Result<Vec<CoreState>, TargetError>;

    /// Goes back to a checkpoint taken when `tick` was next.
    ///
    /// # Errors
    /// [`TargetError`] if it belongs to another network or partition.
    fn restore(&mut self, tick: u32, states: Vec<CoreState>) -> Result<(), TargetError>;

    /// Changes the memories of some cores, by index, between two ticks: what an intervention in a running network asks for.
    ///
    /// # Errors
    /// [`TargetError::NoEdit`] of a target whose memories can't be changed while it runs.
    fn edit(
        &mut self,
        _cores: &[usize],
        _change: &mut dyn FnMut(usize, &mut CoreState),
    ) -> Result<(), TargetError> {
        Err(TargetError::NoEdit {
            target: self.describe(),
        })
    }

    /// What happened in time; `None` of a target that has no cycles.
    fn summary(&self) -> Option<Summary> {
        None
    }

    /// Writes what was seen as a trace, and returns how much was left out; `None` of a target that sees nothing.
    ///
    /// # Errors
    /// If it can't be written.
    fn write_trace(
        &self,
        _format: TraceFormat,
        _out: &mut dyn std::io::Write,
    ) -> std::io::Result<Option<u64>> {
        Ok(None)
    }
}

/// Bytes of DTCM that a target leaves to a core's image, if that is less than what the machine's cores have: a board's stack
/// and program take their share.
#[must_use]
pub fn image_dtcm_bytes(name: &str) -> Option<u32> {
    let is_board = name.starts_with("qemu-") || name.starts_with("serial:");
    is_board.then_some(boards::IMAGE_DTCM_BYTES)
}

/// Refuses what would be left out without a word.
fn needs_no_cycles(target: &str, loadable: &Loadable) -> Result<(), TargetError> {
    let asked = [
        (loadable.trace_limit > 0, "a trace (--trace)"),
        (
            loadable.hardware.faults != Plan::default(),
            "faults (--faults)",
        ),
    ];
    match asked.iter().find(|(asked, _)| *asked) {
        None => Ok(()),
        Some(&(_, what)) => Err(TargetError::NoCycles {
            target: target.to_owned(),
            what,
        }),
    }
}

/// Makes the target of this name and loads it. `threads` = 0: one for each processor.
///
/// # Errors
/// [`TargetError::Unknown`] names the targets there are.
pub fn load(
    name: &str,
    loadable: &Loadable,
    threads: usize,
) -> Result<Box<dyn Target>, TargetError> {
    match name {
        "functional" => {
            needs_no_cycles(name, loadable)?;
            return Ok(Box::new(FunctionalTarget::new(loadable, threads)?));
        }
        "machine" => return Ok(Box::new(MachineTarget::new(loadable, threads)?)),
        _ => {}
    }
    #[cfg(unix)]
    {
        if let Some(machine) = qemu::MACHINES.iter().find(|machine| machine.target == name) {
            needs_no_cycles(name, loadable)?;
            return Ok(Box::new(qemu::load(machine, loadable)?));
        }
        if let Some(port) = name.strip_prefix("serial:") {
            needs_no_cycles(name, loadable)?;
            return Ok(Box::new(serial::load(port, loadable)?));
        }
    }
    Err(TargetError::Unknown {
        name: name.to_owned(),
    })
}
