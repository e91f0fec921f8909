//! What can be wrong with an image.

use core::fmt;

/// Why bytes are not a usable image. Small and `Copy`, so that firmware can report it by code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImageError {
    /// The first four bytes are not `SPDR`.
    Magic {
        /// What stands there.
        found: [u8; 4],
    },
    /// Another version of the format.
    Version {
        /// Version of the image.
        found: u32,
        /// Version of this program.
        expected: u32,
    },
    /// Fewer bytes than the header promises.
    Truncated {
        /// Bytes needed.
        needed: u64,
        /// Bytes there.
        found: u64,
    },
    /// More bytes than the header promises.
    TooLong {
        /// Bytes needed.
        needed: u64,
        /// Bytes there.
        found: u64,
    },
    /// The checksum does not match: bits were flipped.
    Checksum {
        /// Checksum stated.
        stated: u32,
        /// Checksum computed.
        computed: u32,
    },
    /// The postcard header can't be decoded.
    Header,
    /// A record holds a value that the kernel can't work with.
    Record {
        /// Which kind of record.
        record: &'static str,
        /// Its index.
        index: u32,
        /// Which field.
        field: &'static str,
        /// Its value.
        value: u32,
    },
    /// A buffer handed in is too small.
    Buffer {
        /// Which buffer.
        what: &'static str,
        /// Words or bytes needed.
        needed: u64,
        /// Words or bytes there.
        found: u64,
    },
}

impl fmt::Display for ImageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Magic { found } => write!(
                f,
                "not a Spinedrift image: it starts with {found:02x?}, not \"SPDR\""
            ),
            Self::Version { found, expected } => {
                write!(
                    f,
                    "image format version {found}, this program reads version {expected}: build the image again"
                )
            }
            Self::Truncated { needed, found } => {
                write!(
                    f,
                    "image cut short: {found} bytes of {needed}; load or copy it again"
                )
            }
            Self::TooLong { needed, found } => write!(
                f,
                "image has {found} bytes where its header counts {needed}"
            ),
            Self::Checksum { stated, computed } => {
                write!(
                    f,
                    "image damaged: checksum {computed:#010x}, stated {stated:#010x}; load or copy it again"
                )
            }
            Self::Header => write!(f, "image header can't be decoded"),
            Self::Record {
                record,
                index,
                field,
                value,
            } => {
                write!(
                    f,
                    "image: {record} {index} has {field} = {value}, which is out of range"
                )
            }
            Self::Buffer {
                what,
                needed,
                found,
            } => write!(f, "{what} too small: {found} of {needed}"),
        }
    }
}

impl core::error::Error for ImageError {}
