//! Recording: frames of words in a fixed buffer that the target drains.
//!
//! | first word, bits 31–28 | frame |
//! |---|---|
//! | 1 | tick: then one word, the tick that the following frames belong to |
//! | 2 | spike: bits 23–16 slice, bits 15–0 slot in the slice |
//! | 3 | potential: same bits; then one word, u in Q15.16 |
//! | 4 | rewiring: bits 27 gained, 23–8 inlet, 7–0 slot in the slice; then one word, the presynaptic slot |
//! | 5 | θ: bits 23–8 inlet, 7–0 block; then the presynaptic slot, the lanes, and 16 words of θ |

use super::hardware::{Hardware, Work};
use crate::spike::{BLOCK, Tick};

const TICK: u32 = 1 << 28;
const SPIKE: u32 = 2 << 28;
const POTENTIAL: u32 = 3 << 28;
const REWIRING: u32 = 4 << 28;
const THETA: u32 = 5 << 28;
const GAINED: u32 = 1 << 27;

/// Longest frame, in words: the least useful size of a recording buffer.
pub const FRAME_WORDS_MAX: usize = 3 + BLOCK;

/// A frame, decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frame {
    /// The following frames belong to this tick.
    Tick(Tick),
    /// A spike.
    Spike {
        /// Slice on the core.
        slice: u32,
        /// Slot in the slice.
        slot: u32,
    },
    /// A membrane potential.
    Potential {
        /// Slice on the core.
        slice: u32,
        /// Slot in the slice.
        slot: u32,
        /// u, Q15.16.
        value: i32,
    },
    /// A spine gained or lost.
    Rewiring {
        /// Inlet on the core.
        inlet: u32,
        /// Presynaptic slot in its population.
        pre: u32,
        /// Slot in the target slice.
        slot: u32,
        /// Gained or lost.
        gained: bool,
    },
    /// θ of 16 synapses.
    Theta {
        /// Inlet on the core.
        inlet: u32,
        /// Presynaptic slot in its population.
        pre: u32,
        /// Block of the target slice.
        block: u32,
        /// Lanes that hold a synapse.
        lanes: u16,
        /// θ, Q3.28.
        theta: [i32; BLOCK],
    },
}

/// Writes frames to the buffer and drains it when it is full.
#[derive(Debug)]
pub struct Recorder<'a> {
    buffer: &'a mut [u32],
    used: usize,
    tick: Option<Tick>,
}

impl<'a> Recorder<'a> {
    /// A recorder over an empty buffer of at least [`FRAME_WORDS_MAX`] + 2 words; a shorter one loses frames.
    #[must_use]
    pub const fn new(buffer: &'a mut [u32]) -> Self {
        Self {
            buffer,
            used: 0,
            tick: None,
        }
    }

    /// Hands what is recorded to the target.
    #[cfg_attr(feature = "compact", inline(never))]
    pub fn flush(&mut self, hw: &mut impl Hardware) {
        if let Some(words) = self
            .buffer
            .get(..self.used)
            .filter(|words| !words.is_empty())
        {
            hw.charge(Work::RecordWord, words.len() as u32);
            hw.drain(words);
        }
        self.used = 0;
        self.tick = None;
    }

    #[cfg_attr(not(feature = "compact"), inline(always))]
    #[cfg_attr(feature = "compact", inline(never))]
    fn push(&mut self, hw: &mut impl Hardware, tick: Tick, frame: &[u32]) {
        if self.used.saturating_add(frame.len()).saturating_add(2) > self.buffer.len() {
            self.flush(hw);
        }
        if self.tick != Some(tick) {
            self.put(&[TICK, tick.0]);
            self.tick = Some(tick);
        }
        self.put(frame);
    }

    #[cfg_attr(not(feature = "compact"), inline(always))]
    #[cfg_attr(feature = "compact", inline(never))]
    fn put(&mut self, frame: &[u32]) {
        let end = self.used.saturating_add(frame.len());
        if let Some(words) = self.buffer.get_mut(self.used..end) {
            words.copy_from_slice(frame);
            self.used = end;
        }
    }

    /// Records a spike.
    pub fn spike(&mut self, hw: &mut impl Hardware, tick: Tick, slice: u32, slot: u32) {
        self.push(hw, tick, &[SPIKE | (slice << 16) | slot]);
    }

    /// Records a potential.
    pub fn potential(
        &mut self,
        hw: &mut impl Hardware,
        tick: Tick,
        slice: u32,
        slot: u32,
        value: i32,
    ) {
        self.push(hw, tick, &[POTENTIAL | (slice << 16) | slot, value as u32]);
    }

    /// Records a spine gained or lost.
    pub fn rewiring(
        &mut self,
        hw: &mut impl Hardware,
        tick: Tick,
        inlet: u32,
        pre: u32,
        slot: u32,
        gained: bool,
    ) {
        let flag = if gained { GAINED } else { 0 };
        self.push(hw, tick, &[REWIRING | flag | (inlet << 8) | slot, pre]);
    }

    /// Records θ of a block of a row.
    pub fn theta(
        &mut self,
        hw: &mut impl Hardware,
        tick: Tick,
        place: (u32, u32, u32),
        lanes: u16,
        theta: &[u32; BLOCK],
    ) {
        let (inlet, pre, block) = place;
        let mut frame = [0; FRAME_WORDS_MAX];
        let (head, values) = frame.split_at_mut(3);
        head.copy_from_slice(&[THETA | (inlet << 8) | block, pre, u32::from(lanes)]);
        values.copy_from_slice(theta);
        self.push(hw, tick, &frame);
    }
}

/// Decodes drained words, frame by frame; stops at words that are no frame.
#[derive(Clone, Debug)]
pub struct Frames<'a>(&'a [u32]);

impl<'a> Frames<'a> {
    /// Over words that a [`Recorder`] drained.
    #[must_use]
    pub const fn new(words: &'a [u32]) -> Self {
        Self(words)
    }
}

impl Iterator for Frames<'_> {
    type Item = Frame;

    fn next(&mut self) -> Option<Frame> {
        let (&head, rest) = self.0.split_first()?;
        let (slice, slot16) = ((head >> 16) & 0xFF, head & 0xFFFF);
        let (inlet, low) = ((head >> 8) & 0xFFFF, head & 0xFF);
        let (frame, used) = match (head & (0xF << 28), rest) {
            (TICK, [tick, ..]) => (Frame::Tick(Tick(*tick)), 1),
            (SPIKE, _) => (
                Frame::Spike {
                    slice,
                    slot: slot16,
                },
                0,
            ),
            (POTENTIAL, [value, ..]) => (
                Frame::Potential {
                    slice,
                    slot: slot16,
                    value: *value as i32,
                },
                1,
            ),
            (REWIRING, [pre, ..]) => (
                Frame::Rewiring {
                    inlet,
                    pre: *pre,
                    slot: low,
                    gained: head & GAINED != 0,
                },
                1,
            ),
            (THETA, [pre, lanes, values @ ..]) => {
                let theta = values.first_chunk::<BLOCK>()?.map(|word| word as i32);
                (
                    Frame::Theta {
                        inlet,
                        pre: *pre,
                        block: low,
                        lanes: *lanes as u16,
                        theta,
                    },
                    2 + BLOCK,
                )
            }
            _ => return None,
        };
        self.0 = rest.get(used..)?;
        Some(frame)
    }
}
