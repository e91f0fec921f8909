//! Gaussian variates from counted bits: sixteen side by side, in arithmetic of 16 bits, with no table to look up.
//!
//! The number of ones among 15 random bits is nearly normal. Sixteen more random bits tell where between two numbers a variate
//! lies, a polynomial bends the result to the inverse of the distribution function, and a sign bit makes it symmetric. The
//! pieces are half a σ wide wherever they lie, and what a piece needs is itself a polynomial of its number: lanes compute it
//! side by side, where [`gaussian`] looks it up one lane after the other. A scalar core has the pieces in a table, made here by
//! the same arithmetic.

use super::gaussian::gaussian;
use crate::numeric::mul_hi;
use crate::spike::VECTORS;

/// 2⁴⁴ σ⁻¹ of one unit of a variate: 1 is 8,176.2 units. With it the variance is 1.
pub const UNIT: u32 = 2_151_625_993;

/// Variates of a block.
const BLOCK: usize = 16;
/// Words that hold a number of 16 bits for each of them.
const HALF: usize = BLOCK / 2;
/// Bits that are counted.
const COUNTED: u32 = 0x7fff;
/// Units of a Gaussian in Q3.28, Q0.32.
const UNITS: i32 = 130_820;

/// Coefficients of the polynomials, fitted to the inverse distribution function, each point by its density, with the fourth
/// moment held at 3. Of the piece's middle what goes beyond a straight line: three; then two each of slope, bend and twist.
const FIT: [i16; 9] = [-526, -10_352, 11_553, 4152, 676, 8777, -7178, 181, -12_840];

/// The coefficients as vector code wants them: for each lane, and unknown to the compiler. If it knew what range a product has, it
/// would go on in 32 bits, at four times the cost.
#[derive(Clone, Copy, Debug)]
pub struct Fit([[i16; BLOCK]; 9]);

impl Fit {
    /// The one that there is.
    #[inline(always)]
    #[must_use]
    pub fn new() -> Self {
        let each = FIT.map(|each| [each; BLOCK]);
        // Where nobody computes lanes side by side it may be left away: 288 bytes of a small stack.
        Self(if VECTORS {
            core::hint::black_box(each)
        } else {
            each
        })
    }

    /// The coefficients of a lane.
    #[inline(always)]
    #[expect(clippy::indexing_slicing, reason = "lanes are those of a block")]
    const fn of(&self, lane: usize) -> [i16; 9] {
        let [a, b, c, d, e, f, g, h, i] = &self.0;
        [
            a[lane], b[lane], c[lane], d[lane], e[lane], f[lane], g[lane], h[lane], i[lane],
        ]
    }
}

impl Default for Fit {
    fn default() -> Self {
        Self::new()
    }
}

/// High half of the product of two numbers of 16 bits.
#[inline(always)]
const fn high(a: i16, b: i16) -> i16 {
    ((a as i32).wrapping_mul(b as i32) >> 16) as i16
}

/// The polynomial of a piece, that of so many `ones`. Nothing saturates, but a saturating sum keeps the compiler from merging
/// it with the products around it in 32 bits.
#[inline(always)]
const fn piece(ones: i16, fit: [i16; 9]) -> [i16; 4] {
    let [m0, m1, m2, s0, s1, b0, b1, t0, t1] = fit;
    let odd = ones.wrapping_add(ones).wrapping_sub(15);
    let square = odd.wrapping_mul(odd.wrapping_shl(7)).wrapping_neg();
    let line = odd.wrapping_shl(11);
    let beyond = high(square, high(square, m2).saturating_add(m1)).saturating_add(m0);
    [
        line.saturating_add(high(line, beyond)),
        high(square, s1).saturating_add(s0),
        high(line, high(square, b1).saturating_add(b0)),
        high(square, t1).saturating_add(t0),
    ]
}

/// The value at a `place` in a piece, −½ … ½ (Q0.16).
#[inline(always)]
const fn curve([middle, slope, bend, twist]: [i16; 4], place: i16) -> i16 {
    let steep = high(place, twist).saturating_add(bend);
    let steep = high(place, steep).saturating_add(slope);
    high(place, steep).saturating_add(middle)
}

/// The pieces for a scalar core: all coefficients but the last in the upper half, where `SMLATB` takes and leaves them.
static PIECES: [[i32; 4]; BLOCK] = {
    let mut pieces = [[0; 4]; BLOCK];
    let mut ones = 0;
    while ones < BLOCK {
        let [middle, slope, bend, twist] = piece(ones as i16, FIT);
        #[expect(clippy::indexing_slicing, reason = "the loop ends with the table")]
        {
            pieces[ones] = [
                (middle as i32) << 16,
                (slope as i32) << 16,
                (bend as i32) << 16,
                twist as i32,
            ];
        }
        ones = ones.wrapping_add(1);
    }
    pieces
};

/// A variate beyond ±4σ, where no or all counted bits are ones: [`gaussian`]'s, by the place as the rest of its word.
#[cold]
const fn tail(all: bool, place: u16) -> i32 {
    let from_end = (all as u32) << 16 | place as u32; // 17 bits of 31
    let size = mul_hi(gaussian(0x7fff_ffff ^ from_end), UNITS);
    if all { size } else { size.wrapping_neg() }
}

/// Sixteen standard normal variates from sixteen words, in units of [`UNIT`]. Lanes j and 8 + j share the halves of words j (a
/// sign and the bits that are counted) and 8 + j (the place). None if any is beyond ±4σ, one variate in 16,384: those are
/// [`bit_gaussian_pair`]'s, where lanes would all have to wait for one.
///
/// Antisymmetric (the complements of all words give the negative variates, so the mean is 0 exactly), variance 1 to 10⁻⁶, kurtosis 3
/// to 10⁻⁵; the distribution function is nowhere off by more than 2·10⁻⁴, a quarter of which is the step of one unit. All 2³² words: `docs/numerics.md`. Source: the limit theorem of de Moivre
/// and Laplace, with a correction as Cornish and Fisher's, fitted.
#[inline(always)]
#[must_use]
#[expect(
    clippy::indexing_slicing,
    reason = "every array has an entry for each lane of the loop"
)]
pub fn bit_gaussian_lanes(words: &[u32; BLOCK], fit: &Fit) -> Option<[i32; BLOCK]> {
    let ([counted, places], _) = words.as_chunks::<HALF>() else {
        return None;
    };
    // As lanes of 16 bits, and back: which half comes first depends on the machine, the result doesn't.
    let counted: [u16; BLOCK] = bytemuck::must_cast(*counted);
    let places: [u16; BLOCK] = bytemuck::must_cast(*places);
    let (mut values, mut inner) = ([0_i16; BLOCK], [0_u16; BLOCK]);
    for lane in 0..BLOCK {
        let sign = counted[lane] as i16 >> 15;
        let bits = (counted[lane] ^ sign as u16) & COUNTED as u16;
        let place = places[lane] as i16 ^ sign;
        let value = curve(piece(bits.count_ones() as i16, fit.of(lane)), place);
        values[lane] = (value ^ sign).wrapping_sub(sign);
        inner[lane] = bits.wrapping_add(1) & 0x7ffe;
    }
    let pairs: [u32; HALF] = bytemuck::must_cast(values);
    let mut normal = [0; BLOCK];
    let (low, high) = normal.split_at_mut(HALF);
    for ((low, high), pair) in low.iter_mut().zip(high).zip(pairs) {
        *low = (pair << 16) as i32 >> 16;
        *high = pair as i32 >> 16;
    }
    let mut outer = 0_u16;
    for (lane, inner) in inner.iter().enumerate() {
        outer |= u16::from(*inner == 0) << lane;
    }
    (outer == 0).then_some(normal)
}

/// Two lanes of [`bit_gaussian_lanes`], j and 8 + j, from words j and 8 + j: for a core without vectors, and for tails. Beyond
/// ±4σ it is [`gaussian`], to 6.34σ.
#[inline(always)]
#[must_use]
pub fn bit_gaussian_pair(counted: u32, places: u32) -> [i32; 2] {
    const EACH: u32 = 0x0001_0001;
    let signs = (counted >> 15 & EACH).wrapping_mul(0xffff);
    let (bits, places) = (
        (counted ^ signs) & COUNTED.wrapping_mul(EACH),
        places ^ signs,
    );
    // Ones of both halves at once: of pairs of bits, of fours, of bytes, of halves.
    let twos = bits.wrapping_sub(bits >> 1 & 0x5555_5555);
    let fours = (twos & 0x3333_3333).wrapping_add(twos >> 2 & 0x3333_3333);
    let bytes = fours.wrapping_add(fours >> 4) & 0x0f0f_0f0f;
    let ones = bytes.wrapping_add(bytes >> 8);
    [
        alone(ones & 15, places as u16, signs as i16),
        alone(ones >> 16 & 15, (places >> 16) as u16, (signs >> 16) as i16),
    ]
}

/// One lane: the value of so many ones, at a place.
#[cfg_attr(not(feature = "compact"), inline(always))]
#[cfg_attr(feature = "compact", inline(never))]
#[expect(
    clippy::indexing_slicing,
    reason = "the index is taken modulo the table's 16 entries"
)]
fn alone(ones: u32, place: u16, sign: i16) -> i32 {
    if ones.wrapping_add(1) & 0xe == 0 {
        let tail = tail(ones != 0, place);
        return (tail ^ sign as i32).wrapping_sub(sign as i32);
    }
    // [`curve`] in 32 bits: nothing saturates.
    let [middle, slope, bend, twist] = PIECES[(ones & 15) as usize];
    let place = place as i16 as i32;
    let steep = place.wrapping_mul(twist).wrapping_add(bend) >> 16;
    let steep = place.wrapping_mul(steep).wrapping_add(slope) >> 16;
    let value = place.wrapping_mul(steep).wrapping_add(middle) >> 16;
    (value ^ sign as i32).wrapping_sub(sign as i32)
}
