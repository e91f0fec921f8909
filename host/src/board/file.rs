//! The shape of a machine file. Values are checked in `load.rs`.
//!
//! ```toml
//! name = "mine"
//! base = "spinn5"                 # take from there what this file leaves out
//! timing = "spinnaker1"           # or the path of a timing file (`timing.rs`)
//! [grid]
//! outline = "rectangle"           # or "hexagon" (one 48-chip board), "triads" (boards = n)
//! width = 4
//! height = 4
//! wrap = true
//! [chip]
//! clock_mhz = { value = 200, source = "where the figure is from" }    # or plainly: clock_mhz = 200
//! [dead]
//! chips = [[1, 1]]
//! cores = [{ chip = [0, 0], core = 3 }]
//! links = [{ chip = [0, 0], link = "north-east" }]
//! ```

use serde::de::{Deserializer, MapAccess, Visitor, value::MapAccessDeserializer};
use serde::{Deserialize, de};
use spinedrift_emulator::geometry::Link;
use toml::Spanned;

/// A machine file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) name: Option<String>,
    pub(super) summary: Option<String>,
    pub(super) base: Option<Spanned<String>>,
    pub(super) timing: Option<Spanned<String>>,
    pub(super) grid: Option<Spanned<GridSection>>,
    #[serde(default)]
    pub(super) chip: ChipSection,
    #[serde(default)]
    pub(super) dead: DeadSection,
}

/// Which chips there are.
#[derive(Deserialize)]
#[serde(tag = "outline", rename_all = "kebab-case", deny_unknown_fields)]
pub(super) enum GridSection {
    /// One 48-chip board.
    Hexagon {},
    /// A full rectangle.
    Rectangle { width: i64, height: i64, wrap: bool },
    /// A torus of so many 48-chip boards.
    Triads { boards: i64 },
}

/// The figures of a chip; what is missing comes from the base.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct ChipSection {
    pub(super) cores: Option<Spanned<Figure>>,
    pub(super) application_cores: Option<Spanned<Figure>>,
    pub(super) clock_mhz: Option<Spanned<Figure>>,
    pub(super) itcm_bytes: Option<Spanned<Figure>>,
    pub(super) dtcm_bytes: Option<Spanned<Figure>>,
    pub(super) sdram_bytes: Option<Spanned<Figure>>,
    pub(super) router_entries: Option<Spanned<Figure>>,
    pub(super) neurons_per_core_max: Option<Spanned<Figure>>,
    pub(super) core_mv: Option<Spanned<Figure>>,
}

/// What does not work.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct DeadSection {
    pub(super) chips: Vec<Spanned<[i64; 2]>>,
    pub(super) cores: Vec<Spanned<DeadCore>>,
    pub(super) links: Vec<Spanned<DeadLink>>,
}

/// A dead core.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DeadCore {
    pub(super) chip: [i64; 2],
    pub(super) core: i64,
}

/// A dead link; its other end need not be listed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DeadLink {
    pub(super) chip: [i64; 2],
    pub(super) link: Link,
}

/// A number, with or without its source.
pub(super) struct Figure {
    pub(super) value: i64,
    pub(super) source: Option<String>,
}

impl<'de> Deserialize<'de> for Figure {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FigureVisitor)
    }
}

/// Takes `200` as well as `{ value = 200, source = "…" }`; an untagged enum would lose the cause of an error.
struct FigureVisitor;

impl<'de> Visitor<'de> for FigureVisitor {
    type Value = Figure;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a whole number, or { value = number, source = \"where it is from\" }")
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Figure, E> {
        Ok(Figure {
            value,
            source: None,
        })
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Figure, E> {
        i64::try_from(value)
            .map(|value| Figure {
                value,
                source: None,
            })
            .map_err(E::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Figure, A::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Sourced {
            value: i64,
            source: Option<String>,
        }
        let Sourced { value, source } = Sourced::deserialize(MapAccessDeserializer::new(map))?;
        Ok(Figure { value, source })
    }
}
