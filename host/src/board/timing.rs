//! What the parts of a chip take, in time and energy: read from a data file in which every figure says where it is from.
//!
//! ```toml
//! base = "spinnaker1"             # take from there what this file leaves out
//! calibration = "arm9"            # costs measured on firmware: a name or the path of a cost table
//! [costs]
//! kick = { value = 170.5, mark = "measured", source = "firmware 0.2, 10,000 kicks" }
//! ```

use super::entries::{ENTRIES, Entry};
use super::load::{Found, Problem};
use serde::Deserialize;
use spinedrift_emulator::machine::costs::Costs;
use spinedrift_emulator::machine::energy::Rates;
use spinedrift_emulator::machine::figures::{Figures, LinkFigures, Reinjection, wait_cycles};
use spinedrift_emulator::machine::time::cycles_of_ns;
use std::collections::BTreeMap;
use toml::Spanned;

/// The data files that are built in.
pub(super) const EMBEDDED: [(&str, &str); 2] = [
    (
        "spinnaker1",
        include_str!("../../machines/timing/spinnaker1.toml"),
    ),
    (
        "spinnaker2",
        include_str!("../../machines/timing/spinnaker2.toml"),
    ),
];

/// Cost tables measured on firmware, as `cargo xtask calibrate` writes them.
const CALIBRATIONS: [(&str, &str); 2] = [
    ("arm9", include_str!("../../machines/costs/arm9.toml")),
    (
        "cortex-m4",
        include_str!("../../machines/costs/cortex-m4.toml"),
    ),
];

/// How sure a figure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mark {
    /// Measured on our firmware.
    Measured,
    /// Read in the source named.
    Published,
    /// A published figure, quoted from memory.
    Recalled,
    /// Worked out by us.
    Estimated,
    /// Ours to make.
    Choice,
}

impl std::fmt::Display for Mark {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Measured => "measured",
            Self::Published => "published",
            Self::Recalled => "recalled",
            Self::Estimated => "estimated",
            Self::Choice => "choice",
        })
    }
}

/// A figure with its provenance.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figure {
    /// Value, in the unit that its name ends in (costs: cycles).
    pub value: f64,
    /// How sure it is.
    pub mark: Mark,
    /// Where it is from.
    pub source: String,
}

/// All figures of a kind of chip, by section and name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timing(BTreeMap<(&'static str, &'static str), Figure>);

/// The figures of a section, by name.
type Section = BTreeMap<String, Spanned<Figure>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    base: Option<Spanned<String>>,
    calibration: Option<Spanned<String>>,
    #[serde(default)]
    router: Section,
    #[serde(default)]
    link: Section,
    #[serde(default)]
    board_link: Section,
    #[serde(default)]
    core: Section,
    #[serde(default)]
    memory: Section,
    #[serde(default)]
    reinjection: Section,
    #[serde(default)]
    costs: Section,
    #[serde(default)]
    energy: Section,
}

impl File {
    fn sections(self) -> [(&'static str, Section); 8] {
        [
            ("router", self.router),
            ("link", self.link),
            ("board_link", self.board_link),
            ("core", self.core),
            ("memory", self.memory),
            ("reinjection", self.reinjection),
            ("costs", self.costs),
            ("energy", self.energy),
        ]
    }
}

impl Timing {
    /// The data file that is built in under this name.
    #[must_use]
    pub(super) fn embedded(name: &str) -> Option<Result<Self, Found>> {
        let (_, text) = EMBEDDED.iter().find(|(embedded, _)| *embedded == name)?;
        Some(Self::parse(text))
    }

    /// Reads a data file.
    ///
    /// # Errors
    /// What is wrong, and where in the text.
    pub(super) fn parse(text: &str) -> Result<Self, Found> {
        let syntax = |error: toml::de::Error| {
            let message = error.message().to_owned();
            (Problem::Syntax { message }, error.span().unwrap_or(0..0))
        };
        let file: File = toml::from_str(text).map_err(syntax)?;
        let mut timing = match &file.base {
            None => Self::default(),
            Some(name) => {
                let unknown = || {
                    let name = name.get_ref().clone();
                    Problem::UnknownTiming { name }
                };
                Self::embedded(name.get_ref()).ok_or_else(|| (unknown(), name.span()))??
            }
        };
        if let Some(name) = &file.calibration {
            timing.calibrate(name)?;
        }
        for (section, figures) in file.sections() {
            for (name, figure) in figures {
                let place = figure.span();
                timing
                    .take(section, &name, figure.into_inner())
                    .map_err(|p| (p, place))?;
            }
        }
        if let Some(entry) = ENTRIES
            .iter()
            .find(|e| !timing.0.contains_key(&(e.section, e.name)))
        {
            return Err((Problem::MissingFigure { name: entry.path() }, 0..0));
        }
        Ok(timing)
    }

    /// Takes the costs over that were measured on firmware.
    fn calibrate(&mut self, name: &Spanned<String>) -> Result<(), Found> {
        let place = name.span();
        let wrong = |message: String| {
            let name = name.get_ref().clone();
            (Problem::Timing { name, message }, place.clone())
        };
        let known = CALIBRATIONS
            .iter()
            .find(|(known, _)| known == name.get_ref());
        let text = match known {
            Some((_, text)) => (*text).to_owned(),
            None => std::fs::read_to_string(name.get_ref())
                .map_err(|_| wrong("no such cost table; built in are arm9, cortex-m4".into()))?,
        };
        let file: File = toml::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        for (name, figure) in file.costs {
            self.take("costs", &name, figure.into_inner())
                .map_err(|problem| wrong(problem.to_string()))?;
        }
        Ok(())
    }

    fn take(&mut self, section: &str, name: &str, figure: Figure) -> Result<(), Problem> {
        let path = format!("{section}.{name}");
        let known = ENTRIES
            .iter()
            .find(|e| e.section == section && e.name == name);
        let Some(entry) = known else {
            let distance = |entry: &&Entry| strsim::levenshtein(&entry.path(), &path);
            let near = ENTRIES
                .iter()
                .min_by_key(distance)
                .map_or_else(String::new, Entry::path);
            return Err(Problem::UnknownFigure { name: path, near });
        };
        let (low, high) = entry.range;
        if !(low..=high).contains(&figure.value) {
            let value = figure.value.to_string();
            return Err(Problem::FigureRange {
                name: path,
                value,
                low,
                high,
            });
        }
        self.0.insert((entry.section, entry.name), figure);
        Ok(())
    }

    /// A figure; 0 for one that there isn't.
    #[must_use]
    pub fn value(&self, section: &str, name: &str) -> f64 {
        let found = self
            .0
            .iter()
            .find(|((s, n), _)| *s == section && *n == name);
        found.map_or(0.0, |(_, figure)| figure.value)
    }

    /// All figures: section, name, figure.
    pub fn figures(&self) -> impl Iterator<Item = (&'static str, &'static str, &Figure)> {
        self.0
            .iter()
            .map(|((section, name), figure)| (*section, *name, figure))
    }

    /// The marks of a section's figures, least sure last, without repetition: what to say beside a result.
    #[must_use]
    pub fn marks(&self, sections: &[&str]) -> Vec<Mark> {
        let within = self
            .0
            .iter()
            .filter(|((section, _), _)| sections.contains(section));
        let mut marks: Vec<Mark> = within.map(|(_, figure)| figure.mark).collect();
        marks.sort_unstable();
        marks.dedup();
        marks
    }

    /// The same with another value, marked as the user's choice.
    #[must_use]
    pub fn with(mut self, section: &str, name: &str, value: f64) -> Self {
        if let Some((_, figure)) = self
            .0
            .iter_mut()
            .find(|((s, n), _)| *s == section && *n == name)
        {
            *figure = Figure {
                value,
                mark: Mark::Choice,
                source: "set for this run".into(),
            };
        }
        self
    }

    /// The figures as the machine uses them, in cycles of this clock.
    #[must_use]
    pub fn hardware(&self, clock_mhz: u32) -> Figures {
        let count = |section, name| self.value(section, name).round() as u64;
        let ns = |section, name| cycles_of_ns(count(section, name), clock_mhz);
        let mega = |section, name| (self.value(section, name) * 1e6) as u64;
        // A router cycle that is no whole number of the cores' is rounded up.
        let router_cycle = u64::from(clock_mhz)
            .div_ceil(count("router", "clock_mhz").max(1))
            .max(1);
        let wait = |name| router_cycle * wait_cycles(count("router", name) as u8);
        let link = |section| LinkFigures {
            bits_per_second: mega(section, "mbit_per_s"),
            latency: ns(section, "latency_ns"),
            depth: count(section, "depth_packets") as u32,
        };
        let reinjection = (count("reinjection", "enabled") > 0).then(|| Reinjection {
            capacity: count("reinjection", "capacity_packets") as u32,
            cycles: count("reinjection", "cycles"),
            tries_max: count("reinjection", "tries_max") as u8,
        });
        Figures {
            clock_mhz,
            router_cycle,
            router_pipeline: router_cycle * count("router", "pipeline_cycles"),
            router_stages: count("router", "stages") as u32,
            wait1: wait("wait1_byte"),
            wait2: wait("wait2_byte"),
            phase: count("router", "phase_us") * u64::from(clock_mhz),
            reinjection,
            link: link("link"),
            board_link: link("board_link"),
            deliver: ns("core", "deliver_ns"),
            receive_read: count("core", "receive_read_cycles"),
            receive: count("core", "receive_cycles"),
            stagger: count("core", "stagger_permille") as u32,
            input_queue: count("core", "input_queue_packets") as u32,
            monitor: count("core", "monitor_cycles"),
            program_bytes: count("core", "program_bytes"),
            ethernet_bytes_per_second: mega("core", "ethernet_mbyte_per_s"),
            dma_latency: ns("memory", "dma_latency_ns"),
            burst_bytes: count("memory", "burst_bytes") as u32,
            dma_bytes_per_second: mega("memory", "dma_mbyte_per_s"),
            sdram_bytes_per_second: mega("memory", "sdram_mbyte_per_s"),
            noc_bytes_per_second: mega("memory", "noc_mbyte_per_s"),
        }
    }

    /// The cost table.
    #[must_use]
    pub fn costs(&self) -> Costs {
        let cycles = |name: &str| (self.value("costs", name) * 256.0).round() as u32;
        let sections = spinedrift_emulator::machine::costs::SECTIONS;
        let mut costs = sections.iter().fold(Costs::flat(0), |costs, (work, name)| {
            costs.with(*work, cycles(name))
        });
        (costs.send, costs.dma_setup) = (cycles("send"), cycles("dma_setup"));
        costs
    }

    /// What things take in energy at a voltage.
    #[must_use]
    pub fn energy(&self, millivolts: u32) -> Rates {
        let value = |name| self.value("energy", name);
        Rates {
            chip_idle_mw: value("chip_idle_mw"),
            core_active_mw: value("core_active_mw"),
            board_overhead_mw: value("board_overhead_mw_per_chip"),
            router_pj_per_bit: value("router_pj_per_bit"),
            sdram_pj_per_byte: value("sdram_pj_per_byte"),
            scale: (f64::from(millivolts) / value("nominal_mv").max(1.0)).powi(2),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_files_are_whole() {
        for (name, text) in EMBEDDED {
            let timing = Timing::parse(text).map_err(|(problem, _)| problem.to_string());
            assert_eq!(timing.as_ref().err(), None, "{name}");
            assert_eq!(timing.map(|t| t.figures().count()), Ok(ENTRIES.len()));
        }
    }

    #[test]
    fn the_files_figures_are_those_that_the_emulators_tests_use() {
        let timing = Timing::embedded("spinnaker1").unwrap().unwrap();
        assert_eq!(timing.hardware(200), Figures::spinnaker1());
    }

    #[test]
    fn a_wrong_name_or_value_is_refused_with_what_comes_closest() {
        let problem = |text: &str| {
            Timing::parse(text)
                .err()
                .map(|(problem, _)| problem.to_string())
        };
        let unknown = problem("[costs]\nkik = { value = 1, mark = \"measured\", source = \"\" }");
        assert!(unknown.unwrap().contains("costs.kick"));
        let range = problem("[router]\nstages = { value = nan, mark = \"choice\", source = \"\" }");
        assert!(range.unwrap().contains("router.stages"));
        assert!(problem("").unwrap().contains("missing"));
    }
}
