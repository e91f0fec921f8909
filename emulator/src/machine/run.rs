//! The machine from outside: load, run so many ticks, read out, look at what happened.

use super::chip::Chip;
use super::event::{Clock, What};
use super::fabric::Fabric;
use super::faults::{Fault, Plan};
use super::losses::Ledger;
use super::processor::Processor;
use super::region::{Region, Shared, Threads};
use super::runner::Runner;
use super::setup::{BuildError, Setup, lookahead, share};
use super::time::{Cycle, cycles_of_ns};
use super::trace::Tracer;
use crate::functional::CoreState;
use crate::geometry::{ChipCoord, Link};
use spinedrift_core::kernel::Counters;

/// The machine.
#[derive(Debug)]
pub struct Machine {
    regions: Vec<Region>,
    shared: Shared,
    /// Region and place of each core, in the order of the images.
    cores: Vec<(u32, u32, u8)>,
    places: Vec<(ChipCoord, u8)>,
    tick_us: u32,
    faults: Plan,
    next: u32,
}

impl Machine {
    /// Loads images onto their cores.
    ///
    /// # Errors
    /// [`BuildError`] names the core whose image is unusable.
    pub fn new(setup: &Setup<'_>) -> Result<Self, BuildError> {
        let fabric = Fabric::new(setup.grid, setup.outline, setup.tables);
        let mut processors: Vec<Vec<(u32, Processor)>> =
            fabric.sites().iter().map(|_| Vec::new()).collect();
        let count = setup.images.len() as u64;
        for (index, image) in (0_u32..).zip(setup.images) {
            let (chip, core) = (image.chip, image.core);
            let at = fabric
                .index(chip)
                .and_then(|at| processors.get_mut(at as usize));
            let at = at.ok_or(BuildError::NoChip { chip, core })?;
            let runner = Runner::new(image, setup.costs)?;
            // In the order of the images, so that no burst of packets comes from all cores at once.
            let tick = setup.figures.tick_cycles(setup.tick_us);
            let spread = tick.saturating_mul(u64::from(setup.figures.stagger)) / 1000;
            let offset = spread.saturating_mul(u64::from(index)) / count.max(1);
            at.push((index, Processor::new(runner, offset)));
        }
        for cores in &mut processors {
            cores.sort_by_key(|(_, processor)| processor.runner.loaded.core);
        }
        let threads = setup.threads.clamp(1, fabric.sites().len().max(1));
        let places = share(&processors, threads);
        let mut regions: Vec<Region> = (0..threads as u32)
            .map(|number| Region::new(number, Tracer::new(setup.trace_limit)))
            .collect();
        let mut cores = vec![(0, 0, 0); setup.images.len()];
        for (id, processors) in (0_u32..).zip(processors) {
            let (region, local) = places.0.get(id as usize).copied().unwrap_or_default();
            for (socket, (index, _)) in (0_u8..).zip(&processors) {
                if let Some(place) = cores.get_mut(*index as usize) {
                    *place = (region, local, socket);
                }
            }
            let chip = Chip::new(id, &fabric, &setup.figures, processors);
            if let Some(region) = regions.get_mut(region as usize) {
                region.chips.push((id, chip));
            }
        }
        let clock = Clock {
            tick: 0,
            at: Cycle(0),
            cycles: setup.figures.tick_cycles(setup.tick_us),
        };
        let shared = Shared {
            lookahead: lookahead(&fabric, &places, &setup.figures),
            figures: setup.figures,
            fabric,
            places,
            clock,
            end_tick: 0,
        };
        Ok(Self {
            regions,
            shared,
            cores,
            places: setup
                .images
                .iter()
                .map(|image| (image.chip, image.core))
                .collect(),
            tick_us: setup.tick_us,
            faults: setup.faults.clone(),
            next: 0,
        })
    }

    /// The tick that is computed next.
    #[must_use]
    pub const fn tick(&self) -> u32 {
        self.next
    }

    /// Threads that run.
    #[must_use]
    pub const fn threads(&self) -> usize {
        self.regions.len()
    }

    /// What all parts share.
    #[must_use]
    pub const fn shared(&self) -> &Shared {
        &self.shared
    }

    /// Length of a tick.
    #[must_use]
    pub const fn tick_us(&self) -> u32 {
        self.tick_us
    }

    /// Events computed so far.
    #[must_use]
    pub fn events(&self) -> u64 {
        self.regions.iter().map(|region| region.events).sum()
    }

    /// Runs so many ticks. What is under way at their end stays under way.
    pub fn run(&mut self, ticks: u32) {
        let (start, end) = (self.next, self.next.saturating_add(ticks));
        self.shared.end_tick = end;
        for region in &mut self.regions {
            for local in 0..region.chips.len() as u32 {
                let used = |(_, chip): &(u32, Chip)| !chip.cores.is_empty();
                if ticks > 0 && region.chips.get(local as usize).is_some_and(used) {
                    region.push(self.shared.clock.due(start), local, What::Timer);
                }
            }
        }
        for tick in start..end {
            self.plan_faults(tick);
        }
        self.advance(self.shared.clock.due(end));
        self.next = end;
    }

    fn plan_faults(&mut self, tick: u32) {
        if self.faults.is_empty() {
            return;
        }
        let chips: Vec<ChipCoord> = self
            .shared
            .fabric
            .sites()
            .iter()
            .map(|site| site.chip)
            .collect();
        let faults = self
            .faults
            .of_tick(tick, self.tick_us, &chips, &self.places);
        for (after_us, chip, fault) in faults {
            let ns = u64::from(after_us.min(self.tick_us)) * 1000;
            let at = self.shared.clock.due(tick) + cycles_of_ns(ns, self.shared.figures.clock_mhz);
            let Some(id) = self.shared.fabric.index(chip) else {
                continue;
            };
            self.push_fault(id, at, fault);
            // Both ends of a link see it die, and a dead chip takes its links along.
            for link in Link::ALL {
                let cut = fault == Fault::Chip || fault == Fault::Link(link);
                if let Some(next) = self.shared.fabric.neighbour(id, link).filter(|_| cut) {
                    self.push_fault(next.chip, at, Fault::Link(link.opposite()));
                }
            }
        }
    }

    fn push_fault(&mut self, chip: u32, at: Cycle, fault: Fault) {
        let place = self.shared.places.0.get(chip as usize).copied();
        if let Some((region, local)) = place
            && let Some(region) = self.regions.get_mut(region as usize)
        {
            region.push(at, local, What::Fault(fault));
        }
    }

    /// Computes all events before `end`.
    fn advance(&mut self, end: Cycle) {
        let shared = &self.shared;
        if let [only] = self.regions.as_mut_slice() {
            only.advance(end, shared);
            return;
        }
        let exchange = Threads::new(self.regions.len(), &shared.places);
        std::thread::scope(|scope| {
            for region in &mut self.regions {
                scope.spawn(|| region.advance_together(end, shared, &exchange));
            }
        });
    }

    /// Stops the timers and waits until nothing is under way, as the machine does before it is read; ticks that a core is
    /// behind are computed. The next tick begins at the next whole tick of the clock.
    ///
    /// # Errors
    /// [`BuildError::Unbalanced`] if packets are unaccounted for.
    pub fn settle(&mut self) -> Result<(), BuildError> {
        self.advance(Cycle::NEVER);
        let due = self.shared.clock.due(self.next);
        let last = self
            .regions
            .iter()
            .map(|region| region.last)
            .max()
            .unwrap_or_default();
        let late = (last - due).div_ceil(self.shared.clock.cycles.max(1));
        self.shared.clock = Clock {
            tick: self.next,
            at: due + late * self.shared.clock.cycles,
            cycles: self.shared.clock.cycles,
        };
        let ledger = self.ledger();
        match ledger.is_balanced() {
            Some(false) => Err(BuildError::Unbalanced {
                expected: ledger.expected,
                delivered: ledger.delivered,
                lost: ledger.lost_on_the_way(),
            }),
            _ => Ok(()),
        }
    }

    /// Waits until nothing is under way, then settles every plastic row and records θ.
    ///
    /// # Errors
    /// See [`Machine::settle`].
    pub fn read_out(&mut self) -> Result<(), BuildError> {
        self.settle()?;
        let tick = self.next;
        for index in 0..self.cores.len() {
            if let Some(processor) = self.core_mut(index) {
                processor.runner.read_out(tick);
            }
        }
        Ok(())
    }

    /// The chips, in the order of the fabric's sites.
    pub fn chips(&self) -> impl Iterator<Item = &Chip> {
        self.shared.places.0.iter().filter_map(|&(region, local)| {
            let region = self.regions.get(region as usize)?;
            region.chips.get(local as usize).map(|(_, chip)| chip)
        })
    }

    /// What was seen for a trace.
    pub fn tracers(&self) -> impl Iterator<Item = &Tracer> {
        self.regions.iter().map(|region| &region.tracer)
    }

    /// The cores, in the order of their images.
    pub fn cores(&self) -> impl Iterator<Item = &Processor> {
        self.cores.iter().filter_map(|&(region, local, socket)| {
            let (_, chip) = self
                .regions
                .get(region as usize)?
                .chips
                .get(local as usize)?;
            chip.cores
                .get(usize::from(socket))
                .map(|socket| &socket.processor)
        })
    }

    fn core_mut(&mut self, index: usize) -> Option<&mut Processor> {
        let &(region, local, socket) = self.cores.get(index)?;
        let (_, chip) = self
            .regions
            .get_mut(region as usize)?
            .chips
            .get_mut(local as usize)?;
        chip.cores
            .get_mut(usize::from(socket))
            .map(|socket| &mut socket.processor)
    }

    /// Hands over the records of each core since the last call.
    pub fn drain(&mut self, mut take: impl FnMut(usize, &[u32])) {
        for index in 0..self.cores.len() {
            if let Some(processor) = self.core_mut(index) {
                processor.runner.drain(|words| take(index, words));
            }
        }
    }

    /// Counters of each core.
    pub fn counters(&self) -> impl Iterator<Item = (ChipCoord, u8, &Counters)> {
        self.cores().map(|processor| {
            let loaded = &processor.runner.loaded;
            (loaded.chip, loaded.core, loaded.kernel().counters())
        })
    }

    /// What became of all packets.
    #[must_use]
    pub fn ledger(&self) -> Ledger {
        let mut sum = Ledger::default();
        for chip in self.chips() {
            sum.add(&chip.net.ledger);
        }
        sum
    }

    /// Waits until nothing is under way, then copies all memories.
    ///
    /// # Errors
    /// See [`Machine::settle`].
    pub fn checkpoint(&mut self) -> Result<Vec<CoreState>, BuildError> {
        self.settle()?;
        let cores = 0..self.cores.len();
        Ok(cores
            .filter_map(|index| {
                self.core_mut(index)
                    .map(|core| core.runner.loaded.checkpoint())
            })
            .collect())
    }

    /// Goes back to a checkpoint that was taken when `tick` was the next tick. Times, losses and energy count from here.
    ///
    /// # Errors
    /// [`BuildError::Load`] if it belongs to another network or partition.
    pub fn restore(&mut self, tick: u32, states: Vec<CoreState>) -> Result<(), BuildError> {
        let words: Vec<_> = self
            .cores()
            .map(|core| core.runner.loaded.words())
            .collect();
        CoreState::check_all(&states, words.into_iter())?;
        for (index, state) in states.into_iter().enumerate() {
            if let Some(core) = self.core_mut(index) {
                core.runner.loaded.restore(state)?;
                core.rewind(tick);
            }
        }
        self.next = tick;
        self.shared.clock.tick = tick;
        Ok(())
    }
}
