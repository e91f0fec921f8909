//! What can go wrong between host and board, in words.

use spinedrift_link::{Fault, Refusal};
use std::io;

/// Why a board can't be asked any more, or won't do what it is asked.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum LinkError {
    /// No answer, though asked again and again.
    #[error("no answer to {request} for {seconds} s, asked {times} times")]
    #[diagnostic(help(
        "is the board powered, flashed with this version's firmware, and on this port? A reset of the board and --resume \
         go on from the last checkpoint"
    ))]
    Silent {
        /// What was asked.
        request: String,
        /// Seconds waited.
        seconds: f64,
        /// Times that it was asked.
        times: u32,
    },
    /// The line is gone.
    #[error("the line to the board is gone: {source}")]
    #[diagnostic(help(
        "it was unplugged, or QEMU ended; --resume goes on from the last checkpoint"
    ))]
    Gone {
        /// Reason.
        source: io::Error,
    },
    /// The board has failed.
    #[error("the board has failed: {what}")]
    #[diagnostic(help(
        "this is a fault of the firmware, or of the board's memory: please report it with this line"
    ))]
    Fault {
        /// How and where.
        what: String,
    },
    /// The board refuses.
    #[error("the board refuses {request}: {why}")]
    Refused {
        /// What was asked.
        request: String,
        /// Why.
        why: String,
    },
    /// The answer doesn't answer what was asked.
    #[error("the board answers {request} with something else")]
    #[diagnostic(help("flash it with this version's firmware: spinedrift firmware build"))]
    Strange {
        /// What was asked.
        request: String,
    },
    /// The board speaks another version, or is another board.
    #[error("the board has {what} {found}, this program needs {needed}")]
    #[diagnostic(help("flash it with this version's firmware: spinedrift firmware build"))]
    Other {
        /// Protocol, image format, or name.
        what: &'static str,
        /// What it has.
        found: String,
        /// What is needed.
        needed: String,
    },
    /// An image doesn't fit the board.
    #[error("the image needs {needed} bytes of {what}, the board has {found}")]
    #[diagnostic(help("put fewer neurons on a core: --neurons-per-core"))]
    Room {
        /// Which memory.
        what: &'static str,
        /// Bytes needed.
        needed: u64,
        /// Bytes there.
        found: u64,
    },
}

/// A fault in words.
pub(super) fn fault_in_words(fault: &Fault<'_>) -> String {
    match fault {
        Fault::Panic { file, line } => format!("panic at {file}:{line}"),
        Fault::Exception { code, address } => {
            format!("exception {code:#x} at address {address:#010x}")
        }
        Fault::Stack { bytes } => format!("its stack of {bytes} bytes is spent"),
    }
}

/// A refusal in words.
pub(super) fn refusal_in_words(refusal: &Refusal<'_>) -> String {
    match refusal {
        Refusal::Closed => "no image is open".to_owned(),
        Refusal::Waiting => "a run waits for what it recorded to be collected".to_owned(),
        Refusal::Room {
            what,
            needed,
            found,
        } => format!("{what}: {needed} words needed, {found} there"),
        Refusal::Range => "an offset or range outside its memory".to_owned(),
        Refusal::Magic(found) => format!("not an image: it starts with {found:02x?}"),
        Refusal::Version { found, expected } => {
            format!("image format version {found}, the board reads version {expected}")
        }
        Refusal::Length { needed, found } => {
            format!("the image has {found} bytes where its header counts {needed}")
        }
        Refusal::Checksum { stated, computed } => {
            format!("image damaged: checksum {computed:#010x}, stated {stated:#010x}")
        }
        Refusal::Header => "the image's header can't be decoded".to_owned(),
        Refusal::Record {
            record,
            index,
            field,
            value,
        } => format!("{record} {index} has {field} = {value}, which is out of range"),
    }
}
