//! WAV files: one, a folder of them, or a tar archive.

use super::{Sound, SoundError, SoundSet};
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::{Cursor, Read};
use std::path::Path;

/// Name of an archive that stands for the folder it lies in.
const ARCHIVE: &str = "recordings.tar.gz";

/// Reads a WAV file of any sample format; several channels are averaged. Its label is 0.
///
/// # Errors
/// [`SoundError`] if it can't be read, is no WAV file, or holds no sample.
pub fn read_wav(path: &Path) -> Result<Sound, SoundError> {
    let bytes = std::fs::read(path).map_err(|error| read_error(path, error))?;
    decode(&path.display().to_string(), &bytes)
}

/// Reads recordings that are named as those of the Free Spoken Digit Dataset, `digit_speaker_number.wav`, in the order of
/// their names: from a folder, from the `recordings.tar.gz` in it, or from such an archive itself. Only digits that
/// `wanted` names are decoded.
///
/// # Errors
/// [`SoundError`] names the file and what is wrong with it.
pub fn read_recordings(path: &Path, wanted: &[u8]) -> Result<SoundSet, SoundError> {
    let archive = path.join(ARCHIVE);
    let files = if path.is_file() {
        unpack(path)?
    } else if archive.is_file() {
        unpack(&archive)?
    } else {
        folder(path)?
    };
    if files.is_empty() {
        let path = path.to_owned();
        return Err(SoundError::NoRecordings { path });
    }
    let mut sounds = Vec::new();
    for (name, bytes) in files {
        let label = label(&name)?;
        if wanted.contains(&label) {
            let sound = decode(&name, &bytes)?;
            sounds.push(Sound { label, ..sound });
        }
    }
    Ok(SoundSet {
        name: "recordings".to_owned(),
        sounds,
    })
}

fn read_error(path: &Path, error: std::io::Error) -> SoundError {
    let path = path.to_owned();
    SoundError::Read { path, error }
}

fn is_wav(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("wav"))
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().map(OsStr::to_string_lossy);
    name.unwrap_or_default().into_owned()
}

fn folder(path: &Path) -> Result<BTreeMap<String, Vec<u8>>, SoundError> {
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(path).map_err(|error| read_error(path, error))? {
        let file = entry.map_err(|error| read_error(path, error))?.path();
        if is_wav(&file) {
            let bytes = std::fs::read(&file).map_err(|error| read_error(&file, error))?;
            files.insert(file_name(&file), bytes);
        }
    }
    Ok(files)
}

fn unpack(path: &Path) -> Result<BTreeMap<String, Vec<u8>>, SoundError> {
    let problem = |error| read_error(path, error);
    let file = std::fs::File::open(path).map_err(problem)?;
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(file));
    let mut files = BTreeMap::new();
    for entry in archive.entries().map_err(problem)? {
        let mut entry = entry.map_err(problem)?;
        let name = entry.path().map_err(problem)?.into_owned();
        if is_wav(&name) {
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).map_err(problem)?;
            files.insert(file_name(&name), bytes);
        }
    }
    Ok(files)
}

/// The digit before the first underscore.
fn label(name: &str) -> Result<u8, SoundError> {
    let digit = name
        .split_once('_')
        .and_then(|(digit, _)| digit.parse().ok());
    digit.ok_or_else(|| SoundError::NoLabel {
        name: name.to_owned(),
    })
}

fn decode(name: &str, bytes: &[u8]) -> Result<Sound, SoundError> {
    let not_wav = |error: hound::Error| SoundError::NotWav {
        name: name.to_owned(),
        problem: error.to_string(),
    };
    let mut reader = hound::WavReader::new(Cursor::new(bytes)).map_err(not_wav)?;
    let spec = reader.spec();
    let samples: Vec<f32> = match spec.sample_format {
        hound::SampleFormat::Float => reader.samples::<f32>().collect::<Result<_, _>>(),
        hound::SampleFormat::Int => {
            let full = (1_u64 << (spec.bits_per_sample.clamp(1, 32) - 1)) as f32;
            let samples = reader.samples::<i32>();
            samples.map(|s| s.map(|s| s as f32 / full)).collect()
        }
    }
    .map_err(not_wav)?;
    let channels = usize::from(spec.channels.max(1));
    let mono = samples.chunks_exact(channels);
    let samples: Vec<f32> = mono
        .map(|frame| frame.iter().sum::<f32>() / channels as f32)
        .collect();
    if samples.is_empty() || spec.sample_rate == 0 || samples.iter().any(|s| !s.is_finite()) {
        return Err(SoundError::Empty {
            name: name.to_owned(),
        });
    }
    Ok(Sound {
        name: name.to_owned(),
        sample_hz: spec.sample_rate,
        samples,
        label: 0,
    })
}
