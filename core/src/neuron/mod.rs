//! Neurons and sources: each file one model, advanced by one tick.
//!
//! A model sees the state of its slice, the input that arrives this tick, and a source of randomness keyed by
//! (seed, population, block, tick). It answers which lanes fired; sending, recording and history are the kernel's.

pub mod adaptation;
pub mod intensity;
pub mod lanes;
pub mod lif;
mod lif_alone;
mod lif_lanes;
pub mod overflow;
pub mod psp;
pub mod source;
pub mod wta;

use crate::image::{Model, Slice};
use crate::kernel::counters::{Counter, Counters, Object};
use crate::random::Stream;
use crate::spike::{BLOCK, BLOCK_SLOTS, CORE_BLOCKS_MAX, Tick};

/// Which lanes of each block fired.
pub type Fired = [u16; CORE_BLOCKS_MAX];

/// Random streams of neurons have this in their domain; those of rows have [`ROW_DOMAIN`].
pub const NEURON_DOMAIN: u32 = 0;

/// Domain of the random streams of rows.
pub const ROW_DOMAIN: u32 = 1 << 16;

/// Domain of the random streams of steps, one for all rows of a tick.
pub const STEP_DOMAIN: u32 = 2 << 16;

/// What a model may know besides its own state.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The tick that is computed.
    pub tick: Tick,
    /// Seed of the run.
    pub seed: u64,
    /// The slice.
    pub slice: &'a Slice,
}

impl Context<'_> {
    /// The random stream of a block of this slice in this tick.
    #[inline(always)]
    #[must_use]
    pub fn stream(&self, block: u32) -> Stream {
        let block_in_population = (self.slice.first_slot / BLOCK_SLOTS).wrapping_add(block);
        let domain = NEURON_DOMAIN | u32::from(self.slice.population);
        Stream::new(self.seed, domain, block_in_population, 0, self.tick.0)
    }

    /// Counts lanes that saturated.
    #[cold]
    pub fn saturated(&self, counters: &mut Counters, block: u32, lanes: u16) {
        let slot = self
            .slice
            .first_slot
            .wrapping_add(block.wrapping_mul(BLOCK_SLOTS));
        let post = slot.wrapping_add(lanes.trailing_zeros());
        let object = Object {
            owner: u32::from(self.slice.population),
            pre: Object::NEURON,
            post,
        };
        counters.hit(
            Counter::PotentialSaturated,
            lanes.count_ones(),
            self.tick,
            object,
        );
    }
}

/// The membrane potential of a neuron, Q15.16, for recording; 0 for sources and for a slot that isn't there.
#[must_use]
pub fn potential(slice: &Slice, state: &[u32], slot: u32) -> i32 {
    let (arrays, _) = state.as_chunks::<BLOCK>();
    let (block, lane) = ((slot / BLOCK_SLOTS) as usize, (slot % BLOCK_SLOTS) as usize);
    let width = slice.model.block_words() as usize / BLOCK;
    let value = |row: usize| {
        let array = arrays.get(block.wrapping_mul(width).wrapping_add(row));
        array
            .and_then(|a| a.get(lane))
            .map_or(0, |&word| word as i32)
    };
    match slice.model {
        Model::Wta(_) => {
            let psp = value(0).saturating_sub(value(1)).saturating_add(value(2));
            psp.saturating_sub(value(3).saturating_sub(value(4)))
        }
        Model::Intensity(_) => intensity::potential(value(0), value(1), value(2)),
        Model::Lif(model) => lif::potential(&model, value(0)),
        Model::Poisson(_) | Model::SpikeArray(_) => 0,
    }
}
