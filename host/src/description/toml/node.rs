//! A value of the file with its position and the key it stands under.

use std::ops::Range;

use ::toml::Spanned;
use ::toml::de::DeValue;

use super::error::{FileProblem, Flaw};
use super::fields::Fields;
use crate::description::suggest::closest;
use crate::description::whole_ticks;

/// A value, where it stands, and its key with dots into nested tables.
#[derive(Clone)]
pub(super) struct Node<'a> {
    pub(super) key: String,
    pub(super) span: Range<usize>,
    pub(super) value: &'a DeValue<'a>,
}

impl<'a> Node<'a> {
    pub(super) fn new(key: String, value: &'a Spanned<DeValue<'a>>) -> Self {
        Self {
            key,
            span: value.span(),
            value: value.get_ref(),
        }
    }

    pub(super) fn flaw(&self, problem: FileProblem) -> Flaw {
        Flaw::new(self.span.clone(), problem)
    }

    pub(super) fn wrong_type(&self, expected: &'static str) -> Flaw {
        let found = match self.value {
            DeValue::String(text) => format!("the text \"{text}\""),
            DeValue::Integer(number) => format!("the number {number}"),
            DeValue::Float(number) => format!("the number {number}"),
            DeValue::Boolean(flag) => flag.to_string(),
            DeValue::Datetime(_) => "a date".to_owned(),
            DeValue::Array(_) => "a list".to_owned(),
            DeValue::Table(_) => "a table".to_owned(),
        };
        self.flaw(FileProblem::WrongType {
            key: self.key.clone(),
            expected,
            found,
        })
    }

    /// A number, whole or not.
    pub(super) fn number(&self) -> Result<f64, Flaw> {
        self.as_number().ok_or_else(|| self.wrong_type("a number"))
    }

    pub(super) fn as_number(&self) -> Option<f64> {
        match self.value {
            DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
                .ok()
                .map(|n| n as f64),
            DeValue::Float(number) => {
                let value: f64 = number.as_str().parse().ok()?;
                // 1e999 is not a way to write infinity.
                (!value.is_infinite() || number.as_str().contains("inf")).then_some(value)
            }
            _ => None,
        }
    }

    /// A whole number that fits `T`.
    pub(super) fn whole<T: TryFrom<u64>>(&self) -> Result<T, Flaw> {
        let DeValue::Integer(number) = self.value else {
            return Err(self.wrong_type("a whole number"));
        };
        u64::from_str_radix(number.as_str(), number.radix())
            .ok()
            .and_then(|number| T::try_from(number).ok())
            .ok_or_else(|| self.wrong_type("a whole number, at least 0 and not that large"))
    }

    pub(super) fn text(&self) -> Result<&'a str, Flaw> {
        self.value
            .as_str()
            .ok_or_else(|| self.wrong_type("text in quotes"))
    }

    pub(super) fn flag(&self) -> Result<bool, Flaw> {
        self.value
            .as_bool()
            .ok_or_else(|| self.wrong_type("true or false"))
    }

    /// One of these words.
    pub(super) fn choice(&self, choices: &'static [&'static str]) -> Result<&'static str, Flaw> {
        let found = self
            .value
            .as_str()
            .ok_or_else(|| self.wrong_type("a word in quotes"))?;
        choices
            .iter()
            .copied()
            .find(|&choice| choice == found)
            .ok_or_else(|| {
                self.flaw(FileProblem::UnknownChoice {
                    key: self.key.clone(),
                    found: found.to_owned(),
                    suggestion: closest(found, choices.iter().copied()),
                    choices,
                })
            })
    }

    /// The items of a list.
    pub(super) fn list(
        &self,
        expected: &'static str,
    ) -> Result<impl Iterator<Item = Node<'a>> + use<'a>, Flaw> {
        let array = self
            .value
            .as_array()
            .ok_or_else(|| self.wrong_type(expected))?;
        let key = self.key.clone();
        Ok(array.iter().map(move |item| Node::new(key.clone(), item)))
    }

    /// A list of numbers.
    pub(super) fn numbers(&self) -> Result<Vec<f64>, Flaw> {
        self.list("a list of numbers")?
            .map(|item| item.number())
            .collect()
    }

    /// One number, or a list of them.
    pub(super) fn one_or_each(&self) -> Result<Vec<f64>, Flaw> {
        match self.value {
            DeValue::Array(_) => self.numbers(),
            _ => Ok(vec![self.as_number().ok_or_else(|| {
                self.wrong_type("a number, or a list of one for each neuron")
            })?]),
        }
    }

    /// Two numbers.
    pub(super) fn pair(&self, expected: &'static str) -> Result<(f64, f64), Flaw> {
        match self
            .list(expected)?
            .map(|item| item.number())
            .collect::<Result<Vec<_>, _>>()?[..]
        {
            [first, second] => Ok((first, second)),
            _ => Err(self.wrong_type(expected)),
        }
    }

    /// A time of whole ticks, given in units of `unit_ms`.
    pub(super) fn ticks(&self, unit_ms: f64, tick_us: u32) -> Result<u32, Flaw> {
        let time_ms = self.number()? * unit_ms;
        whole_ticks(time_ms, tick_us).ok_or_else(|| {
            self.flaw(FileProblem::NotWholeTicks {
                key: self.key.clone(),
                time_ms,
                tick_ms: f64::from(tick_us) / 1e3,
            })
        })
    }

    /// A table; `object` says in errors whose keys these are.
    pub(super) fn table(&self, object: String, expected: &'static str) -> Result<Fields<'a>, Flaw> {
        let table = self
            .value
            .as_table()
            .ok_or_else(|| self.wrong_type(expected))?;
        Ok(Fields::new(
            object,
            format!("{}.", self.key),
            self.span.clone(),
            table,
        ))
    }
}
