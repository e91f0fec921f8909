//! The words of a plastic sub-row: 16 synapses from one presynaptic neuron to one block.
//!
//! | word | content |
//! |---|---|
//! | 0 | bits 31–16: lanes that were functional at the last visit; bits 15–0: its tick, modulo 2^16 |
//! | 1, 2 | trace sums at that tick, Q5.26 |
//! | 3 | bits 31–16: lanes that hold a potential synapse; bits 15–0: spikes under way |
//! | 4–19 | θ, Q3.28 |
//!
//! 80 bytes for 16 potential synapses: 5 bytes each, with all state. A row is visited every few thousand ticks at least, until θ is
//! frozen, so 16 bits of the tick say which it was, of any tick nearby.

use super::trace::Trace;
use crate::neuron::lanes::lanes_where;
use crate::spike::BLOCK;

/// Words of a sub-row.
pub const WORDS: usize = 4 + BLOCK;

/// A sub-row, taken apart.
#[derive(Debug)]
pub struct SubRow<'a> {
    head: &'a mut [u32; 4],
    /// θ of the lanes, Q3.28 (two's complement).
    pub theta: &'a mut [u32; BLOCK],
}

impl<'a> SubRow<'a> {
    /// Over the words of a sub-row.
    #[inline(always)]
    #[must_use]
    pub fn new(words: &'a mut [u32; WORDS]) -> Option<Self> {
        let (head, theta) = words.split_first_chunk_mut()?;
        Some(Self {
            head,
            theta: theta.first_chunk_mut()?,
        })
    }

    /// Lanes that hold a potential synapse.
    #[inline(always)]
    #[must_use]
    pub const fn lanes(&self) -> u16 {
        (self.head[3] >> 16) as u16
    }

    /// The tick of the last visit, within 2^15 of a tick.
    #[inline(always)]
    #[must_use]
    pub const fn tick(&self, near: u32) -> u32 {
        near.wrapping_sub(since(self.head[0], near) as u32)
    }

    /// The lanes that were functional at the last visit.
    #[inline(always)]
    #[must_use]
    pub const fn before(&self) -> u16 {
        (self.head[0] >> 16) as u16
    }

    /// The trace at the last visit, which was within 2^15 of a tick.
    #[inline(always)]
    #[must_use]
    pub const fn trace(&self, near: u32) -> Trace {
        let [_, fast, slow, bits] = *self.head;
        Trace {
            fast: fast as i32,
            slow: slow as i32,
            under_way: bits & 0xFFFF,
            at: self.tick(near),
        }
    }

    /// Keeps what a visit leaves: the trace, whose tick is the visit's, and the functional lanes.
    #[inline(always)]
    pub const fn set_visit(&mut self, trace: Trace, functional: u16) {
        let lanes = self.head[3] & 0xFFFF_0000;
        *self.head = [
            (functional as u32) << 16 | trace.at & 0xFFFF,
            trace.fast as u32,
            trace.slow as u32,
            lanes | (trace.under_way & 0xFFFF),
        ];
    }

    /// Keeps only the tick of a visit: for a trace that is 0, and the same functional lanes.
    #[inline(always)]
    pub const fn set_tick(&mut self, at: u32) {
        self.head[0] = self.head[0] & 0xFFFF_0000 | at & 0xFFFF;
    }

    /// Keeps which lanes are functional, after θ was changed by other than a visit.
    #[inline(always)]
    pub const fn set_functional(&mut self, lanes: u16) {
        self.head[0] = (lanes as u32) << 16 | self.head[0] & 0xFFFF;
    }

    /// A spike is sent at the tick of the last visit.
    #[inline(always)]
    pub const fn spike(&mut self) {
        self.head[3] |= 1;
    }

    /// Lanes with θ > 0 that hold a synapse: the functional ones.
    #[cfg_attr(not(feature = "compact"), inline(always))]
    #[cfg_attr(feature = "compact", inline(never))]
    #[must_use]
    pub fn functional(&self) -> u16 {
        lanes_where(self.theta, |theta| theta as i32 > 0) & self.lanes()
    }
}

/// Ticks from the last visit to a tick within 2^15 of it, by the first word.
#[inline(always)]
#[must_use]
pub const fn since(word: u32, near: u32) -> i32 {
    (near.wrapping_sub(word) << 16) as i32 >> 16
}

/// Of a sub-row whose trace is 0, with nothing under way: its lanes, and the tick of its last visit, modulo 2^16.
#[inline(always)]
#[must_use]
pub const fn at_rest(words: &[u32; WORDS]) -> Option<(u16, u32)> {
    let [at, fast, slow, bits, ..] = *words;
    if fast | slow | bits & 0xFFFF == 0 {
        Some(((bits >> 16) as u16, at & 0xFFFF))
    } else {
        None
    }
}

/// Words of a fresh sub-row.
#[must_use]
pub const fn fresh(lanes: u16, theta: &[i32; BLOCK]) -> [u32; WORDS] {
    let mut words = [0; WORDS];
    words[3] = (lanes as u32) << 16;
    let mut functional = 0_u16;
    let (_, values) = words.split_at_mut(4);
    let mut lane = 0;
    while lane < BLOCK {
        #[expect(clippy::indexing_slicing, reason = "both have 16 entries")]
        {
            values[lane] = theta[lane] as u32;
            if theta[lane] > 0 {
                functional |= 1 << lane;
            }
        }
        lane = lane.wrapping_add(1);
    }
    words[0] = ((functional & lanes) as u32) << 16;
    words
}
