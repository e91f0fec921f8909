//! What depends on whole populations and projections, worked out once for all cores.

use super::LoadingError;
use super::fixed::scale;
use super::jumps::sweep_ticks;
use crate::description::connectivity::Connectivity;
use crate::description::{Model, Network, Receptor};

/// Most fraction bits of a ring's integers: those of the potentials that they become.
const RING_FRACTION_MAX: u32 = 16;
/// Fewest fraction bits that are still of use.
const RING_FRACTION_MIN: u32 = 4;

/// Scale of one projection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ProjectionScale {
    /// A weight of 16 bits on the wire is shifted left by this to become a ring integer.
    pub weight_shift: u32,
    /// Plastic: every row is visited at least once in so many ticks.
    pub sweep_ticks: u32,
    /// Longest delay in ticks.
    pub delay_max: u32,
    /// Weights that are not zero but become zero on the wire.
    pub weights_lost: u64,
}

/// Scale of one population.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PopulationScale {
    /// Fraction bits of its ring's integers.
    pub ring_fraction: u32,
    /// Ring slots: the longest delay of what ends here, rounded up to a power of two.
    pub ring_slots: u32,
    /// Entries of each block's spike history; 0 if nothing plastic ends here.
    pub history_entries: u32,
}

/// Scales of a network.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scales {
    /// Of each population.
    pub populations: Vec<PopulationScale>,
    /// Of each projection.
    pub projections: Vec<ProjectionScale>,
}

impl Scales {
    /// Works out all scales.
    ///
    /// # Errors
    /// [`LoadingError::FanIn`] if a neuron's input could overflow 32 bits; [`LoadingError::TooFast`] if θ moves too far
    /// in a tick.
    pub fn new(network: &Network, connectivity: &[Connectivity]) -> Result<Self, LoadingError> {
        let populations = (0..network.populations.len())
            .map(|population| population_scale(network, connectivity, population))
            .collect::<Result<Vec<_>, _>>()?;
        let mut scales = Self {
            populations,
            projections: Vec::new(),
        };
        for (projection, synapses) in network.projections.iter().zip(connectivity) {
            let fraction = scales
                .populations
                .get(projection.post)
                .map_or(RING_FRACTION_MAX, |p| p.ring_fraction);
            let weight_max = f64::from(synapses.weight_max());
            let mut weight_shift = 0;
            while libm::round(weight_max * scale(fraction - weight_shift.min(fraction))) > 65_535.0
                && weight_shift < fraction
            {
                weight_shift += 1;
            }
            let tick_s = f64::from(network.tick_us) * 1e-6;
            let mut one = ProjectionScale {
                weight_shift,
                delay_max: delay_max(synapses),
                ..Default::default()
            };
            match &projection.plasticity {
                Some(rule) => one.sweep_ticks = sweep_ticks(projection, rule, tick_s)?,
                None => one.weights_lost = weights_lost(synapses, fraction - weight_shift),
            }
            scales.projections.push(one);
        }
        for population in 0..network.populations.len() {
            let entries = history_entries(network, &scales, population);
            if let Some(scale) = scales.populations.get_mut(population) {
                scale.history_entries = entries;
            }
        }
        Ok(scales)
    }

    /// Non-zero weights that become zero on the wire, over all projections.
    #[must_use]
    pub fn weights_lost(&self) -> u64 {
        self.projections
            .iter()
            .map(|projection| projection.weights_lost)
            .sum()
    }
}

fn delay_max(synapses: &Connectivity) -> u32 {
    match synapses {
        Connectivity::AllToAll(all) => u32::from(all.delay_ticks),
        Connectivity::Sparse(csr) => csr.delay_ticks.iter().copied().max().map_or(1, u32::from),
    }
}

fn weights_lost(synapses: &Connectivity, fraction: u32) -> u64 {
    let lost = |weight: f32| weight > 0.0 && libm::round(f64::from(weight) * scale(fraction)) < 1.0;
    match synapses {
        Connectivity::AllToAll(all) if lost(all.weight) => synapses.synapses(),
        Connectivity::AllToAll(_) => 0,
        Connectivity::Sparse(csr) => {
            csr.weight.iter().filter(|weight| lost(**weight)).count() as u64
        }
    }
}

/// The most fraction bits with which no sum of a neuron's weights can leave 32 bits.
fn population_scale(
    network: &Network,
    connectivity: &[Connectivity],
    population: usize,
) -> Result<PopulationScale, LoadingError> {
    let Some(post) = network.populations.get(population) else {
        return Ok(PopulationScale::default());
    };
    let two_rings = matches!(post.model, Model::Lif(_));
    let mut sums = [vec![0.0_f64; post.size as usize], Vec::new()];
    if two_rings {
        sums[1] = vec![0.0; post.size as usize];
    }
    let mut fan_in = 0_u64;
    let mut delay = 1;
    for (projection, synapses) in network.projections.iter().zip(connectivity) {
        if projection.post != population {
            continue;
        }
        let ring = usize::from(two_rings && projection.receptor == Receptor::Inhibitory);
        for (sum, weight) in sums
            .iter_mut()
            .skip(ring)
            .take(1)
            .flatten()
            .zip(synapses.fan_in_weights())
        {
            *sum += weight;
        }
        fan_in = fan_in.saturating_add(
            u64::from(synapses.pre_size()).saturating_mul(synapses_per_pair(synapses)),
        );
        delay = delay.max(delay_max(synapses));
    }
    let all = sums.iter().flat_map(|ring| (0_u32..).zip(ring));
    let (neuron, &largest) = all.max_by(|a, b| a.1.total_cmp(b.1)).unwrap_or((0, &0.0));
    // A LIF neuron adds an input to a current of up to 2^28.
    let most = if two_rings { 1 << 30 } else { i32::MAX };
    // Each weight is rounded to half a step at most.
    let room = f64::from(most) - fan_in as f64;
    let fits = |fraction: u32| largest * scale(fraction) <= room;
    let fraction = (RING_FRACTION_MIN..=RING_FRACTION_MAX)
        .rev()
        .find(|fraction| fits(*fraction));
    let ring_fraction = fraction.ok_or_else(|| LoadingError::FanIn {
        population: post.name.clone(),
        neuron,
        sum: largest,
        limit: room / scale(RING_FRACTION_MIN),
    })?;
    Ok(PopulationScale {
        ring_fraction,
        ring_slots: delay.next_power_of_two(),
        history_entries: 0,
    })
}

/// How often one pair may be connected: lists may repeat a pair.
fn synapses_per_pair(synapses: &Connectivity) -> u64 {
    match synapses {
        Connectivity::AllToAll(_) => 1,
        Connectivity::Sparse(csr) => {
            let rows = csr
                .row_start
                .windows(2)
                .filter_map(|w| csr.post.get(w[0] as usize..w[1] as usize));
            let longest_run = |row: &[u32]| {
                row.chunk_by(|a, b| a == b)
                    .map(<[u32]>::len)
                    .max()
                    .unwrap_or(1)
            };
            rows.map(longest_run).max().unwrap_or(1) as u64
        }
    }
}

/// Entries of a block's history: its spikes between two visits of a row, six standard deviations above the mean at the
/// highest rate of one block; never more than one entry a tick.
fn history_entries(network: &Network, scales: &Scales, population: usize) -> u32 {
    let plastic = network.projections.iter().zip(&scales.projections);
    let sweep = plastic
        .filter(|(projection, _)| projection.post == population && projection.plasticity.is_some())
        .map(|(_, scale)| scale.sweep_ticks)
        .max();
    let (Some(sweep), Some(post)) = (sweep, network.populations.get(population)) else {
        return 0;
    };
    let tick_s = f64::from(network.tick_us) * 1e-6;
    let per_tick = match &post.model {
        Model::Wta(wta) => -libm::expm1(-wta.rate_hz * tick_s),
        // Sixteen neurons that fire at a quarter of their refractory limit or at 100 Hz each.
        Model::Intensity(neuron) => {
            let hz = 100.0_f64.min(250.0 / neuron.refractory_ms.max(1.0));
            (16.0 * hz * tick_s).min(1.0)
        }
        Model::Lif(_) | Model::Poisson(_) | Model::SpikeArray(_) => 0.0,
    };
    let mean = per_tick * f64::from(sweep);
    let entries = mean + 6.0 * libm::sqrt(mean) + 8.0;
    (entries as u32).min(sweep + 2).next_power_of_two()
}

#[cfg(test)]
mod tests {
    use super::Scales;
    use crate::description::expand::expand;
    use crate::description::{Intensity, Lif, Model, NetworkBuilder, PoissonSource, Synapses};

    /// Fraction bits of what ten synapses of this weight add up in.
    fn fraction(model: impl Into<Model>, weight: f64) -> u32 {
        let network = NetworkBuilder::new("ten")
            .population("sources", 10, PoissonSource::at_hz(1.0))
            .population("post", 1, model)
            .project("sources", "post", Synapses::all_to_all().weight(weight))
            .build()
            .unwrap();
        let scales = Scales::new(&network, &expand(&network, 1).unwrap()).unwrap();
        scales.populations[1].ring_fraction
    }

    #[test]
    fn an_input_leaves_room_for_the_current_that_it_is_added_to() {
        // 10 · 1,638 is below 2^14 mV, hence 2^30 in Q15.16; 10 · 1,639 isn't.
        assert_eq!(fraction(Lif::default(), 1638.0), 16);
        assert_eq!(fraction(Lif::default(), 1639.0), 15);
        // Others sum up in all of 32 bits, and see to what goes beyond.
        assert_eq!(fraction(Intensity::default(), 1639.0), 16);
        assert_eq!(fraction(Intensity::default(), 3277.0), 15);
    }
}
