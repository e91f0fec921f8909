//! The firmware that would be flashed, in QEMU: the same bits as the functional emulator, and failures in words.
//!
//! Needs QEMU and built firmware, so it is run by name: `cargo test -p spinedrift-tests --features firmware --test firmware`.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use spinedrift::link::{LinkError, Patience, Peer};
use spinedrift::session::Prepared;
use spinedrift::target::boards::IMAGE_DTCM_BYTES;
use spinedrift::target::qemu::{self, MACHINES, Machine, Qemu};
use spinedrift::target::{self, FunctionalTarget, Target, TargetError};
use spinedrift_link::message::Trial;
use spinedrift_link::{Reply, Request};
use spinedrift_tests::seed::for_each;
use spinedrift_tests::{scenario, whole};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

fn words(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// Runs a network on the functional emulator and on both boards; all must agree.
fn same_bits(prepared: &Prepared, ticks: u32) -> Result<whole::Whole, String> {
    let loadable = prepared.loadable().map_err(words)?;
    let mut here = FunctionalTarget::new(&loadable, 1).map_err(words)?;
    let expected = whole::run(prepared, &mut here, ticks, ticks).map_err(words)?;
    let on_board = |machine: &Machine| -> Result<(), String> {
        let mut there = qemu::load(machine, &loadable).map_err(words)?;
        let found = whole::run(prepared, &mut there, ticks, 100).map_err(words)?;
        if let Some(difference) = expected.difference(&found) {
            return Err(format!("{}: {difference}", machine.target));
        }
        for node in there.nodes() {
            let status = node.status().map_err(words)?;
            MOST_STACK.fetch_max(status.stack_used, Ordering::Relaxed);
            if status.stack_bytes < status.stack_used + STACK_LEFT {
                return Err(format!("{}: too little stack: {status:?}", machine.target));
            }
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let boards = MACHINES.each_ref();
        let runs = boards.map(|machine| scope.spawn(|| on_board(machine)));
        runs.into_iter().try_for_each(|run| run.join().unwrap())
    })?;
    Ok(expected)
}

/// Bytes of stack that no run may touch; `cargo xtask stack` shows by the call graph that none can.
const STACK_LEFT: u32 = 512;

/// The most that any board has used in this process.
static MOST_STACK: AtomicU32 = AtomicU32::new(0);

#[test]
fn random_networks_have_the_same_bits_on_both_boards() {
    for_each(
        "firmware --features firmware",
        "random_networks",
        20,
        |seed| {
            let scenario = scenario::draw(seed);
            same_bits(&whole::scenario(&scenario)?, scenario.ticks).map(|_| ())
        },
    );
    println!(
        "at most {} bytes of stack",
        MOST_STACK.load(Ordering::Relaxed)
    );
}

#[test]
fn the_demo_on_four_cores_has_the_same_bits_on_both_boards() {
    let (prepared, ticks) = whole::demo_on_four_cores(8).unwrap();
    let run = same_bits(&prepared, ticks).unwrap();
    assert_eq!(run.memories.len(), 4);
    assert!(run.collected.spikes.len() > 1000 && !run.collected.theta.is_empty());
}

/// 256 neurons, 16 delay slots, everything recorded: in what a board leaves of its 64 KiB.
#[test]
fn a_full_core_has_the_same_bits_on_both_boards() {
    let prepared = whole::full_core().unwrap();
    assert_eq!(prepared.mapping.budgets.len(), 1);
    let run = same_bits(&prepared, 60).unwrap();
    assert!(run.collected.spikes.len() > 100);
    assert_eq!(run.collected.potentials.len(), 60 * 256);
    for machine in &MACHINES {
        let mut target = qemu::load(machine, &prepared.loadable().unwrap()).unwrap();
        let node = &mut target.nodes()[0];
        let (Reply::Board(board), _) = node.peer().ask(Request::Hello, &[]).unwrap() else {
            unreachable!("no greeting");
        };
        assert!(board.dtcm_words * 4 >= IMAGE_DTCM_BYTES, "{board:?}");
    }
}

fn start(machine: &Machine) -> (Qemu, Peer) {
    let firmware = qemu::firmware(machine.board).unwrap();
    let (qemu, stream) = Qemu::start(machine, &firmware, &[]).unwrap();
    (qemu, Peer::new(Box::new(stream), 1, Patience::default()))
}

#[test]
fn a_board_that_fails_says_how_and_where() {
    for machine in &MACHINES {
        for (trial, expected) in [
            (Trial::Panic, "panic at "),
            (Trial::Instruction, "exception "),
            (Trial::Stack, "is spent"),
        ] {
            let (_qemu, mut peer) = start(machine);
            peer.ask(Request::Hello, &[]).unwrap();
            peer.done(Request::Try(trial), &[]).unwrap();
            let error = peer.ask(Request::Status, &[]).unwrap_err();
            let words = error.to_string();
            assert!(words.contains(expected), "{}: {words}", machine.target);
            assert!(
                trial != Trial::Panic || words.contains("board.rs:"),
                "{words}"
            );
            assert!(matches!(error, LinkError::Fault { .. }));
            // What a board says by itself may be lost: it says it to whoever asks later, too.
            for _ in 0..3 {
                let error = peer.ask(Request::Hello, &[]).unwrap_err();
                assert_eq!(error.to_string(), words, "{}", machine.target);
            }
        }
    }
}

#[test]
fn killing_qemu_ends_the_run_and_keeps_what_was_collected() {
    let (prepared, _) = whole::demo_on_four_cores(4).unwrap();
    let loadable = prepared.loadable().unwrap();
    for machine in &MACHINES {
        let mut target = qemu::load(machine, &loadable).unwrap();
        target.run(300).unwrap();
        let victim = target.nodes()[1].process().unwrap();
        let killed = Command::new("kill")
            .args(["-9", &victim.to_string()])
            .status();
        assert!(killed.unwrap().success());
        let error = target.run(300).unwrap_err();
        let gone = matches!(
            &error,
            TargetError::Board {
                error: LinkError::Gone { .. },
                ..
            }
        );
        assert!(
            gone && error.to_string().contains("line to the board is gone"),
            "{error}"
        );
        let mut kept = 0;
        target.collect(&mut |_, words| kept += words.len()).unwrap();
        assert!(kept > 100 && target.tick() >= 300, "{kept} words");
    }
}

/// A board at a serial port: QEMU behind a terminal, which the host opens as it opens a USB adapter.
struct AtPort {
    qemu: std::process::Child,
    path: String,
}

impl AtPort {
    fn start(machine: &Machine) -> Self {
        use std::io::{BufRead as _, BufReader};
        let firmware = qemu::firmware(machine.board).unwrap();
        let mut qemu = qemu::command(machine, &firmware, "pty,id=link")
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        // It says: char device redirected to /dev/pts/3 (label link).
        let mut said = BufReader::new(qemu.stdout.take().unwrap()).lines();
        let path = said.find_map(|line| {
            let line = line.unwrap();
            let word = line.split(' ').find(|word| word.starts_with("/dev/"));
            word.map(str::to_owned)
        });
        let path = path.unwrap();
        Self { qemu, path }
    }
}

impl Drop for AtPort {
    fn drop(&mut self) {
        self.qemu.kill().unwrap();
        self.qemu.wait().unwrap();
    }
}

#[test]
fn a_board_at_a_serial_port_has_the_same_bits() {
    let prepared = whole::full_core().unwrap();
    let loadable = prepared.loadable().unwrap();
    let mut here = FunctionalTarget::new(&loadable, 1).unwrap();
    let expected = whole::run(&prepared, &mut here, 60, 60).unwrap();
    for machine in &MACHINES {
        let board = AtPort::start(machine);
        let name = format!("serial:{}@115200", board.path);
        let mut there = target::load(&name, &loadable, 1).unwrap();
        let found = whole::run(&prepared, there.as_mut(), 60, 20).unwrap();
        let difference = expected.difference(&found);
        assert!(difference.is_none(), "{}: {difference:?}", machine.target);
        // The cable is pulled: the line is gone or silent, and what was collected is there.
        drop(board);
        let error = there.run(20).unwrap_err();
        let gone = matches!(
            &error,
            TargetError::Board {
                error: LinkError::Gone { .. } | LinkError::Silent { .. },
                ..
            }
        );
        assert!(gone, "{error}");
    }
    // Four cores are more than one board has.
    let (four, _) = whole::demo_on_four_cores(4).unwrap();
    let error = target::load("serial:/dev/null", &four.loadable().unwrap(), 1);
    let error = error.err().unwrap();
    assert!(words(&error).contains("takes 4 cores"), "{error}");
    let error = target::load("serial:/dev/absent", &loadable, 1);
    assert!(words(error.err().unwrap()).contains("/dev/absent"));
}

#[test]
fn no_qemu_outlives_its_target() {
    let (_, mut process) = (0, 0);
    {
        let (qemu, mut peer) = start(&MACHINES[0]);
        peer.ask(Request::Hello, &[]).unwrap();
        process += qemu.id();
        assert!(alive(process));
    }
    assert!(!alive(process));
}

/// Set in the process that [`qemu_ends_with_a_killed_host`] kills.
const VICTIM: &str = "SPINEDRIFT_TEST_VICTIM";

#[test]
fn qemu_ends_with_a_killed_host() {
    use std::io::{BufRead as _, BufReader, Write as _};
    if std::env::var_os(VICTIM).is_some() {
        let (qemu, mut peer) = start(&MACHINES[0]);
        peer.ask(Request::Hello, &[]).unwrap();
        let mut out = std::io::stdout().lock();
        writeln!(out, "\nqemu {}", qemu.id()).unwrap();
        out.flush().unwrap();
        std::thread::sleep(Duration::from_mins(10));
        return;
    }
    let mut host = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "qemu_ends_with_a_killed_host", "--nocapture"])
        .env(VICTIM, "1")
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(host.stdout.take().unwrap()).lines();
    let qemu = lines
        .find_map(|line| line.unwrap().strip_prefix("qemu ")?.parse().ok())
        .unwrap();
    assert!(alive(qemu));
    // SIGKILL: nothing of the host runs any more.
    host.kill().unwrap();
    host.wait().unwrap();
    let ended = (0..600).any(|_| {
        std::thread::sleep(Duration::from_millis(50));
        !alive(qemu)
    });
    assert!(ended, "QEMU {qemu} is still there");
}

/// Whether a process runs; one that has ended and whose end nobody has taken note of doesn't.
fn alive(process: u32) -> bool {
    let state = Command::new("ps")
        .args(["-o", "stat=", "-p", &process.to_string()])
        .output()
        .unwrap();
    let state = String::from_utf8(state.stdout).unwrap();
    !state.trim().is_empty() && !state.trim().starts_with('Z')
}

#[test]
fn firmware_of_another_board_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let arm9 = qemu::firmware("arm9").unwrap();
    std::fs::copy(arm9, folder.path().join("cortex-m4.elf")).unwrap();
    let error = qemu::firmware_in(folder.path(), "cortex-m4").unwrap_err();
    assert!(
        words(&error).contains("is for arm9, not for cortex-m4"),
        "{error}"
    );
    let error = qemu::firmware_in(folder.path(), "arm9").unwrap_err();
    assert!(words(error).contains("no firmware at"));
}

/// The stack has room left after everything that these tests make a board do: the painted part says so.
#[test]
fn the_stack_is_large_enough() {
    let (prepared, ticks) = whole::demo_on_four_cores(2).unwrap();
    let loadable = prepared.loadable().unwrap();
    for machine in &MACHINES {
        let mut target = qemu::load(machine, &loadable).unwrap();
        target.run(ticks).unwrap();
        target.read_out().unwrap();
        for node in target.nodes() {
            let status = node.status().unwrap();
            let left = status.stack_bytes - status.stack_used;
            println!("{}: {status:?}", machine.target);
            assert!(left >= STACK_LEFT, "{}: {left} bytes left", machine.target);
            assert_eq!(status.strange_frames, 0);
        }
    }
}
