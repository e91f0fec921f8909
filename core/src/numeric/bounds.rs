//! The one table of permitted errors. Rustdoc points here, the tests and `cargo xtask prove` ask it.

/// What is promised about one function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bound {
    /// Name of the function, as in `cargo xtask prove NAME`.
    pub function: &'static str,
    /// Format of the argument.
    pub input: &'static str,
    /// Format of the result.
    pub output: &'static str,
    /// Largest distance from the true value, in thousandths of the last place of the result.
    pub milli_ulp: u32,
    /// Whether a larger argument never gives a smaller result (larger, for a falling function).
    pub monotone: bool,
}

/// Every unary function, once.
pub const BOUNDS: [Bound; 10] = [
    row("exp", "Q3.28", "Q5.26", 1_500),
    row("exp_neg", "uQ16.16", "uQ1.31", 1_500),
    row("exp_wide", "Q15.16", "Q5.26", 2_000),
    row("exp2", "Q5.26", "Q15.16", 1_000),
    row("exp2_neg", "uQ5.27", "uQ1.31", 1_500),
    row("log2", "uQ16.16", "Q5.26", 1_000),
    row("ln", "uQ16.16", "Q5.26", 1_000),
    row("sqrt", "uQ16.16", "uQ8.24", 500),
    row("reciprocal", "uQ16.16", "uQ16.16", 500),
    row("reciprocal_normalised", "uQ1.31", "uQ0.32", 1_000),
];

/// How far the [`super::probabilities`] of a circuit of [`super::SOFTMAX_MAX`] neurons may be from summing to one, in
/// Q1.31: 2⁻¹⁶.
pub const SOFTMAX_SUM: u64 = 1 << 15;

const fn row(
    function: &'static str,
    input: &'static str,
    output: &'static str,
    milli_ulp: u32,
) -> Bound {
    Bound {
        function,
        input,
        output,
        milli_ulp,
        monotone: true,
    }
}

/// The promise for the function of this name.
#[must_use]
pub fn bound(function: &str) -> Option<Bound> {
    BOUNDS.iter().copied().find(|b| b.function == function)
}
