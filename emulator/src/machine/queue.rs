//! The event queue: a calendar of one bucket for each of the next 4,096 cycles, and a heap for what is further off.
//!
//! Order is total: by cycle, then by the event's own order, then by insertion. Nearly all events of the machine lie within
//! a few hundred cycles (a hop, a burst, a handler), so that pushing and popping touch one list head and one node; only
//! timers and faults go through the heap. `benches/benches/queue.rs` compares it with `BinaryHeap`.

use super::time::Cycle;
use core::cmp::Ordering;
use std::collections::BinaryHeap;

/// Cycles that the calendar covers.
const SPAN: u64 = 4096;
/// Words of its map of occupied buckets: one bit a bucket.
const WORDS: usize = SPAN as usize / 64;
/// No node.
const NONE: u32 = u32::MAX;

#[derive(Clone, Debug)]
struct Node<T> {
    next: u32,
    order: u32,
    item: Option<T>,
}

#[derive(Clone, Debug)]
struct Far<T> {
    key: (u64, u32, u64),
    item: T,
}

impl<T> PartialEq for Far<T> {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl<T> Eq for Far<T> {}

impl<T> PartialOrd for Far<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Far<T> {
    /// Reversed: the heap's greatest is the earliest.
    fn cmp(&self, other: &Self) -> Ordering {
        other.key.cmp(&self.key)
    }
}

/// Events in the order in which they happen.
#[derive(Clone, Debug)]
pub struct EventQueue<T> {
    /// First node of each bucket's list, latest insertion first.
    heads: Box<[u32]>,
    /// Buckets that hold something, and words of that map that do.
    occupied: [u64; WORDS],
    summary: u64,
    nodes: Vec<Node<T>>,
    free: u32,
    now: u64,
    /// Events of `now`, last one first.
    current: Vec<(u32, T)>,
    far: BinaryHeap<Far<T>>,
    inserted: u64,
    len: usize,
}

impl<T> Default for EventQueue<T> {
    fn default() -> Self {
        Self {
            heads: vec![NONE; SPAN as usize].into_boxed_slice(),
            occupied: [0; WORDS],
            summary: 0,
            nodes: Vec::new(),
            free: NONE,
            now: 0,
            current: Vec::new(),
            far: BinaryHeap::new(),
            inserted: 0,
            len: 0,
        }
    }
}

impl<T> EventQueue<T> {
    /// Events in the queue.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether nothing is left to happen.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Adds an event. One that lies before the last event popped happens now.
    pub fn push(&mut self, at: Cycle, order: u32, item: T) {
        self.len += 1;
        let at = at.0.max(self.now);
        if at == self.now {
            let place = self.current.partition_point(|(other, _)| *other > order);
            self.current.insert(place, (order, item));
        } else if at - self.now < SPAN {
            self.put(at, order, item);
        } else {
            let key = (at, order, self.inserted);
            self.inserted += 1;
            self.far.push(Far { key, item });
        }
    }

    /// Puts an event into its bucket.
    fn put(&mut self, at: u64, order: u32, item: T) {
        let bucket = (at % SPAN) as usize;
        let Some(head) = self.heads.get_mut(bucket) else {
            return;
        };
        let node = Node {
            next: *head,
            order,
            item: Some(item),
        };
        if let Some(slot) = self.nodes.get_mut(self.free as usize) {
            *head = self.free;
            self.free = slot.next;
            *slot = node;
        } else {
            *head = self.nodes.len() as u32;
            self.nodes.push(node);
        }
        if let Some(word) = self.occupied.get_mut(bucket / 64) {
            *word |= 1 << (bucket % 64);
        }
        self.summary |= 1 << (bucket / 64);
    }

    /// When the next event happens; [`Cycle::NEVER`] if there is none.
    #[must_use]
    pub fn next_time(&self) -> Cycle {
        if self.current.is_empty() {
            self.upcoming().map_or(Cycle::NEVER, Cycle)
        } else {
            Cycle(self.now)
        }
    }

    /// Time of the first event after `now`.
    fn upcoming(&self) -> Option<u64> {
        self.next_bucket()
            .or_else(|| self.far.peek().map(|far| far.key.0))
    }

    /// Time of the first occupied bucket: round the calendar from the bucket after `now`.
    fn next_bucket(&self) -> Option<u64> {
        let start = ((self.now + 1) % SPAN) as usize;
        let (word, bit) = (start / 64, start % 64);
        let first = self.occupied.get(word).copied().unwrap_or(0) & (!0 << bit);
        let bucket = if first != 0 {
            word * 64 + first.trailing_zeros() as usize
        } else {
            // Words after this one, then those before it, then its own low bits.
            let after = self.summary & (!0_u64).checked_shl(word as u32 + 1).unwrap_or(0);
            let words = if after != 0 { after } else { self.summary };
            let found = words.trailing_zeros() as usize;
            let bits = self
                .occupied
                .get(found)
                .copied()
                .filter(|bits| *bits != 0)?;
            found * 64 + bits.trailing_zeros() as usize
        };
        let ahead = (bucket + SPAN as usize - start) as u64 % SPAN;
        Some(self.now + 1 + ahead)
    }

    /// The next event, if it happens before `end`.
    pub fn pop_before(&mut self, end: Cycle) -> Option<(Cycle, T)> {
        if self.current.is_empty() {
            let next = self.upcoming()?;
            if next >= end.0 {
                return None;
            }
            self.advance(next);
        } else if self.now >= end.0 {
            return None;
        }
        let (_, item) = self.current.pop()?;
        self.len -= 1;
        Some((Cycle(self.now), item))
    }

    /// Moves to a time at which something happens and before which nothing does.
    fn advance(&mut self, to: u64) {
        self.now = to;
        while self.far.peek().is_some_and(|far| far.key.0 - to < SPAN) {
            if let Some(Far { key, item }) = self.far.pop() {
                self.put(key.0, key.1, item);
            }
        }
        let bucket = (to % SPAN) as usize;
        let mut at = self
            .heads
            .get_mut(bucket)
            .map_or(NONE, |head| core::mem::replace(head, NONE));
        while let Some(node) = self.nodes.get_mut(at as usize) {
            if let Some(item) = node.item.take() {
                self.current.push((node.order, item));
            }
            (self.free, at) = (at, core::mem::replace(&mut node.next, self.free));
        }
        if let Some(word) = self.occupied.get_mut(bucket / 64) {
            *word &= !(1 << (bucket % 64));
            if *word == 0 {
                self.summary &= !(1 << (bucket / 64));
            }
        }
        if self.current.len() > 1 {
            // Stable: of equal order, what was inserted first stays last and is popped first.
            self.current
                .sort_by_key(|(order, _)| core::cmp::Reverse(*order));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn drain(queue: &mut EventQueue<u32>) -> Vec<(u64, u32)> {
        std::iter::from_fn(|| queue.pop_before(Cycle::NEVER))
            .map(|(at, item)| (at.0, item))
            .collect()
    }

    #[test]
    fn ties_are_broken_by_order_then_by_insertion() {
        let mut queue = EventQueue::default();
        for (order, item) in [(2, 0), (1, 1), (2, 2), (1, 3)] {
            queue.push(Cycle(9), order, item);
            queue.push(Cycle(9 + 2 * SPAN), order, item);
        }
        let items: Vec<u32> = drain(&mut queue)
            .into_iter()
            .map(|(_, item)| item)
            .collect();
        assert_eq!(items, [1, 3, 0, 2, 1, 3, 0, 2]);
    }

    #[test]
    fn an_event_can_happen_in_the_cycle_that_causes_it() {
        let mut queue = EventQueue::default();
        queue.push(Cycle(5), 1, 10);
        queue.push(Cycle(5), 3, 30);
        assert_eq!(queue.pop_before(Cycle(6)), Some((Cycle(5), 10)));
        queue.push(Cycle(5), 2, 20);
        queue.push(Cycle(4), 0, 5);
        assert_eq!(drain(&mut queue), [(5, 5), (5, 20), (5, 30)]);
    }

    #[test]
    fn nothing_is_popped_at_or_after_the_end() {
        let mut queue = EventQueue::default();
        queue.push(Cycle(7), 0, 1);
        assert_eq!(queue.pop_before(Cycle(7)), None);
        assert_eq!(queue.next_time(), Cycle(7));
        assert_eq!(queue.pop_before(Cycle(8)), Some((Cycle(7), 1)));
        assert_eq!((queue.next_time(), queue.is_empty()), (Cycle::NEVER, true));
    }

    proptest! {
        /// Against a sorted list, pushing in batches as time goes on.
        #[test]
        fn it_is_a_stable_sort(batches in prop::collection::vec(
            prop::collection::vec((0_u64..3 * SPAN, 0_u32..4), 0..20), 1..20)) {
            let mut queue = EventQueue::default();
            let mut list: Vec<(u64, u32, u32)> = Vec::new();
            let (mut number, mut now) = (0, 0);
            for batch in batches {
                for (delay, order) in batch {
                    queue.push(Cycle(now + delay), order, number);
                    list.push((now + delay, order, number));
                    number += 1;
                }
                for _ in 0..5 {
                    list.sort_by_key(|&(at, order, _)| (at, order));
                    let first = (!list.is_empty()).then(|| list.remove(0));
                    prop_assert_eq!(queue.pop_before(Cycle::NEVER).map(|(at, item)| (at.0, item)), first.map(|(at, _, item)| (at, item)));
                    now = first.map_or(now, |(at, _, _)| at);
                }
                prop_assert_eq!(queue.len(), list.len());
            }
        }
    }
}
