//! Network files: TOML, with the unit of every quantity in its key (`tau_m_ms`, `rate_hz`).
//!
//! `docs/networks.md` is the reference of the format. Whatever has a default may be left out; an unknown key is an error,
//! never ignored. Errors know line and column, what was expected and how to mend it.

mod connector;
mod csv;
mod distribution;
mod error;
mod fields;
mod locate;
mod models;
mod network;
mod node;
mod plasticity;
mod population;
mod prior;
mod projection;
mod shown;
mod source;

pub use error::{DescriptionError, FileProblem};
pub use shown::ShownImages;

use std::fs;
use std::path::Path;

use ::toml::de::DeTable;

use self::error::Flaw;
use super::Network;

/// What a file says about running its network.
#[derive(Clone, Debug, PartialEq)]
pub struct FileDefaults {
    /// Seconds of biological time to run. Default: until all images have been shown, else 10 s.
    pub seconds: f64,
    /// Seed of all random numbers. Default: 1.
    pub seed: u64,
    /// Images that populations of sources show, with their labels.
    pub shown: Vec<ShownImages>,
}

/// Reads a network from the text of a file. Paths in it are relative to `base_dir`.
///
/// ```
/// use spinedrift::description::toml::parse;
/// let text = r#"
/// [[population]]
/// name = "input"
/// size = 100
/// model = "poisson"
/// rate_hz = 20
///
/// [[population]]
/// name = "circuit"
/// size = 10
/// model = "wta"
///
/// [[projection]]
/// pre = "imput"
/// post = "circuit"
/// plasticity = true
/// "#;
/// let (network, defaults) = parse(&text.replace("imput", "input"), ".".as_ref()).unwrap();
/// assert_eq!((network.projections.len(), defaults.seed), (1, 1));
///
/// let error = parse(text, ".".as_ref()).unwrap_err();
/// assert_eq!(error.position(), (14, 7));
/// assert_eq!(error.to_string(), "there is no population `imput`");
/// assert_eq!(error.help(), "did you mean `input`?");
/// ```
///
/// # Errors
/// The first flaw: of the syntax, then of keys and values in the order that they are read, then of the whole as
/// [`Network::check`] finds it.
pub fn parse(text: &str, base_dir: &Path) -> Result<(Network, FileDefaults), DescriptionError> {
    read(text, base_dir).map_err(|flaw| DescriptionError::new("network.toml", text, flaw))
}

/// Reads a network file. Paths in it are relative to its directory.
///
/// # Errors
/// A file that cannot be read, or whatever [`parse`] finds wrong.
pub fn load(file: &Path) -> Result<(Network, FileDefaults), DescriptionError> {
    let name = file.display().to_string();
    let text = fs::read_to_string(file).map_err(|source| {
        let problem = FileProblem::Unreadable {
            file: file.to_owned(),
            source,
        };
        DescriptionError::new(&name, "", Flaw::new(0..0, problem))
    })?;
    let base_dir = file.parent().unwrap_or(Path::new(""));
    read(&text, base_dir).map_err(|flaw| DescriptionError::new(&name, &text, flaw))
}

fn read(text: &str, base_dir: &Path) -> Result<(Network, FileDefaults), Flaw> {
    let root = DeTable::parse(text).map_err(|error| {
        let problem = FileProblem::Syntax {
            message: error.message().to_owned(),
        };
        Flaw::new(error.span().unwrap_or(0..0), problem)
    })?;
    let (network, defaults) = network::read(&root, base_dir)?;
    network
        .check()
        .map_err(|error| Flaw::new(locate::span(&root, &error), FileProblem::Network(error)))?;
    Ok((network, defaults))
}
