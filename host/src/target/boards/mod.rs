//! Boards as a target: each core of the network runs on one, and the host is the network between them.
//!
//! Packets go through the routing tables that the mapper made. Boards that nobody answers back to run many ticks at a
//! time; those that send to each other, in a circle, meet every tick. Either way they get the packets that they would
//! get on the machine, so the bits are the same.

mod node;
mod order;

pub use node::{Keeper, LoadedCore, Node, NodeError};

use self::order::{Group, groups};
use super::{CoreCounters, Loadable, Losses, Target, TargetError};
use crate::link::LinkError;
use crate::mapping::types::CorePlace;
use spinedrift_core::spike::{AerKey, BLOCK_SLOTS};
use spinedrift_emulator::functional::{CoreState, Fabric, LoadError, Lost};
use std::collections::BTreeMap;
use std::ops::Range;

/// Bytes of DTCM that every board leaves to an image at least: each linker script asserts it.
pub const IMAGE_DTCM_BYTES: u32 = 45 * 1024;

/// Ticks that a board runs at a time.
const STRETCH_TICKS: u32 = 100;

/// Packets for one board, by tick.
type Inbox = BTreeMap<u32, Vec<AerKey>>;

/// Boards, and the host between them.
#[derive(Debug)]
pub struct Boards {
    name: String,
    nodes: Vec<Node>,
    fabric: Fabric,
    groups: Vec<Group>,
    next: u32,
    lost: Lost,
}

impl Boards {
    /// Loads an image onto each board, in order.
    ///
    /// # Errors
    /// [`TargetError::Board`] names the core whose board fails or refuses.
    pub fn load(name: &str, loadable: &Loadable, nodes: Vec<Node>) -> Result<Self, TargetError> {
        let mut nodes = nodes;
        // Each board takes its image at its own pace.
        let loaded: Vec<Result<(), TargetError>> = std::thread::scope(|scope| {
            let load =
                |(node, image): (&mut Node, _)| node.load(image).map_err(|error| node.error(error));
            let threads: Vec<_> = nodes
                .iter_mut()
                .zip(&loadable.images)
                .map(|pair| scope.spawn(move || load(pair)))
                .collect();
            threads.into_iter().map(join).collect()
        });
        loaded.into_iter().collect::<Result<(), _>>()?;
        let slices = |node: &Node| {
            let slices = node.core().map_or(&[][..], |core| core.kernel.slices());
            let slots = slices
                .iter()
                .map(|slice| (slice.key, u32::from(slice.blocks) * BLOCK_SLOTS));
            (node.place.chip, node.place.core, slots.collect())
        };
        let fabric = Fabric::new(
            loadable.grid,
            loadable.tables.clone(),
            nodes.iter().map(slices),
        );
        let groups = groups(&nodes, &fabric);
        Ok(Self {
            name: name.to_owned(),
            nodes,
            fabric,
            groups,
            next: 0,
            lost: Lost::default(),
        })
    }

    /// The boards.
    pub fn nodes(&mut self) -> &mut [Node] {
        &mut self.nodes
    }

    /// Runs a stretch of ticks.
    fn stretch(&mut self, ticks: &Range<u32>) -> Result<(), TargetError> {
        let mut inboxes: Vec<Inbox> = self.nodes.iter().map(|_| Inbox::new()).collect();
        for group in std::mem::take(&mut self.groups) {
            let ran = match &group {
                Group::Alone(number) => self.alone(*number, ticks, &mut inboxes),
                Group::Together(members) => self.together(members, ticks, &mut inboxes),
            };
            self.groups.push(group);
            ran?;
        }
        Ok(())
    }

    /// A board that gets nothing back of what it sends: all its packets are known, so it runs the whole stretch.
    fn alone(
        &mut self,
        number: usize,
        ticks: &Range<u32>,
        inboxes: &mut [Inbox],
    ) -> Result<(), TargetError> {
        let inbox = inboxes.get_mut(number).map(std::mem::take);
        let node = node(&mut self.nodes, number)?;
        let sent = node.run(ticks.end, &inbox.unwrap_or_default());
        let sent = sent.map_err(|error| node.error(error))?;
        self.route(number, sent, inboxes);
        Ok(())
    }

    /// Boards that send to each other: every tick all compute, then all take in what was sent.
    fn together(
        &mut self,
        members: &[usize],
        ticks: &Range<u32>,
        inboxes: &mut [Inbox],
    ) -> Result<(), TargetError> {
        // One step more than ticks: the last takes in the packets of the last tick.
        for step in ticks.start..=ticks.end {
            let until = step.saturating_add(1).min(ticks.end);
            for &number in members {
                let now = inboxes.get_mut(number).map(|inbox| {
                    let later = inbox.split_off(&step);
                    std::mem::replace(inbox, later)
                });
                let node = node(&mut self.nodes, number)?;
                node.begin(until, &now.unwrap_or_default())
                    .map_err(|error| node.error(error))?;
            }
            for &number in members {
                let node = node(&mut self.nodes, number)?;
                let sent = node.finish().map_err(|error| node.error(error))?;
                self.route(number, sent, inboxes);
            }
        }
        Ok(())
    }

    /// Puts what a board sent into the inboxes of its targets.
    fn route(&mut self, number: usize, sent: Vec<(u32, Vec<AerKey>)>, inboxes: &mut [Inbox]) {
        let Some(chip) = self.nodes.get(number).map(|node| node.place.chip) else {
            return;
        };
        for (tick, keys) in sent {
            for key in keys {
                let Some(targets) = self.fabric.targets(number, chip, key) else {
                    continue;
                };
                for target in &targets.cores {
                    if let Some(inbox) = inboxes.get_mut(target.core as usize) {
                        inbox.entry(tick).or_default().push(key);
                    }
                }
                self.lost.count(targets);
            }
        }
    }
}

fn join<T>(
    thread: std::thread::ScopedJoinHandle<'_, Result<T, TargetError>>,
) -> Result<T, TargetError> {
    thread
        .join()
        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// A board by its number.
fn node(nodes: &mut [Node], number: usize) -> Result<&mut Node, TargetError> {
    let needed = nodes.len();
    nodes
        .get_mut(number)
        .ok_or(TargetError::Load(LoadError::Cores {
            found: number,
            needed,
        }))
}

impl Target for Boards {
    fn describe(&self) -> String {
        format!("{} ({} cores, one board each)", self.name, self.nodes.len())
    }

    fn tick(&self) -> u32 {
        self.next
    }

    fn run(&mut self, ticks: u32) -> Result<(), TargetError> {
        let end = self.next.saturating_add(ticks);
        while self.next < end {
            let until = end.min(self.next.saturating_add(STRETCH_TICKS));
            self.stretch(&(self.next..until))?;
            self.next = until;
        }
        for node in &mut self.nodes {
            node.read_counters().map_err(|error| node.error(error))?;
        }
        Ok(())
    }

    fn read_out(&mut self) -> Result<(), TargetError> {
        for node in &mut self.nodes {
            node.read_out().map_err(|error| node.error(error))?;
        }
        Ok(())
    }

    fn collect(&mut self, take: &mut dyn FnMut(usize, &[u32])) -> Result<(), TargetError> {
        for (index, node) in self.nodes.iter_mut().enumerate() {
            take(index, &std::mem::take(&mut node.records));
        }
        Ok(())
    }

    fn counters(&self) -> Vec<CoreCounters> {
        let counters = |node: &Node| CoreCounters {
            place: node.place,
            counters: node.counters,
        };
        self.nodes.iter().map(counters).collect()
    }

    fn losses(&self) -> Losses {
        Losses::unrouted(self.lost.packets, &self.lost.which)
    }

    fn checkpoint(&mut self) -> Result<Vec<CoreState>, TargetError> {
        let read = |node: &mut Node| node.checkpoint().map_err(|error| node.error(error));
        self.nodes.iter_mut().map(read).collect()
    }

    fn restore(&mut self, tick: u32, states: Vec<CoreState>) -> Result<(), TargetError> {
        let words = |node: &Node| {
            let core = node.core();
            core.map_or([0, 0], |core| [core.dtcm_words, core.sdram_words])
        };
        CoreState::check_all(&states, self.nodes.iter().map(words))?;
        for (node, state) in self.nodes.iter_mut().zip(&states) {
            node.restore(tick, state)
                .map_err(|error| node.error(error))?;
        }
        self.next = tick;
        Ok(())
    }
}

/// The place of an image and the error of its board, as one error.
pub(super) fn at(place: CorePlace, error: LinkError) -> TargetError {
    TargetError::Board { place, error }
}
