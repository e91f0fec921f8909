//! Rows that are visited together: those of a sweep, or those of the packets of a tick.
//!
//! Where lanes are computed side by side, a likelihood kick costs little more for eight rows than for one, so the more
//! rows are at hand the better. A row by itself is all that other machines get.

use super::counters::Counter;
use super::hardware::Hardware;
use super::rows::{Rows, Sink};
use crate::spike::VECTORS;
use crate::synapse::rounds::{ROWS, Rounds};
use crate::synapse::subrow::{self, SubRow};
use crate::synapse::visit::{Begun, Visit, begin, catch_up};
use core::ops::Range;

/// A row that is due: its presynaptic slot, the label of its visit, its words.
#[derive(Debug)]
pub(super) struct Due<'m> {
    pub(super) pre: u32,
    pub(super) label: u32,
    pub(super) words: &'m mut [u32],
}

/// Rows that are due.
pub(super) type Group<'m> = heapless::Vec<Due<'m>, ROWS>;

impl Rows<'_> {
    /// Fetches the rows of a group and settles each to its label, but for blocks that stand there already.
    #[inline(always)]
    pub(super) fn settle_group<H: Hardware>(
        &self,
        group: &mut [Due<'_>],
        done: u16,
        rounds: &mut Rounds,
        sink: &mut Sink<'_, '_, H>,
    ) {
        for row in &*group {
            self.charge_row(row.pre, sink.hw);
            sink.counters.add(Counter::Rows, 1);
        }
        if !VECTORS || self.rules.law.is_some() {
            for row in group {
                let subrows = row.words.as_chunks_mut::<{ subrow::WORDS }>().0;
                for (block, subrow) in (0..).zip(subrows) {
                    self.settle((row.pre, row.label), block, subrow, rounds, sink);
                }
            }
            return;
        }
        for block in (0..u32::from(self.slice.blocks)).filter(|block| done >> block & 1 == 0) {
            let history = self.history(block);
            let mut visits: heapless::Vec<Visit<'_>, ROWS> = heapless::Vec::new();
            for row in &mut *group {
                let subrows = row.words.as_chunks_mut::<{ subrow::WORDS }>().0;
                let Some(subrow) = subrows.get_mut(block as usize).and_then(SubRow::new) else {
                    continue;
                };
                let place = self.place(row.pre, block);
                match begin(
                    subrow,
                    row.label,
                    place,
                    &self.rules,
                    history,
                    sink.counters,
                ) {
                    Begun::Done(done) => self.done((row.pre, row.label), block, done, sink),
                    // As many places as rows: there is room.
                    Begun::Kicked(visit) => {
                        let _ = visits.push(visit);
                    }
                }
            }
            catch_up(&mut visits, &self.rules, history, rounds);
            for visit in &mut visits {
                let row = (visit.place().pre, visit.label());
                let done = visit.end(&self.rules, sink.counters);
                self.done(row, block, done, sink);
            }
        }
    }

    /// Visits the rows that are due at some ticks, as many as a period at most. Each is due once in a period, by its
    /// number in the population, whatever the partition.
    #[cfg_attr(not(feature = "compact"), inline(always))]
    #[cfg_attr(feature = "compact", inline(never))]
    pub(super) fn sweep<H: Hardware>(
        &self,
        labels: Range<u32>,
        period: u32,
        sdram: &mut [u32],
        rounds: &mut Rounds,
        sink: &mut Sink<'_, '_, H>,
    ) {
        let (labels, period) = if self.turns() {
            (self.tick.0..self.tick.0.saturating_add(1), 1)
        } else {
            (labels, period.max(1))
        };
        let Some(latest) = labels.end.checked_sub(1).filter(|_| !labels.is_empty()) else {
            return;
        };
        let many = labels.end.wrapping_sub(labels.start);
        // Where code is scarce, each row steps by itself.
        let stepped = if period == 1 && many == 1 && !cfg!(feature = "compact") {
            self.step_rows(latest, sdram, rounds, sink)
        } else {
            0
        };
        if stepped == self.all_blocks() {
            return;
        }
        let end = self.inlet.pre_first.saturating_add(self.inlet.pre_count);
        let mut chunks = self.region(sdram);
        let mut pre = self.inlet.pre_first;
        // How many ticks before the latest a row is due.
        let mut back = due_before(latest, pre, period);
        loop {
            let mut group = Group::new();
            while !group.is_full() {
                let mut gap = 0;
                if back >= many {
                    gap = period.saturating_sub(back);
                    back = 0;
                }
                pre = pre.saturating_add(gap);
                if pre >= end {
                    break;
                }
                let Some(words) = chunks.nth(gap as usize) else {
                    break;
                };
                let label = latest.wrapping_sub(back);
                let _ = group.push(Due { pre, label, words });
                pre = pre.wrapping_add(1);
                back = back.wrapping_add(1);
            }
            if group.is_empty() {
                return;
            }
            self.settle_group(&mut group, stepped, rounds, sink);
        }
    }

    /// The tick at which a row was due, if it has been waiting since for a sweep that was put off until now: rows that
    /// were due from `swept` on.
    #[inline(always)]
    pub(super) fn waiting(&self, pre: u32, swept: u32) -> Option<u32> {
        if swept >= self.tick.0 || !self.can_wait() {
            return None;
        }
        let period = self.plastic.sweep_ticks.max(1);
        let due = self
            .tick
            .0
            .checked_sub(due_before(self.tick.0, pre, period))?;
        (due >= swept && due < self.tick.0).then_some(due)
    }

    /// Visits the rows that were due at some ticks one by one, before the sweep that they wait for, which counts them.
    #[cold]
    pub(super) fn sweep_early<H: Hardware>(
        &self,
        labels: Range<u32>,
        sdram: &mut [u32],
        sink: &mut Sink<'_, '_, H>,
    ) {
        let mut rounds = Rounds::EMPTY;
        let period = self.plastic.sweep_ticks.max(1);
        for label in labels {
            let back = due_before(label, self.inlet.pre_first, period);
            let wait = if back == 0 {
                0
            } else {
                period.wrapping_sub(back)
            };
            let rows = (self.inlet.pre_first.saturating_add(wait)..).step_by(period as usize);
            let words = self
                .region(sdram)
                .skip(wait as usize)
                .step_by(period as usize);
            for (pre, words) in rows.zip(words) {
                for (block, subrow) in (0..).zip(words.as_chunks_mut::<{ subrow::WORDS }>().0) {
                    self.settle((pre, label), block, subrow, &mut rounds, sink);
                }
            }
        }
    }
}

/// How many ticks before this one a row was due last.
#[inline(always)]
fn due_before(tick: u32, pre: u32, period: u32) -> u32 {
    let part = |value: u32| value.checked_rem(period).unwrap_or(0);
    part(part(tick).wrapping_add(part(pre)))
}
