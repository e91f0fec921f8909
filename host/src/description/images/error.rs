//! What can be wrong with image files and with how they are used.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

/// Why images cannot be read, split or shown.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ImageError {
    /// A directory without image files.
    #[error("{} holds no IDX images; it needs images-idx3-ubyte and labels-idx1-ubyte, or MNIST's own names \
             (train-images-idx3-ubyte, …), gzipped or not", directory.display())]
    NotFound {
        /// The directory.
        directory: PathBuf,
    },
    /// Images without labels.
    #[error("{} holds {images} but no {labels}, gzipped or not; put the labels beside the images", directory.display())]
    NoLabels {
        /// The directory.
        directory: PathBuf,
        /// The image file that is there.
        images: String,
        /// The label file that is not.
        labels: String,
    },
    /// A file that cannot be read.
    #[error("{} cannot be read: {source}", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file of another kind.
    #[error("{} does not start as IDX {kind} do: found the bytes {}, needed {needed:#010x}{}", file.display(), hex(*found), guess(*found))]
    WrongMagic {
        /// The file.
        file: PathBuf,
        /// "images" or "labels".
        kind: &'static str,
        /// Its first four bytes.
        found: [u8; 4],
        /// What they should be, big-endian.
        needed: u32,
    },
    /// A file that ends too early.
    #[error("{} is truncated: its header asks for {needed_bytes} bytes, found {found_bytes}; copy it again", file.display())]
    Truncated {
        /// The file.
        file: PathBuf,
        /// Bytes needed, after decompression, header included.
        needed_bytes: u64,
        /// Bytes found.
        found_bytes: u64,
    },
    /// A file that goes on after its end.
    #[error("{} is longer than the {needed_bytes} bytes that its header asks for; copy it again", file.display())]
    TooLong {
        /// The file.
        file: PathBuf,
        /// Bytes needed, after decompression, header included.
        needed_bytes: u64,
    },
    /// Sizes that no data set has.
    #[error("{} claims {count} images of {width} × {height} pixels; limits are 1 to {limit_side} pixels a side and \
             {limit_bytes} bytes in all, so this is hardly an image file", file.display())]
    AbsurdSize {
        /// The file.
        file: PathBuf,
        /// Images claimed.
        count: u32,
        /// Width claimed.
        width: u32,
        /// Height claimed.
        height: u32,
        /// Largest side.
        limit_side: u32,
        /// Largest file.
        limit_bytes: u64,
    },
    /// Images and labels that do not belong together.
    #[error("{images} images in {} but {labels} labels in {}; take both from the same set", image_file.display(), label_file.display())]
    CountMismatch {
        /// The image file.
        image_file: PathBuf,
        /// Images in it.
        images: usize,
        /// The label file.
        label_file: PathBuf,
        /// Labels that its header states.
        labels: u32,
    },
    /// More images asked for than there are.
    #[error("{train} to train, {label} to label and {test} to test are {} images, but {name} has {available}; ask for fewer", train + label + test)]
    TooFew {
        /// Name of the set.
        name: String,
        /// Training images asked for.
        train: usize,
        /// Labelling images asked for.
        label: usize,
        /// Test images asked for.
        test: usize,
        /// Images there are.
        available: usize,
    },
    /// An image that does not exist.
    #[error("there is no image {index} (from 0) in {name}, which has {available}")]
    NoSuchImage {
        /// Name of the set.
        name: String,
        /// Index asked for.
        index: usize,
        /// Images there are.
        available: usize,
    },
    /// An image shown for no time.
    #[error("each image is shown for 0 ticks; show it for at least one")]
    NoTime,
    /// A presentation beyond the last tick.
    #[error("{images} images do not end before tick 2^32; show fewer, or each for a shorter time")]
    TooMany {
        /// Images to show.
        images: usize,
    },
}

fn hex(bytes: [u8; 4]) -> String {
    bytes.map(|byte| format!("{byte:02x}")).join(" ")
}

/// What a file with these first bytes may be.
fn guess(found: [u8; 4]) -> &'static str {
    match found {
        [0, 0, 8, 1] => " (these are labels)",
        [0, 0, 8, 3] => " (these are images)",
        [0x89, b'P', b'N', b'G'] => " (a PNG image)",
        [b'P', b'K', ..] => " (a zip archive: unpack it)",
        [b'<', ..] => " (a web page, perhaps of a failed download)",
        _ => "",
    }
}
