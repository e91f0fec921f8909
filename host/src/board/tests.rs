//! Machine files: those built in, and how bad ones are refused.

use super::{EMBEDDED, Machine, MachineError, Problem};
use proptest::prelude::*;
use spinedrift_emulator::geometry::{ChipCoord, Link};

fn problem(text: &str) -> (Problem, String) {
    let error = Machine::parse("test", text).expect_err("the text is no machine");
    let MachineError::Invalid(invalid) = error else {
        panic!("{error}")
    };
    let place = invalid.place.offset()..invalid.place.offset() + invalid.place.len();
    (invalid.problem, text[place].to_owned())
}

/// What is wrong, and the part of the text that it is wrong in.
fn check(text: &str, wrong: &Problem, place: &str) {
    let (found, at) = problem(text);
    assert_eq!(&found, wrong, "{text}");
    assert!(at.contains(place), "{at:?} is not where {place:?} stands");
}

#[test]
fn every_embedded_machine_loads_under_its_own_name() {
    for (name, text) in EMBEDDED {
        let machine = Machine::load(name).unwrap();
        assert_eq!(machine.name, name);
        // Eight that every machine has; a voltage and others where they are known.
        assert!(machine.sources.len() >= 8, "{name}");
        assert_eq!(
            machine.sources.len(),
            text.matches("source = ").count(),
            "every figure of {name} has a source"
        );
    }
}

#[test]
fn the_embedded_machines_have_their_published_sizes() {
    let size = |name| {
        let machine = Machine::load(name).unwrap();
        (machine.chips().count(), machine.cores_available())
    };
    assert_eq!(size("single"), (1, 17));
    assert_eq!(size("spinn3"), (4, 4 * 17));
    assert_eq!(size("spinn5"), (48, 48 * 17));
    assert_eq!(size("triad"), (144, 144 * 17));
    assert_eq!(size("spinnaker2"), (48, 48 * 149));
}

#[test]
fn the_four_chip_board_wraps_north_to_south_only() {
    let machine = Machine::load("spinn3").unwrap();
    let origin = ChipCoord::new(0, 0);
    assert_eq!(
        machine.neighbour(origin, Link::South),
        Some(ChipCoord::new(0, 1))
    );
    assert_eq!(machine.neighbour(origin, Link::West), None);
    assert_eq!(machine.neighbour(ChipCoord::new(1, 0), Link::East), None);
    assert_eq!(
        machine.neighbour(ChipCoord::new(1, 0), Link::NorthEast),
        None
    );
    assert_eq!(
        machine.neighbour(origin, Link::NorthEast),
        Some(ChipCoord::new(1, 1))
    );
}

#[test]
fn a_file_takes_from_its_base_what_it_leaves_out() {
    let machine = Machine::parse(
        "test",
        "base = 'spinn5'\n[chip]\nclock_mhz = 180\n[dead]\nchips = [[1, 1]]",
    )
    .unwrap();
    assert_eq!(
        (
            machine.clock_mhz,
            machine.dtcm_bytes,
            machine.chips().count()
        ),
        (180, 65536, 47)
    );
    assert_eq!(machine.sources["clock_mhz"], "stated without a source");
}

#[test]
fn twelve_hundred_boards_are_the_million_core_machine() {
    let text = "base = 'spinn5'\n[grid]\noutline = 'triads'\nboards = 1200";
    let machine = Machine::parse("test", text).unwrap();
    assert_eq!(
        machine.chips().count() * usize::from(machine.cores_per_chip),
        1_036_800
    );
}

#[test]
fn a_dead_link_is_dead_from_both_ends() {
    let text = "base = 'spinn5'\n[dead]\nlinks = [{ chip = [1, 1], link = 'north-east' }]";
    let machine = Machine::parse("test", text).unwrap();
    assert_eq!(
        machine.neighbour(ChipCoord::new(1, 1), Link::NorthEast),
        None
    );
    assert_eq!(
        machine.neighbour(ChipCoord::new(2, 2), Link::SouthWest),
        None
    );
}

#[test]
fn a_dead_core_is_not_offered() {
    let text = "base = 'single'\n[dead]\ncores = [{ chip = [0, 0], core = 2 }]";
    let machine = Machine::parse("test", text).unwrap();
    assert_eq!(
        machine
            .cores(ChipCoord::new(0, 0))
            .take(2)
            .collect::<Vec<_>>(),
        [1, 3]
    );
}

#[test]
fn a_figure_out_of_range_is_pointed_at() {
    let wrong = Problem::OutOfRange {
        field: "cores",
        value: 193,
        low: 2,
        high: 192,
    };
    check("base = 'spinn5'\nchip.cores = 193", &wrong, "193");
    assert!(Machine::parse("test", "base = 'spinn5'\nchip.cores = 192").is_ok());
}

#[test]
fn fewer_cores_than_the_base_has_applications_are_refused() {
    let wrong = Problem::OutOfRange {
        field: "application_cores",
        value: 17,
        low: 1,
        high: 3,
    };
    check("base = 'spinn5'\nchip.cores = 4", &wrong, "4");
}

#[test]
fn a_missing_figure_is_named() {
    check(
        "grid = { outline = 'hexagon' }\nchip = { cores = 4 }",
        &Problem::Missing {
            field: "application_cores",
        },
        "",
    );
}

#[test]
fn four_boards_are_refused() {
    check(
        "base = 'spinn5'\ngrid = { outline = 'triads', boards = 4 }",
        &Problem::NoTriads { boards: 4 },
        "boards = 4",
    );
}

#[test]
fn a_dead_chip_outside_the_outline_is_refused() {
    let wrong = Problem::NotThere {
        part: "chip (7, 0)".to_owned(),
    };
    check(
        "base = 'spinn5'\ndead.chips = [[0, 0], [7, 0]]",
        &wrong,
        "[7, 0]",
    );
}

#[test]
fn an_unknown_base_is_named() {
    check(
        "base = 'spinn6'",
        &Problem::UnknownBase {
            name: "spinn6".to_owned(),
        },
        "'spinn6'",
    );
}

#[test]
fn an_unknown_field_is_pointed_at_with_those_that_exist() {
    let (Problem::Syntax { message }, place) = problem("base = 'spinn5'\nchip.clock = 200") else {
        panic!()
    };
    assert!(message.contains("clock_mhz"), "{message}");
    assert!(place.contains("clock"), "{place}");
}

#[test]
fn an_unknown_machine_lists_those_built_in() {
    let error = Machine::load("no-such-machine").unwrap_err();
    let help = miette::Diagnostic::help(&error).unwrap().to_string();
    assert!(
        help.contains("spinn5") && help.contains("spinnaker2"),
        "{help}"
    );
}

proptest! {
    #[test]
    fn no_text_panics(text in ".{0,200}") {
        drop(Machine::parse("test", &text));
    }

    #[test]
    fn no_numbers_panic(field in "cores|clock_mhz|sdram_bytes|router_entries", value: i64, x: i64, y: i64, boards: i64) {
        let text = format!("base = 'spinn5'\n[chip]\n{field} = {value}\n[dead]\nchips = [[{x}, {y}]]\n");
        drop(Machine::parse("test", &text));
        drop(Machine::parse("test", &format!("base = 'spinn5'\ngrid = {{ outline = 'triads', boards = {boards} }}")));
        drop(Machine::parse("test", &format!("base = 'spinn5'\ngrid = {{ outline = 'rectangle', width = {x}, height = {y}, wrap = true }}")));
    }

    #[test]
    fn no_damage_to_a_machine_file_panics(at in 0_usize..4000, with in ".", which in 0_usize..5) {
        let mut text: Vec<char> = EMBEDDED[which].1.chars().collect();
        let at = at % text.len();
        text.splice(at..=at, with.chars());
        drop(Machine::parse("test", &text.into_iter().collect::<String>()));
    }
}

#[test]
fn twelve_hundred_boards_are_a_torus_of_57_600_chips() {
    let machine = Machine::load("million").unwrap();
    assert_eq!((machine.grid.width, machine.grid.height), (240, 240));
    assert_eq!(machine.chips().count(), 57_600);
    assert_eq!(
        machine.cores_available() + machine.chips().count(),
        1_036_800
    );
}
