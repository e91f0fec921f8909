//! Random words by counter: any lane of any step of a visit can be had on its own, in any order.
//!
//! A scalar core computes only the lanes that need a word, a vector machine all sixteen at once; both get the same bits.

use super::stream::{GOLDEN, Stream, widen};

/// Two words of a stream, from which up to 2^32 further words derive by counter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LaneKey {
    start: u32,
    key: u32,
}

impl LaneKey {
    /// From the next two words of a stream.
    #[inline(always)]
    #[must_use]
    pub fn new(stream: &mut Stream) -> Self {
        let (start, key) = (stream.next_u32(), stream.next_u32());
        Self { start, key }
    }

    /// Its halves, for arrays of keys by their halves.
    #[inline(always)]
    #[must_use]
    pub const fn halves(self) -> [u32; 2] {
        [self.start, self.key]
    }

    /// From its halves.
    #[inline(always)]
    #[must_use]
    pub const fn of_halves([start, key]: [u32; 2]) -> Self {
        Self { start, key }
    }

    /// The word of a counter; [`Stream::lanes`] gives counters 0–15.
    #[inline(always)]
    #[must_use]
    pub const fn word(self, counter: u32) -> u32 {
        widen(
            self.start.wrapping_add(counter.wrapping_mul(GOLDEN)),
            self.key,
        )
    }

    /// The key whose counter 0 is this one's `counter`.
    #[inline(always)]
    #[must_use]
    pub const fn from(self, counter: u32) -> Self {
        Self {
            start: self.start.wrapping_add(counter.wrapping_mul(GOLDEN)),
            ..self
        }
    }

    /// What rounds at this counter without bias: uniform, and independent of [`LaneKey::word`] at it, but of one counter
    /// the next's follows. A rounding moves by one last place at most, so that what lanes share there is nothing that
    /// their θ shows; and it costs an addition where a word costs two products.
    #[inline(always)]
    #[must_use]
    pub const fn dither(self, counter: u32) -> u32 {
        self.key.wrapping_add(counter.wrapping_mul(GOLDEN))
    }
}

#[cfg(test)]
mod tests {
    use super::{LaneKey, Stream};

    #[test]
    fn the_first_sixteen_counters_are_the_streams_lanes() {
        let mut stream = Stream::new(1, 2, 3, 4, 5);
        let key = LaneKey::new(&mut stream.clone());
        let lanes = stream.lanes();
        for (counter, word) in (0..).zip(lanes) {
            assert_eq!(key.word(counter), word);
        }
    }
}
