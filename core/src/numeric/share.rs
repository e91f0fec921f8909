//! A part of a whole as a fraction: the one division of 64 bits.

/// `⌊part · 2³² / whole⌋` for a part that is less than the whole: uQ0.32; 0 of nothing.
///
/// ```
/// use spinedrift_core::numeric::share;
/// assert_eq!(share(3, 4), 3 << 30);
/// ```
#[must_use]
pub fn share(part: u32, whole: u32) -> u32 {
    if cfg!(feature = "compact") {
        return by_bits(part, whole);
    }
    (u64::from(part) << 32)
        .checked_div(u64::from(whole))
        .unwrap_or(0) as u32
}

/// Bit by bit, highest first: where code is scarce, in a tenth of what a division of any 64 bits takes.
#[inline]
fn by_bits(part: u32, whole: u32) -> u32 {
    let (mut rest, mut quotient) = (part, 0);
    for _ in 0..u32::BITS {
        let carry = rest >> 31 == 1;
        rest <<= 1;
        quotient <<= 1;
        if carry || rest >= whole {
            rest = rest.wrapping_sub(whole);
            quotient |= u32::from(whole != 0);
        }
    }
    quotient
}

#[cfg(test)]
mod tests {
    use super::{by_bits, share};
    use proptest::prelude::{any, proptest};

    proptest! {
        #[test]
        fn bits_make_the_quotient(one in any::<u32>(), other in any::<u32>()) {
            let (part, whole) = (one.min(other), one.max(other));
            if part < whole {
                assert_eq!(by_bits(part, whole), share(part, whole));
            }
            assert_eq!((by_bits(0, 0), share(0, 0)), (0, 0));
        }
    }
}
