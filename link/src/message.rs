//! What a host can ask of a board, and what a board can answer.
//!
//! Every request can be repeated without harm: [`crate::Server`] sees to it that it is carried out once.

use serde::{Deserialize, Serialize};
use spinedrift_core::image::ImageError;

/// A memory of a board's core.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Memory {
    /// The core's DTCM.
    Dtcm,
    /// The core's share of SDRAM.
    Sdram,
}

/// A way to fail on purpose, to see that the failure is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Trial {
    /// A panic.
    Panic,
    /// An instruction that no processor knows.
    Instruction,
    /// The stack's guard is overwritten.
    Stack,
}

/// A request. Words and bytes that go with it stand in the frame's data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Request {
    /// Begins a session: whatever the board did is over. Answer: [`Reply::Board`].
    Hello,
    /// An image of so many bytes follows.
    Load {
        /// Length of the image.
        bytes: u32,
    },
    /// A piece of the image, in the data.
    Piece {
        /// Where it belongs; a multiple of 4.
        offset: u32,
    },
    /// Checks the image and opens it. The core stands at tick 0.
    Open,
    /// Packets ([`crate::block`]) for ticks to come, ascending, in the data. They wait for [`Request::Run`].
    Packets,
    /// Runs up to this tick: packets first that were sent before the tick to compute, then its neurons. The data may hold
    /// packets too. Answer: [`Reply::Ran`].
    Run {
        /// The tick that is computed next when all is done.
        until: u32,
    },
    /// Settles every plastic row and records θ. Answer: [`Reply::Ran`].
    ReadOut,
    /// More of what a run gave out. If the board waited for room, it goes on. Answer: [`Reply::Ran`].
    Collect,
    /// Measures each call of the kernel from now on, or no longer.
    Measure {
        /// Whether.
        on: bool,
    },
    /// Figures of the board. Answer: [`Reply::Status`].
    Status,
    /// Words of a memory; counters are stored first. Answer: [`Reply::Done`] and the words.
    Read {
        /// Which.
        memory: Memory,
        /// First word.
        word: u32,
        /// How many.
        words: u32,
    },
    /// Words, in the data, for a memory.
    Write {
        /// Which.
        memory: Memory,
        /// First word.
        word: u32,
    },
    /// Opens the memories again after they have been written; the core stands at this tick.
    Reopen {
        /// The tick that is computed next.
        tick: u32,
    },
    /// The run is over; the image is forgotten.
    Stop,
    /// Fails on purpose.
    Try(Trial),
}

/// What a board is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Board<'a> {
    /// Version of this protocol.
    pub protocol: u32,
    /// Version of the image format.
    pub image: u32,
    /// Its name, such as `cortex-m4f`.
    pub name: &'a str,
    /// Words of DTCM that an image may use.
    pub dtcm_words: u32,
    /// Words of memory that holds the image and, behind it, what comes in and goes out.
    pub sdram_words: u32,
    /// Of these, words that must be left for what comes in and goes out.
    pub queue_words: u32,
    /// Counts a second of the clock that measures.
    pub clock_hz: u32,
}

/// Figures of a board.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// The tick that is computed next.
    pub tick: u32,
    /// Bytes of stack that have been used at most since the start.
    pub stack_used: u32,
    /// Bytes of stack.
    pub stack_bytes: u32,
    /// Most clock counts that one tick took, packets included.
    pub tick_clocks_max: u32,
    /// Frames that came whole but were no message; a measure of how good the line is.
    pub strange_frames: u32,
}

/// Why a board refuses a request. It is as it was before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal<'a> {
    /// No image is open.
    Closed,
    /// A run waits for room: only [`Request::Collect`] helps.
    Waiting,
    /// Something is too large for this board.
    Room {
        /// What.
        what: &'a str,
        /// Words needed.
        needed: u32,
        /// Words there.
        found: u32,
    },
    /// An offset or a range outside its memory.
    Range,
    /// The image is not usable: first bytes.
    Magic([u8; 4]),
    /// The image has another version.
    Version {
        /// Its version.
        found: u32,
        /// This board's.
        expected: u32,
    },
    /// The image has another length than its header counts.
    Length {
        /// Bytes that its header counts.
        needed: u64,
        /// Bytes there.
        found: u64,
    },
    /// The image is damaged.
    Checksum {
        /// Stated.
        stated: u32,
        /// Computed.
        computed: u32,
    },
    /// The header can't be decoded.
    Header,
    /// A record holds a value that the kernel can't work with.
    Record {
        /// Kind of record.
        record: &'a str,
        /// Its index.
        index: u32,
        /// Field.
        field: &'a str,
        /// Value.
        value: u32,
    },
}

impl From<ImageError> for Refusal<'_> {
    fn from(error: ImageError) -> Self {
        match error {
            ImageError::Magic { found } => Self::Magic(found),
            ImageError::Version { found, expected } => Self::Version { found, expected },
            ImageError::Truncated { needed, found } | ImageError::TooLong { needed, found } => {
                Self::Length { needed, found }
            }
            ImageError::Checksum { stated, computed } => Self::Checksum { stated, computed },
            ImageError::Header => Self::Header,
            ImageError::Record {
                record,
                index,
                field,
                value,
            } => Self::Record {
                record,
                index,
                field,
                value,
            },
            ImageError::Buffer {
                what,
                needed,
                found,
            } => Self::Room {
                what,
                needed: needed.min(u64::from(u32::MAX)) as u32,
                found: found.min(u64::from(u32::MAX)) as u32,
            },
        }
    }
}

/// How a board failed for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fault<'a> {
    /// A panic.
    Panic {
        /// Source file, its end if it is long.
        file: &'a str,
        /// Line.
        line: u32,
    },
    /// The processor met something that it can't carry out.
    Exception {
        /// Which: the board's own number (docs/boards.md).
        code: u32,
        /// Address of the instruction.
        address: u32,
    },
    /// The stack has grown into its guard.
    Stack {
        /// Bytes of stack.
        bytes: u32,
    },
}

/// An answer. Words and bytes that go with it stand in the frame's data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reply<'a> {
    /// What the board is.
    #[serde(borrow)]
    Board(Board<'a>),
    /// It is done.
    Done,
    /// A run has come so far; the data holds words that it gave out.
    Ran {
        /// The tick that is computed next.
        tick: u32,
        /// The run waits for room in the middle of this tick: collect, and it goes on.
        waits: bool,
        /// There is more to collect.
        more: bool,
    },
    /// Figures.
    Status(Status),
    /// Not done.
    #[serde(borrow)]
    Refused(Refusal<'a>),
    /// The board has failed; nothing it says later counts.
    #[serde(borrow)]
    Fault(Fault<'a>),
}
