//! Interventions: what an experimenter does to a network while it runs, such as a lesion.
//!
//! An intervention takes place between two ticks: "at tick t" is after everything of tick t − 1 and before anything of
//! tick t. First every plastic row is settled to t, so that a change never reaches back in time; then the memories of
//! the cores concerned are changed. Both depend on the model's objects alone: the same intervention gives the same bits
//! on any partition and any number of threads. Spikes that are under way arrive with the weight they were sent with.
//! A spine that a change takes or makes is recorded as rewiring of that tick.
//!
//! [`super::Prepared::with_interventions`] plans some for given
//! ticks, which then belong to the run like its network: they enter the hash in `run.toml`, and a run that is resumed
//! goes on from a checkpoint that holds those made before it.

mod check;
mod edit;

use super::sink::WithoutTheta;
use super::{Decoder, Prepared, RunError, Sink};
use crate::description::ThetaTable;
use crate::target::Target;

/// Something done at a tick.
#[derive(Clone, Debug, PartialEq)]
pub struct Intervention {
    /// The first tick that sees it.
    pub tick: u32,
    /// What is done.
    pub change: Change,
}

/// A change of a running network.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// These neurons never fire again (winner-take-all circuits and stochastic neurons: their bias falls to
    /// [`SILENT`]). Their synapses stay.
    Silence {
        /// Population.
        population: String,
        /// Its neurons.
        neurons: Vec<u32>,
    },
    /// θ of these synapses is this; 0 or less retracts them.
    SetTheta {
        /// Projection.
        projection: String,
        /// Which of its potential synapses.
        which: Which,
        /// θ, within the projection's bounds.
        theta: f64,
    },
    /// θ of each synapse is its own, for instance what another run ended with.
    LoadTheta {
        /// Projection.
        projection: String,
        /// θ by synapse, kept to 2⁻²⁸; those that it hasn't got stay as they are.
        table: ThetaTable,
    },
    /// These synapses are gone for good: not even a potential synapse is left, so that none can grow again.
    Remove {
        /// Projection.
        projection: String,
        /// Which of its potential synapses.
        which: Which,
    },
    /// θ of a projection is held in these bounds from now on; they lie within those that it was described with, since
    /// scales were worked out for those.
    Bound {
        /// Projection.
        projection: String,
        /// Least θ.
        low: f64,
        /// Largest θ.
        high: f64,
    },
}

/// Some potential synapses of a projection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    /// All of them.
    All,
    /// Those with θ > 0 at the time.
    Functional,
    /// Pairs (pre, post).
    Pairs(Vec<(u32, u32)>),
}

/// Bias of a silenced neuron: beside it every other neuron of its circuit is e^1000 times as likely to fire.
pub const SILENT: f64 = -1000.0;

/// What a change came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effect {
    /// Neurons silenced.
    pub neurons: u64,
    /// Synapses whose θ was set, or that were removed.
    pub synapses: u64,
    /// Spines (θ > 0) that there are no more.
    pub lost: u64,
    /// Spines that there were not before.
    pub gained: u64,
}

/// Why an intervention is refused.
#[derive(Clone, Debug, PartialEq, thiserror::Error, miette::Diagnostic)]
pub enum InterventionError {
    /// A name that no population has.
    #[error("intervention: there is no population `{name}`")]
    NoPopulation {
        /// The name.
        name: String,
    },
    /// A name that no projection has.
    #[error("intervention: there is no projection `{name}`")]
    NoProjection {
        /// The name.
        name: String,
    },
    /// A static projection has no θ.
    #[error("intervention: projection `{name}` is static: it has no θ")]
    Static {
        /// The projection.
        name: String,
    },
    /// A model that has no bias.
    #[error("intervention: population `{name}` is of model `{model}`, which can't be silenced")]
    #[diagnostic(help(
        "`wta` and `intensity` can; for others, remove the synapses or end the stimulus"
    ))]
    CannotSilence {
        /// The population.
        name: String,
        /// Its model.
        model: &'static str,
    },
    /// A neuron beyond the end.
    #[error("intervention: population `{name}` has {size} neurons, there is no neuron {neuron}")]
    NoNeuron {
        /// The population.
        name: String,
        /// Its size.
        size: u32,
        /// The neuron.
        neuron: u32,
    },
    /// θ, or a bound, outside what the projection was described with.
    #[error("intervention: {value} is outside the bounds of projection `{name}`, {low} to {high}")]
    #[diagnostic(help("theta_min and theta_max of its plasticity say how far it may go"))]
    Beyond {
        /// The projection.
        name: String,
        /// The value.
        value: f64,
        /// Lower bound.
        low: f64,
        /// Upper bound.
        high: f64,
    },
    /// Bounds the wrong way round.
    #[error("intervention: the lower bound {low} isn't below the upper bound {high}")]
    Reversed {
        /// Lower bound.
        low: f64,
        /// Upper bound.
        high: f64,
    },
    /// A synapse named that isn't there.
    #[error("intervention: projection `{name}` has no potential synapse {pre} → {post}")]
    NoSynapse {
        /// The projection.
        name: String,
        /// Presynaptic neuron.
        pre: u32,
        /// Postsynaptic neuron.
        post: u32,
    },
}

/// Makes those interventions that are planned for the tick that comes next.
pub(super) fn make_due(
    (prepared, decoder): (&Prepared, &Decoder),
    target: &mut dyn Target,
    sink: &mut dyn Sink,
) -> Result<(), RunError> {
    let tick = target.tick();
    let due = prepared.interventions.iter();
    for planned in due.filter(|planned| planned.tick == tick) {
        make((prepared, decoder), target, &planned.change, sink)?;
    }
    Ok(())
}

/// Settles every plastic row, then changes the memories of the cores concerned. Spines gained and lost go to the sink;
/// θ doesn't, so that an intervention leaves no snapshot of its own.
pub(super) fn make(
    (prepared, decoder): (&Prepared, &Decoder),
    target: &mut dyn Target,
    change: &Change,
    sink: &mut dyn Sink,
) -> Result<Effect, RunError> {
    let plan = change.plan(prepared)?;
    let mut sink = WithoutTheta(sink);
    let (mut effect, mut rewired) = (Effect::default(), Vec::new());
    target.read_out()?;
    target.collect(&mut |core, words| decoder.decode(core, words, &mut sink))?;
    target.edit(&plan.cores(prepared), &mut |core, state| {
        plan.apply(prepared, core, state, (&mut effect, &mut rewired));
    })?;
    let tick = target.tick();
    let recorded = |projection: u32| {
        let projections = &prepared.network.projections;
        let projection = projections.get(projection as usize);
        let rule = projection.and_then(|projection| projection.plasticity.as_ref());
        rule.is_none_or(|rule| rule.record_rewiring)
    };
    for (projection, pre, post, gained) in rewired {
        if !recorded(projection) {
            continue;
        }
        sink.rewiring(tick, projection, pre, post, gained);
    }
    Ok(effect)
}
