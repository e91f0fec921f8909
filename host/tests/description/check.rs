//! Every flaw is named with its object, value, limit and remedy.

use spinedrift::description::{
    Connector, Distribution, Intensity, Lif, ListedSynapse, Model, Network, NetworkBuilder,
    PoissonSource, Prior, RateSchedule, Receptor, Scheme, Speed, Synapses, SynapticSampling, Wta,
};

/// Three sources learn to drive two circuits of four, which inhibit leaky neurons.
fn network() -> Network {
    NetworkBuilder::new("n")
        .population("input", 3, PoissonSource::at_hz(20.0))
        .population("circuit", 8, Wta::of(4))
        .population("leaky", 8, Lif::default())
        .project(
            "input",
            "circuit",
            Synapses::all_to_all().plastic(SynapticSampling::default()),
        )
        .project("circuit", "leaky", Synapses::one_to_one().inhibitory())
        .build()
        .unwrap()
}

/// Spoils the network and compares the message.
#[track_caller]
fn check(spoil: impl FnOnce(&mut Network), expected: &str) {
    let mut network = network();
    spoil(&mut network);
    assert_eq!(network.check().unwrap_err().to_string(), expected);
}

/// A change for the worse, and what the error says of it.
type Spoil<T> = (fn(&mut T), &'static str);

fn circuit(network: &mut Network) -> &mut Wta {
    match &mut network.populations[1].model {
        Model::Wta(wta) => wta,
        other => panic!("{other:?}"),
    }
}

fn rule(network: &mut Network) -> &mut SynapticSampling {
    network.projections[0].plasticity.as_mut().unwrap()
}

fn schedule(network: &mut Network, spoil: impl FnOnce(&mut RateSchedule)) {
    let mut schedule = RateSchedule {
        levels_hz: vec![0.0, 50.0],
        patterns: vec![vec![0, 1, 0], vec![1, 1, 1]],
        changes: vec![(0, 0), (100, 1)],
    };
    spoil(&mut schedule);
    network.populations[0].model = schedule.into();
}

#[test]
fn a_tick_has_a_length() {
    check(
        |n| n.tick_us = 0,
        "network, `tick_ms`: the tick is 0 µs long; give the tick a length, such as 1 ms",
    );
}

#[test]
fn names_are_unique_and_not_empty() {
    check(
        |n| n.populations[2].name = "input".into(),
        "population `input`, `name`: number 0 (from 0) has this name already; give each one a name of its own",
    );
    check(
        |n| n.projections[1].name.clear(),
        "projection ``, `name`: there is no name; give at least one name",
    );
}

#[test]
fn a_population_fills_its_circuits() {
    check(
        |n| n.populations[1].size = 10,
        "population `circuit`, `size`: 10 neurons are not a whole number of circuits of 4; make it 8 or 12 neurons",
    );
}

#[test]
fn a_circuit_of_256_is_the_largest() {
    let mut network = network();
    network.populations[1].size = 512;
    circuit(&mut network).circuit_size = 256;
    network.projections.pop();
    assert_eq!(network.check(), Ok(()));
    check(
        |n| circuit(n).circuit_size = 257,
        "population `circuit`, `circuit_size`: 257 is outside 1 to 256; a circuit lives on one core, which holds up to \
         256 neurons: make it smaller",
    );
}

#[test]
fn a_population_has_a_neuron() {
    check(
        |n| n.populations[2].size = 0,
        "population `leaky`, `size`: 0 is outside 1 to 16777216; a population has at least one neuron and at most 2^24; \
         split a larger one",
    );
}

#[test]
fn an_end_that_does_not_exist_is_named() {
    check(
        |n| n.projections[0].post = 7,
        "projection `input to circuit`, `post`: there is no population number 7 (from 0); the network has 3; add the \
         population first, or name another",
    );
}

#[test]
fn sources_take_no_input() {
    check(
        |n| n.projections[1].post = 0,
        "projection `circuit to leaky`, `post`: `input` is a source (`poisson`) and takes no input; project to neurons of \
         model wta, intensity or lif",
    );
}

#[test]
fn one_to_one_needs_equal_sizes() {
    check(
        |n| n.populations[2].size = 9,
        "projection `circuit to leaky`, `connector`: one-to-one needs equal sizes, but 8 neurons project to 9; make the \
         sizes equal, or use another connector",
    );
}

#[test]
fn a_delay_is_a_whole_number_of_ticks() {
    check(
        |n| n.projections[1].delay_ms = Distribution::Constant(1.5),
        "projection `circuit to leaky`, `delay_ms`: 1.5 ms is not a whole number of ticks of 1 ms; choose 1 ms or 2 ms, \
         or another tick",
    );
}

#[test]
fn a_delay_is_1_to_16_ticks() {
    for (delay_ms, accepted) in [
        (0.0, false),
        (0.5, false),
        (1.0, true),
        (16.0, true),
        (17.0, false),
    ] {
        let mut network = network();
        network.projections[1].delay_ms = Distribution::Constant(delay_ms);
        assert_eq!(network.check().is_ok(), accepted, "{delay_ms}");
    }
    check(
        |n| {
            n.projections[1].delay_ms = Distribution::Uniform {
                low: 1.0,
                high: 20.0,
            }
        },
        "projection `circuit to leaky`, `delay_ms`: a delay of 20 ms is outside 1 to 16 ticks of 1 ms; choose 1 ms to \
         16 ms, or another tick",
    );
}

#[test]
fn less_than_a_tick_is_too_short_and_not_to_be_rounded_to_nothing() {
    check(
        |n| n.projections[1].delay_ms = Distribution::Constant(0.5),
        "projection `circuit to leaky`, `delay_ms`: a delay of 0.5 ms is outside 1 to 16 ticks of 1 ms; choose 1 ms to \
         16 ms, or another tick",
    );
}

#[test]
fn a_plastic_projection_has_one_delay() {
    check(
        |n| {
            n.projections[0].delay_ms = Distribution::Uniform {
                low: 1.0,
                high: 3.0,
            }
        },
        "projection `input to circuit`, `delay_ms`: a plastic projection has one constant delay for all its synapses; \
         give a single delay",
    );
    check(
        |n| {
            let synapse = ListedSynapse {
                pre: 0,
                post: 0,
                weight: None,
                delay_ms: Some(2.0),
            };
            n.projections[0].connector = Connector::List(vec![synapse]);
        },
        "projection `input to circuit`, `connector`: a plastic projection has one constant delay for all its synapses; \
         give a single delay",
    );
}

#[test]
fn sampling_needs_a_likelihood_and_excitation() {
    check(
        |n| n.projections[0].post = 2,
        "projection `input to circuit`, `plasticity`: synaptic sampling has no likelihood term for neurons of model `lif`; \
         make the target a population of model wta or intensity, or the projection static",
    );
    check(
        |n| n.projections[0].receptor = Receptor::Inhibitory,
        "projection `input to circuit`, `receptor`: synaptic sampling is derived for excitatory synapses, this projection \
         is inhibitory; make it excitatory or static",
    );
}

#[test]
fn a_uniform_prior_has_nothing_to_start_from() {
    check(
        |n| rule(n).prior = Prior::Uniform,
        "projection `input to circuit`, `plasticity.start`: θ cannot start from the prior, because the prior is uniform; \
         give `start` a number or a distribution",
    );
}

#[test]
fn sampling_parameters_are_sane() {
    let spoils: [Spoil<SynapticSampling>; 7] = [
        (
            |r| r.prior = Prior::Gaussian { mean: 0.0, sd: 0.0 },
            "plasticity.prior.sd",
        ),
        (|r| r.temperature = -1.0, "plasticity.temperature"),
        (|r| r.speed_per_s = f64::INFINITY, "plasticity.speed_per_s"),
        (|r| r.experience = f64::NAN, "plasticity.experience"),
        (|r| r.theta_max = 8.0, "plasticity.theta_max"),
        (|r| r.theta_min = 7.0, "plasticity.theta_min"),
        (|r| r.kick_max = 0.0, "plasticity.kick_max"),
    ];
    for (spoil, field) in spoils {
        let mut network = network();
        spoil(rule(&mut network));
        assert_eq!(network.check().unwrap_err().field, field);
    }
}

fn refused(spoils: &[Spoil<SynapticSampling>]) {
    for (spoil, field) in spoils {
        let mut network = network();
        spoil(rule(&mut network));
        assert_eq!(&network.check().unwrap_err().field, field);
    }
}

fn laplace(scale: f64) -> Prior {
    let mean = 0.0;
    Prior::Laplace { mean, scale }
}

fn student(freedom: f64) -> Prior {
    let (mean, scale) = (0.0, 1.0);
    Prior::StudentT {
        mean,
        scale,
        freedom,
    }
}

const fn flat(low: f64, high: f64) -> Prior {
    Prior::Bounded { low, high }
}

const fn sloped(slope: f64) -> Speed {
    Speed::Linear { at: 0.0, slope }
}

#[test]
fn priors_are_sane() {
    refused(&[
        (
            |r| r.prior = Prior::Mixture(Vec::new()),
            "plasticity.prior.components",
        ),
        (|r| r.prior = laplace(-1.0), "plasticity.prior.scale"),
        (|r| r.prior = student(0.1), "plasticity.prior.freedom"),
        (|r| r.prior = flat(1.0, 1.0), "plasticity.prior.low"),
        (|r| r.prior = flat(6.5, 7.0), "plasticity.prior"),
    ]);
}

#[test]
fn speeds_temperatures_and_schemes_are_sane() {
    refused(&[
        (|r| r.speed = sloped(1.0), "plasticity.speed"),
        (
            |r| r.speed = Speed::Table(vec![(0.0, 1.0), (0.0, 2.0)]),
            "plasticity.speed",
        ),
        (
            |r| r.annealing = vec![(5, 1.0), (5, 2.0)],
            "plasticity.annealing",
        ),
        (
            |r| r.annealing = (0..64).map(|tick| (tick, 1.0)).collect(),
            "plasticity.annealing",
        ),
        (
            |r| {
                r.scheme = Scheme::Metropolis;
                r.temperature = 0.0;
            },
            "plasticity.scheme",
        ),
    ]);
    check(
        |n| {
            rule(n).scheme = Scheme::Splitting;
            rule(n).speed = sloped(0.01);
        },
        "projection `input to circuit`, `plasticity.scheme`: splitting needs a speed that is the same everywhere; choose \
         \"metropolis\" or \"euler\"",
    );
}

#[test]
fn a_source_fires_at_most_once_a_tick() {
    let mut network = network();
    network.populations[0].model = PoissonSource::at_hz(1000.0).into();
    assert_eq!(network.check(), Ok(()));
    check(
        |n| n.populations[0].model = PoissonSource::at_hz(1001.0).into(),
        "population `input`, `rate_hz`: 1001 is outside 0 to 1000; a neuron fires at most once in a tick: lower the \
         rate or shorten the tick",
    );
}

#[test]
fn nothing_is_nan() {
    check(
        |n| circuit(n).bias = vec![f64::NAN],
        "population `circuit`, `bias`: NaN is not a finite number; give a finite number",
    );
}

#[test]
fn a_list_has_one_value_or_one_a_neuron() {
    check(
        |n| circuit(n).bias = vec![0.0; 3],
        "population `circuit`, `bias`: 3 values for 8 neurons; give one value for all, or 8",
    );
}

#[test]
fn a_step_that_never_decays_is_a_psp_but_its_rise_must_be_finite() {
    let mut network = network();
    circuit(&mut network).psp.tau_m_ms = f64::INFINITY;
    assert_eq!(network.check(), Ok(()));
    circuit(&mut network).psp.tau_s_ms = f64::INFINITY;
    assert_eq!(network.check().unwrap_err().field, "tau_s_ms");
}

#[test]
fn refractory_times_are_whole_ticks() {
    check(
        |n| {
            n.populations[2].model = Intensity {
                refractory_ms: 0.25,
                ..Intensity::default()
            }
            .into();
        },
        "population `leaky`, `refractory_ms`: 0.25 ms is not a whole number of ticks of 1 ms; choose 0 ms or 1 ms, or \
         another tick",
    );
}

#[test]
fn weights_are_magnitudes() {
    check(
        |n| n.projections[1].weight = Distribution::Constant(-1.0),
        "projection `circuit to leaky`, `weight`: -1 is below 0; weights are magnitudes: make the receptor \
         inhibitory instead of the weight negative",
    );
}

#[test]
fn a_normal_distribution_hits_its_window() {
    check(
        |n| {
            n.projections[1].weight = Distribution::Normal {
                mean: 0.0,
                sd: 1.0,
                low: 5.0,
                high: 6.0,
            }
        },
        "projection `circuit to leaky`, `weight`: a normal distribution of mean 0 and standard deviation 1 lies in 5 to 6 \
         less than once in 100 draws; widen the bounds or move the mean into them",
    );
}

#[test]
fn probabilities_and_fan_ins_have_limits() {
    check(
        |n| {
            n.projections[1].connector = Connector::FixedProbability {
                probability: 1.5,
                self_connections: true,
            }
        },
        "projection `circuit to leaky`, `connector.probability`: 1.5 is outside 0 to 1; a probability lies between 0 and 1",
    );
    check(
        |n| {
            n.projections[1].connector = Connector::FixedNumberPre {
                number: 9,
                self_connections: true,
            }
        },
        "projection `circuit to leaky`, `connector.number`: a fan-in of 9 distinct neurons, but only 8 are there; ask for \
         at most 8",
    );
}

#[test]
fn a_listed_pair_exists_and_is_listed_once() {
    let list = |pairs: &[(u32, u32)]| {
        let synapse = |&(pre, post)| ListedSynapse {
            pre,
            post,
            weight: None,
            delay_ms: None,
        };
        Connector::List(pairs.iter().map(synapse).collect())
    };
    check(
        |n| n.projections[1].connector = list(&[(0, 0), (1, 8)]),
        "projection `circuit to leaky`, `connector`: synapse 1 (from 0) names neuron 8, but its population has 8 (0 to 7); \
         mend the list or enlarge the population",
    );
    check(
        |n| n.projections[1].connector = list(&[(3, 2), (0, 0), (3, 2)]),
        "projection `circuit to leaky`, `connector`: the pair 3 → 2 is listed more than once; list each pair once, with the \
         sum of its weights",
    );
}

#[test]
fn a_network_too_large_to_expand_is_refused_before_it_is_expanded() {
    check(
        |n| {
            n.populations[1].size = 1 << 24;
            n.populations[2].size = 1 << 24;
            n.projections[1].connector = Connector::FixedProbability {
                probability: 1.0,
                self_connections: true,
            };
        },
        "projection `circuit to leaky`, `connector`: about 281475077373952 synapses, but at most 536870912 are expanded \
         one by one; lower the probability or the number, or give all synapses of all-to-all one weight and delay",
    );
}

#[test]
fn schedules_ascend_and_name_what_exists() {
    let spoils: [Spoil<RateSchedule>; 5] = [
        (
            |s| s.levels_hz = vec![0.0; 257],
            "257 rate levels, but at most 256 are possible",
        ),
        (
            |s| s.patterns[1].truncate(2),
            "pattern 1 has 2 levels for 3 neurons",
        ),
        (
            |s| s.patterns[0][2] = 2,
            "pattern 0 uses level 2, but there are 2 levels",
        ),
        (|s| s.changes[1].0 = 0, "tick 0 comes after tick 0"),
        (
            |s| s.changes[1].1 = 2,
            "the change at tick 100 shows pattern 2, but there are 2",
        ),
    ];
    for (spoil, expected) in spoils {
        let mut network = network();
        schedule(&mut network, spoil);
        assert_eq!(network.check().unwrap_err().problem.to_string(), expected);
    }
}

#[test]
fn spike_arrays_are_sorted_and_complete() {
    check(
        |n| n.populations[0].model = Model::SpikeArray(vec![vec![], vec![3, 3], vec![]]),
        "population `input`, `spikes_ms`: neuron 1 spikes at tick 3 after tick 3; sort its spikes by time, at most one in \
         a tick",
    );
    check(
        |n| n.populations[0].model = Model::SpikeArray(vec![vec![]]),
        "population `input`, `spikes_ms`: 1 values for 3 neurons; give one value for all, or 3",
    );
}

#[test]
fn recorded_neurons_exist() {
    check(
        |n| n.populations[1].record.potentials = vec![0, 8],
        "population `circuit`, `record.potentials`: neuron 8 does not exist; the population has 8; choose from 0 to 7",
    );
    check(
        |n| n.populations[1].record.potentials = vec![0, 1],
        "population `circuit`, `record.potential_ms`: the interval is 0 ticks; give at least one tick, or leave it out",
    );
    check(
        |n| n.populations[0].record.potentials = vec![0],
        "population `input`, `record.potentials`: a source (`poisson`) has no membrane potential; record its spikes \
         instead",
    );
}
