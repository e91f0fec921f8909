//! The DMA engine of a core: one transfer under way, one queued, each cut into bursts.

use super::figures::Figures;
use super::sdram::Grant;
use super::time::{Cycle, cycles_at_rate};

/// What a transfer is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A row to be processed.
    Read,
    /// A row, or records, on the way back.
    Write,
}

#[derive(Clone, Copy, Debug)]
struct Active {
    purpose: Purpose,
    bytes_left: u32,
    started: Cycle,
}

/// What to do after a burst.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Ask for the next burst at this time.
    Burst(Cycle),
    /// The transfer ends at this time.
    Done(Cycle),
}

/// The engine.
#[derive(Clone, Debug, Default)]
pub struct Engine {
    active: Option<Active>,
    queued: Option<Active>,
}

impl Engine {
    /// Whether a transfer can be handed to it.
    #[must_use]
    pub const fn has_room(&self) -> bool {
        self.queued.is_none()
    }

    /// Whether it does nothing.
    #[must_use]
    pub const fn is_idle(&self) -> bool {
        self.active.is_none()
    }

    /// Takes a transfer over. Returns when to ask for its first burst, if it starts now; a queued one starts when the
    /// active one ends. A transfer that finds no room is refused.
    ///
    /// # Errors
    /// If a transfer is queued already.
    pub fn start(
        &mut self,
        purpose: Purpose,
        bytes: u32,
        now: Cycle,
        figures: &Figures,
    ) -> Result<Option<Cycle>, Busy> {
        let transfer = Active {
            purpose,
            bytes_left: bytes.max(4),
            started: now,
        };
        if self.active.is_none() {
            self.active = Some(transfer);
            return Ok(Some(now + figures.dma_latency));
        }
        if self.queued.is_some() {
            return Err(Busy);
        }
        self.queued = Some(transfer);
        Ok(None)
    }

    /// Bytes of the next burst.
    #[must_use]
    pub fn burst_bytes(&self, figures: &Figures) -> u32 {
        self.active.map_or(0, |active| {
            active.bytes_left.min(figures.burst_bytes.max(4))
        })
    }

    /// A burst was granted. The engine itself is slower than the memory: it asks for its next burst no sooner than its own
    /// rate allows.
    pub fn granted(&mut self, grant: &Grant, figures: &Figures) -> Progress {
        let clock = figures.clock_mhz;
        let served = cycles_at_rate(
            u64::from(grant.bytes),
            figures.sdram_bytes_per_second,
            clock,
        );
        let own = cycles_at_rate(u64::from(grant.bytes), figures.dma_bytes_per_second, clock);
        let started = Cycle(grant.free.0.saturating_sub(served));
        let next = grant.done.max(started + own);
        let Some(active) = &mut self.active else {
            return Progress::Done(next);
        };
        active.bytes_left = active.bytes_left.saturating_sub(grant.bytes.max(1));
        if active.bytes_left == 0 {
            Progress::Done(next)
        } else {
            Progress::Burst(next)
        }
    }

    /// The active transfer has ended: what it was for, when it began, and when to ask for the first burst of the queued
    /// one.
    pub fn finish(
        &mut self,
        now: Cycle,
        figures: &Figures,
    ) -> Option<(Purpose, Cycle, Option<Cycle>)> {
        let done = self.active.take()?;
        self.active = self.queued.take();
        if let Some(active) = &mut self.active {
            active.started = now;
        }
        let next = self.active.map(|_| now + figures.dma_latency);
        Some((done.purpose, done.started, next))
    }
}

/// The engine has one transfer under way and one queued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Busy;

#[cfg(test)]
mod tests {
    use super::super::sdram::Sdram;
    use super::*;

    /// Cycles of one transfer on an idle chip.
    fn alone(bytes: u32) -> u64 {
        let figures = Figures::spinnaker1();
        let (mut engine, mut sdram) = (Engine::default(), Sdram::default());
        let mut now = engine
            .start(Purpose::Read, bytes, Cycle(0), &figures)
            .unwrap()
            .unwrap();
        loop {
            let grant = sdram
                .request(1, engine.burst_bytes(&figures), now, &figures)
                .unwrap();
            match engine.granted(&grant, &figures) {
                Progress::Burst(next) => now = next,
                Progress::Done(end) => return end.0,
            }
        }
    }

    /// Published: 0.5–1 µs, then 200–240 MB/s.
    #[test]
    fn a_transfer_takes_a_fixed_time_and_then_its_bytes_at_one_cores_rate() {
        assert_eq!(alone(4), 120 + 4);
        assert_eq!(alone(64), 120 + 56);
        let long = alone(64 * 1024) as f64 / 200e6;
        let rate = 65_536.0 / long / 1e6;
        assert!((200.0..240.0).contains(&rate), "{rate} MB/s");
    }

    #[test]
    fn one_is_active_one_is_queued_and_the_third_is_refused() {
        let figures = Figures::spinnaker1();
        let mut engine = Engine::default();
        assert_eq!(
            engine.start(Purpose::Read, 64, Cycle(0), &figures),
            Ok(Some(Cycle(120)))
        );
        assert_eq!(
            engine.start(Purpose::Write, 64, Cycle(1), &figures),
            Ok(None)
        );
        assert_eq!(
            engine.start(Purpose::Read, 64, Cycle(2), &figures),
            Err(Busy)
        );
        assert_eq!(
            engine.finish(Cycle(200), &figures),
            Some((Purpose::Read, Cycle(0), Some(Cycle(320))))
        );
        assert_eq!(
            engine.finish(Cycle(400), &figures),
            Some((Purpose::Write, Cycle(200), None))
        );
        assert_eq!(engine.finish(Cycle(500), &figures), None);
    }
}
