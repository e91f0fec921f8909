//! An exact law of one variable by quadrature, and how far samples may be from it by chance.

/// A density on an interval, tabulated finely enough that its integral is exact to 1e−9.
#[derive(Clone, Debug)]
pub struct Exact {
    low: f64,
    high: f64,
    /// Mass below each of the cells' borders.
    below: Vec<f64>,
}

/// Cells of the quadrature.
const CELLS: usize = 1 << 15;

impl Exact {
    /// The law with this log density (up to a constant) on [`low`, `high`].
    #[must_use]
    pub fn new(low: f64, high: f64, log_density: impl Fn(f64) -> f64) -> Self {
        let width = (high - low) / CELLS as f64;
        let at = |cell: usize, share: f64| log_density(low + (cell as f64 + share) * width);
        let peak = (0..CELLS).map(|c| at(c, 0.5)).fold(f64::MIN, f64::max);
        // Two Gauss points a cell: exact for cubics; kinks lie on borders or matter by 1e−9.
        let off = 0.5 - (1.0_f64 / 12.0).sqrt();
        let mut below = vec![0.0];
        let mut sum = 0.0;
        for cell in 0..CELLS {
            sum += (at(cell, off) - peak).exp() + (at(cell, 1.0 - off) - peak).exp();
            below.push(sum);
        }
        for mass in &mut below {
            *mass /= sum;
        }
        Self { low, high, below }
    }

    /// Share of the mass below θ.
    #[must_use]
    pub fn below(&self, theta: f64) -> f64 {
        let place = ((theta - self.low) / (self.high - self.low)).clamp(0.0, 1.0) * CELLS as f64;
        let cell = (place as usize).min(CELLS - 1);
        let (here, next) = (self.below[cell], self.below[cell + 1]);
        here + (next - here) * (place - cell as f64)
    }

    /// Density at θ.
    #[must_use]
    pub fn density(&self, theta: f64) -> f64 {
        let width = (self.high - self.low) / CELLS as f64;
        (self.below(theta + width) - self.below(theta - width)) / (2.0 * width)
    }

    /// Mean of a function.
    #[must_use]
    pub fn mean(&self, of: impl Fn(f64) -> f64) -> f64 {
        let width = (self.high - self.low) / CELLS as f64;
        let middle = |cell: usize| of(self.low + (cell as f64 + 0.5) * width);
        let cells = self.below.windows(2).enumerate();
        cells
            .map(|(cell, pair)| (pair[1] - pair[0]) * middle(cell))
            .sum()
    }

    /// Kolmogorov–Smirnov distance of samples from this law.
    #[must_use]
    pub fn distance(&self, values: &[f64]) -> f64 {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let count = sorted.len() as f64;
        let far = sorted.iter().enumerate().map(|(index, value)| {
            let exact = self.below(*value);
            let above = (index + 1) as f64 / count - exact;
            above.max(exact - index as f64 / count)
        });
        far.fold(0.0, f64::max)
    }
}

/// Probability that the Kolmogorov–Smirnov distance of `count` independent samples is at least `distance`
/// (Stephens 1970; good for 8 samples or more).
#[must_use]
pub fn by_chance(distance: f64, count: f64) -> f64 {
    let root = count.sqrt();
    let x = distance * (root + 0.12 + 0.11 / root);
    if x < 0.2 {
        return 1.0;
    }
    let term = |k: i32| {
        let sign = if k % 2 == 1 { 2.0 } else { -2.0 };
        sign * (-2.0 * f64::from(k * k) * x * x).exp()
    };
    (1..=100).map(term).sum::<f64>().clamp(0.0, 1.0)
}

/// Independent samples that series of this autocorrelation are worth: n / (1 + 2 Σ ρ_k), summed until ρ is lost in noise
/// (Geyer 1992: the first pair of lags whose sum isn't positive). `chains` hold each series in the order of time.
#[must_use]
pub fn effective_count(chains: &[Vec<f64>]) -> f64 {
    let all: f64 = chains.iter().map(|chain| chain.len() as f64).sum();
    let sum = |lag: usize| correlation(chains, lag);
    let longest = chains.first().map_or(0, Vec::len);
    let mut time = 1.0;
    for lag in (1..longest / 2).step_by(2) {
        let pair = sum(lag) + sum(lag + 1);
        if pair <= 0.0 {
            break;
        }
        time += 2.0 * pair;
    }
    // Two snapshots a chain show no more than their own correlation.
    if longest < 4 && longest > 1 {
        time += 2.0 * sum(1).max(0.0);
    }
    all / time
}

/// Autocorrelation at a lag, over all chains, round their common mean.
#[must_use]
pub fn correlation(chains: &[Vec<f64>], lag: usize) -> f64 {
    let count: usize = chains.iter().map(Vec::len).sum();
    let mean = chains.iter().flatten().sum::<f64>() / count as f64;
    let (mut products, mut pairs, mut squares) = (0.0, 0.0, 0.0);
    for chain in chains {
        for pair in chain.iter().zip(chain.iter().skip(lag)) {
            products += (pair.0 - mean) * (pair.1 - mean);
            pairs += 1.0;
        }
        squares += chain
            .iter()
            .map(|value| (value - mean).powi(2))
            .sum::<f64>();
    }
    products / f64::max(pairs, 1.0) / (squares / count as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Draw;

    #[test]
    fn a_tabulated_normal_is_the_normal() {
        let law = Exact::new(-8.0, 8.0, |x| -0.5 * x * x);
        assert!((law.below(1.0) - 0.841_344_746).abs() < 1e-8);
        assert!((law.density(0.5) - 0.352_065_326).abs() < 1e-6);
        assert!((law.mean(|x| x * x) - 1.0).abs() < 1e-6);
    }

    #[test]
    fn chance_is_that_of_the_tables() {
        // Of 20 samples, one in a hundred times the distance is at least 0.352 (Smirnov's table).
        assert!((by_chance(0.352, 20.0) - 0.01).abs() < 1e-3);
        assert!((by_chance(1.358 / 100.0, 1e4) - 0.05).abs() < 2e-3);
    }

    #[test]
    fn a_correlated_series_is_worth_less() {
        // x′ = 0.8 x + noise: autocorrelation time 9.
        let mut draw = Draw::new(3);
        let chain = |draw: &mut Draw| {
            let mut x = 0.0;
            let next = |_| {
                x = 0.8 * x + draw.real(-1.0, 1.0);
                x
            };
            (0..4000).map(next).collect::<Vec<f64>>()
        };
        let chains: Vec<_> = (0..8).map(|_| chain(&mut draw)).collect();
        let worth = effective_count(&chains) / 32_000.0;
        assert!((worth * 9.0 - 1.0).abs() < 0.15, "{worth}");
    }
}
