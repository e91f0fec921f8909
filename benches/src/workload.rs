//! Networks that are timed, each with the program or paper that it is compared with.

use spinedrift::demo::{self, DemoKind, Timeline, Variant};
use spinedrift::description::images::{self, ImageError};
use spinedrift::description::{
    BuildError, Distribution, Integration, Intensity, Lif, Network, NetworkBuilder, PoissonSource,
    Prior, RateSchedule, Synapses, SynapticSampling, ThetaStart, Wta, cuba,
};

/// Why a workload can't be built: never, unless the description changes under it.
#[derive(Debug, thiserror::Error)]
pub enum WorkloadError {
    /// The network contradicts itself.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// The images don't fit.
    #[error(transparent)]
    Images(#[from] ImageError),
}

/// Inputs of [`wta`].
pub const WTA_INPUTS: u32 = 784;

/// Inputs that each pattern of [`wta`] switches on.
const WTA_ACTIVE: u32 = 157;

/// Patterns of [`wta`].
const WTA_PATTERNS: u32 = 10;

/// Ticks for which [`wta`] shows a pattern.
const WTA_SHOW_TICKS: u32 = 200;

/// One winner-take-all circuit of `neurons` that learns ten patterns, 157 of 784 Poisson inputs at 30 Hz each, shown
/// for 200 ms one after the other; σ = 1, b = 10⁻⁴ and N b = 5·10⁻² a tick, α = e⁻², θ from the prior.
///
/// A circuit here fires at most once a tick where `wta.c` draws each neuron by itself: the rate is set so that the mean
/// is the same 0.2 spikes a tick.
///
/// # Errors
/// [`WorkloadError`] if the description refuses it.
pub fn wta(neurons: u32, ticks: u32, integration: Integration) -> Result<Network, WorkloadError> {
    let pattern = |number: u32| {
        // Any fixed subset will do: the first 157 inputs in the order of a multiplicative hash.
        let mut order: Vec<u32> = (0..WTA_INPUTS).collect();
        order.sort_by_key(|i| (i + 1).wrapping_mul(0x9E37_79B9).rotate_left(number * 3) % 65_521);
        let mut levels = vec![0_u8; WTA_INPUTS as usize];
        for active in order.into_iter().take(WTA_ACTIVE as usize) {
            if let Some(level) = levels.get_mut(active as usize) {
                *level = 1;
            }
        }
        levels
    };
    let schedule = RateSchedule {
        levels_hz: vec![0.0, 30.0],
        patterns: (0..WTA_PATTERNS).map(pattern).collect(),
        changes: (0..ticks.div_ceil(WTA_SHOW_TICKS))
            .map(|shown| (shown * WTA_SHOW_TICKS, shown % WTA_PATTERNS))
            .collect(),
    };
    let circuit = Wta {
        rate_hz: -1e3 * (1.0_f64 - 0.2).ln(),
        adaptation: None,
        ..Wta::of(neurons)
    };
    let rule = SynapticSampling {
        speed_per_s: 0.1,
        experience: 0.5,
        grows_from_nothing: false,
        retracted_learns: false,
        // The programs that it is compared with record none.
        record_rewiring: false,
        integration,
        ..SynapticSampling::default()
    };
    Ok(NetworkBuilder::new("wta")
        .population("circuit", neurons, circuit)
        .population("input", WTA_INPUTS, PoissonSource::Schedule(schedule))
        .project("input", "circuit", Synapses::all_to_all().plastic(rule))
        .record_spikes("circuit")
        .build()?)
}

/// The CUBA benchmark with a spike kick-start in the initial potentials; spikes of both populations are recorded.
///
/// # Errors
/// [`WorkloadError`] if the description refuses it.
pub fn cuba_recorded() -> Result<Network, WorkloadError> {
    Ok(cuba()
        .record_spikes("excitatory")
        .record_spikes("inhibitory")
        .build()?)
}

/// Rows of [`ou`].
const OU_ROWS: u32 = 1024;

/// Parameters of each row of [`ou`]: 61 blocks.
const OU_COLUMNS: u32 = 976;

/// Parameters of [`ou`]: a million, rounded to whole blocks.
pub const OU_PARAMETERS: u32 = OU_ROWS * OU_COLUMNS;

/// A million parameters under a Gaussian prior and nothing else, one Euler step a tick: b = 10⁻³ a tick, μ = 0.5, σ = 1.
/// Spines gained and lost are counted, not recorded: there would be 10,000 a tick. The neurons at both ends stay silent.
///
/// # Errors
/// [`WorkloadError`] if the description refuses it.
pub fn ou() -> Result<Network, WorkloadError> {
    let rule = SynapticSampling {
        prior: Prior::Gaussian { mean: 0.5, sd: 1.0 },
        speed_per_s: 1.0,
        experience: 0.0,
        start: ThetaStart::From(Distribution::Constant(0.5)),
        integration: Integration::EveryTick,
        record_rewiring: false,
        ..SynapticSampling::default()
    };
    let silent = Intensity {
        rate_hz: 1e-3,
        bias: vec![-5.0],
        ..Intensity::default()
    };
    Ok(NetworkBuilder::new("ou")
        .population("silent", OU_ROWS, PoissonSource::at_hz(0.0))
        .population("post", OU_COLUMNS, silent)
        .project("silent", "post", Synapses::all_to_all().plastic(rule))
        .build()?)
}

/// The demo's network: the digits, 40 neurons, shown for 200 ms each.
///
/// # Errors
/// [`WorkloadError`] if the images can't be shown.
pub fn digits(train: usize, integration: Integration) -> Result<Network, WorkloadError> {
    let images = images::digits();
    let split = images.split(1100, 300, 397, 1)?;
    let timeline = Timeline::new(&split, train, 200, 1)?;
    Ok(demo::network(
        DemoKind::Digits,
        Variant::Sampling,
        integration,
        &images,
        &timeline,
    )?)
}

/// 100,000 LIF neurons in 25 populations, each with a fan-in of 20 from the next one: for timing the mapper.
///
/// # Errors
/// [`WorkloadError`] if the description refuses it.
pub fn large() -> Result<Network, WorkloadError> {
    const POPULATIONS: usize = 25;
    let mut builder = NetworkBuilder::new("large").tick_ms(1.0);
    for number in 0..POPULATIONS {
        builder = builder.population(format!("p{number}"), 4000, Lif::default());
    }
    for number in 0..POPULATIONS {
        let next = (number + 1) % POPULATIONS;
        builder = builder.project(
            format!("p{number}"),
            format!("p{next}"),
            Synapses::fan_in(20).weight(0.5),
        );
    }
    Ok(builder.build()?)
}

/// Cores of [`board`]: all application cores of the 48-chip board.
const BOARD_CORES: u32 = 816;

/// A 48-chip board at full load: 816 cores of 64 neurons at 10 Hz, each neuron heard by five other cores, near and far, with
/// four synapses on average in each: 522,240 spikes, 2.6 million packets at cores and 10.4 million synaptic events a second.
///
/// # Errors
/// [`WorkloadError`] if the description refuses it.
pub fn board() -> Result<Network, WorkloadError> {
    let neurons = Intensity {
        rate_hz: 10.0,
        refractory_ms: 0.0,
        ..Intensity::default()
    };
    let mut builder = NetworkBuilder::new("board").tick_ms(1.0);
    for number in 0..BOARD_CORES {
        builder = builder.population(format!("p{number}"), 64, neurons.clone());
    }
    for number in 0..BOARD_CORES {
        for ahead in [1, 17, 100, 300, 511] {
            let to = (number + ahead) % BOARD_CORES;
            let synapses = Synapses::fan_in(4).weight(0.0001).delay_ms(1.0);
            builder = builder.project(format!("p{number}"), format!("p{to}"), synapses);
        }
    }
    Ok(builder.build()?)
}

/// Neurons of a circuit of [`grid`]: a row is so long on each core.
pub const GRID_NEURONS: u32 = 250;

/// Rates that the inputs of [`grid`] go through, in Hz.
pub const GRID_RATES_HZ: [f64; 5] = [1.0, 3.0, 10.0, 30.0, 100.0];

/// `synapses` plastic synapses: at most a thousand Poisson inputs to as many circuits of 250 neurons as it takes, each on a core of
/// its own and firing 200 times a second. All inputs have the same rate, the next of [`GRID_RATES_HZ`] every `ticks`.
///
/// # Errors
/// [`WorkloadError`] if the description refuses it.
pub fn grid(synapses: u32, ticks: u32, integration: Integration) -> Result<Network, WorkloadError> {
    let inputs = (synapses / GRID_NEURONS).clamp(1, 1000);
    let circuits = (synapses / GRID_NEURONS / inputs).max(1);
    let levels = 0..GRID_RATES_HZ.len() as u32;
    let schedule = RateSchedule {
        levels_hz: GRID_RATES_HZ.to_vec(),
        patterns: levels
            .clone()
            .map(|level| vec![level as u8; inputs as usize])
            .collect(),
        changes: levels.map(|level| (level * ticks, level)).collect(),
    };
    let circuit = Wta {
        rate_hz: 200.0,
        adaptation: None,
        ..Wta::of(GRID_NEURONS)
    };
    let rule = SynapticSampling {
        speed_per_s: 0.1,
        experience: 0.5,
        integration,
        ..SynapticSampling::default()
    };
    let mut builder = NetworkBuilder::new("grid").tick_ms(1.0).population(
        "input",
        inputs,
        PoissonSource::Schedule(schedule),
    );
    for number in 0..circuits {
        let name = format!("circuit{number}");
        builder = builder
            .population(&name, GRID_NEURONS, circuit.clone())
            .project("input", &name, Synapses::all_to_all().plastic(rule.clone()));
    }
    Ok(builder.build()?)
}
