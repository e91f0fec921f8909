//! Ordered covering (Mundy, Heathcote & Garside, *On-chip order-exploiting routing table minimization for a multicast
//! supercomputer network*, HPSR 2016).
//!
//! Entries with one route are merged into one with a don't-care wherever they differ. It may match more keys than theirs,
//! which is harmless for keys in nobody's use, and for keys of an entry above it. The table is kept in ascending order of
//! generality (the number of don't-cares), so a merged entry lands below most others. A merge must not
//! - hide a member: no entry between a member's place and the new place may catch keys of the member (*up-check*: such members
//!   are dropped from the merge);
//! - hide another: the new entry must not catch keys in use of an entry below it (*down-check*: members are dropped until a
//!   bit is fixed again that tells the keys apart).
//!
//! Each entry keeps the key spaces in use that it answers for, so that both checks speak of keys in use, not of all keys that
//! an entry matches. Unlike the paper, which searches all merges for the best one each time, merges wait in a queue by
//! the size that they had when last looked at; a merge that has shrunk goes back into the queue.

use super::siblings::{Kind, merge};
use super::{Demand, intersect};
use spinedrift_emulator::network::{Entry, Table};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

/// A key and a mask.
type Space = (u32, u32);

/// A table for these demands, as soon as it has at most `target` entries, or the shortest.
pub(super) fn covered(demands: &[Demand], target: usize) -> Table {
    let (default, other): (Vec<Demand>, Vec<Demand>) =
        demands.iter().partition(|demand| demand.is_default());
    let by_default = default
        .iter()
        .map(|demand| (demand.keys.base, demand.keys.mask))
        .collect();
    let without = Cover::new(&other, by_default).run(target);
    if without.entries.len() <= target || default.is_empty() {
        return without;
    }
    let with = Cover::new(demands, Vec::new()).run(target);
    if with.entries.len() < without.entries.len() {
        with
    } else {
        without
    }
}

/// An entry, and the key spaces in use that it answers for.
struct Line {
    kind: Kind,
    space: Space,
    answers: Vec<Space>,
}

impl Line {
    fn generality(&self) -> u32 {
        self.space.1.count_zeros()
    }

    fn answers_in(&self, space: Space) -> bool {
        self.answers.iter().any(|&answer| intersect(answer, space))
    }
}

/// A merge that is allowed: its members in ascending order, what it matches, and the line that it goes before.
struct Merge {
    members: Vec<usize>,
    space: Space,
    before: usize,
}

/// A table that shrinks.
struct Cover {
    /// In ascending order of generality.
    lines: Vec<Line>,
    /// Key spaces that nothing may catch: what goes straight on without an entry.
    untouchable: Vec<Space>,
}

impl Cover {
    fn new(demands: &[Demand], mut untouchable: Vec<Space>) -> Self {
        untouchable.sort_unstable();
        let line = |(kind, key, mask)| Line {
            kind,
            space: (key, mask),
            answers: vec![(key, mask)],
        };
        let mut lines: Vec<Line> = merge(demands).into_iter().map(line).collect();
        lines.sort_unstable_by_key(|line| (line.generality(), line.space));
        Self { lines, untouchable }
    }

    fn run(mut self, target: usize) -> Table {
        let mut waiting = self.queue();
        while !self.fits(target) {
            let Some((_, Reverse(kind))) = waiting.pop() else {
                break;
            };
            let Some(merge) = self.largest_merge(kind) else {
                continue;
            };
            let size = merge.members.len();
            if waiting.peek().is_none_or(|&(next, _)| size >= next) {
                self.apply(&merge, kind);
            }
            // What is left of the kind, or all of it if another came first.
            waiting.push((size, Reverse(kind)));
        }
        self.finish()
    }

    /// All kinds with two lines or more, largest first.
    fn queue(&self) -> BinaryHeap<(usize, Reverse<Kind>)> {
        let mut sizes = BTreeMap::<Kind, usize>::new();
        for line in &self.lines {
            *sizes.entry(line.kind).or_default() += 1;
        }
        sizes
            .into_iter()
            .filter(|&(_, size)| size > 1)
            .map(|(kind, size)| (size, Reverse(kind)))
            .collect()
    }

    /// The largest merge of a kind that the checks leave; `None` if fewer than two members are left.
    fn largest_merge(&self, kind: Kind) -> Option<Merge> {
        let mut members: Vec<usize> = (0..self.lines.len())
            .filter(|&at| self.lines[at].kind == kind)
            .collect();
        while members.len() > 1 {
            let space = self.cover(&members);
            let before = self
                .lines
                .partition_point(|line| line.generality() < space.1.count_zeros());
            let hidden = self.hidden_members(&members, space, before);
            if !hidden.is_empty() {
                members.retain(|member| !hidden.contains(member));
                continue;
            }
            match self.separate(&members, space, before)? {
                Separation::Needless => {
                    return Some(Merge {
                        members,
                        space,
                        before,
                    });
                }
                Separation::Drop(dropped) => members.retain(|member| !dropped.contains(member)),
            }
        }
        None
    }

    /// What matches all members, and as little else as one entry can.
    fn cover(&self, members: &[usize]) -> Space {
        let (mut ones, mut zeros, mut fixed) = (u32::MAX, u32::MAX, u32::MAX);
        for &member in members {
            let (key, mask) = self.lines[member].space;
            (ones, zeros, fixed) = (ones & key, zeros & !key, fixed & mask);
        }
        let mask = fixed & (ones | zeros);
        (ones & mask, mask)
    }

    /// Up-check: members some of whose keys would be caught on the way down to the new place.
    fn hidden_members(&self, members: &[usize], space: Space, before: usize) -> Vec<usize> {
        let route = self.lines[members[0]].kind.0;
        // Only what meets the merge at all can meet a member.
        let meets =
            |&at: &usize| self.lines[at].kind.0 != route && intersect(self.lines[at].space, space);
        let passed: Vec<usize> = (members[0]..before).filter(meets).collect();
        let hidden = |&&member: &&usize| {
            let below = &passed[passed.partition_point(|&at| at <= member)..];
            below
                .iter()
                .any(|&at| self.lines[member].answers_in(self.lines[at].space))
        };
        members.iter().filter(hidden).copied().collect()
    }

    /// Down-check: the fewest members to drop so that one bit tells the merge from a key space that it must not catch.
    /// `None` if no bit can.
    fn separate(&self, members: &[usize], space: Space, before: usize) -> Option<Separation> {
        let route = self.lines[members[0]].kind.0;
        let below = self.lines[before..]
            .iter()
            .filter(|line| line.kind.0 != route);
        let caught = below
            .flat_map(|line| &line.answers)
            .chain(&self.untouchable);
        // Of all that is caught, what leaves the fewest bits to choose from decides.
        let bits = |&(_, mask): &Space| mask & !space.1;
        let Some(hardest) = caught
            .filter(|&&keys| intersect(keys, space))
            .min_by_key(|&keys| bits(keys).count_ones())
        else {
            return Some(Separation::Needless);
        };
        let in_the_way = |bit: u32| {
            let differs = |member: usize| {
                let (key, mask) = self.lines[member].space;
                mask & bit != 0 && (key ^ hardest.0) & bit != 0
            };
            members
                .iter()
                .copied()
                .filter(|&member| !differs(member))
                .collect::<Vec<usize>>()
        };
        let choices = (0..32)
            .map(|n| 1 << n)
            .filter(|bit| bits(hardest) & bit != 0);
        choices
            .map(in_the_way)
            .min_by_key(Vec::len)
            .map(Separation::Drop)
    }

    fn apply(&mut self, merge: &Merge, kind: Kind) {
        let above = merge
            .members
            .iter()
            .filter(|&&member| member < merge.before)
            .count();
        let mut answers = Vec::new();
        for &member in merge.members.iter().rev() {
            answers.append(&mut self.lines.remove(member).answers);
        }
        answers.sort_unstable();
        self.lines.insert(
            merge.before - above,
            Line {
                kind,
                space: merge.space,
                answers,
            },
        );
    }

    /// Whether the table has at most so many lines, those counted out that can go in the end.
    fn fits(&self, target: usize) -> bool {
        if self.lines.len() <= target {
            return true;
        }
        // Cheap to know and mostly enough: not even all that could be met by default would help.
        let default = self.lines.iter().filter(|line| line.kind.1).count();
        self.lines.len() - default <= target && self.lines.len() - self.needless().len() <= target
    }

    /// Lines that meet their demand by default, if nothing below would catch their keys.
    fn needless(&self) -> Vec<usize> {
        let default = (0..self.lines.len()).filter(|&at| self.lines[at].kind.1);
        default
            .filter(|&at| {
                !self.lines[at + 1..]
                    .iter()
                    .any(|line| self.lines[at].answers_in(line.space))
            })
            .collect()
    }

    fn finish(mut self) -> Table {
        for at in self.needless().into_iter().rev() {
            self.lines.remove(at);
        }
        let entry = |line: &Line| Entry {
            key: line.space.0,
            mask: line.space.1,
            route: line.kind.0,
        };
        Table {
            entries: self.lines.iter().map(entry).collect(),
        }
    }
}

/// What the down-check says.
enum Separation {
    /// Nothing is caught.
    Needless,
    /// These members have to go.
    Drop(Vec<usize>),
}
