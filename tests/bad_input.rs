//! Bad input: each refusal says what is wrong, by how much, and how to mend it.
#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests fail by panicking, as tests do"
)]

use spinedrift::description::images::read_files;
use spinedrift::description::{
    Lif, Network, NetworkBuilder, PoissonSource, Synapses, SynapticSampling, Wta, toml,
};
use spinedrift::mapping::{Options, partition};
use spinedrift::results::Interrupt;
use spinedrift::session::{PrepareError, Prepared, Setup, run};
use spinedrift::target;
use spinedrift_tests::layout::{machine, options};
use std::path::Path;

/// Every word stands in the message.
#[track_caller]
fn says(message: &impl ToString, words: &[&str]) {
    let message = message.to_string();
    for word in words {
        assert!(message.contains(word), "`{word}` is missing in: {message}");
    }
}

fn learner(speed_per_s: f64) -> Network {
    let rule = SynapticSampling {
        speed_per_s,
        experience: 1.0,
        ..SynapticSampling::default()
    };
    NetworkBuilder::new("learner")
        .population("input", 20, PoissonSource::at_hz(20.0))
        .population("circuit", 10, Wta::of(10))
        .project("input", "circuit", Synapses::all_to_all().plastic(rule))
        .record_spikes("circuit")
        .record_spikes("input")
        .build()
        .unwrap()
}

fn refused(network: Network, setup: Setup) -> impl ToString {
    Prepared::new(network, setup).unwrap_err()
}

#[test]
fn an_unknown_population_is_named_with_its_line_and_the_nearest_name() {
    let text = "name = \"n\"\n[[population]]\nname = \"input\"\nmodel = \"poisson\"\nsize = 4\nrate_hz = 10\n\
                [[population]]\nname = \"circuit\"\nmodel = \"wta\"\nsize = 2\n\
                [[projection]]\npre = \"inptu\"\npost = \"circuit\"\n";
    let error = toml::parse(text, Path::new(".")).unwrap_err();
    let position = error.position();
    says(
        &format!("{error} {:?} {position:?}", error.help()),
        &["inptu", "input", "12"],
    );
}

#[test]
fn a_fan_in_that_could_overflow_is_refused_with_its_sum_and_limit() {
    let network = NetworkBuilder::new("strong")
        .population("input", 1000, PoissonSource::at_hz(20.0))
        .population("circuit", 10, Wta::of(10))
        .project("input", "circuit", Synapses::all_to_all().weight(1e6))
        .build()
        .unwrap();
    says(
        &refused(network, Setup::new(machine("spinn5"), 1)),
        &["circuit", "neuron", "1000000000", "lower its fan-in"],
    );
}

#[test]
fn a_network_larger_than_its_machine_says_by_how_much() {
    let network = NetworkBuilder::new("large")
        .population("input", 256 * 20, PoissonSource::at_hz(20.0))
        .build()
        .unwrap();
    says(
        &refused(network, Setup::new(machine("single"), 1)),
        &["20 cores", "single", "3 are missing"],
    );
}

#[test]
fn a_membrane_potential_beyond_the_kernel_s_range_is_named_with_the_range() {
    let lif = Lif {
        v_threshold_mv: 5000.0,
        ..Lif::default()
    };
    let network = NetworkBuilder::new("hot").population("leaky", 2, lif);
    says(
        &refused(network.build().unwrap(), Setup::new(machine("single"), 1)),
        &["leaky", "v_threshold_mv", "5000", "4096"],
    );
}

/// A walk over sets of sixteen targets, none twice: from step to step one target comes or goes, each about as often as
/// the others.
fn target_sets(count: usize) -> Vec<u16> {
    let (mut sets, mut turns) = (vec![1_u16], [0_u32; 16]);
    while sets.len() < count {
        let last = sets[sets.len() - 1];
        let fresh = |target: &usize| {
            let next = last ^ 1 << target;
            next != 0 && !sets.contains(&next)
        };
        let target = (0..16).filter(fresh).min_by_key(|&target| turns[target]);
        let target = target.unwrap();
        turns[target] += 1;
        sets.push(last ^ 1 << target);
    }
    sets
}

/// So many cores of sources, each heard by its own subset of sixteen cores on one chip: no two routes there are alike, so
/// that nothing can be merged. Three boards have the cores for it; a projection reaches from one core of sources to
/// another, and no target needs more than its 64.
fn tangled(cores: usize) -> Result<Prepared, PrepareError> {
    let sets = target_sets(cores);
    let mut network = NetworkBuilder::new("tangled");
    for target in 0..16 {
        network = network.population(format!("t{target}"), 16, Wta::of(16));
    }
    network = network.population("sources", 16 * cores as u32, PoissonSource::at_hz(1.0));
    for target in 0..16 {
        let mut core = 0;
        for run in sets.chunk_by(|a, b| (a ^ b) >> target & 1 == 0) {
            let (first, last) = (16 * core, 16 * (core + run.len() as u32) - 1);
            core += run.len() as u32;
            if run[0] >> target & 1 == 1 {
                let ends = Synapses::pairs([(first, 0), (last, 15)]);
                network = network.project("sources", format!("t{target}"), ends);
            }
        }
    }
    let mut setup = Setup::new(machine("triad"), 1);
    setup.mapping.partition.slots_per_core_max = Some(16);
    Prepared::new(network.build().unwrap(), setup)
}

#[test]
fn a_router_takes_1024_irreducible_entries_and_refuses_one_more() {
    let full = tangled(1024).unwrap();
    let tables = full.mapping.tables.iter();
    assert_eq!(
        tables.map(|chip| chip.table.entries.len()).max(),
        Some(1024)
    );
    says(
        &tangled(1025).err().unwrap(),
        &[
            "routing table of chip (0, 0)",
            "1025 key spaces pass it",
            "has 1025 entries",
            "1 more than the 1024 the router holds",
        ],
    );
}

#[test]
fn a_circuit_that_does_not_fit_a_core_is_refused_with_the_figure() {
    let mut setup = Setup::new(machine("spinn5"), 1);
    setup.mapping = Options {
        partition: partition::Options {
            slots_per_core_max: Some(64),
            pack: false,
        },
        ..Options::default()
    };
    let network = NetworkBuilder::new("wide")
        .population("circuit", 100, Wta::of(100))
        .build()
        .unwrap();
    says(
        &refused(network.clone(), setup.clone()),
        &["circuit", "112", "64"],
    );
    setup.mapping = Options::default();
    setup.machine.dtcm_bytes = 2000;
    says(
        &refused(network, setup),
        &[
            "circuit",
            "bytes of DTCM",
            "more than the 2000",
            "largest item",
        ],
    );
}

#[test]
fn a_sampling_speed_that_is_too_high_is_refused_with_the_limit() {
    says(
        &refused(learner(500.0), Setup::new(machine("spinn3"), 1)),
        &["input to circuit", "limit is 0.125", "500 per s"],
    );
}

fn idx(magic: u32, sizes: &[u32], data: usize) -> Vec<u8> {
    let mut bytes: Vec<u8> = std::iter::once(&magic)
        .chain(sizes)
        .flat_map(|word| word.to_be_bytes())
        .collect();
    bytes.resize(bytes.len() + data, 1);
    bytes
}

#[test]
fn truncated_and_foreign_image_files_are_told_apart() {
    let dir = tempfile::tempdir().unwrap();
    let (images, labels) = (
        dir.path().join("images-idx3-ubyte"),
        dir.path().join("labels-idx1-ubyte"),
    );
    std::fs::write(&labels, idx(0x801, &[2], 2)).unwrap();
    let read = |bytes: Vec<u8>| {
        std::fs::write(&images, bytes).unwrap();
        read_files(&images, &labels)
    };
    assert_eq!(read(idx(0x803, &[2, 3, 3], 18)).unwrap().len(), 2);
    says(
        &read(idx(0x803, &[2, 3, 3], 17)).unwrap_err(),
        &["images-idx3-ubyte", "truncated", "34", "33"],
    );
    says(
        &read(idx(0x801, &[2, 3, 3], 18)).unwrap_err(),
        &["does not start as IDX images do", "0x00000803", "labels"],
    );
    says(
        &read(idx(0x803, &[3, 3, 3], 27)).unwrap_err(),
        &["3 images", "2 labels"],
    );
}

#[test]
fn an_image_with_a_flipped_bit_is_refused_with_its_core() {
    let prepared = Prepared::new(learner(1e-4), Setup::new(machine("spinn3"), 1)).unwrap();
    let mut loadable = prepared.loadable().unwrap();
    let middle = loadable.images[1].bytes.len() / 2;
    loadable.images[1].bytes[middle] ^= 4;
    let error = target::load("functional", &loadable, 1).err().unwrap();
    says(&error, &["chip (0, 0), core 2", "checksum"]);
}

#[test]
fn a_results_directory_that_is_not_empty_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("thesis.tex"), "precious").unwrap();
    let prepared = Prepared::new(learner(1e-4), Setup::new(machine("spinn3"), 1)).unwrap();
    let error = run::into_directory(
        &prepared,
        &options(10, 1),
        &Interrupt::default(),
        dir.path(),
        false,
    )
    .unwrap_err();
    says(&error, &["not empty", "thesis.tex", "--out"]);
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[test]
fn another_run_or_a_damaged_checkpoint_is_not_resumed() {
    let dir = tempfile::tempdir().unwrap();
    let interrupt = Interrupt::default();
    interrupt.request();
    let prepared =
        |seed| Prepared::new(learner(1e-4), Setup::new(machine("spinn3"), seed)).unwrap();
    let go = |seed, resume| {
        run::into_directory(
            &prepared(seed),
            &options(10, 1),
            &interrupt,
            dir.path(),
            resume,
        )
    };
    assert!(go(1, false).unwrap().interrupted);
    says(
        &go(2, true).unwrap_err(),
        &["can't resume", "seed is 1", "has 2"],
    );

    let file = dir.path().join("checkpoint.bin");
    let mut bytes = std::fs::read(&file).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    says(&go(1, true).unwrap_err(), &["checkpoint.bin", "damaged"]);
}

/// A checkpoint of the same network on another partition: its memories don't fit.
#[test]
fn a_checkpoint_of_another_partition_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let interrupt = Interrupt::default();
    interrupt.request();
    let mut setup = Setup::new(machine("spinn3"), 1);
    let go = |setup: &Setup, resume| {
        let prepared = Prepared::new(learner(1e-4), setup.clone()).unwrap();
        run::into_directory(&prepared, &options(10, 1), &interrupt, dir.path(), resume)
    };
    go(&setup, false).unwrap();
    setup.mapping.partition.slots_per_core_max = Some(16);
    says(
        &go(&setup, true).unwrap_err(),
        &["checkpoint", "another network or partition"],
    );
}
