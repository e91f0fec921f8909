//! The rows of a core on their way from SDRAM and back: one is read while another is processed.

use super::activity::Task;
use super::bus::Bus;
use super::dma::Purpose;
use super::processor::{Doing, Processor};
use super::time::Cycle;
use super::trace::Sight;

impl Processor {
    /// Starts reading the next row of what was looked up.
    pub(super) fn read_next(&mut self, now: Cycle, bus: &mut impl Bus) {
        if self.reading.is_some() {
            return;
        }
        let Some(row) = self.rows.front().copied() else {
            return;
        };
        if row.read_words == 0 {
            if self.ready.is_none() {
                self.rows.pop_front();
                self.ready = Some(row);
            }
            return;
        }
        let figures = *bus.figures();
        let bytes = row.read_words.saturating_mul(4);
        if let Ok(first) = self.engine.start(Purpose::Read, bytes, now, &figures) {
            self.rows.pop_front();
            self.reading = Some(row);
            if let Some(at) = first {
                bus.burst_at(at);
            }
        }
    }

    /// Writes the row that was processed back.
    pub(super) fn store(&mut self, now: Cycle, bus: &mut impl Bus) {
        if self.row.write_words > 0 {
            let figures = *bus.figures();
            let bytes = self.row.write_words.saturating_mul(4);
            match self.engine.start(Purpose::Write, bytes, now, &figures) {
                Ok(Some(at)) => bus.burst_at(at),
                Ok(None) => {}
                Err(_) => {
                    if self.doing != Doing::Storing {
                        self.wait(Doing::Storing, now);
                    }
                    return;
                }
            }
            self.row.write_words = 0;
        }
        if self.doing == Doing::Storing {
            self.note(Task::Storing, now);
        }
        self.doing = Doing::Idle;
        self.dispatch(now, bus);
    }

    /// A transfer has ended.
    pub fn dma_done(&mut self, now: Cycle, bus: &mut impl Bus) {
        let figures = *bus.figures();
        let Some((purpose, from, next)) = self.engine.finish(now, &figures) else {
            return;
        };
        bus.watch(Sight::Transfer(purpose, from, now));
        if let Some(at) = next {
            bus.burst_at(at);
        }
        if purpose == Purpose::Read {
            self.ready = self.reading.take();
        }
        match self.doing {
            _ if self.stopped => {}
            Doing::Idle => self.dispatch(now, bus),
            Doing::Storing => self.store(now, bus),
            Doing::Update if self.ready.is_some() => {
                // An interrupt under way ends first.
                self.preempt(now.max(self.receive_free));
                self.dispatch(now, bus);
            }
            _ => {}
        }
    }
}
