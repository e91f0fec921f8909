//! The host's end of the line to a board: bytes, timeouts, requests that are sent again, errors in words.
//!
//! The protocol itself is the crate `spinedrift-link`. Here is what it leaves out: the port, and patience.

mod error;
mod peer;

pub use error::LinkError;
pub use peer::{Answer, Patience, Peer};

use std::io::{self, Read, Write};
use std::time::Duration;

/// A line of bytes to a board.
pub trait Line: Send {
    /// Sends bytes.
    ///
    /// # Errors
    /// If the line is gone.
    fn send(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Bytes that have come, after waiting for them a while; `Ok(0)`: none came in this while.
    ///
    /// # Errors
    /// If the line is gone.
    fn receive(&mut self, bytes: &mut [u8], wait: Duration) -> io::Result<usize>;
}

/// Whether a read ended for want of bytes.
fn is_timeout(error: &io::Error) -> bool {
    use io::ErrorKind::{Interrupted, TimedOut, WouldBlock};
    matches!(error.kind(), WouldBlock | TimedOut | Interrupted)
}

/// What a read came to; no bytes without a timeout are the end of the line.
fn read_some(read: io::Result<usize>) -> io::Result<usize> {
    match read {
        Ok(0) => Err(io::ErrorKind::UnexpectedEof.into()),
        Ok(count) => Ok(count),
        Err(error) if is_timeout(&error) => Ok(0),
        Err(error) => Err(error),
    }
}

#[cfg(unix)]
impl Line for std::os::unix::net::UnixStream {
    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write_all(bytes)
    }

    fn receive(&mut self, bytes: &mut [u8], wait: Duration) -> io::Result<usize> {
        self.set_read_timeout(Some(wait))?;
        read_some(self.read(bytes))
    }
}

impl Line for Box<dyn serialport::SerialPort> {
    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write_all(bytes)
    }

    fn receive(&mut self, bytes: &mut [u8], wait: Duration) -> io::Result<usize> {
        self.set_timeout(wait)?;
        read_some(self.read(bytes))
    }
}
