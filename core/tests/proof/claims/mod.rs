//! What is claimed of each unary function of `numeric`, with a reference to hold it against; one function a file.
//!
//! The tests here ask it on edges, even spacing and seeded random inputs; `cargo xtask prove` includes this very module
//! and asks it on all 2³² inputs. The permitted error is not here but in `numeric::bounds`.

pub(crate) mod exp;
pub(crate) mod exp2;
pub(crate) mod exp2_neg;
pub(crate) mod exp_neg;
pub(crate) mod exp_wide;
pub(crate) mod ln;
pub(crate) mod log2;
pub(crate) mod reciprocal;
pub(crate) mod reciprocal_normalised;
pub(crate) mod sqrt;

use spinedrift_core::numeric::bounds::{Bound, bound};
use std::ops::RangeInclusive;

/// One unary function, its reference, and the inputs where it is most likely to go wrong.
pub(crate) struct Claim {
    /// Name, as in `numeric::bounds`.
    pub(crate) function: &'static str,
    /// The function, its argument as raw bits, its result in last places.
    pub(crate) compute: fn(u32) -> i64,
    /// The true value in last places, cut where the function says it saturates; within the reference's margin.
    pub(crate) truth: fn(u32) -> f64,
    /// Where "correctly rounded" is claimed: whether this result is it, in integers only.
    pub(crate) exact: Option<fn(u32, i64) -> bool>,
    /// Whether the argument is signed.
    pub(crate) signed: bool,
    /// Whether a larger argument gives a smaller result.
    pub(crate) falling: bool,
    /// Ends of the domain, of the segments, and of saturation.
    pub(crate) edges: &'static [u32],
}

/// All claims, in the order of `numeric::bounds`.
pub(crate) const CLAIMS: [&Claim; 10] = [
    &exp::CLAIM,
    &exp_neg::CLAIM,
    &exp_wide::CLAIM,
    &exp2::CLAIM,
    &exp2_neg::CLAIM,
    &log2::CLAIM,
    &ln::CLAIM,
    &sqrt::CLAIM,
    &reciprocal::CLAIM,
    &reciprocal_normalised::CLAIM,
];

/// The largest result in last places of an `i32` and of a `u32`.
const I32_TOP: f64 = i32::MAX as f64;
const U32_TOP: f64 = u32::MAX as f64;

/// What a range of inputs showed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Finding {
    /// How many inputs were asked.
    pub(crate) inputs: u64,
    /// Largest distance from the truth in last places, the reference's own error included.
    pub(crate) max_ulp: f64,
    /// The input (raw bits) that showed it; the smallest in the argument's order if several do.
    pub(crate) worst_input: u32,
    /// Whether no larger argument gave a smaller result (larger, for a falling function).
    pub(crate) monotone: bool,
    /// Whether every result passed the integer rule, if there is one.
    pub(crate) exact: bool,
}

impl Finding {
    /// No input asked.
    pub(crate) const NONE: Self = Self {
        inputs: 0,
        max_ulp: 0.0,
        worst_input: 0,
        monotone: true,
        exact: true,
    };

    /// Both findings in one; of equal errors the first stands.
    #[must_use]
    pub(crate) fn and(self, other: Self) -> Self {
        let worse = if other.max_ulp > self.max_ulp {
            other
        } else {
            self
        };
        Self {
            inputs: self.inputs + other.inputs,
            monotone: self.monotone && other.monotone,
            exact: self.exact && other.exact,
            ..worse
        }
    }

    /// Whether this keeps the promise. Where an integer rule stands, it decides, for the f64 can't tell ½ from ½ + 2⁻²⁰.
    #[must_use]
    pub(crate) fn keeps(&self, claim: &Claim, bound: Bound) -> bool {
        let near = self.max_ulp <= f64::from(bound.milli_ulp) / 1000.0;
        let error = if claim.exact.is_some() {
            self.exact
        } else {
            near
        };
        error && (self.monotone || !bound.monotone)
    }
}

impl Claim {
    /// The reference's own error in last places: four units of an f64 of 32 bits before the point.
    pub(crate) const MARGIN: f64 = 4.0 * (1_u64 << 32) as f64 * f64::EPSILON;

    /// The k-th argument from below, as raw bits.
    #[must_use]
    pub(crate) const fn argument(&self, k: u32) -> u32 {
        k ^ (self.signed as u32) << 31
    }

    /// Asks about these places of the argument's order, and whether each result and the next one rise (or fall).
    pub(crate) fn examine(&self, places: impl IntoIterator<Item = u32>) -> Finding {
        let mut finding = Finding::NONE;
        for place in places {
            let result = self.note(place, &mut finding);
            if let Some(next) = place.checked_add(1) {
                finding.monotone &= self.rises(result, (self.compute)(self.argument(next)));
            }
        }
        finding
    }

    /// Asks about all places of a range, each once; cheaper than [`Claim::examine`], as each result is computed once.
    pub(crate) fn examine_all(&self, places: RangeInclusive<u32>) -> Finding {
        let mut finding = Finding::NONE;
        let before = places.start().saturating_sub(1);
        let mut last = (self.compute)(self.argument(before));
        for place in places {
            let result = self.note(place, &mut finding);
            finding.monotone &= self.rises(last, result);
            last = result;
        }
        finding
    }

    /// Asks about one place.
    #[inline]
    fn note(&self, place: u32, finding: &mut Finding) -> i64 {
        let input = self.argument(place);
        let result = (self.compute)(input);
        let error = (result as f64 - (self.truth)(input)).abs() + Self::MARGIN;
        finding.inputs += 1;
        if error > finding.max_ulp {
            finding.max_ulp = error;
            finding.worst_input = input;
        }
        if let Some(exact) = self.exact {
            finding.exact &= exact(input, result);
        }
        result
    }

    const fn rises(&self, a: i64, b: i64) -> bool {
        if self.falling { a >= b } else { a <= b }
    }

    /// The edges, and all within 64 of them.
    pub(crate) fn around_edges(&self) -> impl Iterator<Item = u32> + '_ {
        self.edges.iter().flat_map(|&edge| {
            let place = self.argument(edge);
            place.saturating_sub(64)..=place.saturating_add(64)
        })
    }

    /// The promise.
    ///
    /// # Panics
    /// If the function has none.
    #[must_use]
    #[expect(clippy::panic, reason = "a claim without a bound is a broken table")]
    pub(crate) fn bound(&self) -> Bound {
        bound(self.function).unwrap_or_else(|| panic!("{} has no bound", self.function))
    }
}

/// One seeded place of each of `2^bits` equal parts of the argument's order.
pub(crate) fn stratified(bits: u32) -> impl Iterator<Item = u32> {
    let width = 32 - bits;
    (0..1_u32 << bits).map(move |k| (k << width) | (scramble(u64::from(k)) as u32 >> bits))
}

/// A bijection of 64-bit words (splitmix64's), for sampling.
#[must_use]
pub(crate) const fn scramble(x: u64) -> u64 {
    let x = x.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let x = (x ^ x >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let x = (x ^ x >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ x >> 31
}

/// Edges, even spacing, and seeded random inputs; fails with the worst input.
#[cfg(test)]
pub(crate) fn check(claim: &Claim) {
    let bound = claim.bound();
    let even = stratified(16);
    let random = (0..1_u64 << 17).map(|k| scramble(k + (1 << 40)) as u32);
    let finding = claim
        .examine(claim.around_edges())
        .and(claim.examine(even))
        .and(claim.examine(random))
        .and(claim.examine_all(0..=1 << 12));
    assert!(
        finding.keeps(claim, bound),
        "{}: {finding:?}, permitted {bound:?}",
        claim.function
    );
}
