//! Everything that is known before the first tick: synapses, scales, mapping, budgets, images.

use super::intervention::{Intervention, InterventionError};
use crate::board::Machine;
use crate::description::Network;
use crate::description::check::NetworkError;
use crate::description::connectivity::Connectivity;
use crate::description::expand::expand;
use crate::loading::{
    CorePlan, LoadFootprint, LoadingError, Scales, Source, check_formats, emit_core,
};
use crate::mapping::{self, Constraint, MapError, Mapping, PopulationSlots, SlotCount};
use crate::target::{Hardware, Loadable};
use rayon::prelude::*;
use spinedrift_emulator::functional::CoreImage;
use spinedrift_emulator::machine::fabric::Outline;
use std::num::NonZeroU32;

/// How a network is put onto a machine.
#[derive(Clone, Debug)]
pub struct Setup {
    /// Machine.
    pub machine: Machine,
    /// Seed of everything random.
    pub seed: u64,
    /// Algorithms of the mapper.
    pub mapping: mapping::Options,
    /// What the user asks of the placement.
    pub constraints: Vec<Constraint>,
    /// How many times as long as in biology a tick takes on the machine: 1 is real time. A network that misses its
    /// deadlines in real time may keep them at 3.
    pub slow_down: NonZeroU32,
}

impl Setup {
    /// On this machine, with the default mapping.
    #[must_use]
    pub fn new(machine: Machine, seed: u64) -> Self {
        Self {
            machine,
            seed,
            mapping: mapping::Options::default(),
            constraints: Vec::new(),
            slow_down: NonZeroU32::MIN,
        }
    }
}

/// Why a network can't be prepared.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum PrepareError {
    /// The network contradicts itself.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// It doesn't fit into fixed point.
    #[error(transparent)]
    Loading(#[from] LoadingError),
    /// It can't be mapped.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Map(#[from] MapError),
}

/// A network ready to be loaded.
#[derive(Debug)]
pub struct Prepared {
    /// The network.
    pub network: Network,
    /// Machine and seed.
    pub setup: Setup,
    /// Its synapses.
    pub connectivity: Vec<Connectivity>,
    /// Its scales.
    pub scales: Scales,
    /// Its mapping.
    pub mapping: Mapping,
    /// The plan of each core.
    pub plans: Vec<CorePlan>,
    /// What is done to it while it runs, ascending by tick.
    pub interventions: Vec<Intervention>,
}

impl Prepared {
    /// Expands, scales and maps a network. Nothing is run and no image is made yet.
    ///
    /// # Errors
    /// [`PrepareError`], by stage; each says what doesn't fit, by how much, and how to mend it.
    pub fn new(network: Network, setup: Setup) -> Result<Self, PrepareError> {
        let connectivity = expand(&network, setup.seed)?;
        let scales = Scales::new(&network, &connectivity)?;
        let source = Source {
            network: &network,
            connectivity: &connectivity,
            scales: &scales,
            seed: setup.seed,
        };
        let footprint = LoadFootprint::new(source);
        let populations = slots_of(&network);
        let task = mapping::Task {
            machine: &setup.machine,
            populations: &populations,
            footprint: &footprint,
            connectivity: &footprint,
            constraints: &setup.constraints,
            options: setup.mapping,
        };
        // A parameter that doesn't fit its format is reported before any memory is.
        check_formats(&source)?;
        let mapping = mapping::map(&task)?;
        let plan = |core| footprint.plan(&mapping.partition, core, Some(&mapping.keys));
        let plans = (0..mapping.partition.cores.len())
            .map(plan)
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            network,
            setup,
            connectivity,
            scales,
            mapping,
            plans,
            interventions: Vec::new(),
        })
    }

    /// What all images have in common.
    #[must_use]
    pub fn source(&self) -> Source<'_> {
        let Self {
            network,
            connectivity,
            scales,
            ..
        } = self;
        Source {
            network,
            connectivity,
            scales,
            seed: self.setup.seed,
        }
    }

    /// Plans interventions for a run, in the order of their ticks and, within a tick, of the list.
    ///
    /// # Errors
    /// [`InterventionError`] names the first that this network can't undergo.
    pub fn with_interventions(
        mut self,
        mut interventions: Vec<Intervention>,
    ) -> Result<Self, InterventionError> {
        for planned in &interventions {
            planned.change.plan(&self)?;
        }
        interventions.sort_by_key(|planned| planned.tick);
        self.interventions = interventions;
        Ok(self)
    }

    /// Builds the images and tables that a target loads.
    ///
    /// # Errors
    /// [`PrepareError::Loading`] if a value doesn't fit its format.
    pub fn loadable(&self) -> Result<Loadable, PrepareError> {
        let source = self.source();
        let places = &self.mapping.placement.cores;
        let image = |(core, (plan, place)): (usize, (&CorePlan, &mapping::CorePlace))| -> Result<CoreImage, LoadingError> {
            let bytes = emit_core(&source, &self.mapping.partition, core, plan)?;
            Ok(CoreImage { chip: place.chip, core: place.core, bytes })
        };
        let images = self
            .plans
            .par_iter()
            .zip(places)
            .enumerate()
            .map(image)
            .collect::<Result<Vec<_>, _>>()?;
        let tables = self
            .mapping
            .tables
            .iter()
            .map(|chip| (chip.chip, chip.table.clone()))
            .collect();
        Ok(Loadable {
            images,
            tables,
            grid: self.setup.machine.grid,
            hardware: self.hardware(),
            trace_limit: 0,
        })
    }

    /// The machine in figures.
    #[must_use]
    pub fn hardware(&self) -> Hardware {
        let machine = &self.setup.machine;
        Hardware {
            outline: Outline {
                chips: machine
                    .chips()
                    .map(|chip| (chip, machine.board_of(chip)))
                    .collect(),
                dead_links: machine.dead_links().clone(),
            },
            figures: machine.timing.hardware(machine.clock_mhz),
            costs: machine.timing.costs(),
            energy: machine.timing.energy(machine.core_mv),
            tick_us: self.machine_tick_us(),
            faults: machine.faults.clone(),
        }
    }

    /// Length of a tick on the machine, in µs: the network's, times the slow-down.
    #[must_use]
    pub const fn machine_tick_us(&self) -> u32 {
        self.network
            .tick_us
            .saturating_mul(self.setup.slow_down.get())
    }

    /// Its populations as the mapper sees them.
    #[must_use]
    pub fn population_slots(&self) -> Vec<PopulationSlots> {
        slots_of(&self.network)
    }

    /// Each core with its index, its budget and its place.
    pub fn cores(&self) -> impl Iterator<Item = (usize, &mapping::Budget, &mapping::CorePlace)> {
        let cores = self
            .mapping
            .budgets
            .iter()
            .zip(&self.mapping.placement.cores)
            .enumerate();
        cores.map(|(core, (budget, place))| (core, budget, place))
    }

    /// Plastic synapses of the network.
    #[must_use]
    pub fn plastic_synapses(&self) -> u64 {
        let projections = self.network.projections.iter().zip(&self.connectivity);
        projections
            .filter(|(p, _)| p.plasticity.is_some())
            .map(|(_, synapses)| synapses.synapses())
            .sum()
    }
}

impl Prepared {
    /// Updates that one step a tick for each plastic synapse would take over so many ticks, frozen time left out.
    #[must_use]
    pub fn updates_every_tick(&self, ticks: u32) -> u64 {
        let projections = self.network.projections.iter().zip(&self.connectivity);
        let updates = projections.filter_map(|(projection, synapses)| {
            let frozen = projection
                .plasticity
                .as_ref()?
                .frozen_from_tick
                .unwrap_or(u32::MAX);
            Some(synapses.synapses() * u64::from(ticks.min(frozen)))
        });
        updates.sum()
    }

    /// Spikes a tick that will be recorded, as far as the description tells: for the forecast of disk use.
    #[must_use]
    pub fn spikes_per_tick(&self) -> f64 {
        let tick_s = f64::from(self.network.tick_us) * 1e-6;
        let recorded = self
            .network
            .populations
            .iter()
            .filter(|population| population.record.spikes);
        recorded
            .map(|population| population.mean_rate_hz() * f64::from(population.size) * tick_s)
            .sum()
    }
}

/// Populations as the mapper sees them.
fn slots_of(network: &Network) -> Vec<PopulationSlots> {
    let one = |population: &crate::description::Population| {
        let layout = population.slots();
        let slots = SlotCount {
            total: layout.slots(),
            unit: layout.unit(),
        };
        PopulationSlots {
            name: population.name.clone(),
            slots,
            slots_per_core_max: None,
        }
    };
    network.populations.iter().map(one).collect()
}
