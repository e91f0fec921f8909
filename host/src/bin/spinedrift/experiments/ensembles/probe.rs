//! What the network knows at a moment: its θ goes into a network that doesn't learn, which sees alone, then hears alone.

use super::network::SHOW_TICKS;
use super::stimuli::CLASSES;
use super::{EARS, EYES, Learning, Pairing, Part, SEEN, Show, Stimuli, network};
use spinedrift::description::ThetaTable;
use spinedrift::experiment::{Cell, ExperimentError};
use spinedrift::session::{Change, Session};
use std::collections::BTreeMap;

/// Seeds of probes are far from those of runs.
const PROBE_SEED: u64 = 1 << 32;

/// What is probed.
#[derive(Clone, Debug)]
pub(crate) struct Probe<'a> {
    /// θ of every projection.
    pub(crate) theta: BTreeMap<&'static str, ThetaTable>,
    /// How the network learned.
    pub(crate) learning: &'a Learning,
    /// Neurons of the seeing circuit that were removed.
    pub(crate) removed: &'a [u32],
    /// Presentations of each kind.
    pub(crate) shows: usize,
}

/// What came of it.
#[derive(Clone, Debug)]
pub(crate) struct Recall {
    shows: Vec<Show>,
    /// Spikes of each neuron of V and A in each presentation.
    counts: [Vec<Vec<u32>>; 2],
    count: usize,
}

/// Which sense gets its stimulus.
const STAGES: [(Part, [bool; 2]); 4] = [
    (Part::Train, [true, false]),
    (Part::Train, [false, true]),
    (Part::Test, [true, false]),
    (Part::Test, [false, true]),
];

/// Shows training material to each sense alone, to find out what neurons stand for, then test material.
///
/// # Errors
/// If the network can't be run.
pub(crate) fn probe(
    cell: &Cell,
    stimuli: &Stimuli,
    probe: &Probe<'_>,
) -> Result<Recall, ExperimentError> {
    let mut shows = Vec::new();
    for (stage, (part, [sees, hears])) in (0..).zip(STAGES) {
        let both = stimuli.shows(part, Pairing::Same, probe.shows, cell.seed(), 100 + stage);
        shows.extend(both.into_iter().map(|show| Show {
            image: show.image.filter(|_| sees),
            sound: show.sound.filter(|_| hears),
            ..show
        }));
    }
    let learning = Learning {
        start: probe.theta.clone(),
        frozen: true,
        ..probe.learning.clone()
    };
    let built = network(stimuli, &shows, &learning)?;
    let mut session: Session = cell.start_seeded(built, cell.seed() + PROBE_SEED)?;
    if !probe.removed.is_empty() {
        let neurons = probe.removed.to_vec();
        session.intervene(&Change::Silence {
            population: EYES.into(),
            neurons,
        })?;
    }
    session.run_ticks(shows.len() as u32 * SHOW_TICKS)?;
    let index = [EYES, EARS].map(|name| session.network().population(name));
    let mut counts = [(), ()].map(|()| vec![vec![0; learning.neurons as usize]; shows.len()]);
    for spike in session.take_spikes() {
        for (counts, index) in counts.iter_mut().zip(index) {
            let shown = counts.get_mut((spike.tick / SHOW_TICKS) as usize);
            if let Some(count) = shown.and_then(|shown| shown.get_mut(spike.neuron as usize))
                && index == Some(spike.population as usize)
            {
                *count += 1;
            }
        }
    }
    Ok(Recall {
        shows,
        counts,
        count: probe.shows,
    })
}

/// How well the network does, shares of presentations.
#[derive(Clone, Debug)]
pub(crate) struct Scores {
    /// V names what it sees.
    pub(crate) seen: f64,
    /// A names what it hears.
    pub(crate) heard: f64,
    /// V names what only A hears.
    pub(crate) heard_in_eyes: f64,
    /// A names what only V sees.
    pub(crate) seen_in_ears: f64,
    /// The image reconstructed from V while A hears is more like the mean image of the right class than like that of the
    /// wrong one.
    pub(crate) imagines: f64,
    /// Correlation of the image reconstructed from V while A hears with the mean image of the right class, less that with
    /// the wrong one.
    pub(crate) reconstruction: f64,
    /// Mean image reconstructed while each class was heard.
    pub(crate) imagined: [Vec<f64>; CLASSES],
    /// Selectivity of each neuron of V: (r2 − r1)/(r2 + r1), rates while it sees training images.
    pub(crate) selectivity: Vec<f64>,
}

impl Recall {
    /// Mean count of each neuron for each class in a stage.
    fn rates(&self, circuit: usize, stage: usize) -> Vec<[f64; CLASSES]> {
        let mut sums: Vec<[f64; CLASSES]> = Vec::new();
        for (show, counts) in self.stage(circuit, stage) {
            sums.resize(counts.len(), [0.0; CLASSES]);
            for (sum, count) in sums.iter_mut().zip(counts) {
                if let Some(sum) = sum.get_mut(show.class) {
                    *sum += f64::from(*count);
                }
            }
        }
        sums
    }

    fn stage(&self, circuit: usize, stage: usize) -> impl Iterator<Item = (&Show, &Vec<u32>)> {
        let counts = self.counts.get(circuit).into_iter().flatten();
        self.shows
            .iter()
            .zip(counts)
            .skip(stage * self.count)
            .take(self.count)
    }

    /// Share of presentations of a stage whose class the circuit's spikes vote for.
    fn named(&self, circuit: usize, stage: usize, labels: &[Option<usize>]) -> f64 {
        let mut right = 0;
        for (show, counts) in self.stage(circuit, stage) {
            let mut votes = [0_u32; CLASSES];
            for (label, count) in labels.iter().zip(counts) {
                if let Some(vote) = label.and_then(|label| votes.get_mut(label)) {
                    *vote += count;
                }
            }
            let [one, two] = votes;
            // A tie names neither.
            right += usize::from(one != two && usize::from(two > one) == show.class);
        }
        right as f64 / self.count.max(1) as f64
    }
}

fn labels(rates: &[[f64; CLASSES]]) -> Vec<Option<usize>> {
    let label =
        |[one, two]: &[f64; CLASSES]| ((one - two).abs() > 0.0).then_some(usize::from(two > one));
    rates.iter().map(label).collect()
}

/// Scores of a probe.
pub(crate) fn score(stimuli: &Stimuli, probe: &Probe<'_>, recall: &Recall) -> Scores {
    let (eyes, ears) = (recall.rates(0, 0), recall.rates(1, 1));
    let (eye_labels, ear_labels) = (labels(&eyes), labels(&ears));
    let fields = receptive_fields(stimuli, probe);
    let prototypes = [0, 1].map(|class| mean_image(stimuli, class));
    let mut imagined = [0, 1].map(|_| vec![0.0; stimuli.images.pixels_per_image() as usize]);
    let (mut sum, mut imagines, mut count) = (0.0, 0, 0_u32);
    for (show, counts) in recall.stage(0, 3) {
        let image = reconstructed(&fields, counts);
        let right = prototypes
            .get(show.class)
            .map_or(0.0, |mean| correlation(&image, mean));
        let wrong = prototypes
            .get(1 - show.class)
            .map_or(0.0, |mean| correlation(&image, mean));
        sum += right - wrong;
        imagines += u32::from(right > wrong);
        count += 1;
        for (total, pixel) in imagined
            .get_mut(show.class)
            .into_iter()
            .flatten()
            .zip(&image)
        {
            *total += pixel;
        }
    }
    Scores {
        seen: recall.named(0, 2, &eye_labels),
        heard: recall.named(1, 3, &ear_labels),
        heard_in_eyes: recall.named(0, 3, &eye_labels),
        seen_in_ears: recall.named(1, 2, &ear_labels),
        imagines: f64::from(imagines) / f64::from(count.max(1)),
        reconstruction: sum / f64::from(count.max(1)),
        imagined,
        selectivity: eyes
            .iter()
            .map(|[one, two]| (two - one) / (two + one).max(1e-9))
            .collect(),
    }
}

/// What each neuron of V stands for: weights from ink, less those from paper.
fn receptive_fields(stimuli: &Stimuli, probe: &Probe<'_>) -> Vec<Vec<f64>> {
    let pixels = stimuli.images.pixels_per_image() as usize;
    let mut fields = vec![vec![0.0; pixels]; probe.learning.neurons as usize];
    for (name, sign) in SEEN.into_iter().zip([1.0, -1.0]) {
        for (pre, post, theta) in probe.theta.get(name).into_iter().flat_map(ThetaTable::iter) {
            let pixel = fields
                .get_mut(post as usize)
                .and_then(|field| field.get_mut(pre as usize));
            if let Some(pixel) = pixel {
                *pixel += sign
                    * if theta > 0.0 {
                        (theta - 3.0).exp()
                    } else {
                        0.0
                    };
            }
        }
    }
    fields
}

/// Mean of the fields, weighted by spikes.
fn reconstructed(fields: &[Vec<f64>], counts: &[u32]) -> Vec<f64> {
    let mut image = vec![0.0; fields.first().map_or(0, Vec::len)];
    let total: u32 = counts.iter().sum();
    for (field, count) in fields.iter().zip(counts) {
        for (pixel, value) in image.iter_mut().zip(field) {
            *pixel += value * f64::from(*count) / f64::from(total.max(1));
        }
    }
    image
}

fn mean_image(stimuli: &Stimuli, class: usize) -> Vec<f64> {
    let all = stimuli.images_of(Part::Test, class);
    let mut mean = vec![0.0; stimuli.images.pixels_per_image() as usize];
    for pixels in all
        .iter()
        .filter_map(|index| stimuli.images.pixels.get(*index))
    {
        for (mean, pixel) in mean.iter_mut().zip(pixels) {
            *mean += f64::from(*pixel) / all.len() as f64;
        }
    }
    mean
}

fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len().max(1) as f64;
    let (a_mean, b_mean) = (mean(a), mean(b));
    let (mut both, mut a_square, mut b_square) = (0.0, 0.0, 0.0);
    for (a, b) in a.iter().zip(b) {
        both += (a - a_mean) * (b - b_mean);
        a_square += (a - a_mean).powi(2);
        b_square += (b - b_mean).powi(2);
    }
    both / (a_square * b_square).sqrt().max(1e-12)
}
