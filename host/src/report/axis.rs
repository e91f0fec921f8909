//! An axis: values to places, and round numbers for its marks.

use super::text::number;

/// One axis of a chart.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Axis {
    /// What it shows, with the unit.
    pub(crate) label: String,
    low: f64,
    high: f64,
    log: bool,
    percent: bool,
}

impl Axis {
    /// From `low` to `high`; an empty stretch is widened.
    pub(crate) fn linear(label: &str, low: f64, high: f64) -> Self {
        let high = if high > low { high } else { low + 1.0 };
        Self {
            label: label.to_owned(),
            low,
            high,
            log: false,
            percent: false,
        }
    }

    /// Logarithmic, from `low` > 0 to `high`.
    pub(crate) fn log(label: &str, low: f64, high: f64) -> Self {
        let low = low.max(1e-12);
        let high = if high > low { high } else { 10.0 * low };
        Self {
            label: label.to_owned(),
            low,
            high,
            log: true,
            percent: false,
        }
    }

    /// Linear shares in [0, 1], marked in per cent.
    pub(crate) fn percent(label: &str, high: f64) -> Self {
        Self {
            percent: true,
            ..Self::linear(label, 0.0, high)
        }
    }

    /// Place of a value: 0 at the low end, 1 at the high end; values outside are held at the ends.
    pub(crate) fn place(&self, value: f64) -> f64 {
        let f = |v: f64| if self.log { v.max(self.low).ln() } else { v };
        ((f(value) - f(self.low)) / (f(self.high) - f(self.low))).clamp(0.0, 1.0)
    }

    /// Marks (value, text), about `wanted` of them.
    pub(crate) fn marks(&self, wanted: u32) -> Vec<(f64, String)> {
        if self.log {
            return self
                .log_values()
                .into_iter()
                .map(|value| (value, number(value)))
                .collect();
        }
        let values = self.linear_values(wanted);
        // All marks of an axis share one unit and one number of decimals.
        let step = values
            .windows(2)
            .next()
            .map_or(1.0, |pair| pair[1] - pair[0]);
        let (unit, suffix) = match (self.percent, self.low.abs().max(self.high.abs())) {
            (true, _) => (0.01, " %"),
            (false, 1e7..) => (1e6, " M"),
            (false, 2e4..) => (1e3, " k"),
            (false, _) => (1.0, ""),
        };
        let decimals = (-((step / unit).log10() + 1e-9).floor()).clamp(0.0, 6.0) as usize;
        let text =
            |value: f64| format!("{:.decimals$}{suffix}", value / unit + 0.0).replace('-', "−");
        values
            .into_iter()
            .map(|value| (value, text(value)))
            .collect()
    }

    fn linear_values(&self, wanted: u32) -> Vec<f64> {
        let rough = (self.high - self.low) / f64::from(wanted.max(1));
        let decade = 10_f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0]
            .into_iter()
            .map(|m| m * decade)
            .find(|&s| s >= rough * 0.999);
        let step = step.unwrap_or(rough);
        let (first, last) = (
            (self.low / step - 1e-9).ceil() as i64,
            (self.high / step + 1e-9).floor() as i64,
        );
        (first..=last.min(first + 40))
            .map(|k| k as f64 * step + 0.0)
            .collect()
    }

    fn log_values(&self) -> Vec<f64> {
        let (first, last) = (
            self.low.log10().ceil() as i32,
            self.high.log10().floor() as i32,
        );
        let step = ((last - first) / 5 + 1).max(1);
        let decades: Vec<f64> = (first..=last)
            .step_by(step as usize)
            .map(|e| 10_f64.powi(e))
            .collect();
        if decades.len() >= 3 {
            return decades;
        }
        let fine = |digits: &'static [f64]| -> Vec<f64> {
            (first - 1..=last + 1)
                .flat_map(|e| digits.iter().map(move |digit| digit * 10_f64.powi(e)))
                .filter(|&v| v >= self.low * 0.999 && v <= self.high * 1.001)
                .collect()
        };
        let marks = fine(&[1.0, 2.0, 5.0]);
        if marks.len() >= 2 {
            marks
        } else {
            fine(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(axis: &Axis) -> Vec<String> {
        axis.marks(4).into_iter().map(|(_, text)| text).collect()
    }

    #[test]
    fn marks_are_round_and_within() {
        assert_eq!(texts(&Axis::linear("", -5.0, 6.0)), ["−5", "0", "5"]);
        assert_eq!(texts(&Axis::linear("", 0.0, 37.0)), ["0", "10", "20", "30"]);
        assert_eq!(texts(&Axis::percent("", 1.0)), ["0 %", "50 %", "100 %"]);
        assert_eq!(
            texts(&Axis::linear("", 0.0, 60_000.0)),
            ["0 k", "20 k", "40 k", "60 k"]
        );
        assert_eq!(
            texts(&Axis::linear("", 298.0, 300.0)),
            ["298.0", "298.5", "299.0", "299.5", "300.0"]
        );
    }

    #[test]
    fn a_log_axis_marks_decades_or_finer() {
        assert_eq!(
            texts(&Axis::log("", 1.0, 1000.0)),
            ["1", "10", "100", "1,000"]
        );
        assert_eq!(texts(&Axis::log("", 0.2, 1.0)), ["0.2", "0.5", "1"]);
        assert_eq!(texts(&Axis::log("", 0.69, 1.0)), ["0.7", "0.8", "0.9", "1"]);
    }

    #[test]
    fn places_run_from_0_to_1() {
        let axis = Axis::log("", 1.0, 100.0);
        for (value, place) in [
            (1.0, 0.0),
            (10.0, 0.5),
            (100.0, 1.0),
            (0.0, 0.0),
            (1e9, 1.0),
        ] {
            assert!((axis.place(value) - place).abs() < 1e-12, "{value}");
        }
        assert!(Axis::linear("", 3.0, 3.0).place(3.0).abs() < 1e-12);
    }
}
