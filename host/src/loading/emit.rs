//! A core's image, filled in after its plan.

use super::core_plan::{CorePlan, SliceSite};
use super::plasticity::table_words;
use super::{LoadingError, Source, models, rows, stimuli};
use crate::description::Population;
use crate::mapping::types::{Partition, Slice};
use spinedrift_core::image::{Inlet, InletKind, Layout, Section, view};
use spinedrift_core::spike::{BLOCK, BLOCK_SLOTS};

/// The memories of an image under construction.
struct Memories {
    layout: Layout,
    dtcm: Vec<u32>,
    sdram: Vec<u32>,
}

/// Copies words to an offset; what lies beyond the end is left out (a plan never asks for it).
fn put(to: &mut [u32], at: usize, words: &[u32]) {
    for (to, word) in to.iter_mut().skip(at).zip(words) {
        *to = *word;
    }
}

impl Memories {
    fn new(plan: &CorePlan) -> Self {
        let layout = Layout::new(&plan.header.counts);
        let dtcm = vec![0; layout.init_words() as usize];
        Self {
            layout,
            dtcm,
            sdram: vec![0; plan.header.counts.sdram_words as usize],
        }
    }

    fn put_in(&mut self, section: Section, offset: usize, words: &[u32]) {
        let at = self.layout.range(section).start + offset;
        put(&mut self.dtcm, at, words);
    }

    fn records(&mut self, plan: &CorePlan) {
        let slices: Vec<u32> = plan
            .sites
            .iter()
            .flat_map(|site| site.record.to_words())
            .collect();
        let inlets: Vec<u32> = plan.inlets.iter().flat_map(Inlet::to_words).collect();
        let keys: Vec<u32> = plan
            .keys
            .iter()
            .flat_map(|entry| entry.to_words())
            .collect();
        self.put_in(Section::Slices, 0, &slices);
        self.put_in(Section::Inlets, 0, &inlets);
        self.put_in(Section::Keys, 0, &keys);
    }

    /// Neuron state, rate levels and stimuli of a slice.
    fn slice(
        &mut self,
        source: &Source<'_>,
        site: &SliceSite,
        (slice, population): (&Slice, &Population),
    ) -> Result<(), LoadingError> {
        let memory = stimuli::source_memory(source, population, slice)?;
        let (events_at, levels_at) = site.source_at;
        self.put_in(Section::Tables, levels_at as usize, &memory.levels);
        put(&mut self.sdram, events_at as usize, &memory.events);
        put(
            &mut self.sdram,
            events_at as usize + memory.events.len(),
            &memory.patterns,
        );
        let layout = population.slots();
        let mut at = site.record.state as usize;
        let mut masks = Vec::new();
        for block in 0..u32::from(site.record.blocks) {
            let first = slice.first_slot + block * BLOCK_SLOTS;
            let mut lanes = [None; BLOCK];
            for (lane, slot) in lanes.iter_mut().zip(first..) {
                *lane = layout.neuron_of(slot);
            }
            let state = models::state(source, slice.population, population, &lanes)?;
            self.put_in(Section::State, at, &state);
            at += state.len();
            let recorded = |neuron: &Option<u32>| {
                neuron.is_some_and(|n| population.record.potentials.binary_search(&n).is_ok())
            };
            masks.push(
                lanes
                    .iter()
                    .rev()
                    .fold(0_u32, |mask, lane| (mask << 1) | u32::from(recorded(lane))),
            );
        }
        if site.record.potential_ticks > 0 {
            self.put_in(
                Section::Tables,
                site.record.potential_masks as usize,
                &masks,
            );
        }
        Ok(())
    }

    /// Tables and rows of every inlet.
    fn inlets(&mut self, source: &Source<'_>, partition: &Partition, plan: &CorePlan) {
        for inlet in &plan.inlets {
            if let InletKind::Plastic(plastic) = &inlet.kind {
                // The trace table follows the jump table.
                let words = table_words(source, usize::from(inlet.projection));
                self.put_in(Section::Tables, plastic.jumps as usize, &words);
            }
            let slice = plan
                .sites
                .get(usize::from(inlet.slice))
                .and_then(|site| partition.slices.get(site.slice));
            let words = inlet.pre_count as usize * inlet.stride as usize;
            let range = inlet.rows as usize..inlet.rows as usize + words;
            if let (Some(slice), Some(words)) = (slice, self.sdram.get_mut(range)) {
                rows::fill(source, inlet, slice, words);
            }
        }
    }
}

/// Bytes of the image of one core.
///
/// # Errors
/// [`LoadingError`] if a value doesn't fit its format.
pub fn emit_core(
    source: &Source<'_>,
    partition: &Partition,
    core: usize,
    plan: &CorePlan,
) -> Result<Vec<u8>, LoadingError> {
    let mut memories = Memories::new(plan);
    memories.records(plan);
    for site in &plan.sites {
        let slice = partition.slices.get(site.slice);
        let population = slice.and_then(|slice| source.network.populations.get(slice.population));
        if let (Some(slice), Some(population)) = (slice, population) {
            memories.slice(source, site, (slice, population))?;
        }
    }
    memories.inlets(source, partition, plan);
    let mut bytes = vec![0; view::encoded_len(&plan.header)];
    let used = view::emit(&plan.header, &memories.dtcm, &memories.sdram, &mut bytes)
        .map_err(|error| LoadingError::Image { core, error })?;
    bytes.truncate(used);
    Ok(bytes)
}
