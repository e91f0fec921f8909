//! A heat map of chips: a hexagon each, its links at its sides.

use std::fmt::Write;

use spinedrift_emulator::geometry::{ChipCoord, Link};

use super::super::colour::hex;
use super::super::text::escape;

/// Distance from the centre of a hexagon to its corners.
const RADIUS: f64 = 30.0;
/// Chips that are drawn.
const CHIPS_MAX: usize = 3000;

/// A chip with its value.
pub(super) struct Cell {
    /// Place.
    pub(super) chip: ChipCoord,
    /// Of the largest value, in [0, 1].
    pub(super) share: f64,
    /// Value in few characters.
    pub(super) label: String,
    /// Drawn hollow.
    pub(super) dead: bool,
}

/// A link with its value.
pub(super) struct Edge {
    /// Chip that sends.
    pub(super) chip: ChipCoord,
    /// Link.
    pub(super) link: Link,
    /// Of the largest value, in [0, 1].
    pub(super) share: f64,
    /// What it says when pointed at.
    pub(super) title: String,
}

/// Centre of a chip; y grows downwards.
fn centre(chip: ChipCoord) -> (f64, f64) {
    let (x, y) = (f64::from(chip.x), f64::from(chip.y));
    (RADIUS * 3_f64.sqrt() * (x - y / 2.0), -1.5 * RADIUS * y)
}

fn corner(radius: f64, k: u32) -> (f64, f64) {
    let angle = f64::from(60 * k + 30).to_radians();
    (radius * angle.cos(), radius * angle.sin())
}

/// Fill and ink for a share: pale for nothing, dark and warm for much.
fn colours(share: f64) -> (String, &'static str) {
    if share <= 0.0 {
        return ("none".to_owned(), "var(--soft)");
    }
    let value = 0.94 - 0.62 * share.clamp(0.0, 1.0);
    (hex(value), if value < 0.6 { "#ffffff" } else { "#1d1f24" })
}

/// The map.
pub(super) fn map(cells: &[Cell], edges: &[Edge]) -> String {
    let shown = || cells.iter().take(CHIPS_MAX);
    let places: Vec<(f64, f64)> = shown().map(|cell| centre(cell.chip)).collect();
    let low = |f: fn(&(f64, f64)) -> f64| places.iter().map(f).fold(f64::INFINITY, f64::min);
    let high = |f: fn(&(f64, f64)) -> f64| places.iter().map(f).fold(f64::NEG_INFINITY, f64::max);
    if places.is_empty() {
        return String::new();
    }
    let (x0, y0) = (low(|c| c.0) - RADIUS - 4.0, low(|c| c.1) - RADIUS - 4.0);
    let (width, height) = (
        high(|c| c.0) + RADIUS + 4.0 - x0,
        high(|c| c.1) + RADIUS + 4.0 - y0,
    );
    let mut svg = format!(
        r#"<svg class="map" viewBox="{x0:.1} {y0:.1} {width:.1} {height:.1}" role="img" aria-label="Heat map of the chips">"#
    );
    for cell in shown() {
        let (x, y) = centre(cell.chip);
        let (fill, ink) = if cell.dead {
            ("none".to_owned(), "var(--soft)")
        } else {
            colours(cell.share)
        };
        let corners: Vec<String> = (0..6)
            .map(|k| corner(RADIUS - 3.0, k))
            .map(|(cx, cy)| format!("{cx:.1} {cy:.1}"))
            .collect();
        let (dash, label) = if cell.dead {
            (" stroke-dasharray:4 3;", "dead")
        } else {
            ("", cell.label.as_str())
        };
        let _ = write!(
            svg,
            r#"<g transform="translate({x:.1} {y:.1})"><title>chip {}: {}</title><path d="M{}Z" style="fill:{fill};stroke:var(--rule);{dash}"/><text y="5" text-anchor="middle" style="fill:{ink};font-size:15px">{}</text></g>"#,
            cell.chip,
            escape(label),
            corners.join("L"),
            escape(label)
        );
    }
    for edge in edges {
        side(&mut svg, edge);
    }
    svg + "</svg>"
}

/// A link: its side of the hexagon.
fn side(svg: &mut String, edge: &Edge) {
    let (x, y) = centre(edge.chip);
    // East is the side between the corners at −30° and 30°; each next link is 60° further round, y downwards.
    let first = (6 - edge.link.index() as u32 + 5) % 6;
    let ((ax, ay), (bx, by)) = (
        corner(RADIUS - 3.0, first),
        corner(RADIUS - 3.0, (first + 1) % 6),
    );
    let (colour, _) = colours(edge.share.max(0.02));
    let _ = write!(
        svg,
        r#"<path d="M{:.1} {:.1}L{:.1} {:.1}" style="stroke:{colour};stroke-width:{:.1}"><title>link {} of chip {}: {}</title></path>"#,
        x + ax,
        y + ay,
        x + bx,
        y + by,
        2.0 + 4.0 * edge.share,
        edge.link,
        edge.chip,
        escape(&edge.title)
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_side_of_a_link_faces_the_neighbour() {
        for link in Link::ALL {
            let edge = Edge {
                chip: ChipCoord::new(3, 3),
                link,
                share: 1.0,
                title: String::new(),
            };
            let first = (6 - edge.link.index() as u32 + 5) % 6;
            let ((ax, ay), (bx, by)) = (corner(1.0, first), corner(1.0, (first + 1) % 6));
            let (dx, dy) = link.vector();
            let to = ChipCoord::new((3 + dx) as u8, (3 + dy) as u8);
            let ((x, y), (nx, ny)) = (centre(edge.chip), centre(to));
            let along = (ax + bx) * (nx - x) + (ay + by) * (ny - y);
            let across = (ax + bx) * (ny - y) - (ay + by) * (nx - x);
            assert!(
                along > 0.0 && across.abs() < 1e-6 * along,
                "{link}: {along} {across}"
            );
        }
    }

    #[test]
    fn a_dead_chip_is_hollow_and_says_so() {
        let cell = Cell {
            chip: ChipCoord::new(0, 0),
            share: 1.0,
            label: "9".into(),
            dead: true,
        };
        let svg = map(&[cell], &[]);
        assert!(svg.contains("fill:none") && svg.contains(">dead<"));
    }
}
