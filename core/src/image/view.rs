//! Bytes in and out: a view that is checked once and then can't fail, and its inverse.

use super::crc::Crc32;
use super::{Header, ImageError, Layout, MAGIC, PREFIX_BYTES, VERSION};

/// Named offsets in the prefix.
mod field {
    use core::ops::Range;
    pub(super) const MAGIC: Range<usize> = 0..4;
    pub(super) const VERSION: Range<usize> = 4..8;
    pub(super) const HEADER_BYTES: Range<usize> = 8..12;
    pub(super) const CRC: Range<usize> = 12..16;
}

/// Most bytes that a postcard header takes: 14 integers of at most 10 bytes.
const HEADER_BYTES_MAX: usize = 160;

/// A checked image in memory.
#[derive(Clone, Copy, Debug)]
pub struct ImageView<'a> {
    header: Header,
    dtcm: &'a [[u8; 4]],
    sdram: &'a [[u8; 4]],
}

fn word(bytes: &[u8], range: core::ops::Range<usize>) -> Option<u32> {
    bytes.get(range)?.try_into().ok().map(u32::from_le_bytes)
}

impl<'a> ImageView<'a> {
    /// Checks an image: magic, version, length, checksum, header.
    ///
    /// # Errors
    /// [`ImageError`] says which of them is wrong; no input panics or reads past its end.
    pub fn new(bytes: &'a [u8]) -> Result<Self, ImageError> {
        let found = bytes.len() as u64;
        let short = |needed: u64| ImageError::Truncated { needed, found };
        let magic: [u8; 4] = bytes
            .get(field::MAGIC)
            .and_then(|m| m.try_into().ok())
            .ok_or(short(PREFIX_BYTES as u64))?;
        if magic != MAGIC {
            return Err(ImageError::Magic { found: magic });
        }
        let prefix = |range| word(bytes, range).ok_or(short(PREFIX_BYTES as u64));
        let version = prefix(field::VERSION)?;
        if version != VERSION {
            return Err(ImageError::Version {
                found: version,
                expected: VERSION,
            });
        }
        let header_bytes = prefix(field::HEADER_BYTES)? as usize;
        let stated = prefix(field::CRC)?;
        let body = bytes.get(PREFIX_BYTES..).unwrap_or_default();
        let header_area = header_bytes.next_multiple_of(4);
        if header_bytes > HEADER_BYTES_MAX {
            return Err(ImageError::Header);
        }
        let header = body.get(..header_bytes).ok_or(short(
            (PREFIX_BYTES as u64).saturating_add(header_area as u64),
        ))?;
        let (header, rest) =
            postcard::take_from_bytes::<Header>(header).map_err(|_| ImageError::Header)?;
        // No checksum covers the length itself: one that takes padding for a part of the header is a damaged one.
        if !rest.is_empty() {
            return Err(ImageError::Header);
        }
        let dtcm_words = u64::from(Layout::new(&header.counts).init_words());
        let words = dtcm_words.saturating_add(u64::from(header.counts.sdram_words));
        let needed = words
            .saturating_mul(4)
            .saturating_add(header_area as u64)
            .saturating_add(PREFIX_BYTES as u64);
        match found.cmp(&needed) {
            core::cmp::Ordering::Less => return Err(short(needed)),
            core::cmp::Ordering::Greater => return Err(ImageError::TooLong { needed, found }),
            core::cmp::Ordering::Equal => {}
        }
        let mut crc = Crc32::default();
        crc.update(body);
        let computed = crc.finish();
        if computed != stated {
            return Err(ImageError::Checksum { stated, computed });
        }
        let (sections, _) = body.get(header_area..).unwrap_or_default().as_chunks::<4>();
        let (dtcm, sdram) = sections
            .split_at_checked(dtcm_words as usize)
            .ok_or(short(needed))?;
        Ok(Self {
            header,
            dtcm,
            sdram,
        })
    }

    /// The header.
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// Copies the DTCM section alone and zeroes what the image doesn't store: for a core whose SDRAM holds the image, so
    /// that it works on the image's last section, that of SDRAM, in place.
    ///
    /// # Errors
    /// [`ImageError::Buffer`] if the memory is too small.
    pub fn load_dtcm(&self, dtcm: &mut [u32]) -> Result<(), ImageError> {
        let total = Layout::new(&self.header.counts).total_words() as usize;
        load_section(self.dtcm, total, dtcm, "DTCM")
    }

    /// Copies the sections into the memories of a core and zeroes what the image doesn't store.
    ///
    /// # Errors
    /// [`ImageError::Buffer`] if a memory is too small.
    pub fn load(&self, dtcm: &mut [u32], sdram: &mut [u32]) -> Result<(), ImageError> {
        self.load_dtcm(dtcm)?;
        load_section(self.sdram, self.sdram.len(), sdram, "SDRAM")
    }
}

fn load_section(
    from: &[[u8; 4]],
    words: usize,
    to: &mut [u32],
    what: &'static str,
) -> Result<(), ImageError> {
    let found = to.len() as u64;
    let to = to.get_mut(..words).ok_or(ImageError::Buffer {
        what,
        needed: words as u64,
        found,
    })?;
    to.fill(0);
    for (word, bytes) in to.iter_mut().zip(from) {
        *word = u32::from_le_bytes(*bytes);
    }
    Ok(())
}

/// Length in bytes of the image that [`emit`] writes.
#[must_use]
pub fn encoded_len(header: &Header) -> usize {
    let mut scratch = [0_u8; HEADER_BYTES_MAX];
    let header_bytes = postcard::to_slice(header, &mut scratch).map_or(0, |used| used.len());
    let words = (Layout::new(&header.counts).init_words() as usize)
        .saturating_add(header.counts.sdram_words as usize);
    PREFIX_BYTES
        .saturating_add(header_bytes.next_multiple_of(4))
        .saturating_add(words.saturating_mul(4))
}

/// Writes an image: `dtcm` and `sdram` hold at least the words that the header counts. Returns the bytes used.
///
/// # Errors
/// [`ImageError::Buffer`] if a section or `out` is too small.
pub fn emit(
    header: &Header,
    dtcm: &[u32],
    sdram: &[u32],
    out: &mut [u8],
) -> Result<usize, ImageError> {
    let needed = encoded_len(header);
    let found = out.len() as u64;
    let out = out.get_mut(..needed).ok_or(ImageError::Buffer {
        what: "image",
        needed: needed as u64,
        found,
    })?;
    out.fill(0);
    let dtcm_words = Layout::new(&header.counts).init_words() as usize;
    let sdram_words = header.counts.sdram_words as usize;
    let section = |words: &[u32], count: usize, what| {
        let found = words.len() as u64;
        words.get(..count).map(|_| ()).ok_or(ImageError::Buffer {
            what,
            needed: count as u64,
            found,
        })
    };
    section(dtcm, dtcm_words, "DTCM")?;
    section(sdram, sdram_words, "SDRAM")?;
    let (prefix, body) = out
        .split_at_mut_checked(PREFIX_BYTES)
        .ok_or(ImageError::Header)?;
    let header_bytes = postcard::to_slice(header, body)
        .map_err(|_| ImageError::Header)?
        .len();
    let (_, sections) = body
        .split_at_mut_checked(header_bytes.next_multiple_of(4))
        .ok_or(ImageError::Header)?;
    let (chunks, _) = sections.as_chunks_mut::<4>();
    let words = dtcm
        .iter()
        .take(dtcm_words)
        .chain(sdram.iter().take(sdram_words));
    for (bytes, word) in chunks.iter_mut().zip(words) {
        *bytes = word.to_le_bytes();
    }
    let crc = super::crc::crc32(body);
    let (words, _) = prefix.as_chunks_mut::<4>();
    let values = [
        MAGIC,
        VERSION.to_le_bytes(),
        (header_bytes as u32).to_le_bytes(),
        crc.to_le_bytes(),
    ];
    for (bytes, value) in words.iter_mut().zip(values) {
        *bytes = value;
    }
    Ok(needed)
}
