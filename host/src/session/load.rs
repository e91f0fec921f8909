//! The deadline budget, predicted before anything runs: how much of a tick each core will need.
//!
//! From the description's mean rates, the plan of the images and the cost table. Rows count as long as the longest of their
//! inlet, so that the prediction errs on the safe side; waiting for SDRAM and the network is left out. What really happens
//! is the business of `--target machine`.

use super::Prepared;
use crate::description::Projection;
use crate::loading::{CorePlan, takes_steps};
use spinedrift_core::image::{Inlet, InletKind, Model, Plastic};
use spinedrift_core::kernel::Work;
use spinedrift_core::spike::{BLOCK_SLOTS, CORE_BLOCKS_MAX};
use spinedrift_emulator::machine::costs::Costs;

/// Predicted cycles of a core in a tick.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CoreLoad {
    /// Updating neurons and sources.
    pub update: f64,
    /// Packets: interrupt and look-up.
    pub packets: f64,
    /// Rows that packets and sweeps visit.
    pub rows: f64,
    /// Cycles that a tick has.
    pub budget: f64,
}

impl CoreLoad {
    /// All cycles.
    #[must_use]
    pub fn cycles(&self) -> f64 {
        self.update + self.packets + self.rows
    }

    /// Of the tick; above 1 the deadline is missed.
    #[must_use]
    pub fn share(&self) -> f64 {
        self.cycles() / self.budget.max(1.0)
    }
}

impl Prepared {
    /// The deadline budget of every core, in the order of the partition.
    #[must_use]
    pub fn predicted_load(&self) -> Vec<CoreLoad> {
        self.plans.iter().map(|plan| self.load_of(plan)).collect()
    }

    /// Where the figures of the prediction are from.
    #[must_use]
    pub fn load_basis(&self) -> String {
        let marks = self.setup.machine.timing.marks(&["costs"]);
        let words: Vec<String> = marks.iter().map(ToString::to_string).collect();
        format!("{} costs", words.join(" and "))
    }

    fn load_of(&self, plan: &CorePlan) -> CoreLoad {
        let machine = &self.setup.machine;
        let (costs, figures) = (
            machine.timing.costs(),
            machine.timing.hardware(machine.clock_mhz),
        );
        let cycles = |work| f64::from(costs.of(work)) / 256.0;
        let mut load = CoreLoad {
            update: cycles(Work::Tick),
            budget: figures.tick_cycles(self.machine_tick_us()) as f64,
            ..CoreLoad::default()
        };
        for site in &plan.sites {
            let slots = f64::from(u32::from(site.record.blocks) * BLOCK_SLOTS);
            let each = match &site.record.model {
                Model::Wta(_) => Work::WtaNeuron,
                Model::Intensity(_) => Work::IntensityNeuron,
                Model::Lif(_) => Work::LifNeuron,
                Model::Poisson(_) | Model::SpikeArray(_) => Work::Source,
            };
            let spikes = slots * self.spikes_a_tick(usize::from(site.record.population));
            load.update += slots * cycles(each) + spikes * f64::from(costs.send) / 256.0;
            if matches!(each, Work::Source) {
                load.update += spikes * cycles(Work::SourceDraw);
            }
        }
        for inlet in &plan.inlets {
            self.add_inlet(inlet, plan, &costs, &mut load);
        }
        // A packet is looked up once, however many inlets it has.
        for key in &plan.keys {
            let inlet = plan.inlets.get(usize::from(key.inlet_first));
            let pre =
                inlet.and_then(|inlet| self.network.projections.get(usize::from(inlet.projection)));
            let slots = f64::from((!key.mask).saturating_add(1));
            let most = inlet.map_or(0.0, |inlet| f64::from(inlet.pre_count));
            let rate = pre.map_or(0.0, |projection| self.spikes_a_tick(projection.pre));
            let packets = rate * slots.min(most);
            load.packets += packets * (cycles(Work::Packet) + figures.receive as f64);
        }
        load
    }

    fn add_inlet(&self, inlet: &Inlet, plan: &CorePlan, costs: &Costs, load: &mut CoreLoad) {
        let cycles = |work| f64::from(costs.of(work)) / 256.0;
        let Some(projection) = self.network.projections.get(usize::from(inlet.projection)) else {
            return;
        };
        let blocks = plan
            .sites
            .get(usize::from(inlet.slice))
            .map_or(CORE_BLOCKS_MAX as u32, |site| u32::from(site.record.blocks));
        let visits = f64::from(inlet.pre_count) * self.spikes_a_tick(projection.pre);
        let (set_up, lanes) = (
            f64::from(costs.dma_setup) / 256.0,
            f64::from(blocks * BLOCK_SLOTS),
        );
        load.rows += match &inlet.kind {
            InletKind::Static => {
                let longest = f64::from(inlet.stride.saturating_sub(1));
                visits * (cycles(Work::Row) + set_up + longest * cycles(Work::StaticSynapse))
            }
            InletKind::Plastic(plastic) => {
                let swept = f64::from(inlet.pre_count) / f64::from(plastic.sweep_ticks.max(1));
                let row = cycles(Work::Row) + 2.0 * set_up;
                let moved = lanes * cycles(Work::PlasticSynapse);
                let still = lanes * self.swept_synapse(plastic, projection, cycles);
                // Every synapse gets one kick for each spike of its target, whenever its row is visited.
                let kicks =
                    f64::from(inlet.pre_count) * lanes * self.spikes_a_tick(projection.post);
                visits * (row + moved) + swept * (row + still) + kicks * cycles(Work::Kick)
            }
        };
    }

    /// Cycles of a synapse that the sweep moves: a step in blocks none of whose neurons fired, if the rule has one.
    fn swept_synapse(
        &self,
        plastic: &Plastic,
        projection: &Projection,
        cycles: impl Fn(Work) -> f64,
    ) -> f64 {
        let transition = cycles(Work::PlasticSynapse);
        let tick_s = f64::from(self.network.tick_us) * 1e-6;
        let rule = projection.plasticity.as_ref();
        if !rule.is_some_and(|rule| takes_steps(rule, plastic, tick_s)) {
            return transition;
        }
        let kicked = f64::from(BLOCK_SLOTS) * self.spikes_a_tick(projection.post);
        let kicked = kicked.min(1.0);
        kicked * transition + (1.0 - kicked) * cycles(Work::PlasticStep)
    }

    /// Mean spikes of one neuron in a tick.
    fn spikes_a_tick(&self, population: usize) -> f64 {
        let rate = self
            .network
            .populations
            .get(population)
            .map_or(0.0, crate::description::Population::mean_rate_hz);
        rate * f64::from(self.network.tick_us) * 1e-6
    }
}
