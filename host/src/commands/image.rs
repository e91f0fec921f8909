//! `spinedrift image DUMP FILE` and `spinedrift image build NETWORK.toml`.

use super::Failure;
use super::run::Place;
use crate::progress::{self, Display};
use clap::{Args, Subcommand};
use miette::{IntoDiagnostic, WrapErr, miette};
use spinedrift_core::image::layout::NAMES;
use spinedrift_core::image::{ImageView, Layout};
use spinedrift_core::kernel::{Kernel, Memory};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// Read or write the images that cores load (docs/formats.md).
#[derive(Debug, Args)]
pub(super) struct Image {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Print what an image holds.
    Dump {
        /// Image file.
        file: PathBuf,
    },
    /// Build the images of a network, one file a core.
    Build {
        #[command(flatten)]
        place: Place,
        /// Directory for the files.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
}

impl Image {
    pub(super) fn run(self) -> Result<(), Failure> {
        match self.action {
            Action::Dump { file } => dump(&file).map_err(Failure::Input),
            Action::Build { place, out } => {
                let display = Display::detect(false);
                let prepared = place.prepare(display)?.prepared;
                let loadable = progress::stage(display, "building images", || prepared.loadable())
                    .map_err(Failure::input)?;
                fs::create_dir_all(&out)
                    .into_diagnostic()
                    .map_err(Failure::Run)?;
                for image in &loadable.images {
                    let name = format!(
                        "chip-{}-{}-core-{}.spdr",
                        image.chip.x, image.chip.y, image.core
                    );
                    fs::write(out.join(&name), &image.bytes)
                        .into_diagnostic()
                        .map_err(Failure::Run)?;
                    super::print(&format!(
                        "{} {} bytes",
                        out.join(name).display(),
                        image.bytes.len()
                    ));
                }
                Ok(())
            }
        }
    }
}

fn dump(file: &Path) -> miette::Result<()> {
    let bytes = fs::read(file)
        .into_diagnostic()
        .wrap_err_with(|| format!("can't read {}", file.display()))?;
    let bad = |error| miette!("{}: {error}", file.display());
    let view = ImageView::new(&bytes).map_err(bad)?;
    let header = view.header();
    let layout = Layout::new(&header.counts);
    let mut text = format!(
        "{}: image format {}, {} bytes, checksum right\n  seed {}, tick {} µs, θ read out every {} ticks\n",
        file.display(),
        spinedrift_core::image::VERSION,
        bytes.len(),
        header.seed,
        header.tick_us,
        header.snapshot_ticks,
    );
    for (section, name) in NAMES {
        let _ = writeln!(
            text,
            "  DTCM  {name:<18}{:>10} words at {}",
            layout.words(section),
            layout.range(section).start
        );
    }
    let _ = writeln!(
        text,
        "  SDRAM {:<18}{:>10} words",
        "rows and stimuli", header.counts.sdram_words
    );
    let mut dtcm = vec![0; layout.total_words() as usize];
    let mut sdram = vec![0; header.counts.sdram_words as usize];
    view.load(&mut dtcm, &mut sdram).map_err(bad)?;
    let kernel = Kernel::open(
        header,
        &Memory {
            dtcm: &mut dtcm,
            sdram: &mut sdram,
        },
    )
    .map_err(bad)?;
    for slice in kernel.slices() {
        let _ = writeln!(text, "  {slice:?}");
    }
    for inlet in kernel.inlets() {
        let _ = writeln!(text, "  {inlet:?}");
    }
    super::print(text.trim_end());
    Ok(())
}
