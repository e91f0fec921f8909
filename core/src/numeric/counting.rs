//! Arithmetic that saturates and says so: each function adds one to the caller's counter when the true result did
//! not fit. The kernel keeps such counters beside the neuron or synapse concerned.
//!
//! Not a place for rounding: these are exact unless they saturate.

use super::multiply::{mul_shift, saturate};

/// `a + b`, cut to the range of `i32`; `saturated` grows by one if it was cut.
///
/// ```
/// use spinedrift_core::numeric::add_sat_count;
/// let mut saturated = 0;
/// assert_eq!(add_sat_count(i32::MAX, 1, &mut saturated), i32::MAX);
/// assert_eq!(add_sat_count(1, 2, &mut saturated), 3);
/// assert_eq!(saturated, 1);
/// ```
#[inline]
pub fn add_sat_count(a: i32, b: i32, saturated: &mut u32) -> i32 {
    let sum = a.saturating_add(b);
    note(sum != a.wrapping_add(b), saturated);
    sum
}

/// `a − b`, cut to the range of `i32`; `saturated` grows by one if it was cut.
#[inline]
pub fn sub_sat_count(a: i32, b: i32, saturated: &mut u32) -> i32 {
    let difference = a.saturating_sub(b);
    note(difference != a.wrapping_sub(b), saturated);
    difference
}

/// `⌊a·b / 2^shift⌋` cut to the range of `i32`; `saturated` grows by one if it was cut. `shift` above 63 counts as 63.
#[inline]
pub fn mul_sat_count(a: i32, b: i32, shift: u32, saturated: &mut u32) -> i32 {
    let exact = (a as i64).wrapping_mul(b as i64) >> shift.min(63);
    note(exact != saturate(exact) as i64, saturated);
    mul_shift(a, b, shift)
}

/// `value·2^shift` cut to the range of `i32`; `saturated` grows by one if it was cut. `shift` above 31 counts as 31.
#[inline]
pub fn shl_sat_count(value: i32, shift: u32, saturated: &mut u32) -> i32 {
    narrow_sat_count((value as i64).wrapping_shl(shift.min(31)), saturated)
}

/// `value` as `i32`, cut to its range; `saturated` grows by one if it was cut.
#[inline]
pub fn narrow_sat_count(value: i64, saturated: &mut u32) -> i32 {
    let narrow = saturate(value);
    note(narrow as i64 != value, saturated);
    narrow
}

/// Adds one to the counter, which itself stops at its largest value.
#[inline]
fn note(cut: bool, saturated: &mut u32) {
    *saturated = saturated.saturating_add(cut as u32);
}
