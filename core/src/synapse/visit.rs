//! A visit: brings one sub-row up to a tick.
//!
//! A visit labelled `now` sees the postsynaptic spikes with ticks strictly before it. Visits with one label commute: the
//! first does the work, the others find nothing left to do. So a packet may arrive at any moment before its deadline.
//!
//! A spike kicks a row when the row is next visited, or at once, if the target can reach all rows then ([`super::ahead`]):
//! same bits either way, since what a kick does depends on its tick, on the row as the last visit left it, and on nothing else.

use super::arrive::{arrive, arrive_together};
use super::bounds::note;
use super::history::History;
use super::jump::JumpTable;
use super::kicks::{Kick, Kicks};
use super::law::Law;
use super::step::Step;
use super::subrow::SubRow;
use super::trace::DecayTable;
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
    /// Lanes whose spine appeared since the last visit.
    pub gained: u16,
    /// Lanes whose spine vanished since the last visit.
    pub lost: u16,
}

/// The tick after the last spike of each lane of a block that has kicked all rows ahead; 0 without one.
pub type Kicked = [u32; BLOCK];

/// Words that one tick of one lane may use: the last jump and its far part, a kick and its far part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    Jump = 0,
    KickJump = 1,
    KickDither = 2,
    Kick = 3,
    FarJump = 4,
    FarDither = 5,
    KickFarJump = 6,
    KickFarDither = 7,
}

impl Word {
    /// Its counter in the words of a tick.
    #[inline(always)]
    pub(super) const fn of(self, lane: usize) -> u32 {
        (self as u32)
            .wrapping_mul(BLOCK_SLOTS)
            .wrapping_add(lane as u32)
    }
}

/// Brings a sub-row up to `label` (or to the tick at which θ was frozen). `kicked` is for blocks whose spikes kick ahead, if
/// all before `label` have.
#[inline(always)]
pub fn settle(
    row: SubRow<'_>,
    label: u32,
    place: Place,
    rules: &Rules<'_>,
    (history, kicked): (History<'_>, Option<&Kicked>),
    counters: &mut Counters,
) -> Done {
    let now = label.min(rules.plastic.frozen_from);
    let last = row.tick(now);
    // A sub-row without a synapse is there only where a partition puts several blocks into one row: it counts nothing.
    if now <= last || row.lanes() == 0 {
        return Done::default();
    }
    if rules.plastic.gain == 0 {
        return drift(row, now, place, rules, counters);
    }
    // After θ was frozen, a later spike may hide one that kicked.
    if let Some(kicked) = kicked.filter(|_| VECTORS && now == label) {
        if kicked.iter().fold(0, |latest, tick| latest.max(*tick)) <= last {
            return drift(row, now, place, rules, counters);
        }
        let (mut reached, lanes) = ([last; BLOCK], u32::from(row.lanes()));
        for (lane, (reached, tick)) in (0_u32..).zip(reached.iter_mut().zip(kicked)) {
            // A lane without a synapse is kicked by nobody.
            let there = lanes.wrapping_shr(lane) & 1;
            *reached = (tick.saturating_sub(1) & there.wrapping_neg()).max(last);
        }
        let key = row_key(rules, place);
        let visit = Visit {
            place,
            now,
            key,
            kicks: 0,
        };
        return visit.end(row, &reached, rules, counters);
    }
    let next = history.since(last);
    if history.spike(next, now).is_some() {
        return catch_up(row, now, place, rules, (history, next), counters);
    }
    drift(row, now, place, rules, counters)
}

/// A visit at whose end only the last jump is to come.
struct Visit {
    place: Place,
    now: u32,
    key: LaneKey,
    kicks: u32,
}

impl Visit {
    /// The last jump, from where each lane stands, the trace, the counters.
    #[inline(always)]
    fn end(
        self,
        mut row: SubRow<'_>,
        reached: &[u32; BLOCK],
        rules: &Rules<'_>,
        counters: &mut Counters,
    ) -> Done {
        let (now, lanes, before) = (self.now, row.lanes(), row.before());
        let bound = arrive(row.theta, reached, now, self.key.at(now), rules);
        let mut trace = row.trace(now);
        let saturated = trace.advance(now, rules.plastic.delay, &rules.traces);
        let after = row.functional();
        row.set_visit(trace, after);
        let at = (self.place, now);
        note(counters, at, lanes, [bound, 0], saturated);
        done(lanes, self.kicks, before, after)
    }
}

/// A visit to a row that spikes have kicked, or are to kick, since its last one; `next` is the first of them.
#[inline(always)]
fn catch_up(
    row: SubRow<'_>,
    now: u32,
    place: Place,
    rules: &Rules<'_>,
    (history, mut next): (History<'_>, u32),
    counters: &mut Counters,
) -> Done {
    let (lanes, mut trace, key) = (row.lanes(), row.trace(now), row_key(rules, place));
    let (mut reached, mut kicks) = ([trace.at; BLOCK], 0_u32);
    while let Some((tick, fired)) = history.spike(next, now) {
        let mut active = fired & lanes;
        let ahead = history.has_kicked(next);
        next = next.wrapping_add(1);
        if active == 0 {
            continue;
        }
        let mut came = Kicks::default();
        let mut y = 0;
        if !ahead {
            // Whether a sum saturates is told at the end, which takes in the same spikes.
            trace.take_in(tick, rules.plastic.delay, &rules.traces);
            y = trace.value_at(tick, &rules.traces);
            kicks = kicks.wrapping_add(count(active));
        }
        let key = key.at(tick);
        while active != 0 {
            let lane = active.trailing_zeros() as usize;
            active &= active.wrapping_sub(1);
            let (Some(theta), Some(reached)) = (row.theta.get_mut(lane), reached.get_mut(lane))
            else {
                continue;
            };
            let wait = tick.wrapping_sub(*reached);
            *reached = tick;
            if !ahead {
                came.one(theta, lane, &Kick { key, wait, y }, rules);
            }
        }
        came.note((place, tick), counters);
    }
    let visit = Visit {
        place,
        now,
        key,
        kicks,
    };
    visit.end(row, &reached, rules, counters)
}

/// A whole visit without a kick: all stays in registers.
#[inline(always)]
fn drift(
    mut row: SubRow<'_>,
    now: u32,
    place: Place,
    rules: &Rules<'_>,
    counters: &mut Counters,
) -> Done {
    let (lanes, before, mut trace) = (row.lanes(), row.before(), row.trace(now));
    let wait = now.wrapping_sub(trace.at);
    let step = rules.step.as_ref().filter(|_| wait == 1);
    let bound = match step {
        Some(step) => {
            let word = step_key(rules, place, now).word(place.pre);
            step.take(row.theta, word).bound()
        }
        None => arrive_together(row.theta, wait, row_key(rules, place).at(now), rules),
    };
    let saturated = trace.advance(now, rules.plastic.delay, &rules.traces);
    let after = row.functional();
    row.set_visit(trace, after);
    note(counters, (place, now), lanes, [bound, 0], saturated);
    let done = done(lanes, 0, before, after);
    let steps = if step.is_some() { done.updates } else { 0 };
    Done { steps, ..done }
}

/// The random words of a row, by tick ([`LaneKey::at`]).
#[inline(always)]
pub(super) fn row_key(rules: &Rules<'_>, place: Place) -> LaneKey {
    key(rules, (ROW_DOMAIN, place.pre), place, 0)
}

/// Those of rows side by side, by their halves; `place` is that of the first.
#[inline(always)]
pub(super) fn row_keys<const N: usize>(rules: &Rules<'_>, place: Place) -> [[u32; N]; 2] {
    let (domain, block) = (ROW_DOMAIN | place.projection, place.post / BLOCK_SLOTS);
    LaneKey::of_rows(rules.seed, domain, place.pre, block)
}

/// The random words of a visit labelled `now` under another law.
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
