//! Network files: what they mean, and what is said when they are wrong.

use std::fs;
use std::path::Path;

use miette::{GraphicalReportHandler, GraphicalTheme};
use proptest::prelude::*;
use spinedrift::description::toml::{DescriptionError, FileDefaults, load, parse};
use spinedrift::description::{
    Adaptation, Component, Connector, Distribution, Escape, Integration, Intensity, Lif,
    ListedSynapse, Model, Network, PoissonSource, Prior, Receptor, Scheme, Speed, SynapticSampling,
    ThetaStart, Wta,
};

const NETWORK: &str = r#"
name = "n"
tick_ms = 1

[[population]]
name = "input"
model = "poisson"
size = 3
rate_hz = 20

[[population]]
name = "circuit"
model = "wta"
size = 10

[[projection]]
pre = "input"
post = "circuit"
plasticity = true
"#;

fn parsed(text: &str) -> (Network, FileDefaults) {
    parse(text, Path::new("")).unwrap_or_else(|error| panic!("{error}; {}", error.help()))
}

fn network(text: &str) -> Network {
    parsed(text).0
}

/// The model of the only population of this file.
fn model(text: &str) -> Model {
    let mut network = network(&format!("[[population]]\nname = \"p\"\n{text}"));
    network.populations.remove(0).model
}

/// The only projection from three sources to ten neurons.
fn projection(text: &str) -> spinedrift::description::Projection {
    let mut network = network(&NETWORK.replace("plasticity = true", text));
    network.projections.remove(0)
}

fn error(text: &str) -> DescriptionError {
    parse(text, Path::new("")).unwrap_err()
}

/// Replaces a part of the network and compares message, help and the text that is underlined.
#[track_caller]
fn check(part: &str, spoilt: &str, message: &str, help: &str, underlined: &str) {
    assert!(NETWORK.contains(part));
    let text = NETWORK.replace(part, spoilt);
    let error = error(&text);
    assert_eq!(
        (error.to_string().as_str(), error.help().as_str()),
        (message, help)
    );
    assert_eq!(&text[error.span()], underlined);
}

#[test]
fn what_is_left_out_has_the_authors_values() {
    let network = network(NETWORK);
    assert_eq!(network.populations[1].model, Wta::of(10).into());
    assert_eq!(
        network.projections[0].plasticity,
        Some(SynapticSampling::default())
    );
    assert_eq!(network.projections[0].name, "input to circuit");
    assert_eq!(network.projections[0].delay_ms, Distribution::Constant(1.0));
    assert_eq!(model("model = \"lif\"\nsize = 1"), Lif::default().into());
    assert_eq!(
        model("model = \"intensity\"\nsize = 1"),
        Intensity::default().into()
    );
    let defaults = parsed(NETWORK).1;
    assert_eq!(
        (defaults.seconds, defaults.seed, defaults.shown.len()),
        (10.0, 1, 0)
    );
}

#[test]
fn every_key_of_a_circuit_is_read() {
    let text = "model = \"wta\"\nsize = 8\ncircuit_size = 4\nrate_hz = 200\ntau_m_ms = 15\ntau_s_ms = 1\nbias = 0.5";
    let Model::Wta(wta) = model(&format!(
        "{text}\nadaptation = {{ amplitude = 2, tau_rise_s = 1, tau_fall_s = 3 }}"
    )) else {
        panic!()
    };
    assert_eq!(
        (
            wta.circuit_size,
            wta.rate_hz,
            wta.psp.tau_m_ms,
            wta.psp.tau_s_ms
        ),
        (4, 200.0, 15.0, 1.0)
    );
    assert_eq!(
        wta.adaptation,
        Some(Adaptation {
            amplitude: 2.0,
            tau_rise_s: 1.0,
            tau_fall_s: 3.0
        })
    );
    assert_eq!(wta.bias, [0.5]);
    let silent = model(&format!("{text}\nadaptation = false"));
    assert_eq!(
        silent,
        Wta {
            adaptation: None,
            ..wta
        }
        .into()
    );
}

#[test]
fn every_key_of_stochastic_and_leaky_neurons_is_read() {
    let text = "size = 2\nrate_hz = 50\nescape = \"logistic\"\nrefractory_ms = 10\ntau_m_ms = inf\ntau_s_ms = 0\nbias = [1, -1]";
    let Model::Intensity(neurons) = model(&format!("model = \"intensity\"\n{text}")) else {
        panic!()
    };
    assert_eq!(
        (neurons.rate_hz, neurons.escape, neurons.refractory_ms),
        (50.0, Escape::Logistic, 10.0)
    );
    assert_eq!(
        (neurons.psp.tau_m_ms, neurons.psp.tau_s_ms),
        (f64::INFINITY, 0.0)
    );
    assert_eq!(neurons.bias, [1.0, -1.0]);
    let text = "size = 2\ntau_m_ms = 1\ntau_e_ms = 2\ntau_i_ms = 3\nv_rest_mv = -4\nv_threshold_mv = -5\nv_reset_mv = -6\n\
                refractory_ms = 7\noffset_mv = [8, 9]\nv_start_mv = { normal = [-6, 1] }";
    let Model::Lif(lif) = model(&format!("model = \"lif\"\n{text}")) else {
        panic!()
    };
    assert_eq!((lif.tau_m_ms, lif.tau_e_ms, lif.tau_i_ms), (1.0, 2.0, 3.0));
    assert_eq!((lif.v_rest_mv, lif.v_threshold_mv), (-4.0, -5.0));
    assert_eq!((lif.v_reset_mv, lif.refractory_ms), (-6.0, 7.0));
    assert_eq!(lif.offset_mv, [8.0, 9.0]);
    assert_eq!(
        lif.v_start_mv,
        Distribution::Normal {
            mean: -6.0,
            sd: 1.0,
            low: -11.0,
            high: -1.0
        }
    );
}

#[test]
fn sources_take_rates_changes_and_spikes() {
    let constant = model("model = \"poisson\"\nsize = 2\nrate_hz = [1, 2.5]");
    assert_eq!(constant, PoissonSource::Constant(vec![1.0, 2.5]).into());
    let changes = "[{ at_s = 0.5, rate_hz = 5 }, { at_tick = 900, rate_hz = [0, 5] }]";
    let Model::Poisson(PoissonSource::Schedule(schedule)) = model(&format!(
        "model = \"poisson\"\nsize = 2\nstimulus = {{ changes = {changes} }}"
    )) else {
        panic!()
    };
    assert_eq!(schedule.levels_hz, [5.0, 0.0]);
    assert_eq!(schedule.patterns, [[0, 0], [1, 0]]);
    assert_eq!(schedule.changes, [(500, 0), (900, 1)]);
    let spikes = Model::SpikeArray(vec![vec![1, 5], vec![]]);
    assert_eq!(
        model("model = \"spike_array\"\nspikes_ms = [[1, 5], []]"),
        spikes
    );
    assert_eq!(
        model("model = \"spike_array\"\nsize = 2\nspike_ticks = [[1, 5], []]"),
        spikes
    );
}

#[test]
fn images_bring_their_size_and_labels() {
    let text = "[[population]]\nname = \"p\"\nmodel = \"poisson\"\n[population.stimulus]\nimages = \"digits\"\n\
                low_hz = 1\nhigh_hz = 51\nshow_ms = 100\ngap_ms = 50\nstart_ms = 10\norder = \"given\"\ncount = 3\nseed = 4";
    let (network, defaults) = parsed(text);
    assert_eq!(network.populations[0].size, 64);
    assert_eq!(defaults.shown[0].labels, [0, 1, 2]);
    assert!((defaults.seconds - 0.46).abs() < 1e-9);
    let Model::Poisson(PoissonSource::Schedule(schedule)) = &network.populations[0].model else {
        panic!()
    };
    assert_eq!(
        schedule.changes,
        [(10, 0), (110, 1), (160, 2), (260, 1), (310, 3), (410, 1)]
    );
    assert_eq!(
        (schedule.levels_hz[0], schedule.levels_hz.last()),
        (1.0, Some(&51.0))
    );
}

#[test]
fn recording_is_asked_for() {
    let record = |text: &str| {
        network(&NETWORK.replace("size = 10", text))
            .populations
            .remove(1)
            .record
    };
    assert!(!record("size = 10").spikes);
    let all =
        record("size = 3\nrecord = { spikes = true, potentials = \"all\", potential_ms = 5 }");
    assert_eq!(
        (all.spikes, all.potentials, all.potential_ticks),
        (true, vec![0, 1, 2], 5)
    );
    assert_eq!(
        record("size = 10\nrecord = { potentials = [1, 4] }").potential_ticks,
        1
    );
}

#[test]
fn every_connector_is_read() {
    let connector = |text: &str| projection(&format!("connector = {text}")).connector;
    let (yes, no) = (true, false);
    assert_eq!(
        projection("").connector,
        Connector::AllToAll {
            self_connections: yes
        }
    );
    assert_eq!(
        connector("\"all_to_all\""),
        Connector::AllToAll {
            self_connections: yes
        }
    );
    assert_eq!(
        connector("{ kind = \"all_to_all\", self_connections = false }"),
        Connector::AllToAll {
            self_connections: no
        }
    );
    assert_eq!(
        connector("{ kind = \"fixed_probability\", probability = 0.5 }"),
        Connector::FixedProbability {
            probability: 0.5,
            self_connections: yes
        }
    );
    assert_eq!(
        connector("{ kind = \"fixed_number\", number = 2, self_connections = false }"),
        Connector::FixedNumberPre {
            number: 2,
            self_connections: no
        }
    );
    assert_eq!(
        connector("{ kind = \"list\", synapses = [[0, 1], [2, 9, 0.5], [1, 1, 2, 3]] }"),
        Connector::List(vec![
            ListedSynapse {
                pre: 0,
                post: 1,
                weight: None,
                delay_ms: None
            },
            ListedSynapse {
                pre: 2,
                post: 9,
                weight: Some(0.5),
                delay_ms: None
            },
            ListedSynapse {
                pre: 1,
                post: 1,
                weight: Some(2.0),
                delay_ms: Some(3.0)
            },
        ])
    );
    let equal = NETWORK
        .replace("size = 10", "size = 3")
        .replace("plasticity = true", "connector = \"one_to_one\"");
    assert_eq!(
        network(&equal).projections[0].connector,
        Connector::OneToOne
    );
}

#[test]
fn weights_delays_and_receptors_are_read() {
    let projection = projection(
        "weight = { normal = [0.5, 0.2] }\ndelay_ms = { uniform = [1, 16] }\nreceptor = \"inhibitory\"\nname = \"w\"",
    );
    assert_eq!(
        projection.weight,
        Distribution::Normal {
            mean: 0.5,
            sd: 0.2,
            low: 0.0,
            high: 1.5
        }
    );
    assert_eq!(
        projection.delay_ms,
        Distribution::Uniform {
            low: 1.0,
            high: 16.0
        }
    );
    assert_eq!(
        (projection.receptor, projection.name.as_str()),
        (Receptor::Inhibitory, "w")
    );
    let normal = self::projection("delay_ms = { normal = [3, 1], high = 8 }").delay_ms;
    assert_eq!(
        normal,
        Distribution::Normal {
            mean: 3.0,
            sd: 1.0,
            low: 1.0,
            high: 8.0
        }
    );
}

#[test]
fn every_key_of_plasticity_is_read() {
    let rule = projection(
        "plasticity = { prior = \"uniform\", temperature = 0.5, speed_per_s = 2e-4, experience = 50, alpha = 0.1, \
         offset = 2, theta_min = -1, theta_max = 4, start = { uniform = [0, 1] }, integration = \"every_tick\", \
         grows_from_nothing = false, retracted_learns = false, kick_max = 0.25, frozen_from_s = 2, \
         record_rewiring = false }",
    );
    let expected = SynapticSampling {
        prior: Prior::Uniform,
        temperature: 0.5,
        annealing: Vec::new(),
        speed: Speed::Constant,
        speed_drift: true,
        scheme: Scheme::Auto,
        speed_per_s: 2e-4,
        experience: 50.0,
        alpha: 0.1,
        offset: 2.0,
        theta_min: -1.0,
        theta_max: 4.0,
        start: ThetaStart::From(Distribution::uniform(0.0, 1.0)),
        integration: Integration::EveryTick,
        grows_from_nothing: false,
        retracted_learns: false,
        kick_max: 0.25,
        frozen_from_tick: Some(2000),
        record_rewiring: false,
    };
    assert_eq!(rule.plasticity, Some(expected));
    assert_eq!(projection("plasticity = false").plasticity, None);
    let prior = projection("plasticity = { prior = { sd = 2 } }")
        .plasticity
        .unwrap()
        .prior;
    assert_eq!(prior, Prior::Gaussian { mean: 0.5, sd: 2.0 });
}

#[test]
fn every_kind_of_prior_speed_and_annealing_is_read() {
    let rule = |inside: &str| {
        projection(&format!("plasticity = {{ {inside} }}"))
            .plasticity
            .unwrap()
    };
    let component = |weight, mean, sd| Component { weight, mean, sd };
    let priors = [
        (
            "{ kind = \"mixture\", components = [[1, -1, 0.5], [2, 1, 0.4]] }",
            Prior::Mixture(vec![component(1.0, -1.0, 0.5), component(2.0, 1.0, 0.4)]),
        ),
        (
            "{ kind = \"laplace\", scale = 0.7 }",
            Prior::Laplace {
                mean: 0.5,
                scale: 0.7,
            },
        ),
        (
            "{ kind = \"student_t\", mean = 0, freedom = 5 }",
            Prior::StudentT {
                mean: 0.0,
                scale: 1.0,
                freedom: 5.0,
            },
        ),
        (
            "{ kind = \"cauchy\" }",
            Prior::StudentT {
                mean: 0.5,
                scale: 1.0,
                freedom: 1.0,
            },
        ),
        (
            "{ kind = \"uniform\", low = -1, high = 2 }",
            Prior::Bounded {
                low: -1.0,
                high: 2.0,
            },
        ),
    ];
    for (text, prior) in priors {
        assert_eq!(rule(&format!("prior = {text}")).prior, prior);
    }
    let linear = Speed::Linear {
        at: 0.0,
        slope: 0.1,
    };
    assert_eq!(rule("speed = { slope = 0.1 }").speed, linear);
    let table = Speed::Table(vec![(-1.0, 1.0), (1.0, 0.2)]);
    assert_eq!(rule("speed = [[-1, 1], [1, 0.2]]").speed, table);
    let listed = rule("annealing = [[0.5, 4], [1, 2]]").annealing;
    assert_eq!(listed, [(500, 4.0), (1000, 2.0)]);
    let ramp = rule("temperature = 1, annealing = { from = 4, end_s = 2, steps = 2 }");
    assert_eq!(ramp.annealing, [(0, 4.0), (1000, 2.0), (2000, 1.0)]);
    assert_eq!(rule("scheme = \"splitting\"").scheme, Scheme::Splitting);
}

#[test]
fn an_unknown_population_is_named_with_line_column_and_the_nearest_name() {
    let text = NETWORK.replace("pre = \"input\"", "pre = \"inptu\"");
    let error = error(&text);
    assert_eq!(error.to_string(), "there is no population `inptu`");
    assert_eq!(error.position(), (17, 7));
    let mut drawn = String::new();
    GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor())
        .render_report(&mut drawn, &error)
        .unwrap();
    for part in [
        "there is no population `inptu`",
        "[network.toml:17:7]",
        "pre = \"inptu\"",
        "did you mean `input`?",
    ] {
        assert!(drawn.contains(part), "{drawn}");
    }
}

#[test]
fn an_unlike_name_gets_all_names() {
    check(
        "post = \"circuit\"",
        "post = \"retina\"",
        "there is no population `retina`",
        "populations are: input, circuit",
        "\"retina\"",
    );
}

#[test]
fn an_unknown_key_is_never_ignored() {
    check(
        "rate_hz = 20",
        "rate_hz = 20\nrecrod = { spikes = true }",
        "population `input` of model poisson has no key `recrod`",
        "did you mean `record`?",
        "recrod",
    );
    check(
        "size = 10",
        "size = 10\nthreshold_mv = 5",
        "population `circuit` of model wta has no key `threshold_mv`",
        "keys are: name, model, size, circuit_size, rate_hz, tau_m_ms, tau_s_ms, bias, adaptation, record",
        "threshold_mv",
    );
    check(
        "tick_ms = 1",
        "tick = 1",
        "the network has no key `tick`",
        "did you mean `tick_ms`?",
        "tick",
    );
    check(
        "plasticity = true",
        "plasticity = { temperatur = 1 }",
        "`plasticity` has no key `temperatur`",
        "did you mean `temperature`?",
        "temperatur",
    );
}

#[test]
fn a_value_of_the_wrong_type_says_what_is_needed() {
    check(
        "size = 10",
        "size = \"ten\"",
        "`size` is the text \"ten\", but must be a whole number",
        "docs/networks.md shows what `size` takes",
        "\"ten\"",
    );
    check(
        "size = 10",
        "size = -1",
        "`size` is the number -1, but must be a whole number, at least 0 and not that large",
        "docs/networks.md shows what `size` takes",
        "-1",
    );
    check(
        "plasticity = true",
        "plasticity = { prior = 3 }",
        "`plasticity.prior` is the number 3, but must be \"uniform\" or a table such as { mean = 0.5, sd = 1 } \
         or { kind = \"laplace\", scale = 0.7 }",
        "docs/networks.md shows what `plasticity.prior` takes",
        "3",
    );
}

#[test]
fn a_missing_key_comes_with_an_example() {
    let error = error(&NETWORK.replace("size = 10\n", ""));
    assert_eq!(
        error.to_string(),
        "population `circuit` of model wta lacks `size`"
    );
    assert_eq!(error.help(), "add, for instance, `size = 100`");
    assert_eq!(error.position(), (11, 1));
}

#[test]
fn an_unknown_word_gets_the_nearest_one_or_all() {
    check(
        "model = \"wta\"",
        "model = \"wtaa\"",
        "`model` cannot be \"wtaa\"",
        "did you mean `wta`?",
        "\"wtaa\"",
    );
    check(
        "plasticity = true",
        "connector = \"random\"",
        "`connector` cannot be \"random\"",
        "choices are: all_to_all, one_to_one, fixed_probability, fixed_number, list",
        "\"random\"",
    );
}

#[test]
fn sizes_that_contradict_each_other_are_refused() {
    check(
        "rate_hz = 20",
        "stimulus = { images = \"digits\" }",
        "`size` is 3, but images of 8 × 8 pixels need 64",
        "write `size = 64`, or leave it out",
        "3",
    );
    check(
        "size = 10",
        "size = 10\ncircuit_size = 4",
        "population `circuit`, `size`: 10 neurons are not a whole number of circuits of 4",
        "make it 8 or 12 neurons",
        "10",
    );
    check(
        "size = 10",
        "size = 10\nbias = [1, 2, 3]",
        "population `circuit`, `bias`: 3 values for 10 neurons",
        "give one value for all, or 10",
        "[1, 2, 3]",
    );
    check(
        "plasticity = true",
        "connector = \"one_to_one\"",
        "projection `input to circuit`, `connector`: one-to-one needs equal sizes, but 3 neurons project to 10",
        "make the sizes equal, or use another connector",
        "\"one_to_one\"",
    );
    let spikes =
        "[[population]]\nname = \"p\"\nmodel = \"spike_array\"\nsize = 3\nspikes_ms = [[1], [2]]";
    assert_eq!(
        error(spikes).to_string(),
        "`size` is 3, but the lists of spikes are 2"
    );
}

#[test]
fn times_are_whole_ticks() {
    check(
        "plasticity = true",
        "delay_ms = 1.5",
        "projection `input to circuit`, `delay_ms`: 1.5 ms is not a whole number of ticks of 1 ms",
        "choose 1 ms or 2 ms, or another tick",
        "1.5",
    );
    check(
        "name = \"n\"",
        "snapshot_s = 0.0015",
        "`snapshot_s` is not a whole number of ticks: 1.5 ms, with ticks of 1 ms",
        "choose a multiple of the tick, or another `tick_ms`",
        "0.0015",
    );
    check(
        "tick_ms = 1",
        "tick_ms = 0.0005",
        "a tick of 0.0005 ms is not a whole number of microseconds from 1 to 2^32 − 1",
        "choose a tick such as 1 or 0.1",
        "0.0005",
    );
}

#[test]
fn flaws_of_nested_fields_are_underlined_where_they_stand() {
    check(
        "plasticity = true",
        "plasticity = { prior = { sd = -1 } }",
        "projection `input to circuit`, `plasticity.prior.sd`: -1 is not above 0",
        "give a positive number",
        "-1",
    );
}

#[test]
fn a_circuit_that_is_too_large_is_underlined_at_the_size_it_has() {
    check(
        "size = 10",
        "size = 400",
        "population `circuit`, `circuit_size`: 400 is outside 1 to 256",
        "a circuit lives on one core, which holds up to 256 neurons: make it smaller",
        "400",
    );
}

#[test]
fn two_ways_to_say_one_thing_are_refused() {
    check(
        "rate_hz = 20",
        "rate_hz = 20\nstimulus = { images = \"digits\" }",
        "population `input` of model poisson has both `rate_hz` and `stimulus`",
        "give one of them",
        "{ images = \"digits\" }",
    );
}

#[test]
fn broken_notation_is_located() {
    let error = error("name = \"n\"\nsize = = 3\n");
    assert!(
        error.to_string().starts_with("this is not TOML: "),
        "{error}"
    );
    assert_eq!(error.position().0, 2);
}

#[test]
fn an_empty_file_has_no_population() {
    let error = error("");
    assert_eq!(
        error.to_string(),
        "network, `population`: there is no population"
    );
    assert_eq!(error.position(), (1, 1));
}

#[test]
fn images_that_cannot_be_read_say_why() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(
        directory.path().join("images-idx3-ubyte"),
        [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 7],
    )
    .unwrap();
    fs::write(
        directory.path().join("labels-idx1-ubyte"),
        [0, 0, 8, 1, 0, 0, 0, 2, 0, 1],
    )
    .unwrap();
    fs::write(
        directory.path().join("n.toml"),
        "[[population]]\nname = \"p\"\nmodel = \"poisson\"\nstimulus = { images = \".\" }\n",
    )
    .unwrap();
    let error = load(&directory.path().join("n.toml")).unwrap_err();
    let message =
        "images-idx3-ubyte is truncated: its header asks for 18 bytes, found 17; copy it again";
    assert!(error.to_string().ends_with(message), "{error}");
    assert_eq!(error.position(), (4, 23));
}

#[test]
fn a_list_of_synapses_comes_from_a_file() {
    let directory = tempfile::tempdir().unwrap();
    let load_with = |csv: &str| {
        fs::write(directory.path().join("synapses.csv"), csv).unwrap();
        let text = NETWORK.replace(
            "plasticity = true",
            "connector = { kind = \"list\", file = \"synapses.csv\" }",
        );
        parse(&text, directory.path()).map_err(|error| error.to_string())
    };
    let (network, _) = load_with("# from, to\npre, post, weight\n\n0, 1, 0.5\n2, 9,\n").unwrap();
    let listed = |pre, post, weight| ListedSynapse {
        pre,
        post,
        weight,
        delay_ms: None,
    };
    assert_eq!(
        network.projections[0].connector,
        Connector::List(vec![listed(0, 1, Some(0.5)), listed(2, 9, None)])
    );
    for (csv, expected) in [
        (
            "",
            "line 1: the columns \"\", but needed pre,post, pre,post,weight or pre,post,weight,delay_ms",
        ),
        (
            "pre,post,delay_ms\n",
            "line 1: the columns \"pre,post,delay_ms\", but needed",
        ),
        (
            "pre,post\n1,2\n1\n",
            "line 3: 1 columns, but needed as many as the first line names",
        ),
        (
            "pre,post\n1,-2\n",
            "line 2: \"-2\", but needed the number of a neuron",
        ),
        (
            "pre,post,weight\n\n1,2,heavy\n",
            "line 3: \"heavy\", but needed a number",
        ),
    ] {
        let error = load_with(csv).unwrap_err();
        assert!(
            error.contains(&format!("synapses.csv, {expected}")),
            "{error}"
        );
    }
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let error = load(Path::new("/nowhere/n.toml")).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("/nowhere/n.toml cannot be read: "),
        "{error}"
    );
    assert_eq!(error.position(), (1, 1));
}

/// Lines of network files, right and wrong, to be put together at random.
fn line() -> impl Strategy<Value = String> {
    let keys = prop_oneof![
        Just("name"),
        Just("size"),
        Just("model"),
        Just("pre"),
        Just("post"),
        Just("rate_hz"),
        Just("weight"),
        Just("delay_ms"),
        Just("connector"),
        Just("plasticity"),
        Just("stimulus"),
        Just("record"),
        Just("seconds"),
        Just("tick_ms"),
        Just("spikes_ms"),
        Just("bias"),
        Just("adaptation"),
        Just("snapshot_s"),
        Just("circuit_size"),
    ];
    let values = prop_oneof![
        any::<i64>().prop_map(|n| n.to_string()),
        any::<f64>().prop_map(|n| format!("{n:e}")),
        (0..50_u32).prop_map(|n| n.to_string()),
        Just("\"a\"".into()),
        Just("\"b\"".into()),
        Just("\"wta\"".into()),
        Just("\"lif\"".into()),
        Just("\"poisson\"".into()),
        Just("\"intensity\"".into()),
        Just("\"spike_array\"".into()),
        Just("true".into()),
        Just("nan".into()),
        Just("[1, 2]".into()),
        Just("[[1, 2], [3]]".into()),
        Just("1979-05-27".into()),
        Just("{ uniform = [1, 2] }".into()),
        Just("{ normal = [1, 2] }".into()),
        Just("{ images = \"digits\" }".into()),
        Just("{ changes = [{ at_s = 1, rate_hz = 5 }] }".into()),
        Just("{ kind = \"list\", synapses = [[0, 0]] }".into()),
        Just("{ kind = \"fixed_number\", number = 1 }".into()),
        Just("{ prior = \"uniform\" }".into()),
    ];
    prop_oneof![
        1 => Just("[[population]]".to_owned()),
        1 => Just("[[projection]]".to_owned()),
        4 => (keys, values).prop_map(|(key, value): (&str, String)| format!("{key} = {value}")),
    ]
}

proptest! {
    #[test]
    fn no_text_makes_the_parser_panic(text in "\\PC{0,200}") {
        let _ = parse(&text, Path::new("/nowhere"));
    }

    #[test]
    fn no_mixture_of_lines_makes_the_parser_panic(lines in proptest::collection::vec(line(), 0..20)) {
        if let Err(error) = parse(&lines.join("\n"), Path::new("/nowhere")) {
            prop_assert!(error.position().0 <= lines.len().max(1));
            prop_assert!(!error.help().is_empty());
        }
    }

    #[test]
    fn no_damaged_file_makes_the_parser_panic(at in 0..NETWORK.len(), with in "\\PC{0,3}") {
        let mut text = NETWORK.to_owned();
        text.replace_range(at..=at, &with);
        let _ = parse(&text, Path::new("/nowhere"));
    }
}
