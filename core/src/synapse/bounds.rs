//! The bounds that a visit met, counted and named.

use super::visit::Place;
use crate::kernel::counters::{Counter, Counters, Object};
use crate::neuron::lanes::count;
use crate::spike::Tick;

/// Counts the bounds that lanes with a synapse met: those of θ, those of kicks, that of the trace.
#[inline(always)]
pub(crate) fn note(
    counters: &mut Counters,
    (place, now): (Place, u32),
    lanes: u16,
    [theta, kick]: [u16; 2],
    saturated: bool,
) {
    // The trace is the row's: it counts once, and the first synapse of the block stands for it.
    let first = lanes & lanes.wrapping_neg();
    let hits = [
        theta & lanes,
        kick & lanes,
        if saturated { first } else { 0 },
    ];
    if hits != [0; 3] {
        count_bounds(counters, place, Tick(now), hits);
    }
}

#[cold]
fn count_bounds(counters: &mut Counters, place: Place, tick: Tick, hits: [u16; 3]) {
    let kinds = [
        Counter::ThetaBound,
        Counter::KickBound,
        Counter::TraceSaturated,
    ];
    for (counter, lanes) in kinds.into_iter().zip(hits).filter(|(_, lanes)| *lanes != 0) {
        let post = place.post.wrapping_add(lanes.trailing_zeros());
        counters.hit(
            counter,
            count(lanes),
            tick,
            Object {
                owner: place.projection,
                pre: place.pre,
                post,
            },
        );
    }
}
