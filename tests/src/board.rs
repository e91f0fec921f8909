//! The firmware's common part in a thread of this process: a board without hardware, for what boards do and how they fail.

use spinedrift::link::{Line, Patience, Peer};
use spinedrift::mapping::types::CorePlace;
use spinedrift::target::TargetError;
use spinedrift::target::boards::{Boards, Node};
use spinedrift::target::{Loadable, Target};
use spinedrift_firmware::stack::PAINT;
use spinedrift_firmware::{Facts, Memories, Parts, Platform, Runner};
use spinedrift_link::message::Trial;
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// Name of the board.
pub const NAME: &str = "thread";

/// Words of its memories.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// DTCM.
    pub dtcm: usize,
    /// Memory of the image and of what comes in and goes out.
    pub sdram: usize,
}

impl Default for Size {
    fn default() -> Self {
        Self {
            dtcm: 16 * 1024,
            sdram: 1 << 20,
        }
    }
}

struct Thread {
    stream: UnixStream,
    bytes: std::collections::VecDeque<u8>,
    clock: u32,
}

impl Thread {
    /// Ends the thread, as cutting its power would: the line is gone.
    fn end(&self) -> ! {
        let _ = self.stream.shutdown(std::net::Shutdown::Both);
        std::panic::resume_unwind(Box::new(()))
    }
}

impl Platform for Thread {
    const FACTS: Facts = Facts {
        name: NAME,
        clock_hz: 1,
        clock_mask: u32::MAX,
    };

    fn receive(&mut self) -> Option<u8> {
        self.bytes.pop_front()
    }

    fn send(&mut self, bytes: &[u8]) {
        if self.stream.write_all(bytes).is_err() {
            self.end();
        }
    }

    fn sleep(&mut self) {
        let mut buffer = [0; 4096];
        match self.stream.read(&mut buffer) {
            Ok(count) if count > 0 => self.bytes.extend(&buffer[..count]),
            _ => self.end(),
        }
    }

    fn clock(&mut self) -> u32 {
        self.clock = self.clock.wrapping_add(1);
        self.clock
    }

    fn stack_words(&self) -> usize {
        0
    }

    fn stack_word(&self, _: usize) -> u32 {
        PAINT
    }

    fn try_fault(&mut self, _: Trial) {
        self.end();
    }
}

/// Starts a board; the stream is its line.
///
/// # Panics
/// If the system has no sockets left.
#[must_use]
#[expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]
pub fn start(size: Size) -> UnixStream {
    let (ours, theirs) = UnixStream::pair().unwrap();
    std::thread::spawn(move || {
        let (mut dtcm, mut sdram) = (vec![0; size.dtcm], vec![0; size.sdram]);
        let board = Thread {
            stream: theirs,
            bytes: std::collections::VecDeque::new(),
            clock: 0,
        };
        let memories = Memories {
            dtcm: &mut dtcm,
            sdram: &mut sdram,
        };
        Runner::new(&mut Parts::new(board), memories).serve()
    });
    ours
}

/// Waits little: boards in threads answer at once.
pub const PATIENCE: Patience = Patience {
    again: Duration::from_millis(300),
    times: 5,
};

/// Loads a network onto boards, each at the end of a line of this making.
///
/// # Errors
/// [`TargetError`].
pub fn load(
    loadable: &Loadable,
    name: &'static str,
    mut line: impl FnMut(usize) -> Box<dyn Line>,
) -> Result<Boards, TargetError> {
    let nodes = loadable.images.iter().enumerate().map(|(number, image)| {
        let place = CorePlace {
            chip: image.chip,
            core: image.core,
        };
        let peer = Peer::new(line(number), number as u32 + 1, PATIENCE);
        Node::new(place, name, peer, Box::new(()))
    });
    Boards::load(NAME, loadable, nodes.collect())
}

/// A board target of this size, ready to run.
///
/// # Errors
/// [`TargetError`].
pub fn boards(loadable: &Loadable, size: Size) -> Result<Box<dyn Target>, TargetError> {
    let boards = load(loadable, NAME, |_| Box::new(start(size)))?;
    Ok(Box::new(boards))
}

/// A line that is cut after so many bytes have come from the board.
#[derive(Debug)]
pub struct Cut {
    stream: UnixStream,
    left: Arc<AtomicU32>,
}

impl Cut {
    /// Over a board's line; `left` counts the bytes that still come.
    #[must_use]
    pub const fn new(stream: UnixStream, left: Arc<AtomicU32>) -> Self {
        Self { stream, left }
    }
}

impl Line for Cut {
    fn send(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        Line::send(&mut self.stream, bytes)
    }

    fn receive(&mut self, bytes: &mut [u8], wait: Duration) -> std::io::Result<usize> {
        let left = self.left.load(Ordering::Relaxed) as usize;
        if left == 0 {
            return Ok(0);
        }
        let most = bytes.len().min(left);
        let count = self.stream.receive(&mut bytes[..most], wait)?;
        self.left.fetch_sub(count as u32, Ordering::Relaxed);
        Ok(count)
    }
}
