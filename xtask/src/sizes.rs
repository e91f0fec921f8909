//! `cargo xtask sizes`: code and constants of the firmware by feature, and whether they keep their limits.
//!
//! Each address of the code is led back, through the debug information, to the innermost line of Spinedrift's own sources
//! that it was made from. So inlined code counts where it was written, and code of the language counts where it is used.

use clap::Args;
use spinedrift::firmware::{self, BOARDS};
use std::collections::BTreeMap;
use std::error::Error;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Options.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Folder of the firmware's sources.
    #[arg(long, default_value = "firmware")]
    source: PathBuf,
    /// Cargo profile, for all boards: `release` or `size`. Default: each board's own.
    #[arg(long)]
    profile: Option<String>,
}

/// Most bytes of code and constants that a tick needs on a core of SpiNNaker 1: its ITCM.
const ITCM_BYTES: u64 = 32 * 1024;

/// Section of what a tick doesn't run, or runs seldom: outside the ITCM, fetched from SDRAM (`firmware/arm9/arm9.ld`).
const SLOW: &str = ".slow";

/// A file of the sources, by its path's end, and the feature that it belongs to; the first that fits counts.
const FEATURES: [(&str, &str); 23] = [
    (
        "core/src/neuron/wta.rs",
        "neurons: winner-take-all circuits",
    ),
    (
        "core/src/neuron/adaptation.rs",
        "neurons: winner-take-all circuits",
    ),
    (
        "core/src/numeric/softmax.rs",
        "neurons: winner-take-all circuits",
    ),
    ("core/src/neuron/intensity.rs", "neurons: intensity"),
    ("core/src/neuron/lif", "neurons: integrate-and-fire"),
    ("core/src/neuron/source.rs", "sources"),
    ("core/src/neuron/", "neurons: shared"),
    ("core/src/synapse/static_row.rs", "synapses: static rows"),
    ("core/src/synapse/kicks.rs", "synapses: likelihood"),
    ("core/src/synapse/rounds.rs", "synapses: likelihood"),
    ("core/src/synapse/likelihood.rs", "synapses: likelihood"),
    (
        "core/src/synapse/law/",
        "synapses: laws beyond the Gaussian",
    ),
    ("core/src/synapse/", "synapses: sampling"),
    ("core/src/random/", "random numbers"),
    ("core/src/numeric/", "numeric functions"),
    ("core/src/kernel/record.rs", "recording"),
    ("core/src/kernel/mod.rs", "image: checks"),
    ("core/src/kernel/", "kernel"),
    ("core/src/image/", "image: checks"),
    ("link/src/", "link"),
    ("firmware/common/", "runner"),
    ("firmware/", "board"),
    ("", "link: postcard, COBS, panics"),
];

/// Measures every board. `false`: a limit is broken.
pub(crate) fn run(arguments: &Arguments) -> Result<bool, Box<dyn Error>> {
    let mut out = std::io::stdout().lock();
    let mut good = true;
    for board in BOARDS {
        let profile = arguments.profile.as_deref();
        let file = firmware::build(&board, &arguments.source, profile)?;
        let sections = sections(&std::fs::read(&file)?).ok_or("not an ELF file of 32 bits")?;
        let root = arguments.source.canonicalize()?;
        let root = root.parent().unwrap_or(Path::new("/")).to_owned();
        let features = by_feature(&file, &root, &sections)?;
        let name = profile.unwrap_or(board.profile);
        writeln!(
            out,
            "{} ({name})\n\n| feature | bytes of code | of them beside what a tick runs |\n|---|---|---|",
            board.name
        )?;
        for (feature, (bytes, beside)) in &features {
            writeln!(out, "| {feature} | {bytes} | {beside} |")?;
        }
        let size = |name: &str| {
            let found = sections.iter().find(|section| section.name == name);
            found.map_or(0, |section| section.size)
        };
        let (code, slow, constants) = (size(".text"), size(SLOW), size(".rodata"));
        writeln!(
            out,
            "\ncode {code} + constants {constants} = {} bytes; beside them {slow} bytes that no tick runs\n",
            code + constants
        )?;
        if board.name == "arm9" && code + constants > ITCM_BYTES {
            writeln!(out, "over the limit of {ITCM_BYTES} bytes")?;
            good = false;
        }
    }
    Ok(good)
}

/// A section of an ELF file.
struct Section {
    name: String,
    address: u64,
    size: u64,
    is_code: bool,
}

/// Sections of a 32-bit little-endian ELF file.
fn sections(file: &[u8]) -> Option<Vec<Section>> {
    let word = |at: usize| Some(u32::from_le_bytes(file.get(at..at + 4)?.try_into().ok()?));
    let half = |at: usize| Some(u16::from_le_bytes(file.get(at..at + 2)?.try_into().ok()?));
    if file.get(..5)? != b"\x7fELF\x01" {
        return None;
    }
    let (table, size) = (word(32)? as usize, usize::from(half(46)?));
    let (count, names) = (usize::from(half(48)?), usize::from(half(50)?));
    let names = word(table + names * size + 16)? as usize;
    let section = |index: usize| {
        let at = table + index * size;
        let name = file.get(names + word(at)? as usize..)?;
        let end = name.iter().position(|byte| *byte == 0)?;
        Some(Section {
            name: String::from_utf8_lossy(name.get(..end)?).into_owned(),
            address: word(at + 12)?.into(),
            size: word(at + 20)?.into(),
            is_code: word(at + 8)? & 4 != 0,
        })
    };
    (0..count).map(section).collect()
}

/// Bytes of code, and how many of them are slow, by feature.
type Sizes = BTreeMap<&'static str, (u64, u64)>;

/// Bytes of code by feature, and how many of them stand in the section [`SLOW`].
fn by_feature(file: &Path, root: &Path, sections: &[Section]) -> Result<Sizes, Box<dyn Error>> {
    let loader = addr2line::Loader::new(file).map_err(|error| error.to_string())?;
    let mut features = BTreeMap::new();
    for section in sections.iter().filter(|section| section.is_code) {
        // Two bytes are the least instruction of both kinds of ARM code.
        for address in (section.address..section.address + section.size).step_by(2) {
            let bytes: &mut (u64, u64) =
                features.entry(feature(&loader, address, root)).or_default();
            bytes.0 += 2;
            bytes.1 += if section.name == SLOW { 2 } else { 0 };
        }
    }
    Ok(features)
}

/// The feature of the innermost own source that an address was made from.
fn feature(loader: &addr2line::Loader, address: u64, root: &Path) -> &'static str {
    let root = root.to_string_lossy();
    let mut own = None;
    if let Ok(mut frames) = loader.find_frames(address) {
        while let Ok(Some(frame)) = frames.next() {
            let file = frame.location.and_then(|location| location.file);
            if let Some(file) = file.and_then(|file| file.strip_prefix(root.as_ref())) {
                own = Some(file.trim_start_matches('/').to_owned());
                break;
            }
        }
    }
    let own = own.unwrap_or_default();
    FEATURES
        .iter()
        .find(|(start, _)| own.starts_with(start))
        .map_or("", |(_, feature)| feature)
}

#[cfg(test)]
mod tests {
    use super::sections;

    #[test]
    fn what_is_no_elf_file_has_no_sections() {
        assert!(sections(b"\x7fELF\x02 and more").is_none());
        assert!(sections(&[]).is_none());
    }
}
