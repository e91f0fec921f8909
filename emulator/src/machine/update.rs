//! The update of a tick: the kernel computes neurons and sources in one go, and what they send goes out as its time comes.

use super::activity::Task;
use super::bus::Bus;
use super::processor::{Doing, Processor};
use super::time::Cycle;
use super::trace::Sight;
use super::work::Script;

/// The update of a tick, as far as it has come.
#[derive(Clone, Debug, Default)]
pub(super) struct Update {
    pub(super) script: Script,
    pub(super) tick: u32,
    pub(super) running: bool,
    pub(super) sent: usize,
    pub(super) done: u64,
    pub(super) total: u64,
}

impl Update {
    /// The next cycle of the script at which something happens.
    pub(super) fn milestone(&self) -> u64 {
        self.script
            .sends
            .get(self.sent)
            .map_or(self.total, |(at, _)| *at)
    }
}

impl Processor {
    /// The update of the next tick begins.
    pub(super) fn begin_tick(&mut self, now: Cycle, bus: &mut impl Bus) {
        let tick = self.started;
        if self.noted < tick {
            // The last tick's work ran into this one.
            self.tick_done(tick - 1, now.max(bus.due(tick)), bus);
        }
        self.began_tick = now;
        if bus.watches() {
            for slice in self.activity.slices() {
                bus.watch(Sight::Slice(tick.saturating_sub(1), *slice));
            }
        }
        self.activity.tick_begins(tick);
        self.started += 1;
        self.progress = self.timers;
        self.runner.timer(tick, &mut self.update.script);
        let last = self.update.script.sends.last().map_or(0, |(at, _)| *at);
        let total = self.update.script.cycles().max(last).max(1);
        (self.update.tick, self.update.running) = (tick, true);
        (self.update.sent, self.update.done, self.update.total) = (0, 0, total);
        self.start(Doing::Update, now, self.update.milestone(), bus);
    }

    /// Sends what is due; ends the update, or goes on with it.
    pub(super) fn advance_update(&mut self, now: Cycle, bus: &mut impl Bus) {
        while let Some((at, key)) = self.update.script.sends.get(self.update.sent).copied() {
            if at > self.update.done {
                break;
            }
            if !bus.transmit(key, self.update.tick) {
                if self.doing != Doing::Sending {
                    self.wait(Doing::Sending, now);
                }
                return;
            }
            self.update.sent += 1;
        }
        if self.doing == Doing::Sending {
            self.note(Task::Sending, now);
        }
        if self.update.done >= self.update.total
            && self.update.sent >= self.update.script.sends.len()
        {
            self.update.running = false;
            self.rows.extend(self.update.script.rows.iter().copied());
        }
        self.doing = Doing::Idle;
        self.dispatch(now, bus);
    }

    /// The communications controller's buffer is empty again.
    pub fn buffer_sent(&mut self, now: Cycle, bus: &mut impl Bus) {
        if self.doing == Doing::Sending && !self.stopped {
            self.advance_update(now, bus);
        }
    }
}
