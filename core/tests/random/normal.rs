//! The standard normal law in f64, the reference; from `libm`'s erfc, good to 1e−15 relative.

/// Probability above `z`.
pub(crate) fn upper_tail(z: f64) -> f64 {
    libm::erfc(z / 2_f64.sqrt()) / 2.0
}
