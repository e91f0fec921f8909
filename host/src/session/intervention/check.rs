//! Whether a change is possible in a network; all names become indices.

use super::edit::{Plan, Target};
use super::{Change, InterventionError, Which};
use crate::description::{Model, Network, Projection, SynapticSampling};
use crate::session::Prepared;

impl Change {
    /// Checks a change against a network.
    ///
    /// # Errors
    /// [`InterventionError`] names the object and what is wrong.
    pub(in crate::session) fn plan<'a>(
        &'a self,
        prepared: &Prepared,
    ) -> Result<Plan<'a>, InterventionError> {
        let network = &prepared.network;
        match self {
            Self::Silence {
                population,
                neurons,
            } => silence(network, population, neurons),
            Self::SetTheta {
                projection,
                which,
                theta,
            } => {
                let (index, found) = plastic(network, projection)?;
                within(found, *theta)?;
                let which = chosen(prepared, index, which)?;
                let target = Target::Theta {
                    which,
                    theta: raw(*theta),
                };
                Ok(Plan { index, target })
            }
            Self::LoadTheta { projection, table } => {
                let (index, found) = plastic(network, projection)?;
                for theta in table.thetas() {
                    within(found, *theta)?;
                }
                exist(prepared, index, table.synapses().iter().copied())?;
                let target = Target::Table { table };
                Ok(Plan { index, target })
            }
            Self::Remove { projection, which } => {
                let (index, _) = plastic(network, projection)?;
                let which = chosen(prepared, index, which)?;
                let target = Target::Remove { which };
                Ok(Plan { index, target })
            }
            Self::Bound {
                projection,
                low,
                high,
            } => {
                let (index, found) = plastic(network, projection)?;
                within(found, *low)?;
                within(found, *high)?;
                // A NaN is within no bounds.
                if low >= high {
                    let (low, high) = (*low, *high);
                    return Err(InterventionError::Reversed { low, high });
                }
                let target = Target::Bound {
                    low: raw(*low),
                    high: raw(*high),
                };
                Ok(Plan { index, target })
            }
        }
    }
}

/// Q3.28, nearest.
pub(super) fn raw(theta: f64) -> i32 {
    libm::round(theta * f64::from(1 << 28)) as i32
}

fn silence<'a>(
    network: &Network,
    name: &str,
    neurons: &'a [u32],
) -> Result<Plan<'a>, InterventionError> {
    let found = network.population(name);
    let found = found.and_then(|index| Some((index, network.populations.get(index)?)));
    let Some((index, population)) = found else {
        let name = name.to_owned();
        return Err(InterventionError::NoPopulation { name });
    };
    if !matches!(population.model, Model::Wta(_) | Model::Intensity(_)) {
        return Err(InterventionError::CannotSilence {
            name: name.to_owned(),
            model: population.model.name(),
        });
    }
    if let Some(neuron) = neurons.iter().find(|neuron| **neuron >= population.size) {
        return Err(InterventionError::NoNeuron {
            name: name.to_owned(),
            size: population.size,
            neuron: *neuron,
        });
    }
    let target = Target::Silence { neurons };
    Ok(Plan { index, target })
}

fn plastic<'n>(
    network: &'n Network,
    name: &str,
) -> Result<(usize, &'n Projection), InterventionError> {
    let found = network.projection(name);
    let found = found.and_then(|index| Some((index, network.projections.get(index)?)));
    match found {
        None => Err(InterventionError::NoProjection {
            name: name.to_owned(),
        }),
        Some((_, projection)) if projection.plasticity.is_none() => {
            Err(InterventionError::Static {
                name: name.to_owned(),
            })
        }
        Some(found) => Ok(found),
    }
}

fn within(projection: &Projection, value: f64) -> Result<(), InterventionError> {
    let bounds = projection.plasticity.as_ref().map(SynapticSampling::bounds);
    let (low, high) = bounds.unwrap_or((0.0, 0.0));
    if (low..=high).contains(&value) {
        return Ok(());
    }
    Err(InterventionError::Beyond {
        name: projection.name.clone(),
        value,
        low,
        high,
    })
}

fn chosen(
    prepared: &Prepared,
    projection: usize,
    which: &Which,
) -> Result<Which, InterventionError> {
    let Which::Pairs(pairs) = which else {
        return Ok(which.clone());
    };
    exist(prepared, projection, pairs.iter().copied())?;
    let mut pairs = pairs.clone();
    pairs.sort_unstable();
    pairs.dedup();
    Ok(Which::Pairs(pairs))
}

/// Whether the network was described with all these synapses.
fn exist(
    prepared: &Prepared,
    projection: usize,
    pairs: impl Iterator<Item = (u32, u32)>,
) -> Result<(), InterventionError> {
    let Some(synapses) = prepared.connectivity.get(projection) else {
        return Ok(());
    };
    for (pre, post) in pairs {
        let mut row = synapses.row_within(pre, post..post.saturating_add(1));
        if row.next().is_none() {
            let found = prepared.network.projections.get(projection);
            return Err(InterventionError::NoSynapse {
                name: found.map_or_else(String::new, |found| found.name.clone()),
                pre,
                post,
            });
        }
    }
    Ok(())
}
