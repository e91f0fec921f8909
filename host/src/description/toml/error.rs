//! What can be wrong with a network file.

use std::fmt;
use std::io;
use std::ops::Range;
use std::path::PathBuf;

use miette::{Diagnostic, LabeledSpan, NamedSource, SourceCode};
use thiserror::Error;

use crate::description::NetworkError;
use crate::description::images::ImageError;

/// A flaw of a network file: what, where, and how to mend it.
///
/// `miette` draws the line with the flaw underlined; [`Self::position`] and [`Self::help`] are for everyone else.
#[derive(Debug)]
pub struct DescriptionError(Box<Inner>);

#[derive(Debug)]
struct Inner {
    text: NamedSource<String>,
    flaw: Flaw,
}

/// A flaw whose text is still at hand.
#[derive(Debug)]
pub(super) struct Flaw {
    span: Range<usize>,
    problem: Box<FileProblem>,
}

impl Flaw {
    pub(super) fn new(span: Range<usize>, problem: FileProblem) -> Self {
        Self {
            span,
            problem: Box::new(problem),
        }
    }
}

/// What is wrong.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FileProblem {
    /// Not TOML.
    #[error("this is not TOML: {message}")]
    Syntax {
        /// The parser's message.
        message: String,
    },
    /// A value of the wrong type.
    #[error("`{key}` is {found}, but must be {expected}")]
    WrongType {
        /// The key, with dots into nested tables.
        key: String,
        /// What is needed.
        expected: &'static str,
        /// What stands there.
        found: String,
    },
    /// A key that must be there.
    #[error("{object} lacks `{key}`")]
    MissingKey {
        /// The object.
        object: String,
        /// The key.
        key: &'static str,
        /// A line that would do.
        example: &'static str,
    },
    /// A key that nothing reads.
    #[error("{object} has no key `{key}`")]
    UnknownKey {
        /// The object.
        object: String,
        /// The key.
        key: String,
        /// The nearest key that exists.
        suggestion: Option<&'static str>,
        /// The keys that exist, in the order of the reference.
        known: Vec<&'static str>,
    },
    /// A name that no population has.
    #[error("there is no population `{name}`")]
    UnknownPopulation {
        /// The name.
        name: String,
        /// The nearest name that exists.
        suggestion: Option<String>,
        /// All names.
        known: Vec<String>,
    },
    /// A word that is not among those possible.
    #[error("`{key}` cannot be \"{found}\"")]
    UnknownChoice {
        /// The key.
        key: String,
        /// The word.
        found: String,
        /// The nearest word that is possible.
        suggestion: Option<&'static str>,
        /// All words.
        choices: &'static [&'static str],
    },
    /// Two keys of which only one may be given.
    #[error("{object} has both `{first}` and `{second}`")]
    Conflict {
        /// The object.
        object: String,
        /// One key.
        first: &'static str,
        /// The other key.
        second: &'static str,
    },
    /// A size that contradicts what the population is made of.
    #[error("`size` is {size}, but {reason} {needed}")]
    SizeConflict {
        /// The size given.
        size: u32,
        /// What asks for another size, ending in a verb.
        reason: String,
        /// The size that follows.
        needed: u32,
    },
    /// A time that is not a whole number of ticks.
    #[error("`{key}` is not a whole number of ticks: {time_ms} ms, with ticks of {tick_ms} ms")]
    NotWholeTicks {
        /// The key.
        key: String,
        /// The time in ms.
        time_ms: f64,
        /// The tick in ms.
        tick_ms: f64,
    },
    /// A tick that is not a whole number of microseconds.
    #[error("a tick of {tick_ms} ms is not a whole number of microseconds from 1 to 2^32 − 1")]
    BadTick {
        /// The tick in ms.
        tick_ms: f64,
    },
    /// A running time that is no time.
    #[error("`seconds` is {seconds}, but a run takes a finite time above 0")]
    BadSeconds {
        /// The value.
        seconds: f64,
    },
    /// More presentations than the host lists.
    #[error("{count} images are to be shown, but at most {limit} can be")]
    TooManyShown {
        /// Presentations asked for.
        count: f64,
        /// Limit.
        limit: u32,
    },
    /// More rates than a level can number.
    #[error("these changes use {found} different rates, but at most {limit} are possible")]
    TooManyRates {
        /// Different rates.
        found: usize,
        /// Limit.
        limit: usize,
    },
    /// A file that cannot be read.
    #[error("{} cannot be read: {source}", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A list of synapses that cannot be read.
    #[error("{}, line {line}: {found}, but needed {expected}", file.display())]
    Csv {
        /// The file.
        file: PathBuf,
        /// Line, from 1.
        line: usize,
        /// What stands there.
        found: String,
        /// What is needed.
        expected: &'static str,
    },
    /// Images that cannot be read or shown.
    #[error(transparent)]
    Images(#[from] ImageError),
    /// A flaw of the network as a whole.
    #[error("{}, `{}`: {}", .0.object, .0.field, .0.problem)]
    Network(NetworkError),
}

impl FileProblem {
    /// How to mend it.
    #[must_use]
    pub fn help(&self) -> String {
        match self {
            Self::Syntax { .. } => {
                "see https://toml.io for the notation and docs/networks.md for the keys".into()
            }
            Self::WrongType { key, .. } => format!("docs/networks.md shows what `{key}` takes"),
            Self::MissingKey { example, .. } => format!("add, for instance, `{example}`"),
            Self::UnknownKey {
                suggestion, known, ..
            } => did_you_mean(*suggestion, "keys", known),
            Self::UnknownPopulation {
                suggestion, known, ..
            } if known.is_empty() => did_you_mean(
                suggestion.as_deref(),
                "names",
                &["none: add a [[population]]".to_owned()],
            ),
            Self::UnknownPopulation {
                suggestion, known, ..
            } => did_you_mean(suggestion.as_deref(), "populations", known),
            Self::UnknownChoice {
                suggestion,
                choices,
                ..
            } => did_you_mean(*suggestion, "choices", choices),
            Self::Conflict { .. } => "give one of them".into(),
            Self::SizeConflict { needed, .. } => {
                format!("write `size = {needed}`, or leave it out")
            }
            Self::NotWholeTicks { .. } => {
                "choose a multiple of the tick, or another `tick_ms`".into()
            }
            Self::BadTick { .. } => "choose a tick such as 1 or 0.1".into(),
            Self::BadSeconds { .. } => "give a running time such as 10".into(),
            Self::TooManyShown { limit, .. } => {
                format!("set `count` to at most {limit}, or show each for longer")
            }
            Self::TooManyRates { limit, .. } => format!("use at most {limit}"),
            Self::Unreadable { .. } => {
                "check the path; those inside a network file are relative to it".into()
            }
            Self::Csv { .. } => {
                "columns are pre,post[,weight[,delay_ms]], named in the first line".into()
            }
            Self::Images(_) => {
                "\"digits\" is built in; any other name is a path relative to the network file"
                    .into()
            }
            Self::Network(error) => error.problem.remedy(),
        }
    }
}

fn did_you_mean<T: AsRef<str>>(suggestion: Option<&str>, what: &str, known: &[T]) -> String {
    suggestion.map_or_else(
        || {
            let known: Vec<&str> = known.iter().map(AsRef::as_ref).collect();
            format!("{what} are: {}", known.join(", "))
        },
        |name| format!("did you mean `{name}`?"),
    )
}

impl DescriptionError {
    pub(super) fn new(name: &str, text: &str, flaw: Flaw) -> Self {
        let text = NamedSource::new(name, text.to_owned()).with_language("toml");
        Self(Box::new(Inner { text, flaw }))
    }

    /// What is wrong.
    #[must_use]
    pub fn problem(&self) -> &FileProblem {
        &self.0.flaw.problem
    }

    /// How to mend it.
    #[must_use]
    pub fn help(&self) -> String {
        self.problem().help()
    }

    /// Bytes of the text that are wrong.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        self.0.flaw.span.clone()
    }

    /// Line and column of the flaw, both from 1; the column counts characters.
    #[must_use]
    pub fn position(&self) -> (usize, usize) {
        let text = self.0.text.inner();
        let before = text.get(..self.0.flaw.span.start).unwrap_or(text);
        let line = before.split('\n').next_back().unwrap_or_default();
        (before.matches('\n').count() + 1, line.chars().count() + 1)
    }
}

impl fmt::Display for DescriptionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.problem().fmt(f)
    }
}

impl std::error::Error for DescriptionError {}

impl Diagnostic for DescriptionError {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.problem().help()))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        (!self.0.text.inner().is_empty()).then_some(&self.0.text as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let span = LabeledSpan::new_primary_with_span(None, self.span());
        (!self.0.text.inner().is_empty()).then(|| Box::new(std::iter::once(span)) as _)
    }
}
