//! Written and spoken digits 1 and 2, and the order in which they are shown.

use spinedrift::description::images::{ImageSet, digits, read_directory};
use spinedrift::description::random::{Purpose, Stream};
use spinedrift::description::sound::{Cochlea, Cochleagram, read_recordings, synthetic_words};
use spinedrift::experiment::{Cell, ExperimentError};

/// Classes: digit 1 is class 0, digit 2 class 1.
pub(crate) const CLASSES: usize = 2;
/// Synthetic words, if there are no recordings: half of them to learn from.
const WORDS: usize = 240;
/// Most images of a class that are used, half of them to learn from.
const IMAGES_MAX: usize = 400;

/// Which half of the material.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// To learn from, and to find out what each neuron stands for.
    Train = 0,
    /// Never seen or heard in training.
    Test = 1,
}

/// How written and spoken digits go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pairing {
    /// The same digit.
    Same,
    /// Any digits: nothing to associate.
    Shuffled,
}

/// One presentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Show {
    /// Image, if any is shown.
    pub(crate) image: Option<usize>,
    /// Sound, if any is played.
    pub(crate) sound: Option<usize>,
    /// Class of the image; of the sound if there is no image.
    pub(crate) class: usize,
}

/// What is shown and played.
#[derive(Clone, Debug)]
pub(crate) struct Stimuli {
    /// Images of both classes.
    pub(crate) images: ImageSet,
    /// Cochleagrams of both classes.
    pub(crate) sounds: Vec<Cochleagram>,
    /// Indices of images by part and class.
    image_of: [[Vec<usize>; CLASSES]; 2],
    sound_of: [[Vec<usize>; CLASSES]; 2],
}

/// Class of a digit.
fn class(label: u8) -> Option<usize> {
    usize::from(label)
        .checked_sub(1)
        .filter(|class| *class < CLASSES)
}

/// Deals the objects of each class out to both parts, in random order.
fn dealt(
    labels: impl Iterator<Item = u8>,
    limit: usize,
    stream: &mut Stream,
) -> [[Vec<usize>; CLASSES]; 2] {
    let mut of_class: [Vec<usize>; CLASSES] = Default::default();
    for (index, label) in labels.enumerate() {
        if let Some(all) = class(label).and_then(|class| of_class.get_mut(class)) {
            all.push(index);
        }
    }
    for all in &mut of_class {
        stream.shuffle(all);
        all.truncate(limit);
    }
    let half = |part: usize| {
        of_class
            .clone()
            .map(|all| all.into_iter().skip(part).step_by(2).collect())
    };
    [half(0), half(1)]
}

impl Stimuli {
    /// The material of a cell: recordings and MNIST if it was told where they are, else synthetic words and the embedded
    /// digits. Each seed deals it out anew.
    ///
    /// # Errors
    /// If files can't be read.
    pub(crate) fn load(cell: &Cell) -> Result<Self, ExperimentError> {
        let mut stream = Stream::new(cell.seed(), Purpose::Experiment, 50, 0);
        let data = |error: &dyn std::fmt::Display| ExperimentError::Data {
            what: error.to_string(),
        };
        let images = match cell.mnist() {
            Some(folder) => read_directory(folder)?,
            None => digits(),
        };
        let words = match cell.recordings() {
            Some(folder) => read_recordings(folder, &[1, 2]).map_err(|error| data(&error))?,
            None => synthetic_words(WORDS, cell.seed()),
        };
        let cochlea = Cochlea::default();
        let heard = words.sounds.iter().map(|sound| cochlea.hear(sound));
        let sounds: Vec<Cochleagram> = heard
            .collect::<Result<_, _>>()
            .map_err(|error| data(&error))?;
        let image_of = dealt(images.labels.iter().copied(), IMAGES_MAX, &mut stream);
        let sound_of = dealt(
            sounds.iter().map(|sound| sound.label),
            usize::MAX,
            &mut stream,
        );
        if image_of
            .iter()
            .chain(&sound_of)
            .flatten()
            .any(Vec::is_empty)
        {
            let what = "at least two written and two spoken examples of digits 1 and 2 are needed"
                .to_owned();
            return Err(ExperimentError::Data { what });
        }
        Ok(Self {
            images,
            sounds,
            image_of,
            sound_of,
        })
    }

    /// Whether a pixel without ink has a source of its own: the embedded digits are so small that ink alone tells too
    /// little.
    pub(crate) const fn shows_paper(&self) -> bool {
        self.images.width <= 8
    }

    /// Images of a class.
    pub(crate) fn images_of(&self, part: Part, class: usize) -> &[usize] {
        of(&self.image_of, part, class)
    }

    /// So many presentations of both, one of each class by turns, in random order; `stage` tells series apart.
    pub(crate) fn shows(
        &self,
        part: Part,
        pairing: Pairing,
        count: usize,
        seed: u64,
        stage: u64,
    ) -> Vec<Show> {
        let mut stream = Stream::new(seed, Purpose::Experiment, 51 + part as u64, stage);
        let mut shows = Vec::with_capacity(count);
        while shows.len() < count {
            let mut round: Vec<usize> = (0..2 * CLASSES).map(|i| i % CLASSES).collect();
            stream.shuffle(&mut round);
            for class in round {
                let heard = match pairing {
                    Pairing::Same => class,
                    Pairing::Shuffled => stream.below(CLASSES as u32) as usize,
                };
                let mut pick =
                    |all: &[usize]| all.get(stream.below(all.len() as u32) as usize).copied();
                let image = pick(of(&self.image_of, part, class));
                let sound = pick(of(&self.sound_of, part, heard));
                shows.push(Show {
                    image,
                    sound,
                    class,
                });
            }
        }
        shows.truncate(count);
        shows
    }
}

fn of(all: &[[Vec<usize>; CLASSES]; 2], part: Part, class: usize) -> &[usize] {
    let parts = all.get(part as usize);
    parts
        .and_then(|classes| classes.get(class))
        .map_or(&[], Vec::as_slice)
}
