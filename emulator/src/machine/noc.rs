//! The system network-on-chip between the cores' DMA engines and the SDRAM: one more thing that all bursts share.

use super::time::{Cycle, cycles_at_rate};

/// Carries bursts one after the other.
#[derive(Clone, Debug, Default)]
pub struct SystemNoc {
    free: Cycle,
}

impl SystemNoc {
    /// Carries so many bytes that are ready at `from`, at a rate; returns when the last one is through. A rate above the
    /// memory's own never delays a burst that the memory has served.
    pub fn carry(
        &mut self,
        from: Cycle,
        served: u64,
        bytes: u32,
        rate: u64,
        clock_mhz: u32,
    ) -> Cycle {
        let own = cycles_at_rate(u64::from(bytes), rate, clock_mhz);
        // Bytes go through as the memory gives them: only what the network is slower by is added.
        let start = Cycle(from.0.saturating_sub(served)).max(self.free);
        self.free = (start + own).max(from);
        self.free
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fast_network_adds_nothing_and_a_slow_one_its_own_rate() {
        let mut fast = SystemNoc::default();
        assert_eq!(fast.carry(Cycle(16), 16, 64, 1_000_000_000, 200), Cycle(16));
        assert_eq!(fast.carry(Cycle(32), 16, 64, 1_000_000_000, 200), Cycle(32));
        let mut slow = SystemNoc::default();
        assert_eq!(slow.carry(Cycle(16), 16, 64, 400_000_000, 200), Cycle(32));
        assert_eq!(slow.carry(Cycle(32), 16, 64, 400_000_000, 200), Cycle(64));
    }
}
