//! Stochastic neurons: they fire with an intensity that is exponential in the potential, then are refractory.
//!
//! h = rate · Δt · e^u; in a tick a neuron that isn't refractory fires with p = 1 − e^−h (point process), or
//! p = h / (1 + h), the logistic link for which discrete-time neural sampling is exact (Buesing et al. 2011).

use super::{Context, Fired, overflow, psp};
use crate::image::slice::Intensity;
use crate::kernel::counters::Counters;
use crate::kernel::hardware::{Hardware, Work};
use crate::numeric;
use crate::random;
use crate::spike::{BLOCK, BLOCK_SLOTS, VECTORS};

/// State arrays of a block: fast, slow, bias (Q15.16), refractory ticks left.
const ARRAYS: usize = 4;

/// Advances a slice by one tick. `ring` holds this tick's input, one array a block.
#[inline(always)]
pub fn advance(
    context: Context<'_>,
    model: &Intensity,
    state: &mut [[u32; BLOCK]],
    ring: &[[u32; BLOCK]],
    counters: &mut Counters,
    hw: &mut impl Hardware,
) -> Fired {
    let mut fired = Fired::default();
    let blocks = state.chunks_exact_mut(ARRAYS).zip(ring).zip(&mut fired);
    for (block, ((arrays, input), fired)) in (0_u32..).zip(blocks) {
        let [fast, slow, bias, refractory] = arrays else {
            continue;
        };
        let lanes = context.slice.lanes(block);
        let input = psp::from_ring(input, context.slice.ring_fraction);
        let summed = psp::advance(model.psp, fast, slow, &input);
        let cut = overflow::lanes_beyond([(fast, false), (slow, true), (bias, false)]);
        let saturated = (summed | cut) & lanes;
        if saturated != 0 {
            context.saturated(counters, block, saturated);
        }
        let words = context.stream(block).lanes();
        hw.charge(Work::IntensityNeuron, BLOCK_SLOTS);
        if VECTORS && nobody_fires(model, [fast, slow, bias, refractory], &words) {
            for refractory in refractory {
                *refractory = refractory.saturating_sub(1);
            }
            continue;
        }
        let neurons = fast.iter().zip(slow).zip(bias).zip(refractory).zip(&words);
        for (lane, ((((fast, slow), bias), refractory), word)) in neurons.enumerate() {
            if *refractory > 0 {
                *refractory = refractory.wrapping_sub(1);
                continue;
            }
            let p = fire_probability(model, potential(*fast as i32, *slow as i32, *bias as i32));
            if lanes >> lane & 1 == 1 && random::bernoulli(*word, p) {
                *fired |= 1 << lane;
                *refractory = model.refractory;
            }
        }
    }
    fired
}

/// u of a neuron, Q15.16.
#[inline(always)]
pub(super) const fn potential(fast: i32, slow: i32, bias: i32) -> i32 {
    fast.saturating_sub(slow).saturating_add(bias)
}

/// Whether none of a block's lanes can fire, by the highest potential of those that aren't refractory and the lowest of all words: the
/// probability grows with the potential (all of its parts are monotone, [`numeric::bounds`]). Mostly so, at a sixteenth of the cost.
#[inline(always)]
fn nobody_fires(
    model: &Intensity,
    [fast, slow, bias, refractory]: [&[u32; BLOCK]; ARRAYS],
    words: &[u32; BLOCK],
) -> bool {
    let (mut highest, mut lowest) = (i32::MIN, u32::MAX);
    let neurons = fast.iter().zip(slow).zip(bias).zip(refractory);
    for ((((fast, slow), bias), refractory), word) in neurons.zip(words) {
        let u = potential(*fast as i32, *slow as i32, *bias as i32);
        highest = highest.max(if *refractory > 0 { i32::MIN } else { u });
        lowest = lowest.min(*word);
    }
    !random::bernoulli(lowest, fire_probability(model, highest))
}

/// Probability, Q0.32, that a neuron of potential u (Q15.16) fires in a tick.
#[must_use]
pub fn fire_probability(model: &Intensity, u: i32) -> u32 {
    let hazard = numeric::exp_wide(u.saturating_add(model.log_hazard)).cast_unsigned();
    if model.logistic == 1 {
        // h / (1 + h) with h in Q5.26, below 32: the quotient of two integers, exact to one step of 2^-32.
        return numeric::share(hazard, hazard.wrapping_add(1 << 26));
    }
    // e^−h through exp2: h · log2(e), Q5.27.
    let scaled =
        (u64::from(hazard).wrapping_mul(u64::from(LOG2_E)) >> 30).min(u64::from(u32::MAX)) as u32;
    let stay = numeric::exp2_neg(scaled);
    (1_u32 << 31).saturating_sub(stay).saturating_mul(2)
}

/// log2(e) in Q1.31 (1.4427 · 2^31, rounded).
const LOG2_E: u32 = 3_098_164_009;

#[cfg(test)]
mod tests {
    use super::{Intensity, fire_probability, nobody_fires, potential};
    use crate::random;
    use proptest::prelude::{any, proptest};

    fn check(logistic: u32, exact: impl Fn(f64) -> f64) {
        let model = Intensity {
            log_hazard: 0,
            logistic,
            ..Intensity::default()
        };
        for step in -80..=30 {
            let u = f64::from(step) / 10.0;
            let here =
                f64::from(fire_probability(&model, (u * 65536.0).round() as i32)) / 2f64.powi(32);
            let h = ((u * 65536.0).round() / 65536.0).exp();
            assert!(
                (here - exact(h)).abs() < 3e-8,
                "u {u}: {here} against {}",
                exact(h)
            );
        }
    }

    #[test]
    fn the_exponential_link_is_one_minus_exp_minus_h() {
        check(0, |h| 1.0 - (-h).exp());
    }

    #[test]
    fn the_logistic_link_is_h_over_one_plus_h() {
        check(1, |h| h / (1.0 + h));
    }

    proptest! {
        #[test]
        fn where_nobody_fires_no_lane_does(
            fast: [u32; 16], slow: [u32; 16], small in 0..31_u32, held: [u32; 16], words: [u32; 16],
            log_hazard in -(8 << 16)..(1 << 16), logistic in 0..2_u32,
        ) {
            let model = Intensity { log_hazard, logistic, ..Intensity::default() };
            let scaled = |words: [u32; 16]| words.map(|word| (word as i32 >> small) as u32);
            let (fast, slow, refractory) = (scaled(fast), scaled(slow), held.map(|held| held % 2));
            let fires = |lane: usize| {
                let p = fire_probability(&model, potential(fast[lane] as i32, slow[lane] as i32, 0));
                refractory[lane] == 0 && random::bernoulli(words[lane], p)
            };
            if nobody_fires(&model, [&fast, &slow, &[0; 16], &refractory], &words) {
                assert!(!(0..16).any(fires));
            }
        }

        #[test]
        fn one_lane_that_fires_is_not_overlooked(lane in 0..16_usize, u in any::<i16>(), word: u32) {
            let model = Intensity::default();
            let (mut fast, mut words) = ([(-20 << 16) as u32; 16], [u32::MAX; 16]);
            (fast[lane], words[lane]) = ((i32::from(u) << 4) as u32, word);
            let fires = random::bernoulli(word, fire_probability(&model, i32::from(u) << 4));
            assert_eq!(!nobody_fires(&model, [&fast, &[0; 16], &[0; 16], &[0; 16]], &words), fires);
        }
    }
}
