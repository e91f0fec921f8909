//! Plots for those who draw their own: lines, bands, dots and pictures, with names and units.
//!
//! A plot takes its range from what is in it, its colours from the order of the names.

use super::axis::Axis;
use super::chart::Chart;
use super::picture::Picture;
use super::sections::{Block, legend};
use super::text::{escape, wrapped};
use std::fmt::Write;

/// What a plot of its own looks like, without a page around it.
const STYLE: &str = include_str!("plot.css");

/// A plot under construction.
///
/// ```
/// use spinedrift::report::Plot;
///
/// let plot = Plot::new("survival of new spines")
///     .x("time (h)")
///     .y("share that survives")
///     .log_x()
///     .line("theory", &[(1.0, 0.8), (10.0, 0.3)])
///     .caption("a straight line would be a power law");
/// assert!(plot.standalone().contains("time (h)"));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use]
pub struct Plot {
    title: String,
    caption: String,
    x: Scale,
    y: Scale,
    layers: Vec<Layer>,
    names: Vec<String>,
    pictures: Option<Picture>,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Scale {
    label: String,
    log: bool,
    range: Option<(f64, f64)>,
}

#[derive(Clone, Debug, PartialEq)]
enum Layer {
    Line(Vec<(f64, f64)>, String),
    Steps(Vec<(f64, f64)>, String),
    Band(Vec<(f64, f64, f64)>, String),
    Dots(Vec<(f64, f64, f64, f64)>, String),
    Bars(Vec<(f64, f64, f64)>, String),
    Level(f64, String),
    Upright(f64, String),
}

impl Plot {
    /// An empty plot.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            ..Self::default()
        }
    }

    /// Name of the x axis, with its unit.
    pub fn x(mut self, label: impl Into<String>) -> Self {
        self.x.label = label.into();
        self
    }

    /// Name of the y axis, with its unit.
    pub fn y(mut self, label: impl Into<String>) -> Self {
        self.y.label = label.into();
        self
    }

    /// Logarithmic x axis.
    pub fn log_x(mut self) -> Self {
        self.x.log = true;
        self
    }

    /// Logarithmic y axis.
    pub fn log_y(mut self) -> Self {
        self.y.log = true;
        self
    }

    /// Range of the x axis, instead of the data's.
    pub fn x_range(mut self, low: f64, high: f64) -> Self {
        self.x.range = Some((low, high));
        self
    }

    /// Range of the y axis, instead of the data's.
    pub fn y_range(mut self, low: f64, high: f64) -> Self {
        self.y.range = Some((low, high));
        self
    }

    /// What to look for.
    pub fn caption(mut self, text: impl Into<String>) -> Self {
        self.caption = text.into();
        self
    }

    /// A line. One name has one colour.
    pub fn line(mut self, name: &str, points: &[(f64, f64)]) -> Self {
        let class = self.class(name);
        self.layers.push(Layer::Line(points.to_vec(), class));
        self
    }

    /// A thin grey line without a name: one of many.
    pub fn thin(mut self, points: &[(f64, f64)]) -> Self {
        let class = "thin muted".to_owned();
        self.layers.push(Layer::Line(points.to_vec(), class));
        self
    }

    /// A line that keeps its value up to the next point.
    pub fn steps(mut self, name: &str, points: &[(f64, f64)]) -> Self {
        let class = self.class(name);
        self.layers.push(Layer::Steps(points.to_vec(), class));
        self
    }

    /// A line with a band from low to high: (x, middle, low, high).
    pub fn band(mut self, name: &str, points: &[(f64, f64, f64, f64)]) -> Self {
        let class = self.class(name);
        let area = points.iter().map(|&(x, _, low, high)| (x, low, high));
        self.layers.push(Layer::Band(area.collect(), class.clone()));
        let middle = points.iter().map(|&(x, middle, ..)| (x, middle));
        self.layers.push(Layer::Line(middle.collect(), class));
        self
    }

    /// Dots with error bars: (x, y, low, high).
    pub fn dots(mut self, name: &str, points: &[(f64, f64, f64, f64)]) -> Self {
        let class = self.class(name);
        self.layers.push(Layer::Dots(points.to_vec(), class));
        self
    }

    /// Bars from 0: (from, to, height).
    pub fn bars(mut self, name: &str, bars: &[(f64, f64, f64)]) -> Self {
        let class = self.class(name);
        self.layers.push(Layer::Bars(bars.to_vec(), class));
        self
    }

    /// A dashed level line with its name.
    pub fn level(mut self, y: f64, name: &str) -> Self {
        self.layers.push(Layer::Level(y, name.to_owned()));
        self
    }

    /// A dashed upright line with its name.
    pub fn upright(mut self, x: f64, name: &str) -> Self {
        self.layers.push(Layer::Upright(x, name.to_owned()));
        self
    }

    /// Pictures instead of axes.
    pub fn pictures(mut self, picture: Picture) -> Self {
        self.pictures = Some(picture);
        self
    }

    /// Its title.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    fn class(&mut self, name: &str) -> String {
        let at = self.names.iter().position(|known| known == name);
        let at = at.unwrap_or_else(|| {
            self.names.push(name.to_owned());
            self.names.len() - 1
        });
        format!("c{}", at % 8)
    }

    fn chart(&self) -> String {
        let x = self.x.axis(&self.xs());
        let y = self.y.axis(&self.ys());
        let floor = if self.y.log { f64::MIN_POSITIVE } else { 0.0 };
        let mut chart = Chart::new(x, y);
        for layer in &self.layers {
            match layer {
                Layer::Line(points, class) => chart.line(points, class),
                Layer::Steps(points, class) => chart.steps(points, class),
                Layer::Band(points, class) => chart.band(points, class),
                Layer::Dots(points, class) => chart.dots(points, class),
                Layer::Bars(bars, class) => {
                    for &(from, to, height) in bars {
                        chart.bar((from, to), (floor, height), class);
                    }
                }
                Layer::Level(y, name) => chart.level(*y, name, false, "muted"),
                Layer::Upright(x, name) => chart.upright(*x, name, "muted"),
            }
        }
        chart.finish(&self.title)
    }

    fn xs(&self) -> Vec<f64> {
        let of = |layer: &Layer| -> Vec<f64> {
            match layer {
                Layer::Line(points, _) | Layer::Steps(points, _) => {
                    points.iter().map(|p| p.0).collect()
                }
                Layer::Band(points, _) => points.iter().map(|p| p.0).collect(),
                Layer::Dots(points, _) => points.iter().map(|p| p.0).collect(),
                Layer::Bars(bars, _) => bars.iter().flat_map(|b| [b.0, b.1]).collect(),
                Layer::Upright(x, _) => vec![*x],
                Layer::Level(..) => Vec::new(),
            }
        };
        self.layers.iter().flat_map(of).collect()
    }

    fn ys(&self) -> Vec<f64> {
        let of = |layer: &Layer| -> Vec<f64> {
            match layer {
                Layer::Line(points, _) | Layer::Steps(points, _) => {
                    points.iter().map(|p| p.1).collect()
                }
                Layer::Band(points, _) => points.iter().flat_map(|p| [p.1, p.2]).collect(),
                Layer::Dots(points, _) => points.iter().flat_map(|p| [p.1, p.2, p.3]).collect(),
                Layer::Bars(bars, _) if self.y.log => bars.iter().map(|b| b.2).collect(),
                Layer::Bars(bars, _) => bars.iter().flat_map(|b| [0.0, b.2]).collect(),
                Layer::Level(y, _) => vec![*y],
                Layer::Upright(..) => Vec::new(),
            }
        };
        self.layers.iter().flat_map(of).collect()
    }

    fn legend(&self) -> String {
        if self.names.len() < 2 && self.names.first().is_none_or(String::is_empty) {
            return String::new();
        }
        let entries = (0..).zip(&self.names);
        let entries = entries.map(|(k, name)| (format!("c{}", k % 8), name.clone()));
        legend(&entries.collect::<Vec<_>>())
    }

    /// As a block of a page.
    pub(crate) fn block(&self) -> Block {
        let (html, wide) = match &self.pictures {
            Some(picture) => (picture.gallery(), true),
            None => (self.chart() + &self.legend(), false),
        };
        Block {
            title: self.title.clone(),
            html,
            caption: self.caption.clone(),
            wide,
        }
    }

    /// As an SVG file that stands alone, title and legend included.
    #[must_use]
    pub fn standalone(&self) -> String {
        let lines = wrapped(&self.title);
        let below = 19.0 * lines.len().saturating_sub(1) as f64;
        let mut title = String::new();
        for (k, line) in (0..).zip(&lines) {
            let y = 20.0 + 19.0 * f64::from(k);
            let line = escape(line);
            let _ = write!(
                title,
                r#"<text class="title" x="8" y="{y:.0}">{line}</text>"#
            );
        }
        let (inside, height) = match &self.pictures {
            Some(picture) => picture.tiles_svg(),
            None => (self.chart(), 270.0),
        };
        let mut names = String::new();
        let mut y = height + below + 46.0;
        if self.pictures.is_none() {
            for (k, name) in (0..).zip(&self.names) {
                let name = escape(name);
                let _ = write!(
                    names,
                    r#"<rect class="fill c{}" x="8" y="{:.0}" width="11" height="11"/><text x="26" y="{y:.0}">{name}</text>"#,
                    k % 8,
                    y - 10.0
                );
                y += 19.0;
            }
        }
        format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 376 {:.0}" width="376"><style>{STYLE}</style><rect class="page" width="100%" height="100%"/>{title}<g transform="translate(8 {:.0})">{}</g>{names}</svg>"#,
            y - 4.0,
            28.0 + below,
            inside.replacen("<svg ", r#"<svg width="360" height="270" "#, 1)
        )
    }
}

impl Scale {
    fn axis(&self, values: &[f64]) -> Axis {
        let usable = |value: &&f64| value.is_finite() && (!self.log || **value > 0.0);
        let used = || values.iter().filter(usable).copied();
        let (low, high) = self.range.unwrap_or_else(|| {
            let (low, high) = (
                used().fold(f64::INFINITY, f64::min),
                used().fold(f64::NEG_INFINITY, f64::max),
            );
            let room = if self.log { 0.0 } else { 0.04 * (high - low) };
            let below = if low >= 0.0 && low < 0.5 * high {
                0.0
            } else {
                low - room
            };
            (if self.log { low } else { below }, high + room)
        });
        let (low, high) = if low.is_finite() && high.is_finite() {
            (low, high)
        } else {
            (0.0, 1.0)
        };
        if self.log {
            Axis::log(&self.label, low, high)
        } else {
            Axis::linear(&self.label, low, high)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Tile;

    #[test]
    fn a_name_has_one_colour_and_stands_in_the_legend() {
        let plot = Plot::new("two")
            .line("a", &[(0.0, 1.0), (1.0, 2.0)])
            .dots("b", &[(0.5, 1.0, 0.5, 1.5)])
            .line("a", &[(0.0, 2.0)]);
        let block = plot.block();
        assert_eq!(block.html.matches("<li class").count(), 2);
        assert!(plot.standalone().matches("class=\"line c0\"").count() == 2);
    }

    #[test]
    fn names_of_upright_lines_don_t_meet() {
        let title = "One sense alone drives the assembly of the other sense";
        let plot = Plot::new(title)
            .line("a", &[(0.0, 0.0), (1.0, 1.0)])
            .upright(0.2, "lesion 1")
            .upright(0.25, "lesion 2")
            .upright(0.55, "alone");
        let svg = plot.standalone();
        let of = |name: &str| {
            let before = svg.split(&format!(">{name}<")).next().unwrap();
            let text = before.rsplit("y=\"").next().unwrap();
            text.split('"').next().unwrap().parse::<f64>().unwrap()
        };
        assert!((of("lesion 2") - of("lesion 1") - 17.0).abs() < 0.1);
        assert!((of("alone") - of("lesion 1")).abs() < 0.1);
    }

    #[test]
    fn an_empty_plot_and_figures_that_are_missing_are_drawn() {
        let svg = Plot::new("none").log_x().log_y().standalone();
        assert!(svg.starts_with("<svg") && !svg.contains("NaN"));
        let svg = Plot::new("bad").line("a", &[(f64::NAN, f64::INFINITY), (1.0, 1.0)]);
        assert!(!svg.block().html.contains("inf"));
    }

    #[test]
    fn pictures_are_a_gallery() {
        let tile = |label: &str| Tile {
            label: label.into(),
            pixels: vec![0.0, 1.0, 2.0, 0.5],
        };
        let plot = Plot::new("weights").pictures(Picture {
            width: 2,
            height: 2,
            brightest: 1.0,
            tiles: vec![tile("<1>"), tile("2")],
        });
        assert_eq!(plot.block().html.matches("<img").count(), 2);
        assert!(plot.standalone().contains("&lt;1&gt;"));
    }
}
