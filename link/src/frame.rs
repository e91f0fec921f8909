//! One message as bytes: `COBS(head ‖ message ‖ data ‖ CRC-32) 0`.
//!
//! Head and message are postcard, the data is what is left before the checksum. A zero byte ends a frame and occurs
//! nowhere else, so that a reader that lost its place is back in step at the next zero.

use serde::{Deserialize, Serialize};
use spinedrift_core::image::crc::Crc32;

/// Most bytes of data that a frame carries: a few hundred packets, or a sixteenth of a second on a line of 115,200 baud.
pub const DATA_MAX: usize = 1024;

/// Most bytes of head and message; a text in a message is cut to [`TEXT_MAX`].
pub const MESSAGE_MAX: usize = 160;

/// Most bytes of a text in a message.
pub const TEXT_MAX: usize = 96;

const CRC_BYTES: usize = 4;

/// Most bytes of a frame, with its zero.
pub const FRAME_MAX: usize = cobs::max_encoding_length(MESSAGE_MAX + DATA_MAX + CRC_BYTES) + 1;

/// Who a frame belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Chosen by the host when it begins; a board answers frames of its last session only.
    pub session: u32,
    /// Number of the request, from 1; an answer has that of its request.
    pub sequence: u32,
}

impl Head {
    /// What a board says unasked, when it has failed: an answer to whatever was asked last.
    pub const UNASKED: Self = Self {
        session: 0,
        sequence: u32::MAX,
    };
}

/// Writes a frame piece by piece, without a second buffer.
#[derive(Debug)]
pub struct Writer<'a> {
    encoder: cobs::CobsEncoder<'a>,
    crc: Crc32,
    fits: bool,
}

impl<'a> Writer<'a> {
    /// Begins a frame in a buffer of at least [`FRAME_MAX`] bytes.
    #[must_use]
    pub fn new(out: &'a mut [u8], head: Head, message: &impl Serialize) -> Self {
        // The zero is put in by `end`.
        let room = out.len().saturating_sub(1);
        let out = out.get_mut(..room).unwrap_or_default();
        let mut writer = Self {
            encoder: cobs::CobsEncoder::new(out),
            crc: Crc32::default(),
            fits: true,
        };
        let mut scratch = [0; MESSAGE_MAX];
        match postcard::to_slice(&(head, message), &mut scratch) {
            Ok(bytes) => writer.push(bytes),
            Err(_) => writer.fits = false,
        }
        writer
    }

    /// Adds data.
    pub fn push(&mut self, bytes: &[u8]) {
        self.crc.update(bytes);
        self.fits &= self.encoder.push(bytes).is_ok();
    }

    /// Adds words, little-endian.
    pub fn push_words(&mut self, words: &[u32]) {
        for word in words {
            self.push(&word.to_le_bytes());
        }
    }

    /// Ends the frame: its length without the zero, which the caller writes after it. 0 if it didn't fit.
    #[must_use]
    pub fn end(mut self) -> usize {
        let crc = self.crc.finish();
        self.fits &= self.encoder.push(&crc.to_le_bytes()).is_ok();
        if self.fits {
            self.encoder.finalize()
        } else {
            0
        }
    }
}

/// Writes a whole frame with its zero; its length.
#[must_use]
pub fn write(out: &mut [u8], head: Head, message: &impl Serialize, data: &[u8]) -> usize {
    let mut writer = Writer::new(out, head, message);
    writer.push(data);
    let length = writer.end();
    close(out, length)
}

/// Puts the zero behind a frame; its length with it, or 0 for a frame that didn't fit.
pub fn close(out: &mut [u8], length: usize) -> usize {
    match out.get_mut(length).filter(|_| length > 0) {
        Some(end) => {
            *end = 0;
            length.saturating_add(1)
        }
        None => 0,
    }
}

/// Gathers bytes until a frame is whole.
#[derive(Clone, Debug)]
pub struct Reader {
    buffer: [u8; FRAME_MAX],
    used: usize,
    /// More bytes came than a frame can have: all up to the next zero are noise.
    overflowed: bool,
    /// Length of the frame that is in the buffer, decoded.
    whole: usize,
}

impl Default for Reader {
    fn default() -> Self {
        Self::new()
    }
}

impl Reader {
    /// Nothing gathered.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            buffer: [0; FRAME_MAX],
            used: 0,
            overflowed: false,
            whole: 0,
        }
    }

    /// Takes a byte. Returns whether a frame has come whole and undamaged; it stands until the next byte is taken.
    pub fn take(&mut self, byte: u8) -> bool {
        self.whole = 0;
        if byte != 0 {
            match self.buffer.get_mut(self.used) {
                Some(slot) => {
                    *slot = byte;
                    self.used = self.used.saturating_add(1);
                }
                None => self.overflowed = true,
            }
            return false;
        }
        let length = self.used;
        let good = !core::mem::take(&mut self.overflowed);
        self.used = 0;
        let bytes = self.buffer.get_mut(..length).filter(|_| good);
        self.whole = bytes.and_then(check).unwrap_or(0);
        self.whole > 0
    }

    /// The frame that has just come: head, message and data. `None` if it is no message of this kind.
    #[must_use]
    pub fn frame<'a, M: Deserialize<'a>>(&'a self) -> Option<(Head, M, &'a [u8])> {
        let bytes = self.buffer.get(..self.whole)?;
        let ((head, message), data) = postcard::take_from_bytes(bytes).ok()?;
        Some((head, message, data))
    }
}

/// Decodes a frame where it stands; its length without the checksum, if that is right.
fn check(bytes: &mut [u8]) -> Option<usize> {
    let length = cobs::decode_in_place(bytes).ok()?;
    let (body, stated) = bytes.get(..length)?.split_last_chunk::<CRC_BYTES>()?;
    let mut crc = Crc32::default();
    crc.update(body);
    (crc.finish().to_le_bytes() == *stated).then_some(body.len())
}

#[cfg(test)]
mod tests {
    use super::{DATA_MAX, FRAME_MAX, Head, Reader, write};

    const HEAD: Head = Head {
        session: 7,
        sequence: 9,
    };

    fn feed(reader: &mut Reader, bytes: &[u8]) -> bool {
        bytes.iter().fold(false, |_, &byte| reader.take(byte))
    }

    #[test]
    fn the_longest_frame_comes_back() {
        for byte in [0, 1, 255] {
            let data = [byte; DATA_MAX];
            let mut out = [0; FRAME_MAX];
            let length = write(&mut out, HEAD, &"text", &data);
            assert!(length > DATA_MAX);
            let mut reader = Reader::new();
            assert!(feed(&mut reader, &out[..length]));
            assert_eq!(reader.frame::<&str>(), Some((HEAD, "text", &data[..])));
        }
    }

    #[test]
    fn noise_before_a_frame_is_forgotten_at_its_zero() {
        let mut out = [0; FRAME_MAX];
        let length = write(&mut out, HEAD, &5_u32, &[]);
        let mut reader = Reader::new();
        assert!(!feed(&mut reader, &[3; 2 * FRAME_MAX]));
        assert!(!feed(&mut reader, &[0]));
        assert!(feed(&mut reader, &out[..length]));
        assert_eq!(reader.frame::<u32>(), Some((HEAD, 5, &[][..])));
    }

    #[test]
    fn a_flipped_bit_anywhere_is_seen() {
        let mut out = [0; FRAME_MAX];
        let length = write(&mut out, HEAD, &5_u32, &[1, 2, 3]);
        for bit in 0..8 * (length - 1) {
            let mut damaged = out;
            damaged[bit / 8] ^= 1 << (bit % 8);
            let mut reader = Reader::new();
            assert!(!feed(&mut reader, &damaged[..length]), "bit {bit}");
        }
    }

    #[test]
    fn what_does_not_fit_is_no_frame() {
        let mut out = [0; FRAME_MAX];
        assert_eq!(write(&mut out, HEAD, &5_u32, &[1; FRAME_MAX]), 0);
    }
}
