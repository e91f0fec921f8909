//! Boards as a target: the firmware's common part in threads gives the same bits as the functional emulator, and each
//! way to fail has its error and loses nothing that was collected.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use spinedrift::link::LinkError;
use spinedrift::mapping::Memory;
use spinedrift::session::Prepared;
use spinedrift::target::boards::IMAGE_DTCM_BYTES;
use spinedrift::target::{FunctionalTarget, Target, TargetError};
use spinedrift_tests::board::{self, Cut, Size};
use spinedrift_tests::seed::for_each;
use spinedrift_tests::{scenario, whole};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

fn words(error: impl std::fmt::Display) -> String {
    error.to_string()
}

fn functional(prepared: &Prepared) -> Box<dyn Target> {
    Box::new(FunctionalTarget::new(&prepared.loadable().unwrap(), 1).unwrap())
}

#[test]
fn boards_give_the_bits_of_the_functional_emulator() {
    for_each("boards", "boards_give", 20, |seed| {
        let scenario = scenario::draw(seed);
        let prepared = whole::scenario(&scenario)?;
        let loadable = prepared.loadable().map_err(words)?;
        let mut here = functional(&prepared);
        let mut there = board::boards(&loadable, Size::default()).map_err(words)?;
        let expected = whole::run(&prepared, here.as_mut(), scenario.ticks, 1000).map_err(words)?;
        let found = whole::run(&prepared, there.as_mut(), scenario.ticks, 37).map_err(words)?;
        expected.difference(&found).map_or(Ok(()), Err)
    });
}

#[test]
fn the_demo_on_four_boards_gives_the_same_bits() {
    let (prepared, ticks) = whole::demo_on_four_cores(2).unwrap();
    let loadable = prepared.loadable().unwrap();
    assert_eq!(loadable.images.len(), 4);
    let mut there = board::boards(&loadable, Size::default()).unwrap();
    let expected = whole::run(&prepared, functional(&prepared).as_mut(), ticks, ticks).unwrap();
    let found = whole::run(&prepared, there.as_mut(), ticks, ticks).unwrap();
    assert_eq!(expected.difference(&found), None);
    assert!(expected.collected.spikes.len() > 100);
}

/// In the middle of a run some spikes have kicked all rows on the one, and none of those that are not visited yet on the other.
#[test]
fn checkpoints_go_on_from_the_emulator_to_boards_and_back() {
    for (seed, part) in [(11, 2), (12, 3), (13, 2), (14, 5), (15, 7), (16, 2)] {
        let scenario = scenario::draw(seed);
        let prepared = whole::scenario(&scenario).unwrap();
        let (early, ticks) = (scenario.ticks / part, scenario.ticks);
        let boards = || board::boards(&prepared.loadable().unwrap(), Size::default()).unwrap();
        let expected = whole::run(&prepared, functional(&prepared).as_mut(), ticks, ticks).unwrap();
        for [mut first, mut second] in [
            [functional(&prepared), boards()],
            [boards(), functional(&prepared)],
        ] {
            first.run(early).unwrap();
            second.restore(early, first.checkpoint().unwrap()).unwrap();
            let found = whole::run(&prepared, second.as_mut(), ticks, ticks).unwrap();
            assert_eq!(
                found.memories.len(),
                expected.memories.len(),
                "as many cores"
            );
            for (a, b) in expected.memories.iter().zip(&found.memories) {
                assert!(a == b, "seed {seed}: memories differ");
            }
        }
    }
}

/// A recording buffer far too small for a tick: the board waits in the middle of ticks, and nothing is lost.
#[test]
fn a_full_outbox_waits_and_loses_nothing() {
    let scenario = scenario::draw(3);
    let prepared = whole::scenario(&scenario).unwrap();
    let loadable = prepared.loadable().unwrap();
    let image = loadable.images.iter().map(|image| image.bytes.len());
    let size = Size {
        // The least that the largest image leaves.
        sdram: image.max().unwrap() / 4 + 1024,
        ..Size::default()
    };
    let expected = whole::run(
        &prepared,
        functional(&prepared).as_mut(),
        scenario.ticks,
        1000,
    );
    let mut there = board::boards(&loadable, size).unwrap();
    let found = whole::run(&prepared, there.as_mut(), scenario.ticks, 1000).unwrap();
    assert_eq!(expected.unwrap().difference(&found), None);
}

/// The line is cut in the middle of a run: the error says so, and what was collected before is there.
#[test]
fn a_cut_line_ends_the_run_and_keeps_what_was_collected() {
    let (prepared, ticks) = whole::demo_on_four_cores(2).unwrap();
    let left = Arc::new(AtomicU32::new(u32::MAX));
    let mut there = board::load(&prepared.loadable().unwrap(), board::NAME, |_| {
        Box::new(Cut::new(board::start(Size::default()), left.clone()))
    })
    .unwrap();
    there.run(200).unwrap();
    left.store(3000, Ordering::Relaxed);
    let error = there.run(ticks - 200).unwrap_err();
    let TargetError::Board { error, .. } = &error else {
        panic!("{error}")
    };
    assert!(matches!(error, LinkError::Silent { .. }), "{error}");
    assert!(error.to_string().contains("no answer"), "{error}");
    let mut kept = 0;
    there.collect(&mut |_, words| kept += words.len()).unwrap();
    assert!(kept > 100, "{kept} words");
    assert!(there.tick() >= 200);
}

fn refused(name: &'static str, size: Size, spoil: impl Fn(&mut Vec<u8>)) -> (TargetError, String) {
    let prepared = whole::scenario(&scenario::draw(5)).unwrap();
    let mut loadable = prepared.loadable().unwrap();
    for image in &mut loadable.images {
        spoil(&mut image.bytes);
    }
    let error = board::load(&loadable, name, |_| Box::new(board::start(size))).unwrap_err();
    let words = error.to_string();
    (error, words)
}

#[test]
fn an_image_one_byte_short_is_refused() {
    let (_, words) = refused(board::NAME, Size::default(), |bytes| {
        bytes.pop();
    });
    assert!(
        words.contains("cut short") && words.contains("chip"),
        "{words}"
    );
}

#[test]
fn another_board_is_refused_by_name() {
    let (_, words) = refused("arm9", Size::default(), |_| ());
    assert!(
        words.contains("firmware of thread") && words.contains("arm9"),
        "{words}"
    );
}

#[test]
fn an_image_for_a_larger_board_is_refused_with_the_figure() {
    for (size, memory) in [
        (
            Size {
                dtcm: 500,
                ..Size::default()
            },
            "DTCM",
        ),
        (
            Size {
                sdram: 1200,
                ..Size::default()
            },
            "SDRAM",
        ),
    ] {
        let (error, words) = refused(board::NAME, size, |_| ());
        let room = matches!(
            &error,
            TargetError::Board {
                error: LinkError::Room { .. },
                ..
            }
        );
        assert!(room && words.contains(memory), "{words}");
    }
}

#[test]
fn a_full_core_fits_a_board_to_the_byte_and_no_more() {
    let prepared = whole::full_core().unwrap();
    let [budget] = prepared.mapping.budgets.as_slice() else {
        unreachable!("256 neurons on more than one core");
    };
    let items = budget.items.iter();
    let bytes: u64 = items
        .filter(|item| item.memory == Memory::Dtcm)
        .map(|item| item.bytes)
        .sum();
    assert!(bytes <= u64::from(IMAGE_DTCM_BYTES));
    let loadable = prepared.loadable().unwrap();
    let load = |dtcm| {
        board::boards(
            &loadable,
            Size {
                dtcm,
                ..Size::default()
            },
        )
        .err()
    };
    let dtcm = bytes as usize / 4;
    assert!(load(dtcm).is_none());
    let words = load(dtcm - 1).unwrap().to_string();
    let (needed, found) = (
        format!("needs {bytes} bytes of DTCM"),
        format!("has {}", bytes - 4),
    );
    assert!(words.contains(&needed) && words.contains(&found), "{words}");
    // Told of a core that has one byte less, the mapper spreads the neurons over two.
    let mut setup = prepared.setup.clone();
    setup.machine.dtcm_bytes = bytes as u32 - 1;
    let cores = Prepared::new(prepared.network.clone(), setup)
        .unwrap()
        .mapping
        .budgets
        .len();
    assert_eq!(cores, 2);
}

/// The board checks for itself too: a host that doesn't check is answered, not believed.
#[test]
fn a_board_refuses_a_damaged_image_itself() {
    use spinedrift::link::Peer;
    use spinedrift_link::Request;
    let prepared = whole::scenario(&scenario::draw(5)).unwrap();
    let image = prepared.loadable().unwrap().images.remove(0).bytes;
    let open = |bytes: &[u8]| -> String {
        let line = board::start(Size::default());
        let mut peer = Peer::new(Box::new(line), 7, board::PATIENCE);
        let length = bytes.len() as u32;
        peer.ask(Request::Hello, &[]).unwrap();
        peer.done(Request::Load { bytes: length }, &[]).unwrap();
        for (number, piece) in (0..).zip(bytes.chunks(1024)) {
            let offset = number * 1024;
            peer.done(Request::Piece { offset }, piece).unwrap();
        }
        peer.done(Request::Open, &[])
            .map_or_else(words, |_| String::new())
    };
    assert_eq!(open(&image), "");
    let short = open(&image[..image.len() - 1]);
    assert!(short.contains("where its header counts"), "{short}");
    let mut damaged = image.clone();
    damaged[100] ^= 1;
    assert!(open(&damaged).contains("image damaged"));
    let mut old = image.clone();
    old[4] = 0;
    assert!(open(&old).contains("image format version 0"));
    assert!(open(b"GIF89a, twenty bytes").contains("not an image"));
}
