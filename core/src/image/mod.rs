//! The image: what one core loads, and, word for word, the memory that its kernel then works in.
//!
//! An image file is a fixed prefix, a postcard header and two word sections:
//!
//! | bytes | content |
//! |---|---|
//! | 0–3 | magic `SPDR` |
//! | 4–7 | format version, u32 LE |
//! | 8–11 | header length in bytes, u32 LE |
//! | 12–15 | CRC-32 (IEEE) of every byte from offset 16 on |
//! | 16– | [`Header`], postcard, padded with zeros to a multiple of 4 |
//! | then | `dtcm_init_words` words of DTCM, u32 LE; the rest of DTCM starts as zero |
//! | then | `sdram_words` words of SDRAM, u32 LE |
//!
//! [`view`] checks bytes once; after that nothing here can fail. [`layout`] is the one place that knows where a section
//! of DTCM stands: the host's budget, the image builder and the kernel all ask it.

pub mod crc;
pub mod error;
pub mod header;
pub mod inlet;
pub mod key;
pub mod layout;
pub mod slice;
pub mod view;

pub use error::ImageError;
pub use header::{Counts, Header};
pub use inlet::{Inlet, InletKind, Plastic};
pub use key::KeyEntry;
pub use layout::{Layout, Section};
pub use slice::{Model, Slice};
pub use view::ImageView;

/// First four bytes of an image.
pub const MAGIC: [u8; 4] = *b"SPDR";

/// Version of the format that this crate reads and writes.
///
/// Version 2: an inlet may name a law table.
pub const VERSION: u32 = 3;

/// Bytes before the postcard header.
pub const PREFIX_BYTES: usize = 16;
