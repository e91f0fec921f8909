//! The words of a plastic sub-row: 16 synapses from one presynaptic neuron to one block.
//!
//! | word | content |
//! |---|---|
//! | 0 | tick of the last visit |
//! | 1, 2 | trace sums at that tick, Q5.26 |
//! | 3 | bits 31–16: lanes that hold a potential synapse; bits 15–0: spikes under way |
//! | 4–19 | θ, Q3.28 |
//!
//! 80 bytes for 16 potential synapses: 5 bytes each, with all state.

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

    /// The tick of the last visit.
    #[inline(always)]
    #[must_use]
    pub const fn tick(&self) -> u32 {
        self.head[0]
    }

    /// The trace at the last visit.
    #[inline(always)]
    #[must_use]
    pub const fn trace(&self) -> Trace {
        let [at, fast, slow, bits] = *self.head;
        Trace {
            fast: fast as i32,
            slow: slow as i32,
            under_way: bits & 0xFFFF,
            at,
        }
    }

    /// Keeps the trace; its tick is that of the visit.
    #[inline(always)]
    pub const fn set_trace(&mut self, trace: Trace) {
        let lanes = self.head[3] & 0xFFFF_0000;
        *self.head = [
            trace.at,
            trace.fast as u32,
            trace.slow as u32,
            lanes | (trace.under_way & 0xFFFF),
        ];
    }

    /// Keeps only the tick of a visit: for a trace that is 0.
    #[inline(always)]
    pub const fn set_tick(&mut self, at: u32) {
        self.head[0] = at;
    }

    /// Lanes with θ > 0 that hold a synapse: the functional ones.
    #[cfg_attr(not(feature = "compact"), inline(always))]
    #[cfg_attr(feature = "compact", inline(never))]
    #[must_use]
    pub fn functional(&self) -> u16 {
        lanes_where(self.theta, |theta| theta as i32 > 0) & self.lanes()
    }
}

/// Of a sub-row whose trace is 0, with nothing under way: its lanes and the tick of its last visit.
#[inline(always)]
#[must_use]
pub const fn at_rest(words: &[u32; WORDS]) -> Option<(u16, u32)> {
    let [at, fast, slow, bits, ..] = *words;
    if fast | slow | bits & 0xFFFF == 0 {
        Some(((bits >> 16) as u16, at))
    } else {
        None
    }
}

/// Words of a fresh sub-row.
#[must_use]
pub const fn fresh(lanes: u16, theta: &[i32; BLOCK]) -> [u32; WORDS] {
    let mut words = [0; WORDS];
    words[3] = (lanes as u32) << 16;
    let (_, values) = words.split_at_mut(4);
    let mut lane = 0;
    while lane < BLOCK {
        #[expect(clippy::indexing_slicing, reason = "both have 16 entries")]
        {
            values[lane] = theta[lane] as u32;
        }
        lane = lane.wrapping_add(1);
    }
    words
}
