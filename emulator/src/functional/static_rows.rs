//! Static rows, by the neuron whose spike they are for: its rows of all cores, one after the other.
//!
//! On a chip each core fetches its row of a spike from its own share of SDRAM, after it has found it by the spike's key. Here the
//! rows of a spike come from one stretch of memory, and what leads to them is found once for all spikes: same bits.

use super::core::Core;
use super::fabric::Fabric;
use spinedrift_core::image::InletKind;
use spinedrift_core::kernel::Site;
use spinedrift_core::spike::AerKey;
use std::ops::Range;

/// Bytes of static rows up to which they are copied: longer rows fill whole cache lines wherever they stand.
const MAX_BYTES: u64 = 64 << 20;

/// Says that a row is the first of its packet.
const FIRST: u32 = 1 << 31;

/// A row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row<'r> {
    /// Number of the core.
    pub(super) core: usize,
    /// Where it adds up there.
    pub(super) site: &'r Site,
    /// Whether it is the first row of its packet.
    pub(super) first: bool,
    /// The row itself.
    pub(super) words: &'r [u32],
}

/// The rows that spikes lead to.
#[derive(Debug, Default)]
pub(super) struct StaticRows {
    /// Rows, each behind two words: the number of its site; whether the row is its packet's first (bit 31), and how many words it
    /// has.
    words: Vec<u32>,
    /// Where rows add up: the core, and where there.
    sites: Vec<(usize, Site)>,
    /// Where those of a neuron stand, by its number: nowhere if some of its synapses are plastic, or tables lead astray.
    neurons: Vec<Range<u32>>,
}

impl StaticRows {
    /// Those of a machine, if they are few enough to be copied.
    pub(super) fn gather(cores: &mut [Core], fabric: &Fabric) -> Self {
        let bytes = |core: &Core| core.bytes_of(|kind| matches!(kind, InletKind::Static));
        let bytes: u64 = cores.iter().map(bytes).sum();
        if bytes == 0 || bytes > MAX_BYTES {
            return Self::default();
        }
        let mut all = Self {
            neurons: Vec::with_capacity(fabric.neurons()),
            ..Self::default()
        };
        // By core, by inlet.
        let mut numbers: Vec<Vec<Option<u32>>> = Vec::new();
        for (core, kernel) in cores.iter().map(Core::kernel).enumerate() {
            let inlets = 0..kernel.inlets().len() as u32;
            let number = |inlet| {
                let number = all.sites.len() as u32;
                all.sites.push((core, kernel.site(inlet)?));
                Some(number)
            };
            numbers.push(inlets.map(number).collect());
        }
        for sender in 0..cores.len() {
            for key in fabric.keys(sender) {
                let start = all.words.len();
                if all.push(cores, fabric, &numbers, (sender, key)).is_none() {
                    all.words.truncate(start);
                }
                // Counted in 32 bits: there is no more than fits into `MAX_BYTES`, twice.
                all.neurons.push(start as u32..all.words.len() as u32);
            }
        }
        all
    }

    /// Adds the rows of a neuron; `None` if it has others.
    fn push(
        &mut self,
        cores: &mut [Core],
        fabric: &Fabric,
        numbers: &[Vec<Option<u32>>],
        (sender, key): (usize, AerKey),
    ) -> Option<()> {
        let chip = cores.get(sender)?.loaded.chip;
        let targets = fabric.targets(sender, chip, key)?;
        if !targets.lost.is_empty() {
            return None;
        }
        for target in &targets.cores {
            let (kernel, memory) = cores.get_mut(target.core as usize)?.loaded.parts();
            let delivery = kernel.look_up(&memory, key)?;
            let mut first = FIRST;
            for row in kernel.static_rows(memory.sdram, delivery) {
                let (inlet, row) = row?;
                let numbers = numbers.get(target.core as usize)?;
                let site = (*numbers.get(inlet as usize)?)?;
                // A row has fewer words than `MAX_BYTES`.
                self.words.extend([site, first | row.len() as u32]);
                self.words.extend_from_slice(row);
                first = 0;
            }
            if first == FIRST {
                return None;
            }
        }
        Some(())
    }

    /// The words of a neuron's rows, for [`Self::rows`]; `None` if it has others.
    #[inline]
    pub(super) fn of(&self, neuron: Option<usize>) -> Option<&[u32]> {
        let range = self.neurons.get(neuron?)?;
        let words = self.words.get(range.start as usize..range.end as usize)?;
        (!words.is_empty()).then_some(words)
    }

    /// The rows in some of the words.
    #[inline]
    pub(super) fn rows<'r>(&'r self, words: &'r [u32]) -> impl Iterator<Item = Row<'r>> {
        let mut rest = words;
        std::iter::from_fn(move || {
            let ([site, head], after) = rest.split_first_chunk()?;
            let (words, after) = after.split_at_checked((head & !FIRST) as usize)?;
            rest = after;
            let (core, site) = self.sites.get(*site as usize)?;
            Some(Row {
                core: *core,
                site,
                first: head & FIRST != 0,
                words,
            })
        })
    }
}
