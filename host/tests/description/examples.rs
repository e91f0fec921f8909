//! The example networks parse, and are what the builder builds.

use std::path::{Path, PathBuf};

use spinedrift::description::toml::{FileDefaults, load};
use spinedrift::description::{Connectivity, Model, Network, boltzmann_machine, cuba, expand};

fn example(name: &str) -> (Network, FileDefaults) {
    let directory: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/networks");
    load(&directory.join(name)).unwrap()
}

#[test]
fn tiny_shows_two_patterns() {
    let (network, defaults) = example("tiny.toml");
    assert_eq!(network.populations.len(), 2);
    assert_eq!((defaults.seconds, defaults.seed), (10.0, 1));
    assert_eq!(network.snapshot_ticks, Some(1000));
    assert_eq!(network.populations[1].record.potentials, [0, 1]);
}

#[test]
fn digits_shows_images_for_all_its_seconds() {
    let (network, defaults) = example("digits.toml");
    let [shown] = &defaults.shown[..] else {
        panic!("{defaults:?}")
    };
    assert_eq!(
        (network.populations[0].size, shown.labels.len()),
        (64, 1000)
    );
    assert_eq!(shown.end_tick(), Some(200_000));
    assert!(matches!(network.populations[1].model, Model::Wta(ref wta) if wta.circuit_size == 40));
    assert!(matches!(
        expand(&network, 1).unwrap()[..],
        [Connectivity::AllToAll(_)]
    ));
}

#[test]
fn cuba_in_a_file_is_cuba_in_rust() {
    let built = cuba()
        .record_spikes("excitatory")
        .record_spikes("inhibitory")
        .build()
        .unwrap();
    assert_eq!(example("cuba.toml").0, built);
}

#[test]
fn a_boltzmann_machine_in_a_file_is_one_in_rust() {
    let built = boltzmann_machine(&[-0.5, 0.0, 0.5], &[(0, 1, 1.0), (1, 2, -0.8)], 10)
        .record_spikes("z")
        .build()
        .unwrap();
    assert_eq!(example("boltzmann.toml").0, built);
}
