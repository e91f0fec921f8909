//! Visits to every row in turn: each once in a period, or all at one tick.

use super::counters::Counter;
use super::hardware::Hardware;
use super::rows::{Rows, Sink};
use crate::synapse::subrow;

impl Rows<'_> {
    /// Fetches a row and settles it to this tick, but for blocks that stand there already.
    #[inline(always)]
    pub(super) fn settle_row<H: Hardware>(
        &self,
        pre: u32,
        words: &mut [u32],
        done: u16,
        sink: &mut Sink<'_, '_, H>,
    ) {
        self.charge_row(pre, sink.hw);
        sink.counters.add(Counter::Rows, 1);
        let subrows = words.as_chunks_mut::<{ subrow::WORDS }>().0;
        for (block, subrow) in (0..).zip(subrows) {
            if done >> block & 1 == 0 {
                self.settle((pre, self.tick.0), block, subrow, sink);
            }
        }
    }

    /// Visits the rows that are due at this tick. Each is due once in a period, by its number in the population, whatever the
    /// partition.
    #[cfg_attr(not(feature = "compact"), inline(always))]
    #[cfg_attr(feature = "compact", inline(never))]
    pub(super) fn sweep<H: Hardware>(
        &self,
        period: u32,
        sdram: &mut [u32],
        sink: &mut Sink<'_, '_, H>,
    ) {
        // No wait may span a change of the temperature.
        let period = if self.turns() { 1 } else { period.max(1) };
        // Where code is scarce, each row steps by itself.
        let stepped = if period == 1 && !cfg!(feature = "compact") {
            self.step_rows(self.tick.0, sdram, sink)
        } else {
            0
        };
        if stepped == self.all_blocks() {
            return;
        }
        let wait = match due_before(self.tick.0, self.inlet.pre_first, period) {
            0 => 0,
            back => period.wrapping_sub(back),
        };
        let pres = self.inlet.pre_first.saturating_add(wait)..u32::MAX;
        let words = self.region(sdram).skip(wait as usize);
        let rows = pres.step_by(period as usize);
        for (pre, words) in rows.zip(words.step_by(period as usize)) {
            self.settle_row(pre, words, stepped, sink);
        }
    }
}

/// How many ticks before this one a row was due last.
#[inline(always)]
fn due_before(tick: u32, pre: u32, period: u32) -> u32 {
    let part = |value: u32| value.checked_rem(period).unwrap_or(0);
    part(part(tick).wrapping_add(part(pre)))
}
