//! `spinedrift map NETWORK.toml`.

use super::run::Place;
use super::{Failure, check};
use crate::mapping::{MapReport, describe, draw};
use crate::progress::Display;
use crate::session::Prepared;
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
            super::print(&load(&prepared));
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

/// The predicted load, tightest core first.
fn load(prepared: &Prepared) -> String {
    let loads = prepared.predicted_load();
    let tightest = loads
        .iter()
        .zip(&prepared.mapping.placement.cores)
        .max_by(|(a, _), (b, _)| a.cycles().total_cmp(&b.cycles()));
    let Some((load, place)) = tightest else {
        return "predicted load: no core is used\n".to_owned();
    };
    let missed = loads.iter().filter(|load| load.share() > 1.0).count();
    format!(
        "predicted load, from mean rates and {}: {missed} of {} cores will miss their deadline\n  tightest: chip {}, core {}: {}\n",
        prepared.load_basis(),
        loads.len(),
        place.chip,
        place.core,
        check::deadline(load)
    )
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
