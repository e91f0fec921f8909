//! A timer tick: neurons fire, spikes go out, and the rows whose turn it is are visited.

use super::ahead::Ahead;
use super::counters::{Counter, Counters};
use super::hardware::{Hardware, Work};
use super::memory::Views;
use super::record::Recorder;
use super::rows::{Rows, Shared, Sink};
use super::{Kernel, Memory};
use crate::image::{Inlet, InletKind, Model, Plastic, Slice};
use crate::neuron::lanes::count;
use crate::neuron::{Context, Fired, intensity, lif, potential, source, wta};
use crate::spike::{AerKey, BLOCK, BLOCK_SLOTS, Tick, VECTORS};
use crate::synapse::history;

impl Kernel {
    /// Computes one tick. All packets of earlier ticks have been taken in.
    #[cfg_attr(not(feature = "compact"), inline(always))]
    #[cfg_attr(feature = "compact", inline(never))]
    pub fn timer(&mut self, memory: &mut Memory<'_>, hw: &mut impl Hardware, tick: Tick) {
        hw.charge(Work::Tick, 1);
        let Some(mut views) = Views::new(memory.dtcm, &self.layout) else {
            return;
        };
        let seed = self.header.seed;
        let record = core::mem::take(&mut views.record);
        let mut recorder = Recorder::new(record);
        if VECTORS && let Some(ahead) = &mut self.ahead {
            let mut sink = Sink {
                counters: &mut self.counters,
                recorder: &mut recorder,
                hw,
            };
            let records = (&*self.slices, &*self.inlets);
            ahead.kick(records, (seed, tick), &mut views, memory.sdram, &mut sink);
        }
        for (index, slice) in (0_u32..).zip(&self.slices) {
            let context = Context { tick, seed, slice };
            let fired = advance(context, &mut views, memory.sdram, &mut self.counters, hw);
            if records_potentials(slice, tick) {
                put_potentials(context, index, &views, &mut recorder, hw);
            }
            let mut sink = Sink {
                counters: &mut self.counters,
                recorder: &mut recorder,
                hw,
            };
            emit(context, index, &fired, &mut sink);
            if slice.history_entries != 0 {
                let (inlets, ahead) = (&*self.inlets, self.ahead.as_ref());
                let at = (index, context);
                remember(
                    (inlets, ahead),
                    at,
                    &fired,
                    &mut views,
                    memory.sdram,
                    &mut sink,
                );
            }
        }
        if !self.plastic {
            recorder.flush(hw);
            return;
        }
        let snapshot = self.takes_snapshot(tick);
        let mut sink = Sink {
            counters: &mut self.counters,
            recorder: &mut recorder,
            hw,
        };
        let shared = Shared {
            tables: views.tables,
            history: views.history,
            ahead: self.ahead.as_ref(),
            seed,
            tick,
        };
        for rows in plastic_rows(&self.inlets, &self.slices, shared) {
            let period = if snapshot {
                1
            } else {
                rows.plastic.sweep_ticks
            };
            rows.sweep(period, memory.sdram, &mut sink);
            if snapshot {
                rows.record(memory.sdram, &mut sink);
            }
        }
        recorder.flush(hw);
    }

    /// Whether θ is recorded at this tick.
    #[inline(always)]
    const fn takes_snapshot(&self, tick: Tick) -> bool {
        let every = self.header.snapshot_ticks;
        every != 0 && tick.0 != 0 && tick.0.is_multiple_of(every)
    }

    /// Settles every plastic row to `tick` and records θ: the final reading of a run.
    pub fn read_out(&mut self, memory: &mut Memory<'_>, hw: &mut impl Hardware, tick: Tick) {
        let Some(mut views) = Views::new(memory.dtcm, &self.layout) else {
            return;
        };
        let mut recorder = Recorder::new(core::mem::take(&mut views.record));
        let mut sink = Sink {
            counters: &mut self.counters,
            recorder: &mut recorder,
            hw,
        };
        let shared = Shared {
            tables: views.tables,
            history: views.history,
            ahead: None,
            seed: self.header.seed,
            tick,
        };
        for rows in plastic_rows(&self.inlets, &self.slices, shared) {
            rows.sweep(1, memory.sdram, &mut sink);
            rows.record(memory.sdram, &mut sink);
        }
        recorder.flush(hw);
        // Whoever kicks ahead and who doesn't are now at one, so their memories are to be, too.
        for slice in &self.slices {
            let words = slice.history_block_words() as usize;
            let all = views.history.get_mut(slice.history as usize..);
            let blocks = all.unwrap_or_default().chunks_exact_mut(words.max(1));
            for words in blocks.take(usize::from(slice.blocks)) {
                history::all_have_kicked(words);
            }
        }
    }
}

/// Every plastic inlet with what its visits need.
#[inline(always)]
fn plastic_rows<'a>(
    inlets: &'a [Inlet],
    slices: &'a [Slice],
    shared: Shared<'a>,
) -> impl Iterator<Item = Rows<'a>> {
    (0_u32..).zip(inlets).filter_map(move |(index, inlet)| {
        let InletKind::Plastic(plastic) = &inlet.kind else {
            return None;
        };
        let slice = slices.get(usize::from(inlet.slice))?;
        Rows::new((index, inlet, plastic), slice, shared)
    })
}

/// Advances the neurons of a slice and empties the ring slots that they have read.
#[inline(always)]
fn advance<H: Hardware>(
    context: Context<'_>,
    views: &mut Views<'_>,
    sdram: &[u32],
    counters: &mut Counters,
    hw: &mut H,
) -> Fired {
    let slice = context.slice;
    let words = slice.state_words() as usize;
    let state = views
        .state
        .get_mut(slice.state as usize..)
        .and_then(|s| s.get_mut(..words))
        .unwrap_or_default();
    let width = usize::from(slice.blocks).wrapping_mul(BLOCK);
    let slot = (context.tick.0 & slice.ring_slots.wrapping_sub(1)) as usize;
    let span = width.wrapping_mul(slice.ring_slots as usize);
    let ring = views
        .ring
        .get_mut(slice.ring as usize..)
        .unwrap_or_default();
    let start = slot.wrapping_mul(width);
    let slot = start..start.wrapping_add(width);
    match &slice.model {
        // No closures: one is not always inlined into the function that enables the vector instructions.
        Model::Wta(model) => {
            let ring = ring.get_mut(slot).unwrap_or_default();
            let (state, input) = (state.as_chunks_mut().0, ring.as_chunks().0);
            let fired = wta::advance(context, model, state, input, counters, hw);
            ring.fill(0);
            fired
        }
        Model::Intensity(model) => {
            let ring = ring.get_mut(slot).unwrap_or_default();
            let (state, input) = (state.as_chunks_mut().0, ring.as_chunks().0);
            let fired = intensity::advance(context, model, state, input, counters, hw);
            ring.fill(0);
            fired
        }
        Model::Lif(model) => {
            // Receptors lie one behind the other.
            let (first, second) = ring.split_at_mut_checked(span).unwrap_or_default();
            let (Some(excitatory), Some(inhibitory)) =
                (first.get_mut(slot.clone()), second.get_mut(slot))
            else {
                return Fired::default();
            };
            let input = (excitatory.as_chunks_mut().0, inhibitory.as_chunks_mut().0);
            lif::advance(context, model, state.as_chunks_mut().0, input, counters, hw)
        }
        Model::Poisson(model) => source::poisson(context, model, state, views.tables, sdram, hw),
        Model::SpikeArray(model) => state.first_mut().map_or_else(Fired::default, |cursor| {
            source::spike_array(context, model, cursor, sdram, hw)
        }),
    }
}

/// Sends and records the spikes of a slice.
#[inline(always)]
fn emit<H: Hardware>(context: Context<'_>, index: u32, fired: &Fired, sink: &mut Sink<'_, '_, H>) {
    // Most slices keep quiet in most ticks.
    if fired.iter().fold(0, |any, lanes| any | lanes) == 0 {
        return;
    }
    for (block, lanes) in (0_u32..).zip(fired.iter().take(usize::from(context.slice.blocks))) {
        let mut rest = *lanes;
        if rest != 0 {
            sink.counters.add(Counter::Spikes, count(rest));
        }
        while rest != 0 {
            let slot = block
                .wrapping_mul(BLOCK_SLOTS)
                .wrapping_add(rest.trailing_zeros());
            rest &= rest.wrapping_sub(1);
            if context.slice.sends == 1 {
                sink.hw.send(AerKey(context.slice.key.wrapping_add(slot)));
            }
            if context.slice.record_spikes == 1 {
                sink.recorder.spike(sink.hw, context.tick, index, slot);
            }
        }
    }
}

/// Puts the spikes of a plastic target into its history; a full history is caught up with first.
#[inline(always)]
fn remember<H: Hardware>(
    (inlets, ahead): (&[Inlet], Option<&Ahead>),
    (index, context): (u32, Context<'_>),
    fired: &Fired,
    views: &mut Views<'_>,
    sdram: &mut [u32],
    sink: &mut Sink<'_, '_, H>,
) {
    let (slice, tick) = (context.slice, context.tick);
    let words = slice.history_block_words() as usize;
    for (block, lanes) in (0_u32..).zip(fired.iter().take(usize::from(slice.blocks))) {
        if *lanes == 0 {
            continue;
        }
        let start = (slice.history as usize).wrapping_add(words.wrapping_mul(block as usize));
        let range = start..start.wrapping_add(words);
        let lost = views
            .history
            .get(range.clone())
            .and_then(|words| history::History::new(words).oldest_lost());
        if let Some(lost) = lost {
            let at = (index, context, block);
            make_room((inlets, ahead), at, lost, views, sdram, sink);
        }
        if let Some(words) = views.history.get_mut(range) {
            history::push(words, tick.0, *lanes);
        }
    }
}

/// Catches up with the entry that a full history of a block is about to lose, if anyone still needs it.
#[inline(always)]
fn make_room<H: Hardware>(
    (inlets, ahead): (&[Inlet], Option<&Ahead>),
    (index, context, block): (u32, Context<'_>, u32),
    lost: u32,
    views: &Views<'_>,
    sdram: &mut [u32],
    sink: &mut Sink<'_, '_, H>,
) {
    for (number, inlet) in (0_u32..).zip(inlets) {
        let InletKind::Plastic(plastic) = &inlet.kind else {
            continue;
        };
        // Every row has been visited in the last `sweep_ticks` ticks; an older spike is no longer needed.
        let needed = lost.saturating_add(plastic.sweep_ticks) >= context.tick.0;
        if u32::from(inlet.slice) != index || !needed {
            continue;
        }
        let place = (number, inlet, plastic);
        flush_rows(place, ahead, (context, block), views, sdram, sink);
    }
}

/// Visits the rows of an inlet before an entry of a history is lost that they need.
#[cfg_attr(not(feature = "compact"), inline(always))]
#[cfg_attr(feature = "compact", inline(never))]
fn flush_rows<H: Hardware>(
    place: (u32, &Inlet, &Plastic),
    ahead: Option<&Ahead>,
    (context, block): (Context<'_>, u32),
    views: &Views<'_>,
    sdram: &mut [u32],
    sink: &mut Sink<'_, '_, H>,
) {
    let shared = Shared {
        tables: views.tables,
        history: views.history,
        ahead,
        seed: context.seed,
        tick: context.tick,
    };
    if let Some(rows) = Rows::new(place, context.slice, shared) {
        sink.counters.add(Counter::HistoryFull, 1);
        rows.flush(block, sdram, sink);
    }
}

/// Whether potentials of a slice are recorded at this tick.
#[inline(always)]
const fn records_potentials(slice: &Slice, tick: Tick) -> bool {
    slice.potential_ticks != 0 && tick.0.is_multiple_of(slice.potential_ticks)
}

/// Records the chosen potentials of a slice: apart, since most runs record none.
#[cfg_attr(not(feature = "compact"), inline(always))]
#[cfg_attr(feature = "compact", inline(never))]
fn put_potentials<H: Hardware>(
    context: Context<'_>,
    index: u32,
    views: &Views<'_>,
    recorder: &mut Recorder<'_>,
    hw: &mut H,
) {
    let slice = context.slice;
    let state = views.state.get(slice.state as usize..).unwrap_or_default();
    let masks = views
        .tables
        .get(slice.potential_masks as usize..)
        .unwrap_or_default();
    for (block, mask) in (0_u32..).zip(masks.iter().take(usize::from(slice.blocks))) {
        let mut rest = *mask as u16;
        while rest != 0 {
            let slot = block
                .wrapping_mul(BLOCK_SLOTS)
                .wrapping_add(rest.trailing_zeros());
            rest &= rest.wrapping_sub(1);
            recorder.potential(hw, context.tick, index, slot, potential(slice, state, slot));
        }
    }
}
