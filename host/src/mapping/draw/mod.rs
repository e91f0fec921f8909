//! Pictures of a mapping: SVG that stands by itself, without scripts, network or fonts of its own.
//!
//! A chip is a hexagon that touches its six neighbours: E to the right, NE and N above. What wraps round the machine is
//! drawn as a stub at its edge. Every chip and link says its figures when pointed at.

mod hexagon;

use super::report::{ChipFigures, LinkFigures, MapReport};
use hexagon::Canvas;

/// A scale from nothing to all: light to dark of one hue.
#[derive(Clone, Copy)]
struct Scale {
    light: [f64; 3],
    dark: [f64; 3],
}

const CORES: Scale = Scale {
    light: [222.0, 235.0, 247.0],
    dark: [8.0, 69.0, 148.0],
};
const ENTRIES: Scale = Scale {
    light: [229.0, 245.0, 224.0],
    dark: [0.0, 90.0, 50.0],
};
const ROUTES: Scale = Scale {
    light: [253.0, 224.0, 185.0],
    dark: [179.0, 35.0, 10.0],
};
/// What is not used.
const IDLE: &str = "#f1f2f4";
/// A link that no route passes.
const SILENT: &str = "#dfe2e6";

impl Scale {
    fn at(self, part: f64) -> String {
        let part = part.clamp(0.0, 1.0);
        let [r, g, b] = [0, 1, 2]
            .map(|n| (self.light[n] + (self.dark[n] - self.light[n]) * part).round() as u8);
        format!("#{r:02x}{g:02x}{b:02x}")
    }
}

fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        0.0
    } else {
        part as f64 / whole as f64
    }
}

/// The machine with the use of each chip's cores, and how many routes pass each link.
#[must_use]
pub fn cores(report: &MapReport) -> String {
    let mut canvas = Canvas::new(report);
    let most = report
        .links
        .iter()
        .map(|link| link.routes)
        .max()
        .unwrap_or(0);
    for link in &report.links {
        canvas.link(link, &link_colour(link, most));
    }
    for chip in &report.chips {
        let part = share(chip.cores_used as u64, chip.cores as u64);
        let colour = if chip.cores_used == 0 {
            IDLE.to_owned()
        } else {
            CORES.at(part)
        };
        let label = if chip.cores_used == 0 {
            String::new()
        } else {
            chip.cores_used.to_string()
        };
        canvas.chip(chip, &colour, &label, part > 0.5, &chip_title(report, chip));
    }
    let title = format!(
        "{}: cores in use on each chip, routes on each link",
        report.machine.name
    );
    canvas.legend(
        &format!("cores in use, of {}", report.machine.cores_per_chip),
        |part| CORES.at(part),
    );
    if most > 0 {
        canvas.legend(&format!("routes on a link, of at most {most}"), |part| {
            ROUTES.at(part)
        });
    }
    canvas.finish(&title)
}

/// The machine with the fill of each router's table.
#[must_use]
pub fn tables(report: &MapReport) -> String {
    let mut canvas = Canvas::new(report);
    let limit = u64::from(report.machine.router_entries);
    for link in &report.links {
        canvas.link(link, SILENT);
    }
    for chip in &report.chips {
        let part = share(chip.table_entries as u64, limit);
        let idle = chip.table_full == 0;
        let colour = if idle {
            IDLE.to_owned()
        } else {
            ENTRIES.at(part)
        };
        let label = if idle {
            String::new()
        } else {
            chip.table_entries.to_string()
        };
        canvas.chip(chip, &colour, &label, part > 0.5, &chip_title(report, chip));
    }
    canvas.legend(
        &format!("entries of the routing table, of {limit}"),
        |part| ENTRIES.at(part),
    );
    canvas.finish(&format!(
        "{}: entries in each router's table",
        report.machine.name
    ))
}

fn link_colour(link: &LinkFigures, most: usize) -> String {
    if link.routes == 0 {
        SILENT.to_owned()
    } else {
        ROUTES.at(share(link.routes as u64, most as u64))
    }
}

fn chip_title(report: &MapReport, chip: &ChipFigures) -> String {
    let sdram = 100.0 * share(chip.sdram_bytes, report.machine.sdram_bytes);
    format!(
        "chip {}: {} of {} cores, SDRAM {sdram:.1} %, {} table entries for {} key spaces",
        chip.chip, chip.cores_used, chip.cores, chip.table_entries, chip.table_full
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mapping::tests::all_to_all;

    #[test]
    fn every_chip_and_link_is_drawn_once() {
        let report = all_to_all(600).report();
        for picture in [cores(&report), tables(&report)] {
            assert_eq!(picture.matches("<path").count(), 48);
            assert_eq!(picture.matches("<line").count(), 240);
        }
    }

    #[test]
    fn nothing_comes_from_elsewhere() {
        let picture = cores(&all_to_all(600).report());
        let own = picture.replace("http://www.w3.org/2000/svg", "");
        assert!(!own.contains("http") && !own.contains("<script") && !own.contains("@import"));
    }

    #[test]
    fn a_name_cannot_break_the_picture() {
        let mut report = all_to_all(16).report();
        report.machine.name = "<&\">".to_owned();
        assert!(cores(&report).contains("&lt;&amp;&quot;&gt;"));
    }

    #[test]
    fn a_scale_runs_from_light_to_dark() {
        assert_eq!(CORES.at(-1.0), CORES.at(0.0));
        assert_eq!(
            (CORES.at(0.0), CORES.at(1.0)),
            ("#deebf7".to_owned(), "#084594".to_owned())
        );
    }
}
