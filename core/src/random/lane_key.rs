//! Random words by counter: any lane of any step of a visit can be had on its own, in any order.
//!
//! A scalar core computes only the lanes that need a word, a vector machine all sixteen at once; both get the same bits.

use super::stream::{GOLDEN, Stream, widen};

/// Steps of the two halves from tick to tick: the plastic number's inverse and its square in 2^−32, whose multiples fill the
/// square evenly. Source: Roberts, "The Unreasonable Effectiveness of Quasirandom Sequences" (2018).
const TICK: [u32; 2] = [0xc13f_a9a9, 0x91e1_0da5];

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

    /// By their halves, those of streams whose keys follow each other in `a`; their tick is 0. Side by side.
    #[inline(always)]
    #[must_use]
    pub fn of_rows<const N: usize>(seed: u64, domain: u32, a: u32, b: u32) -> [[u32; N]; 2] {
        Stream::first_words(seed, domain, a, b)
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

    /// The key of a tick, of one that holds for all ticks: both halves move on, so that no two ticks hash alike.
    #[inline(always)]
    #[must_use]
    pub const fn at(self, tick: u32) -> Self {
        let [start, key] = TICK;
        Self {
            start: self.start.wrapping_add(tick.wrapping_mul(start)),
            key: self.key.wrapping_add(tick.wrapping_mul(key)),
        }
    }

    /// What rounds at this counter without bias: uniform, and independent of [`LaneKey::word`] at it, but of one counter
    /// the next's follows, and of one tick ([`LaneKey::at`]) the next one's: a lane's roundings are spread evenly, not by chance.
    /// A rounding moves by one last place at most, so that what lanes share there is nothing that their θ shows; and it costs an
    /// addition where a word costs two products.
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
    fn keys_of_rows_are_those_of_their_streams() {
        let first = u32::MAX - 8;
        let [starts, keys]: [[u32; 40]; 2] = LaneKey::of_rows(7, 2, first, 4);
        for (row, (start, key)) in (0..).zip(starts.into_iter().zip(keys)) {
            let alone = LaneKey::new(&mut Stream::new(7, 2, first.wrapping_add(row), 4, 0));
            assert_eq!([start, key], alone.halves());
        }
    }

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
