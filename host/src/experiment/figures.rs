//! What one run of one seed brings: named numbers and curves.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Numbers and curves of one condition with one seed, by name. Names carry the unit: "half-life (h)".
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// Numbers. One that isn't finite is not stored: it is missing.
    pub numbers: BTreeMap<String, f64>,
    /// Curves, (x, y), ascending in x.
    pub series: BTreeMap<String, Vec<(f64, f64)>>,
}

impl Figures {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a number.
    pub fn number(&mut self, name: impl Into<String>, value: f64) -> &mut Self {
        if value.is_finite() {
            self.numbers.insert(name.into(), value);
        }
        self
    }

    /// Adds a curve; points that aren't finite are left out.
    pub fn series(
        &mut self,
        name: impl Into<String>,
        points: impl IntoIterator<Item = (f64, f64)>,
    ) -> &mut Self {
        let finite = |point: &(f64, f64)| point.0.is_finite() && point.1.is_finite();
        let points = points.into_iter().filter(finite).collect();
        self.series.insert(name.into(), points);
        self
    }
}
