//! Sources: Poisson and spike-array neurons.
//!
//! A Poisson source spikes in a tick with probability p = rate · Δt, independently of all others. Instead of asking
//! each source each tick, the wait to its next spike is drawn (geometric, from one exponential variate); when rates
//! change all waits are drawn anew, which changes nothing in law since the process has no memory.

use super::lanes::{count, lanes_where};
use super::{Context, Fired};
use crate::image::slice::{Poisson, SpikeArray};
use crate::kernel::hardware::{Hardware, Work};
use crate::random;
use crate::spike::{BLOCK, BLOCK_SLOTS, Tick, VECTORS};

/// A source that never spikes.
const NEVER: u32 = u32::MAX;

/// State words of a block: next spike of each lane, then four rate levels a word.
const BLOCK_WORDS: usize = BLOCK + 4;

/// Advances Poisson sources by one tick. `state` holds the blocks, then the index of the next rate change; `tables` is
/// the table section, `sdram` the core's SDRAM.
#[inline(always)]
pub fn poisson(
    context: Context<'_>,
    source: &Poisson,
    state: &mut [u32],
    tables: &[u32],
    sdram: &[u32],
    hw: &mut impl Hardware,
) -> Fired {
    let mut fired = Fired::default();
    let blocks = usize::from(context.slice.blocks);
    let Some((state, cursor)) = state.split_at_mut_checked(blocks.wrapping_mul(BLOCK_WORDS)) else {
        return fired;
    };
    let (chunks, _) = state.as_chunks_mut::<BLOCK_WORDS>();
    let levels = tables.get(source.levels as usize..).unwrap_or_default();
    if let Some(cursor) = cursor.first_mut()
        && let Some(pattern) = next_pattern(context.tick, source, cursor, sdram)
    {
        change_rates(context, levels, chunks, pattern, hw);
    }
    hw.charge(Work::Source, (blocks as u32).wrapping_mul(BLOCK_SLOTS));
    for (block, (chunk, fired)) in (0_u32..).zip(chunks.iter_mut().zip(&mut fired)) {
        let Some((next, level)) = chunk.split_first_chunk_mut() else {
            continue;
        };
        // In most blocks nobody is due, which is known before it is known who is.
        if VECTORS && !is_due(next, context.tick.0) {
            continue;
        }
        let due = lanes_where(next, |next| next == context.tick.0);
        if due == 0 {
            continue;
        }
        *fired = due & context.slice.lanes(block);
        let mut stream = context.stream(block);
        // The first 16 words belong to a change of rates in this tick, whether there was one or not.
        let _ = stream.lanes();
        let words = stream.lanes();
        hw.charge(Work::SourceDraw, count(due));
        for (lane, (next, word)) in next.iter_mut().zip(&words).enumerate() {
            if due >> lane & 1 == 1 {
                let wait = random::ticks_until(*word, mean_wait(levels, level, lane));
                *next = context.tick.0.checked_add(wait).unwrap_or(NEVER);
            }
        }
    }
    fired
}

/// Whether any lane spikes at this tick.
#[inline(always)]
fn is_due(next: &[u32; BLOCK], tick: u32) -> bool {
    next.iter()
        .fold(0, |any, next| any | u32::from(*next == tick))
        != 0
}

/// Words of the pattern that starts at this tick, if one does. Of several due changes the last one counts.
fn next_pattern<'a>(
    tick: Tick,
    source: &Poisson,
    cursor: &mut u32,
    sdram: &'a [u32],
) -> Option<(&'a [u32], u32)> {
    let mut pattern = None;
    while *cursor < source.change_count {
        let at = (source.changes as usize).checked_add((*cursor as usize).checked_mul(2)?)?;
        let [when, which] = *sdram.get(at..)?.first_chunk::<2>()?;
        if when > tick.0 {
            break;
        }
        pattern = Some(which);
        *cursor = cursor.wrapping_add(1);
    }
    let which = pattern.filter(|which| *which < source.pattern_count)?;
    Some((sdram.get(source.patterns as usize..)?, which))
}

/// Takes over the levels of a pattern and draws all waits anew, from this tick on (it may itself hold a spike).
#[cold]
#[cfg_attr(feature = "compact", inline(never))]
fn change_rates(
    context: Context<'_>,
    levels: &[u32],
    chunks: &mut [[u32; BLOCK_WORDS]],
    pattern: (&[u32], u32),
    hw: &mut impl Hardware,
) {
    let words = usize::from(context.slice.blocks).wrapping_mul(4);
    let start = (pattern.1 as usize).saturating_mul(words);
    let rows = pattern.0.get(start..).unwrap_or_default();
    hw.charge(
        Work::SourceDraw,
        u32::from(context.slice.blocks).wrapping_mul(BLOCK_SLOTS),
    );
    for (block, (chunk, row)) in (0_u32..).zip(chunks.iter_mut().zip(rows.chunks_exact(4))) {
        let (next, level) = chunk.split_at_mut(BLOCK);
        level.copy_from_slice(row);
        let words = context.stream(block).lanes();
        for (lane, (next, word)) in next.iter_mut().zip(&words).enumerate() {
            let wait = random::ticks_until(*word, mean_wait(levels, level, lane));
            *next = context
                .tick
                .0
                .checked_add(wait.wrapping_sub(1))
                .unwrap_or(NEVER);
        }
    }
}

/// Mean wait in ticks of a lane's level, Q32.16; [`u64::MAX`]: never.
#[inline(always)]
fn mean_wait(levels: &[u32], level: &[u32], lane: usize) -> u64 {
    let word = level.get(lane / 4).copied().unwrap_or(0);
    let [a, b, c, d] = word.to_le_bytes();
    let index = usize::from(match lane % 4 {
        0 => a,
        1 => b,
        2 => c,
        _ => d,
    });
    let (pairs, _) = levels.as_chunks::<2>();
    pairs.get(index).map_or(u64::MAX, |&[low, high]| {
        u64::from(low) | (u64::from(high) << 32)
    })
}

/// Spike-array sources of this tick. `cursor` is the index of the next (tick, slot) pair.
#[inline(always)]
pub fn spike_array(
    context: Context<'_>,
    source: &SpikeArray,
    cursor: &mut u32,
    sdram: &[u32],
    hw: &mut impl Hardware,
) -> Fired {
    let mut fired = Fired::default();
    while *cursor < source.spike_count {
        let at = (source.spikes as usize).saturating_add((*cursor as usize).saturating_mul(2));
        let Some(&[when, slot]) = sdram.get(at..).and_then(|s| s.first_chunk::<2>()) else {
            break;
        };
        if when > context.tick.0 {
            break;
        }
        if when == context.tick.0
            && let Some(lanes) = fired.get_mut((slot / BLOCK_SLOTS) as usize)
        {
            *lanes |= 1 << (slot % BLOCK_SLOTS);
        }
        *cursor = cursor.wrapping_add(1);
    }
    hw.charge(Work::Source, 1);
    fired
}
