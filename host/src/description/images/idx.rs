//! MNIST's IDX files, plain or gzipped (format: <http://yann.lecun.com/exdb/mnist/>).
//!
//! All numbers are big-endian. Images: magic 0x803, count, rows, columns, then a byte a pixel. Labels: magic 0x801, count,
//! then a byte a label. A header is never believed: memory grows only as bytes really come.

use std::fs::File;
use std::io::{BufRead, BufReader, ErrorKind, Read};
use std::path::{Path, PathBuf};

use flate2::bufread::MultiGzDecoder;

use super::{ImageError, ImageSet};

const IMAGE_MAGIC: u32 = 0x803;
const LABEL_MAGIC: u32 = 0x801;
const SIDE_MAX: u32 = 1024;
/// MNIST's training images take 47 MB.
const BYTES_MAX: u64 = 1 << 30;

/// What stands before `images-idx3-ubyte` in a file's name, in the order of preference.
const PREFIXES: [&str; 3] = ["", "train-", "t10k-"];

/// Reads the images and labels of a directory: the first of `images-idx3-ubyte`, `train-images-idx3-ubyte` and
/// `t10k-images-idx3-ubyte` that is there, each plain or with `.gz`, and the labels of the same prefix.
///
/// # Errors
/// No such files, or whatever [`read_files`] finds wrong with them.
pub fn read_directory(directory: &Path) -> Result<ImageSet, ImageError> {
    let found = PREFIXES.iter().find_map(|prefix| {
        let images = existing(directory, &format!("{prefix}images-idx3-ubyte"))?;
        Some((prefix, images))
    });
    let Some((prefix, images)) = found else {
        return Err(ImageError::NotFound {
            directory: directory.to_owned(),
        });
    };
    let name = format!("{prefix}labels-idx1-ubyte");
    let labels = existing(directory, &name).ok_or_else(|| ImageError::NoLabels {
        directory: directory.to_owned(),
        images: images
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned(),
        labels: name,
    })?;
    read_files(&images, &labels)
}

/// Reads a file of images and the file of their labels, each plain or gzipped whatever its name.
///
/// # Errors
/// A file that cannot be read, is of another kind, is truncated or too long, claims absurd sizes, or counts that differ.
pub fn read_files(image_file: &Path, label_file: &Path) -> Result<ImageSet, ImageError> {
    let (width, height, pixels) = images(&mut Source::open(image_file)?)?;
    let mut source = Source::open(label_file)?;
    let [labels] = source.header("labels", LABEL_MAGIC)?;
    // Counts are compared before a label is read: the images really are there, the label file's header is a mere claim.
    if pixels.len() as u64 != u64::from(labels) {
        return Err(ImageError::CountMismatch {
            image_file: image_file.to_owned(),
            images: pixels.len(),
            label_file: label_file.to_owned(),
            labels,
        });
    }
    let labels = source.body(u64::from(labels))?;
    let name = image_file.display().to_string();
    Ok(ImageSet {
        name,
        width,
        height,
        pixels,
        labels,
    })
}

/// The file of this name, plain or gzipped.
fn existing(directory: &Path, name: &str) -> Option<PathBuf> {
    [name.to_owned(), format!("{name}.gz")]
        .into_iter()
        .map(|name| directory.join(name))
        .find(|path| path.is_file())
}

/// An open file, decompressed if need be.
struct Source {
    file: PathBuf,
    reader: Box<dyn Read>,
    /// Bytes taken so far.
    taken: u64,
}

impl Source {
    fn open(file: &Path) -> Result<Self, ImageError> {
        let unreadable = |source| ImageError::Unreadable {
            file: file.to_owned(),
            source,
        };
        let mut plain = BufReader::new(File::open(file).map_err(unreadable)?);
        let gzipped = plain
            .fill_buf()
            .map_err(unreadable)?
            .starts_with(&[0x1f, 0x8b]);
        let reader: Box<dyn Read> = if gzipped {
            Box::new(MultiGzDecoder::new(plain))
        } else {
            Box::new(plain)
        };
        Ok(Self {
            file: file.to_owned(),
            reader,
            taken: 0,
        })
    }

    /// Up to `limit` bytes; fewer only at the end of the file, or where a compressed file breaks off.
    fn take(&mut self, limit: u64) -> Result<Vec<u8>, ImageError> {
        let mut bytes = Vec::new();
        let result = (&mut self.reader).take(limit).read_to_end(&mut bytes);
        self.taken += bytes.len() as u64;
        match result {
            Err(error) if error.kind() != ErrorKind::UnexpectedEof => Err(ImageError::Unreadable {
                file: self.file.clone(),
                source: error,
            }),
            _ => Ok(bytes),
        }
    }

    /// Exactly `wanted` bytes, of `needed_bytes` that the file must have by then.
    fn exactly(&mut self, wanted: u64, needed_bytes: u64) -> Result<Vec<u8>, ImageError> {
        let bytes = self.take(wanted)?;
        if (bytes.len() as u64) < wanted {
            let (file, found_bytes) = (self.file.clone(), self.taken);
            return Err(ImageError::Truncated {
                file,
                needed_bytes,
                found_bytes,
            });
        }
        Ok(bytes)
    }

    /// The header's numbers after its magic.
    fn header<const N: usize>(
        &mut self,
        kind: &'static str,
        magic: u32,
    ) -> Result<[u32; N], ImageError> {
        let header_bytes = 4 + 4 * N as u64;
        let bytes = self.exactly(4, header_bytes)?;
        let found = word(&bytes);
        if found != magic {
            let (file, found) = (self.file.clone(), found.to_be_bytes());
            return Err(ImageError::WrongMagic {
                file,
                kind,
                found,
                needed: magic,
            });
        }
        let bytes = self.exactly(4 * N as u64, header_bytes)?;
        let mut words = bytes.chunks_exact(4).map(word);
        Ok([(); N].map(|()| words.next().unwrap_or(0)))
    }

    /// The rest of the file, which must have `wanted` bytes.
    fn body(&mut self, wanted: u64) -> Result<Vec<u8>, ImageError> {
        let needed_bytes = self.taken + wanted;
        let bytes = self.exactly(wanted, needed_bytes)?;
        if self.take(1)?.is_empty() {
            Ok(bytes)
        } else {
            Err(ImageError::TooLong {
                file: self.file.clone(),
                needed_bytes,
            })
        }
    }
}

fn word(bytes: &[u8]) -> u32 {
    bytes
        .iter()
        .take(4)
        .fold(0, |word, &byte| word << 8 | u32::from(byte))
}

/// Width, height, and the pixels of each image.
fn images(source: &mut Source) -> Result<(u32, u32, Vec<Vec<u8>>), ImageError> {
    let [count, height, width] = source.header("images", IMAGE_MAGIC)?;
    let sane_side = |side| (1..=SIDE_MAX).contains(&side);
    let image_bytes = u64::from(width) * u64::from(height);
    let fits = |bytes: &u64| sane_side(width) && sane_side(height) && *bytes <= BYTES_MAX;
    let Some(bytes) = u64::from(count).checked_mul(image_bytes).filter(fits) else {
        return Err(ImageError::AbsurdSize {
            file: source.file.clone(),
            count,
            width,
            height,
            limit_side: SIDE_MAX,
            limit_bytes: BYTES_MAX,
        });
    };
    let pixels = source.body(bytes)?;
    Ok((
        width,
        height,
        pixels
            .chunks_exact(image_bytes as usize)
            .map(<[u8]>::to_vec)
            .collect(),
    ))
}
