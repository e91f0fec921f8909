//! The figures of a chip: which there are, what values they can have, and where they go in a machine.

use super::Machine;
use super::file::{ChipSection, Figure};
use super::load::{Found, Problem, in_range};
use spinedrift_emulator::network::table::CORES_MAX;
use toml::Spanned;

/// One figure.
struct Field {
    name: &'static str,
    /// Least and largest value.
    range: (i64, i64),
    stated: fn(&ChipSection) -> Option<&Spanned<Figure>>,
    set: fn(&mut Machine, i64),
}

const FIELDS: [Field; 9] = [
    Field {
        name: "cores",
        range: (2, CORES_MAX as i64),
        stated: |chip| chip.cores.as_ref(),
        set: |machine, value| machine.cores_per_chip = value as u8,
    },
    Field {
        name: "application_cores",
        range: (1, CORES_MAX as i64 - 1),
        stated: |chip| chip.application_cores.as_ref(),
        set: |machine, value| machine.application_cores = value as u8,
    },
    Field {
        name: "clock_mhz",
        range: (1, 100_000),
        stated: |chip| chip.clock_mhz.as_ref(),
        set: |machine, value| machine.clock_mhz = value as u32,
    },
    Field {
        name: "itcm_bytes",
        range: (0, 1 << 31),
        stated: |chip| chip.itcm_bytes.as_ref(),
        set: |machine, value| machine.itcm_bytes = value as u32,
    },
    Field {
        name: "dtcm_bytes",
        range: (0, 1 << 31),
        stated: |chip| chip.dtcm_bytes.as_ref(),
        set: |machine, value| machine.dtcm_bytes = value as u32,
    },
    Field {
        name: "sdram_bytes",
        range: (0, 1 << 40),
        stated: |chip| chip.sdram_bytes.as_ref(),
        set: |machine, value| machine.sdram_bytes = value as u64,
    },
    Field {
        name: "router_entries",
        range: (1, 1 << 24),
        stated: |chip| chip.router_entries.as_ref(),
        set: |machine, value| machine.router_entries = value as u32,
    },
    Field {
        name: "neurons_per_core_max",
        range: (16, 1 << 16),
        stated: |chip| chip.neurons_per_core_max.as_ref(),
        set: |machine, value| machine.neurons_per_core_max = value as u32,
    },
    Field {
        name: "core_mv",
        range: (1, 100_000),
        stated: |chip| chip.core_mv.as_ref(),
        set: |machine, value| machine.core_mv = value as u32,
    },
];

/// Takes the figures of a file over, with their sources. What the file leaves out stays as it is, or is missing if there
/// is no base to have it from.
pub(super) fn take(machine: &mut Machine, chip: &ChipSection, has_base: bool) -> Result<(), Found> {
    for field in &FIELDS {
        match (field.stated)(chip) {
            Some(stated) => field.take(machine, stated)?,
            None if has_base => {}
            None => return Err((Problem::Missing { field: field.name }, 0..0)),
        }
    }
    let (cores, value) = (
        i64::from(machine.cores_per_chip),
        i64::from(machine.application_cores),
    );
    let place = chip.application_cores.as_ref().or(chip.cores.as_ref());
    in_range("application_cores", value, (1, cores - 1))
        .map_err(|problem| (problem, place.map_or(0..0, Spanned::span)))?;
    Ok(())
}

impl Field {
    fn take(&self, machine: &mut Machine, stated: &Spanned<Figure>) -> Result<(), Found> {
        let Figure { value, source } = stated.get_ref();
        let value =
            in_range(self.name, *value, self.range).map_err(|problem| (problem, stated.span()))?;
        (self.set)(machine, value);
        let unsourced = || "stated without a source".to_owned();
        let source = source.clone().unwrap_or_else(unsourced);
        machine.sources.insert(self.name.to_owned(), source);
        Ok(())
    }
}
