//! Seeds: one number draws a whole scenario, and a failure prints the command that draws it again.

use proptest::prelude::any;
use proptest::test_runner::{Config, TestCaseError, TestError, TestRng, TestRunner};

/// Environment variable with the one seed to replay, decimal or `0x…`.
pub const SEED: &str = "SPINEDRIFT_SEED";
/// Environment variable with the number of seeds to try, instead of a test's own.
pub const CASES: &str = "SPINEDRIFT_CASES";

/// A generator for scenarios (`SplitMix64`): small, and independent of what is tested.
#[derive(Clone, Debug)]
pub struct Draw(u64);

impl Draw {
    /// From a seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// 64 random bits.
    pub const fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Uniform in `low..=high`.
    pub fn from_to(&mut self, low: u32, high: u32) -> u32 {
        low + (self.bits() % u64::from(high - low + 1)) as u32
    }

    /// Uniform in [low, high).
    pub fn real(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// True with this probability.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.real(0.0, 1.0) < probability
    }

    /// One of these.
    pub fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[(self.bits() % from.len() as u64) as usize].clone()
    }
}

/// Checks `cases` seeds, always the same ones; or only the one in `SPINEDRIFT_SEED`.
///
/// # Panics
/// If a check fails: with its message and the line that replays it.
#[expect(clippy::panic, reason = "this is how a test fails")]
pub fn for_each(file: &str, test: &str, cases: u32, check: impl Fn(u64) -> Result<(), String>) {
    let replay =
        |seed: u64| format!("{SEED}={seed:#x} cargo test -p spinedrift-tests --test {file} {test}");
    let number = |name| {
        std::env::var(name)
            .ok()
            .map(|text| parse(&text).unwrap_or_else(|| panic!("{name}={text}: no number")))
    };
    if let Some(seed) = number(SEED) {
        if let Err(problem) = check(seed) {
            panic!("seed {seed:#x}: {problem}\nreplay with: {}", replay(seed));
        }
        return;
    }
    let cases = number(CASES).map_or(cases, |cases| cases as u32);
    let config = Config {
        cases,
        max_shrink_iters: 0,
        failure_persistence: None,
        ..Config::default()
    };
    let rng = TestRng::deterministic_rng(config.rng_algorithm);
    let outcome = TestRunner::new_with_rng(config, rng).run(&any::<u64>(), |seed| {
        check(seed).map_err(TestCaseError::fail)
    });
    match outcome {
        Ok(()) => {}
        Err(TestError::Fail(problem, seed)) => {
            panic!("seed {seed:#x}: {problem}\nreplay with: {}", replay(seed))
        }
        Err(TestError::Abort(problem)) => panic!("{problem}"),
    }
}

fn parse(text: &str) -> Option<u64> {
    match text.strip_prefix("0x") {
        Some(hex) => u64::from_str_radix(hex, 16).ok(),
        None => text.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_are_read_as_they_are_printed() {
        assert_eq!(parse("0x1f2e"), Some(0x1f2e));
        assert_eq!(parse("12"), Some(12));
        assert_eq!(parse("x"), None);
    }

    #[test]
    fn a_failing_check_prints_the_line_that_replays_it() {
        let failed = std::panic::catch_unwind(|| {
            for_each("same_bits", "name", 1, |_| Err("broken".to_owned()));
        });
        let message = failed.unwrap_err().downcast::<String>().unwrap();
        assert!(
            message.contains("broken") && message.contains("--test same_bits name"),
            "{message}"
        );
    }

    #[test]
    fn draws_stay_within_their_bounds() {
        let mut draw = Draw::new(3);
        for _ in 0..1000 {
            assert!((2..=5).contains(&draw.from_to(2, 5)));
            assert!((0.5..0.75).contains(&draw.real(0.5, 0.75)));
        }
    }
}
