//! How much disk a run will need, before it starts.
//!
//! Rows are counted exactly where the description allows it; bytes a row are what the files were measured to take
//! (`a_forecast_is_near_the_truth` in the tests), rounded up.

use std::io;
use std::path::Path;

/// Bytes of a spike on disk: neighbouring ticks, a neuron number, a run of one population.
const SPIKE_BYTES: f64 = 2.0;
/// Bytes of a θ value on disk: 32 random bits, and a regular address.
const THETA_BYTES: f64 = 6.0;
/// Bytes of a rewiring event.
const REWIRING_BYTES: f64 = 5.0;
/// Bytes of a membrane potential: 64 nearly random bits.
const POTENTIAL_BYTES: f64 = 8.0;
/// `run.toml`, `report.html` and footers.
const FIXED_BYTES: f64 = 3e6;

/// What a run will record.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Load {
    /// Ticks.
    pub ticks: u32,
    /// Recorded spikes a tick, all populations together.
    pub spikes_per_tick: f64,
    /// Plastic synapses, functional or not.
    pub synapses: u64,
    /// Snapshots of θ, the last included.
    pub snapshots: u64,
    /// Spines gained or lost a tick.
    pub rewirings_per_tick: f64,
    /// Recorded potentials a tick.
    pub potentials_per_tick: f64,
    /// Words in the memories of all cores; 0 without checkpoints.
    pub core_words: u64,
}

/// Disk need in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forecast {
    /// `spikes.parquet`.
    pub spikes: u64,
    /// `theta.parquet`.
    pub theta: u64,
    /// `rewiring.parquet`.
    pub rewiring: u64,
    /// `potentials.parquet`.
    pub potentials: u64,
    /// Two checkpoints at most: the old one goes when the new one is whole.
    pub checkpoints: u64,
    /// Peak, while the largest table is joined from its parts.
    pub peak: u64,
}

impl Forecast {
    /// Forecast for this load.
    #[must_use]
    pub fn of(load: &Load) -> Self {
        let ticks = f64::from(load.ticks);
        let bytes = |rows: f64, each: f64| (rows * each).ceil() as u64;
        let spikes = bytes(load.spikes_per_tick * ticks, SPIKE_BYTES);
        let theta = bytes(load.synapses as f64 * load.snapshots as f64, THETA_BYTES);
        let rewiring = bytes(load.rewirings_per_tick * ticks, REWIRING_BYTES);
        let potentials = bytes(load.potentials_per_tick * ticks, POTENTIAL_BYTES);
        let checkpoints = load.core_words.saturating_mul(8);
        let tables = [spikes, theta, rewiring, potentials];
        let largest = tables.into_iter().max().unwrap_or(0);
        let peak = tables.into_iter().fold(checkpoints, u64::saturating_add);
        let peak = peak
            .saturating_add(largest)
            .saturating_add(FIXED_BYTES as u64);
        Self {
            spikes,
            theta,
            rewiring,
            potentials,
            checkpoints,
            peak,
        }
    }

    /// What to tell the user if `available` bytes won't do; `None` if they will.
    #[must_use]
    pub fn warning(&self, available: u64) -> Option<String> {
        (self.peak > available).then(|| {
            let (largest, snapshot_or_record) = [
                (self.theta, "theta.parquet; take snapshots less often (snapshot_ticks)"),
                (self.spikes, "spikes.parquet; record fewer populations"),
                (self.potentials, "potentials.parquet; record fewer neurons, or less often"),
                (self.rewiring, "rewiring.parquet; run for less time"),
                (self.checkpoints, "the checkpoint; choose a disk with more space"),
            ]
            .into_iter()
            .fold((0, ""), |most, next| if next.0 > most.0 { next } else { most });
            format!(
                "the run will need about {} of disk, {} are free; most of it, {}, goes to {snapshot_or_record}",
                human(self.peak),
                human(available),
                human(largest)
            )
        })
    }
}

/// Bytes that a user may still write on the disk of this path, which need not exist yet.
///
/// # Errors
/// The system's.
pub fn available_bytes(path: &Path) -> io::Result<u64> {
    let existing = path.ancestors().find(|p| p.exists());
    let existing = existing
        .filter(|p| !p.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    fs4::available_space(existing)
}

/// Bytes as a person reads them, e.g. "3.4 GB".
#[must_use]
pub fn human(bytes: u64) -> String {
    let units = ["B", "kB", "MB", "GB", "TB", "PB"];
    let mut value = bytes as f64;
    let mut unit = 0;
    while value >= 999.5 && unit + 1 < units.len() {
        value /= 1000.0;
        unit += 1;
    }
    let digits = usize::from(unit > 0 && value < 9.95);
    format!("{value:.digits$} {}", units.get(unit).unwrap_or(&"B"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_read_well() {
        let texts = [0, 999, 1000, 3_440_000_000, 12_000_000].map(human);
        assert_eq!(texts, ["0 B", "999 B", "1.0 kB", "3.4 GB", "12 MB"]);
    }

    #[test]
    fn a_disk_with_exactly_the_need_draws_no_warning() {
        let forecast = Forecast::of(&Load {
            ticks: 1000,
            synapses: 100,
            snapshots: 10,
            ..Load::default()
        });
        assert_eq!(forecast.warning(forecast.peak), None);
        assert!(forecast.warning(forecast.peak - 1).is_some());
    }

    #[test]
    fn a_warning_names_the_largest_table_and_the_remedy() {
        let load = Load {
            ticks: 1000,
            spikes_per_tick: 1.0,
            synapses: 1_000_000,
            snapshots: 1000,
            ..Load::default()
        };
        let text = Forecast::of(&load).warning(1_000_000).unwrap();
        assert!(
            text.contains("theta.parquet")
                && text.contains("snapshot_ticks")
                && text.contains("1.0 MB"),
            "{text}"
        );
    }

    #[test]
    fn free_space_is_told_for_a_directory_that_does_not_exist_yet() {
        let here = tempfile::tempdir().unwrap();
        assert!(available_bytes(&here.path().join("a/b")).unwrap() > 0);
    }
}
