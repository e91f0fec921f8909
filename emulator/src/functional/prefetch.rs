//! Asks this computer's caches for memory that will soon be read, so that the rows of a tick come all at once and while
//! neurons are computed, instead of one after the other when they are needed. It changes no result.

/// Words of a cache line.
const LINE: usize = 16;

/// Lines of a row that are asked for: a long row is read in order, which the hardware foresees by itself.
const LINES_MAX: usize = 16;

/// The means that this computer has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Prefetch {
    #[cfg(target_arch = "x86_64")]
    sse: Option<pulp::x86::V1>,
}

impl Prefetch {
    pub(super) fn new() -> Self {
        Self {
            #[cfg(target_arch = "x86_64")]
            sse: pulp::x86::V1::try_new(),
        }
    }

    /// Asks for the cache lines of these words.
    #[inline]
    #[cfg(target_arch = "x86_64")]
    pub(super) fn ask(self, words: &[u32]) {
        let Some(v1) = self.sse else { return };
        let ask = |word: &u32| {
            let address = std::ptr::from_ref(word).cast::<i8>();
            v1.sse
                ._mm_prefetch::<{ std::arch::x86_64::_MM_HINT_T0 }>(address);
        };
        for line in words.chunks(LINE).take(LINES_MAX) {
            line.first().map(ask);
        }
        // Rows needn't begin where a line does.
        words.last().map(ask);
    }

    /// Reads the first word of each cache line and does nothing with it.
    #[inline]
    #[cfg(not(target_arch = "x86_64"))]
    pub(super) fn ask(self, words: &[u32]) {
        let lines = words.iter().step_by(LINE).take(LINES_MAX);
        std::hint::black_box(lines.fold(0, |sum: u32, word| sum.wrapping_add(*word)));
    }
}
