//! Potentials are sums of a few terms; one that leaves 32 bits is cut, and counted with its neuron.
//!
//! Terms below 2^28 can't add up to that. So a block's terms are only asked for their size, a few vector instructions;
//! the exact sums are formed when one is larger.

use crate::spike::BLOCK;

/// Terms up to five of which add up within 32 bits.
const SAFE: u32 = 1 << 28;

/// One array of terms, and whether it is taken away.
pub type Term<'a> = (&'a [u32; BLOCK], bool);

/// Lanes whose sum leaves the range of `i32`.
#[inline(always)]
#[must_use]
pub fn lanes_beyond<const N: usize>(terms: [Term<'_>; N]) -> u16 {
    let mut size = 0;
    for (values, _) in &terms {
        for value in *values {
            size |= value ^ (((*value as i32) >> 31) as u32);
        }
    }
    if size < SAFE { 0 } else { exact(&terms) }
}

#[cold]
#[cfg_attr(feature = "compact", inline(never))]
fn exact(terms: &[Term<'_>]) -> u16 {
    let beyond = |lane: usize| {
        let term = |(values, minus): &Term<'_>| {
            let value = values.get(lane).map_or(0, |value| i64::from(*value as i32));
            if *minus { value.wrapping_neg() } else { value }
        };
        let sum = terms.iter().map(term).fold(0, i64::wrapping_add);
        i32::try_from(sum).is_err()
    };
    (0..BLOCK)
        .rev()
        .fold(0, |lanes, lane| (lanes << 1) | u16::from(beyond(lane)))
}

#[cfg(test)]
mod tests {
    use super::lanes_beyond;

    #[test]
    fn only_sums_that_leave_the_range_are_named() {
        let (mut a, mut b) = ([1; 16], [0; 16]);
        assert_eq!(lanes_beyond([(&a, false), (&b, true)]), 0);
        a[3] = i32::MAX as u32;
        assert_eq!(lanes_beyond([(&a, false), (&b, true)]), 0);
        b[3] = -1_i32 as u32;
        assert_eq!(lanes_beyond([(&a, false), (&b, true)]), 1 << 3);
        assert_eq!(lanes_beyond([(&a, false), (&b, false)]), 0);
        b[15] = i32::MIN as u32;
        assert_eq!(lanes_beyond([(&a, true), (&b, false)]), 1 << 15);
    }
}
