//! The sections of the page, in order; one file each. A section draws its blocks or says why it can't.

use std::fmt::Write;

use super::data::Data;
use super::text::escape;

mod accuracy;
mod health;
mod hexagons;
mod incidents;
mod machine;
mod memory;
mod provenance;
mod raster;
mod theta;
mod timing;
mod turnover;
mod weights;

/// A plot or table with its caption.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub(crate) struct Block {
    /// Heading; may be empty.
    pub(crate) title: String,
    /// Markup.
    pub(crate) html: String,
    /// One sentence on what to look for (text, not markup).
    pub(crate) caption: String,
    /// Whether it spans the page.
    pub(crate) wide: bool,
}

/// The blocks of a section, or why there are none.
pub(crate) type Drawn = Result<Vec<Block>, String>;

/// A section: its anchor, its title, and how it is drawn.
pub(crate) type Section = (&'static str, &'static str, fn(&Data) -> Drawn);

/// All sections.
pub(crate) const ALL: [Section; 11] = [
    ("accuracy", "Accuracy", accuracy::draw),
    ("weights", "What each neuron has learnt", weights::draw),
    ("raster", "Spikes", raster::draw),
    ("theta", "Synaptic parameters θ", theta::draw),
    ("turnover", "Spines gained and lost", turnover::draw),
    ("health", "Health", health::draw),
    ("timing", "Time and energy on the machine", timing::draw),
    ("memory", "Memory", memory::draw),
    ("machine", "Machine", machine::draw),
    ("tables", "Router tables", machine::draw_tables),
    ("provenance", "What ran", provenance::draw),
];

/// A legend: (class of the colour, text).
pub(crate) fn legend(entries: &[(String, String)]) -> String {
    let mut html = r#"<ul class="legend">"#.to_owned();
    for (class, text) in entries {
        let _ = write!(html, r#"<li class="{class}">{}</li>"#, escape(text));
    }
    html + "</ul>"
}
