//! A fault script: parts that fail during a run, listed or at random.
//!
//! ```toml
//! seed = 7
//! [per_hour]                      # mean number in the whole machine: links, cores, chips, packets, dtcm, sdram
//! packets = 3600
//! [[fault]]
//! tick = 500
//! after_us = 250                  # in the tick; 0 unless said
//! kind = "link"                   # link, core, chip, packet, dtcm, sdram
//! chip = [0, 1]
//! link = "north-east"             # of link and packet
//! core = 3                        # of core, dtcm and sdram; word and bit of the last two
//! ```

use super::load::{InvalidMachine, MachineError, Problem};
use miette::NamedSource;
use serde::Deserialize;
use spinedrift_emulator::geometry::{ChipCoord, Link};
use spinedrift_emulator::machine::faults::{Fault, Plan, Planned, Rates};
use std::ops::Range;
use std::path::Path;
use toml::Spanned;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    seed: u64,
    #[serde(default)]
    per_hour: PerHour,
    #[serde(default)]
    fault: Vec<Spanned<Line>>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct PerHour {
    links: f64,
    cores: f64,
    chips: f64,
    packets: f64,
    dtcm: f64,
    sdram: f64,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    Link,
    Core,
    Chip,
    Packet,
    Dtcm,
    Sdram,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    tick: u32,
    #[serde(default)]
    after_us: u32,
    kind: Kind,
    chip: [u8; 2],
    link: Option<Link>,
    core: Option<u8>,
    #[serde(default)]
    word: u32,
    #[serde(default)]
    bit: u8,
}

/// Reads a fault script from disk.
///
/// # Errors
/// [`MachineError`] names the file, and the place in it.
pub fn load(path: &Path) -> Result<Plan, MachineError> {
    let text = std::fs::read_to_string(path).map_err(|cause| MachineError::Unreadable {
        path: path.to_owned(),
        cause,
    })?;
    parse(&path.display().to_string(), &text)
}

/// Reads a fault script; `origin` is what errors call the text.
///
/// # Errors
/// [`MachineError::Invalid`] names the place in the text.
pub fn parse(origin: &str, text: &str) -> Result<Plan, MachineError> {
    plan(text).map_err(|(problem, place)| {
        let text = NamedSource::new(origin, text.to_owned()).with_language("toml");
        let place = place.into();
        MachineError::Invalid(Box::new(InvalidMachine {
            what: "fault script",
            problem,
            text,
            place,
        }))
    })
}

fn plan(text: &str) -> Result<Plan, (Problem, Range<usize>)> {
    let syntax = |error: toml::de::Error| {
        let message = error.message().to_owned();
        (Problem::Syntax { message }, error.span().unwrap_or(0..0))
    };
    let file: File = toml::from_str(text).map_err(syntax)?;
    let script = file.fault.iter().map(|line| {
        let place = line.span();
        planned(line.get_ref()).map_err(|field| (Problem::Missing { field }, place))
    });
    let hourly = &file.per_hour;
    for rate in [
        hourly.links,
        hourly.cores,
        hourly.chips,
        hourly.packets,
        hourly.dtcm,
        hourly.sdram,
    ] {
        if !(0.0..=1e12).contains(&rate) {
            let (name, value) = ("per_hour".to_owned(), rate.to_string());
            return Err((
                Problem::FigureRange {
                    name,
                    value,
                    low: 0.0,
                    high: 1e12,
                },
                0..0,
            ));
        }
    }
    Ok(Plan {
        script: script.collect::<Result<_, _>>()?,
        rates: Rates {
            links: hourly.links,
            cores: hourly.cores,
            chips: hourly.chips,
            packets: hourly.packets,
            dtcm: hourly.dtcm,
            sdram: hourly.sdram,
        },
        seed: file.seed,
    })
}

fn planned(line: &Line) -> Result<Planned, &'static str> {
    let (link, core) = (line.link.ok_or("link"), line.core.ok_or("core"));
    let fault = match line.kind {
        Kind::Link => Fault::Link(link?),
        Kind::Packet => Fault::Packet(link?),
        Kind::Chip => Fault::Chip,
        Kind::Core => Fault::Core(core?),
        Kind::Dtcm => Fault::Dtcm(core?, line.word, line.bit),
        Kind::Sdram => Fault::Sdram(core?, line.word, line.bit),
    };
    let [x, y] = line.chip;
    Ok(Planned {
        tick: line.tick,
        after_us: line.after_us,
        chip: ChipCoord::new(x, y),
        fault,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_script_says_what_fails_and_when() {
        let text = "seed = 7\n[per_hour]\npackets = 3600\n[[fault]]\ntick = 5\nkind = \"link\"\nchip = [0, 1]\nlink = \"north-east\"\n\
                    [[fault]]\ntick = 6\nafter_us = 3\nkind = \"dtcm\"\nchip = [1, 0]\ncore = 2\nword = 9\nbit = 31\n";
        let plan = parse("it", text).unwrap();
        let faults: Vec<_> = plan
            .script
            .iter()
            .map(|p| (p.tick, p.after_us, p.chip, p.fault))
            .collect();
        assert_eq!(
            faults,
            [
                (5, 0, ChipCoord::new(0, 1), Fault::Link(Link::NorthEast)),
                (6, 3, ChipCoord::new(1, 0), Fault::Dtcm(2, 9, 31)),
            ]
        );
        assert_eq!(
            (plan.seed, plan.rates.packets.to_bits()),
            (7, 3600_f64.to_bits())
        );
    }

    #[test]
    fn what_is_missing_is_named() {
        let error = parse("it", "[[fault]]\ntick = 5\nkind = \"core\"\nchip = [0, 1]").unwrap_err();
        assert!(error.to_string().contains("`core` is missing"), "{error}");
        assert!(parse("it", "[per_hour]\nlinks = nan").is_err());
    }

    proptest! {
        #[test]
        fn no_text_makes_the_readers_panic(
            text in "(\\[\\[fault\\]\\]|\\[per_hour\\]|\\[chip\\]|\\[grid\\]|tick|kind|chip|link|core|boards|outline|value|clock_mhz|timing|base|=|\\[|\\]|\"|\\{|\\}|,|\n| |-?[0-9]{1,20}|nan|inf|spinn5|triads|hexagon){0,40}"
        ) {
            let _ = parse("it", &text);
            let _ = crate::board::Machine::parse("it", &text);
            let _ = crate::board::timing::Timing::parse(&text);
        }
    }
}
