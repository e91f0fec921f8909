//! The state of a run between two ticks: the memories of its cores, and how many rows of each table belong to it.
//!
//! ```text
//! offset  size  field                                     all numbers little-endian
//!      0     4  magic "SDCP"
//!      4     4  format version, 1
//!      8     8  length of the payload before compression
//!     16     8  length of the compressed payload
//!     24    32  BLAKE3 of bytes 0 … 23 and the compressed payload
//!     56     …  payload, zlib
//! payload: tick u32, rows of spikes, theta, rewiring, potentials u64 each,
//!          length u64 and bytes of the host's own state,
//!          number of cores u32, and for each core: DTCM words u32, SDRAM words u32, DTCM, SDRAM (u32 each)
//! ```

use std::fs;
use std::io::{self, Read, Write};
use std::path::Path;

use super::ResultsError;
use super::storage::{Storage, write_file};

/// File name.
pub const FILE: &str = "checkpoint.bin";

const MAGIC: &[u8; 4] = b"SDCP";
const VERSION: u32 = 1;
const HEADER_BYTES: usize = 56;

/// The memories of one core, in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CoreMemory {
    /// Tightly coupled memory.
    pub dtcm: Vec<u32>,
    /// The core's part of its chip's SDRAM.
    pub sdram: Vec<u32>,
}

/// Everything that a run needs to go on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checkpoint {
    /// The next tick to run; all ticks before it are recorded.
    pub tick: u32,
    /// Rows of each growing table ([`super::Table::GROWING`]) that were recorded before that tick.
    pub rows: [u64; 4],
    /// Bytes that the run loop keeps for itself (packets in flight, counters); may be empty.
    pub host: Vec<u8>,
    /// One for each core, in the order of the images.
    pub cores: Vec<CoreMemory>,
}

/// A file that is no checkpoint.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    /// Shorter than its header says.
    #[error("the checkpoint is cut off: {found} bytes, {needed} needed")]
    Truncated {
        /// Bytes there are.
        found: u64,
        /// Bytes it should have.
        needed: u64,
    },
    /// Another kind of file.
    #[error("the file doesn't start with \"SDCP\": it is no checkpoint")]
    Magic,
    /// Written by another version.
    #[error(
        "the checkpoint has format {found}, this program reads format {VERSION}: resume with the version that wrote it"
    )]
    Version {
        /// Version found.
        found: u32,
    },
    /// A bit flipped somewhere.
    #[error("the checkpoint's hash doesn't fit its content: the file is damaged")]
    Hash,
    /// The content is inconsistent although its hash fits.
    #[error("the checkpoint's content is inconsistent at byte {offset}")]
    Content {
        /// Offset in the payload.
        offset: usize,
    },
}

impl Checkpoint {
    /// The checkpoint of a results directory; `None` if none was written yet.
    ///
    /// # Errors
    /// [`ResultsError::Checkpoint`] if it is damaged, [`ResultsError::Io`].
    pub fn load(root: &Path) -> Result<Option<Self>, ResultsError> {
        let path = root.join(FILE);
        match fs::read(&path) {
            Ok(bytes) => match Self::decode(&bytes) {
                Ok(checkpoint) => Ok(Some(checkpoint)),
                Err(source) => Err(ResultsError::Checkpoint { path, source }),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(ResultsError::io("read", path)(error)),
        }
    }

    /// Replaces the checkpoint of a results directory; the old one stays until the new one is whole.
    pub(crate) fn store(&self, storage: &dyn Storage) -> Result<u64, ResultsError> {
        let readable = "Free some space: --resume then goes on from the last checkpoint that was written whole";
        write_file(storage, FILE, readable, |mut sink| {
            sink.write_all(&self.encode()?)?;
            sink.flush()
        })
    }

    /// The bytes of the file.
    ///
    /// # Errors
    /// None in practice: memory takes what is written.
    pub fn encode(&self) -> io::Result<Vec<u8>> {
        let mut payload = Counted {
            inner: zlib(),
            written: 0,
        };
        self.write_payload(&mut payload)?;
        let length = payload.written;
        let compressed = payload.inner.finish()?;
        let mut bytes = Vec::with_capacity(HEADER_BYTES + compressed.len());
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&VERSION.to_le_bytes());
        bytes.extend_from_slice(&length.to_le_bytes());
        bytes.extend_from_slice(&(compressed.len() as u64).to_le_bytes());
        let hash = hash(&bytes, &compressed);
        bytes.extend_from_slice(hash.as_bytes());
        bytes.extend_from_slice(&compressed);
        Ok(bytes)
    }

    /// Reads the bytes of a file. Arbitrary bytes give an error, never a panic, nor more memory than a valid file's hash
    /// vouches for.
    ///
    /// # Errors
    /// [`CheckpointError`].
    pub fn decode(bytes: &[u8]) -> Result<Self, CheckpointError> {
        let found = bytes.len() as u64;
        let Some((header, compressed)) = bytes.split_at_checked(HEADER_BYTES) else {
            return Err(CheckpointError::Truncated {
                found,
                needed: HEADER_BYTES as u64,
            });
        };
        let mut fields = Cursor {
            bytes: header,
            offset: 0,
        };
        if fields.take(4)? != MAGIC {
            return Err(CheckpointError::Magic);
        }
        let version = fields.u32()?;
        if version != VERSION {
            return Err(CheckpointError::Version { found: version });
        }
        let (length, compressed_length) = (fields.u64()?, fields.u64()?);
        if compressed_length != compressed.len() as u64 {
            let needed = compressed_length.saturating_add(HEADER_BYTES as u64);
            return Err(CheckpointError::Truncated { found, needed });
        }
        let expected = hash(&header[..24], compressed);
        if fields.take(32)? != expected.as_bytes() {
            return Err(CheckpointError::Hash);
        }
        let mut payload = Vec::new();
        let inflated = flate2::read::ZlibDecoder::new(compressed)
            .take(length)
            .read_to_end(&mut payload);
        if inflated.is_err() || payload.len() as u64 != length {
            return Err(CheckpointError::Content {
                offset: payload.len(),
            });
        }
        Self::read_payload(&payload)
    }

    fn write_payload(&self, out: &mut impl Write) -> io::Result<()> {
        out.write_all(&self.tick.to_le_bytes())?;
        self.rows
            .iter()
            .try_for_each(|rows| out.write_all(&rows.to_le_bytes()))?;
        out.write_all(&(self.host.len() as u64).to_le_bytes())?;
        out.write_all(&self.host)?;
        out.write_all(&(self.cores.len() as u32).to_le_bytes())?;
        for core in &self.cores {
            out.write_all(&(core.dtcm.len() as u32).to_le_bytes())?;
            out.write_all(&(core.sdram.len() as u32).to_le_bytes())?;
            write_words(out, &core.dtcm)?;
            write_words(out, &core.sdram)?;
        }
        Ok(())
    }

    fn read_payload(payload: &[u8]) -> Result<Self, CheckpointError> {
        let mut fields = Cursor {
            bytes: payload,
            offset: 0,
        };
        let tick = fields.u32()?;
        let mut rows = [0; 4];
        for count in &mut rows {
            *count = fields.u64()?;
        }
        let host_bytes = usize::try_from(fields.u64()?).unwrap_or(usize::MAX);
        let host = fields.take(host_bytes)?.to_vec();
        let count = fields.u32()?;
        let cores = (0..count)
            .map(|_| {
                let (dtcm, sdram) = (fields.u32()?, fields.u32()?);
                Ok(CoreMemory {
                    dtcm: fields.words(dtcm)?,
                    sdram: fields.words(sdram)?,
                })
            })
            .collect::<Result<Vec<_>, CheckpointError>>()?;
        if fields.offset != payload.len() {
            return Err(CheckpointError::Content {
                offset: fields.offset,
            });
        }
        Ok(Self {
            tick,
            rows,
            host,
            cores,
        })
    }
}

fn hash(header: &[u8], compressed: &[u8]) -> blake3::Hash {
    blake3::Hasher::new()
        .update(header)
        .update(compressed)
        .finalize()
}

fn zlib() -> flate2::write::ZlibEncoder<Vec<u8>> {
    flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast())
}

/// Writes words through a buffer, not four bytes at a time.
fn write_words(out: &mut impl Write, words: &[u32]) -> io::Result<()> {
    let mut buffer = Vec::with_capacity(4096);
    for block in words.chunks(1024) {
        buffer.clear();
        buffer.extend(block.iter().flat_map(|word| word.to_le_bytes()));
        out.write_all(&buffer)?;
    }
    Ok(())
}

/// Counts the bytes before compression.
struct Counted {
    inner: flate2::write::ZlibEncoder<Vec<u8>>,
    written: u64,
}

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = self.inner.write(bytes)?;
        self.written += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Reads fields, never past the end.
struct Cursor<'a> {
    bytes: &'a [u8],
    offset: usize,
}

impl<'a> Cursor<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], CheckpointError> {
        let end = self.offset.saturating_add(length);
        let taken = self
            .bytes
            .get(self.offset..end)
            .ok_or(CheckpointError::Content {
                offset: self.offset,
            })?;
        self.offset = end;
        Ok(taken)
    }

    fn u32(&mut self) -> Result<u32, CheckpointError> {
        Ok(self
            .take(4)?
            .iter()
            .rev()
            .fold(0, |word, &byte| word << 8 | u32::from(byte)))
    }

    fn u64(&mut self) -> Result<u64, CheckpointError> {
        Ok(self
            .take(8)?
            .iter()
            .rev()
            .fold(0, |word, &byte| word << 8 | u64::from(byte)))
    }

    fn words(&mut self, count: u32) -> Result<Vec<u32>, CheckpointError> {
        let bytes = self.take((count as usize).saturating_mul(4))?;
        let (words, _) = bytes.as_chunks::<4>();
        Ok(words.iter().map(|&word| u32::from_le_bytes(word)).collect())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sample() -> Checkpoint {
        Checkpoint {
            tick: 70_000,
            rows: [1, 2, 3, u64::MAX],
            host: vec![9, 8, 7],
            cores: vec![
                CoreMemory {
                    dtcm: vec![1, u32::MAX, 3],
                    sdram: vec![],
                },
                CoreMemory {
                    dtcm: vec![],
                    sdram: (0..3000).collect(),
                },
            ],
        }
    }

    #[test]
    fn what_is_stored_is_read_back() {
        assert_eq!(
            Checkpoint::decode(&sample().encode().unwrap()).unwrap(),
            sample()
        );
    }

    #[test]
    fn an_older_format_is_named() {
        let mut bytes = sample().encode().unwrap();
        bytes[4] = 7;
        let error = Checkpoint::decode(&bytes).unwrap_err().to_string();
        assert!(
            error.contains("format 7") && error.contains("reads format 1"),
            "{error}"
        );
    }

    #[test]
    fn a_cut_file_says_how_much_is_missing() {
        let bytes = sample().encode().unwrap();
        let error = Checkpoint::decode(&bytes[..bytes.len() - 5]).unwrap_err();
        assert!(
            matches!(error, CheckpointError::Truncated { found, needed } if needed - found == 5)
        );
    }

    proptest! {
        #[test]
        fn any_flipped_bit_is_seen(at in 0.0..1.0_f64, bit in 0..8) {
            let mut bytes = sample().encode().unwrap();
            let at = (at * bytes.len() as f64) as usize;
            bytes[at] ^= 1_u8 << bit;
            prop_assert!(Checkpoint::decode(&bytes).is_err());
        }

        #[test]
        fn arbitrary_payloads_give_an_error_not_a_panic(payload in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Checkpoint::read_payload(&payload);
            let _ = Checkpoint::decode(&payload);
        }
    }
}
