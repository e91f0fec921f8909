//! Sources run ahead: nobody sends to them, so a stretch of their ticks can be computed before anyone listens.

use super::core::Core;
use super::fabric::{Fabric, Lost};
use rayon::prelude::*;
use spinedrift_core::spike::{AerKey, Tick};
use std::ops::Range;

/// What the sources sent in a stretch of ticks.
#[derive(Debug, Default)]
pub(super) struct Batch {
    /// By target core, by tick of the stretch.
    pub(super) inboxes: Vec<Vec<Vec<AerKey>>>,
    pub(super) lost: Lost,
}

/// Runs the sources through a stretch of ticks.
pub(super) fn produce(
    sources: &mut [(usize, &mut Core)],
    fabric: &Fabric,
    cores: usize,
    ticks: Range<u32>,
    parallel: bool,
) -> Batch {
    let run = |(number, core): &mut (usize, &mut Core)| {
        let mut sent = Vec::new();
        for (offset, tick) in ticks.clone().enumerate() {
            core.timer(Tick(tick));
            sent.extend(core.hardware.sent.drain(..).map(|key| (offset as u32, key)));
        }
        (*number, core.loaded.chip, sent)
    };
    let sent: Vec<_> = if parallel {
        sources.par_iter_mut().map(run).collect()
    } else {
        sources.iter_mut().map(run).collect()
    };
    let mut batch = Batch {
        inboxes: vec![Vec::new(); cores],
        lost: Lost::default(),
    };
    for (number, chip, packets) in sent {
        for (offset, key) in packets {
            let Some(targets) = fabric.targets(number, chip, key) else {
                continue;
            };
            for target in &targets.cores {
                let Some(inbox) = batch.inboxes.get_mut(target.core as usize) else {
                    continue;
                };
                if inbox.is_empty() {
                    inbox.resize(ticks.len(), Vec::new());
                }
                if let Some(inbox) = inbox.get_mut(offset as usize) {
                    inbox.push(key);
                }
            }
            batch.lost.count(targets);
        }
    }
    batch
}
