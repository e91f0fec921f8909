//! Poisson sources and rates that change in time.

/// Poisson sources: each neuron spikes in a tick with probability rate · Δt, so that the mean rate is exact.
#[derive(Clone, Debug, PartialEq)]
pub enum PoissonSource {
    /// Constant rates in Hz: one value for all, or one a neuron.
    Constant(Vec<f64>),
    /// Rates that change at given ticks.
    Schedule(RateSchedule),
}

/// Patterns of rate levels, shown one after the other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RateSchedule {
    /// Rate in Hz of each level; at most 256 levels.
    pub levels_hz: Vec<f64>,
    /// One level for each neuron of the population, for each pattern.
    pub patterns: Vec<Vec<u8>>,
    /// (tick, pattern), ticks ascending: from that tick on the pattern is shown. Before the first: all rates are 0.
    pub changes: Vec<(u32, u32)>,
}

impl RateSchedule {
    /// Shows patterns of rates one after the other, each for so many ticks; afterwards all rates are 0.
    ///
    /// `patterns_hz` has a rate for each neuron and pattern; `order` names the pattern of each showing. Rates are rounded to
    /// 255 even steps from 0 to the largest one, so that none is off by more than 0.2 % of it.
    ///
    /// ```
    /// use spinedrift::description::RateSchedule;
    ///
    /// let bars = [vec![80.0, 0.0], vec![0.0, 80.0]];
    /// let shown = RateSchedule::showing(&bars, &[0, 1, 0], 200);
    /// assert_eq!(shown.changes[..3], [(0, 0), (200, 1), (400, 0)]);
    /// ```
    #[must_use]
    pub fn showing(patterns_hz: &[Vec<f64>], order: &[u32], show_ticks: u32) -> Self {
        let largest = patterns_hz.iter().flatten().copied().fold(0.0, f64::max);
        let step = if largest > 0.0 { largest / 255.0 } else { 1.0 };
        let level = |rate: &f64| libm::round(rate / step).clamp(0.0, 255.0) as u8;
        let neurons = patterns_hz.first().map_or(0, Vec::len);
        let shown = patterns_hz
            .iter()
            .map(|rates| rates.iter().map(level).collect());
        let patterns: Vec<Vec<u8>> = shown.chain([vec![0; neurons]]).collect();
        let silence = patterns_hz.len() as u32;
        let order = order.iter().copied().chain([silence]);
        Self {
            levels_hz: (0..=255_u8).map(|k| step * f64::from(k)).collect(),
            patterns,
            changes: (0..)
                .zip(order)
                .map(|(k, p): (u32, u32)| (k * show_ticks, p))
                .collect(),
        }
    }
}

/// A population code: neurons with bell-shaped tuning curves around centres of their own.
///
/// Rate = `base_hz` + `peak_hz` · exp(−|s − c|² / width²), without a factor ½, as in the authors' program.
#[derive(Clone, Debug, PartialEq)]
pub struct PopulationCode<const D: usize> {
    /// Centre of each neuron's tuning curve.
    pub centres: Vec<[f64; D]>,
    /// Rate far from the centre, in Hz.
    pub base_hz: f64,
    /// What is added at the centre, in Hz.
    pub peak_hz: f64,
    /// Width, in the unit of the stimulus.
    pub width: f64,
}

impl<const D: usize> PopulationCode<D> {
    /// Rate of each neuron for a stimulus, in Hz.
    #[must_use]
    pub fn rates_hz(&self, stimulus: &[f64; D]) -> Vec<f64> {
        let rate = |centre: &[f64; D]| {
            let square: f64 = centre
                .iter()
                .zip(stimulus)
                .map(|(c, s)| (c - s) * (c - s))
                .sum();
            self.base_hz + self.peak_hz * libm::exp(-square / (self.width * self.width))
        };
        self.centres.iter().map(rate).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shown_rates_are_near_and_end_in_silence() {
        let rates = [vec![80.0, 3.3, 0.0], vec![2.0, 41.7, 80.0]];
        let schedule = RateSchedule::showing(&rates, &[1, 0], 100);
        assert_eq!(schedule.changes, [(0, 1), (100, 0), (200, 2)]);
        for (pattern, wanted) in schedule.patterns.iter().zip(&rates) {
            for (level, rate) in pattern.iter().zip(wanted) {
                let got = schedule.levels_hz[usize::from(*level)];
                assert!(
                    (got - rate).abs() <= 0.5 * 80.0 / 255.0 + 1e-9,
                    "{got} {rate}"
                );
            }
        }
        assert_eq!(schedule.patterns[2], [0, 0, 0]);
    }

    #[test]
    fn a_neuron_fires_most_at_its_centre() {
        let code = PopulationCode {
            centres: vec![[0.2, 0.2], [0.8, 0.2]],
            base_hz: 2.0,
            peak_hz: 80.0,
            width: 0.3,
        };
        let rates = code.rates_hz(&[0.2, 0.2]);
        assert!((rates[0] - 82.0).abs() < 1e-12);
        assert!((rates[1] - 2.0 - 80.0 * (-4.0_f64).exp()).abs() < 1e-9);
    }
}
