//! The task of the 2015 paper's Fig. 4: points of Gaussian clusters in three dimensions, seen by a population code and
//! learned by one winner-take-all circuit.

use spinedrift::description::random::{Purpose, Stream};
use spinedrift::description::{
    Adaptation, Network, NetworkBuilder, PopulationCode, RateSchedule, Synapses, SynapticSampling,
    Wta,
};
use spinedrift::experiment::ExperimentError;

/// Centres of the clusters, as the authors' program stores them.
pub(crate) const CENTRES: [[f64; 3]; 7] = [
    [0.362, 0.549, 0.408],
    [0.132, 0.866, 0.373],
    [0.681, 0.734, 0.565],
    [0.167, 0.630, 0.103],
    [0.207, 0.809, 0.842],
    [0.866, 0.330, 0.564],
    [0.692, 0.399, 0.225],
];

/// How long each sample is shown, in ticks of 1 ms.
pub(crate) const SHOW_TICKS: u32 = 200;

/// Different samples of each cluster; they are shown again and again.
const SAMPLES: u32 = 64;

/// The world: tuning curves of the inputs and samples of the clusters, drawn with a seed.
pub(crate) struct World {
    patterns_hz: Vec<Vec<f64>>,
    seed: u64,
}

impl World {
    pub(crate) fn new(seed: u64, inputs: u32) -> Self {
        let mut draw = Stream::new(seed, Purpose::Experiment, 10, 0);
        let code = PopulationCode {
            centres: (0..inputs)
                .map(|_| [draw.unit(), draw.unit(), draw.unit()])
                .collect(),
            base_hz: 2.0,
            peak_hz: 80.0,
            width: 0.3,
        };
        let mut patterns_hz = Vec::new();
        for centre in CENTRES {
            // Shape of the cluster: 0.04 · 1 + 0.01 · noise.
            let shape: Vec<[f64; 3]> = (0..3)
                .map(|row| {
                    [0, 1, 2].map(|column| {
                        0.04 * f64::from(u8::from(row == column)) + 0.01 * draw.normal()
                    })
                })
                .collect();
            for _ in 0..SAMPLES {
                let noise = [draw.normal(), draw.normal(), draw.normal()];
                let mut sample = centre;
                for (value, row) in sample.iter_mut().zip(&shape) {
                    *value += row.iter().zip(&noise).map(|(m, xi)| m * xi).sum::<f64>();
                }
                patterns_hz.push(code.rates_hz(&sample));
            }
        }
        Self { patterns_hz, seed }
    }

    /// Shows so many samples of each list of clusters in turn, in random order: the schedule, and the cluster of each
    /// showing. The same start of `phases` gives the same start of the schedule.
    pub(crate) fn show(&self, phases: &[(&[usize], u32)]) -> (RateSchedule, Vec<usize>) {
        let mut draw = Stream::new(self.seed, Purpose::Experiment, 11, 0);
        let mut clusters = Vec::new();
        let mut order = Vec::new();
        for (among, count) in phases {
            for _ in 0..*count {
                let at = draw.below(among.len() as u32) as usize;
                let cluster = among.get(at).copied().unwrap_or(0);
                order.push(cluster as u32 * SAMPLES + draw.below(SAMPLES));
                clusters.push(cluster);
            }
        }
        (
            RateSchedule::showing(&self.patterns_hz, &order, SHOW_TICKS),
            clusters,
        )
    }
}

/// Samples that are shown in so many seconds.
pub(crate) fn shown_in(seconds: f64) -> u32 {
    (seconds * 1000.0 / f64::from(SHOW_TICKS)).round() as u32
}

/// Inputs onto one circuit.
pub(crate) fn network(
    inputs: u32,
    neurons: u32,
    schedule: RateSchedule,
    rule: SynapticSampling,
) -> Result<Network, ExperimentError> {
    // The authors' homeostasis is for 1,000 inputs. It competes with what inputs add to u, so it goes down with their
    // number, and by half: at full strength it decides who fires more than the sample does.
    let circuit = Wta {
        adaptation: Some(Adaptation {
            amplitude: 4.0 * f64::from(inputs) / 1000.0,
            ..Adaptation::default()
        }),
        ..Wta::of(neurons)
    };
    let builder = NetworkBuilder::new("clusters")
        .population("input", inputs, schedule)
        .population("circuit", neurons, circuit)
        .project(
            "input",
            "circuit",
            Synapses::all_to_all().plastic(rule).named("synapses"),
        )
        .record_spikes("circuit");
    Ok(builder.build()?)
}
