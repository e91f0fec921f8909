//! Where the energy goes: what was counted times what each thing takes.

use super::run::Machine;
use super::time::Cycle;

/// What things take. At another voltage than the nominal one, all of it scales with the square.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rates {
    /// A chip with all cores asleep, in mW.
    pub chip_idle_mw: f64,
    /// A core that works, in mW.
    pub core_active_mw: f64,
    /// The rest of the board, shared out to its chips, in mW.
    pub board_overhead_mw: f64,
    /// A bit through a router, in pJ.
    pub router_pj_per_bit: f64,
    /// A byte of SDRAM, in pJ.
    pub sdram_pj_per_byte: f64,
    /// Square of the voltage over the nominal one.
    pub scale: f64,
}

/// Energy of a chip (or of all of them), in joules.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Energy {
    /// Chips that stand idle, for the whole time.
    pub idle: f64,
    /// The rest of the board.
    pub board: f64,
    /// Cores at work.
    pub cores: f64,
    /// Packets through routers.
    pub router: f64,
    /// SDRAM.
    pub sdram: f64,
}

impl Energy {
    /// All of it.
    #[must_use]
    pub const fn sum(&self) -> f64 {
        self.idle + self.board + self.cores + self.router + self.sdram
    }

    /// What the network's activity costs: cores, routers and SDRAM.
    #[must_use]
    pub const fn dynamic(&self) -> f64 {
        self.cores + self.router + self.sdram
    }

    /// Adds another chip's.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            idle: self.idle + other.idle,
            board: self.board + other.board,
            cores: self.cores + other.cores,
            router: self.router + other.router,
            sdram: self.sdram + other.sdram,
        }
    }
}

/// Energy of each chip up to a time, in the order of the fabric's sites.
#[must_use]
pub fn by_chip(machine: &Machine, until: Cycle, rates: &Rates) -> Vec<Energy> {
    let hertz = f64::from(machine.shared().figures.clock_mhz.max(1)) * 1e6;
    let seconds = |cycles: u64| cycles as f64 / hertz;
    let chip = |chip: &super::chip::Chip| {
        let busy = chip
            .cores
            .iter()
            .map(|socket| socket.processor.activity.busy_cycles())
            .sum();
        // Every packet of this emulator's networks has 40 bits.
        let bits = 40.0 * chip.net.router.packets as f64;
        Energy {
            idle: rates.scale * 1e-3 * rates.chip_idle_mw * seconds(until.0),
            board: 1e-3 * rates.board_overhead_mw * seconds(until.0),
            cores: rates.scale * 1e-3 * rates.core_active_mw * seconds(busy),
            router: rates.scale * 1e-12 * rates.router_pj_per_bit * bits,
            sdram: rates.scale * 1e-12 * rates.sdram_pj_per_byte * chip.sdram.bytes as f64,
        }
    };
    machine.chips().map(chip).collect()
}
