//! A run as a file that other programs draw: each format a module.

mod perfetto;
mod vcd;

use spinedrift_emulator::machine::Machine;
use std::io::{self, Write};
use std::path::Path;

/// Formats of a trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TraceFormat {
    /// Chrome's trace events (JSON), which ui.perfetto.dev opens.
    Perfetto,
    /// Value change dump (IEEE 1364-2005, clause 18), which `GTKWave` and Surfer open.
    Vcd,
}

impl TraceFormat {
    /// The format that a file's name asks for: `.vcd`, else Perfetto's.
    #[must_use]
    pub fn of(path: &Path) -> Self {
        let vcd = path
            .extension()
            .is_some_and(|end| end.eq_ignore_ascii_case("vcd"));
        if vcd { Self::Vcd } else { Self::Perfetto }
    }
}

/// Writes a trace. Says how many sights did not fit into memory, and so are missing.
pub(super) fn write(
    machine: &Machine,
    format: TraceFormat,
    out: &mut dyn Write,
) -> io::Result<u64> {
    match format {
        TraceFormat::Perfetto => perfetto::write(machine, out)?,
        TraceFormat::Vcd => vcd::write(machine, out)?,
    }
    Ok(machine.tracers().map(|tracer| tracer.missed).sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_name_chooses_the_format() {
        let format = |name: &str| TraceFormat::of(Path::new(name));
        assert_eq!(format("run.VCD"), TraceFormat::Vcd);
        assert_eq!(format("run.json"), TraceFormat::Perfetto);
        assert_eq!(format("vcd"), TraceFormat::Perfetto);
    }
}
