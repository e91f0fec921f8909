//! A chart as SVG: a frame with two axes, and lines, bars, bands and marks in it.
//!
//! Colours are CSS classes (`c0` … `c7`, `muted`, `accent`), so that the page decides on light and dark.

use std::fmt::Write;

use super::axis::Axis;
use super::text::escape;

/// Width of a chart for a column or a phone, in the page's pixels at full size; text is 16 of these high.
pub(crate) const NARROW: f64 = 360.0;
/// Width of a chart across the page.
pub(crate) const WIDE: f64 = 1080.0;

/// Points a line is thinned to.
const LINE_POINTS: usize = 360;

/// A chart under construction.
#[derive(Debug)]
pub(crate) struct Chart {
    width: f64,
    height: f64,
    left: f64,
    x: Axis,
    y: Axis,
    body: String,
    /// Names of upright lines: from, to, row.
    names: Vec<(f64, f64, u32)>,
}

const TOP: f64 = 34.0;
const BOTTOM: f64 = 52.0;
const RIGHT: f64 = 18.0;
/// Mean width of a letter, and some room.
const LETTER: f64 = 8.0;
/// Rows that names of upright lines have at most.
const ROWS: u32 = 8;

impl Chart {
    /// A chart of the usual size.
    pub(crate) fn new(x: Axis, y: Axis) -> Self {
        Self::sized(NARROW, 270.0, x, y)
    }

    /// A chart of this size.
    pub(crate) fn sized(width: f64, height: f64, x: Axis, y: Axis) -> Self {
        let widest = y
            .marks(4)
            .iter()
            .map(|(_, text)| text.chars().count())
            .max()
            .unwrap_or(1);
        let left = 14.0 + 9.0 * widest as f64;
        Self {
            width,
            height,
            left,
            x,
            y,
            body: String::new(),
            names: Vec::new(),
        }
    }

    /// A line through these points.
    pub(crate) fn line(&mut self, points: &[(f64, f64)], class: &str) {
        let d = self.path(points);
        let _ = write!(self.body, r#"<path class="line {class}" d="{d}"/>"#);
    }

    /// A line that steps down (or up) at each point.
    pub(crate) fn steps(&mut self, points: &[(f64, f64)], class: &str) {
        let corners: Vec<(f64, f64)> = thin(points)
            .windows(2)
            .flat_map(|pair| [pair[0], (pair[1].0, pair[0].1)])
            .chain(points.last().copied())
            .collect();
        let d = self.path_of(&corners);
        let _ = write!(self.body, r#"<path class="line {class}" d="{d}"/>"#);
    }

    /// The area between (x, low) and (x, high).
    pub(crate) fn band(&mut self, points: &[(f64, f64, f64)], class: &str) {
        let there = points.iter().map(|&(x, low, _)| (x, low));
        let back = points.iter().rev().map(|&(x, _, high)| (x, high));
        let d = self.path_of(&there.chain(back).collect::<Vec<_>>());
        let _ = write!(self.body, r#"<path class="band {class}" d="{d}Z"/>"#);
    }

    /// A bar from `from` to `to` on the x axis, between two values on the y axis.
    pub(crate) fn bar(&mut self, (from, to): (f64, f64), (low, high): (f64, f64), class: &str) {
        let (x0, x1) = (self.at_x(from), self.at_x(to));
        let (y0, y1) = (self.at_y(high), self.at_y(low));
        let (w, h) = ((x1 - x0 - 0.6).max(0.4), y1 - y0);
        if h > 0.0 {
            let _ = write!(
                self.body,
                r#"<rect class="fill {class}" x="{x0:.1}" y="{y0:.1}" width="{w:.1}" height="{h:.1}"/>"#
            );
        }
    }

    /// Short upright strokes: spikes. `height` in pixels.
    pub(crate) fn ticks(&mut self, points: &[(f64, f64)], height: f64, class: &str) {
        let mut d = String::new();
        for &(x, y) in points {
            let _ = write!(
                d,
                "M{:.1} {:.1}v{height:.1}",
                self.at_x(x),
                self.at_y(y) - height / 2.0
            );
        }
        let _ = write!(self.body, r#"<path class="spikes {class}" d="{d}"/>"#);
    }

    /// Dots, each with an error bar from `low` to `high` where they differ: (x, y, low, high).
    pub(crate) fn dots(&mut self, points: &[(f64, f64, f64, f64)], class: &str) {
        for &(x, y, low, high) in points {
            let (cx, cy, y0, y1) = (self.at_x(x), self.at_y(y), self.at_y(low), self.at_y(high));
            let _ = write!(
                self.body,
                r#"<path class="line {class}" d="M{cx:.1} {y0:.1}V{y1:.1}"/><circle class="fill {class}" cx="{cx:.1}" cy="{cy:.1}" r="3.4"/>"#
            );
        }
    }

    /// A level line across the chart with its name at the right, above (or below) the line.
    pub(crate) fn level(&mut self, y: f64, name: &str, below: bool, class: &str) {
        let (x0, x1, at) = (self.left, self.width - RIGHT, self.at_y(y));
        let text_at = if below { at + 17.0 } else { at - 5.0 };
        let name = escape(name);
        let _ = write!(
            self.body,
            r#"<path class="level {class}" d="M{x0:.1} {at:.1}H{x1:.1}"/><text class="halo" x="{:.1}" y="{text_at:.1}" text-anchor="end">{name}</text>"#,
            x1 - 4.0
        );
    }

    /// An upright line with its name at the top.
    pub(crate) fn upright(&mut self, x: f64, name: &str, class: &str) {
        let (at, y0, y1) = (self.at_x(x), TOP, self.height - BOTTOM);
        let (anchor, dx) = if at > self.width * 0.6 {
            ("end", -5.0)
        } else {
            ("start", 5.0)
        };
        let row = self.row_of_name(at + dx, if dx < 0.0 { -1.0 } else { 1.0 }, name);
        let name = escape(name);
        let _ = write!(
            self.body,
            r#"<path class="level {class}" d="M{at:.1} {y0}V{y1:.1}"/><text class="halo" x="{:.1}" y="{:.1}" text-anchor="{anchor}">{name}</text>"#,
            at + dx,
            y0 + 14.0 + 17.0 * f64::from(row)
        );
    }

    /// The first row in which a name that goes from here to one side meets no other.
    fn row_of_name(&mut self, at: f64, side: f64, name: &str) -> u32 {
        let end = at + side * LETTER * name.chars().count() as f64;
        let (from, to) = (at.min(end), at.max(end));
        let meets = |row: u32| {
            let mut names = self.names.iter();
            names.any(|&(low, high, other)| other == row && low < to && from < high)
        };
        let row = (0..ROWS).find(|&row| !meets(row)).unwrap_or(0);
        self.names.push((from, to, row));
        row
    }

    /// The SVG. `described` is read out to those who can't see it.
    pub(crate) fn finish(self, described: &str) -> String {
        let (width, height, left) = (self.width, self.height, self.left);
        let (right, floor) = (width - RIGHT, height - BOTTOM);
        let mut svg = format!(
            r#"<svg viewBox="0 0 {width} {height}" role="img" aria-label="{}">"#,
            escape(described)
        );
        for (value, text) in self.y.marks(4) {
            let at = self.at_y(value);
            let _ = write!(
                svg,
                r#"<path class="grid" d="M{left:.1} {at:.1}H{right:.1}"/><text x="{:.1}" y="{:.1}" text-anchor="end">{text}</text>"#,
                left - 6.0,
                at + 5.5
            );
        }
        let marks = self.x.marks(if width > 600.0 { 10 } else { 4 });
        for (value, text) in marks {
            let at = self.at_x(value);
            let _ = write!(
                svg,
                r#"<path class="grid" d="M{at:.1} {floor:.1}v5"/><text x="{at:.1}" y="{:.1}" text-anchor="{}">{text}</text>"#,
                floor + 21.0,
                if at > right - 3.0 && text.chars().count() > 4 {
                    "end"
                } else {
                    "middle"
                }
            );
        }
        let _ = write!(
            svg,
            r#"<path class="axis" d="M{left:.1} {TOP}V{floor:.1}H{right:.1}"/>{}<text class="name" x="2" y="17">{}</text><text class="name" x="{right:.1}" y="{:.1}" text-anchor="end">{}</text></svg>"#,
            self.body,
            escape(&self.y.label),
            height - 8.0,
            escape(&self.x.label)
        );
        svg
    }

    fn at_x(&self, value: f64) -> f64 {
        self.left + self.x.place(value) * (self.width - RIGHT - self.left)
    }

    fn at_y(&self, value: f64) -> f64 {
        let floor = self.height - BOTTOM;
        floor - self.y.place(value) * (floor - TOP)
    }

    fn path(&self, points: &[(f64, f64)]) -> String {
        self.path_of(&thin(points))
    }

    fn path_of(&self, points: &[(f64, f64)]) -> String {
        let mut d = String::new();
        for (i, &(x, y)) in points.iter().enumerate() {
            let _ = write!(
                d,
                "{}{:.1} {:.1}",
                if i == 0 { 'M' } else { 'L' },
                self.at_x(x),
                self.at_y(y)
            );
        }
        d
    }
}

/// Every n-th point and the last, few enough for the page.
fn thin(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let stride = points.len().div_ceil(LINE_POINTS).max(1);
    let last = points.len().saturating_sub(1);
    points
        .iter()
        .enumerate()
        .filter(|(i, _)| i % stride == 0 || *i == last)
        .map(|(_, &p)| p)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chart_carries_its_units_and_description() {
        let chart = Chart::new(
            Axis::linear("time (s)", 0.0, 1.0),
            Axis::linear("θ <units>", 0.0, 1.0),
        );
        let svg = chart.finish("a \"test\"");
        assert!(
            svg.contains("time (s)")
                && svg.contains("θ &lt;units&gt;")
                && svg.contains("a &quot;test&quot;")
        );
    }

    #[test]
    fn a_long_line_is_thinned_and_keeps_its_last_point() {
        let points: Vec<(f64, f64)> = (0..10_000).map(|i| (f64::from(i), 0.0)).collect();
        let thinned = thin(&points);
        assert!(thinned.len() <= LINE_POINTS + 1);
        assert_eq!(thinned.last(), points.last());
    }
}
