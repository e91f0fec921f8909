//! `run.toml`: what ran, with which seed, on what; and, once it has ended, what came of it.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::ResultsError;
use crate::description::{Integration, Model, Network, Prior, SynapticSampling};

/// How far a run has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RunState {
    /// Under way; or, if no process works on it, killed. `--resume` goes on from its checkpoint.
    Running,
    /// Ended before its last tick by Ctrl-C; the tables are whole. `--resume` goes on.
    Interrupted,
    /// All ticks were run.
    Finished,
}

/// The facts of one run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunInfo {
    /// How far it has come.
    pub state: RunState,
    /// Name of the network.
    pub network: String,
    /// Hash of the network's description (hex), so that `--resume` sees a changed file; empty: not compared.
    #[serde(default)]
    pub network_hash: String,
    /// Target: "functional", "machine", …
    pub target: String,
    /// Machine description by name, e.g. "spinnaker-1, 4 chips".
    pub machine: String,
    /// Clock of a core in MHz.
    pub clock_mhz: f64,
    /// Seed of all random streams.
    #[serde(with = "seed")]
    pub seed: u64,
    /// Ticks asked for.
    pub ticks: u32,
    /// Length of a tick in µs of biological time.
    pub tick_us: u32,
    /// How many times as long a tick takes on the machine.
    #[serde(default = "real_time")]
    pub slow_down: u32,
    /// Host threads.
    pub threads: u32,
    /// Versions by name: spinedrift, image format, …
    pub versions: BTreeMap<String, String>,
    /// What came of it; absent while running.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub totals: Option<Totals>,
    /// Populations, by index.
    #[serde(default)]
    pub populations: Vec<PopulationInfo>,
    /// Projections, by index.
    #[serde(default)]
    pub projections: Vec<ProjectionInfo>,
}

/// A population as the results name it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PopulationInfo {
    /// Name; the `population` column holds it.
    pub name: String,
    /// Neurons.
    pub size: u32,
    /// "wta", "intensity", "lif", "poisson" or "spike-array".
    pub model: String,
    /// Neurons of one WTA circuit; 1 otherwise.
    pub group_size: u32,
}

/// A projection as the results name it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProjectionInfo {
    /// Name; the `projection` column holds it.
    pub name: String,
    /// Presynaptic population.
    pub pre: String,
    /// Postsynaptic population.
    pub post: String,
    /// Synaptic sampling, if plastic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plasticity: Option<PlasticityInfo>,
}

/// Parameters of synaptic sampling that the report needs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlasticityInfo {
    /// The prior in words.
    #[serde(default = "unnamed")]
    pub prior: String,
    /// μ of the Gaussian prior; absent: another prior, or none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prior_mean: Option<f64>,
    /// σ of the Gaussian prior; absent: another prior, or none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prior_sd: Option<f64>,
    /// θ0: w = e^(θ − θ0) for θ > 0.
    pub theta0: f64,
    /// T.
    pub temperature: f64,
    /// b in 1/s.
    pub speed_per_s: f64,
    /// N.
    pub experience: f64,
    /// "lazy" or "every-tick".
    pub integration: String,
    /// From this tick on θ stands still; absent: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frozen_from_tick: Option<u32>,
    /// Whether spines gained and lost are recorded.
    #[serde(default = "recorded")]
    pub record_rewiring: bool,
}

/// What came of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Totals {
    /// Ticks that ran.
    pub ticks: u32,
    /// Spikes recorded.
    pub spikes: u64,
    /// θ values recorded, over all snapshots.
    pub theta_values: u64,
    /// Spines gained (θ crossed 0 upwards).
    pub spines_gained: u64,
    /// Spines lost.
    pub spines_lost: u64,
    /// BLAKE3 of spikes and final θ, hex.
    pub digest: String,
    /// Further figures by name, e.g. `realtime_factor`.
    #[serde(default)]
    pub figures: BTreeMap<String, f64>,
}

impl RunInfo {
    /// A run of this network that is about to start, with the other facts empty: set what is known.
    #[must_use]
    pub fn of(network: &Network, seed: u64, ticks: u32) -> Self {
        let name = |index: usize| {
            network
                .populations
                .get(index)
                .map_or_else(String::new, |p| p.name.clone())
        };
        Self {
            state: RunState::Running,
            network: network.name.clone(),
            network_hash: String::new(),
            target: "functional".to_owned(),
            machine: String::new(),
            clock_mhz: 0.0,
            seed,
            ticks,
            tick_us: network.tick_us,
            slow_down: real_time(),
            threads: 1,
            versions: BTreeMap::from([(
                "spinedrift".to_owned(),
                env!("CARGO_PKG_VERSION").to_owned(),
            )]),
            totals: None,
            populations: network.populations.iter().map(PopulationInfo::of).collect(),
            projections: (network.projections.iter())
                .map(|p| ProjectionInfo {
                    name: p.name.clone(),
                    pre: name(p.pre),
                    post: name(p.post),
                    plasticity: p.plasticity.as_ref().map(PlasticityInfo::of),
                })
                .collect(),
        }
    }

    /// Length of `ticks` ticks in seconds of biological time.
    #[must_use]
    pub fn seconds(&self, ticks: u32) -> f64 {
        f64::from(ticks) * f64::from(self.tick_us) * 1e-6
    }

    /// Refuses `asked` if it is another run than this stored one in anything that a result depends on. Threads, target
    /// and the number of ticks may differ: they change no bit of what has been recorded.
    ///
    /// # Errors
    /// [`ResultsError::OtherRun`] naming the first field that differs.
    pub fn check_same_run(&self, asked: &Self, dir: &Path) -> Result<(), ResultsError> {
        let pairs = [
            ("network", self.network.clone(), asked.network.clone()),
            (
                "network hash",
                self.network_hash.clone(),
                asked.network_hash.clone(),
            ),
            ("seed", self.seed.to_string(), asked.seed.to_string()),
            (
                "tick_us",
                self.tick_us.to_string(),
                asked.tick_us.to_string(),
            ),
            (
                "list of populations",
                format!("{:?}", self.populations),
                format!("{:?}", asked.populations),
            ),
            (
                "list of projections",
                format!("{:?}", self.projections),
                format!("{:?}", asked.projections),
            ),
        ];
        match pairs.into_iter().find(|(_, stored, asked)| stored != asked) {
            None => Ok(()),
            Some((field, stored, asked)) => Err(ResultsError::OtherRun {
                dir: dir.to_path_buf(),
                field,
                stored,
                asked,
            }),
        }
    }
}

impl PopulationInfo {
    fn of(population: &crate::description::Population) -> Self {
        let model = match population.model {
            Model::Wta(_) => "wta",
            Model::Intensity(_) => "intensity",
            Model::Lif(_) => "lif",
            Model::Poisson(_) => "poisson",
            Model::SpikeArray(_) => "spike-array",
        };
        Self {
            name: population.name.clone(),
            size: population.size,
            model: model.to_owned(),
            group_size: population.model.group_size(),
        }
    }

    /// Whether the neurons are inputs rather than computed.
    #[must_use]
    pub fn is_source(&self) -> bool {
        matches!(self.model.as_str(), "poisson" | "spike-array")
    }
}

/// The slow-down of runs that were recorded before there was one.
const fn real_time() -> u32 {
    1
}

/// The prior of runs that were recorded before it had a name.
/// Runs of before there was a choice recorded it.
const fn recorded() -> bool {
    true
}

fn unnamed() -> String {
    "uniform".to_owned()
}

impl PlasticityInfo {
    fn of(sampling: &SynapticSampling) -> Self {
        let (prior_mean, prior_sd) = match sampling.prior {
            Prior::Gaussian { mean, sd } => (Some(mean), Some(sd)),
            _ => (None, None),
        };
        let integration = match sampling.integration {
            Integration::EveryTick => "every-tick",
            Integration::Lazy => "lazy",
        };
        Self {
            prior_mean,
            prior_sd,
            prior: sampling.prior.to_string(),
            theta0: sampling.offset,
            temperature: sampling.temperature,
            speed_per_s: sampling.speed_per_s,
            experience: sampling.experience,
            integration: integration.to_owned(),
            frozen_from_tick: sampling.frozen_from_tick,
            record_rewiring: sampling.record_rewiring,
        }
    }
}

/// A seed has 64 bits, an integer of TOML 63 and a sign: a larger seed is stored as text.
mod seed {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Stored {
        Number(i64),
        Text(String),
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
    pub(super) fn serialize<S: Serializer>(seed: &u64, to: S) -> Result<S::Ok, S::Error> {
        match i64::try_from(*seed) {
            Ok(number) => to.serialize_i64(number),
            Err(_) => to.serialize_str(&seed.to_string()),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
        match Stored::deserialize(from)? {
            Stored::Number(number) => u64::try_from(number).map_err(D::Error::custom),
            Stored::Text(text) => text.parse().map_err(D::Error::custom),
        }
    }
}
