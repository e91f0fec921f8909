//! A tick of LIF neurons side by side, as if potentials and currents did nothing but move: so they do in nearly all blocks of
//! nearly all ticks. What happened is seen afterwards in what they came to, and made good. The bits of [`super::lif_alone`].

use super::lanes::lanes_where;
use super::lif::{ARRAYS, Factors, HELD, Happened, LIMIT, LOWEST, Scale, held};
use crate::image::slice::Lif;
use crate::numeric::pairs::{PAIRS, Pairs, Products, Rounding, lanes, pairs};
use crate::spike::{BLOCK, VECTORS};

/// Blocks that are asked at once whether anything happened in them.
pub(super) const GROUP: usize = 8;

/// A potential that is below the threshold by less than this (2,048 mV), and a current within half of it on either side of 0,
/// are what they should be. One difference tells, by its upper bits.
const SPAN: i32 = 1 << 27;

/// Bits of which [`SPAN`] has none.
const BEYOND: u32 = (SPAN as u32).wrapping_neg();

/// What does not change from block to block.
pub(super) struct Side<'a> {
    factors: &'a Factors,
    rounding: Rounding,
}

impl<'a> Side<'a> {
    /// `None` where lanes are not computed side by side, or where what happened would not be seen in the state: weights that
    /// leave a ring no 16 bits behind the point, a threshold below −2,048 mV or at most the reset potential.
    #[inline(always)]
    pub(super) fn new(factors: &'a Factors) -> Option<Self> {
        let Lif {
            threshold, reset, ..
        } = factors.lif;
        let seen = factors.scale == Scale::NONE
            && (-SPAN..=LIMIT).contains(&threshold)
            && (-LIMIT..threshold).contains(&reset);
        (VECTORS && seen).then(|| Self {
            factors,
            rounding: Rounding::new(),
        })
    }

    /// Moves the potentials and currents of a group of blocks by one tick, and empties their ring slots. Returns a word for each
    /// lane, with bits of [`BEYOND`] where something may have happened in one of the blocks.
    #[inline(always)]
    pub(super) fn step(
        &self,
        state: &mut [[u32; BLOCK]],
        excitatory: &mut [[u32; BLOCK]],
        inhibitory: &mut [[u32; BLOCK]],
    ) -> [u32; BLOCK] {
        let factors = self.factors;
        let mut any = [0; BLOCK];
        // As many rounds as there are blocks: a number that the compiler knew would make it unroll the loop over blocks
        // before the loops over lanes have become vector code.
        let blocks = state.chunks_exact_mut(ARRAYS);
        let inputs = excitatory.iter_mut().zip(inhibitory);
        for (arrays, (excitatory, inhibitory)) in blocks.zip(inputs) {
            let [v, g_e, g_i, v_inf] = arrays else {
                continue;
            };
            let wide = products(&factors.lif, self.rounding, &above(v, v_inf), [*g_e, *g_i]);
            let (moved, loud_v) = membrane(&factors.lif, [wide.membrane, *v_inf, *v]);
            let arrived = [core::mem::take(excitatory), core::mem::take(inhibitory)];
            let (excitation, loud_e) = arrive(&wide.excitation, &arrived[0]);
            let (inhibition, loud_i) = arrive(&wide.inhibition, &arrived[1]);
            (*v, *g_e, *g_i) = (moved, excitation, inhibition);
            any = either(&any, &either(&loud_v, &either(&loud_e, &loud_i)));
        }
        any
    }

    /// Spikes, and cuts what left the limit, in some lanes of a block that has moved.
    #[inline(always)]
    pub(super) fn mend(
        &self,
        [v, g_e, g_i, _]: &mut [[u32; BLOCK]; ARRAYS],
        lanes: u16,
    ) -> Happened {
        let mut happened = Happened::default();
        let mut rest = lanes;
        while rest != 0 {
            let lane = rest.trailing_zeros() as usize;
            let bit = rest & rest.wrapping_neg();
            rest ^= bit;
            let (Some(v), Some(g_e), Some(g_i)) =
                (v.get_mut(lane), g_e.get_mut(lane), g_i.get_mut(lane))
            else {
                break;
            };
            let word = *v as i32;
            let mut cut = false;
            if word >= LOWEST {
                let free = held(word);
                cut = free != word;
                *v = if free >= self.factors.lif.threshold {
                    happened.spikes |= bit;
                    self.factors.after
                } else {
                    free
                } as u32;
            }
            for current in [g_e, g_i] {
                let kept = held(*current as i32) as u32;
                cut |= kept != *current;
                *current = kept;
            }
            if cut {
                happened.cut |= bit;
            }
        }
        happened
    }
}

/// Whether something may have happened, by what [`Side::step`] gives.
#[inline(always)]
pub(super) fn is_loud(any: &[u32; BLOCK]) -> bool {
    any.iter().fold(0, |any, loud| any | loud) & BEYOND != 0
}

/// The lanes in which something may have happened.
#[inline(always)]
pub(super) fn loud_lanes(any: &[u32; BLOCK]) -> u16 {
    lanes_where(any, |loud| loud & BEYOND != 0)
}

/// v − v_∞.
#[inline(always)]
fn above(v: &[u32; BLOCK], v_inf: &[u32; BLOCK]) -> [u32; BLOCK] {
    let mut above = *v;
    for (above, rest) in above.iter_mut().zip(v_inf) {
        *above = above.wrapping_sub(*rest);
    }
    above
}

#[inline(always)]
fn either(a: &[u32; BLOCK], b: &[u32; BLOCK]) -> [u32; BLOCK] {
    let mut either = *a;
    for (either, b) in either.iter_mut().zip(b) {
        *either |= *b;
    }
    either
}

/// What the multiplications of a tick give.
struct Wide {
    /// v − v_∞ at the end of the tick, as if nothing held it.
    membrane: [u32; BLOCK],
    /// g_e, decayed.
    excitation: [u32; BLOCK],
    /// g_i, decayed.
    inhibition: [u32; BLOCK],
}

/// It takes and gives arrays by value: a loop that stores through references might change what it reads, as far as the
/// compiler knows, and would not be vectorised.
#[inline(always)]
#[expect(
    clippy::indexing_slicing,
    reason = "every array has an entry for each pair of the loop"
)]
fn products(
    lif: &Lif,
    half: Rounding,
    above: &[u32; BLOCK],
    [g_e, g_i]: [[u32; BLOCK]; 2],
) -> Wide {
    // Q1.31 below 1, as the image's check has seen to: the positive half of 32 bits.
    let factor = |factor: u32| factor as i32;
    let (decay_v, decay_e, decay_i) = (
        factor(lif.decay_v),
        factor(lif.decay_e),
        factor(lif.decay_i),
    );
    let (gain_e, gain_i) = (factor(lif.gain_e), factor(lif.gain_i));
    let (above, g_e, g_i) = (pairs(above), pairs(&g_e), pairs(&g_i));
    let mut out: [Pairs; 3] = [[0; PAIRS]; 3];
    for pair in 0..PAIRS {
        let drive = Products::new(g_e[pair], gain_e).minus(Products::new(g_i[pair], gain_i));
        out[0][pair] = Products::new(above[pair], decay_v)
            .plus(drive)
            .rounded(half);
        out[1][pair] = Products::new(g_e[pair], decay_e).rounded(half);
        out[2][pair] = Products::new(g_i[pair], decay_i).rounded(half);
    }
    let [membrane, excitation, inhibition] = out.map(|pairs| lanes(&pairs));
    Wide {
        membrane,
        excitation,
        inhibition,
    }
}

/// Reset and refractoriness, from the new v − v_∞, from v_∞ and from the old v. Also gives a word that has bits of [`BEYOND`]
/// unless v is below the threshold by less than [`SPAN`], or held.
#[inline(always)]
#[expect(
    clippy::indexing_slicing,
    reason = "every array has an entry for each lane of the loop"
)]
fn membrane(lif: &Lif, [above, v_inf, old]: [[u32; BLOCK]; 3]) -> ([u32; BLOCK], [u32; BLOCK]) {
    let (highest, reset) = (lif.threshold.wrapping_sub(1), lif.reset);
    let (mut v, mut loud) = ([0; BLOCK], [0; BLOCK]);
    for lane in 0..BLOCK {
        let sum = v_inf[lane].wrapping_add(above[lane]) as i32;
        // No potential looks like a neuron that is held. One ulp beyond the limit shows that it was cut.
        let free = sum.max(-LIMIT - 1);
        let old = old[lane] as i32;
        let held = old < LOWEST;
        let waits = if old <= HELD + 1 {
            reset
        } else {
            old.wrapping_sub(1)
        };
        v[lane] = if held { waits } else { free } as u32;
        loud[lane] = if held { 0 } else { highest.wrapping_sub(free) } as u32;
    }
    (v, loud)
}

/// Adds what arrives now to a decayed current; it acts on the membrane from the next tick on. Also gives a word that has bits
/// of [`BEYOND`] unless the sum is within half of [`SPAN`].
#[inline(always)]
#[expect(
    clippy::indexing_slicing,
    reason = "every array has an entry for each lane of the loop"
)]
fn arrive(decayed: &[u32; BLOCK], ring: &[u32; BLOCK]) -> ([u32; BLOCK], [u32; BLOCK]) {
    const MIDDLE: u32 = SPAN as u32 / 2;
    let (decayed, ring) = (*decayed, *ring);
    let (mut current, mut loud) = ([0; BLOCK], [0; BLOCK]);
    for lane in 0..BLOCK {
        let sum = decayed[lane].wrapping_add(ring[lane]);
        current[lane] = sum;
        loud[lane] = sum.wrapping_add(MIDDLE);
    }
    (current, loud)
}
