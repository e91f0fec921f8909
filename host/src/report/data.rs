//! What the sections draw from: the tables boiled down to what fits a page.

use std::path::Path;

use super::facts::ReportFacts;
use super::spines::Spines;
use crate::results::{
    PlasticityInfo, Provenance, ResultsDir, ResultsError, Rewiring, RunInfo, Spike, Tables, Theta,
    Timed,
};

/// Seconds of the spike raster.
const RASTER_SECONDS: f64 = 2.0;
/// Synapses of each projection whose θ is traced.
const TRACES: usize = 32;

/// Everything that the page is made of.
#[derive(Debug)]
pub(crate) struct Data {
    pub(crate) info: RunInfo,
    pub(crate) facts: ReportFacts,
    /// Ticks that ran.
    pub(crate) end: u32,
    /// Functional synapses at each snapshot.
    pub(crate) snapshots: Vec<Snapshot>,
    /// θ of the last snapshot, sorted by projection, pre, post.
    pub(crate) last_theta: Vec<Theta>,
    pub(crate) traces: Vec<Trace>,
    pub(crate) spines: Spines,
    /// First tick of the raster and the one after its last.
    pub(crate) window: (u32, u32),
    /// Spikes of the raster.
    pub(crate) spikes: Vec<Spike>,
    pub(crate) provenance: Vec<Provenance>,
}

/// One snapshot of θ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Snapshot {
    pub(crate) tick: u32,
    /// Synapses with θ > 0, by projection.
    pub(crate) functional: Vec<u64>,
}

/// θ of one synapse over time.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Trace {
    pub(crate) projection: u32,
    key: (u32, u32, u32),
    pub(crate) points: Vec<(u32, f64)>,
}

/// Unit of a time axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct TimeUnit {
    seconds: f64,
    /// Label of an axis with it.
    pub(crate) label: &'static str,
}

impl Data {
    /// Reads the directory.
    pub(crate) fn gather(dir: &Path) -> Result<Self, ResultsError> {
        let opened = ResultsDir::open(dir)?;
        let (info, tables) = (opened.info().clone(), opened.tables());
        let (snapshots, last_theta) = snapshots(&tables, info.projections.len())?;
        let traces = traces(&tables, &last_theta)?;
        let last_spike = tables.last_tick::<Spike>()?;
        let window_ticks = (RASTER_SECONDS * 1e6 / f64::from(info.tick_us.max(1))).round() as u32;
        let window_end = last_spike.map_or(0, |tick| tick.saturating_add(1));
        let window = (window_end.saturating_sub(window_ticks), window_end);
        let seen = [
            window_end,
            last_theta.first().map_or(0, |t| t.tick),
            tables.last_tick::<Rewiring>()?.unwrap_or(0),
        ];
        let end = info.totals.as_ref().map_or_else(
            || seen.into_iter().max().unwrap_or(0),
            |totals| totals.ticks,
        );
        let rule = |projection: u32| {
            let projection = info.projections.get(projection as usize);
            projection.and_then(|projection| projection.plasticity.as_ref())
        };
        // Where rewiring wasn't recorded, a spine that is there at the end may have come and gone before.
        let watched = |theta: &&Theta| rule(theta.projection).is_none_or(|r| r.record_rewiring);
        let watched: Vec<Theta> = last_theta.iter().filter(watched).copied().collect();
        let spines = Spines::gather(&tables, end, &watched, |projection| {
            rule(projection)
                .and_then(|rule| rule.frozen_from_tick)
                .unwrap_or(u32::MAX)
        })?;
        Ok(Self {
            facts: ReportFacts::load(dir)?,
            end,
            snapshots,
            last_theta,
            traces,
            spines,
            window,
            spikes: tables.from_tick(window.0)?,
            provenance: tables.all()?,
            info,
        })
    }

    /// The unit in which the run's time is told.
    pub(crate) fn time_unit(&self) -> TimeUnit {
        match self.info.seconds(self.end) {
            0.0..600.0 => TimeUnit {
                seconds: 1.0,
                label: "biological time (s)",
            },
            600.0..14_400.0 => TimeUnit {
                seconds: 60.0,
                label: "biological time (min)",
            },
            _ => TimeUnit {
                seconds: 3600.0,
                label: "biological time (h)",
            },
        }
    }

    /// A tick in that unit.
    pub(crate) fn time(&self, tick: u32) -> f64 {
        self.info.seconds(tick) / self.time_unit().seconds
    }

    /// Name of a projection.
    pub(crate) fn projection(&self, index: u32) -> &str {
        self.info
            .projections
            .get(index as usize)
            .map_or("?", |p| p.name.as_str())
    }

    /// Parameters of a projection's plasticity.
    pub(crate) fn plasticity(&self, index: u32) -> Option<&PlasticityInfo> {
        self.info
            .projections
            .get(index as usize)?
            .plasticity
            .as_ref()
    }

    /// The last θ of one projection.
    pub(crate) fn theta_of(&self, projection: u32) -> &[Theta] {
        let from = self
            .last_theta
            .partition_point(|t| t.projection < projection);
        let to = self
            .last_theta
            .partition_point(|t| t.projection <= projection);
        self.last_theta.get(from..to).unwrap_or_default()
    }

    /// The projections of which θ was recorded.
    pub(crate) fn plastic(&self) -> Vec<u32> {
        let mut found: Vec<u32> = self.last_theta.iter().map(|t| t.projection).collect();
        found.dedup();
        found
    }

    /// The population that a core's text names: "wta" or a part of it, "wta [0, 16)".
    pub(crate) fn population(&self, population: &str) -> Option<usize> {
        let whole = |name: &str| {
            population == name
                || population
                    .strip_prefix(name)
                    .is_some_and(|r| r.starts_with([' ', '[', '/']))
        };
        self.info.populations.iter().position(|p| whole(&p.name))
    }

    /// Number of a population's colour.
    pub(crate) fn colour(&self, population: &str) -> usize {
        self.population(population).unwrap_or(7) % 8
    }
}

fn snapshots(
    tables: &Tables,
    projections: usize,
) -> Result<(Vec<Snapshot>, Vec<Theta>), ResultsError> {
    let (mut snapshots, mut last) = (Vec::<Snapshot>::new(), Vec::<Theta>::new());
    tables.for_each(|rows: &[Theta]| {
        for row in rows {
            if snapshots.last().is_none_or(|s| s.tick != row.tick) {
                snapshots.push(Snapshot {
                    tick: row.tick,
                    functional: vec![0; projections],
                });
                last.clear();
            }
            let functional = snapshots
                .last_mut()
                .and_then(|s| s.functional.get_mut(row.projection as usize));
            if let Some(functional) = functional {
                *functional += u64::from(row.raw > 0);
            }
            last.push(*row);
        }
    })?;
    last.sort_by_key(Timed::key);
    Ok((snapshots, last))
}

fn traces(tables: &Tables, last: &[Theta]) -> Result<Vec<Trace>, ResultsError> {
    let mut traces: Vec<Trace> = last
        .chunk_by(|a, b| a.projection == b.projection)
        .flat_map(|rows| {
            // Steps of about the golden section visit all rows and columns of a regular projection.
            let step = ((rows.len() as f64 * 0.618) as usize | 1).max(1);
            (0..TRACES.min(rows.len())).filter_map(move |k| rows.get(k * step % rows.len()))
        })
        .map(|t| Trace {
            projection: t.projection,
            key: (t.projection, t.pre, t.post),
            points: Vec::new(),
        })
        .collect();
    traces.sort_by_key(|trace| trace.key);
    traces.dedup_by_key(|trace| trace.key);
    tables.for_each(|rows: &[Theta]| {
        for row in rows {
            let key = (row.projection, row.pre, row.post);
            if let Ok(at) = traces.binary_search_by_key(&key, |trace| trace.key) {
                traces[at].points.push((row.tick, row.theta()));
            }
        }
    })?;
    Ok(traces)
}
