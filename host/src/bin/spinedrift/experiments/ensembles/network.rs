//! The network: sources of both senses, two circuits, plastic synapses from the sources and between the circuits.

use super::{Show, Stimuli};
use spinedrift::description::images::{ImageSet, Presentation, rate_schedule};
use spinedrift::description::sound::{SoundPresentation, sound_schedule};
use spinedrift::description::{
    Adaptation, Distribution, Network, NetworkBuilder, Prior, Synapses, SynapticSampling,
    ThetaStart, ThetaTable, Wta,
};
use spinedrift::experiment::ExperimentError;
use std::collections::BTreeMap;

/// The circuit that sees.
pub(crate) const EYES: &str = "V";
/// The circuit that hears.
pub(crate) const EARS: &str = "A";
/// From what is heard to what is seen, and back.
pub(crate) const CONNECTIONS: [&str; 2] = ["A to V", "V to A"];
/// Inputs of the seeing circuit.
pub(crate) const SEEN: [&str; 2] = ["ink to V", "paper to V"];
/// Inputs of the hearing one.
pub(crate) const HEARD: &str = "sound to A";

/// Ticks of a presentation.
pub(crate) const SHOW_TICKS: u32 = 200;
/// Frames of a word.
const FRAMES: u32 = 20;

/// What decides how the network learns.
#[derive(Clone, Debug)]
pub(crate) struct Learning {
    /// Neurons of each circuit.
    pub(crate) neurons: u32,
    /// b in 1/s.
    pub(crate) speed_per_s: f64,
    /// N.
    pub(crate) experience: f64,
    /// T.
    pub(crate) temperature: f64,
    /// θ to start from, by projection; others are drawn.
    pub(crate) start: BTreeMap<&'static str, ThetaTable>,
    /// θ stands still.
    pub(crate) frozen: bool,
}

/// Bound of θ between the circuits: w ≤ 0.69. Without it pairs of neurons, one of each circuit, excite each other into a
/// loop that fires whatever is seen or heard.
const BETWEEN_MAX: f64 = 2.7;

impl Learning {
    /// Values of a quick or full run. Ten times (quick) or three times (full) as fast as the paper's program, with
    /// likelihood kicks b · N of 0.02, twice its own: what takes hours there takes minutes to an hour here.
    pub(crate) fn paced(quick: bool) -> Self {
        let speed_per_s = if quick { 1e-3 } else { 3e-4 };
        Self {
            neurons: 10,
            speed_per_s,
            experience: 0.02 / speed_per_s,
            temperature: 1.0,
            start: BTreeMap::new(),
            frozen: false,
        }
    }

    /// Plasticity of a projection.
    fn rule(&self, name: &'static str) -> SynapticSampling {
        let given = self.start.get(name);
        let common = SynapticSampling {
            temperature: self.temperature,
            speed_per_s: self.speed_per_s,
            experience: self.experience,
            alpha: 0.3,
            frozen_from_tick: self.frozen.then_some(0),
            ..SynapticSampling::default()
        };
        let drawn = |mean: f64, sd: f64, high: f64| {
            let start = Distribution::Normal {
                mean,
                sd,
                low: 0.0,
                high,
            };
            let drawn = ThetaStart::From(start);
            given.map_or(drawn, |table| ThetaStart::Given(table.clone()))
        };
        if CONNECTIONS.contains(&name) {
            // A spine that is gone feels the prior and the noise alone, as in the authors' later program (Kappel et al.
            // 2018), and the prior prefers none: what comes back comes back by noise.
            return SynapticSampling {
                prior: Prior::Gaussian {
                    mean: -0.5,
                    sd: 1.0,
                },
                retracted_learns: false,
                theta_max: BETWEEN_MAX,
                start: drawn(2.0, 0.3, BETWEEN_MAX),
                ..common
            };
        }
        SynapticSampling {
            alpha: if name == HEARD { 0.2 } else { 0.3 },
            // Born strong, pruned afterwards: from the prior one neuron wins everything for hours.
            start: drawn(4.0, 0.3, 6.0),
            ..common
        }
    }

    fn circuit(&self) -> Wta {
        Wta {
            // The default of the authors' code, twice that of their options.
            rate_hz: 200.0,
            // Weaker than the authors', which makes all neurons fire alike within seconds.
            adaptation: Some(Adaptation {
                amplitude: 0.12,
                tau_rise_s: 1.0,
                tau_fall_s: 20.0,
            }),
            ..Wta::of(self.neurons)
        }
    }
}

/// The network that is shown these presentations.
///
/// # Errors
/// If they can't be shown, or the network can't be built.
pub(crate) fn network(
    stimuli: &Stimuli,
    shows: &[Show],
    learning: &Learning,
) -> Result<Network, ExperimentError> {
    let plastic = |name| {
        Synapses::all_to_all()
            .plastic(learning.rule(name))
            .named(name)
    };
    let mut builder = NetworkBuilder::new("spoken and written digits")
        .population(EYES, learning.neurons, learning.circuit())
        .population(EARS, learning.neurons, learning.circuit())
        .record_spikes(EYES)
        .record_spikes(EARS);
    let mut senses = vec![("ink", SEEN[0], stimuli.images.clone())];
    if stimuli.shows_paper() {
        senses.push(("paper", SEEN[1], negative(&stimuli.images)));
    }
    let presentation = Presentation {
        low_hz: 0.0,
        high_hz: 90.0,
        show_ticks: SHOW_TICKS,
        gap_ticks: 0,
        start_tick: 0,
    };
    for (sense, synapses, mut set) in senses {
        let blank = set.len();
        set.pixels.push(vec![0; set.pixels_per_image() as usize]);
        set.labels.push(0);
        let order: Vec<usize> = shows
            .iter()
            .map(|show| show.image.unwrap_or(blank))
            .collect();
        let schedule = rate_schedule(&set, &order, &presentation)?;
        builder = builder
            .population(sense, set.pixels_per_image(), schedule)
            .project(sense, EYES, plastic(synapses));
    }
    let played = SoundPresentation {
        low_hz: 0.0,
        high_hz: 200.0,
        show_ticks: SHOW_TICKS,
        frames: FRAMES,
    };
    let order: Vec<Option<usize>> = shows.iter().map(|show| show.sound).collect();
    let schedule = sound_schedule(&stimuli.sounds, &order, &played).map_err(|error| {
        ExperimentError::Data {
            what: error.to_string(),
        }
    })?;
    let channels = stimuli
        .sounds
        .first()
        .map_or(0, |sound| sound.centres_hz.len());
    Ok(builder
        .population("sound", channels as u32, schedule)
        .project("sound", EARS, plastic(HEARD))
        .project(EARS, EYES, plastic(CONNECTIONS[0]))
        .project(EYES, EARS, plastic(CONNECTIONS[1]))
        .build()?)
}

/// Ink where there was none.
fn negative(images: &ImageSet) -> ImageSet {
    let invert = |pixels: &Vec<u8>| pixels.iter().map(|pixel| 255 - pixel).collect();
    ImageSet {
        pixels: images.pixels.iter().map(invert).collect(),
        ..images.clone()
    }
}
