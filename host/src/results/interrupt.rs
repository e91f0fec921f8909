//! Ctrl-C as a flag that the run loop asks, so that a run ends between two ticks and its files are whole.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// Whether the user (or the system, by SIGTERM) wants the run to end.
#[derive(Clone, Debug, Default)]
pub struct Interrupt {
    requests: Arc<AtomicU32>,
}

/// Another part of the process has taken the handler.
#[derive(Debug, thiserror::Error)]
#[error("can't watch for Ctrl-C: {0}")]
pub struct InterruptError(#[from] ctrlc::Error);

impl Interrupt {
    /// Watches Ctrl-C, SIGTERM and SIGHUP for the rest of the process. The first asks the run to end; the second ends
    /// the process at once (exit code 130), leaving the finished part files.
    ///
    /// # Errors
    /// If a handler is installed already.
    pub fn install() -> Result<Self, InterruptError> {
        let interrupt = Self::default();
        let handler = interrupt.clone();
        ctrlc::set_handler(move || {
            if handler.requests.fetch_add(1, Ordering::SeqCst) > 0 {
                std::process::exit(130);
            }
        })?;
        Ok(interrupt)
    }

    /// True once the run should end.
    #[must_use]
    pub fn requested(&self) -> bool {
        self.requests.load(Ordering::SeqCst) > 0
    }

    /// Asks the run to end, as Ctrl-C does.
    pub fn request(&self) {
        self.requests.fetch_add(1, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_seen_by_every_clone() {
        let interrupt = Interrupt::default();
        let seen_by_loop = interrupt.clone();
        assert!(!seen_by_loop.requested());
        interrupt.request();
        assert!(seen_by_loop.requested());
    }
}
