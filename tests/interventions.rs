//! A network that is changed while it runs: what a change does, that it does it everywhere with the same bits, that a
//! resumed run goes on with it, and what is refused.
#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests fail by panicking, as tests do"
)]

use spinedrift::description::{
    Intensity, Network, NetworkBuilder, PoissonSource, Synapses, SynapticSampling, ThetaTable, Wta,
};
use spinedrift::mapping::partition;
use spinedrift::results::{Checkpoint, Interrupt};
use spinedrift::session::{
    Change, Intervention, InterventionError, Prepared, RunError, Session, Setup, Which, run,
};
use spinedrift::target::TargetError;
use spinedrift_tests::layout::{machine, options, run_in_memory, run_on};
use spinedrift_tests::sink::Collected;

const TICKS: u32 = 3_000;

/// Three circuits of 20 neurons (so that a partition can tear them apart) and stochastic neurons, all learning from each
/// other.
fn network() -> Network {
    let rule = || SynapticSampling {
        speed_per_s: 0.02,
        experience: 5.0,
        ..SynapticSampling::default()
    };
    NetworkBuilder::new("patient")
        .population("input", 40, PoissonSource::at_hz(30.0))
        .population("circuits", 60, Wta::of(20))
        .population("others", 40, Intensity::default())
        .project("input", "circuits", Synapses::all_to_all().plastic(rule()))
        .project("circuits", "others", Synapses::all_to_all().plastic(rule()))
        .project(
            "others",
            "circuits",
            Synapses::with_probability(0.5).plastic(rule()),
        )
        .record_spikes("circuits")
        .record_spikes("others")
        .snapshot_s(1.0)
        .build()
        .unwrap()
}

fn prepared() -> Prepared {
    Prepared::new(network(), Setup::new(machine("spinn5"), 3)).unwrap()
}

fn silence(population: &str, neurons: &[u32]) -> Change {
    Change::Silence {
        population: population.into(),
        neurons: neurons.to_vec(),
    }
}

fn set(projection: &str, which: Which, theta: f64) -> Change {
    Change::SetTheta {
        projection: projection.into(),
        which,
        theta,
    }
}

fn load(projection: &str, values: &[(u32, u32, f64)]) -> Change {
    Change::LoadTheta {
        projection: projection.into(),
        table: ThetaTable::new(values.iter().copied()),
    }
}

fn remove(projection: &str, which: Which) -> Change {
    Change::Remove {
        projection: projection.into(),
        which,
    }
}

fn bound(projection: &str, low: f64, high: f64) -> Change {
    Change::Bound {
        projection: projection.into(),
        low,
        high,
    }
}

/// One of each kind, some at the tick of a snapshot, of a chunk's end, of each other.
fn operations() -> Vec<Intervention> {
    let planned = [
        (2_500, set("circuits to others", Which::All, 1.5)),
        (700, silence("circuits", &[0, 19, 20, 45])),
        (1_000, silence("others", &[3, 39])),
        (1_000, set("others to circuits", Which::Functional, -0.5)),
        (
            1_001,
            load("input to circuits", &[(0, 0, 5.5), (39, 59, -4.0)]),
        ),
        (1_333, remove("input to circuits", Which::Functional)),
        (
            1_700,
            remove("circuits to others", Which::Pairs(vec![(7, 7), (59, 39)])),
        ),
        (2_000, bound("others to circuits", -2.0, 1.0)),
    ];
    planned
        .into_iter()
        .map(|(tick, change)| Intervention { tick, change })
        .collect()
}

#[test]
fn no_partition_or_thread_count_changes_a_bit_of_a_changed_network() {
    let operated = prepared().with_interventions(operations()).unwrap();
    let (expected, _) = run_in_memory(&operated, TICKS, 1).unwrap();
    let (untouched, _) = run_in_memory(&prepared(), TICKS, 1).unwrap();
    assert!(
        expected.difference(&untouched).is_some(),
        "nothing was done"
    );
    for (slots, pack, threads) in [(32, false, 3), (32, true, 2), (256, true, 1)] {
        let mut setup = Setup::new(machine("spinn5"), 3);
        setup.mapping.partition = partition::Options {
            slots_per_core_max: Some(slots),
            pack,
        };
        let prepared = Prepared::new(network(), setup).unwrap();
        let operated = prepared.with_interventions(operations()).unwrap();
        let (found, _) = run_in_memory(&operated, TICKS, threads).unwrap();
        assert_eq!(
            expected.difference(&found),
            None,
            "{slots} {pack} {threads}"
        );
    }
}

#[test]
fn a_session_does_what_a_plan_does() {
    let operated = prepared().with_interventions(operations()).unwrap();
    let (planned, _) = run_in_memory(&operated, TICKS, 1).unwrap();
    let mut session = Session::on(prepared(), "functional", 1).unwrap();
    let mut lived = Collected::default();
    let mut all = operations();
    all.sort_by_key(|operation| operation.tick);
    for operation in all {
        session
            .run_into(operation.tick - session.tick(), &mut lived)
            .unwrap();
        session.intervene(&operation.change).unwrap();
    }
    session
        .run_into(TICKS - session.tick(), &mut lived)
        .unwrap();
    lived.sort();
    assert_eq!(lived.spikes, planned.spikes);
}

#[test]
fn an_interrupted_run_resumes_with_its_interventions() {
    const LONG: u32 = 20_000;
    let every = |tick: u32| Intervention {
        tick,
        change: set("others to circuits", Which::Functional, -0.2),
    };
    let operated = || {
        let planned = (1..20).map(|second| every(second * 1000)).collect();
        prepared().with_interventions(planned).unwrap()
    };
    let (whole, parts) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut plan = options(LONG, 1);
    let never = Interrupt::default();
    let expected = run::into_directory(&operated(), &plan, &never, whole.path(), false).unwrap();
    plan.checkpoint_ticks = 2_000;
    let interrupt = Interrupt::default();
    let checkpoint = || Checkpoint::load(parts.path()).ok().flatten();
    let first = std::thread::scope(|scope| {
        let running = scope
            .spawn(|| run::into_directory(&operated(), &plan, &interrupt, parts.path(), false));
        while checkpoint().is_none() && !running.is_finished() {
            std::thread::yield_now();
        }
        interrupt.request();
        running.join().unwrap().unwrap()
    });
    assert!(first.interrupted, "{} ticks", first.ticks);
    // Another plan is another run.
    let refused = run::into_directory(&prepared(), &plan, &never, parts.path(), true);
    assert!(refused.is_err());
    let second = run::into_directory(&operated(), &plan, &never, parts.path(), true).unwrap();
    assert_eq!((second.ticks, second.digest), (LONG, expected.digest));
    assert_eq!(second.counters, expected.counters);
}

#[test]
fn a_silenced_neuron_never_fires_again() {
    let planned = vec![
        Intervention {
            tick: 1_500,
            change: silence("circuits", &[5, 33]),
        },
        Intervention {
            tick: 1_500,
            change: silence("others", &[0, 1, 2]),
        },
    ];
    let operated = prepared().with_interventions(planned).unwrap();
    let (found, _) = run_in_memory(&operated, TICKS, 1).unwrap();
    let count = |population: u32, neurons: &[u32], late: bool| {
        let spikes = found.spikes.iter();
        let theirs = spikes.filter(|(_, p, n)| *p == population && neurons.contains(n));
        theirs.filter(|(tick, ..)| (*tick >= 1_500) == late).count()
    };
    assert!(count(1, &[5, 33], false) > 0 && count(2, &[0, 1, 2], false) > 0);
    assert_eq!(
        (count(1, &[5, 33], true), count(2, &[0, 1, 2], true)),
        (0, 0)
    );
    // The others of the circuit fire in their place.
    assert!(count(1, &[4, 6, 7, 8], true) > 0);
}

#[test]
fn theta_is_set_where_it_was_asked_for_and_nowhere_else() {
    let mut session = Session::on(prepared(), "functional", 1).unwrap();
    session.run_ticks(900).unwrap();
    let before = session.theta("input to circuits").unwrap();
    session.take_rewiring();
    let effect = session
        .intervene(&set("input to circuits", Which::Functional, -1.25))
        .unwrap();
    let after = session.theta("input to circuits").unwrap();
    let mut lost = 0;
    for (pre, post, theta) in before.iter() {
        let cut = theta > 0.0;
        lost += u64::from(cut);
        let expected = if cut { -1.25 } else { theta };
        assert_eq!(after.get(pre, post), Some(expected), "{pre} → {post}");
    }
    assert_eq!(
        (effect.synapses, effect.lost, effect.gained),
        (lost, lost, 0)
    );
    let rewired = session.take_rewiring();
    assert_eq!(rewired.len() as u64, lost);
    assert!(
        rewired
            .iter()
            .all(|r| r.tick == 900 && r.projection == 0 && !r.gained)
    );
    // θ moves on from there.
    session.run_ticks(500).unwrap();
    assert!(session.theta("input to circuits").unwrap().distance(&after) > 1e-4);
}

#[test]
fn a_removed_synapse_never_comes_back_and_bounds_hold() {
    let mut session = Session::on(prepared(), "functional", 1).unwrap();
    session.run_ticks(400).unwrap();
    let all = session.theta("input to circuits").unwrap();
    let effect = session
        .intervene(&remove("input to circuits", Which::Functional))
        .unwrap();
    session
        .intervene(&bound("circuits to others", -0.5, 0.5))
        .unwrap();
    session.run_ticks(2_000).unwrap();
    let left = session.theta("input to circuits").unwrap();
    assert!(effect.lost > 0 && effect.lost == effect.synapses);
    assert_eq!(left.len() as u64, all.len() as u64 - effect.lost);
    let held = session.theta("circuits to others").unwrap();
    assert!(
        held.thetas()
            .iter()
            .all(|theta| (-0.5..=0.5).contains(theta))
    );
}

#[test]
fn what_was_read_can_be_loaded_to_the_bit() {
    let mut session = Session::on(prepared(), "functional", 1).unwrap();
    session.run_ticks(300).unwrap();
    let read = session.theta("others to circuits").unwrap();
    session.run_ticks(300).unwrap();
    let change = Change::LoadTheta {
        projection: "others to circuits".into(),
        table: read.clone(),
    };
    session.intervene(&change).unwrap();
    assert_eq!(session.theta("others to circuits").unwrap(), read);
}

/// What an intervention is refused with.
#[track_caller]
fn refused(change: &Change, expected: &str) {
    let planned = vec![Intervention {
        tick: 10,
        change: change.clone(),
    }];
    let error: InterventionError = prepared().with_interventions(planned).unwrap_err();
    assert_eq!(error.to_string(), expected);
    let mut session = Session::on(prepared(), "functional", 1).unwrap();
    let error = session.intervene(change).unwrap_err();
    assert!(matches!(error, RunError::Intervention(_)), "{error}");
}

#[test]
fn what_cant_be_done_is_refused_by_name() {
    refused(
        &silence("nobody", &[0]),
        "intervention: there is no population `nobody`",
    );
    refused(
        &silence("input", &[0]),
        "intervention: population `input` is of model `poisson`, which can't be silenced",
    );
    refused(
        &silence("circuits", &[59, 60]),
        "intervention: population `circuits` has 60 neurons, there is no neuron 60",
    );
    refused(
        &set("nothing", Which::All, 0.0),
        "intervention: there is no projection `nothing`",
    );
    refused(
        &set("input to circuits", Which::All, 6.1),
        "intervention: 6.1 is outside the bounds of projection `input to circuits`, -5 to 6",
    );
    refused(
        &set("input to circuits", Which::All, f64::NAN),
        "intervention: NaN is outside the bounds of projection `input to circuits`, -5 to 6",
    );
    refused(
        &bound("input to circuits", 1.0, 1.0),
        "intervention: the lower bound 1 isn't below the upper bound 1",
    );
    refused(
        &load("circuits to others", &[(60, 0, 1.0)]),
        "intervention: projection `circuits to others` has no potential synapse 60 → 0",
    );
    refused(
        &remove("circuits to others", Which::Pairs(vec![(0, 40)])),
        "intervention: projection `circuits to others` has no potential synapse 0 → 40",
    );
}

#[test]
fn a_target_that_cant_be_changed_while_it_runs_says_so() {
    let planned = vec![Intervention {
        tick: 10,
        change: silence("circuits", &[1]),
    }];
    let operated = prepared().with_interventions(planned).unwrap();
    let told = run_on("machine", &operated, 20, 1).unwrap_err();
    assert!(
        told.contains("can't change a network while it runs"),
        "{told}"
    );
    let mut session = Session::on(prepared(), "machine", 1).unwrap();
    let error = session.intervene(&silence("circuits", &[1])).unwrap_err();
    assert!(matches!(
        error,
        RunError::Target(TargetError::NoEdit { .. })
    ));
}
