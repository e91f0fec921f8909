//! Progress through many pieces of work that are done at the same time.

use super::{BAR_EVERY, Display, LINE_EVERY, clock, say};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Parts that a piece is divided into.
const PARTS: u64 = 1000;

/// How far all pieces have come.
#[derive(Debug)]
pub struct Tally(Arc<Inner>);

/// One piece.
#[derive(Debug)]
pub struct Share {
    inner: Arc<Inner>,
    done: AtomicU64,
}

#[derive(Debug)]
struct Inner {
    label: String,
    pieces: u64,
    parts: AtomicU64,
    started: Instant,
    display: Display,
    bar: Option<ProgressBar>,
    next: Mutex<Duration>,
}

impl Tally {
    /// Starts the clock for so many pieces.
    #[must_use]
    pub fn start(display: Display, label: &str, pieces: usize) -> Self {
        let pieces = pieces as u64;
        let bar = (display == Display::Bar && pieces > 0).then(|| {
            let target = ProgressDrawTarget::stderr();
            let bar = ProgressBar::with_draw_target(Some(pieces * PARTS), target);
            if let Ok(style) = ProgressStyle::with_template("{prefix} {bar:24.cyan/blue} {msg}") {
                bar.set_style(style.progress_chars("━╸─"));
            }
            bar.set_prefix(label.to_owned());
            bar.enable_steady_tick(BAR_EVERY);
            bar
        });
        Self(Arc::new(Inner {
            label: label.to_owned(),
            pieces,
            parts: AtomicU64::new(0),
            started: Instant::now(),
            display,
            bar,
            next: Mutex::new(Duration::ZERO),
        }))
    }

    /// A piece that starts now; it is done when it is dropped.
    #[must_use]
    pub fn share(&self) -> Share {
        Share {
            inner: Arc::clone(&self.0),
            done: AtomicU64::new(0),
        }
    }

    /// Ends, and says how long it took.
    pub fn finish(self) {
        if let Some(bar) = &self.0.bar {
            bar.abandon();
        } else if self.0.display == Display::Lines && self.0.pieces > 0 {
            say(&format!("{}: {}", self.0.label, self.0.text()));
        }
    }
}

impl Share {
    /// So much of the piece is done, in [0, 1].
    pub fn at(&self, share: f64) {
        let now = (share.clamp(0.0, 1.0) * PARTS as f64) as u64;
        let before = self.done.fetch_max(now, Ordering::Relaxed);
        self.inner.add(now.saturating_sub(before));
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.at(1.0);
    }
}

impl Inner {
    fn add(&self, parts: u64) {
        self.parts.fetch_add(parts, Ordering::Relaxed);
        if parts == 0 || self.display == Display::Silent {
            return;
        }
        if let Some(bar) = &self.bar {
            bar.set_position(self.parts.load(Ordering::Relaxed));
            bar.set_message(self.text());
            return;
        }
        let elapsed = self.started.elapsed();
        // Who can't look now needn't: another thread is showing the same.
        if let Ok(mut next) = self.next.try_lock()
            && elapsed >= *next
        {
            *next = elapsed + LINE_EVERY;
            say(&format!("{}: {}", self.label, self.text()));
        }
    }

    /// E.g. "3 of 12 runs, 0:40 left".
    fn text(&self) -> String {
        let parts = self.parts.load(Ordering::Relaxed);
        let elapsed = self.started.elapsed().as_secs_f64();
        let whole = self.pieces * PARTS;
        let position = format!("{} of {} runs", parts / PARTS, self.pieces);
        if parts >= whole {
            return format!("{position}, took {}", clock(elapsed));
        }
        if parts == 0 {
            return position;
        }
        let left = elapsed * (whole - parts) as f64 / parts as f64;
        format!("{position}, {} left", clock(left))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_add_up_and_none_is_counted_twice() {
        let tally = Tally::start(Display::Silent, "seeds", 2);
        let first = tally.share();
        first.at(0.5);
        first.at(0.25);
        assert_eq!(tally.0.parts.load(Ordering::Relaxed), 500);
        drop(first);
        assert_eq!(tally.0.parts.load(Ordering::Relaxed), PARTS);
        assert!(tally.0.text().starts_with("1 of 2 runs, "));
        drop(tally.share());
        assert!(tally.0.text().contains("took"));
        tally.finish();
    }
}
