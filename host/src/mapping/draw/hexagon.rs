//! Where things are on the paper, and the elements of the picture.

use crate::mapping::report::{ChipFigures, LinkFigures, MapReport};
use spinedrift_emulator::geometry::{ChipCoord, Link};
use std::fmt::Write;

/// Distance between the middles of neighbours.
const PITCH: f64 = 60.0;
/// From the middle of a hexagon to a corner.
const RADIUS: f64 = 25.0;
/// From the middle of a hexagon to an edge.
const APOTHEM: f64 = RADIUS * 0.866_025_403_784_438_6;
const MARGIN: f64 = 50.0;
/// Height of one legend.
const LEGEND: f64 = 44.0;
/// Width that the longest line of text needs.
const WIDTH_MIN: f64 = 460.0;

/// A picture in the making.
pub(super) struct Canvas {
    body: String,
    left: f64,
    top: f64,
    width: f64,
    /// Where the chips end; the legends are below.
    bottom: f64,
    legends: u32,
}

impl Canvas {
    /// Paper for the chips of this machine; dead ones are drawn already.
    pub(super) fn new(report: &MapReport) -> Self {
        let chips = || {
            report
                .chips
                .iter()
                .map(|chip| chip.chip)
                .chain(report.machine.dead_chips.iter().copied())
        };
        let least = |of: fn((f64, f64)) -> f64| {
            chips()
                .map(|chip| of(middle(chip)))
                .reduce(f64::min)
                .unwrap_or(0.0)
        };
        let most = |of: fn((f64, f64)) -> f64| {
            chips()
                .map(|chip| of(middle(chip)))
                .reduce(f64::max)
                .unwrap_or(0.0)
        };
        let (left, right) = (least(|(x, _)| x), most(|(x, _)| x));
        let (top, bottom) = (least(|(_, y)| y), most(|(_, y)| y));
        let wide = right - left + 2.0 * MARGIN;
        let width = wide.max(WIDTH_MIN);
        let mut canvas = Self {
            body: String::new(),
            left: left - MARGIN - (width - wide) / 2.0,
            top: top - MARGIN - 20.0,
            width,
            bottom: bottom + MARGIN,
            legends: 0,
        };
        for &chip in &report.machine.dead_chips {
            canvas.dead(chip);
        }
        canvas
    }

    fn put(&mut self, element: std::fmt::Arguments) {
        // Writing to a string can't fail.
        let _ = self.body.write_fmt(element);
        self.body.push('\n');
    }

    fn dead(&mut self, chip: ChipCoord) {
        let outline = outline(chip);
        self.put(format_args!(
            r##"<path d="{outline}" fill="none" stroke="#b0b4ba" stroke-dasharray="4 3"><title>chip {chip} is dead</title></path>"##
        ));
    }

    /// A chip with a label in it.
    pub(super) fn chip(
        &mut self,
        chip: &ChipFigures,
        colour: &str,
        label: &str,
        dark: bool,
        title: &str,
    ) {
        let (outline, (x, y)) = (outline(chip.chip), middle(chip.chip));
        let (title, ink) = (escape(title), if dark { "#ffffff" } else { "#1b1f24" });
        self.put(format_args!(
            r##"<g><title>{title}</title><path d="{outline}" fill="{colour}" stroke="#8a9199"/>"##
        ));
        self.put(format_args!(
            r#"<text x="{x:.1}" y="{:.1}" font-size="8" fill="{ink}" opacity="0.75">{},{}</text>"#,
            y - 11.0,
            chip.chip.x,
            chip.chip.y
        ));
        self.put(format_args!(
            r#"<text x="{x:.1}" y="{:.1}" font-size="14" fill="{ink}">{label}</text></g>"#,
            y + 7.0
        ));
    }

    /// A link, one direction of the two: to the right of its way.
    pub(super) fn link(&mut self, link: &LinkFigures, colour: &str) {
        let (x, y) = middle(link.chip);
        let (dx, dy) = direction(link.link);
        // In a picture y grows downwards: (−dy, dx) is to the right of (dx, dy).
        let (x, y) = (x - 3.0 * dy, y + 3.0 * dx);
        let (from, to) = (APOTHEM + 1.0, PITCH - APOTHEM - 1.0);
        self.put(format_args!(
            r#"<line x1="{:.1}" y1="{:.1}" x2="{:.1}" y2="{:.1}" stroke="{colour}" stroke-width="4"><title>chip {}, link {}: {} routes</title></line>"#,
            x + dx * from,
            y + dy * from,
            x + dx * to,
            y + dy * to,
            link.chip,
            link.link,
            link.routes
        ));
    }

    /// A scale with what it means.
    pub(super) fn legend(&mut self, meaning: &str, colour: impl Fn(f64) -> String) {
        let (x, y) = (
            self.left + self.width / 2.0,
            self.bottom + LEGEND * f64::from(self.legends),
        );
        for step in 0..=10 {
            let colour = colour(f64::from(step) / 10.0);
            let at = x + 20.0 * (f64::from(step) - 5.5);
            self.put(format_args!(
                r#"<rect x="{at:.1}" y="{y:.1}" width="20" height="10" fill="{colour}"/>"#
            ));
        }
        let meaning = escape(meaning);
        self.put(format_args!(
            r##"<text x="{x:.1}" y="{:.1}" font-size="12" fill="#1b1f24">{meaning}</text>"##,
            y + 25.0
        ));
        self.legends += 1;
    }

    /// The picture.
    pub(super) fn finish(self, title: &str) -> String {
        let Self {
            body,
            left,
            top,
            width,
            bottom,
            legends,
        } = self;
        let (title, height) = (escape(title), bottom - top + LEGEND * f64::from(legends));
        let (middle, first) = (left + width / 2.0, top + 24.0);
        format!(
            r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left:.0} {top:.0} {width:.0} {height:.0}" width="{width:.0}" height="{height:.0}" style="max-width:100%;height:auto" font-family="system-ui, sans-serif" text-anchor="middle" role="img" aria-label="{title}">
<rect x="{left:.0}" y="{top:.0}" width="{width:.0}" height="{height:.0}" fill="#ffffff"/>
<text x="{middle:.1}" y="{first:.1}" font-size="14" fill="#1b1f24">{title}</text>
{body}</svg>
"##
        )
    }
}

/// Unit vector of a link on the paper.
fn direction(link: Link) -> (f64, f64) {
    let angle = f64::from(link.index() as u32) * std::f64::consts::FRAC_PI_3;
    (angle.cos(), -angle.sin())
}

/// The middle of a chip on the paper.
fn middle(chip: ChipCoord) -> (f64, f64) {
    let (x, y) = (f64::from(chip.x), f64::from(chip.y));
    let ((ex, ey), (nx, ny)) = (direction(Link::East), direction(Link::North));
    (PITCH * (x * ex + y * nx), PITCH * (x * ey + y * ny))
}

/// The path round a chip, a corner up.
fn outline(chip: ChipCoord) -> String {
    let (x, y) = middle(chip);
    let corner = |n: u32| {
        let angle = (f64::from(n) + 0.5) * std::f64::consts::FRAC_PI_3;
        format!(
            "{:.1} {:.1}",
            x + RADIUS * angle.cos(),
            y - RADIUS * angle.sin()
        )
    };
    format!("M{}Z", [0, 1, 2, 3, 4, 5].map(corner).join("L"))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
