//! Listeners run in lockstep: every tick each computes its neurons, all meet, then each takes in what it was sent.

use super::ahead::Batch;
use super::barrier::SpinBarrier;
use super::core::Core;
use super::fabric::Lost;
use super::part::{Part, Post, Ways};
use spinedrift_core::kernel::Counter::{Packets, Rows, StaticEvents, SynapseUpdates};
use spinedrift_core::spike::AerKey;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

/// What a stretch of ticks left over.
#[derive(Debug, Default)]
pub(super) struct Heard {
    pub(super) lost: Lost,
    /// Packets for cores that don't listen.
    pub(super) strays: Vec<(u32, AerKey)>,
}

/// Runs the listeners through a stretch of ticks on so many threads.
pub(super) fn consume<'f>(
    listeners: &mut [(usize, &mut Core)],
    ways: Ways<'f>,
    batch: &Batch,
    ticks: Range<u32>,
    threads: usize,
) -> Heard {
    let numbers: Vec<_> = listeners.iter().map(|(number, _)| *number).collect();
    let mut parts: Vec<_> = shares(listeners, threads)
        .into_iter()
        .enumerate()
        .map(|(number, cores)| Part::new(number, cores))
        .collect();
    let post = Post::new(parts.len(), numbers.into_iter());
    let barrier = SpinBarrier::new(parts.len());
    let all = Mutex::new(Heard::default());
    let work = |part: &mut Part<'_, 'f>| {
        let mut heard = Heard::default();
        for (offset, tick) in ticks.clone().enumerate() {
            part.hear(batch, offset);
            part.timers(tick, ways, &post, &mut heard);
            barrier.wait();
            part.packets(tick, ways.1, &post);
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
            .kernel()
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
        let counters = core.kernel().counters();
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
