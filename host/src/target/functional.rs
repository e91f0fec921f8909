//! The functional emulator as a target.

use super::{CoreCounters, Loadable, Losses, Target, TargetError};
use spinedrift_core::spike::Tick;
use spinedrift_emulator::functional::{CoreState, Functional, Vectors};

/// Ideal delivery; as fast as this computer can.
#[derive(Debug)]
pub struct FunctionalTarget {
    machine: Functional,
}

impl FunctionalTarget {
    /// Loads the images.
    ///
    /// # Errors
    /// [`TargetError::Load`] names the core whose image is unusable.
    pub fn new(loadable: &Loadable, threads: usize) -> Result<Self, TargetError> {
        let machine = Functional::new(
            &loadable.images,
            loadable.tables.clone(),
            loadable.grid,
            threads,
        )?;
        Ok(Self { machine })
    }

    /// The target, computing with other vector instructions: same bits.
    #[must_use]
    pub fn with_vectors(self, vectors: Vectors) -> Self {
        Self {
            machine: self.machine.with_vectors(vectors),
        }
    }
}

impl Target for FunctionalTarget {
    fn describe(&self) -> String {
        format!(
            "functional emulator (ideal delivery, as fast as it can), {} threads",
            self.machine.threads()
        )
    }

    fn tick(&self) -> u32 {
        self.machine.tick().0
    }

    fn run(&mut self, ticks: u32) -> Result<(), TargetError> {
        self.machine.run(ticks);
        Ok(())
    }

    fn read_out(&mut self) -> Result<(), TargetError> {
        self.machine.read_out();
        Ok(())
    }

    fn collect(&mut self, take: &mut dyn FnMut(usize, &[u32])) -> Result<(), TargetError> {
        self.machine.drain(take);
        Ok(())
    }

    fn counters(&self) -> Vec<CoreCounters> {
        self.machine.counters().map(CoreCounters::from).collect()
    }

    fn losses(&self) -> Losses {
        let (dropped, which) = self.machine.unrouted();
        Losses::unrouted(dropped, which)
    }

    fn checkpoint(&mut self) -> Result<Vec<CoreState>, TargetError> {
        Ok(self.machine.checkpoint())
    }

    fn restore(&mut self, tick: u32, states: Vec<CoreState>) -> Result<(), TargetError> {
        Ok(self.machine.restore(Tick(tick), states)?)
    }

    fn edit(
        &mut self,
        cores: &[usize],
        change: &mut dyn FnMut(usize, &mut CoreState),
    ) -> Result<(), TargetError> {
        for &core in cores {
            self.machine.edit(core, |state| change(core, state))?;
        }
        Ok(())
    }
}
