//! The plan of one core: every record and size of its image, without the rows themselves. Budgets come from it, and the
//! image is filled in after it, so the two can't differ.

use super::plasticity::{law_words, plastic};
use super::reach::{Reach, Rows};
use super::{LoadingError, Source, models, stimuli};
use crate::description::{Model, Receptor};
use crate::mapping::keys::Keys;
use crate::mapping::types::{Partition, Slice};
use spinedrift_core::image::{
    Counts, Header, Inlet, InletKind, KeyEntry, Plastic, Slice as SliceRecord,
};
use spinedrift_core::kernel::INLETS_MAX;
use spinedrift_core::spike::BLOCK_SLOTS;
use spinedrift_core::synapse::{jump, trace};
use std::collections::BTreeMap;

/// Words of a core's recording buffer.
const RECORD_WORDS: u32 = 512;
/// Packets that may wait for their rows.
const QUEUE_WORDS: u32 = 256;

/// A slice on a core and where its memory lies.
#[derive(Clone, Debug)]
pub struct SliceSite {
    /// Index of the slice in the partition.
    pub slice: usize,
    /// Its record.
    pub record: SliceRecord,
    /// Words of its rate levels, events and patterns.
    pub(super) source_words: [u32; 3],
    /// Where its events start in SDRAM, and its levels in the tables.
    pub(super) source_at: (u32, u32),
}

/// Everything about a core's image but the content of rows, states and tables.
#[derive(Clone, Debug)]
pub struct CorePlan {
    /// Header.
    pub header: Header,
    /// Slices.
    pub sites: Vec<SliceSite>,
    /// Inlets.
    pub inlets: Vec<Inlet>,
    /// Key table.
    pub keys: Vec<KeyEntry>,
    /// Words of SDRAM that hold rows; stimuli follow.
    pub row_words: u64,
}

impl CorePlan {
    /// Plans a core. Without keys (before they are allocated) all sizes are right already.
    ///
    /// # Errors
    /// [`LoadingError`] if a parameter doesn't fit its format.
    pub(super) fn new(
        source: &Source<'_>,
        partition: &Partition,
        reach: &Reach,
        core: usize,
        keys: Option<&Keys>,
    ) -> Result<Self, LoadingError> {
        let mut counts = Counts {
            record_words: RECORD_WORDS,
            queue_words: QUEUE_WORDS,
            ..Counts::default()
        };
        let load = partition
            .cores
            .get(core)
            .map(|load| load.slices.as_slice())
            .unwrap_or_default();
        let mut sites = Vec::with_capacity(load.len());
        for &slice in load {
            let key = keys
                .and_then(|keys| keys.spaces.get(slice))
                .map_or(0, |space| space.base);
            sites.extend(site(source, (partition, reach), (slice, key), &mut counts)?);
        }
        let rows: Vec<(usize, Rows)> = rows_by_source(load, reach);
        if rows.len() > INLETS_MAX {
            return Err(LoadingError::Inlets {
                population: names(source, partition, core),
                core,
                found: rows.len(),
                limit: INLETS_MAX,
            });
        }
        let mut inlets = Vec::with_capacity(rows.len());
        let mut tables = BTreeMap::new();
        let mut sdram = 0_u64;
        for (site, rows) in &rows {
            inlets.push(inlet(
                source,
                *site,
                rows,
                &mut sdram,
                (&mut tables, &mut counts),
            )?);
            counts.row_words = counts.row_words.max(rows.stride);
        }
        let row_words = sdram;
        for site in &mut sites {
            site.source_at.0 = sdram.min(u64::from(u32::MAX)) as u32;
            let [_, events, patterns] = site.source_words;
            sdram += u64::from(events) + u64::from(patterns);
            let blocks = u32::from(site.record.blocks);
            let (words, (events_at, levels_at)) = (site.source_words, site.source_at);
            site.record.model =
                stimuli::place(site.record.model, words, blocks, levels_at, events_at);
        }
        let keys = key_table(partition, &rows, keys);
        counts.slices = sites.len() as u32;
        counts.inlets = inlets.len() as u32;
        counts.keys = keys.len() as u32;
        counts.sdram_words = sdram.min(u64::from(u32::MAX)) as u32;
        let snapshot_ticks = source.network.snapshot_ticks.unwrap_or(0);
        let header = Header {
            seed: source.seed,
            tick_us: source.network.tick_us,
            snapshot_ticks,
            counts,
        };
        Ok(Self {
            header,
            sites,
            inlets,
            keys,
            row_words,
        })
    }
}

/// Names of the populations on a core, for a message.
fn names(source: &Source<'_>, partition: &Partition, core: usize) -> String {
    let populations = &source.network.populations;
    let named = |slice: &Slice| Some(populations.get(slice.population)?.name.as_str());
    let names: Vec<_> = partition.on_core(core).filter_map(named).collect();
    names.join("', '")
}

/// Checks that every parameter fits its format, without a partition.
///
/// # Errors
/// [`LoadingError`] names the population or projection and the parameter.
pub fn check_formats(source: &Source<'_>) -> Result<(), LoadingError> {
    for (index, population) in source.network.populations.iter().enumerate() {
        models::parameters(source.network, population)?;
        for projection in source
            .network
            .projections
            .iter()
            .filter(|p| p.post == index)
        {
            if let Some(rule) = &projection.plasticity {
                plastic(&projection.name, rule)?;
            }
        }
    }
    Ok(())
}

/// Plans one slice: its offsets in every section.
fn site(
    source: &Source<'_>,
    (partition, reach): (&Partition, &Reach),
    (slice, key): (usize, u32),
    counts: &mut Counts,
) -> Result<Option<SliceSite>, LoadingError> {
    let Some(place) = partition.slices.get(slice) else {
        return Ok(None);
    };
    let Some(population) = source.network.populations.get(place.population) else {
        return Ok(None);
    };
    let scale = source
        .scales
        .populations
        .get(place.population)
        .copied()
        .unwrap_or_default();
    let model = models::parameters(source.network, population)?;
    let blocks = place.slots / BLOCK_SLOTS;
    let recorded =
        !population.record.potentials.is_empty() && population.record.potential_ticks > 0;
    let (group_blocks, group_neurons, population_slots) = grouping(population);
    let record = SliceRecord {
        population: place.population as u16,
        first_slot: place.first_slot,
        blocks: blocks as u16,
        group_blocks,
        group_neurons,
        population_slots,
        key,
        state: counts.state_words,
        ring: counts.ring_words,
        ring_slots: scale.ring_slots.max(1),
        receptors: model.receptors(),
        ring_fraction: scale.ring_fraction,
        history: counts.history_words,
        history_entries: scale.history_entries,
        sends: u32::from(reach.is_heard(place)),
        record_spikes: u32::from(population.record.spikes),
        potential_ticks: if recorded {
            population.record.potential_ticks
        } else {
            0
        },
        potential_masks: counts.table_words,
        model,
    };
    if recorded {
        counts.table_words += blocks;
    }
    let source_words = stimuli::source_words(population, place);
    let source_at = (0, counts.table_words);
    counts.table_words += source_words[0];
    counts.state_words += record.state_words();
    counts.ring_words += record.ring_words();
    counts.history_words += record.history_block_words() * blocks;
    Ok(Some(SliceSite {
        slice,
        record,
        source_words,
        source_at,
    }))
}

/// Blocks and neurons of a group that stays together, and the slots that may hold neurons.
fn grouping(population: &crate::description::Population) -> (u16, u16, u32) {
    let layout = population.slots();
    if matches!(population.model, Model::Wta(_)) {
        return (
            (layout.padded_group / BLOCK_SLOTS) as u16,
            layout.group_size as u16,
            layout.slots(),
        );
    }
    (1, BLOCK_SLOTS as u16, layout.neurons)
}

/// Rows that end on this core with the site of their slice, ordered so that all from one population are together.
fn rows_by_source(load: &[usize], reach: &Reach) -> Vec<(usize, Rows)> {
    let mut rows: Vec<(usize, Rows)> = Vec::new();
    for (site, slice) in load.iter().enumerate() {
        rows.extend(
            reach
                .rows
                .get(*slice)
                .into_iter()
                .flatten()
                .map(|rows| (site, *rows)),
        );
    }
    rows.sort_by_key(|(site, rows)| (rows.pre_population, rows.projection, *site));
    rows
}

fn inlet(
    source: &Source<'_>,
    site: usize,
    rows: &Rows,
    sdram: &mut u64,
    (tables, counts): (&mut BTreeMap<usize, (u32, u32)>, &mut Counts),
) -> Result<Inlet, LoadingError> {
    let network = source.network;
    let projection = network.projections.get(rows.projection);
    let scale = source
        .scales
        .projections
        .get(rows.projection)
        .copied()
        .unwrap_or_default();
    let post = projection.and_then(|p| network.populations.get(p.post));
    let is_lif = post.is_some_and(|post| matches!(post.model, Model::Lif(_)));
    let inhibitory = projection.is_some_and(|p| p.receptor == Receptor::Inhibitory);
    let kind = match projection.and_then(|p| Some((p, p.plasticity.as_ref()?))) {
        None => InletKind::Static,
        Some((projection, rule)) => {
            let fixed = (jump::TABLE_WORDS + trace::TABLE_WORDS) as u32;
            let law_words = law_words(rule);
            let (jumps, traces) = *tables.entry(rows.projection).or_insert_with(|| {
                let start = counts.table_words;
                counts.table_words += fixed + law_words;
                (start, start + jump::TABLE_WORDS as u32)
            });
            let fraction = source
                .scales
                .populations
                .get(projection.post)
                .map_or(16, |post| post.ring_fraction);
            let plastic = plastic(&projection.name, rule)?;
            InletKind::Plastic(Plastic {
                sweep_ticks: scale.sweep_ticks,
                delay: scale.delay_max,
                efficacy_shift: 26 - fraction.min(26),
                jumps,
                traces,
                law: if law_words > 0 { jumps + fixed } else { 0 },
                ..plastic
            })
        }
    };
    let start = *sdram;
    *sdram += u64::from(rows.count()) * u64::from(rows.stride);
    Ok(Inlet {
        projection: rows.projection as u16,
        slice: site as u16,
        receptor: u16::from(is_lif && inhibitory),
        negative: !is_lif && inhibitory,
        pre_first: rows.pre_first,
        pre_count: rows.count(),
        rows: start.min(u64::from(u32::MAX)) as u32,
        stride: rows.stride,
        weight_shift: scale.weight_shift,
        kind,
    })
}

/// One entry for each source slice that some row listens to.
fn key_table(partition: &Partition, rows: &[(usize, Rows)], keys: Option<&Keys>) -> Vec<KeyEntry> {
    let mut entries = Vec::new();
    let mut first = 0;
    for group in rows.chunk_by(|a, b| a.1.pre_population == b.1.pre_population) {
        let population = group.first().map_or(0, |(_, rows)| rows.pre_population);
        let listens = |source: &Slice| group.iter().any(|(_, rows)| rows.hears(source));
        for slice in partition.of_population(population) {
            let Some(source) = partition.slices.get(slice).filter(|source| listens(source)) else {
                continue;
            };
            let space = keys.and_then(|keys| keys.spaces.get(slice));
            entries.push(KeyEntry {
                key: space.map_or(0, |space| space.base),
                mask: space.map_or(0, |space| space.mask),
                first_pre: source.first_slot,
                inlet_first: first as u16,
                inlet_count: group.len() as u16,
            });
        }
        first += group.len();
    }
    entries.sort_by_key(|entry| entry.key);
    entries
}
