//! A barrier that spins first: the threads meet every tick, or every window of the machine's time, which may be less than
//! a microsecond.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Rounds of spinning before a waiting thread gives its processor away.
const SPINS: u32 = 256;

/// Lets a fixed number of threads wait for each other, again and again.
#[derive(Debug)]
pub(crate) struct SpinBarrier {
    threads: usize,
    arrived: AtomicUsize,
    round: AtomicUsize,
}

impl SpinBarrier {
    pub(crate) const fn new(threads: usize) -> Self {
        Self {
            threads,
            arrived: AtomicUsize::new(0),
            round: AtomicUsize::new(0),
        }
    }

    /// Number of the round: how often the threads have met.
    pub(crate) fn round(&self) -> usize {
        self.round.load(Ordering::Acquire)
    }

    /// Returns when all threads have called it for this round.
    pub(crate) fn wait(&self) {
        if self.threads == 1 {
            return;
        }
        let round = self.round();
        if self.arrived.fetch_add(1, Ordering::AcqRel) + 1 == self.threads {
            self.arrived.store(0, Ordering::Release);
            self.round.store(round.wrapping_add(1), Ordering::Release);
            return;
        }
        let mut spins = 0;
        while self.round() == round {
            if spins < SPINS {
                spins += 1;
                std::hint::spin_loop();
            } else {
                std::thread::yield_now();
            }
        }
    }
}
