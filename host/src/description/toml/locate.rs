//! From a flaw of a network back to the text that describes it.

use std::ops::Range;

use ::toml::Spanned;
use ::toml::de::{DeTable, DeValue};

use crate::description::{NetworkError, Object};

/// Where the field of the error stands; where it was left out, the innermost table that it belongs to.
pub(super) fn span(root: &Spanned<DeTable<'_>>, error: &NetworkError) -> Range<usize> {
    let object = match &error.object {
        Object::Network => None,
        Object::Population { index, .. } => item(root.get_ref(), "population", *index),
        Object::Projection { index, .. } => item(root.get_ref(), "projection", *index),
    };
    let (mut span, mut table) = match object {
        Some(object) => (object.span(), object.get_ref().as_table()),
        None => (0..0, Some(root.get_ref())),
    };
    for key in error.field.split('.') {
        let stated = |key| table.and_then(|table| table.get(key));
        // A circuit takes its size from the population, unless it states its own.
        let from_size = || (key == "circuit_size").then(|| stated("size")).flatten();
        let Some(value) = stated(key).or_else(from_size) else {
            break;
        };
        span = value.span();
        table = value.get_ref().as_table();
    }
    span
}

fn item<'a, 'i>(
    root: &'a DeTable<'i>,
    key: &str,
    index: usize,
) -> Option<&'a Spanned<DeValue<'i>>> {
    root.get(key)?.get_ref().as_array()?.get(index)
}
