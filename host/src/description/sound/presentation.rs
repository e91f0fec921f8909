//! Cochleagrams become rates: a Poisson source for each channel, whose rate follows the channel's level.

use super::{Cochleagram, SoundError};
use crate::description::RateSchedule;
use std::collections::BTreeMap;

/// Grades of rate between silence and the loudest level.
const GRADES: u8 = 63;

/// How sounds are played.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SoundPresentation {
    /// Rate in Hz of a silent channel.
    pub low_hz: f64,
    /// Rate in Hz at level 1.
    pub high_hz: f64,
    /// Ticks that each sound takes, however long it was.
    pub show_ticks: u32,
    /// Frames that each sound is stretched to.
    pub frames: u32,
}

/// Plays sounds one after the other: `order` gives the index of each, `None` for silence. After the last one there is
/// silence.
///
/// # Errors
/// [`SoundError::NoSuchSound`]; [`SoundError::NoTime`] if frames aren't whole ticks or ticks run out.
pub fn sound_schedule(
    sounds: &[Cochleagram],
    order: &[Option<usize>],
    presentation: &SoundPresentation,
) -> Result<RateSchedule, SoundError> {
    let SoundPresentation {
        low_hz,
        high_hz,
        show_ticks,
        frames,
    } = *presentation;
    let no_time = || SoundError::NoTime {
        sounds: order.len(),
        show_ticks,
        frames,
    };
    if frames == 0 || show_ticks == 0 || !show_ticks.is_multiple_of(frames) {
        return Err(no_time());
    }
    let channels = sounds.first().map_or(0, |sound| sound.centres_hz.len());
    // Pattern 0 is silence; each sound in use has its frames once.
    let mut patterns = vec![vec![0_u8; channels]];
    let mut first_of = BTreeMap::new();
    let mut changes = Vec::new();
    for (position, index) in (0_u32..).zip(order) {
        let start = position.checked_mul(show_ticks).ok_or_else(no_time)?;
        let Some(index) = *index else {
            changes.push((start, 0));
            continue;
        };
        let sound = sounds.get(index).ok_or(SoundError::NoSuchSound {
            index,
            available: sounds.len(),
        })?;
        let first = *first_of.entry(index).or_insert_with(|| {
            let first = patterns.len() as u32;
            let picture = sound.stretched(frames as usize).frames;
            patterns.extend(
                picture
                    .iter()
                    .map(|frame| frame.iter().copied().map(grade).collect()),
            );
            first
        });
        let frame_ticks = show_ticks / frames;
        changes.extend((0..frames).map(|frame| (start + frame * frame_ticks, first + frame)));
    }
    let end = u32::try_from(order.len())
        .ok()
        .and_then(|count| count.checked_mul(show_ticks));
    changes.push((end.ok_or_else(no_time)?, 0));
    let grades = f64::from(GRADES);
    let level = |grade| low_hz + (high_hz - low_hz) * f64::from(grade) / grades;
    Ok(RateSchedule {
        levels_hz: (0..=GRADES).map(level).collect(),
        patterns,
        changes,
    })
}

fn grade(level: f64) -> u8 {
    libm::round(level.clamp(0.0, 1.0) * f64::from(GRADES)) as u8
}
