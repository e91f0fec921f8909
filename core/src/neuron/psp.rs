//! Double-exponential postsynaptic potentials, 16 lanes at a time.
//!
//! Each neuron keeps two sums, one decaying with τ_m, one with τ_s; an input adds to both, and the potential is their
//! difference: ε(s) = e^(−s/τ_m) − e^(−s/τ_s) (Kappel et al. 2015). An EPSP so keeps the weight that its synapse had
//! when the spike arrived.

use super::lanes::lanes_where;
use crate::image::slice::PspDecay;
use crate::numeric::pairs::{Products, Rounding, lanes, pairs};
use crate::spike::BLOCK;

/// 1 in Q1.31: no decay at all.
pub const NO_DECAY: u32 = 1 << 31;

/// Multiplies 16 lanes by a factor in Q1.31 below 1, rounded to nearest; [`NO_DECAY`] leaves them. Error ≤ ½ ulp of the
/// value; never overflows.
#[cfg_attr(not(feature = "compact"), inline(always))]
#[cfg_attr(feature = "compact", inline(never))]
pub fn decay_lanes(values: &mut [u32; BLOCK], factor: u32) {
    if factor != NO_DECAY {
        let half = Rounding::new();
        let decayed = pairs(values).map(|pair| Products::new(pair, factor as i32).rounded(half));
        *values = lanes(&decayed);
    }
}

/// Adds to 16 lanes, saturating. Returns the lanes that saturated.
#[cfg_attr(not(feature = "compact"), inline(always))]
#[cfg_attr(feature = "compact", inline(never))]
pub fn add_lanes(values: &mut [u32; BLOCK], input: &[i32; BLOCK]) -> u16 {
    let mut any = 0_u32;
    for (value, add) in values.iter_mut().zip(input) {
        let (old, add) = (*value as i32, *add);
        let sum = old.wrapping_add(add);
        // Overflow: both terms have the sign that the sum lacks.
        any |= ((old ^ sum) & (add ^ sum)) as u32;
        *value = old.saturating_add(add) as u32;
    }
    if any >> 31 == 0 {
        0
    } else {
        saturated_lanes(values)
    }
}

/// Lanes that stand at either end of the range.
#[cold]
#[cfg_attr(feature = "compact", inline(never))]
fn saturated_lanes(values: &[u32; BLOCK]) -> u16 {
    lanes_where(values, |value| matches!(value as i32, i32::MIN | i32::MAX))
}

/// One tick of a block: both sums decay, then take in the input. Returns the lanes that saturated.
#[inline(always)]
pub fn advance(
    psp: PspDecay,
    fast: &mut [u32; BLOCK],
    slow: &mut [u32; BLOCK],
    input: &[i32; BLOCK],
) -> u16 {
    decay_lanes(fast, psp.fast);
    let saturated = add_lanes(fast, input);
    if psp.slow == 0 {
        return saturated;
    }
    decay_lanes(slow, psp.slow);
    saturated | add_lanes(slow, input)
}

/// The integers of a ring slot as Q15.16.
#[inline(always)]
#[must_use]
pub fn from_ring(ring: &[u32; BLOCK], fraction: u32) -> [i32; BLOCK] {
    if fraction >= 16 {
        return ring.map(|word| word as i32 >> (fraction.wrapping_sub(16) & 31));
    }
    ring.map(|word| raised(word as i32, 16_u32.wrapping_sub(fraction)))
}

/// Times 2^`left`, saturating.
#[inline(always)]
const fn raised(value: i32, left: u32) -> i32 {
    let product = value.wrapping_shl(left);
    if product.wrapping_shr(left) == value {
        product
    } else {
        (value >> 31) ^ i32::MAX
    }
}

#[cfg(test)]
mod tests {
    use super::{NO_DECAY, add_lanes, advance, decay_lanes, from_ring};
    use crate::image::slice::PspDecay;

    #[test]
    fn a_psp_follows_the_difference_of_exponentials() {
        let factor = |tau: f64| ((-1.0 / tau).exp() * 2f64.powi(31)).round() as u32;
        let psp = PspDecay {
            fast: factor(20.0),
            slow: factor(2.0),
        };
        let (mut fast, mut slow) = ([0; 16], [0; 16]);
        for tick in 0..200 {
            let input = if tick == 0 { 1 << 16 } else { 0 };
            assert_eq!(advance(psp, &mut fast, &mut slow, &[input; 16]), 0);
            let exact = (-f64::from(tick) / 20.0).exp() - (-f64::from(tick) / 2.0).exp();
            let here = f64::from(fast[3] as i32 - slow[3] as i32) / 65536.0;
            // Half an ulp is lost each tick and decays with the sum: at most 10 ulp for the slower one.
            assert!(
                (here - exact).abs() < 11.0 / 65536.0,
                "tick {tick}: {here} against {exact}"
            );
        }
    }

    #[test]
    fn a_step_never_decays_and_extremes_do_not_overflow() {
        let mut fast = [5; 16];
        advance(
            PspDecay {
                fast: NO_DECAY,
                slow: 0,
            },
            &mut fast,
            &mut [0; 16],
            &[0; 16],
        );
        assert_eq!(fast, [5; 16]);
        let mut lowest = [i32::MIN as u32; 16];
        decay_lanes(&mut lowest, NO_DECAY - 1);
        assert_eq!(lowest.map(|value| value as i32), [i32::MIN + 1; 16]);
    }

    #[test]
    fn saturation_is_reported_by_lane() {
        let mut values = [0_u32; 16];
        values[4] = i32::MAX as u32 - 1;
        assert_eq!(add_lanes(&mut values, &[1; 16]), 0);
        assert_eq!(add_lanes(&mut values, &[1; 16]), 1 << 4);
        assert_eq!(values[4] as i32, i32::MAX);
    }

    #[test]
    fn ring_integers_of_any_fraction_become_potentials() {
        assert_eq!(from_ring(&[3 << 8; 16], 8)[0], 3 << 16);
        assert_eq!(from_ring(&[(-3_i32 << 20) as u32; 16], 20)[0], -3 << 16);
        assert_eq!(from_ring(&[i32::MAX as u32; 16], 4)[0], i32::MAX);
    }
}
