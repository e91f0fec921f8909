//! A core's DTCM on this computer: plain words, placed so that the arrays of a neuron block each fill one cache line.
//!
//! A block's array is 64 bytes; half a line off, every vector load and store would touch two lines. The chip's own memory
//! has no such lines, so the image knows nothing of this.

/// Bytes of a cache line.
const LINE: usize = 64;

/// Words of which one, chosen when they are made, stands at the start of a cache line.
#[derive(Debug)]
pub(super) struct Aligned {
    /// More than is needed, by what is in front of the first word.
    store: Vec<u32>,
    first: usize,
}

impl Aligned {
    /// So many zeros; the word at `at` starts a cache line.
    pub(super) fn new(words: usize, at: usize) -> Self {
        let per_line = LINE / size_of::<u32>();
        let store = vec![0; words + 2 * per_line];
        let line = store.as_ptr().align_offset(LINE);
        // An address that can't be aligned is no error, only slower.
        let line = if line < per_line { line } else { 0 };
        let first = (line + per_line - at % per_line) % per_line;
        let mut aligned = Self { store, first };
        aligned.store.truncate(first + words);
        aligned
    }

    /// The words.
    pub(super) fn words(&self) -> &[u32] {
        self.store.get(self.first..).unwrap_or_default()
    }

    /// The words, to change.
    pub(super) fn words_mut(&mut self) -> &mut [u32] {
        self.store.get_mut(self.first..).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::{Aligned, LINE};

    #[test]
    fn the_word_asked_for_starts_a_line() {
        for (words, at) in [(0, 0), (1, 0), (100, 7), (1000, 16), (1000, 999)] {
            let mut memory = Aligned::new(words, at);
            assert_eq!(memory.words(), vec![0; words]);
            memory.words_mut().fill(3);
            if let Some(word) = memory.words().get(at) {
                assert_eq!(
                    std::ptr::from_ref(word).align_offset(LINE),
                    0,
                    "{words} {at}"
                );
            }
        }
    }
}
