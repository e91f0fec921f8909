//! Homeostasis: a slow current by which a neuron depresses itself.
//!
//! Each own spike takes a (e^(−s/τ_fall) − e^(−s/τ_rise)) from the potential (a = 8, 30 s, 10 s in the authors' program).
//! A decay of 3·10⁻⁵ a tick would drown in rounding, so both sums decay every [`PERIOD_TICKS`] ticks and stand between.

use super::psp::decay_lanes;
use crate::image::slice::Wta;
use crate::spike::{BLOCK, Tick};

/// Ticks between two decays.
pub const PERIOD_TICKS: u32 = 32;

/// Decays the two sums of a block if their time has come.
#[inline(always)]
pub fn advance(tick: Tick, wta: &Wta, fall: &mut [u32; BLOCK], rise: &mut [u32; BLOCK]) {
    if wta.adapt_amplitude != 0 && tick.0.is_multiple_of(PERIOD_TICKS) {
        decay_lanes(fall, wta.adapt_fall);
        decay_lanes(rise, wta.adapt_rise);
    }
}

/// Adds one own spike to the sums of a neuron. Returns whether a sum saturated.
#[inline(always)]
pub fn spike(wta: &Wta, fall: &mut u32, rise: &mut u32) -> bool {
    let add = wta.adapt_amplitude as i32;
    let (f, over_fall) = (*fall as i32).overflowing_add(add);
    let (r, over_rise) = (*rise as i32).overflowing_add(add);
    *fall = if over_fall { i32::MAX } else { f } as u32;
    *rise = if over_rise { i32::MAX } else { r } as u32;
    over_fall || over_rise
}

#[cfg(test)]
mod tests {
    use super::{PERIOD_TICKS, advance, spike};
    use crate::image::slice::Wta;
    use crate::spike::Tick;

    #[test]
    fn the_current_of_one_spike_follows_the_authors_kernel() {
        let factor = |tau_s: f64| {
            ((-f64::from(PERIOD_TICKS) * 1e-3 / tau_s).exp() * 2f64.powi(31)).round() as u32
        };
        let wta = Wta {
            adapt_fall: factor(30.0),
            adapt_rise: factor(10.0),
            adapt_amplitude: 8 << 16,
            ..Wta::default()
        };
        let (mut fall, mut rise) = ([0; 16], [0; 16]);
        spike(&wta, &mut fall[0], &mut rise[0]);
        for tick in 1..60_000_u32 {
            advance(Tick(tick), &wta, &mut fall, &mut rise);
            let s = f64::from(tick) * 1e-3;
            let exact = 8.0 * ((-s / 30.0).exp() - (-s / 10.0).exp());
            let here = f64::from(fall[0] as i32 - rise[0] as i32) / 65536.0;
            // 32 ms of standing still: 8 · 0.032 / 10; rounding is far below.
            assert!((here - exact).abs() < 0.03, "{s} s: {here} against {exact}");
        }
    }
}
