//! The SDRAM that the cores of a chip share: bursts, one at a time, granted round and round.

use super::figures::Figures;
use super::noc::SystemNoc;
use super::time::{Cycle, cycles_at_rate};
use crate::network::table::CORES_MAX;

/// A burst that is being served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Core whose burst it is.
    pub core: u8,
    /// Its bytes.
    pub bytes: u32,
    /// When the last byte is there.
    pub done: Cycle,
    /// When the memory can take the next burst; asked for only if one is waiting.
    pub free: Cycle,
}

/// The memory with its arbiter.
#[derive(Clone, Debug)]
pub struct Sdram {
    /// Bytes that each core waits for; 0: it does not wait.
    waiting: Vec<u32>,
    waits: u32,
    last: usize,
    free: Cycle,
    noc: SystemNoc,
    /// Bytes served.
    pub bytes: u64,
    /// Bursts served.
    pub bursts: u64,
    /// Cycles busy.
    pub busy: u64,
    /// Most cores that waited at a time.
    pub waiting_max: u32,
}

impl Default for Sdram {
    fn default() -> Self {
        Self {
            waiting: vec![0; usize::from(CORES_MAX)],
            waits: 0,
            last: 0,
            free: Cycle(0),
            noc: SystemNoc::default(),
            bytes: 0,
            bursts: 0,
            busy: 0,
            waiting_max: 0,
        }
    }
}

impl Sdram {
    /// A core asks for a burst. Granted at once if the memory is idle; else it waits, and the first to wait is told when
    /// to call [`Sdram::next`].
    ///
    /// # Errors
    /// When the memory will be free, if this is the first core to wait for it.
    pub fn request(
        &mut self,
        core: u8,
        bytes: u32,
        now: Cycle,
        figures: &Figures,
    ) -> Result<Grant, Option<Cycle>> {
        if self.free <= now && self.waits == 0 {
            return Ok(self.grant(core, bytes, now, figures));
        }
        if let Some(place) = self.waiting.get_mut(usize::from(core)) {
            self.waits += u32::from(*place == 0);
            *place = bytes.max(1);
        }
        self.waiting_max = self.waiting_max.max(self.waits);
        Err((self.waits == 1).then_some(self.free.max(now)))
    }

    /// The memory is free: the next core in turn gets it. `more` of the answer: whether to call again when it is free.
    pub fn next(&mut self, now: Cycle, figures: &Figures) -> Option<(Grant, bool)> {
        let count = self.waiting.len();
        let order = (1..=count).map(|step| (self.last + step) % count.max(1));
        let core = order
            .into_iter()
            .find(|&core| self.waiting.get(core).is_some_and(|bytes| *bytes > 0))?;
        let bytes = self.waiting.get_mut(core).map_or(0, std::mem::take);
        self.waits -= 1;
        let grant = self.grant(core as u8, bytes, now.max(self.free), figures);
        Some((grant, self.waits > 0))
    }

    fn grant(&mut self, core: u8, bytes: u32, now: Cycle, figures: &Figures) -> Grant {
        let clock = figures.clock_mhz;
        let cycles = cycles_at_rate(u64::from(bytes), figures.sdram_bytes_per_second, clock);
        self.free = now + cycles;
        self.last = usize::from(core);
        self.bytes += u64::from(bytes);
        self.bursts += 1;
        self.busy += cycles;
        let rate = figures.noc_bytes_per_second;
        let done = self.noc.carry(self.free, cycles, bytes, rate, clock);
        Grant {
            core,
            bytes,
            done,
            free: self.free,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_idle_memory_grants_at_once_and_a_busy_one_in_turn() {
        let figures = Figures::spinnaker1();
        let mut sdram = Sdram::default();
        assert_eq!(
            sdram.request(3, 64, Cycle(0), &figures).map(|g| g.done),
            Ok(Cycle(16))
        );
        assert_eq!(
            sdram.request(9, 64, Cycle(1), &figures),
            Err(Some(Cycle(16)))
        );
        assert_eq!(sdram.request(5, 64, Cycle(2), &figures), Err(None));
        assert_eq!(sdram.request(1, 64, Cycle(3), &figures), Err(None));
        let mut served = Vec::new();
        let mut now = Cycle(16);
        while let Some((grant, more)) = sdram.next(now, &figures) {
            served.push((grant.core, grant.done.0, more));
            now = grant.free;
        }
        assert_eq!(served, [(5, 32, true), (9, 48, true), (1, 64, false)]);
    }
}
