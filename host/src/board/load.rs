//! Reads machine files: by name from those built in, or from disk. Any text gives a machine or an error with a place in
//! the text, never a panic.

use super::Machine;
use super::file::{ChipSection, DeadSection, Figure, File, GridSection};
use miette::{Diagnostic, NamedSource, SourceSpan};
use spinedrift_emulator::geometry::{ChipCoord, Grid, outline};
use spinedrift_emulator::network::table::CORES_MAX;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};
use thiserror::Error;
use toml::Spanned;

/// The machines that are built in: name and file.
pub const EMBEDDED: [(&str, &str); 5] = [
    ("spinn5", include_str!("../../machines/spinn5.toml")),
    ("spinn3", include_str!("../../machines/spinn3.toml")),
    ("single", include_str!("../../machines/single.toml")),
    ("triad", include_str!("../../machines/triad.toml")),
    ("spinnaker2", include_str!("../../machines/spinnaker2.toml")),
];

/// Why there is no machine.
#[derive(Debug, Error, Diagnostic)]
pub enum MachineError {
    /// Neither a name that is built in nor a file.
    #[error("there is no machine called `{name}`, and no such file")]
    #[diagnostic(help(
        "built in are {}; or give the path of a machine file",
        embedded_names()
    ))]
    Unknown {
        /// What was asked for.
        name: String,
    },
    /// The file can't be read.
    #[error("the machine file {} cannot be read", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        cause: std::io::Error,
    },
    /// The file does not describe a machine.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Invalid(Box<InvalidMachine>),
}

/// A file that does not describe a machine, and where it fails to.
#[derive(Debug, Error, Diagnostic)]
#[error("not a machine: {problem}")]
pub struct InvalidMachine {
    /// What is wrong.
    pub problem: Problem,
    /// The file.
    #[source_code]
    pub text: NamedSource<String>,
    /// Where.
    #[label("here")]
    pub place: SourceSpan,
}

/// What is wrong with a machine file.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Problem {
    /// Not TOML, or not the fields that a machine has.
    #[error("{message}")]
    Syntax {
        /// What the parser says.
        message: String,
    },
    /// A number outside its range.
    #[error("`{field}` is {value}; it can be {low} to {high}")]
    OutOfRange {
        /// Field.
        field: &'static str,
        /// Its value.
        value: i64,
        /// Least value.
        low: i64,
        /// Largest value.
        high: i64,
    },
    /// A field that neither this file nor its base has.
    #[error("`{field}` is missing; give it, or name a machine to take it from: base = \"spinn5\"")]
    Missing {
        /// Field.
        field: &'static str,
    },
    /// The base is not a machine that is built in.
    #[error(
        "there is no machine `{name}` to build upon; built in are {}",
        embedded_names()
    )]
    UnknownBase {
        /// What `base` says.
        name: String,
    },
    /// A number of boards that makes no torus.
    #[error(
        "{boards} boards make no torus of at most 256 x 256 chips; give a multiple of 3, such as 3, 6, 12, 24"
    )]
    NoTriads {
        /// What `boards` says.
        boards: i64,
    },
    /// Something dead that the machine does not have in the first place.
    #[error("the machine has no {part} to be dead; leave it out")]
    NotThere {
        /// The part.
        part: String,
    },
}

fn embedded_names() -> String {
    EMBEDDED.map(|(name, _)| name).join(", ")
}

/// A problem and its place.
type Found = (Problem, Range<usize>);

impl Machine {
    /// The machine that is built in under this name, or else in the file of this name.
    ///
    /// # Errors
    /// If there is neither, or the file is not a machine.
    pub fn load(name_or_path: &str) -> Result<Self, MachineError> {
        if let Some((name, text)) = EMBEDDED.iter().find(|(name, _)| *name == name_or_path) {
            return Self::parse(name, text);
        }
        let path = Path::new(name_or_path);
        match std::fs::read_to_string(path) {
            Ok(text) => Self::parse(name_or_path, &text),
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => {
                Err(MachineError::Unknown {
                    name: name_or_path.to_owned(),
                })
            }
            Err(cause) => Err(MachineError::Unreadable {
                path: path.to_owned(),
                cause,
            }),
        }
    }

    /// The machine that a text describes; `origin` is what errors call the text.
    ///
    /// # Errors
    /// If the text does not describe a machine; names the place.
    pub fn parse(origin: &str, text: &str) -> Result<Self, MachineError> {
        machine(text).map_err(|(problem, place)| {
            let text = NamedSource::new(origin, text.to_owned()).with_language("toml");
            MachineError::Invalid(Box::new(InvalidMachine {
                problem,
                text,
                place: place.into(),
            }))
        })
    }
}

fn machine(text: &str) -> Result<Machine, Found> {
    let syntax = |error: toml::de::Error| {
        let place = error.span().unwrap_or(0..0);
        (
            Problem::Syntax {
                message: error.message().to_owned(),
            },
            place,
        )
    };
    let file: File = toml::from_str(text).map_err(syntax)?;
    let base = file.base.as_ref().map(base).transpose()?;
    let (grid, outline) = match (&file.grid, &base) {
        (Some(section), _) => grid(section)?,
        (None, Some(base)) => (base.grid, base.outline.clone()),
        (None, None) => return Err((Problem::Missing { field: "grid" }, 0..0)),
    };
    let mut figures = Figures {
        sources: base
            .as_ref()
            .map(|base| base.sources.clone())
            .unwrap_or_default(),
    };
    let mut machine = figures.chip(&file.chip, base.as_ref())?;
    machine.name = file.name.unwrap_or_else(|| "unnamed".to_owned());
    machine.summary = file.summary.unwrap_or_default();
    machine.sources = figures.sources;
    (machine.grid, machine.outline) = (grid, outline);
    if let (None, Some(base)) = (&file.grid, base) {
        // Dead parts of the base are places on its grid: they mean nothing on another one.
        machine.dead_chips = base.dead_chips;
        machine.dead_cores = base.dead_cores;
        machine.dead_links = base.dead_links;
    }
    bury(machine, &file.dead)
}

fn base(name: &Spanned<String>) -> Result<Machine, Found> {
    let found = EMBEDDED
        .iter()
        .find(|(embedded, _)| embedded == name.get_ref());
    let unknown = || {
        (
            Problem::UnknownBase {
                name: name.get_ref().clone(),
            },
            name.span(),
        )
    };
    machine(found.ok_or_else(unknown)?.1)
}

fn in_range(field: &'static str, value: i64, (low, high): (i64, i64)) -> Result<i64, Problem> {
    let out_of_range = Problem::OutOfRange {
        field,
        value,
        low,
        high,
    };
    (low..=high)
        .contains(&value)
        .then_some(value)
        .ok_or(out_of_range)
}

fn grid(section: &Spanned<GridSection>) -> Result<(Grid, Vec<bool>), Found> {
    let full = |width: u16, height: u16, wrap| {
        let grid = Grid::new(width, height, wrap);
        (grid, vec![true; grid.len()])
    };
    let found = match *section.get_ref() {
        GridSection::Hexagon {} => {
            let grid = Grid::new(8, 8, false);
            Ok((
                grid,
                grid.chips()
                    .map(|chip| outline::hexagon_contains(chip.x, chip.y))
                    .collect(),
            ))
        }
        GridSection::Rectangle {
            width,
            height,
            wrap,
        } => in_range("width", width, (1, 256))
            .and_then(|width| Ok((width, in_range("height", height, (1, 256))?)))
            .map(|(width, height)| full(width as u16, height as u16, wrap)),
        GridSection::Triads { boards } => u32::try_from(boards)
            .ok()
            .and_then(outline::triad_dimensions)
            .map(|(width, height)| full(width, height, true))
            .ok_or(Problem::NoTriads { boards }),
    };
    found.map_err(|problem| (problem, section.span()))
}

/// Reads the figures of a chip and keeps their sources.
struct Figures {
    sources: BTreeMap<String, String>,
}

impl Figures {
    fn take(
        &mut self,
        field: &'static str,
        figure: Option<&Spanned<Figure>>,
        base: Option<i64>,
        range: (i64, i64),
    ) -> Result<i64, Found> {
        let Some(spanned) = figure else {
            return base.ok_or((Problem::Missing { field }, 0..0));
        };
        let Figure { value, source } = spanned.get_ref();
        let source = source
            .clone()
            .unwrap_or_else(|| "stated without a source".to_owned());
        self.sources.insert(field.to_owned(), source);
        in_range(field, *value, range).map_err(|problem| (problem, spanned.span()))
    }

    fn chip(&mut self, chip: &ChipSection, base: Option<&Machine>) -> Result<Machine, Found> {
        let from = |field: fn(&Machine) -> i64| base.map(field);
        let cores_max = i64::from(CORES_MAX);
        let cores = self.take(
            "cores",
            chip.cores.as_ref(),
            from(|m| m.cores_per_chip.into()),
            (2, cores_max),
        )?;
        let application = chip.application_cores.as_ref();
        let application = self.take(
            "application_cores",
            application,
            from(|m| m.application_cores.into()),
            (1, cores - 1),
        )?;
        if application >= cores {
            // The base has more application cores than this file has cores.
            let problem = Problem::OutOfRange {
                field: "application_cores",
                value: application,
                low: 1,
                high: cores - 1,
            };
            return Err((problem, chip.cores.as_ref().map_or(0..0, Spanned::span)));
        }
        let clock = self.take(
            "clock_mhz",
            chip.clock_mhz.as_ref(),
            from(|m| m.clock_mhz.into()),
            (1, 100_000),
        )?;
        let tcm = (0, 1 << 31);
        let itcm = self.take(
            "itcm_bytes",
            chip.itcm_bytes.as_ref(),
            from(|m| m.itcm_bytes.into()),
            tcm,
        )?;
        let dtcm = self.take(
            "dtcm_bytes",
            chip.dtcm_bytes.as_ref(),
            from(|m| m.dtcm_bytes.into()),
            tcm,
        )?;
        let sdram = self.take(
            "sdram_bytes",
            chip.sdram_bytes.as_ref(),
            from(|m| m.sdram_bytes as i64),
            (0, 1 << 50),
        )?;
        let entries = chip.router_entries.as_ref();
        let entries = self.take(
            "router_entries",
            entries,
            from(|m| m.router_entries.into()),
            (1, 1 << 24),
        )?;
        let neurons = chip.neurons_per_core_max.as_ref();
        let neurons = self.take(
            "neurons_per_core_max",
            neurons,
            from(|m| m.neurons_per_core_max.into()),
            (16, 1 << 16),
        )?;
        Ok(Machine {
            name: String::new(),
            summary: String::new(),
            grid: Grid::new(1, 1, false),
            cores_per_chip: cores as u8,
            application_cores: application as u8,
            clock_mhz: clock as u32,
            itcm_bytes: itcm as u32,
            dtcm_bytes: dtcm as u32,
            sdram_bytes: sdram as u64,
            router_entries: entries as u32,
            neurons_per_core_max: neurons as u32,
            sources: BTreeMap::new(),
            outline: vec![true],
            dead_chips: BTreeSet::new(),
            dead_cores: BTreeSet::new(),
            dead_links: BTreeSet::new(),
        })
    }
}

/// Takes the dead parts out.
fn bury(mut machine: Machine, dead: &DeadSection) -> Result<Machine, Found> {
    let not_there = |part: String, place| (Problem::NotThere { part }, place);
    for at in &dead.chips {
        let chip = place(&machine, *at.get_ref()).map_err(|part| not_there(part, at.span()))?;
        machine = machine.without_chip(chip);
    }
    for at in &dead.cores {
        let chip = place(&machine, at.get_ref().chip).map_err(|part| not_there(part, at.span()))?;
        let cores = (0, i64::from(machine.cores_per_chip) - 1);
        let core =
            in_range("core", at.get_ref().core, cores).map_err(|problem| (problem, at.span()))?;
        machine = machine.without_core(chip, core as u8);
    }
    for at in &dead.links {
        let chip = place(&machine, at.get_ref().chip).map_err(|part| not_there(part, at.span()))?;
        machine = machine.without_link(chip, at.get_ref().link);
    }
    Ok(machine)
}

fn place(machine: &Machine, [x, y]: [i64; 2]) -> Result<ChipCoord, String> {
    let chip = u8::try_from(x)
        .ok()
        .zip(u8::try_from(y).ok())
        .map(|(x, y)| ChipCoord::new(x, y));
    chip.filter(|&chip| machine.in_outline(chip))
        .ok_or_else(|| format!("chip ({x}, {y})"))
}
