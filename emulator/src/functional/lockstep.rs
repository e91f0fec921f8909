//! Listeners run in lockstep: every tick each computes its neurons, all meet, then each takes in what it was sent.

use super::ahead::Batch;
use super::barrier::SpinBarrier;
use super::core::Core;
use super::fabric::{Fabric, Lost};
use spinedrift_core::kernel::Counter::{Packets, Rows, StaticEvents, SynapseUpdates};
use spinedrift_core::spike::{AerKey, Tick};
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

/// Packets of one tick for one core.
type Inbox = Mutex<Vec<AerKey>>;

/// What a stretch of ticks left over.
#[derive(Debug, Default)]
pub(super) struct Heard {
    pub(super) lost: Lost,
    /// Packets for cores that don't listen.
    pub(super) strays: Vec<(u32, AerKey)>,
}

/// Where packets between listeners wait: one set of inboxes for even ticks, one for odd ones, so that one meeting a tick
/// is enough.
struct Post<'a> {
    fabric: &'a Fabric,
    inboxes: [Vec<Option<Inbox>>; 2],
}

impl Post<'_> {
    fn of(&self, tick: u32) -> &[Option<Inbox>] {
        let [even, odd] = &self.inboxes;
        if tick.is_multiple_of(2) { even } else { odd }
    }

    fn send(&self, number: usize, core: &mut Core, tick: u32, heard: &mut Heard) {
        let chip = core.chip;
        for key in core.hardware.sent.drain(..) {
            let Some(targets) = self.fabric.targets(number, chip, key) else {
                continue;
            };
            for target in &targets.cores {
                match self.of(tick).get(*target as usize) {
                    Some(Some(inbox)) => inbox
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .push(key),
                    _ => heard.strays.push((*target, key)),
                }
            }
            heard.lost.count(targets);
        }
    }

    /// Empties an inbox and adds what the sources sent, in the order of keys: whichever thread came first, the records
    /// come out the same.
    fn take(&self, number: usize, tick: u32, ahead: Option<&Vec<AerKey>>, keys: &mut Vec<AerKey>) {
        keys.clear();
        if let Some(Some(inbox)) = self.of(tick).get(number) {
            keys.append(&mut inbox.lock().unwrap_or_else(PoisonError::into_inner));
        }
        keys.extend(ahead.into_iter().flatten());
        keys.sort_unstable();
    }
}

/// Runs the listeners through a stretch of ticks on so many threads.
pub(super) fn consume(
    listeners: &mut [(usize, &mut Core)],
    fabric: &Fabric,
    batch: &Batch,
    ticks: Range<u32>,
    threads: usize,
) -> Heard {
    let highest = listeners
        .iter()
        .map(|(number, _)| number + 1)
        .max()
        .unwrap_or(0);
    let mut boxes = [0, 1].map(|_| (0..highest).map(|_| None).collect::<Vec<Option<Inbox>>>());
    for (number, _) in listeners.iter() {
        for set in &mut boxes {
            set.iter_mut()
                .skip(*number)
                .take(1)
                .for_each(|inbox| *inbox = Some(Inbox::default()));
        }
    }
    let post = Post {
        fabric,
        inboxes: boxes,
    };
    let mut parts = shares(listeners, threads);
    let barrier = SpinBarrier::new(parts.len());
    let all = Mutex::new(Heard::default());
    let work = |part: &mut Vec<&mut (usize, &mut Core)>| {
        let mut heard = Heard::default();
        let mut keys: Vec<Vec<AerKey>> = part.iter().map(|_| Vec::new()).collect();
        for (offset, tick) in ticks.clone().enumerate() {
            for (number, core) in part.iter_mut() {
                core.timer(Tick(tick));
                post.send(*number, core, tick, &mut heard);
            }
            barrier.wait();
            for ((number, core), keys) in part.iter_mut().map(|entry| &mut **entry).zip(&mut keys) {
                let inboxes = batch.inboxes.get(*number);
                post.take(
                    *number,
                    tick,
                    inboxes.and_then(|inbox| inbox.get(offset)),
                    keys,
                );
                core.glance(keys);
            }
            for ((_, core), keys) in part.iter_mut().map(|entry| &mut **entry).zip(&keys) {
                core.packets(keys, Tick(tick));
            }
        }
        let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
        all.lost.add(heard.lost);
        all.strays.append(&mut heard.strays);
    };
    if let [one] = parts.as_mut_slice() {
        work(one);
    } else {
        // Each part needs a thread of its own: they wait for each other.
        std::thread::scope(|scope| {
            for part in &mut parts {
                scope.spawn(|| work(part));
            }
        });
    }
    let mut heard = all.into_inner().unwrap_or_else(PoisonError::into_inner);
    heard.strays.sort_unstable();
    heard
}

/// Deals cores out by the work they did so far, largest first, each to the thread that has least. This decides who
/// computes, never what.
fn shares<'a, 'c>(
    cores: &'a mut [(usize, &'c mut Core)],
    threads: usize,
) -> Vec<Vec<&'a mut (usize, &'c mut Core)>> {
    let work = |core: &Core| {
        let blocks: u64 = core
            .kernel
            .slices()
            .iter()
            .map(|slice| u64::from(slice.blocks))
            .sum();
        let done = [
            (SynapseUpdates, 4),
            (Rows, 20),
            (StaticEvents, 2),
            (Packets, 20),
        ];
        let counters = core.kernel.counters();
        done.iter()
            .map(|(counter, cost)| counters.get(*counter) * cost)
            .sum::<u64>()
            + blocks * 16_000
    };
    let mut order: Vec<_> = cores
        .iter_mut()
        .map(|entry| (work(entry.1), entry))
        .collect();
    order.sort_by_key(|(work, entry)| (std::cmp::Reverse(*work), entry.0));
    let mut parts: Vec<(u64, Vec<_>)> = (0..threads.max(1)).map(|_| (0, Vec::new())).collect();
    for (work, entry) in order {
        if let Some((load, part)) = parts.iter_mut().min_by_key(|(load, _)| *load) {
            *load += work;
            part.push(entry);
        }
    }
    let mut parts: Vec<_> = parts
        .into_iter()
        .map(|(_, part)| part)
        .filter(|part| !part.is_empty())
        .collect();
    for part in &mut parts {
        part.sort_by_key(|entry| entry.0);
    }
    parts
}
