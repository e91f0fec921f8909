//! Small pictures side by side, such as the weights of neurons.

use super::colour::{heat, hex};
use super::png::data_address;
use super::text::{escape, number};
use std::fmt::Write;

/// Small pictures of one size, such as the weights of neurons.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Value that is drawn brightest; 0 is dark.
    pub brightest: f64,
    /// The pictures.
    pub tiles: Vec<Tile>,
}

/// One picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Tile {
    /// Text below it.
    pub label: String,
    /// Values, row by row.
    pub pixels: Vec<f64>,
}

impl Picture {
    fn address(&self, tile: &Tile) -> String {
        let shade = |value: &f64| (255.0 * (value / self.brightest).clamp(0.0, 1.0)).round() as u8;
        let pixels: Vec<u8> = tile.pixels.iter().map(shade).collect();
        data_address(self.width, self.height, &pixels, &heat())
    }

    /// As a gallery of a page.
    pub(crate) fn gallery(&self) -> String {
        let mut html = r#"<div class="gallery">"#.to_owned();
        for tile in &self.tiles {
            let label = escape(&tile.label);
            let _ = write!(
                html,
                r#"<figure><img src="{}" alt="{label}"><figcaption>{label}</figcaption></figure>"#,
                self.address(tile)
            );
        }
        let stops: Vec<String> = (0..=8).map(|i| hex(f64::from(i) / 8.0)).collect();
        let _ = write!(
            html,
            r#"</div><div class="scale"><span>0</span><i style="background:linear-gradient(90deg,{})"></i><span>{} and more</span></div>"#,
            stops.join(","),
            number(self.brightest)
        );
        html
    }

    /// As part of an SVG, and its height.
    pub(crate) fn tiles_svg(&self) -> (String, f64) {
        // As many side by side as their labels leave room for.
        let letters = self.tiles.iter().map(|tile| tile.label.chars().count());
        let room = (5.5 * letters.max().unwrap_or(0) as f64 + 4.0).clamp(36.0, 360.0);
        let across = (360.0 / room) as usize;
        let mut svg = String::new();
        for (k, tile) in self.tiles.iter().enumerate() {
            let (x, y) = (
                (k % across) as f64 * room + 0.5 * (room - 33.0),
                (k / across) as f64 * 50.0,
            );
            let _ = write!(
                svg,
                r#"<image x="{x}" y="{y}" width="33" height="33" style="image-rendering:pixelated" xlink:href="{}"/><text x="{}" y="{}" text-anchor="middle" style="font-size:9px">{}</text>"#,
                self.address(tile),
                x + 16.5,
                y + 43.0,
                escape(&tile.label)
            );
        }
        (svg, self.tiles.len().div_ceil(across) as f64 * 50.0)
    }
}
