//! The cycle-level machine as a target.

use super::{CoreCounters, Loadable, Losses, Target, TargetError};
use crate::mapping::types::CorePlace;
use spinedrift_emulator::functional::CoreState;
use spinedrift_emulator::machine::energy::Rates;
use spinedrift_emulator::machine::summary::Told;
use spinedrift_emulator::machine::{Machine, Setup, Summary};

/// Incidents that are named.
const EXAMPLES_MAX: usize = 5;

/// Every part in clock cycles.
#[derive(Debug)]
pub struct MachineTarget {
    machine: Machine,
    rates: Rates,
    clock_mhz: u32,
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
        })
    }
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

    fn run(&mut self, ticks: u32) -> Result<(), TargetError> {
        self.machine.run(ticks);
        Ok(())
    }

    fn read_out(&mut self) -> Result<(), TargetError> {
        Ok(self.machine.read_out()?)
    }

    fn collect(&mut self, take: &mut dyn FnMut(usize, &[u32])) -> Result<(), TargetError> {
        self.machine.drain(take);
        Ok(())
    }

    fn counters(&self) -> Vec<CoreCounters> {
        let core = |(chip, core, counters): (_, _, &_)| CoreCounters {
            place: CorePlace { chip, core },
            counters: *counters,
        };
        self.machine.counters().map(core).collect()
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
        Some(Summary::of(&self.machine, &self.rates))
    }

    fn write_trace(&self, mut out: &mut dyn std::io::Write) -> std::io::Result<Option<u64>> {
        super::trace::write(&self.machine, &mut out).map(Some)
    }
}
