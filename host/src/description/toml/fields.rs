//! The keys of a table: those that were asked for are the known ones, any other is an error.

use std::ops::Range;

use ::toml::de::DeTable;

use super::error::{FileProblem, Flaw};
use super::node::Node;
use crate::description::suggest::closest;

/// A table that is being read.
pub(super) struct Fields<'a> {
    /// Whose keys these are, for errors.
    pub(super) object: String,
    /// What stands before a key in errors: `plasticity.`.
    prefix: String,
    span: Range<usize>,
    table: &'a DeTable<'a>,
    asked: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    pub(super) fn new(
        object: String,
        prefix: String,
        span: Range<usize>,
        table: &'a DeTable<'a>,
    ) -> Self {
        Self {
            object,
            prefix,
            span,
            table,
            asked: Vec::new(),
        }
    }

    /// The same, with keys that errors name without what they stand under.
    pub(super) fn top(self) -> Self {
        Self {
            prefix: String::new(),
            ..self
        }
    }

    /// The value of a key, if it is there.
    pub(super) fn get(&mut self, key: &'static str) -> Option<Node<'a>> {
        if !self.asked.contains(&key) {
            self.asked.push(key);
        }
        self.table
            .get(key)
            .map(|value| Node::new(format!("{}{key}", self.prefix), value))
    }

    /// The value of a key that must be there; `example` is a line that would do.
    pub(super) fn need(
        &mut self,
        key: &'static str,
        example: &'static str,
    ) -> Result<Node<'a>, Flaw> {
        self.get(key).ok_or_else(|| {
            let object = self.object.clone();
            self.flaw(FileProblem::MissingKey {
                object,
                key,
                example,
            })
        })
    }

    /// A number, or its default.
    pub(super) fn number(&mut self, key: &'static str, default: f64) -> Result<f64, Flaw> {
        self.get(key).map_or(Ok(default), |node| node.number())
    }

    /// True or false, or its default.
    pub(super) fn flag(&mut self, key: &'static str, default: bool) -> Result<bool, Flaw> {
        self.get(key).map_or(Ok(default), |node| node.flag())
    }

    /// One of these words, or its default.
    pub(super) fn choice(
        &mut self,
        key: &'static str,
        choices: &'static [&'static str],
        default: &'static str,
    ) -> Result<&'static str, Flaw> {
        self.get(key)
            .map_or(Ok(default), |node| node.choice(choices))
    }

    /// A number or one for each neuron, or one default for all.
    pub(super) fn one_or_each(
        &mut self,
        key: &'static str,
        default: f64,
    ) -> Result<Vec<f64>, Flaw> {
        self.get(key)
            .map_or_else(|| Ok(vec![default]), |node| node.one_or_each())
    }

    /// Refuses two keys of which only one may be given.
    pub(super) fn either(&mut self, first: &'static str, second: &'static str) -> Result<(), Flaw> {
        match (self.get(first), self.get(second)) {
            (Some(_), Some(node)) => Err(node.flaw(FileProblem::Conflict {
                object: self.object.clone(),
                first,
                second,
            })),
            _ => Ok(()),
        }
    }

    /// A flaw of the table as a whole.
    pub(super) fn flaw(&self, problem: FileProblem) -> Flaw {
        Flaw::new(self.span.clone(), problem)
    }

    /// Refuses the first key, in the order of the file, that was not asked for.
    pub(super) fn finish(self) -> Result<(), Flaw> {
        let unknown = self
            .table
            .keys()
            .filter(|key| !self.asked.contains(&key.get_ref().as_ref()))
            .min_by_key(|key| key.span().start);
        let Some(key) = unknown else { return Ok(()) };
        let suggestion = closest(key.get_ref(), self.asked.iter().copied());
        let problem = FileProblem::UnknownKey {
            object: self.object,
            key: key.get_ref().to_string(),
            suggestion,
            known: self.asked,
        };
        Err(Flaw::new(key.span(), problem))
    }
}
