//! Base-2 logarithm split in whole part and fraction: what [`super::log2`] and [`super::ln`] round.
//!
//! Not public. Method of Tang (1990): a table of reciprocals brings the mantissa within 2⁻⁶ of one, a short polynomial does the rest.

/// `1/c` in Q1.31 for the middle `c` of each of 32 segments of `[1, 2)`, and `−log₂` of that very number in Q0.32.
static SEGMENTS: [(u32, u32); 32] = [
    (2_114_445_438, 96_069_026),
    (2_051_327_664, 283_850_911),
    (1_991_868_891, 466_108_992),
    (1_935_759_908, 643_158_981),
    (1_882_725_390, 815_290_272),
    (1_832_519_380, 982_768_791),
    (1_784_921_474, 1_145_839_466),
    (1_739_733_588, 1_304_728_379),
    (1_696_777_203, 1_459_644_649),
    (1_655_891_006, 1_610_782_091),
    (1_616_928_864, 1_758_320_683),
    (1_579_758_086, 1_902_427_828),
    (1_544_257_904, 2_043_259_528),
    (1_510_318_170, 2_180_961_373),
    (1_477_838_209, 2_315_669_463),
    (1_446_725_826, 2_447_511_201),
    (1_416_896_428, 2_576_606_036),
    (1_388_272_257, 2_703_066_102),
    (1_360_781_718, 2_826_996_790),
    (1_334_358_772, 2_948_497_311),
    (1_308_942_414, 3_067_661_140),
    (1_284_476_201, 3_184_576_456),
    (1_260_907_830, 3_299_326_552),
    (1_238_188_770, 3_411_990_165),
    (1_216_273_925, 3_522_641_818),
    (1_195_121_335, 3_631_352_116),
    (1_174_691_910, 3_738_188_006),
    (1_154_949_189, 3_843_213_028),
    (1_135_859_120, 3_946_487_551),
    (1_117_389_866, 4_048_068_974),
    (1_099_511_628, 4_148_011_916),
    (1_082_196_484, 4_246_368_396),
];

/// `log₂(1 + r)/r` on `|r| ≤ 1/60` in Q1.30, highest power first. Chebyshev fit, error below 2⁻⁴¹.
const SERIES: [i32; 5] = [
    309_893_257,
    -387_360_166,
    516_360_663,
    -774_540_996,
    1_549_082_005,
];

/// `log₂ x` for an integer `x ≥ 1`: whole part, and fraction in Q0.36 (which may stray past 0 or 1 by 2⁻³³).
#[inline]
pub(super) fn split(x: u32) -> (i64, i64) {
    let zeros = x.leading_zeros();
    let mantissa = x.wrapping_shl(zeros); // Q1.31, 1 … 2
    let segment = (mantissa >> 26 & 31) as usize;
    let (inverse, offset) = SEGMENTS.get(segment).copied().unwrap_or_default();
    let product = (mantissa as u64).wrapping_mul(inverse as u64); // Q2.62
    let r = (product.wrapping_sub(1 << 62) as i64) >> 26; // Q0.36
    let slope = SERIES.iter().fold(0_i64, |acc, &c| {
        (acc.wrapping_mul(r) >> 36).wrapping_add(c as i64)
    });
    let fraction = (slope.wrapping_mul(r) >> 30).wrapping_add((offset as i64) << 4);
    (31_i64.wrapping_sub(zeros as i64), fraction)
}
