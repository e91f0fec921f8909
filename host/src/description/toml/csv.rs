//! Lists of synapses in CSV files: `pre,post[,weight[,delay_ms]]`, named in the first line.
//!
//! Empty lines and lines that start with `#` are skipped; an empty weight or delay is drawn from the projection's
//! distribution. No quoting: there are only numbers.

use std::fs;
use std::path::Path;

use super::FileProblem;
use crate::description::ListedSynapse;

const COLUMNS: [&str; 4] = ["pre", "post", "weight", "delay_ms"];

pub(super) fn read(file: &Path) -> Result<Vec<ListedSynapse>, FileProblem> {
    let text = fs::read_to_string(file).map_err(|source| FileProblem::Unreadable {
        file: file.to_owned(),
        source,
    })?;
    parse(&text).map_err(|flaw| FileProblem::Csv {
        file: file.to_owned(),
        line: flaw.line,
        found: flaw.found,
        expected: flaw.expected,
    })
}

struct LineFlaw {
    line: usize,
    found: String,
    expected: &'static str,
}

fn parse(text: &str) -> Result<Vec<ListedSynapse>, LineFlaw> {
    let mut lines = text
        .lines()
        .enumerate()
        .map(|(index, line)| (index + 1, line.trim()))
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    let (line, header) = lines.next().unwrap_or((1, ""));
    let names: Vec<&str> = header.split(',').map(str::trim).collect();
    if names.len() < 2 || COLUMNS.get(..names.len()) != Some(&names[..]) {
        let found = format!("the columns \"{header}\"");
        return Err(LineFlaw {
            line,
            found,
            expected: "pre,post, pre,post,weight or pre,post,weight,delay_ms",
        });
    }
    lines
        .map(|(line, text)| synapse(line, text, names.len()))
        .collect()
}

fn synapse(line: usize, text: &str, columns: usize) -> Result<ListedSynapse, LineFlaw> {
    let cells: Vec<&str> = text.split(',').map(str::trim).collect();
    if cells.len() != columns {
        let found = format!("{} columns", cells.len());
        return Err(LineFlaw {
            line,
            found,
            expected: "as many as the first line names",
        });
    }
    let cell = |column: usize| cells.get(column).copied().unwrap_or_default();
    let flaw = |column, expected| LineFlaw {
        line,
        found: format!("\"{}\"", cell(column)),
        expected,
    };
    let neuron = |column| {
        cell(column)
            .parse()
            .map_err(|_| flaw(column, "the number of a neuron"))
    };
    let number = |column| match cell(column) {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| flaw(column, "a number")),
    };
    Ok(ListedSynapse {
        pre: neuron(0)?,
        post: neuron(1)?,
        weight: number(2)?,
        delay_ms: number(3)?,
    })
}
