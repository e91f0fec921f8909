//! Whole results directories: what is recorded comes back, whatever happens in between.

mod failure;
mod recording;
mod resume;

use std::collections::BTreeMap;
use std::path::Path;

use super::{CoreMemory, Direction, Finished, Provenance, Recorder, ResultsDir, RunInfo, RunState};
use crate::description::{
    Connector, Distribution, Model, Network, PoissonSource, Population, Projection, Receptor,
    Record, SynapticSampling,
};

/// Two source populations and one plastic projection; enough for names and indices.
fn info() -> RunInfo {
    let population = |name: &str| Population {
        name: name.to_owned(),
        size: 100,
        model: Model::Poisson(PoissonSource::Constant(vec![10.0])),
        record: Record::default(),
    };
    let projection = Projection {
        name: "learn".to_owned(),
        pre: 0,
        post: 1,
        connector: Connector::AllToAll {
            self_connections: true,
        },
        weight: Distribution::Constant(0.0),
        delay_ms: Distribution::Constant(1.0),
        receptor: Receptor::Excitatory,
        plasticity: Some(SynapticSampling::default()),
    };
    let network = Network {
        name: "small".to_owned(),
        tick_us: 1000,
        populations: vec![population("pixels"), population("causes")],
        projections: vec![projection],
        snapshot_ticks: Some(10),
    };
    RunInfo::of(&network, u64::MAX, 100)
}

/// What a run of ticks `from..to` records: a few spikes, a snapshot each 10 ticks, now and then a crossing.
fn record(recorder: &mut Recorder, from: u32, to: u32) {
    for tick in from..to {
        recorder.spikes(tick, 0, &[tick % 7, 50 + tick % 3]);
        recorder.spike(tick, 1, tick % 5);
        recorder.potential(tick, 1, 3, f64::from(tick).sin());
        if tick % 10 == 9 {
            snapshot(recorder, tick + 1);
        }
        if tick % 4 == 0 {
            let direction = if tick % 8 == 0 {
                Direction::Gained
            } else {
                Direction::Lost
            };
            recorder.rewiring(tick, 0, tick % 3, 1, direction);
        }
        recorder.seal(tick + 1).unwrap();
    }
}

fn snapshot(recorder: &mut Recorder, tick: u32) {
    for pre in 0..3 {
        recorder.theta_row(
            tick,
            0,
            pre,
            0..4,
            &[1 << 28, -5, tick as i32, i32::MIN + pre as i32],
        );
    }
}

/// The memories at a tick.
fn cores(tick: u32) -> Vec<CoreMemory> {
    vec![CoreMemory {
        dtcm: vec![tick; 10],
        sdram: vec![tick ^ 1; 20],
    }]
}

fn finish(recorder: Recorder, state: RunState, ticks: u32) -> Finished {
    let spilled = Provenance {
        scope: "core".to_owned(),
        chip_x: Some(1),
        chip_y: Some(0),
        core: Some(3),
        counter: "late spikes".to_owned(),
        value: u64::MAX,
    };
    let whole = Provenance {
        scope: "run".to_owned(),
        chip_x: None,
        chip_y: None,
        core: None,
        ..spilled.clone()
    };
    recorder
        .finish(
            state,
            ticks,
            &[spilled, whole],
            BTreeMap::from([("realtime_factor".to_owned(), 12.5)]),
        )
        .unwrap()
}

/// 100 ticks in one go, with checkpoints at 40 and 80.
fn one_go(path: &Path) -> Finished {
    let dir = ResultsDir::create(path, &info()).unwrap();
    let mut recorder = dir.recorder();
    record(&mut recorder, 0, 40);
    recorder.checkpoint(40, vec![1], cores(40)).unwrap();
    record(&mut recorder, 40, 80);
    recorder.checkpoint(80, vec![2], cores(80)).unwrap();
    record(&mut recorder, 80, 100);
    finish(recorder, RunState::Finished, 100)
}
