//! From floats to the kernel's formats. Functions of `libm`, so that every host computes the same bits.

use super::LoadingError;

/// `value` with so many fraction bits, rounded to nearest; refuses what an `i32` can't hold.
pub(super) fn fixed(
    value: f64,
    fraction: u32,
    object: &str,
    parameter: &'static str,
) -> Result<i32, LoadingError> {
    let scaled = libm::round(value * scale(fraction));
    if scaled >= f64::from(i32::MIN) && scaled <= f64::from(i32::MAX) {
        return Ok(scaled as i32);
    }
    let high = 2_147_483_648.0 / scale(fraction);
    Err(LoadingError::Range {
        object: object.to_owned(),
        parameter,
        value,
        low: -high,
        high,
    })
}

/// 2^fraction.
pub(super) fn scale(fraction: u32) -> f64 {
    libm::exp2(f64::from(fraction))
}

/// e^(−time/τ) in Q1.31. τ infinite: 2^31, which the kernel takes as "no decay". τ = 0: 0.
pub(super) fn decay(time_ms: f64, tau_ms: f64) -> u32 {
    if tau_ms.is_infinite() {
        return spinedrift_core::neuron::psp::NO_DECAY;
    }
    if tau_ms <= 0.0 {
        return 0;
    }
    unit31(libm::exp(-time_ms / tau_ms))
}

/// A number in [0, 1) in Q1.31.
pub(super) fn unit31(value: f64) -> u32 {
    libm::round(value * 2_147_483_648.0).clamp(0.0, 2_147_483_647.0) as u32
}

/// A probability in Q0.32.
pub(super) fn probability(value: f64) -> u32 {
    libm::round(value * 4_294_967_296.0).clamp(0.0, 4_294_967_295.0) as u32
}

/// The floating form of a jump table's fields: a mantissa in [2^30, 2^31) whose low five bits hold the right shift, so
/// that `mantissa / 2^shift` = `value` · 2^scale. Too small values are 0.
pub(super) fn floating(value: f64, scale_bits: i32) -> u32 {
    if value <= 0.0 {
        return 0;
    }
    let (fraction, exponent) = libm::frexp(value); // value = fraction · 2^exponent, fraction in [1/2, 1)
    // fraction · 2^31 = value · 2^(31 − exponent) = value · 2^(scale + shift).
    let shift = 31 - exponent - scale_bits;
    match shift {
        0..=31 => {
            let mantissa = libm::round(fraction * 2_147_483_648.0 / 32.0).min(67_108_863.0) as u32;
            (mantissa << 5) | shift as u32
        }
        // More than 31 bits to the right: below 2^−31 of a step of θ, or larger than the table may hold.
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floating_numbers_keep_26_bits_at_any_size() {
        for exponent in 3..28 {
            let value = 0.7 * libm::exp2(-f64::from(exponent));
            let word = floating(value, 33);
            let back = f64::from(word & !31) / libm::exp2(f64::from(word & 31)) / libm::exp2(33.0);
            assert!((back / value - 1.0).abs() < 2e-8, "{value}: {back}");
        }
        assert_eq!(floating(0.0, 33), 0);
    }

    #[test]
    fn what_does_not_fit_is_refused_with_its_limits() {
        assert_eq!(fixed(-1.5, 28, "x", "y"), Ok(-3 << 27));
        let error = fixed(9.0, 28, "projection 'p'", "theta_max");
        assert!(error.is_err_and(|e| e.to_string().contains("theta_max = 9 is outside [-8, 8]")));
    }
}
