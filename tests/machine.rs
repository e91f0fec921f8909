//! The cycle-level machine: the same bits as the functional emulator while nothing is late or lost, packets accounted for
//! whatever fails, the same run on any number of threads, and overloads that the summary names.
//!
//! `SPINEDRIFT_SEED=0x…` replays one scenario, `SPINEDRIFT_CASES=1000` tries more of them.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests, which fail by panicking"
)]

use spinedrift::board::Machine;
use spinedrift::description::{Lif, Network, NetworkBuilder, PoissonSource, Synapses};
use spinedrift::session::{Prepared, Setup};
use spinedrift::target::{Loadable, Target, TargetError, load};
use spinedrift_core::kernel::Counter;
use spinedrift_emulator::geometry::Link;
use spinedrift_emulator::machine::Summary;
use spinedrift_emulator::machine::faults::{Fault, Plan, Planned, Rates};
use spinedrift_tests::layout::{counters, prepare, run_on};
use spinedrift_tests::scenario::{self, Scenario};
use spinedrift_tests::seed::{Draw, for_each};
use spinedrift_tests::{layout, sink::Collected};
use std::cell::Cell;
use std::num::NonZeroU32;

/// Ten times the clock: what the drawn networks do then fits into a tick nearly always.
fn fast(mut prepared: Prepared) -> Prepared {
    prepared.setup.machine.clock_mhz *= 10;
    prepared
}

fn drawn(seed: u64) -> Result<Option<(Scenario, Prepared, usize)>, String> {
    let scenario = scenario::draw(seed);
    let layout = layout::draw(&scenario, &mut Draw::new(!seed));
    let prepared = prepare(&scenario, &layout)?;
    Ok(prepared.map(|prepared| (scenario, prepared, layout.threads)))
}

#[test]
fn bits_are_those_of_the_functional_emulator_while_nothing_is_late() {
    let (tried, on_time) = (Cell::new(0), Cell::new(0));
    for_each("machine", "bits_are_those", 60, |seed| {
        let Some((scenario, prepared, threads)) = drawn(seed)? else {
            return Ok(());
        };
        let prepared = fast(prepared);
        let (expected, plain) = run_on("functional", &prepared, scenario.ticks, 1)?;
        let (found, outcome) = run_on("machine", &prepared, scenario.ticks, threads)?;
        tried.set(tried.get() + 1);
        if outcome.losses.late + outcome.losses.dropped > 0 {
            return match outcome.losses.examples.first() {
                Some(_) => Ok(()),
                None => Err("a loss without a name".into()),
            };
        }
        on_time.set(on_time.get() + 1);
        if let Some(problem) = expected.difference(&found) {
            return Err(problem);
        }
        if counters(&plain) == counters(&outcome) {
            Ok(())
        } else {
            Err("counters differ".into())
        }
    });
    assert!(
        2 * on_time.get() >= tried.get(),
        "{on_time:?} of {tried:?} are on time"
    );
}

fn loaded(prepared: &Prepared) -> Result<Loadable, String> {
    prepared.loadable().map_err(|error| error.to_string())
}

/// Runs and reads out; the records and the summary.
fn run(
    loadable: &Loadable,
    ticks: u32,
    threads: usize,
) -> Result<(Vec<Vec<u32>>, Summary), TargetError> {
    let mut target = load("machine", loadable, threads)?;
    let mut records = vec![Vec::new(); loadable.images.len()];
    // In two parts: how a run is cut up changes nothing.
    for part in [ticks / 3, ticks - ticks / 3] {
        target.run(part)?;
        collect(target.as_mut(), &mut records)?;
    }
    target.read_out()?;
    collect(target.as_mut(), &mut records)?;
    Ok((records, target.summary().unwrap_or_default()))
}

fn collect(target: &mut dyn Target, records: &mut [Vec<u32>]) -> Result<(), TargetError> {
    target.collect(&mut |core, words| {
        if let Some(record) = records.get_mut(core) {
            record.extend_from_slice(words);
        }
    })
}

/// Late and lost packets, dead links, cores and chips, flipped bits, reinjection, emergency routes: the law of conservation
/// holds at the end (`read_out` fails if not), and threads change neither a record nor a figure.
#[test]
fn packets_are_accounted_for_and_threads_change_nothing_whatever_fails() {
    let (faulty, lossy) = (Cell::new(0), Cell::new(0));
    for_each("machine", "packets_are", 60, |seed| {
        let Some((scenario, mut prepared, threads)) = drawn(seed)? else {
            return Ok(());
        };
        let mut draw = Draw::new(seed ^ 0xFA17);
        let machine = &mut prepared.setup.machine;
        machine.clock_mhz = draw.pick(&[20, 100, 200, 2000]);
        let rate = |draw: &mut Draw| draw.pick(&[0.0, 0.0, 4e4, 4e5]);
        machine.faults = Plan {
            script: Vec::new(),
            rates: Rates {
                links: rate(&mut draw),
                cores: rate(&mut draw),
                chips: rate(&mut draw) / 4.0,
                packets: 10.0 * rate(&mut draw),
                dtcm: rate(&mut draw),
                sdram: rate(&mut draw),
            },
            seed,
        };
        let timing = std::mem::take(&mut machine.timing);
        machine.timing = timing
            .with("reinjection", "enabled", f64::from(draw.from_to(0, 1)))
            .with(
                "reinjection",
                "capacity_packets",
                f64::from(draw.from_to(1, 20)),
            )
            .with("router", "wait2_byte", draw.pick(&[0.0, 64.0]))
            .with("core", "input_queue_packets", draw.pick(&[2.0, 256.0]));
        faulty.set(faulty.get() + u32::from(!machine.faults.is_empty()));
        let loadable = loaded(&prepared)?;
        let told = |error: TargetError| error.to_string();
        let one = run(&loadable, scenario.ticks, 1).map_err(told)?;
        lossy.set(lossy.get() + u32::from(!one.1.lost.is_empty()));
        let many = run(&loadable, scenario.ticks, threads.max(2)).map_err(told)?;
        if one == many {
            return Ok(());
        }
        let (one, many) = (one.1, many.1);
        Err(format!("{threads} threads differ:\n{one:#?}\n{many:#?}"))
    });
    let counts = (faulty.get(), lossy.get());
    assert!(
        counts.0 == 0 || (counts.0 > 20 && counts.1 > 10),
        "{counts:?}"
    );
}

fn on_board(network: Network, per_core: u32) -> Prepared {
    let mut setup = Setup::new(Machine::load("spinn5").unwrap(), 1);
    setup.mapping.partition.slots_per_core_max = Some(per_core);
    Prepared::new(network, setup).unwrap()
}

fn summary(prepared: &Prepared, ticks: u32) -> Summary {
    run(&loaded(prepared).unwrap(), ticks, 1).unwrap().1
}

/// A population of sources that all targets hear.
fn all_to_all(sources: u32, hz: f64, targets: u32) -> Network {
    NetworkBuilder::new("overload")
        .tick_ms(1.0)
        .population("source", sources, PoissonSource::at_hz(hz))
        .population("target", targets, Lif::default())
        .project("source", "target", Synapses::all_to_all().weight(0.001))
        .build()
        .unwrap()
}

#[test]
fn too_many_synapses_on_a_core_show_as_missed_deadlines_of_that_core() {
    let on_board = |network| {
        let mut prepared = on_board(network, 256);
        let machine = &mut prepared.setup.machine;
        machine.timing = std::mem::take(&mut machine.timing)
            .with("costs", "source_draw", 0.0)
            .with("costs", "lif_neuron", 100.0);
        prepared
    };
    let light = summary(&on_board(all_to_all(256, 1.0, 256)), 40);
    assert_eq!(
        (
            light.late,
            light.cores.iter().map(|core| core.overruns).sum::<u64>()
        ),
        (0, 0)
    );
    let heavy = summary(&on_board(all_to_all(256, 500.0, 256)), 40);
    let worst = heavy.cores.iter().max_by_key(|core| core.overruns).unwrap();
    let row = 2;
    assert!(heavy.late > 0 && worst.overruns > 10, "{heavy:#?}");
    assert!(
        worst.population.is_empty() && worst.tasks[row] > 0.7,
        "{worst:?}"
    );
    assert_eq!(heavy.incidents[0].what, "late");
    // Given more time for a tick, the same network on the same machine keeps its deadlines, at the price of energy.
    let mut patient = on_board(all_to_all(256, 500.0, 256));
    patient.setup.slow_down = NonZeroU32::new(40).unwrap();
    let slow = summary(&patient, 40);
    let overruns: u64 = slow.cores.iter().map(|core| core.overruns).sum();
    assert_eq!((slow.late, overruns), (0, 0), "{slow:#?}");
    assert_eq!(slow.tick_cycles, 40 * heavy.tick_cycles);
    assert!(slow.energy_joule() > 10.0 * heavy.energy_joule());
}

#[test]
fn a_hot_link_shows_as_the_busiest_and_as_drops_before_it() {
    // Sources and targets on different chips: the sources of a whole chip fire nearly every tick through one link.
    let network = all_to_all(17 * 256, 900.0, 16);
    let mut prepared = on_board(network, 256);
    // Nothing but the link is slow.
    let machine = &mut prepared.setup.machine;
    machine.timing = std::mem::take(&mut machine.timing)
        .with("link", "mbit_per_s", 10.0)
        .with("core", "receive_cycles", 1.0)
        .with("core", "receive_read_cycles", 1.0);
    let heavy = summary(&prepared, 6);
    let busiest = heavy.links.iter().map(|link| link.busy).fold(0.0, f64::max);
    assert!(busiest > 0.8, "{busiest}");
    let before = heavy.links.iter().find(|link| link.busy > 0.8).unwrap();
    let chip = heavy
        .chips
        .iter()
        .find(|chip| chip.chip == before.chip)
        .unwrap();
    assert!(chip.dropped > 0 && chip.blocked > 0.5, "{chip:?}");
}

#[test]
fn a_hot_sdram_shows_as_its_load_and_as_cores_that_wait() {
    // Sixteen cores of a chip read long rows for every spike of the seventeenth.
    let network = all_to_all(256, 200.0, 16 * 256);
    let mut prepared = on_board(network, 256);
    let machine = &mut prepared.setup.machine;
    machine.timing = std::mem::take(&mut machine.timing)
        .with("costs", "static_synapse", 0.0)
        .with("costs", "packet", 0.0)
        .with("costs", "lif_neuron", 0.0)
        .with("costs", "row", 0.0);
    let heavy = summary(&prepared, 20);
    let hottest = heavy
        .chips
        .iter()
        .map(|chip| chip.sdram)
        .fold(0.0, f64::max);
    let waiting = heavy
        .chips
        .iter()
        .map(|chip| chip.sdram_waiting_max)
        .max()
        .unwrap();
    assert!(hottest > 0.8 && waiting > 8, "{hottest} {waiting}");
}

#[test]
fn a_core_that_stops_is_named_by_the_watchdog_and_the_run_ends() {
    let mut prepared = on_board(all_to_all(64, 100.0, 64), 64);
    let place = prepared.mapping.placement.cores[1];
    let fault = |tick, fault| Planned {
        tick,
        after_us: 100,
        chip: place.chip,
        fault,
    };
    prepared.setup.machine.faults.script = vec![
        fault(10, Fault::Core(place.core)),
        fault(11, Fault::Link(Link::East)),
        fault(12, Fault::Dtcm(1, 5, 3)),
    ];
    let options = layout::options(60, 1);
    let options = spinedrift::session::RunOptions {
        target: "machine".into(),
        ..options
    };
    let mut records = Collected::default();
    let interrupt = spinedrift::results::Interrupt::default();
    let outcome =
        spinedrift::session::run::in_memory(&prepared, &options, &interrupt, &mut records).unwrap();
    assert_eq!(outcome.ticks, 60);
    let line = &outcome.health.lines[0];
    assert_eq!((line.what, line.count), ("cores stopped", 1));
    assert!(
        line.object.contains(&format!("core {}", place.core)),
        "{line:?}"
    );
    assert!(outcome.counter(Counter::Spikes) > 0 && outcome.losses.dropped > 0);
}

/// The canary: a machine that is too slow must be seen to differ.
#[test]
fn a_machine_that_is_too_slow_says_so_and_gives_other_bits() {
    let mut prepared = on_board(all_to_all(64, 200.0, 256), 64);
    prepared.network.populations[0].record.spikes = true;
    prepared.setup.machine.clock_mhz = 2;
    let (_, outcome) = run_on("machine", &prepared, 50, 1).unwrap();
    assert!(outcome.losses.late > 0);
    let late = outcome
        .health
        .lines
        .iter()
        .find(|line| line.what == "packets late")
        .unwrap();
    assert!(late.object.contains("sent by core"), "{late:?}");
}
