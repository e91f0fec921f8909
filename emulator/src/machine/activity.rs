//! What a core did in the ticks: busy time by kind, how close each tick came to its deadline, and the worst tick in full.

use super::time::Cycle;

/// What a core's time goes into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Task {
    /// The tick's update of neurons and sources.
    Update,
    /// Looking a packet up and starting its DMA.
    Lookup,
    /// Processing a row.
    Row,
    /// The packet-received interrupt.
    Receive,
    /// Waiting for the router to take a packet.
    Sending,
    /// Waiting for the DMA engine to take a row back.
    Storing,
}

/// All tasks, in the order of the enumeration, with their names.
pub const TASKS: [(Task, &str); 6] = [
    (Task::Update, "update"),
    (Task::Lookup, "lookup"),
    (Task::Row, "row"),
    (Task::Receive, "receive"),
    (Task::Sending, "waiting to send"),
    (Task::Storing, "waiting for DMA"),
];

impl Task {
    /// What people call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        TASKS.get(self as usize).map_or("", |(_, name)| *name)
    }
}

/// A stretch of time that a core spent on one task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slice {
    /// Task.
    pub task: Task,
    /// First cycle.
    pub from: Cycle,
    /// Cycle after the last.
    pub to: Cycle,
}

/// Bins of the slack histogram: twentieths of a tick; the last bin holds ticks that missed their deadline.
pub const SLACK_BINS: usize = 21;
/// Slices that are kept of one tick.
const SLICES_MAX: usize = 512;

/// The tick that took a core longest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorstTick {
    /// Tick.
    pub tick: u32,
    /// From its start until all its work was done, in cycles.
    pub cycles: u64,
    /// What the core did in it, in order; cut off after some hundred slices.
    pub slices: Vec<Slice>,
}

/// The record of a core.
#[derive(Clone, Debug, Default)]
pub struct Activity {
    /// Cycles by task.
    pub busy: [u64; 6],
    /// Ticks by the part of the tick that was left when their work was done.
    pub slack: [u64; SLACK_BINS],
    /// Ticks whose work was not done when the next one began.
    pub overruns: u64,
    /// The worst tick.
    pub worst: WorstTick,
    slices: Vec<Slice>,
    tick: u32,
}

impl Activity {
    /// Notes a stretch of time, so many cycles of which went into interrupts, which are noted by themselves.
    pub fn note(&mut self, task: Task, from: Cycle, to: Cycle, interrupted: u64) {
        if let Some(sum) = self.busy.get_mut(task as usize) {
            *sum += (to - from).saturating_sub(interrupted);
        }
        if self.slices.len() < SLICES_MAX && to > from {
            self.slices.push(Slice { task, from, to });
        }
    }

    /// A tick's work took so many cycles, and so many (none: it missed its deadline) were left before the next tick was
    /// due.
    pub fn tick_done(&mut self, tick: u32, cycles: u64, left: u64, tick_cycles: u64) {
        let bin = if left == 0 {
            self.overruns += 1;
            SLACK_BINS - 1
        } else {
            ((left * 20 / tick_cycles.max(1)) as usize).min(SLACK_BINS - 2)
        };
        if let Some(count) = self.slack.get_mut(bin) {
            *count += 1;
        }
        if cycles > self.worst.cycles {
            self.worst.tick = tick;
            self.worst.cycles = cycles;
            self.worst.slices.clone_from(&self.slices);
        }
    }

    /// A new tick begins.
    pub fn tick_begins(&mut self, tick: u32) {
        self.tick = tick;
        self.slices.clear();
    }

    /// What the core has done in this tick so far.
    #[must_use]
    pub fn slices(&self) -> &[Slice] {
        &self.slices
    }

    /// Cycles that the core was not asleep.
    #[must_use]
    pub fn busy_cycles(&self) -> u64 {
        self.busy.iter().sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slack_falls_into_twentieths_and_the_worst_tick_is_kept() {
        let mut activity = Activity::default();
        for (tick, cycles) in [(0, 0), (1, 40), (2, 99), (3, 100), (4, 10)] {
            activity.tick_begins(tick);
            activity.note(
                Task::Row,
                Cycle(u64::from(tick)),
                Cycle(u64::from(tick) + cycles),
                0,
            );
            activity.tick_done(tick, cycles, 100 - cycles, 100);
        }
        let filled: Vec<_> = (0..)
            .zip(activity.slack)
            .filter(|(_, count)| *count > 0)
            .collect();
        assert_eq!(filled, [(0, 1), (12, 1), (18, 1), (19, 1), (20, 1)]);
        assert_eq!(
            (
                activity.overruns,
                activity.worst.tick,
                activity.worst.slices.len()
            ),
            (1, 3, 1)
        );
        assert_eq!(activity.busy_cycles(), 249);
    }
}
