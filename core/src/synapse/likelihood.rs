//! The likelihood's kick at a postsynaptic spike: Δθ = N b w (y − min(5, α e^w)), w = e^(θ − θ0) (Kappel et al. 2015;
//! the cut at 5 is the authors' program's).
//!
//! α e^w is doubly exponential in θ, so one kick could throw θ away: the drive w (y − …) is cut to ± `drive_max` and
//! each cut is counted.

use super::efficacy::weight;
use crate::image::Plastic;
use crate::numeric;

/// ln 5 in Q5.26, and 5 in Q5.26.
const LN_5: i32 = 108_007_550;

/// θ after a kick, and whether the drive was cut. `y` is the trace, Q5.26; two random words round the two products
/// stochastically. θ stays within ± (6.25 + 1).
///
/// Error: w and α e^w as [`numeric::exp`]; the drive keeps 20, the kick 28 fraction bits, both unbiased.
#[inline(always)]
#[must_use]
#[expect(
    clippy::manual_clamp,
    reason = "clamp checks its bounds, and a path to a panic has no place in a vector loop"
)]
pub fn kick(theta: i32, y: i32, plastic: &Plastic, words: [u32; 2]) -> (i32, bool) {
    let w = weight(theta, plastic.offset);
    let exponent = w
        .saturating_add(plastic.log_alpha)
        .max(-(2 << 28))
        .min(LN_5);
    // Q5.26 → Q3.28; between −8 and ln 5 nothing is lost.
    let depression = numeric::exp(exponent.wrapping_shl(2));
    let difference = y.wrapping_sub(depression);
    let drive = ((i64::from(w))
        .wrapping_mul(i64::from(difference))
        .wrapping_add(i64::from(words[0]))
        >> 32) as i32;
    // Not `clamp`, whose check of its bounds would keep the loop over lanes from being vectorised.
    let cut = drive
        .max(plastic.drive_max.wrapping_neg())
        .min(plastic.drive_max);
    let product = i64::from(cut).wrapping_mul(i64::from(plastic.gain));
    let kick = (product.wrapping_add(i64::from(words[1] & 0xFFFF)) >> 16) as i32;
    let learns = theta > 0 || plastic.retracted_learns == 1;
    if learns {
        (theta.wrapping_add(kick), cut != drive)
    } else {
        (theta, false)
    }
}

#[cfg(test)]
mod tests {
    use super::{LN_5, kick};
    use crate::image::Plastic;

    fn plastic() -> Plastic {
        Plastic {
            offset: 3 << 28,
            log_alpha: -2 << 26,
            gain: (0.01 * 2f64.powi(24)).round() as i32,
            drive_max: 128 << 20,
            retracted_learns: 1,
            ..Plastic::default()
        }
    }

    fn exact(theta: f64, y: f64) -> f64 {
        let w = (theta - 3.0).exp();
        0.01 * w * (y - (w - 2.0).exp().min(5.0))
    }

    #[test]
    fn the_kick_follows_the_rule() {
        assert_eq!(LN_5, (5f64.ln() * 2f64.powi(26)).round() as i32);
        for theta_step in -16..=24 {
            for y_step in 0..8 {
                let (theta, y) = (f64::from(theta_step) * 0.25, f64::from(y_step) * 0.5);
                let (raw, y_raw) = ((theta * 2f64.powi(28)) as i32, (y * 2f64.powi(26)) as i32);
                let (moved, cut) = kick(raw, y_raw, &plastic(), [1 << 31, 1 << 15]);
                let here = f64::from(moved - raw) / 2f64.powi(28);
                let difference = (here - exact(theta, y)).abs();
                assert!(
                    !cut && difference < 2e-8 + exact(theta, y).abs() * 1e-6,
                    "θ {theta} y {y}: {here}"
                );
            }
        }
    }

    #[test]
    fn a_large_drive_is_cut_and_said_so() {
        let bounded = Plastic {
            drive_max: 1 << 20,
            ..plastic()
        };
        let theta = 6 << 28;
        let (moved, cut) = kick(theta, 0, &bounded, [0; 2]);
        assert!(cut);
        assert!((f64::from(moved - theta) / 2f64.powi(28) + 0.01).abs() < 1e-7);
    }

    #[test]
    fn a_retracted_synapse_learns_only_if_asked_to() {
        let deaf = Plastic {
            retracted_learns: 0,
            ..plastic()
        };
        assert_eq!(kick(-5, 1 << 26, &deaf, [0; 2]).0, -5);
        assert!(kick(-5, 1 << 26, &plastic(), [0; 2]).0 > -5);
    }
}
