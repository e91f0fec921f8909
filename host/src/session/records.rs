//! What cores record, translated: frames of slots and inlets become spikes, θ and rewiring of populations and
//! projections.

use super::{Prepared, Sink};
use crate::description::slots::SlotLayout;
use spinedrift_core::kernel::record::{Frame, Frames};
use spinedrift_core::spike::BLOCK_SLOTS;

#[derive(Clone, Copy, Debug)]
struct SliceKey {
    population: u32,
    first_slot: u32,
    layout: SlotLayout,
}

#[derive(Clone, Copy, Debug)]
struct InletKey {
    projection: u32,
    pre: SlotLayout,
    slice: usize,
}

#[derive(Clone, Debug, Default)]
struct CoreKey {
    slices: Vec<SliceKey>,
    inlets: Vec<InletKey>,
}

/// Translates the records of every core.
#[derive(Clone, Debug)]
pub struct Decoder {
    cores: Vec<CoreKey>,
}

impl Decoder {
    /// For a prepared network.
    #[must_use]
    pub fn new(prepared: &Prepared) -> Self {
        let populations = &prepared.network.populations;
        let layout = |population: usize| {
            populations
                .get(population)
                .map(crate::description::Population::slots)
        };
        let core = |plan: &crate::loading::CorePlan| {
            let slice = |site: &crate::loading::SliceSite| {
                let population = u32::from(site.record.population);
                let layout = layout(population as usize)?;
                Some(SliceKey {
                    population,
                    first_slot: site.record.first_slot,
                    layout,
                })
            };
            let inlet = |inlet: &spinedrift_core::image::Inlet| {
                let projection = prepared
                    .network
                    .projections
                    .get(usize::from(inlet.projection))?;
                let pre = layout(projection.pre)?;
                Some(InletKey {
                    projection: u32::from(inlet.projection),
                    pre,
                    slice: usize::from(inlet.slice),
                })
            };
            let slices = plan.sites.iter().filter_map(slice).collect();
            CoreKey {
                slices,
                inlets: plan.inlets.iter().filter_map(inlet).collect(),
            }
        };
        Self {
            cores: prepared.plans.iter().map(core).collect(),
        }
    }

    /// Hands the records of a core to a sink.
    pub fn decode(&self, core: usize, words: &[u32], sink: &mut dyn Sink) {
        let Some(core) = self.cores.get(core) else {
            return;
        };
        let mut now = 0;
        for frame in Frames::new(words) {
            match frame {
                Frame::Tick(tick) => now = tick.0,
                Frame::Spike { slice, slot } => {
                    if let Some((population, neuron)) = core.neuron(slice as usize, slot) {
                        sink.spike(now, population, neuron);
                    }
                }
                Frame::Potential { slice, slot, value } => {
                    if let Some((population, neuron)) = core.neuron(slice as usize, slot) {
                        sink.potential(now, population, neuron, f64::from(value) / 65_536.0);
                    }
                }
                Frame::Rewiring {
                    inlet,
                    pre,
                    slot,
                    gained,
                } => {
                    if let Some((projection, pre, post)) = core.synapse(inlet, pre, slot) {
                        sink.rewiring(now, projection, pre, post, gained);
                    }
                }
                Frame::Theta {
                    inlet,
                    pre,
                    block,
                    lanes,
                    theta,
                } => {
                    for (lane, raw) in (0_u32..)
                        .zip(theta)
                        .filter(|(lane, _)| lanes >> lane & 1 == 1)
                    {
                        if let Some((projection, pre, post)) =
                            core.synapse(inlet, pre, block * BLOCK_SLOTS + lane)
                        {
                            sink.theta(now, projection, pre, post, raw);
                        }
                    }
                }
            }
        }
    }
}

impl CoreKey {
    fn neuron(&self, slice: usize, slot: u32) -> Option<(u32, u32)> {
        let slice = self.slices.get(slice)?;
        Some((
            slice.population,
            slice.layout.neuron_of(slice.first_slot + slot)?,
        ))
    }

    fn synapse(&self, inlet: u32, pre: u32, slot: u32) -> Option<(u32, u32, u32)> {
        let inlet = self.inlets.get(inlet as usize)?;
        let (_, post) = self.neuron(inlet.slice, slot)?;
        Some((inlet.projection, inlet.pre.neuron_of(pre)?, post))
    }
}
