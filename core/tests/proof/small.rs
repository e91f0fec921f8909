//! The arithmetic helpers, exhausted at small width: a twin of 8 bits is compared with exact integers on every input, and the
//! function of 32 bits with its twin on every input scaled up by 2²⁴, where both saturate at the same place.
//!
//! A twin has the text of its function, with the widths exchanged. Overflow of the twin would be a panic here, since tests are built
//! with checks.

use spinedrift_core::numeric::{
    add_sat_count, mul_hi, mul_hi_unsigned, mul_sat_count, mul_shift, narrow_sat_count, saturate,
    shl_sat_count, sub_sat_count,
};
use spinedrift_core::random::stochastic_round;

/// What 8 bits are moved up by to fill 32.
const UP: u32 = 24;

fn bytes() -> impl Iterator<Item = i8> + Clone {
    i8::MIN..=i8::MAX
}

fn pairs() -> impl Iterator<Item = (i8, i8)> {
    bytes().flat_map(|a| bytes().map(move |b| (a, b)))
}

/// The twins.
mod twin {
    pub(super) fn saturate(value: i16) -> i8 {
        if value > i8::MAX as i16 {
            i8::MAX
        } else if value < i8::MIN as i16 {
            i8::MIN
        } else {
            value as i8
        }
    }

    pub(super) fn note(cut: bool, saturated: &mut u8) {
        *saturated = saturated.saturating_add(cut as u8);
    }

    pub(super) fn add_sat_count(a: i8, b: i8, saturated: &mut u8) -> i8 {
        let sum = a.saturating_add(b);
        note(sum != a.wrapping_add(b), saturated);
        sum
    }

    pub(super) fn sub_sat_count(a: i8, b: i8, saturated: &mut u8) -> i8 {
        let difference = a.saturating_sub(b);
        note(difference != a.wrapping_sub(b), saturated);
        difference
    }

    pub(super) fn mul_shift(a: i8, b: i8, shift: u32) -> i8 {
        let shift = if shift > 15 { 15 } else { shift };
        saturate((a as i16).wrapping_mul(b as i16) >> shift)
    }

    pub(super) fn mul_hi(a: i8, b: i8) -> i8 {
        ((a as i16).wrapping_mul(b as i16) >> 8) as i8
    }

    pub(super) fn stochastic_round(value: i8, shift: u32, word: u8) -> i8 {
        let shift = if shift > 7 { 7 } else { shift };
        let dither = ((word as u16) << shift >> 8) as i16;
        (value as i16).wrapping_add(dither).wrapping_shr(shift) as i8
    }
}

#[test]
fn sums_and_differences() {
    for (a, b) in pairs() {
        let (wide_a, wide_b) = (i32::from(a) << UP, i32::from(b) << UP);
        let exact = [i16::from(a) + i16::from(b), i16::from(a) - i16::from(b)];
        let (mut small, mut large) = ([0, 0], [0, 0]);
        let twins = [
            twin::add_sat_count(a, b, &mut small[0]),
            twin::sub_sat_count(a, b, &mut small[1]),
        ];
        let functions = [
            add_sat_count(wide_a, wide_b, &mut large[0]),
            sub_sat_count(wide_a, wide_b, &mut large[1]),
        ];
        for which in 0..2 {
            assert_eq!(i16::from(twins[which]), exact[which].clamp(-128, 127));
            let cut = i16::from(twins[which]) != exact[which];
            assert_eq!(
                (small[which], large[which]),
                (u8::from(cut), u32::from(cut))
            );
            // At the upper end 32 bits have 2²⁴ − 1 more.
            assert_eq!(functions[which] >> UP, i32::from(twins[which]));
        }
    }
}

#[test]
fn products() {
    for (a, b) in pairs() {
        let exact = i16::from(a) * i16::from(b);
        assert_eq!(i16::from(twin::mul_hi(a, b)), exact.div_euclid(256));
        // 2^24 · 2^8: the high half of the product is that of the bytes, 2^16 up.
        let high = mul_hi(i32::from(a) << UP, i32::from(b) << 8);
        assert_eq!(high, i32::from(exact));
        assert_eq!(
            mul_hi(i32::from(a) << UP, i32::from(b) << UP),
            i32::from(exact) << 16
        );
        let (c, d) = (a as u8, b as u8);
        let unsigned = mul_hi_unsigned(u32::from(c) << UP, u32::from(d) << UP);
        assert_eq!(unsigned, (u32::from(c) * u32::from(d)) << 16);
        for shift in 0..20 {
            let shifted = i32::from(exact) >> shift.min(15);
            let twin = twin::mul_shift(a, b, shift);
            assert_eq!(i32::from(twin), shifted.clamp(-128, 127));
            // Half of the scale on either factor: the cut comes at 2^31 = 2^7 · 2^24.
            let (wide_a, wide_b) = (i32::from(a) << 12, i32::from(b) << 12);
            let shift = shift.min(15);
            let wide = mul_shift(wide_a, wide_b, shift);
            let floor = (i64::from(exact) << UP) >> shift;
            assert_eq!(
                i64::from(wide),
                floor.clamp(i32::MIN.into(), i32::MAX.into())
            );
            let mut cut = 0;
            assert_eq!(mul_sat_count(wide_a, wide_b, shift, &mut cut), wide);
            assert_eq!(cut, u32::from(i64::from(wide) != floor));
        }
    }
}

#[test]
fn narrowing_and_shifts() {
    for value in i16::MIN..=i16::MAX {
        assert_eq!(i16::from(twin::saturate(value)), value.clamp(-128, 127));
        let wide = i64::from(value) << UP;
        let narrow = wide.clamp(i32::MIN.into(), i32::MAX.into());
        let mut cut = 0;
        assert_eq!(i64::from(saturate(wide)), narrow);
        assert_eq!(i64::from(narrow_sat_count(wide, &mut cut)), narrow);
        assert_eq!(cut, u32::from(narrow != wide));
    }
    for value in bytes() {
        for shift in 0..40_u32 {
            let exact = i64::from(value) << shift.min(31);
            let mut cut = 0;
            let shifted = i64::from(shl_sat_count(i32::from(value), shift, &mut cut));
            assert_eq!(shifted, exact.clamp(i32::MIN.into(), i32::MAX.into()));
            assert_eq!(cut, u32::from(shifted != exact));
        }
    }
}

#[test]
fn stochastic_rounding_has_no_bias() {
    for value in bytes() {
        for shift in 0..=7 {
            let mut sum = 0_i32;
            for word in 0..=u8::MAX {
                let small = twin::stochastic_round(value, shift, word);
                sum += i32::from(small);
                // 32 bits take the top bits of the word: the byte's, moved up.
                let large = stochastic_round(i32::from(value), shift, u32::from(word) << UP);
                assert_eq!(large, i32::from(small));
            }
            // 256 · value / 2^shift exactly.
            assert_eq!(sum << shift, 256 * i32::from(value));
        }
    }
}
