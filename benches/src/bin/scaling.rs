//! `scaling [SYNAPSES] [TURNS]`: one thread against two, in turns, on a lazily sampled network of many cores. Wall time, so on an
//! idle machine.

use spinedrift::description::Integration;
use spinedrift::target;
use spinedrift_benches::{rig, workload};
use std::error::Error;
use std::io::Write;
use std::time::Instant;

/// Ticks of each rate that the inputs go through.
const TICKS: u32 = 60;

fn main() -> Result<(), Box<dyn Error>> {
    let mut numbers = std::env::args().skip(1).map(|text| text.parse::<u32>());
    let synapses = numbers.next().transpose()?.unwrap_or(10_000_000);
    let turns = numbers.next().transpose()?.unwrap_or(5);
    let network = workload::grid(synapses, TICKS, Integration::Lazy)?;
    let prepared = rig::prepare(network)?;
    let loadable = prepared.loadable()?;
    let mut seconds = [Vec::new(), Vec::new()];
    for _ in 0..turns {
        for (threads, seconds) in [1, 2].into_iter().zip(&mut seconds) {
            let mut target = target::load("functional", &loadable, threads)?;
            let clock = Instant::now();
            target.run(TICKS * workload::GRID_RATES_HZ.len() as u32)?;
            seconds.push(clock.elapsed().as_secs_f64());
        }
    }
    let median = |seconds: &mut Vec<f64>| -> f64 {
        seconds.sort_by(f64::total_cmp);
        seconds.get(seconds.len() / 2).copied().unwrap_or(f64::NAN)
    };
    let [one, two] = &mut seconds;
    let (one, two) = (median(one), median(two));
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "{synapses} synapses on {} cores: one thread {one:.3} s, two {two:.3} s (medians of {turns}): {:.2} times as fast",
        loadable.images.len(),
        one / two
    )?;
    Ok(())
}
