//! A core in time: what runs when, and what pre-empts what.
//!
//! | priority | event | what it does |
//! |---|---|---|
//! | −1 (FIQ) | packet received | moves the packet from the receive buffer to the input queue |
//! | 0 | DMA done, packet waiting | looks a packet up and starts its row's transfer; processes a row that has come |
//! | 1 | timer | begins the next tick, as soon as no row of the last one is under way |
//! | 2 | user | the tick's update of neurons, cut short by everything above |
//!
//! Two rows at most are under way: one that is read, one that is processed. The kernel itself runs in one go when a packet
//! is looked up or a tick begins; its script ([`super::work`]) says what that costs, and is then played out. A packet that
//! is not looked up before the next timer event is late: it counts in the tick in which it is taken in.

use super::activity::{Activity, Task};
use super::bus::Bus;
use super::dma::Engine;
use super::packet::Packet;
use super::runner::Runner;
use super::time::Cycle;
use super::trace::Sight;
use super::update::Update;
use super::work::{Row, Script};
use std::collections::VecDeque;

/// Ticks without progress after which a core counts as stopped.
const WATCHDOG_TICKS: u32 = 16;

/// What the core is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doing {
    Idle,
    Lookup,
    Row,
    Update,
    /// The update waits for the router to take its packet.
    Sending,
    /// A processed row waits for the DMA engine.
    Storing,
}

#[derive(Clone, Copy, Debug)]
struct Waiting {
    from: Cycle,
    packet: Packet,
}

/// A core.
#[derive(Debug)]
pub struct Processor {
    /// The kernel and its memories.
    pub runner: Runner,
    /// What it did.
    pub activity: Activity,
    pub(super) doing: Doing,
    pub(super) began: Cycle,
    pub(super) until: Cycle,
    /// Cycles of interrupts since `began`.
    pub(super) interrupted: u64,
    step: Cycle,
    idle_since: Cycle,
    pub(super) receive_free: Cycle,
    buffer_free: Cycle,
    inbox: VecDeque<Waiting>,
    pub(super) update: Update,
    lookup: Script,
    pub(super) rows: VecDeque<Row>,
    pub(super) engine: Engine,
    pub(super) reading: Option<Row>,
    pub(super) ready: Option<Row>,
    pub(super) row: Row,
    pub(super) timers: u32,
    pub(super) started: u32,
    /// Timer events when the core last began a tick.
    pub(super) progress: u32,
    /// Ticks whose duration has been noted.
    pub(super) noted: u32,
    /// When the update of the tick began.
    pub(super) began_tick: Cycle,
    /// Cycles after the timer event at which the update begins.
    pub(super) offset: u64,
    pub(super) stopped: bool,
    /// Packets taken in late.
    pub late: u64,
    /// Packets that found the input queue full.
    pub overflowed: u64,
    /// Most packets in the input queue.
    pub queue_max: u32,
    /// Whether the watchdog has seen no tick begin for too long.
    pub stuck: bool,
}

impl Processor {
    /// A core that begins its updates so many cycles after the timer event.
    #[must_use]
    pub fn new(runner: Runner, offset: u64) -> Self {
        let tick = 0;
        Self {
            runner,
            activity: Activity::default(),
            doing: Doing::Idle,
            began: Cycle(0),
            until: Cycle(0),
            interrupted: 0,
            step: Cycle::NEVER,
            idle_since: Cycle(0),
            receive_free: Cycle(0),
            buffer_free: Cycle(0),
            inbox: VecDeque::new(),
            update: Update::default(),
            lookup: Script::default(),
            rows: VecDeque::new(),
            engine: Engine::default(),
            reading: None,
            ready: None,
            row: Row::default(),
            timers: tick,
            started: tick,
            progress: tick,
            noted: tick,
            began_tick: Cycle(0),
            offset,
            stopped: false,
            late: 0,
            overflowed: 0,
            queue_max: 0,
            stuck: false,
        }
    }

    /// Goes to another tick: nothing is under way.
    pub const fn rewind(&mut self, tick: u32) {
        (self.timers, self.started) = (tick, tick);
        (self.progress, self.noted) = (tick, tick);
    }

    /// Whether nothing is left to do.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        self.stopped
            || (self.doing == Doing::Idle
                && self.inbox.is_empty()
                && self.timers == self.started
                && !self.has_rows()
                && self.engine.is_idle())
    }

    /// Whether rows of earlier packets or of a sweep are under way.
    fn has_rows(&self) -> bool {
        self.reading.is_some() || self.ready.is_some() || !self.rows.is_empty()
    }

    /// Packets in the input queue.
    #[must_use]
    pub fn queued(&self) -> usize {
        self.inbox.len()
    }

    /// The core stops for good: its packets are returned, since nobody will take them in.
    pub fn stop(&mut self) -> Vec<Packet> {
        self.stopped = true;
        self.step = Cycle::NEVER;
        self.inbox.drain(..).map(|waiting| waiting.packet).collect()
    }

    /// The tick before which the core will record nothing more: packets that are still under way count in the tick that
    /// it has begun. `None`: it has stopped.
    #[must_use]
    pub fn settled(&self) -> Option<u32> {
        (!self.stopped).then(|| self.started.saturating_sub(1))
    }

    /// Whether the core has stopped.
    #[must_use]
    pub const fn is_stopped(&self) -> bool {
        self.stopped
    }

    /// The timer event: the next tick is due.
    pub fn timer(&mut self, now: Cycle, bus: &mut impl Bus) {
        self.timers += 1;
        self.stuck |= self.timers - self.progress > WATCHDOG_TICKS;
        if self.stopped {
            return;
        }
        self.close_tick(bus);
        if self.doing == Doing::Idle {
            self.dispatch(now, bus);
        }
    }

    /// Notes how long the tick's work took, if it is done.
    pub fn close_tick(&mut self, bus: &impl Bus) {
        let quiet = self.doing == Doing::Idle && !self.has_rows() && self.inbox.is_empty();
        if quiet && self.noted < self.started {
            self.tick_done(self.started - 1, self.idle_since, bus);
        }
    }

    /// Notes that a tick's work was done by a time. A tick that began late, because the one before it took too long, is
    /// counted from where it began.
    pub(super) fn tick_done(&mut self, tick: u32, end: Cycle, bus: &impl Bus) {
        let (due, next) = (bus.due(tick), bus.due(tick + 1));
        let start = if self.began_tick > due + self.offset {
            self.began_tick
        } else {
            due
        };
        self.activity
            .tick_done(tick, end - start, next - end, bus.tick_cycles());
        self.noted = tick + 1;
    }

    /// When the receive buffer can take a packet.
    #[must_use]
    pub const fn buffer_free(&self) -> Cycle {
        if self.stopped {
            Cycle::NEVER
        } else {
            self.buffer_free
        }
    }

    /// A packet reaches the receive buffer, which is free. Returns it if the input queue is full.
    pub fn receive(&mut self, packet: Packet, at: Cycle, bus: &mut impl Bus) -> Option<Packet> {
        let figures = *bus.figures();
        let start = at.max(self.receive_free);
        let end = start + figures.receive;
        self.buffer_free = start + figures.receive_read;
        self.receive_free = end;
        self.activity.note(Task::Receive, start, end, 0);
        let looks_up =
            self.doing == Doing::Update && self.started == self.timers && !self.is_reading();
        if self.doing != Doing::Idle && !looks_up {
            // Whatever runs stands still for so long.
            self.until += figures.receive;
            self.interrupted += figures.receive;
        }
        if self.inbox.len() >= figures.input_queue as usize {
            self.overflowed += 1;
            return Some(packet);
        }
        self.inbox.push_back(Waiting { from: end, packet });
        let length = self.inbox.len() as u32;
        self.queue_max = self.queue_max.max(length);
        bus.watch(Sight::Queue(end, length));
        if looks_up {
            self.preempt(start);
        }
        if self.doing == Doing::Idle {
            self.dispatch(at, bus);
        }
        None
    }

    /// Whether the rows of a packet are still to be read.
    fn is_reading(&self) -> bool {
        self.reading.is_some() || !self.rows.is_empty()
    }

    /// Whether a packet may be looked up: its tick has begun here, and a buffer is free for its row.
    fn may_look_up(&self) -> bool {
        self.started == self.timers && !self.is_reading() && !self.inbox.is_empty()
    }

    /// Lays the update aside.
    pub(super) fn preempt(&mut self, now: Cycle) {
        let left = self.until - now;
        self.update.done = self.update.milestone().saturating_sub(left);
        self.note(Task::Update, now);
        self.doing = Doing::Idle;
    }

    /// Notes what the core was at until now, interrupts not counted.
    pub(super) fn note(&mut self, task: Task, now: Cycle) {
        self.activity.note(task, self.began, now, self.interrupted);
    }

    pub(super) fn start(&mut self, doing: Doing, at: Cycle, cycles: u64, bus: &mut impl Bus) {
        self.doing = doing;
        (self.began, self.interrupted) = (at, 0);
        self.until = at + cycles;
        self.step = self.until;
        bus.step_at(self.until);
    }

    pub(super) const fn wait(&mut self, doing: Doing, now: Cycle) {
        (self.doing, self.began, self.interrupted) = (doing, now, 0);
    }

    /// The core is free: what comes next.
    pub(super) fn dispatch(&mut self, now: Cycle, bus: &mut impl Bus) {
        let now = now.max(self.receive_free);
        self.read_next(now, bus);
        if self.may_look_up() {
            self.look_up(now, bus);
        } else if let Some(row) = self.ready.take() {
            self.row = row;
            self.start(Doing::Row, now, row.cycles, bus);
        } else if self.update.running {
            let left = self.update.milestone().saturating_sub(self.update.done);
            self.start(Doing::Update, now, left, bus);
        } else if self.started < self.timers && !self.has_rows() {
            let begin = bus.due(self.started) + self.offset;
            if begin <= now {
                self.begin_tick(now, bus);
            } else {
                (self.doing, self.idle_since) = (Doing::Idle, now);
                (self.step, self.until) = (begin, begin);
                bus.step_at(begin);
            }
        } else {
            self.doing = Doing::Idle;
            self.idle_since = now;
        }
    }

    /// Takes the next packet out of the queue.
    fn look_up(&mut self, now: Cycle, bus: &mut impl Bus) {
        let Some(Waiting { from, packet }) = self.inbox.pop_front() else {
            return;
        };
        let now = now.max(from);
        let label = self.started.saturating_sub(1);
        if packet.tick < label || now >= bus.due(packet.tick + 1) {
            self.late += 1;
            bus.late(&packet, now);
        }
        self.runner.packet(packet.key, label, &mut self.lookup);
        self.rows.extend(self.lookup.rows.iter().copied());
        self.start(Doing::Lookup, now, self.lookup.cycles(), bus);
    }

    /// The step that was asked for: a task ends, or the update sends.
    pub fn step(&mut self, now: Cycle, bus: &mut impl Bus) {
        if self.step != now || self.stopped {
            return;
        }
        if self.until > now {
            // Interrupts have put the end off.
            self.step = self.until;
            bus.step_at(self.until);
            return;
        }
        self.step = Cycle::NEVER;
        match self.doing {
            Doing::Idle => self.dispatch(now, bus),
            Doing::Sending | Doing::Storing => {}
            Doing::Lookup => {
                self.note(Task::Lookup, now);
                self.dispatch(now, bus);
            }
            Doing::Row => {
                self.note(Task::Row, now);
                self.store(now, bus);
            }
            Doing::Update => {
                self.update.done = self.update.milestone();
                self.note(Task::Update, now);
                self.advance_update(now, bus);
            }
        }
    }

    /// The engine, for the chip's memory.
    pub const fn engine(&mut self) -> &mut Engine {
        &mut self.engine
    }
}
