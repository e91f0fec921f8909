//! A network loaded on the functional target, run in parts, with a digest of all that came out.

use spinedrift::board::{Machine, MachineError};
use spinedrift::description::Network;
use spinedrift::session::{Decoder, PrepareError, Prepared, Setup, Sink};
use spinedrift::target::{FunctionalTarget, Target, TargetError};
use spinedrift_core::kernel::Counter;
use spinedrift_emulator::functional::Vectors;
use std::time::{Duration, Instant};

/// Processor time of this thread so far; wall time where the system doesn't tell. Other programs then count for less.
#[must_use]
pub fn thread_time(since: Instant) -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let ns = text
        .split_whitespace()
        .next()
        .and_then(|ns| ns.parse().ok());
    ns.map_or_else(|| since.elapsed(), Duration::from_nanos)
}

/// Why a workload can't be run.
#[derive(Debug, thiserror::Error)]
pub enum RigError {
    /// No such machine.
    #[error(transparent)]
    Machine(#[from] MachineError),
    /// The network can't be put onto it.
    #[error(transparent)]
    Prepare(#[from] PrepareError),
    /// The target failed.
    #[error(transparent)]
    Target(#[from] TargetError),
}

/// A loaded network.
pub struct Rig {
    target: Box<dyn Target>,
    threads: usize,
    decoder: Decoder,
    records: Records,
}

/// Expands and maps a network onto the 48-chip board.
///
/// # Errors
/// [`RigError`] if it doesn't fit.
pub fn prepare(network: Network) -> Result<Prepared, RigError> {
    Ok(Prepared::new(
        network,
        Setup::new(Machine::load("spinn5")?, 1),
    )?)
}

/// A counter of a target, over all its cores.
#[must_use]
pub fn counter(target: &dyn Target, counter: Counter) -> u64 {
    let cores = target.counters();
    cores.iter().map(|core| core.counters.get(counter)).sum()
}

impl Rig {
    /// Prepares and loads a network.
    ///
    /// # Errors
    /// [`RigError`] if it can't be loaded.
    pub fn new(network: Network, threads: usize) -> Result<Self, RigError> {
        Self::with_vectors(network, threads, Vectors::default())
    }

    /// [`Rig::new`], computing with the vector instructions that are asked for.
    ///
    /// # Errors
    /// [`RigError`] if it can't be loaded.
    pub fn with_vectors(
        network: Network,
        threads: usize,
        vectors: Vectors,
    ) -> Result<Self, RigError> {
        let prepared = prepare(network)?;
        let target = FunctionalTarget::new(&prepared.loadable()?, threads)?;
        Ok(Self {
            target: Box::new(target.with_vectors(vectors)),
            threads,
            decoder: Decoder::new(&prepared),
            records: Records::default(),
        })
    }

    /// Runs so many ticks, takes in their records, and says how long both kept this thread busy; on several threads, how long
    /// they took.
    ///
    /// # Errors
    /// [`RigError::Target`] if the machine fails.
    pub fn run(&mut self, ticks: u32) -> Result<Duration, RigError> {
        let clock = Instant::now();
        let time = || match self.threads {
            1 => thread_time(clock),
            _ => clock.elapsed(),
        };
        let start = time();
        self.target.run(ticks)?;
        let (decoder, records) = (&self.decoder, &mut self.records);
        self.target
            .collect(&mut |core, words| decoder.decode(core, words, records))?;
        Ok(time().saturating_sub(start))
    }

    /// A counter, over all cores.
    #[must_use]
    pub fn counter(&self, counter: Counter) -> u64 {
        self::counter(self.target.as_ref(), counter)
    }

    /// Recorded spikes so far.
    #[must_use]
    pub fn spikes(&self) -> usize {
        self.records.spikes.len()
    }

    /// Settles all rows and hashes every spike, every spine gained or lost, every θ and all counters.
    ///
    /// # Errors
    /// [`RigError::Target`] if the machine fails.
    pub fn digest(&mut self) -> Result<String, RigError> {
        self.target.read_out()?;
        let (decoder, records) = (&self.decoder, &mut self.records);
        self.target
            .collect(&mut |core, words| decoder.decode(core, words, records))?;
        let mut hash = blake3::Hasher::new();
        for rows in [
            &mut records.spikes,
            &mut records.rewired,
            &mut records.theta,
        ] {
            rows.sort_unstable();
            hash.update(&(rows.len() as u64).to_le_bytes());
            for word in rows.iter().flatten() {
                hash.update(&word.to_le_bytes());
            }
        }
        for (counter, _) in spinedrift_core::kernel::counters::NAMES {
            hash.update(&self.counter(counter).to_le_bytes());
        }
        Ok(hash.finalize().to_hex().to_string())
    }
}

/// All that a run recorded: rows of (tick, …).
#[derive(Debug, Default)]
struct Records {
    spikes: Vec<[u32; 5]>,
    rewired: Vec<[u32; 5]>,
    theta: Vec<[u32; 5]>,
}

impl Sink for Records {
    fn spike(&mut self, tick: u32, population: u32, neuron: u32) {
        self.spikes.push([tick, population, neuron, 0, 0]);
    }

    fn theta(&mut self, tick: u32, projection: u32, pre: u32, post: u32, raw: i32) {
        self.theta
            .push([tick, projection, pre, post, raw.cast_unsigned()]);
    }

    fn rewiring(&mut self, tick: u32, projection: u32, pre: u32, post: u32, gained: bool) {
        self.rewired
            .push([tick, projection, pre, post, u32::from(gained)]);
    }

    fn potential(&mut self, _: u32, _: u32, _: u32, _: f64) {}
}
