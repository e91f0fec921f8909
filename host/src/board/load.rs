//! Reads machine files: by name from those built in, or from disk. Any text gives a machine or an error with a place in
//! the text, never a panic.

use super::file::{DeadSection, File, GridSection};
use super::{Machine, Timing, figures};
use miette::{Diagnostic, NamedSource, SourceSpan};
use spinedrift_emulator::geometry::{ChipCoord, Grid, outline};
use std::ops::Range;
use std::path::{Path, PathBuf};
use thiserror::Error;
use toml::Spanned;

/// The machines that are built in: name and file.
pub const EMBEDDED: [(&str, &str); 6] = [
    ("spinn5", include_str!("../../machines/spinn5.toml")),
    ("spinn3", include_str!("../../machines/spinn3.toml")),
    ("single", include_str!("../../machines/single.toml")),
    ("triad", include_str!("../../machines/triad.toml")),
    ("million", include_str!("../../machines/million.toml")),
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
#[error("not a {what}: {problem}")]
pub struct InvalidMachine {
    /// What it should be.
    pub what: &'static str,
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
#[derive(Clone, Debug, PartialEq, Error)]
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
    /// No timing file is built in under this name, and there is no such file.
    #[error("there is no timing file `{name}`; built in are spinnaker1, spinnaker2")]
    UnknownTiming {
        /// The name.
        name: String,
    },
    /// A timing file can't be read, or holds an error.
    #[error("timing file {name}: {message}")]
    Timing {
        /// The file.
        name: String,
        /// What is wrong.
        message: String,
    },
    /// A figure that a timing file must have.
    #[error("the figure `{name}` is missing; give it, or take it over: base = \"spinnaker1\"")]
    MissingFigure {
        /// Section and name.
        name: String,
    },
    /// A figure that there isn't.
    #[error("there is no figure `{name}`; `{near}` comes closest")]
    UnknownFigure {
        /// Section and name.
        name: String,
        /// The nearest that there is.
        near: String,
    },
    /// A figure outside its range.
    #[error("`{name}` is {value}; it can be {low} to {high}")]
    FigureRange {
        /// Section and name.
        name: String,
        /// Value.
        value: String,
        /// Least value.
        low: f64,
        /// Largest value.
        high: f64,
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
pub(super) type Found = (Problem, Range<usize>);

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
                what: "machine",
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
        let message = error.message().to_owned();
        (Problem::Syntax { message }, place)
    };
    let file: File = toml::from_str(text).map_err(syntax)?;
    let base = file.base.as_ref().map(base).transpose()?;
    let has_base = base.is_some();
    let mut machine = base.unwrap_or_else(Machine::blank);
    if let Some(section) = &file.grid {
        // Dead parts of the base are places on its grid: they mean nothing on another one.
        machine.dead_chips.clear();
        machine.dead_cores.clear();
        machine.dead_links.clear();
        (machine.grid, machine.outline) = grid(section)?;
        machine.boards = matches!(section.get_ref(), GridSection::Triads { .. });
    } else if !has_base {
        return Err((Problem::Missing { field: "grid" }, 0..0));
    }
    figures::take(&mut machine, &file.chip, has_base)?;
    match &file.timing {
        Some(name) => machine.timing = timing(name)?,
        None if has_base => {}
        None => return Err((Problem::Missing { field: "timing" }, 0..0)),
    }
    machine.name = file.name.unwrap_or_else(|| "unnamed".to_owned());
    machine.summary = file.summary.unwrap_or_default();
    bury(machine, &file.dead)
}

/// The timing file that is built in under this name, or else the file of this name.
fn timing(name: &Spanned<String>) -> Result<Timing, Found> {
    let (path, place) = (name.get_ref(), name.span());
    if let Some(timing) = Timing::embedded(path) {
        return timing;
    }
    let text = std::fs::read_to_string(path).map_err(|_| {
        let name = path.clone();
        (Problem::UnknownTiming { name }, place.clone())
    })?;
    Timing::parse(&text).map_err(|(problem, _)| {
        let (name, message) = (path.clone(), problem.to_string());
        (Problem::Timing { name, message }, place)
    })
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

pub(super) fn in_range(
    field: &'static str,
    value: i64,
    (low, high): (i64, i64),
) -> Result<i64, Problem> {
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
