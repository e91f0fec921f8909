//! `spinedrift map NETWORK.toml`.

use super::Failure;
use super::run::Place;
use crate::mapping::{MapReport, describe, draw};
use crate::progress::Display;
use clap::Args;
use miette::{IntoDiagnostic, WrapErr};
use std::fs;
use std::path::{Path, PathBuf};

/// Map a network onto a machine: partition, placement, keys, routes and tables, in words and as pictures.
#[derive(Debug, Args)]
pub(super) struct Map {
    #[command(flatten)]
    place: Place,
    /// Directory for the pictures (cores.svg, tables.svg) and map.json.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Print JSON instead of tables.
    #[arg(long)]
    json: bool,
}

impl Map {
    pub(super) fn run(self) -> Result<(), Failure> {
        let prepared = self.place.prepare(Display::detect(self.json))?.prepared;
        let report = MapReport::new(
            &prepared.setup.machine,
            &prepared.population_slots(),
            &prepared.mapping,
        );
        let json = serde_json::to_string(&report)
            .into_diagnostic()
            .map_err(Failure::Run)?;
        if self.json {
            super::print(&json);
        } else {
            super::print(&describe::text(&report));
        }
        if let Some(out) = &self.out {
            write(
                out,
                &[
                    ("cores.svg", draw::cores(&report)),
                    ("tables.svg", draw::tables(&report)),
                    ("map.json", json),
                ],
            )?;
            if !self.json {
                super::print(&format!(
                    "\npictures: {}/cores.svg, tables.svg",
                    out.display()
                ));
            }
        }
        Ok(())
    }
}

fn write(out: &Path, files: &[(&str, String)]) -> Result<(), Failure> {
    let write = || -> miette::Result<()> {
        fs::create_dir_all(out)
            .into_diagnostic()
            .wrap_err_with(|| format!("can't create {}", out.display()))?;
        for (name, text) in files {
            let path = out.join(name);
            fs::write(&path, text)
                .into_diagnostic()
                .wrap_err_with(|| format!("can't write {}", path.display()))?;
        }
        Ok(())
    };
    write().map_err(Failure::Run)
}
