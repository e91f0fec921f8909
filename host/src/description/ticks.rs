//! Times in whole ticks: what is not a whole number of them is refused by name, never rounded in silence.

/// Longest delay in ticks: the kernel's ring of delayed input has so many slots.
pub const DELAY_TICKS_MAX: u32 = 16;

/// How far a quotient may be from a whole number and still be one: 0.3 ms over 0.1 ms is 2.9999999999999996.
const TOLERANCE_TICKS: f64 = 1e-6;

/// `time_ms` in ticks if it is a whole number of them; `None` if it is not, is negative or beyond `u32`.
///
/// ```
/// use spinedrift::description::ticks::whole_ticks;
/// assert_eq!(whole_ticks(0.3, 100), Some(3));
/// assert_eq!(whole_ticks(1.5, 1_000), None);
/// ```
#[must_use]
pub fn whole_ticks(time_ms: f64, tick_us: u32) -> Option<u32> {
    let ticks = time_ms * 1e3 / f64::from(tick_us);
    let whole = ticks.round();
    let near = (ticks - whole).abs() <= TOLERANCE_TICKS;
    (near && (0.0..=f64::from(u32::MAX)).contains(&whole)).then_some(whole as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimal_times_on_a_decimal_tick_are_whole() {
        for ticks in 0..=160 {
            assert_eq!(whole_ticks(f64::from(ticks) / 10.0, 100), Some(ticks));
        }
    }

    #[test]
    fn half_ticks_negatives_and_nonsense_are_not() {
        for time in [0.5, 1.01, -1.0, f64::NAN, f64::INFINITY, 1e30] {
            assert_eq!(whole_ticks(time, 1_000), None, "{time}");
        }
        assert_eq!(whole_ticks(1.0, 0), None);
    }
}
