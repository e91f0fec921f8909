//! Draws small networks that use everything a network can have; which cores run them is [`crate::layout`]'s business.

use crate::seed::Draw;
use spinedrift::description::{
    Adaptation, Component, Connector, Distribution, Escape, Integration, Intensity, Lif,
    ListedSynapse, Model, Network, PoissonSource, Population, Prior, Projection, Psp, RateSchedule,
    Receptor, Record, Scheme, Speed, SynapticSampling, ThetaStart, Wta, ramp,
};

/// A network and how long it runs.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// The network; it passes its own check.
    pub network: Network,
    /// Ticks.
    pub ticks: u32,
    /// Seed of the run.
    pub seed: u64,
}

/// Draws size and model of a population, for a run of so many ticks.
type Maker = fn(&mut Draw, u32) -> (u32, Model);

/// Draws a network with all five models, one to three populations of some.
#[must_use]
pub fn draw(seed: u64) -> Scenario {
    let mut draw = Draw::new(seed);
    let ticks = draw.from_to(60, 240);
    let tick_us = draw.pick(&[1000, 1000, 1000, 500]);
    let tick_ms = f64::from(tick_us) / 1e3;
    let mut populations = Vec::new();
    let makers: [Maker; 6] = [constant, schedule, spike_array, wta, intensity, lif];
    for maker in makers {
        for _ in 0..draw.pick(&[1, 1, 2]) {
            let at = draw.from_to(0, populations.len() as u32) as usize;
            let (size, model) = maker(&mut draw, ticks);
            populations.insert(at, population(&mut draw, size, model));
        }
    }
    for (index, population) in populations.iter_mut().enumerate() {
        population.name = format!("p{index}");
    }
    let targets: Vec<usize> = (0..populations.len())
        .filter(|&i| !populations[i].model.is_source())
        .collect();
    let mut projections = Vec::new();
    for post in &targets {
        for _ in 0..draw.from_to(1, 3) {
            projections.push(projection(
                &mut draw,
                &populations,
                *post,
                (tick_ms, ticks),
                projections.len(),
            ));
        }
    }
    let snapshot_ticks = draw.chance(0.5).then(|| draw.from_to(10, 90));
    let name = format!("scenario {seed:#x}");
    let network = Network {
        name,
        tick_us,
        populations,
        projections,
        snapshot_ticks,
    };
    Scenario {
        network,
        ticks,
        seed: draw.bits(),
    }
}

fn population(draw: &mut Draw, size: u32, model: Model) -> Population {
    let potentials = if model.is_source() || draw.chance(0.4) {
        Vec::new()
    } else {
        (0..size).filter(|_| draw.chance(0.3)).collect()
    };
    let record = Record {
        spikes: draw.chance(0.8),
        potentials,
        potential_ticks: draw.from_to(1, 5),
    };
    Population {
        name: String::new(),
        size,
        model,
        record,
    }
}

fn constant(draw: &mut Draw, _: u32) -> (u32, Model) {
    let size = draw.from_to(1, 90);
    let rates = if draw.chance(0.5) { 1 } else { size };
    let rates = (0..rates)
        .map(|_| draw.pick(&[0.0, 5.0, 40.0, 150.0, 1000.0]))
        .collect();
    (size, Model::Poisson(PoissonSource::Constant(rates)))
}

fn schedule(draw: &mut Draw, ticks: u32) -> (u32, Model) {
    let size = draw.from_to(1, 90);
    let levels_hz: Vec<f64> = (0..draw.from_to(1, 9))
        .map(|_| draw.real(0.0, 300.0))
        .collect();
    let last = levels_hz.len() as u32 - 1;
    let patterns: Vec<Vec<u8>> = (0..draw.from_to(1, 4))
        .map(|_| (0..size).map(|_| draw.from_to(0, last) as u8).collect())
        .collect();
    let shown = patterns.len() as u32 - 1;
    let changes = (0..ticks).filter(|_| draw.chance(0.04)).collect::<Vec<_>>();
    let changes = changes
        .into_iter()
        .map(|tick| (tick, draw.from_to(0, shown)))
        .collect();
    let schedule = RateSchedule {
        levels_hz,
        patterns,
        changes,
    };
    (size, Model::Poisson(PoissonSource::Schedule(schedule)))
}

fn spike_array(draw: &mut Draw, ticks: u32) -> (u32, Model) {
    let size = draw.from_to(1, 50);
    let share = draw.pick(&[0.0, 0.02, 0.3]);
    let neuron = |_| (0..ticks + 20).filter(|_| draw.chance(share)).collect();
    (size, Model::SpikeArray((0..size).map(neuron).collect()))
}

fn psp(draw: &mut Draw) -> Psp {
    draw.pick(&[
        Psp {
            tau_m_ms: 20.0,
            tau_s_ms: 2.0,
        },
        Psp {
            tau_m_ms: 12.0,
            tau_s_ms: 0.0,
        },
        Psp {
            tau_m_ms: f64::INFINITY,
            tau_s_ms: 0.0,
        },
    ])
}

fn biases(draw: &mut Draw, size: u32) -> Vec<f64> {
    let count = if draw.chance(0.5) { 1 } else { size };
    (0..count).map(|_| draw.real(-1.0, 1.0)).collect()
}

fn wta(draw: &mut Draw, _: u32) -> (u32, Model) {
    let circuit_size = draw.pick(&[1, 3, 5, 7, 11, 17, 23, 33, 40, 63]);
    let size = circuit_size * draw.from_to(1, 3);
    let adaptation = Adaptation {
        amplitude: draw.real(0.0, 8.0),
        tau_rise_s: draw.real(0.01, 10.0),
        tau_fall_s: draw.real(11.0, 30.0),
    };
    let model = Wta {
        circuit_size,
        rate_hz: draw.pick(&[100.0, 400.0, 1000.0]),
        psp: psp(draw),
        bias: biases(draw, size),
        adaptation: draw.chance(0.5).then_some(adaptation),
    };
    (size, Model::Wta(model))
}

fn intensity(draw: &mut Draw, _: u32) -> (u32, Model) {
    let size = draw.from_to(1, 60);
    let model = Intensity {
        rate_hz: draw.pick(&[10.0, 60.0, 200.0]),
        escape: draw.pick(&[Escape::Exponential, Escape::Logistic]),
        refractory_ms: draw.pick(&[0.0, 1.0, 10.0]),
        psp: psp(draw),
        bias: biases(draw, size),
    };
    (size, Model::Intensity(model))
}

fn lif(draw: &mut Draw, _: u32) -> (u32, Model) {
    let size = draw.from_to(1, 90);
    let offsets = if draw.chance(0.5) { 1 } else { size };
    let model = Lif {
        offset_mv: (0..offsets).map(|_| draw.real(0.0, 4.0)).collect(),
        refractory_ms: draw.pick(&[0.0, 5.0]),
        ..Lif::default()
    };
    (size, Model::Lif(model))
}

fn projection(
    draw: &mut Draw,
    populations: &[Population],
    post: usize,
    (tick_ms, ticks): (f64, u32),
    index: usize,
) -> Projection {
    let recurrent = draw.chance(0.3);
    let pre = if recurrent {
        post
    } else {
        draw.from_to(0, populations.len() as u32 - 1) as usize
    };
    let sizes = (populations[pre].size, populations[post].size);
    let is_lif = matches!(populations[post].model, Model::Lif(_));
    let plastic = !is_lif && draw.chance(0.6);
    // A few are absurdly strong, so that potentials saturate and rings need a coarser scale.
    let scale = match is_lif {
        _ if draw.chance(0.06) => 4000.0,
        true => 12.0,
        false => 1.0,
    };
    let weight = match draw.from_to(0, 2) {
        0 => Distribution::Constant(scale * draw.real(0.0, 1.0)),
        1 => Distribution::Uniform {
            low: 0.0,
            high: scale,
        },
        _ => Distribution::Normal {
            mean: scale / 2.0,
            sd: scale / 4.0,
            low: 0.0,
            high: 2.0 * scale,
        },
    };
    let first = draw.from_to(1, 15);
    let delay_ms = if plastic || draw.chance(0.4) {
        Distribution::Constant(f64::from(first) * tick_ms)
    } else {
        let last = draw.from_to(first + 1, 16);
        Distribution::Uniform {
            low: f64::from(first) * tick_ms,
            high: f64::from(last) * tick_ms,
        }
    };
    let inhibitory = !plastic && draw.chance(0.4);
    Projection {
        name: format!("j{index}"),
        pre,
        post,
        connector: connector(draw, sizes, (pre == post, plastic), tick_ms),
        weight,
        delay_ms,
        receptor: if inhibitory {
            Receptor::Inhibitory
        } else {
            Receptor::Excitatory
        },
        plasticity: plastic.then(|| rule(draw, ticks)),
    }
}

fn connector(
    draw: &mut Draw,
    (pre, post): (u32, u32),
    (recurrent, plastic): (bool, bool),
    tick_ms: f64,
) -> Connector {
    let self_connections = draw.chance(0.5);
    match draw.from_to(0, 4) {
        1 if pre == post => Connector::OneToOne,
        2 => Connector::FixedProbability {
            probability: draw.real(0.05, 0.9),
            self_connections,
        },
        3 => {
            let most = pre - u32::from(recurrent && !self_connections);
            Connector::FixedNumberPre {
                number: draw.from_to(0, most),
                self_connections,
            }
        }
        4 => {
            let mut pairs: Vec<(u32, u32)> = (0..draw.from_to(0, 60))
                .map(|_| (draw.from_to(0, pre - 1), draw.from_to(0, post - 1)))
                .collect();
            pairs.sort_unstable();
            pairs.dedup();
            let listed = pairs.into_iter().map(|(pre, post)| ListedSynapse {
                pre,
                post,
                weight: draw.chance(0.5).then(|| draw.real(0.0, 1.0)),
                delay_ms: (!plastic && draw.chance(0.5))
                    .then(|| f64::from(draw.from_to(1, 16)) * tick_ms),
            });
            Connector::List(listed.collect())
        }
        _ => Connector::AllToAll { self_connections },
    }
}

fn rule(draw: &mut Draw, ticks: u32) -> SynapticSampling {
    let prior = if draw.chance(0.7) {
        Prior::Gaussian {
            mean: draw.real(-1.0, 2.0),
            sd: draw.real(0.5, 2.0),
        }
    } else {
        Prior::Uniform
    };
    let from = Distribution::Normal {
        mean: 0.5,
        sd: 1.0,
        low: -4.0,
        high: 4.0,
    };
    let own_start = matches!(prior, Prior::Uniform) || draw.chance(0.5);
    let plain = SynapticSampling {
        prior,
        temperature: draw.pick(&[0.0, 1.0, 1.0, 0.3]),
        speed_per_s: draw.pick(&[1e-4, 0.05, 1.0, 5.0]),
        experience: draw.pick(&[0.0, 1.0, 20.0]),
        offset: draw.pick(&[3.0, 2.0]),
        theta_min: draw.pick(&[-5.0, -1.0]),
        theta_max: draw.pick(&[3.0, 5.0]),
        start: if own_start {
            ThetaStart::From(from)
        } else {
            ThetaStart::Prior
        },
        integration: draw.pick(&[Integration::Lazy, Integration::Lazy, Integration::EveryTick]),
        grows_from_nothing: draw.chance(0.5),
        retracted_learns: draw.chance(0.5),
        kick_max: draw.pick(&[0.01, 0.5]),
        frozen_from_tick: draw.chance(0.2).then(|| draw.from_to(0, ticks)),
        record_rewiring: draw.chance(0.8),
        ..SynapticSampling::default()
    };
    if draw.chance(0.5) {
        return plain;
    }
    own_law(draw, &plain, ticks)
}

/// A rule with another prior, a speed that varies, a temperature that falls, or a scheme of its own.
fn own_law(draw: &mut Draw, plain: &SynapticSampling, ticks: u32) -> SynapticSampling {
    let component = |draw: &mut Draw, mean| Component {
        weight: draw.real(0.5, 2.0),
        mean,
        sd: draw.real(0.4, 1.0),
    };
    let prior = match draw.from_to(0, 4) {
        0 => Prior::Mixture(vec![component(draw, -1.0), component(draw, 1.5)]),
        1 => Prior::Laplace {
            mean: 0.5,
            scale: draw.real(0.5, 1.5),
        },
        2 => Prior::StudentT {
            mean: 0.0,
            scale: 0.8,
            freedom: draw.pick(&[1.0, 3.0]),
        },
        3 => Prior::Bounded {
            low: -1.0,
            high: 2.5,
        },
        _ => plain.prior.clone(),
    };
    let scheme = draw.pick(&[Scheme::Euler, Scheme::Splitting, Scheme::Metropolis]);
    let speed = match scheme {
        Scheme::Splitting => Speed::Constant,
        _ => draw.pick(&[
            Speed::Constant,
            Speed::Linear {
                at: 0.0,
                slope: 0.1,
            },
            Speed::Table(vec![(-1.0, 1.0), (1.0, 0.2)]),
        ]),
    };
    let annealing = if draw.chance(0.5) {
        ramp((2.0, 0.5), (draw.from_to(0, ticks / 2), ticks), 5)
    } else {
        Vec::new()
    };
    let cold = scheme == Scheme::Metropolis && plain.temperature < 0.01;
    SynapticSampling {
        prior,
        scheme,
        speed,
        annealing,
        temperature: if cold { 0.5 } else { plain.temperature },
        speed_per_s: plain.speed_per_s.min(1.0),
        ..plain.clone()
    }
}
