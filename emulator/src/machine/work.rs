//! What a kernel asks of its hardware, written down with the cycle at which it asks: the machine plays it out in time.

use super::costs::Costs;
use spinedrift_core::kernel::{Direction, Hardware, Transfer, Work};
use spinedrift_core::spike::{AerKey, Tick};

/// Kinds of work.
pub const KINDS: usize = 14;

/// A row on its way through a core: read, process, write back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Words to read; 0: nothing to wait for.
    pub read_words: u32,
    /// Cycles of processing.
    pub cycles: u64,
    /// Words to write back.
    pub write_words: u32,
}

/// One call of the kernel, written down.
#[derive(Clone, Debug, Default)]
pub struct Script {
    /// Cycles before the first row, in 256ths.
    before: u64,
    /// Packets, each with the cycle after the start at which it is sent.
    pub sends: Vec<(u64, AerKey)>,
    /// Rows, in order.
    pub rows: Vec<Row>,
    /// Cycles of the last row, in 256ths.
    row: u64,
}

impl Script {
    /// Cycles of the call itself, rows apart.
    #[must_use]
    pub const fn cycles(&self) -> u64 {
        self.before.div_ceil(256)
    }

    fn clear(&mut self) {
        (self.before, self.row) = (0, 0);
        self.sends.clear();
        self.rows.clear();
    }

    fn close_row(&mut self) {
        if let Some(row) = self.rows.last_mut() {
            row.cycles += self.row.div_ceil(256);
        }
        self.row = 0;
    }
}

/// The hardware that writes scripts.
#[derive(Debug)]
pub struct Scribe {
    costs: Costs,
    tick: Tick,
    script: Script,
    /// What the kernel has recorded.
    pub(super) drained: Vec<u32>,
    /// Units of each kind of work so far.
    pub(super) units: [u64; KINDS],
}

impl Scribe {
    /// With a cost table.
    #[must_use]
    pub fn new(costs: Costs) -> Self {
        Self {
            costs,
            tick: Tick(0),
            script: Script::default(),
            drained: Vec::new(),
            units: [0; KINDS],
        }
    }

    /// Starts a new script.
    pub fn begin(&mut self, tick: Tick) {
        self.tick = tick;
        self.script.clear();
    }

    /// Ends the script and swaps it with an old one, whose memory is used again.
    pub fn end(&mut self, script: &mut Script) {
        self.script.close_row();
        std::mem::swap(&mut self.script, script);
    }
}

impl Hardware for Scribe {
    #[inline(always)]
    fn send(&mut self, key: AerKey) {
        let at = (self.script.before + self.script.row).div_ceil(256);
        self.script.before += u64::from(self.costs.send);
        self.script.sends.push((at, key));
    }

    #[inline(always)]
    fn start_dma(&mut self, transfer: Transfer) {
        match transfer.direction {
            Direction::Read => {
                // What was charged since the last row belongs to it, but for the set-up of this one.
                self.script.close_row();
                self.script.rows.push(Row {
                    read_words: transfer.words,
                    ..Row::default()
                });
                self.script.row = u64::from(self.costs.dma_setup + self.costs.of(Work::Row));
            }
            Direction::Write => {
                if let Some(row) = self.script.rows.last_mut() {
                    row.write_words = transfer.words;
                    self.script.row += u64::from(self.costs.dma_setup);
                }
            }
        }
    }

    #[inline(always)]
    fn drain(&mut self, words: &[u32]) {
        self.drained.extend_from_slice(words);
        // Records go to SDRAM by DMA, as a row that is only written.
        self.script.close_row();
        self.script.rows.push(Row {
            write_words: words.len() as u32,
            cycles: u64::from(self.costs.dma_setup).div_ceil(256),
            ..Row::default()
        });
    }

    #[inline(always)]
    fn tick(&self) -> Tick {
        self.tick
    }

    #[inline(always)]
    fn charge(&mut self, work: Work, units: u32) {
        if let Some(sum) = self.units.get_mut(work as usize) {
            *sum += u64::from(units);
        }
        // A row is charged just before its transfer starts: its cycles are taken there.
        if work != Work::Row {
            let cycles = u64::from(self.costs.of(work)) * u64::from(units);
            if self.script.rows.is_empty() {
                self.script.before += cycles;
            } else {
                self.script.row += cycles;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn transfer(words: u32, direction: Direction) -> Transfer {
        Transfer {
            sdram_word: 0,
            words,
            direction,
        }
    }

    #[test]
    fn a_tick_with_two_spikes_and_a_row_becomes_a_script() {
        let costs = Costs::flat(10);
        let mut scribe = Scribe::new(costs);
        scribe.begin(Tick(4));
        scribe.charge(Work::Tick, 1);
        scribe.charge(Work::LifNeuron, 16);
        scribe.send(AerKey(1));
        scribe.send(AerKey(2));
        scribe.charge(Work::Row, 1);
        scribe.start_dma(transfer(20, Direction::Read));
        scribe.start_dma(transfer(20, Direction::Write));
        scribe.charge(Work::PlasticSynapse, 16);
        let mut script = Script::default();
        scribe.end(&mut script);
        assert_eq!(script.sends, [(170, AerKey(1)), (180, AerKey(2))]);
        assert_eq!(script.cycles(), 190);
        let row = Row {
            read_words: 20,
            cycles: 10 + 10 + 10 + 160,
            write_words: 20,
        };
        assert_eq!(script.rows, [row]);
        assert_eq!(scribe.units[Work::LifNeuron as usize], 16);
    }
}
