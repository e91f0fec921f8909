//! A core's image, filled in after its plan.

use super::core_plan::{CorePlan, table_words};
use super::{LoadingError, Source, models, rows, stimuli};
use crate::mapping::types::Partition;
use spinedrift_core::image::{InletKind, Layout, Section, view};
use spinedrift_core::spike::{BLOCK, BLOCK_SLOTS};

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
    let layout = Layout::new(&plan.header.counts);
    let mut dtcm = vec![0_u32; layout.init_words() as usize];
    let mut sdram = vec![0_u32; plan.header.counts.sdram_words as usize];
    let put = |to: &mut [u32], at: usize, words: &[u32]| {
        to.iter_mut()
            .skip(at)
            .zip(words)
            .for_each(|(to, word)| *to = *word);
    };
    let start = |section| layout.range(section).start;
    let slices: Vec<u32> = plan
        .sites
        .iter()
        .flat_map(|site| site.record.to_words())
        .collect();
    let inlets: Vec<u32> = plan
        .inlets
        .iter()
        .flat_map(|inlet| inlet.to_words())
        .collect();
    let keys: Vec<u32> = plan
        .keys
        .iter()
        .flat_map(|entry| entry.to_words())
        .collect();
    for (section, words) in [
        (Section::Slices, slices),
        (Section::Inlets, inlets),
        (Section::Keys, keys),
    ] {
        put(&mut dtcm, start(section), &words);
    }
    let tables = start(Section::Tables);
    for site in &plan.sites {
        let Some(slice) = partition.slices.get(site.slice) else {
            continue;
        };
        let Some(population) = source.network.populations.get(slice.population) else {
            continue;
        };
        let memory = stimuli::source_memory(source, population, slice)?;
        put(
            &mut dtcm,
            tables + site.source_at.1 as usize,
            &memory.levels,
        );
        let events_at = site.source_at.0 as usize;
        put(&mut sdram, events_at, &memory.events);
        put(
            &mut sdram,
            events_at + memory.events.len(),
            &memory.patterns,
        );
        let neurons = population.slots();
        let mut at = start(Section::State) + site.record.state as usize;
        let mut masks = Vec::new();
        for block in 0..u32::from(site.record.blocks) {
            let first = slice.first_slot + block * BLOCK_SLOTS;
            let mut lanes = [None; BLOCK];
            lanes
                .iter_mut()
                .zip(first..)
                .for_each(|(lane, slot)| *lane = neurons.neuron_of(slot));
            let state = models::state(source, slice.population, population, &lanes)?;
            put(&mut dtcm, at, &state);
            at += state.len();
            let recorded = |n: &Option<u32>| {
                n.is_some_and(|n| population.record.potentials.binary_search(&n).is_ok())
            };
            masks.push(
                lanes
                    .iter()
                    .rev()
                    .fold(0_u32, |mask, lane| (mask << 1) | u32::from(recorded(lane))),
            );
        }
        if site.record.potential_ticks > 0 {
            put(
                &mut dtcm,
                tables + site.record.potential_masks as usize,
                &masks,
            );
        }
    }
    for inlet in &plan.inlets {
        if let InletKind::Plastic(plastic) = &inlet.kind {
            // The trace table follows the jump table.
            put(
                &mut dtcm,
                tables + plastic.jumps as usize,
                &table_words(source, usize::from(inlet.projection)),
            );
        }
        let slice = plan
            .sites
            .get(usize::from(inlet.slice))
            .and_then(|site| partition.slices.get(site.slice));
        let words = inlet.pre_count as usize * inlet.stride as usize;
        let range = inlet.rows as usize..inlet.rows as usize + words;
        if let (Some(slice), Some(words)) = (slice, sdram.get_mut(range)) {
            rows::fill(source, inlet, slice, words);
        }
    }
    let mut bytes = vec![0; view::encoded_len(&plan.header)];
    let image = |error| LoadingError::Image { core, error };
    let used = view::emit(&plan.header, &dtcm, &sdram, &mut bytes).map_err(image)?;
    bytes.truncate(used);
    Ok(bytes)
}
