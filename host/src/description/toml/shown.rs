//! Images that a population of sources shows.

use super::error::{FileProblem, Flaw};
use super::fields::Fields;
use super::network::Context;
use super::node::Node;
use crate::description::RateSchedule;
use crate::description::images::{
    ImageError, ImageSet, Presentation, digits, order, rate_schedule, read_directory, read_files,
};

/// Most presentations of one source.
const SHOWN_MAX: u32 = 10_000_000;

/// Which images a population shows, and when: what the report needs to tell which neuron stands for which label.
#[derive(Clone, Debug, PartialEq)]
pub struct ShownImages {
    /// Index of the population of sources, one a pixel.
    pub population: usize,
    /// Name of the image set.
    pub set: String,
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Label of each image in the order of showing: image i begins i periods (show and gap) after `start_tick`.
    pub labels: Vec<u8>,
    /// How they are shown.
    pub presentation: Presentation,
}

impl ShownImages {
    /// First tick after the last image and its gap; `None` beyond the last tick.
    #[must_use]
    pub fn end_tick(&self) -> Option<u32> {
        self.presentation.end_tick(self.labels.len())
    }

    pub(super) fn read(
        fields: &mut Fields<'_>,
        population: usize,
        context: &Context<'_>,
    ) -> Result<(Self, RateSchedule), Flaw> {
        let node = fields.need("images", "images = \"digits\"")?;
        let images = images(&node, fields, context)?;
        let presentation = Presentation {
            low_hz: fields.number("low_hz", 2.0)?,
            high_hz: fields.number("high_hz", 82.0)?,
            show_ticks: ticks(fields, "show_ms", 200.0, context)?,
            gap_ticks: ticks(fields, "gap_ms", 0.0, context)?,
            start_tick: ticks(fields, "start_ms", 0.0, context)?,
        };
        let seed = fields
            .get("seed")
            .map_or(Ok(context.seed), |node| node.whole())?;
        let shuffled = fields.choice("order", &["shuffled", "given"], "shuffled")? == "shuffled";
        let count = count(fields, images.len(), &presentation, context)?;
        let order = order(images.len(), count, shuffled.then_some(seed));
        let schedule = rate_schedule(&images, &order, &presentation)
            .map_err(|error| node.flaw(FileProblem::Images(error)))?;
        let labels = order
            .iter()
            .filter_map(|&index| images.labels.get(index).copied())
            .collect();
        let (set, width, height) = (images.name, images.width, images.height);
        Ok((
            Self {
                population,
                set,
                width,
                height,
                labels,
                presentation,
            },
            schedule,
        ))
    }
}

/// A time in ms, given or by default, in whole ticks.
fn ticks(
    fields: &mut Fields<'_>,
    key: &'static str,
    default_ms: f64,
    context: &Context<'_>,
) -> Result<u32, Flaw> {
    if let Some(node) = fields.get(key) {
        return node.ticks(1.0, context.tick_us);
    }
    crate::description::whole_ticks(default_ms, context.tick_us).ok_or_else(|| {
        let (key, tick_ms) = (key.to_owned(), context.tick_ms());
        fields.flaw(FileProblem::NotWholeTicks {
            key,
            time_ms: default_ms,
            tick_ms,
        })
    })
}

/// "digits", a directory of IDX files, or a file of images with one of labels.
fn images(
    node: &Node<'_>,
    fields: &mut Fields<'_>,
    context: &Context<'_>,
) -> Result<ImageSet, Flaw> {
    let (name, labels) = (node.text()?, fields.get("labels"));
    let path = context.base_dir.join(name);
    let flawed = |error: ImageError| node.flaw(FileProblem::Images(error));
    match labels {
        Some(labels) => read_files(&path, &context.base_dir.join(labels.text()?)).map_err(flawed),
        None if name == "digits" => Ok(digits()),
        None => {
            if path.is_file() {
                fields.need("labels", "labels = \"labels-idx1-ubyte\"")?;
            }
            read_directory(&path).map_err(flawed)
        }
    }
}

/// `count`, else as many as fill the running time, else each image once.
fn count(
    fields: &mut Fields<'_>,
    images: usize,
    presentation: &Presentation,
    context: &Context<'_>,
) -> Result<usize, Flaw> {
    let given = fields.get("count");
    let count = match (&given, context.seconds) {
        (Some(node), _) => f64::from(node.whole::<u32>()?),
        (None, Some(seconds)) => {
            let ticks =
                seconds * 1e6 / f64::from(context.tick_us) - f64::from(presentation.start_tick);
            let period = f64::from(presentation.show_ticks) + f64::from(presentation.gap_ticks);
            (ticks / period.max(1.0)).ceil().max(0.0)
        }
        (None, None) => images as f64,
    };
    if count <= f64::from(SHOWN_MAX) {
        return Ok(count as usize);
    }
    let problem = FileProblem::TooManyShown {
        count,
        limit: SHOWN_MAX,
    };
    Err(match given {
        Some(node) => node.flaw(problem),
        None => fields.flaw(problem),
    })
}
