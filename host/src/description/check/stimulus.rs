//! Checks of sources.

use super::values::Checker;
use super::{LEVELS_MAX, NetworkError, Problem};
use crate::description::{PoissonSource, RateSchedule};

type Checked = Result<(), NetworkError>;

pub(super) fn poisson(checker: &Checker<'_>, source: &PoissonSource, size: u32) -> Checked {
    match source {
        PoissonSource::Constant(rates_hz) => {
            checker.one_or_each("rate_hz", rates_hz, size)?;
            rates_hz
                .iter()
                .try_for_each(|&rate_hz| checker.rate("rate_hz", rate_hz))
        }
        PoissonSource::Schedule(schedule) => self::schedule(checker, schedule, size),
    }
}

fn schedule(checker: &Checker<'_>, schedule: &RateSchedule, size: u32) -> Checked {
    const FIELD: &str = "stimulus";
    let count = schedule.levels_hz.len();
    checker.refuse_if(count > LEVELS_MAX, FIELD, || Problem::TooManyLevels {
        found: count,
        limit: LEVELS_MAX,
    })?;
    schedule
        .levels_hz
        .iter()
        .try_for_each(|&rate_hz| checker.rate(FIELD, rate_hz))?;
    for (pattern, levels) in schedule.patterns.iter().enumerate() {
        let found = levels.len();
        checker.refuse_if(found != size as usize, FIELD, || Problem::PatternLength {
            pattern,
            found,
            needed: size,
        })?;
        if let Some(&level) = levels.iter().find(|&&level| usize::from(level) >= count) {
            return Err(checker.refuse(
                FIELD,
                Problem::NoSuchLevel {
                    pattern,
                    level,
                    count,
                },
            ));
        }
    }
    let mut before = None;
    for &(tick, pattern) in &schedule.changes {
        if let Some(before) = before.filter(|&before| tick <= before) {
            return Err(checker.refuse(FIELD, Problem::NotAscending { before, tick }));
        }
        before = Some(tick);
        let count = schedule.patterns.len();
        let unknown = pattern as usize >= count;
        checker.refuse_if(unknown, FIELD, || Problem::NoSuchPattern {
            tick,
            pattern,
            count,
        })?;
    }
    Ok(())
}

pub(super) fn spike_array(checker: &Checker<'_>, spikes: &[Vec<u32>], size: u32) -> Checked {
    const FIELD: &str = "spikes_ms";
    let found = spikes.len();
    checker.refuse_if(found != size as usize, FIELD, || Problem::WrongLength {
        found,
        needed: size,
    })?;
    for (neuron, ticks) in spikes.iter().enumerate() {
        for pair in ticks.windows(2) {
            if let &[before, tick] = pair
                && tick <= before
            {
                return Err(checker.refuse(
                    FIELD,
                    Problem::SpikesNotAscending {
                        neuron,
                        before,
                        tick,
                    },
                ));
            }
        }
    }
    Ok(())
}
