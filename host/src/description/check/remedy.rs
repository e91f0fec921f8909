//! How to mend each problem, in words for the person who wrote the network.

use super::Problem;

impl Problem {
    /// How to mend it: an imperative, without a full stop.
    #[must_use]
    pub fn remedy(&self) -> String {
        match self {
            Self::NoTick => "give the tick a length, such as 1 ms".into(),
            Self::NoInterval => "give at least one tick, or leave it out".into(),
            Self::Empty { what } => format!("give at least one {what}"),
            Self::NameTaken { .. } => "give each one a name of its own".into(),
            Self::BadName { .. } => "choose a short name in plain characters".into(),
            Self::NotFinite { .. } => "give a finite number".into(),
            Self::NotPositive { .. } => "give a positive number".into(),
            Self::OutOfRange { remedy, .. } | Self::Unfit { remedy, .. } => (*remedy).into(),
            Self::TooManyChanges { limit, .. } => format!("use at most {limit}, or a ramp of fewer steps"),
            Self::NotBelow { .. } => "swap or change them".into(),
            Self::WindowMissed { .. } => "widen the bounds or move the mean into them".into(),
            Self::WrongLength { needed, .. } => format!("give one value for all, or {needed}"),
            Self::NotWholeCircuits { size, circuit_size } => whole_circuits(*size, *circuit_size),
            Self::NotWholeTicks { time_ms, tick_ms } => nearest_ticks(*time_ms, *tick_ms),
            Self::DelayOutOfRange { tick_ms, limit_ticks, .. } => format!(
                "choose {tick_ms} ms to {} ms, or another tick",
                tidy(f64::from(*limit_ticks) * tick_ms)
            ),
            Self::NoSuchPopulation { .. } => "add the population first, or name another".into(),
            Self::TargetIsSource { .. } => "project to neurons of model wta, intensity or lif".into(),
            Self::SizesDiffer { .. } => "make the sizes equal, or use another connector".into(),
            Self::FanInTooLarge { available, .. } => format!("ask for at most {available}"),
            Self::TooManySynapses { .. } => {
                "lower the probability or the number, or give all synapses of all-to-all one weight and delay".into()
            }
            Self::NoSuchNeuron { .. } => "mend the list or enlarge the population".into(),
            Self::ListedTwice { .. } => "list each pair once, with the sum of its weights".into(),
            Self::NotPlasticModel { .. } => {
                "make the target a population of model wta or intensity, or the projection static".into()
            }
            Self::PlasticInhibition => "make it excitatory or static".into(),
            Self::PlasticDelays => "give a single delay".into(),
            Self::NoPriorToStartFrom => "give `start` a number or a distribution".into(),
            Self::TooManyLevels { limit, .. } => format!("use at most {limit} different rates"),
            Self::NoSuchLevel { .. } => "add the level or mend the pattern".into(),
            Self::PatternLength { needed, .. } => format!("give {needed} levels"),
            Self::NoSuchPattern { .. } => "add the pattern or mend the change".into(),
            Self::NotAscending { .. } => "sort the changes by time, one at a tick".into(),
            Self::SpikesNotAscending { .. } => "sort its spikes by time, at most one in a tick".into(),
            Self::RecordsNoSuchNeuron { size, .. } => format!("choose from 0 to {}", size.saturating_sub(1)),
            Self::RecordNotAscending { .. } => "list the neurons ascending, each once".into(),
            Self::NoPotential { .. } => "record its spikes instead".into(),
        }
    }
}

fn whole_circuits(size: u32, circuit_size: u32) -> String {
    let below = size - size % circuit_size.max(1);
    let above = below.saturating_add(circuit_size);
    if below == 0 {
        format!("make it {above} neurons, or the circuit at most {size}")
    } else {
        format!("make it {below} or {above} neurons")
    }
}

fn nearest_ticks(time_ms: f64, tick_ms: f64) -> String {
    let below = (time_ms / tick_ms).floor();
    format!(
        "choose {} ms or {} ms, or another tick",
        tidy(below * tick_ms),
        tidy((below + 1.0) * tick_ms)
    )
}

/// A product of decimals without its rounding error: 0.3 instead of 0.30000000000000004.
fn tidy(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}
