//! Shows how far a run has come: a bar on a terminal, plain lines elsewhere, nothing for programs.
//!
//! The only place that reads a clock. What it measures (seconds, speed) is shown and stored, never used by a result.

mod tally;

pub use tally::{Share, Tally};

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Time between two plain lines.
const LINE_EVERY: Duration = Duration::from_secs(5);
/// Time between two looks of the bar.
const BAR_EVERY: Duration = Duration::from_millis(100);

/// How progress is shown, on standard error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Display {
    /// A bar that moves.
    Bar,
    /// A line each few seconds, and the first and last.
    Lines,
    /// Nothing.
    Silent,
}

impl Display {
    /// A bar if standard error is a terminal, lines otherwise; nothing if `silent` (`--json`, `--quiet`).
    #[must_use]
    pub fn detect(silent: bool) -> Self {
        match (silent, std::io::stderr().is_terminal()) {
            (true, _) => Self::Silent,
            (false, true) => Self::Bar,
            (false, false) => Self::Lines,
        }
    }
}

/// Does a piece of work of unknown length. On a terminal something moves meanwhile; elsewhere a line tells afterwards how
/// long it took, if that was worth telling.
pub fn stage<T>(display: Display, label: &str, work: impl FnOnce() -> T) -> T {
    let started = Instant::now();
    let spinner = (display == Display::Bar).then(|| {
        let spinner = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} … {elapsed}") {
            spinner.set_style(style);
        }
        spinner.set_message(label.to_owned());
        spinner.enable_steady_tick(BAR_EVERY);
        spinner
    });
    let done = work();
    if let Some(spinner) = spinner {
        spinner.finish_and_clear();
    }
    let took = started.elapsed();
    if display == Display::Lines && took >= Duration::from_secs(1) {
        say(&format!("{label}: took {}", clock(took.as_secs_f64())));
    }
    done
}

/// Progress through a stretch of ticks.
#[derive(Debug)]
pub struct Progress {
    label: String,
    stretch: Stretch,
    started: Instant,
    /// Elapsed time at which something is shown next.
    next: Duration,
    show: Show,
}

#[derive(Debug)]
enum Show {
    Bar(ProgressBar),
    Lines,
    Nothing,
}

/// How long it took.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Timing {
    /// Seconds that passed for us.
    pub wall_seconds: f64,
    /// Seconds that passed for the network.
    pub biological_seconds: f64,
}

impl Timing {
    /// Biological time over ours: above 1 the network runs faster than real time. 0 if no time passed.
    #[must_use]
    pub fn realtime_factor(&self) -> f64 {
        if self.wall_seconds > 0.0 {
            self.biological_seconds / self.wall_seconds
        } else {
            0.0
        }
    }
}

/// The ticks to run.
#[derive(Clone, Copy, Debug)]
struct Stretch {
    tick_us: u32,
    from: u32,
    to: u32,
}

impl Progress {
    /// Starts the clock for ticks `from..to` of `tick_us` µs. `label` says what goes on, e.g. "learning".
    #[must_use]
    pub fn start(display: Display, label: &str, tick_us: u32, from: u32, to: u32) -> Self {
        let show = match display {
            Display::Bar => Show::Bar(bar(label, to.saturating_sub(from))),
            Display::Lines => Show::Lines,
            Display::Silent => Show::Nothing,
        };
        let stretch = Stretch { tick_us, from, to };
        let mut progress = Self {
            label: label.to_owned(),
            stretch,
            started: Instant::now(),
            next: Duration::ZERO,
            show,
        };
        progress.at(from);
        progress
    }

    /// All ticks before `tick` have run. Cheap: call it as often as you like.
    pub fn at(&mut self, tick: u32) {
        if matches!(self.show, Show::Nothing) {
            return;
        }
        let elapsed = self.started.elapsed();
        if elapsed < self.next {
            return;
        }
        let text = self.stretch.text(tick, elapsed);
        match &self.show {
            Show::Bar(bar) => {
                bar.set_message(text);
                bar.set_position(u64::from(tick.saturating_sub(self.stretch.from)));
                self.next = elapsed + BAR_EVERY;
            }
            Show::Lines => {
                say(&format!("{}: {text}", self.label));
                self.next = elapsed + LINE_EVERY;
            }
            Show::Nothing => {}
        }
    }

    /// Prints a line without disturbing the bar.
    pub fn note(&self, line: &str) {
        match &self.show {
            Show::Bar(bar) => bar.suspend(|| say(line)),
            Show::Lines => say(line),
            Show::Nothing => {}
        }
    }

    /// How long it has taken up to `tick`.
    #[must_use]
    pub fn timing(&self, tick: u32) -> Timing {
        Timing {
            wall_seconds: self.started.elapsed().as_secs_f64(),
            biological_seconds: self.stretch.seconds(self.stretch.from, tick),
        }
    }

    /// Ends at `tick` (earlier than planned after Ctrl-C) and says how long it took.
    #[must_use]
    pub fn finish(mut self, tick: u32) -> Timing {
        self.next = Duration::ZERO;
        self.at(tick);
        if let Show::Bar(bar) = &self.show {
            bar.abandon();
        }
        self.timing(tick)
    }
}

impl Stretch {
    fn seconds(&self, from: u32, to: u32) -> f64 {
        f64::from(to.saturating_sub(from)) * f64::from(self.tick_us) * 1e-6
    }

    /// E.g. "12.0 of 30.0 s biological (40 %), 6.0× real time, 0:03 left".
    fn text(&self, tick: u32, elapsed: Duration) -> String {
        let whole = self.seconds(0, self.to);
        let (now, done) = (self.seconds(0, tick), self.seconds(self.from, tick));
        let percent = if self.to == 0 {
            100.0
        } else {
            (100.0 * f64::from(tick) / f64::from(self.to)).floor()
        };
        let position = format!("{now:.1} of {whole:.1} s biological ({percent:.0} %)");
        let wall = elapsed.as_secs_f64();
        if done <= 0.0 || wall <= 0.0 {
            return position;
        }
        let speed = done / wall;
        let left = (whole - now) / speed;
        if tick >= self.to {
            return format!(
                "{position}, {}× real time, took {}",
                figure(speed),
                clock(wall)
            );
        }
        format!(
            "{position}, {}× real time, {} left",
            figure(speed),
            clock(left)
        )
    }
}

/// Two or three digits that count.
fn figure(value: f64) -> String {
    if value >= 9.95 {
        format!("{value:.0}")
    } else if value >= 0.1 {
        format!("{value:.1}")
    } else {
        format!("{value:.3}")
    }
}

/// Seconds as m:ss, or h:mm:ss.
fn clock(seconds: f64) -> String {
    let all = seconds.round().clamp(0.0, 3.6e9) as u64;
    let (hours, minutes, seconds) = (all / 3600, all / 60 % 60, all % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes}:{seconds:02}")
    }
}

fn bar(label: &str, ticks: u32) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(u64::from(ticks)), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{prefix} {bar:24.cyan/blue} {msg}") {
        bar.set_style(style.progress_chars("━╸─"));
    }
    bar.set_prefix(label.to_owned());
    bar
}

fn say(line: &str) {
    // Progress that can't be shown is no reason to end a run.
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    const STRETCH: Stretch = Stretch {
        tick_us: 1000,
        from: 0,
        to: 30_000,
    };

    #[test]
    fn a_line_tells_position_speed_and_time_left() {
        let text = STRETCH.text(12_000, Duration::from_secs(2));
        assert_eq!(
            text,
            "12.0 of 30.0 s biological (40 %), 6.0× real time, 0:03 left"
        );
    }

    #[test]
    fn the_last_line_tells_how_long_it_took() {
        let text = STRETCH.text(30_000, Duration::from_secs(3700));
        assert_eq!(
            text,
            "30.0 of 30.0 s biological (100 %), 0.008× real time, took 1:01:40"
        );
    }

    #[test]
    fn a_resumed_run_counts_its_speed_from_where_it_started() {
        let stretch = Stretch {
            from: 20_000,
            ..STRETCH
        };
        let text = stretch.text(25_000, Duration::from_secs(1));
        assert_eq!(
            text,
            "25.0 of 30.0 s biological (83 %), 5.0× real time, 0:01 left"
        );
    }

    #[test]
    fn the_first_line_guesses_no_speed() {
        assert_eq!(
            STRETCH.text(0, Duration::ZERO),
            "0.0 of 30.0 s biological (0 %)"
        );
    }

    #[test]
    fn a_stretch_of_no_ticks_is_done() {
        let stretch = Stretch { to: 0, ..STRETCH };
        assert!(stretch.text(0, Duration::from_secs(1)).contains("100 %"));
    }

    #[test]
    fn a_stage_hands_on_what_its_work_brings() {
        for display in [Display::Bar, Display::Lines, Display::Silent] {
            assert_eq!(stage(display, "mapping", || 6 * 7), 42);
        }
    }

    #[test]
    fn a_silent_progress_still_times() {
        let progress = Progress::start(Display::Silent, "learning", 1000, 0, 10);
        let timing = progress.finish(10);
        assert!((timing.biological_seconds - 0.01).abs() < 1e-12);
        assert!(timing.realtime_factor() >= 0.0);
    }
}
