//! The cycle-level machine as a target.

use super::trace::TraceFormat;
use super::{CoreCounters, EXAMPLES_MAX, Loadable, Losses, Target, TargetError};
use spinedrift_emulator::functional::CoreState;
use spinedrift_emulator::geometry::ChipCoord;
use spinedrift_emulator::machine::booting;
use spinedrift_emulator::machine::energy::Rates;
use spinedrift_emulator::machine::loading::{Way, took};
use spinedrift_emulator::machine::processor::Processor;
use spinedrift_emulator::machine::summary::Told;
use spinedrift_emulator::machine::{Machine, Setup, Summary};
use std::collections::BTreeMap;

/// Every part in clock cycles.
#[derive(Debug)]
pub struct MachineTarget {
    machine: Machine,
    rates: Rates,
    clock_mhz: u32,
    /// Bytes of images, and bytes recorded, by chip.
    images: BTreeMap<ChipCoord, u64>,
    recorded: BTreeMap<ChipCoord, u64>,
    chips: Vec<ChipCoord>,
}

impl MachineTarget {
    /// Loads the images.
    ///
    /// # Errors
    /// [`TargetError::Build`] names the core whose image is unusable.
    pub fn new(loadable: &Loadable, threads: usize) -> Result<Self, TargetError> {
        let hardware = &loadable.hardware;
        let threads = match threads {
            0 => std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            threads => threads,
        };
        let machine = Machine::new(&Setup {
            images: &loadable.images,
            tables: &loadable.tables,
            grid: loadable.grid,
            outline: &hardware.outline,
            figures: hardware.figures,
            costs: hardware.costs,
            tick_us: hardware.tick_us,
            faults: hardware.faults.clone(),
            trace_limit: loadable.trace_limit,
            threads,
        })?;
        Ok(Self {
            machine,
            rates: hardware.energy,
            clock_mhz: hardware.figures.clock_mhz,
            images: by_chip(loadable.images.iter().map(|it| (it.chip, it.bytes.len()))),
            recorded: BTreeMap::new(),
            chips: loadable.images.iter().map(|image| image.chip).collect(),
        })
    }
}

fn by_chip(bytes: impl Iterator<Item = (ChipCoord, usize)>) -> BTreeMap<ChipCoord, u64> {
    let mut sums = BTreeMap::new();
    for (chip, bytes) in bytes {
        *sums.entry(chip).or_default() += bytes as u64;
    }
    sums
}

/// An incident in one line.
pub(super) fn line(told: &Told) -> String {
    let (chip, core) = told.source;
    let path: Vec<String> = told.path.iter().map(ToString::to_string).collect();
    format!(
        "{}: key {:#010x} of tick {}, sent by core {core} of chip {chip}, at {} µs on {}; way {}",
        told.what,
        told.key,
        told.tick,
        told.at_us,
        told.place,
        path.join(" → ")
    )
}

impl Target for MachineTarget {
    fn describe(&self) -> String {
        format!(
            "cycle-level machine at {} MHz, {} threads",
            self.clock_mhz,
            self.machine.threads()
        )
    }

    fn tick(&self) -> u32 {
        self.machine.tick()
    }

    fn settled(&self) -> u32 {
        let cores = self.machine.cores();
        let settled = cores.filter_map(Processor::settled);
        settled.min().unwrap_or(u32::MAX).min(self.machine.tick())
    }

    fn run(&mut self, ticks: u32) -> Result<(), TargetError> {
        self.machine.run(ticks);
        Ok(())
    }

    fn read_out(&mut self) -> Result<(), TargetError> {
        Ok(self.machine.read_out()?)
    }

    fn collect(&mut self, take: &mut dyn FnMut(usize, &[u32])) -> Result<(), TargetError> {
        let (machine, recorded, chips) = (&mut self.machine, &mut self.recorded, &self.chips);
        machine.drain(|core, words| {
            if let Some(chip) = chips.get(core) {
                *recorded.entry(*chip).or_default() += 4 * words.len() as u64;
            }
            take(core, words);
        });
        Ok(())
    }

    fn counters(&self) -> Vec<CoreCounters> {
        self.machine.counters().map(CoreCounters::from).collect()
    }

    fn losses(&self) -> Losses {
        let ledger = self.machine.ledger();
        let summary = Summary::of(&self.machine, &self.rates);
        Losses {
            late: ledger.late,
            dropped: ledger.lost_packets.iter().sum(),
            examples: [true, false]
                .into_iter()
                .flat_map(|late| {
                    let same = move |told: &&Told| (told.what == "late") == late;
                    summary.incidents.iter().filter(same).take(EXAMPLES_MAX)
                })
                .map(line)
                .collect(),
            stopped: summary
                .cores
                .iter()
                .filter(|core| core.stuck)
                .map(|core| format!("core {} of chip {}", core.core, core.chip))
                .collect(),
        }
    }

    fn checkpoint(&mut self) -> Result<Vec<CoreState>, TargetError> {
        Ok(self.machine.checkpoint()?)
    }

    fn restore(&mut self, tick: u32, states: Vec<CoreState>) -> Result<(), TargetError> {
        Ok(self.machine.restore(tick, states)?)
    }

    fn summary(&self) -> Option<Summary> {
        let mut summary = Summary::of(&self.machine, &self.rates);
        let shared = self.machine.shared();
        let time = |way, bytes| took(&shared.fabric, &shared.figures, way, bytes);
        summary.booting = booting::took(
            &shared.fabric,
            &shared.figures,
            shared.figures.program_bytes,
        );
        summary.loading = time(Way::Load, &self.images);
        summary.collecting = time(Way::Collect, &self.recorded);
        Some(summary)
    }

    fn write_trace(
        &self,
        format: TraceFormat,
        out: &mut dyn std::io::Write,
    ) -> std::io::Result<Option<u64>> {
        super::trace::write(&self.machine, format, out).map(Some)
    }
}
