//! The sections of the page, in order; one file each. A section draws its blocks or says why it can't.

use super::data::Data;

mod accuracy;
mod health;
mod machine;
mod memory;
mod provenance;
mod raster;
mod theta;
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
pub(crate) const ALL: [Section; 10] = [
    ("accuracy", "Accuracy", accuracy::draw),
    ("weights", "What each neuron has learnt", weights::draw),
    ("raster", "Spikes", raster::draw),
    ("theta", "Synaptic parameters θ", theta::draw),
    ("turnover", "Spines gained and lost", turnover::draw),
    ("health", "Health", health::draw),
    ("memory", "Memory", memory::draw),
    ("machine", "Machine", machine::draw),
    ("tables", "Router tables", machine::draw_tables),
    ("provenance", "What ran", provenance::draw),
];

/// A legend: (class of the colour, text).
pub(crate) fn legend(entries: &[(String, String)]) -> String {
    let items: String = entries
        .iter()
        .map(|(class, text)| format!(r#"<li class="{class}">{}</li>"#, super::text::escape(text)))
        .collect();
    format!(r#"<ul class="legend">{items}</ul>"#)
}
