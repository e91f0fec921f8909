//! The sampling speed b(θ) = `speed_per_s` · factor(θ), and the temperature's course.

/// How b depends on θ.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Speed {
    /// b is the same everywhere.
    #[default]
    Constant,
    /// factor(θ) = 1 + slope · (θ − at).
    Linear {
        /// θ at which the factor is 1.
        at: f64,
        /// Slope.
        slope: f64,
    },
    /// (θ, factor), ascending in θ; linear in between, constant outside.
    Table(Vec<(f64, f64)>),
}

impl Speed {
    /// factor(θ).
    #[must_use]
    pub fn factor(&self, theta: f64) -> f64 {
        match self {
            Self::Constant => 1.0,
            Self::Linear { at, slope } => 1.0 + slope * (theta - at),
            Self::Table(points) => {
                let above = points.partition_point(|point| point.0 <= theta);
                match (
                    above.checked_sub(1).and_then(|i| points.get(i)),
                    points.get(above),
                ) {
                    (Some(a), Some(b)) => a.1 + (b.1 - a.1) * (theta - a.0) / (b.0 - a.0),
                    (Some(end), None) | (None, Some(end)) => end.1,
                    (None, None) => 1.0,
                }
            }
        }
    }

    /// d factor/dθ; at a corner that of the right-hand side.
    #[must_use]
    pub fn slope(&self, theta: f64) -> f64 {
        match self {
            Self::Constant => 0.0,
            Self::Linear { slope, .. } => *slope,
            Self::Table(points) => {
                let above = points.partition_point(|point| point.0 <= theta);
                match (
                    above.checked_sub(1).and_then(|i| points.get(i)),
                    points.get(above),
                ) {
                    (Some(a), Some(b)) => (b.1 - a.1) / (b.0 - a.0),
                    _ => 0.0,
                }
            }
        }
    }

    /// Smallest and largest factor between two θ.
    #[must_use]
    pub fn range(&self, low: f64, high: f64) -> (f64, f64) {
        let corners = match self {
            Self::Table(points) => points.as_slice(),
            _ => &[],
        };
        let inside = corners
            .iter()
            .map(|point| point.0)
            .filter(|theta| (low..=high).contains(theta));
        let factors = inside.chain([low, high]).map(|theta| self.factor(theta));
        factors.fold(
            (f64::INFINITY, f64::NEG_INFINITY),
            |(least, most), factor| (least.min(factor), most.max(factor)),
        )
    }
}

/// Which scheme moves θ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scheme {
    /// The plain transition for a Gaussian prior or none; else Euler–Maruyama if every tick is integrated; else splitting
    /// for a constant speed, Metropolis for another.
    #[default]
    Auto,
    /// Euler–Maruyama.
    Euler,
    /// Strang splitting; constant speed.
    Splitting,
    /// Metropolis in the Lamperti coordinate; T > 0.
    Metropolis,
}

/// Changes of temperature from `from` at tick `start` to `to` at tick `end`, in `steps` steps of equal length: each
/// lowers T by the same factor, or by the same amount if one of them is 0.
#[must_use]
pub fn ramp((from, to): (f64, f64), (start, end): (u32, u32), steps: u32) -> Vec<(u32, f64)> {
    let steps = steps.max(1);
    let span = f64::from(end.saturating_sub(start));
    let at = |step: u32| {
        let share = f64::from(step) / f64::from(steps);
        let temperature = if from > 0.0 && to > 0.0 {
            from * libm::pow(to / from, share)
        } else {
            from + (to - from) * share
        };
        (start + libm::round(span * share) as u32, temperature)
    };
    let mut changes: Vec<(u32, f64)> = (0..=steps).map(at).collect();
    // More steps than ticks: the last change at a tick is the one that counts.
    changes.reverse();
    changes.dedup_by_key(|change| change.0);
    changes.reverse();
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_factor_has_its_slope_and_range() {
        let table = Speed::Table(vec![(-1.0, 1.0), (0.0, 3.0), (2.0, 1.0)]);
        for (theta, factor, slope) in [
            (-2.0, 1.0, 0.0),
            (-0.5, 2.0, 2.0),
            (1.0, 2.0, -1.0),
            (3.0, 1.0, 0.0),
        ] {
            assert!((table.factor(theta) - factor).abs() < 1e-12, "{theta}");
            assert!((table.slope(theta) - slope).abs() < 1e-12, "{theta}");
        }
        assert_eq!(table.range(-0.5, 1.5), (1.5, 3.0));
        let linear = Speed::Linear {
            at: 1.0,
            slope: 0.5,
        };
        assert_eq!(linear.range(-1.0, 2.0), (0.0, 1.5));
        assert_eq!(Speed::Constant.range(-5.0, 5.0), (1.0, 1.0));
    }

    #[test]
    fn a_ramp_ends_where_it_should() {
        assert_eq!(
            ramp((4.0, 1.0), (100, 300), 2),
            [(100, 4.0), (200, 2.0), (300, 1.0)]
        );
        assert_eq!(ramp((1.0, 0.0), (0, 2), 2), [(0, 1.0), (1, 0.5), (2, 0.0)]);
        let crowded = ramp((1.0, 0.0), (5, 6), 9);
        assert_eq!(
            crowded.iter().map(|change| change.0).collect::<Vec<_>>(),
            [5, 6]
        );
        assert_eq!(crowded.last(), Some(&(6, 0.0)));
    }
}
