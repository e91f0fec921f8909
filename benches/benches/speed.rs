//! `cargo bench -p spinedrift-benches`: what a synapse update and a synaptic event cost, how much faster than real time the
//! demo runs, and how long a network of 100,000 neurons takes to map. What the figures were: `docs/performance.md`.

use criterion::{Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use spinedrift::description::{Integration, Network};
use spinedrift_benches::rig::{Rig, prepare};
use spinedrift_benches::workload;
use spinedrift_core::kernel::Counter;
use std::error::Error;
use std::time::Duration;

/// Ticks that a network runs before it is timed.
const WARM_UP_TICKS: u32 = 500;

/// Times runs of so many ticks; the throughput is in whatever the counter counts (`None`: ticks).
fn ticks(
    criterion: &mut Criterion,
    name: &str,
    network: Network,
    ticks: u32,
    counter: Option<Counter>,
) -> Result<(), Box<dyn Error>> {
    let mut rig = Rig::new(network, 1)?;
    rig.run(WARM_UP_TICKS.min(ticks))?;
    let before = counter.map_or(0, |counter| rig.counter(counter));
    rig.run(ticks)?;
    let elements = counter.map_or(u64::from(ticks), |counter| rig.counter(counter) - before);
    let mut group = criterion.benchmark_group("run");
    group
        .sample_size(10)
        .sampling_mode(SamplingMode::Flat)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(3))
        .throughput(Throughput::Elements(elements));
    group.bench_function(name, |bencher| {
        bencher.iter_custom(|iterations| (0..iterations).filter_map(|_| rig.run(ticks).ok()).sum());
    });
    group.finish();
    Ok(())
}

fn all(criterion: &mut Criterion) -> Result<(), Box<dyn Error>> {
    let updates = Some(Counter::SynapseUpdates);
    let lazy = workload::wta(10, 1 << 20, Integration::Lazy)?;
    ticks(
        criterion,
        "synapse updates, lazy, K = 10",
        lazy,
        2000,
        updates,
    )?;
    let lazy = workload::wta(100, 1 << 20, Integration::Lazy)?;
    ticks(
        criterion,
        "synapse updates, lazy, K = 100",
        lazy,
        500,
        updates,
    )?;
    ticks(
        criterion,
        "synapse updates, every tick",
        workload::ou()?,
        5,
        updates,
    )?;
    let events = Some(Counter::StaticEvents);
    ticks(
        criterion,
        "static events, CUBA",
        workload::cuba_recorded()?,
        1000,
        events,
    )?;
    let demo = workload::digits(1000, Integration::Lazy)?;
    ticks(criterion, "demo: ticks of 1 ms", demo, 2000, None)?;
    let large = workload::large()?;
    let mut group = criterion.benchmark_group("map");
    group
        .sample_size(10)
        .sampling_mode(SamplingMode::Flat)
        .warm_up_time(Duration::from_millis(1))
        .measurement_time(Duration::from_secs(20))
        .throughput(Throughput::Elements(100_000));
    group.bench_function("100,000 neurons, 2,000,000 synapses", |bencher| {
        bencher.iter(|| prepare(large.clone()));
    });
    group.finish();
    Ok(())
}

fn speed(criterion: &mut Criterion) {
    if let Err(error) = all(criterion) {
        eprintln!("a workload can't be run: {error}");
        std::process::exit(1);
    }
}

criterion_group!(benches, speed);
criterion_main!(benches);
