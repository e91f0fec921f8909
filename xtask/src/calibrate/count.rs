//! The same images here, with a counter in the place of hardware: units of work of each call of the kernel.

use spinedrift::target::Loadable;
use spinedrift_core::kernel::{Arrival, Hardware, Transfer, Work};
use spinedrift_core::spike::{AerKey, BLOCK_SLOTS, Tick};
use spinedrift_emulator::functional::{CoreImage, Fabric, LoadError, Loaded};
use spinedrift_emulator::machine::costs::SECTIONS;

/// Units of each work.
pub(super) type Units = [u32; SECTIONS.len()];

/// One call of the kernel.
pub(super) struct Call {
    /// 0 a tick, 1 a packet.
    pub(super) kind: u32,
    /// Tick.
    pub(super) tick: u32,
    /// Units of work.
    pub(super) units: Units,
}

#[derive(Default)]
struct Counter {
    units: Units,
    sent: Vec<AerKey>,
    tick: u32,
}

impl Hardware for Counter {
    fn send(&mut self, key: AerKey) {
        self.sent.push(key);
    }

    fn start_dma(&mut self, _: Transfer) {}

    fn drain(&mut self, _: &[u32]) {}

    fn tick(&self) -> Tick {
        Tick(self.tick)
    }

    fn charge(&mut self, work: Work, units: u32) {
        if let Some(count) = self.units.get_mut(work as usize) {
            *count += units;
        }
    }
}

struct Core {
    loaded: Loaded,
    counter: Counter,
    calls: Vec<Call>,
}

impl Core {
    fn new(image: &CoreImage) -> Result<Self, LoadError> {
        Ok(Self {
            loaded: Loaded::new(image)?,
            counter: Counter::default(),
            calls: Vec::new(),
        })
    }

    fn call(&mut self, kind: u32, tick: u32, key: Option<AerKey>) {
        let (kernel, mut memory) = self.loaded.parts();
        self.counter.tick = tick;
        match key {
            Some(key) => {
                let _: Arrival = kernel.packet(&mut memory, &mut self.counter, key, Tick(tick));
            }
            None => kernel.timer(&mut memory, &mut self.counter, Tick(tick)),
        }
        let units = std::mem::take(&mut self.counter.units);
        self.calls.push(Call { kind, tick, units });
    }
}

/// Calls of each core over some ticks, in the order in which its board makes them.
pub(super) fn run(loadable: &Loadable, ticks: u32) -> Result<Vec<Vec<Call>>, LoadError> {
    let mut cores = loadable
        .images
        .iter()
        .map(Core::new)
        .collect::<Result<Vec<_>, _>>()?;
    let slices = |core: &Core| {
        let slices = core.loaded.kernel().slices().iter();
        let keys = slices.map(|slice| (slice.key, u32::from(slice.blocks) * BLOCK_SLOTS));
        (core.loaded.chip, core.loaded.core, keys.collect())
    };
    let fabric = Fabric::new(
        loadable.grid,
        loadable.tables.clone(),
        cores.iter().map(slices).collect::<Vec<_>>(),
    );
    let mut inboxes: Vec<Vec<AerKey>> = cores.iter().map(|_| Vec::new()).collect();
    for tick in 0..=ticks {
        let mut next: Vec<Vec<AerKey>> = cores.iter().map(|_| Vec::new()).collect();
        for (number, (core, inbox)) in cores.iter_mut().zip(&mut inboxes).enumerate() {
            inbox.sort_unstable();
            for &key in &*inbox {
                core.call(1, tick.saturating_sub(1), Some(key));
            }
            if tick == ticks {
                continue;
            }
            core.call(0, tick, None);
            for key in std::mem::take(&mut core.counter.sent) {
                let targets = fabric.targets(number, core.loaded.chip, key);
                for target in targets.iter().flat_map(|targets| &targets.cores) {
                    if let Some(inbox) = next.get_mut(target.core as usize) {
                        inbox.push(key);
                    }
                }
            }
        }
        inboxes = next;
    }
    Ok(cores.into_iter().map(|core| core.calls).collect())
}
