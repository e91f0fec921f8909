//! Connectors expand to the synapses that their law says, the same ones every time.

use proptest::prelude::*;
use spinedrift::description::{
    Connectivity, Distribution, ListedSynapse, NetworkBuilder, PoissonSource, Synapses,
    SynapticSampling, Wta, cuba, expand,
};

/// The synapses of one projection from `pre` sources to `post` neurons.
fn expanded(pre: u32, post: u32, synapses: Synapses, seed: u64) -> Connectivity {
    let network = NetworkBuilder::new("n")
        .population("a", pre, PoissonSource::at_hz(1.0))
        .population("b", post, Wta::of(1))
        .project("a", "b", synapses)
        .build()
        .unwrap();
    expand(&network, seed).unwrap().remove(0)
}

/// The same within one population.
fn recurrent(size: u32, synapses: Synapses) -> Connectivity {
    let builder = NetworkBuilder::new("n")
        .population("a", size, Wta::of(1))
        .project("a", "a", synapses);
    expand(&builder.build().unwrap(), 1).unwrap().remove(0)
}

fn pairs(connectivity: &Connectivity) -> Vec<(u32, u32)> {
    (0..connectivity.pre_size())
        .flat_map(|pre| connectivity.row(pre).map(move |s| (pre, s.post)))
        .collect()
}

fn fan_ins(connectivity: &Connectivity) -> Vec<u32> {
    let mut counts = vec![0; connectivity.post_size() as usize];
    for (_, post) in pairs(connectivity) {
        counts[post as usize] += 1;
    }
    counts
}

#[test]
fn all_to_all_stays_a_statement_unless_synapses_differ() {
    let alike = expanded(5, 7, Synapses::all_to_all(), 1);
    let plastic = Synapses::all_to_all()
        .plastic(SynapticSampling::default())
        .weight(Distribution::uniform(0.0, 1.0));
    let different = expanded(
        5,
        7,
        Synapses::all_to_all().weight(Distribution::uniform(0.0, 1.0)),
        1,
    );
    assert!(matches!(alike, Connectivity::AllToAll(_)));
    assert!(matches!(
        expanded(5, 7, plastic, 1),
        Connectivity::AllToAll(_)
    ));
    assert!(matches!(different, Connectivity::Sparse(_)));
    assert_eq!(pairs(&alike), pairs(&different));
}

#[test]
fn self_connections_are_left_out_on_request() {
    for synapses in [
        Synapses::all_to_all(),
        Synapses::with_probability(1.0),
        Synapses::fan_in(5),
    ] {
        let all_but_self = recurrent(6, synapses.clone().without_self());
        let expected: Vec<_> = (0..36)
            .map(|i| (i / 6, i % 6))
            .filter(|(pre, post)| pre != post)
            .collect();
        assert_eq!(pairs(&all_but_self), expected, "{synapses:?}");
    }
}

#[test]
fn self_connections_mean_nothing_between_populations() {
    for synapses in [
        Synapses::all_to_all(),
        Synapses::with_probability(1.0),
        Synapses::fan_in(4),
    ] {
        assert_eq!(expanded(4, 6, synapses.without_self(), 1).synapses(), 24);
    }
}

#[test]
fn one_to_one_is_the_diagonal() {
    assert_eq!(
        pairs(&expanded(3, 3, Synapses::one_to_one(), 1)),
        [(0, 0), (1, 1), (2, 2)]
    );
}

#[test]
fn a_fixed_probability_gives_its_mean_number_of_synapses() {
    // 1,000 × 1,000 pairs: 5 standard deviations √(10^6 p (1 − p)), at a fixed seed.
    for (probability, mean, bound) in [
        (0.02, 20_000, 700),
        (0.5, 500_000, 2_500),
        (0.98, 980_000, 700),
    ] {
        let synapses = expanded(1000, 1000, Synapses::with_probability(probability), 1).synapses();
        assert!(synapses.abs_diff(mean) < bound, "{synapses}");
    }
    let synapses = expanded(1000, 1000, Synapses::with_probability(0.02), 1);
    // No neuron is privileged: the first and last hundred posts get their share (mean 2,000, sd 44).
    for posts in [0..100, 900..1000] {
        let hits = pairs(&synapses)
            .iter()
            .filter(|(_, post)| posts.contains(post))
            .count();
        assert!(hits.abs_diff(2000) < 220, "{hits}");
    }
}

#[test]
fn probabilities_0_and_1_are_exact() {
    assert_eq!(
        expanded(50, 50, Synapses::with_probability(0.0), 1).synapses(),
        0
    );
    assert_eq!(
        expanded(50, 50, Synapses::with_probability(1.0), 1).synapses(),
        2500
    );
}

#[test]
fn a_fixed_fan_in_is_exact_and_its_neurons_are_spread_evenly() {
    // Below and above half of the neurons: the set itself is drawn, or what it leaves out.
    for number in [1, 30, 50, 51, 99, 100] {
        let synapses = expanded(100, 400, Synapses::fan_in(number), 1);
        assert!(fan_ins(&synapses).iter().all(|&fan_in| fan_in == number));
        // Rows have mean 4·number and variance 400·p(1 − p) ≤ 100; 6 standard deviations.
        assert!((0..100).all(|pre| synapses.row(pre).len().abs_diff(4 * number as usize) < 60));
    }
}

#[test]
fn listed_synapses_keep_what_was_given_and_draw_the_rest() {
    let listed = |pre, post, weight, delay_ms| ListedSynapse {
        pre,
        post,
        weight,
        delay_ms,
    };
    let list = vec![
        listed(2, 1, Some(0.5), Some(3.0)),
        listed(0, 1, None, None),
        listed(0, 0, Some(2.0), None),
    ];
    let synapses = expanded(3, 2, Synapses::list(list).weight(7.0).delay_ms(2.0), 1);
    let all: Vec<_> = (0..3).flat_map(|pre| synapses.row(pre)).collect();
    let seen: Vec<_> = all
        .iter()
        .map(|s| (s.post, s.weight, s.delay_ticks))
        .collect();
    assert_eq!(seen, [(0, 2.0, 2), (1, 7.0, 2), (1, 0.5, 3)]);
}

#[test]
fn weights_and_delays_follow_their_distributions() {
    let synapses = Synapses::with_probability(1.0)
        .weight(Distribution::normal(1.0, 0.1))
        .delay_ms(Distribution::uniform(1.0, 5.0));
    let synapses = expanded(100, 100, synapses, 1);
    let (mut weight, mut delays) = (0.0, [0; 6]);
    for synapse in (0..100).flat_map(|pre| synapses.row(pre)) {
        weight += f64::from(synapse.weight) / 1e4;
        delays[usize::from(synapse.delay_ticks)] += 1;
    }
    // 5 standard errors of 10,000 draws. Delays go to the nearest tick: the borders get half a share each.
    assert!((weight - 1.0).abs() < 0.005, "{weight}");
    for (ticks, expected) in [(1, 1250_u32), (2, 2500), (3, 2500), (4, 2500), (5, 1250)] {
        assert!(u32::abs_diff(delays[ticks], expected) < 220, "{delays:?}");
    }
}

#[test]
fn another_weight_distribution_leaves_the_connections_as_they_were() {
    let structure = |synapses: Synapses| pairs(&expanded(50, 50, synapses, 1));
    for synapses in [Synapses::with_probability(0.1), Synapses::fan_in(5)] {
        let varied = synapses.clone().weight(Distribution::uniform(0.0, 1.0));
        assert_eq!(structure(synapses), structure(varied));
    }
}

#[test]
fn plastic_synapses_weigh_the_most_that_theta_allows() {
    let rule = SynapticSampling::default();
    let synapses = expanded(4, 4, Synapses::one_to_one().plastic(rule.clone()), 1);
    assert!((f64::from(synapses.weight_max()) - rule.weight_max()).abs() < 1e-5);
}

#[test]
fn threads_change_nothing() {
    let network = cuba().build().unwrap();
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| expand(&network, 3).unwrap())
    };
    assert_eq!(with(1), with(3));
}

fn any_synapses() -> impl Strategy<Value = Synapses> {
    let connector = prop_oneof![
        Just(Synapses::all_to_all()),
        (0.0..=1.0).prop_map(Synapses::with_probability),
        (0_u32..8).prop_map(Synapses::fan_in),
    ];
    let varied = |synapses: Synapses| {
        synapses
            .weight(Distribution::normal(1.0, 0.2))
            .delay_ms(Distribution::uniform(1.0, 16.0))
    };
    (connector, any::<bool>())
        .prop_map(move |(synapses, vary)| if vary { varied(synapses) } else { synapses })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_same_seed_gives_the_same_synapses_and_well_formed_rows(
        synapses in any_synapses(), (pre, post) in (8_u32..60, 1_u32..60), seed in any::<u64>(),
    ) {
        let first = expanded(pre, post, synapses.clone(), seed);
        prop_assert_eq!(&first, &expanded(pre, post, synapses, seed));
        prop_assert_eq!((first.pre_size(), first.post_size()), (pre, post));
        let mut total = 0;
        for row in (0..pre).map(|pre| first.row(pre).collect::<Vec<_>>()) {
            prop_assert!(row.is_sorted_by(|a, b| a.post < b.post));
            prop_assert!(row.iter().all(|s| s.post < post && (1..=16).contains(&s.delay_ticks) && s.weight > 0.0));
            total += row.len() as u64;
        }
        prop_assert_eq!(total, first.synapses());
        let sums: f64 = first.fan_in_weights().iter().sum();
        let weights: f64 = (0..pre).flat_map(|pre| first.row(pre)).map(|s| f64::from(s.weight)).sum();
        prop_assert!((sums - weights).abs() < 1e-6 * weights.max(1.0));
    }
}
