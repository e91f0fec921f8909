//! Why a sound can't be read or shown.

use std::path::PathBuf;

/// What is wrong with a sound.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum SoundError {
    /// A file or folder can't be read.
    #[error("can't read {}", path.display())]
    Read {
        /// It.
        path: PathBuf,
        /// Why.
        #[source]
        error: std::io::Error,
    },
    /// A file is no WAV file, or a damaged one.
    #[error("{name} is no WAV file that can be read: {problem}")]
    #[diagnostic(help("PCM of 8 to 32 bits or 32-bit float, any number of channels"))]
    NotWav {
        /// The file.
        name: String,
        /// What the reader says.
        problem: String,
    },
    /// A WAV file without a sample.
    #[error("{name} holds no sound")]
    Empty {
        /// The file.
        name: String,
    },
    /// A recording whose name doesn't say what is said.
    #[error("the name of {name} doesn't begin with a digit and an underscore")]
    #[diagnostic(help(
        "recordings are named as those of the Free Spoken Digit Dataset: digit_speaker_number.wav"
    ))]
    NoLabel {
        /// The file.
        name: String,
    },
    /// A folder or archive without a recording.
    #[error("there is no WAV file in {}", path.display())]
    #[diagnostic(help("a folder of WAV files, or a folder with a recordings.tar.gz of them"))]
    NoRecordings {
        /// The folder.
        path: PathBuf,
    },
    /// A filter bank that can't be.
    #[error(
        "a cochlea of {channels} channels from {low_hz} to {high_hz} Hz can't hear sounds of {sample_hz} samples a second"
    )]
    #[diagnostic(help(
        "at least one channel, 0 < low < high < half the sample rate, and frames of at least one sample"
    ))]
    Cochlea {
        /// Channels.
        channels: usize,
        /// Lowest centre frequency.
        low_hz: f64,
        /// Highest centre frequency.
        high_hz: f64,
        /// Sample rate of the sound.
        sample_hz: u32,
    },
    /// An index without a sound.
    #[error("there is no sound number {index}: there are {available}, counted from 0")]
    NoSuchSound {
        /// Index.
        index: usize,
        /// Sounds.
        available: usize,
    },
    /// Sounds for which there is no time.
    #[error(
        "{sounds} sounds of {show_ticks} ticks in {frames} frames can't be shown: each frame needs a whole tick, and ticks end at 2^32"
    )]
    NoTime {
        /// Sounds.
        sounds: usize,
        /// Ticks for each.
        show_ticks: u32,
        /// Frames for each.
        frames: u32,
    },
}
