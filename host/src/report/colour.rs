//! A colour map whose lightness grows evenly, so that equal steps in weight look equal.
//!
//! Made in Oklch (Ottosson 2020): lightness rises in a straight line from near black to near white while the hue turns
//! from violet through red to yellow; converted to sRGB and clipped.

/// 256 colours, dark to bright, as sRGB bytes.
pub(crate) fn heat() -> Vec<[u8; 3]> {
    (0..256).map(|i| shade(f64::from(i) / 255.0)).collect()
}

/// A colour of the map as `#rrggbb`; 0 is dark, 1 bright.
pub(crate) fn hex(value: f64) -> String {
    let [r, g, b] = shade(value.clamp(0.0, 1.0));
    format!("#{r:02x}{g:02x}{b:02x}")
}

fn shade(t: f64) -> [u8; 3] {
    let lightness = 0.17 + 0.77 * t;
    let chroma = 0.05 + 0.44 * t * (1.0 - t) * (1.0 - 0.25 * t) + 0.03 * t;
    let hue = (300.0 + 165.0 * t).to_radians();
    oklab_to_srgb(lightness, chroma * hue.cos(), chroma * hue.sin())
}

#[expect(
    clippy::many_single_char_names,
    reason = "the names of Oklab's and sRGB's axes"
)]
fn oklab_to_srgb(lightness: f64, a: f64, b: f64) -> [u8; 3] {
    let cube = |x: f64| x * x * x;
    let l = cube(lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b);
    let m = cube(lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b);
    let s = cube(lightness - 0.089_484_177_5 * a - 1.291_485_548_0 * b);
    [
        4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s,
        -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s,
        -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701_0 * s,
    ]
    .map(|linear| {
        let linear = linear.clamp(0.0, 1.0);
        let gamma = if linear <= 0.003_130_8 {
            12.92 * linear
        } else {
            1.055 * linear.powf(1.0 / 2.4) - 0.055
        };
        (255.0 * gamma).round() as u8
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_map_grows_brighter_at_every_step() {
        let luma = |[r, g, b]: [u8; 3]| {
            0.2126 * f64::from(r) + 0.7152 * f64::from(g) + 0.0722 * f64::from(b)
        };
        let lights: Vec<f64> = heat().into_iter().map(luma).collect();
        assert!(lights.windows(16).all(|w| w[15] > w[0]), "{lights:?}");
        assert!(lights[0] < 20.0 && lights[255] > 210.0);
    }

    #[test]
    fn white_is_white() {
        assert_eq!(oklab_to_srgb(1.0, 0.0, 0.0), [255, 255, 255]);
    }
}
