//! Runs a target and keeps everything that must be the same on every other: records, counters, memories.

use crate::layout::machine;
use crate::scenario::Scenario;
use crate::sink::Collected;
use spinedrift::demo::{DemoKind, Timeline, Variant, network};
use spinedrift::description::Integration;
use spinedrift::description::images::digits;
use spinedrift::description::toml;
use spinedrift::mapping::partition;
use spinedrift::session::{Decoder, Prepared, Setup};
use spinedrift::target::boards::IMAGE_DTCM_BYTES;
use spinedrift::target::{CoreCounters, Target, TargetError};
use spinedrift_emulator::functional::CoreState;
use std::path::Path;

/// Everything of a run.
#[derive(Clone, Debug)]
pub struct Whole {
    /// What was recorded.
    pub collected: Collected,
    /// Counters of each core, with the first object of each.
    pub counters: Vec<CoreCounters>,
    /// All memories, after the last reading.
    pub memories: Vec<CoreState>,
}

impl Whole {
    /// The first difference to another run, in words.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Option<String> {
        if let Some(difference) = self.collected.difference(&other.collected) {
            return Some(difference);
        }
        for (core, (a, b)) in self.counters.iter().zip(&other.counters).enumerate() {
            if a != b {
                return Some(format!("counters of core {core} differ: {a:?} {b:?}"));
            }
        }
        for (core, (a, b)) in self.memories.iter().zip(&other.memories).enumerate() {
            for (what, a, b) in [("DTCM", &a.dtcm, &b.dtcm), ("SDRAM", &a.sdram, &b.sdram)] {
                let at = a.iter().zip(b).position(|(a, b)| a != b);
                if let Some(at) = at.or_else(|| (a.len() != b.len()).then(|| a.len().min(b.len())))
                {
                    let words = (a.get(at), b.get(at));
                    return Some(format!(
                        "{what} of core {core} differs at word {at}: {words:x?}"
                    ));
                }
            }
        }
        None
    }
}

/// Runs a target, in chunks of some ticks, reads θ, takes a checkpoint.
///
/// # Errors
/// If the target fails.
pub fn run(
    prepared: &Prepared,
    target: &mut dyn Target,
    ticks: u32,
    chunk: u32,
) -> Result<Whole, TargetError> {
    let decoder = Decoder::new(prepared);
    let mut collected = Collected::default();
    while target.tick() < ticks {
        target.run(chunk.min(ticks - target.tick()))?;
        target.collect(&mut |core, words| decoder.decode(core, words, &mut collected))?;
    }
    target.read_out()?;
    target.collect(&mut |core, words| decoder.decode(core, words, &mut collected))?;
    collected.sort();
    Ok(Whole {
        collected,
        counters: target.counters(),
        memories: target.checkpoint()?,
    })
}

/// The demo's network, showing a few digits, on four cores.
///
/// # Errors
/// If the demo can't be prepared.
pub fn demo_on_four_cores(shown: usize) -> Result<(Prepared, u32), String> {
    let images = digits();
    let split = images
        .split(1100, 1, 1, 1)
        .map_err(|error| error.to_string())?;
    let timeline = Timeline::new(&split, shown, 200, 1).map_err(|error| error.to_string())?;
    let network = network(
        DemoKind::Digits,
        Variant::Sampling,
        Integration::Lazy,
        &images,
        &timeline,
    );
    let mut setup = Setup::new(machine("spinn5"), 1);
    setup.mapping.partition = partition::Options {
        slots_per_core_max: Some(48),
        pack: true,
    };
    let network = network.map_err(|error| error.to_string())?;
    let prepared = Prepared::new(network, setup).map_err(|error| error.to_string())?;
    Ok((prepared, timeline.ticks()))
}

/// 256 LIF neurons on one core that leaves an image what boards do: 16 delay slots for either receptor, every spike and
/// every potential recorded.
///
/// # Errors
/// If it can't be prepared.
pub fn full_core() -> Result<Prepared, String> {
    let words = |error: &dyn std::fmt::Display| error.to_string();
    let (network, _) = toml::parse(FULL_CORE, Path::new(".")).map_err(|error| words(&error))?;
    let mut setup = Setup::new(machine("spinn5"), 1);
    setup.machine.dtcm_bytes = IMAGE_DTCM_BYTES;
    Prepared::new(network, setup).map_err(|error| words(&error))
}

const FULL_CORE: &str = r#"
[[population]]
name = "full"
model = "lif"
size = 256
offset_mv = 16
record = { spikes = true, potentials = "all" }

[[projection]]
pre = "full"
post = "full"
connector = { kind = "fixed_probability", probability = 0.1 }
weight = 0.5
delay_ms = { uniform = [1, 16] }

[[projection]]
pre = "full"
post = "full"
connector = { kind = "fixed_probability", probability = 0.1 }
weight = 0.5
name = "inhibition"
delay_ms = 16
receptor = "inhibitory"
"#;

/// A scenario on the plainest layout, cut so that every core fits on a board.
///
/// # Errors
/// If it can't be prepared.
pub fn scenario(scenario: &Scenario) -> Result<Prepared, String> {
    let mut layout = crate::layout::plain(scenario);
    layout.setup.machine.dtcm_bytes = IMAGE_DTCM_BYTES;
    crate::layout::prepare(scenario, &layout)?.ok_or_else(|| "one board is too small".to_owned())
}
