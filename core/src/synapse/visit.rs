//! A visit: brings one sub-row up to a tick.
//!
//! A visit labelled `now` sees the postsynaptic spikes with ticks strictly before it. Visits with one label commute: the
//! first does the work, the others find nothing left to do. So a packet may arrive at any moment before its deadline.

use super::arrive::{arrive, arrive_together};
use super::bounds::note;
use super::history::History;
use super::jump::JumpTable;
use super::kicks::{one, run};
use super::law::Law;
use super::rounds::{Kick, Rounds, column};
use super::step::Step;
use super::subrow::SubRow;
use super::trace::{DecayTable, Trace};
use crate::image::Plastic;
use crate::kernel::counters::Counters;
use crate::neuron::lanes::count;
use crate::neuron::{ROW_DOMAIN, STEP_DOMAIN};
use crate::random::{LaneKey, Stream};
use crate::spike::{BLOCK, BLOCK_SLOTS, VECTORS};

/// Where a sub-row stands in the network: keys its random stream and names its synapses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Projection.
    pub projection: u32,
    /// Presynaptic slot in its population.
    pub pre: u32,
    /// First postsynaptic slot of the block in its population.
    pub post: u32,
}

/// What all sub-rows of an inlet share.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    /// Parameters.
    pub plastic: &'a Plastic,
    /// Transitions.
    pub jumps: JumpTable<'a>,
    /// Trace decays.
    pub traces: DecayTable<'a>,
    /// How θ moves, if not by `jumps` alone.
    pub law: Option<Law<'a>>,
    /// The step of a tick without a kick, where rows are visited at every tick.
    pub step: Option<Step>,
    /// Seed of the run.
    pub seed: u64,
}

/// What a visit did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// Transitions of single synapses.
    pub updates: u32,
    /// Kicks of single synapses.
    pub kicks: u32,
    /// Transitions that were steps: all of a visit's, or none.
    pub steps: u32,
    /// Lanes whose spine appeared.
    pub gained: u16,
    /// Lanes whose spine vanished.
    pub lost: u16,
}

/// A visit under way: where each lane stands, and the bounds it hit.
#[derive(Debug)]
pub struct Visit<'a> {
    row: SubRow<'a>,
    place: Place,
    label: u32,
    /// Its label, or the tick at which θ was frozen.
    now: u32,
    pub(super) key: LaneKey,
    lanes: u16,
    before: u16,
    trace: Trace,
    /// Next entry of the history.
    next: u32,
    kicks: u32,
    /// Tick that each lane has reached.
    pub(super) reached: [u32; BLOCK],
    /// Steps that each lane has taken; step 0 is the last jump, common to all.
    pub(super) step: [u32; BLOCK],
    pub(super) theta_bound: u16,
    pub(super) kick_bound: u16,
    saturated: bool,
}

/// Words that one step of one lane may use.
const STEP_WORDS: u32 = 4;

impl<'a> Visit<'a> {
    /// Begins a visit with a label, to the tick `now`; `next` is the first entry of the history since the last one.
    #[inline(always)]
    fn new(
        row: SubRow<'a>,
        (label, now): (u32, u32),
        place: Place,
        rules: &Rules<'_>,
        next: u32,
    ) -> Self {
        let trace = row.trace();
        Self {
            place,
            label,
            now,
            key: lane_key(rules, place, now),
            lanes: row.lanes(),
            before: row.functional(),
            row,
            trace,
            next,
            kicks: 0,
            reached: [trace.at; BLOCK],
            step: [0; BLOCK],
            theta_bound: 0,
            kick_bound: 0,
            saturated: false,
        }
    }

    /// Where the row stands in the network.
    #[inline(always)]
    #[must_use]
    pub const fn place(&self) -> Place {
        self.place
    }

    /// Its label.
    #[inline(always)]
    #[must_use]
    pub const fn label(&self) -> u32 {
        self.label
    }

    /// Gathers the kicks of the visit with this number until a lane is full, or all is, or the history ends.
    #[inline(always)]
    fn gather(&mut self, number: usize, rules: &Rules<'_>, history: History<'_>, to: &mut Rounds) {
        let mut full = to.full();
        while !full {
            let Some((tick, fired)) = history.spike(self.next, self.now) else {
                break;
            };
            self.next = self.next.wrapping_add(1);
            let mut active = fired & self.lanes;
            if active == 0 {
                continue;
            }
            let delay = rules.plastic.delay;
            self.saturated |= self.trace.advance(tick, delay, &rules.traces);
            self.kicks = self.kicks.wrapping_add(count(active));
            to.touch(number, active);
            while active != 0 {
                let lane = active.trailing_zeros() as usize;
                active &= active.wrapping_sub(1);
                if let Some(kick) = self.kick(number, lane, tick) {
                    full |= to.push(kick);
                }
            }
            full |= to.full();
        }
    }

    /// The next kick of a lane, which now stands behind it.
    #[inline(always)]
    fn kick(&mut self, number: usize, lane: usize, tick: u32) -> Option<Kick> {
        let (reached, step) = (self.reached.get_mut(lane)?, self.step.get_mut(lane)?);
        let wait = tick.wrapping_sub(*reached);
        *reached = tick;
        *step = step.wrapping_add(1);
        Some(Kick {
            column: column(number, lane),
            wait,
            step: *step,
            y: self.trace.value(),
        })
    }

    /// Takes each kick as it comes: for a machine that computes one lane at a time, and so gains nothing by gathering.
    #[inline(always)]
    pub(super) fn catch_up_alone(&mut self, rules: &Rules<'_>, history: History<'_>) {
        while let Some((tick, fired)) = history.spike(self.next, self.now) {
            self.next = self.next.wrapping_add(1);
            let mut active = fired & self.lanes;
            if active == 0 {
                continue;
            }
            self.saturated |= self.trace.advance(tick, rules.plastic.delay, &rules.traces);
            self.kicks = self.kicks.wrapping_add(count(active));
            while active != 0 {
                let lane = active.trailing_zeros() as usize;
                active &= active.wrapping_sub(1);
                if let Some(kick) = self.kick(0, lane, tick) {
                    one(self, rules, lane, &kick);
                }
            }
        }
    }

    /// θ of a lane.
    #[inline(always)]
    pub(super) fn theta(&mut self, lane: usize) -> Option<&mut u32> {
        self.row.theta.get_mut(lane)
    }

    /// Ends the visit: the last jump, the trace, the counters. Once.
    #[inline(always)]
    pub fn end(&mut self, rules: &Rules<'_>, counters: &mut Counters) -> Done {
        let now = self.now;
        self.theta_bound |= arrive(self.row.theta, &self.reached, now, self.key, rules);
        let delay = rules.plastic.delay;
        self.saturated |= self.trace.advance(now, delay, &rules.traces);
        self.row.set_trace(self.trace);
        let bounds = [self.theta_bound, self.kick_bound];
        note(
            counters,
            (self.place, now),
            self.lanes,
            bounds,
            self.saturated,
        );
        done(self.lanes, self.kicks, self.before, self.row.functional())
    }
}

/// A whole visit without a kick: [`Visit::new`] and [`Visit::end`], apart since here all stays in registers.
#[inline(always)]
fn drift(
    mut row: SubRow<'_>,
    now: u32,
    place: Place,
    rules: &Rules<'_>,
    counters: &mut Counters,
) -> Done {
    let (lanes, before, mut trace) = (row.lanes(), row.functional(), row.trace());
    let wait = now.wrapping_sub(trace.at);
    let step = rules.step.as_ref().filter(|_| wait == 1);
    let key = match step {
        Some(_) => step_key(rules, place, now),
        None => lane_key(rules, place, now),
    };
    let bound = match step {
        Some(step) => step.take(row.theta, key.word(place.pre)).bound(),
        None => arrive_together(row.theta, wait, key, rules),
    };
    let saturated = trace.advance(now, rules.plastic.delay, &rules.traces);
    row.set_trace(trace);
    note(counters, (place, now), lanes, [bound, 0], saturated);
    let done = done(lanes, 0, before, row.functional());
    let steps = if step.is_some() { done.updates } else { 0 };
    Done { steps, ..done }
}

/// A random word of one step of one lane.
#[inline(always)]
pub(super) const fn word(key: LaneKey, step: u32, which: u32, lane: usize) -> u32 {
    key.word(counter(step, which, lane))
}

/// The key of the words of one step of one lane: its word `which` is that of counter [`BLOCK_SLOTS`] · `which`.
#[inline(always)]
pub(super) const fn step_words(key: LaneKey, step: u32, lane: usize) -> LaneKey {
    key.from(counter(step, 0, lane))
}

#[inline(always)]
const fn counter(step: u32, which: u32, lane: usize) -> u32 {
    let row = step.wrapping_mul(STEP_WORDS).wrapping_add(which);
    row.wrapping_mul(BLOCK_SLOTS).wrapping_add(lane as u32)
}

/// Takes the visits of several rows of a block through its spikes, each to its own label: the likelihood's kicks. Rows
/// are independent of each other, so their kicks are computed side by side.
#[inline(always)]
pub fn catch_up(
    visits: &mut [Visit<'_>],
    rules: &Rules<'_>,
    history: History<'_>,
    rounds: &mut Rounds,
) {
    if rules.plastic.gain == 0 {
        return;
    }
    if !VECTORS {
        for visit in visits {
            visit.catch_up_alone(rules, history);
        }
        return;
    }
    loop {
        for (number, visit) in visits.iter_mut().enumerate() {
            visit.gather(number, rules, history, rounds);
        }
        if rounds.kicks().is_empty() {
            return;
        }
        run(visits, rules, rounds);
    }
}

/// What is to be done with a sub-row.
#[derive(Debug)]
pub enum Begun<'a> {
    /// Nothing more: no spike of its block has kicked it, or it had been visited.
    Done(Done),
    /// Its kicks, by [`catch_up`], then [`Visit::end`].
    Kicked(Visit<'a>),
}

/// Begins to bring a sub-row up to `now` (or to the tick at which θ was frozen); without a kick, that is all.
#[inline(always)]
pub fn begin<'a>(
    row: SubRow<'a>,
    now: u32,
    place: Place,
    rules: &Rules<'_>,
    history: History<'_>,
    counters: &mut Counters,
) -> Begun<'a> {
    let (at, last) = (now.min(rules.plastic.frozen_from), row.trace().at);
    // A sub-row without a synapse is there only where a partition puts several blocks into one row: it counts nothing.
    if at <= last || row.lanes() == 0 {
        return Begun::Done(Done::default());
    }
    if rules.plastic.gain != 0 {
        let next = history.since(last);
        if history.spike(next, at).is_some() {
            return Begun::Kicked(Visit::new(row, (now, at), place, rules, next));
        }
    }
    Begun::Done(drift(row, at, place, rules, counters))
}

/// Brings a sub-row up to `now` (or to the tick at which θ was frozen).
#[inline(always)]
pub fn settle(
    row: SubRow<'_>,
    now: u32,
    place: Place,
    rules: &Rules<'_>,
    history: History<'_>,
    (counters, rounds): (&mut Counters, &mut Rounds),
) -> Done {
    let mut visit = match begin(row, now, place, rules, history, counters) {
        Begun::Done(done) => return done,
        Begun::Kicked(visit) => visit,
    };
    catch_up(core::slice::from_mut(&mut visit), rules, history, rounds);
    visit.end(rules, counters)
}

/// The random words of a visit labelled `now`.
#[inline(always)]
pub(super) fn lane_key(rules: &Rules<'_>, place: Place, now: u32) -> LaneKey {
    key(rules, (ROW_DOMAIN, place.pre), place, now)
}

/// The random words of the step to `now`, for all rows of a block.
#[inline(always)]
#[must_use]
pub fn step_key(rules: &Rules<'_>, place: Place, now: u32) -> LaneKey {
    key(rules, (STEP_DOMAIN, 0), place, now)
}

#[cfg_attr(not(feature = "compact"), inline(always))]
#[cfg_attr(feature = "compact", inline(never))]
fn key(rules: &Rules<'_>, (domain, pre): (u32, u32), place: Place, now: u32) -> LaneKey {
    let (domain, block) = (domain | place.projection, place.post / BLOCK_SLOTS);
    LaneKey::new(&mut Stream::new(rules.seed, domain, pre, block, now))
}

/// What came of a visit, by the functional lanes before and after it.
#[inline(always)]
pub(super) const fn done(lanes: u16, kicks: u32, before: u16, after: u16) -> Done {
    Done {
        updates: count(lanes).wrapping_add(kicks),
        kicks,
        steps: 0,
        gained: after & !before,
        lost: before & !after,
    }
}
