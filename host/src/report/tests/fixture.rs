//! A results directory like the one of a digit run, made up: 8 × 8 pixels, 40 neurons, θ wandering under a prior.

use std::collections::BTreeMap;
use std::path::Path;

use super::super::*;
use crate::description::{
    Connector, Distribution, Model, Network, PoissonSource, Population, Projection, Psp, Receptor,
    Record, SynapticSampling, Wta,
};
use crate::results::{Direction, Provenance, Recorder, ResultsDir, RunInfo, RunState, Theta};

const SIDE: u32 = 8;
const PIXELS: u32 = SIDE * SIDE;
const NEURONS: u32 = 40;
const TICKS: u32 = 300_000;
const SNAPSHOT: u32 = 3_000;

/// Its `run.toml`.
pub(super) fn info() -> RunInfo {
    let wta = Wta {
        circuit_size: NEURONS,
        rate_hz: 100.0,
        psp: Psp {
            tau_m_ms: 20.0,
            tau_s_ms: 2.0,
        },
        bias: vec![0.0],
        adaptation: None,
    };
    let population = |name: &str, size, model| Population {
        name: name.to_owned(),
        size,
        model,
        record: Record::default(),
    };
    let network = Network {
        name: "digits".to_owned(),
        tick_us: 1000,
        populations: vec![
            population(
                "pixels",
                PIXELS,
                Model::Poisson(PoissonSource::Constant(vec![20.0])),
            ),
            population("causes", NEURONS, Model::Wta(wta)),
        ],
        projections: vec![Projection {
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
        }],
        snapshot_ticks: Some(SNAPSHOT),
    };
    let mut info = RunInfo::of(&network, 42, TICKS);
    info.machine = "SpiNNaker 1, board of 48 chips".to_owned();
    info.clock_mhz = 200.0;
    info
}

/// Small generator: tests need no good one.
struct Noise(u64);

impl Noise {
    fn unit(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as f64 / (1_u64 << 31) as f64
    }

    /// About normal: 12 uniforms.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }
}

/// Whether a stroke of digit-like shape `kind` covers a pixel.
fn stroke(kind: u32, pixel: u32) -> bool {
    let (x, y) = (f64::from(pixel % SIDE) - 3.5, f64::from(pixel / SIDE) - 3.5);
    match kind % 5 {
        0 => ((x * x + 0.7 * y * y).sqrt() - 2.4).abs() < 0.8,
        1 => x.abs() < 1.0 && y.abs() < 3.6,
        2 => (x - y).abs() < 1.1 || y > 2.4,
        3 => y.abs() < 0.9 || (x - 1.5).abs() < 0.8,
        _ => (x + y).abs() < 1.1 || y < -2.4,
    }
}

/// Writes the whole directory.
pub(super) fn write(path: &Path) {
    let dir = ResultsDir::create(path, &info()).unwrap();
    let mut recorder = dir.recorder();
    let mut noise = Noise(7);
    weights(&mut recorder, &mut noise);
    spikes(&mut recorder, &mut noise);
    recorder
        .finish(RunState::Finished, TICKS, &provenance(), BTreeMap::new())
        .unwrap();
    facts().store(path).unwrap();
}

/// θ as an Ornstein–Uhlenbeck walk towards the prior or the stroke, faster than in a real run.
fn weights(recorder: &mut Recorder, noise: &mut Noise) {
    for pre in 0..PIXELS {
        for post in 0..NEURONS {
            let goal = if stroke(post, pre) { 2.2 } else { -0.1 };
            let mut theta = 0.5 + noise.normal();
            for tick in (0..TICKS).step_by(SNAPSHOT as usize) {
                let before = theta;
                let pull = goal * (1.0 - (-f64::from(tick) / 40_000.0).exp());
                theta += 0.05 * (pull - theta) + 0.24 * noise.normal();
                let at = tick + (f64::from(SNAPSHOT) * noise.unit()) as u32;
                match (before > 0.0, theta > 0.0) {
                    (true, false) => recorder.rewiring(at, 0, pre, post, Direction::Lost),
                    (false, true) => recorder.rewiring(at, 0, pre, post, Direction::Gained),
                    _ => {}
                }
                recorder.theta(tick + SNAPSHOT, 0, pre, post, Theta::raw_of(theta));
            }
        }
    }
}

fn spikes(recorder: &mut Recorder, noise: &mut Noise) {
    for tick in TICKS - 5_000..TICKS {
        let shown = tick / 200 * 7 % 5;
        for pixel in 0..PIXELS {
            let rate = if stroke(shown, pixel) { 0.08 } else { 0.002 };
            if noise.unit() < rate {
                recorder.spike(tick, 0, pixel);
            }
        }
        if noise.unit() < 0.095 {
            let right = noise.unit() < 0.85;
            let pick = (noise.unit() * 8.0) as u32 * 5 + shown;
            recorder.spike(
                tick,
                1,
                if right {
                    pick
                } else {
                    (noise.unit() * f64::from(NEURONS)) as u32
                },
            );
        }
    }
}

fn provenance() -> Vec<Provenance> {
    let row = |scope: &str, core: Option<u32>, counter: &str, value| Provenance {
        scope: scope.to_owned(),
        chip_x: Some(0),
        chip_y: Some(0),
        core,
        counter: counter.to_owned(),
        value,
    };
    vec![
        row("core", Some(1), "spikes sent", 385_112),
        row("core", Some(2), "spikes sent", 28_517),
        row("core", Some(2), "rows visited", 385_112),
        row("core", Some(2), "synapse updates", 15_404_480),
        row("router", None, "packets routed", 413_629),
        row("router", None, "packets dropped", 0),
    ]
}

fn figures() -> Vec<Figure> {
    [
        ("held-out accuracy", "82.4 %", "chance: 10 %"),
        ("speed", "41 × real time", ""),
        (
            "synapse updates",
            "15.4 million",
            "50 × fewer than every tick",
        ),
        ("network time", "5 min", ""),
    ]
    .map(|(name, value, note)| Figure {
        name: name.to_owned(),
        value: value.to_owned(),
        note: note.to_owned(),
    })
    .to_vec()
}

fn health() -> Vec<HealthCounter> {
    let counter = |counter: &str, count, of, object: &str, remedy: &str| HealthCounter {
        counter: counter.to_owned(),
        count,
        of: Some(of),
        object: object.to_owned(),
        remedy: remedy.to_owned(),
    };
    vec![
        counter("late spikes", 0, 413_629, "", ""),
        counter(
            "weights lost to rounding",
            12,
            2560,
            "synapse 3 → 17 of learn",
            "choose a finer weight shift",
        ),
        counter(
            "likelihood kicks at their bound",
            3_118,
            15_404_480,
            "synapse 28 → 4 of learn",
            "lower experience N, or raise kick_max",
        ),
        counter("saturated potentials", 0, 12_000_000, "", ""),
        counter(
            "forced flushes of a recording buffer",
            2,
            300_000,
            "core 0,0,2",
            "raise the buffer, or take snapshots less often",
        ),
    ]
}

fn facts() -> ReportFacts {
    ReportFacts {
        title: "Digits by synaptic sampling".to_owned(),
        figures: figures(),
        realtime_factor: Some(41.2),
        accuracy: Some(Accuracy {
            accuracy: 0.824,
            chance: 0.1,
            maximum_likelihood: Some(0.761),
            random: Some(0.342),
            images: 360,
        }),
        accuracy_over_time: (0..=30)
            .map(|k| {
                let accuracy = 0.34
                    + 0.48 * (1.0 - (-f64::from(k) / 6.0).exp())
                    + 0.012 * (f64::from(k) * 2.7).sin();
                AccuracyPoint {
                    tick: k * 10_000,
                    accuracy,
                    band: Some((accuracy - 0.04, accuracy + 0.04)),
                }
            })
            .collect(),
        images: Some(WeightImages {
            projection: "learn".to_owned(),
            width: SIDE,
            height: SIDE,
            labels: (0..NEURONS)
                .map(|k| {
                    if k == 17 {
                        String::new()
                    } else {
                        (k % 5).to_string()
                    }
                })
                .collect(),
        }),
        health: health(),
        memory: Some(memory()),
        machine: Some(machine()),
        ..ReportFacts::default()
    }
}

fn memory() -> Memory {
    let items = |pairs: &[(&str, u64)]| {
        pairs
            .iter()
            .map(|&(item, bytes)| (item.to_owned(), bytes))
            .collect()
    };
    let core = |core, population: &str, scale: u64| CoreBudget {
        chip_x: 0,
        chip_y: 0,
        core,
        population: population.to_owned(),
        dtcm: items(&[
            ("neuron state", 40 * 48_u64 * scale),
            ("ring buffers", 40 * 64 * scale),
            ("row cache", 8192),
            ("recording buffers", 6000 * scale),
            ("key table", 512),
            ("stack", 4096),
        ]),
        sdram: items(&[("synapse rows", 33_000 * scale), ("schedule", 20_000)]),
    };
    Memory {
        dtcm_limit: 65_536,
        sdram_limit: 134_217_728,
        cores: vec![
            core(1, "pixels [0, 32)", 1),
            core(2, "pixels [32, 64)", 1),
            core(3, "causes", 3),
        ],
    }
}

/// A board of 48 chips: the hexagon of the real one.
fn machine() -> Machine {
    let on_board = |x: u32, y: u32| x <= y + 4 && y <= x + 3;
    let chips = (0..8)
        .flat_map(|y| (0..8).map(move |x| (x, y)))
        .filter(|&(x, y)| on_board(x, y));
    let core = |x, y, core, population: &str, used| CoreUse {
        x,
        y,
        core,
        population: population.to_owned(),
        used,
    };
    Machine {
        name: "SpiNNaker 1, board of 48 chips".to_owned(),
        cores_per_chip: 17,
        table_limit: 1024,
        chips: chips
            .map(|(x, y)| Chip {
                x,
                y,
                table_entries: if x + y < 2 { 3 + x } else { 0 },
                dead: (x, y) == (3, 5),
            })
            .collect(),
        cores: vec![
            core(0, 0, 1, "pixels [0, 32)", 0.3),
            core(0, 0, 2, "pixels [32, 64)", 0.3),
            core(0, 0, 3, "causes", 0.7),
            core(1, 0, 1, "causes", 0.9),
        ],
    }
}
